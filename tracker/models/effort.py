"""Hours as they were spent, and the marks that say which weeks must be computed again."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from tracker.models.batch import ImportBatch
from tracker.models.channel import Channel
from tracker.models.team import TeamOwned, TeamOwnedQuerySet, User

MINUTES_PER_DAY = 24 * 60


class Activity(models.TextChoices):
    """What the hour was."""

    CREATE = "create", "Create"
    REPLY = "reply", "Reply"
    LISTEN = "listen", "Listen"
    REACH_OUT = "reach_out", "Reach out"
    MEET = "meet", "Meet"
    LEARN = "learn", "Learn"
    ORGANISE = "organise", "Organise"
    UNSAID = "", "Not said"


class TimeEntryQuerySet(TeamOwnedQuerySet["TimeEntry"]):
    def by(self, person: User) -> Self:
        return self.filter(person=person)

    def between(self, first: date, last: date) -> Self:
        """Both days included."""
        return self.filter(day__range=(first, last))


class TimeEntry(TeamOwned):
    """Minutes that one person spent on one channel and activity on one day."""

    class Confirmation(models.TextChoices):
        TYPED = "typed", "Typed"
        TIMER = "timer", "Timer"
        PLANNED = "planned", "As planned"
        IMPORTED = "imported", "Imported"
        API = "api", "Over the API"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="time_entries")
    person = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries"
    )
    person_label = models.CharField(
        max_length=254,
        blank=True,
        help_text="Who a file says it was, where that is nobody in the team.",
    )
    activity = models.CharField(max_length=9, choices=Activity, blank=True)
    day = models.DateField()
    minutes = models.PositiveSmallIntegerField()
    posts = models.PositiveSmallIntegerField(default=0, help_text="Posts published.")
    note = models.CharField(max_length=2000, blank=True)
    confirmation = models.CharField(max_length=8, choices=Confirmation)
    source = models.CharField(max_length=40, help_text="What brought it: week, timer, toggl, …")
    source_key = models.CharField(max_length=200, help_text="Makes a repeat harmless.")
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="time_entries"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = TimeEntryQuerySet.as_manager()

    class Meta:
        ordering = ("day", "pk")
        indexes = (
            models.Index(fields=("channel", "day"), name="time_entry_channel_day"),
            models.Index(fields=("team", "day"), name="time_entry_team_day"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("team", "source", "source_key"), name="time_entry_once_per_source"
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=MINUTES_PER_DAY), name="time_entry_within_a_day"
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0) | Q(posts__gt=0), name="time_entry_says_something"
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False) | ~Q(person_label=""),
                name="time_entry_has_a_person",
            ),
            models.CheckConstraint(
                condition=Q(activity__in=Activity.values), name="time_entry_activity_known"
            ),
            models.CheckConstraint(
                condition=Q(confirmation__in=("typed", "timer", "planned", "imported", "api")),
                name="time_entry_confirmation_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.channel}: {self.minutes} min"


class Timer(TeamOwned):
    """A clock that runs, or ran, for one person; stopped, it becomes a time entry."""

    person = models.ForeignKey(User, on_delete=models.CASCADE, related_name="timers")
    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="+")
    activity = models.CharField(max_length=9, choices=Activity, blank=True)
    note = models.CharField(max_length=2000, blank=True)
    started_at = models.DateTimeField()
    stopped_at = models.DateTimeField(null=True, blank=True)

    objects = TeamOwnedQuerySet["Timer"].as_manager()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("person",),
                condition=Q(stopped_at__isnull=True),
                name="timer_one_running_per_person",
            ),
            models.CheckConstraint(
                condition=Q(stopped_at__isnull=True) | Q(stopped_at__gte=F("started_at")),
                name="timer_stops_after_it_starts",
            ),
        )

    def __str__(self) -> str:
        return f"{self.person} on {self.channel} since {self.started_at:%H:%M}"


class StaleWeek(TeamOwned):
    """
    A mark: what is known of `channel` in the week of `week` (a Monday) has changed.

    Marks are only ever added by writers and deleted, one by one and by their id, by the
    worker that read them. A write that lands while the worker computes adds a mark that the
    worker has not read, so that nothing is missed and no two writers wait for each other.
    """

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="stale_weeks")
    week = models.DateField()
    marked_at = models.DateTimeField(auto_now_add=True)

    objects = TeamOwnedQuerySet["StaleWeek"].as_manager()

    class Meta:
        indexes = (models.Index(fields=("channel", "week"), name="stale_week_channel_week"),)

    def __str__(self) -> str:
        return f"{self.channel}, week of {self.week}"
