"""What operators see of what is invested: people and teams to mend, numbers to look at only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from tracker.models import (
    Allocation,
    ApiToken,
    Channel,
    Event,
    Goal,
    ImportBatch,
    LearningQuestion,
    Membership,
    Metric,
    Plan,
    Review,
    StaleWeek,
    Team,
    TimeEntry,
    Timer,
    User,
)

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
else:
    ModelAdmin = admin.ModelAdmin  # takes no parameter at run time


class LookOnly(ModelAdmin):
    """
    Rows that nobody writes here: an edit past the verbs would leave trends that nothing marks
    as stale, and the planned past is guarded by the database anyway.
    """

    list_select_related = True

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(User)
class UserAdmin(ModelAdmin):
    list_display = ("email", "name", "is_active", "is_staff", "date_joined")
    search_fields = ("email", "name")
    fields = ("email", "name", "is_active", "is_staff", "is_superuser")


@admin.register(Team)
class TeamAdmin(ModelAdmin):
    list_display = ("name", "slug", "time_zone", "currency", "created_at")
    search_fields = ("name", "slug")
    readonly_fields = ("past_open",)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False  # erasing a team is more than deleting its row


@admin.register(Membership)
class MembershipAdmin(ModelAdmin):
    list_display = ("team", "user", "role", "created_at")
    list_select_related = ("team", "user")
    autocomplete_fields = ("team", "user")
    search_fields = ("team__name", "user__email")


@admin.register(ApiToken)
class ApiTokenAdmin(LookOnly):
    list_display = ("__str__", "user", "prefix", "created_at", "last_used_at")
    exclude = ("digest",)


admin.site.register(
    (
        Allocation,
        Channel,
        Event,
        Goal,
        ImportBatch,
        LearningQuestion,
        Metric,
        Plan,
        Review,
        StaleWeek,
        TimeEntry,
        Timer,
    ),
    LookOnly,
)
