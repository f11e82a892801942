"""`/api/v1/teams/`: the teams that the reader belongs to, and who else does."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import F, QuerySet
from rest_framework import mixins, serializers
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from tracker.api.base import FORMAT
from tracker.api.filters import read_query
from tracker.api.pagination import CursorPages
from tracker.models import Membership, Team, User


class PersonSerializer(serializers.ModelSerializer[Membership]):
    """Somebody in the team."""

    id = serializers.IntegerField(source="user_id", help_text="What `person` means elsewhere.")
    name = serializers.CharField(source="user.name")
    email = serializers.EmailField(source="user.email")

    class Meta:
        model = Membership
        fields = ("id", "name", "email", "role")


class TeamSerializer(serializers.ModelSerializer[Team]):
    """A team, and what the reader is in it."""

    role = serializers.ChoiceField(
        choices=Membership.Role.choices, read_only=True, help_text="The reader's own."
    )

    class Meta:
        model = Team
        fields: tuple[str, ...] = (
            "slug",
            "name",
            "time_zone",
            "currency",
            "hour_cost",
            "role",
        )


class TeamWithPeopleSerializer(TeamSerializer):
    """A team and its people."""

    people = PersonSerializer(source="memberships", many=True, read_only=True)

    class Meta(TeamSerializer.Meta):
        fields = (*TeamSerializer.Meta.fields, "people")


class Teams(mixins.ListModelMixin, mixins.RetrieveModelMixin, GenericViewSet[Team]):
    """The teams that you belong to; a single one also tells its people."""

    queryset = Team.objects.none()
    order = ("slug",)
    pagination_class = CursorPages
    lookup_field = "slug"
    lookup_url_kwarg = "team"
    lookup_value_converter = "slug"

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        pages = set(CursorPages.parameters) if self.action == "list" else set()
        read_query(request, known={FORMAT} | pages, filters=None)

    def get_queryset(self) -> QuerySet[Team]:
        teams = Team.objects.visible_to(cast(User, self.request.user))
        teams = teams.annotate(role=F("memberships__role"))
        return teams if self.action == "list" else teams.prefetch_related("memberships__user")

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Team]]:
        return TeamSerializer if self.action == "list" else TeamWithPeopleSerializer
