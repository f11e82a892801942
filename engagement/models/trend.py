"""
What the worker has computed, ready to be shown.

`engagement.trends` alone writes trends, `engagement.refresh` the state.
"""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from tracker.models import Channel
from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class WeeklyTrendQuerySet(TeamOwnedQuerySet["WeeklyTrend"]):
    def between(self, first: date, last: date) -> Self:
        """Both weeks (Mondays) included."""
        return self.filter(week__range=(first, last))


class WeeklyTrend(TeamOwned):
    """One channel in one week: plan, hours, responses, and what the hours caused."""

    channel = models.ForeignKey(Channel, on_delete=models.CASCADE, related_name="weekly_trends")
    week = models.DateField(help_text="Its Monday.")
    planned_minutes = models.PositiveIntegerField()
    logged_minutes = models.PositiveIntegerField()
    planned_posts = models.PositiveIntegerField()
    posts = models.PositiveIntegerField()
    responses = models.JSONField(help_text='Counts by metric id: {"17": 41, …}.')
    worth = models.DecimalField(
        max_digits=16, decimal_places=4, help_text="Summed worth of the week's responses."
    )
    baseline = models.FloatField(
        null=True, help_text="Worth that would have come without the effort."
    )
    attributed = models.FloatField(null=True, help_text="Worth that the effort caused.")
    return_per_hour = models.FloatField(
        null=True, help_text="Attributed worth of the week by its hours; empty without hours."
    )
    trend_4 = models.FloatField(null=True, help_text="Return per hour over the last 4 weeks.")
    trend_4_low = models.FloatField(null=True, help_text="5% quantile of trend_4.")
    trend_4_high = models.FloatField(null=True, help_text="95% quantile of trend_4.")
    trend_13 = models.FloatField(null=True, help_text="Return per hour over the last 13 weeks.")
    trend_13_low = models.FloatField(null=True, help_text="5% quantile of trend_13.")
    trend_13_high = models.FloatField(null=True, help_text="95% quantile of trend_13.")
    adherence = models.FloatField(
        null=True, help_text="Logged by planned minutes; empty where nothing was planned."
    )

    objects = WeeklyTrendQuerySet.as_manager()

    class Meta:
        ordering = ("week", "channel_id")
        indexes = (models.Index(fields=("team", "week"), name="weekly_trend_team_week"),)
        constraints = (
            models.UniqueConstraint(fields=("channel", "week"), name="weekly_trend_once"),
            models.CheckConstraint(
                condition=Q(week__iso_week_day=1), name="weekly_trend_of_a_monday"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel}, week of {self.week}"


class RefreshStateQuerySet(TeamOwnedQuerySet["RefreshState"]):
    def set_aside(self) -> Self:
        return self.filter(set_aside_at__isnull=False)


class RefreshState(TeamOwned):
    """How the computing of one channel stands: when it last worked, or why it does not."""

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, related_name="refresh_state")
    deliveries = models.PositiveSmallIntegerField(
        default=0, help_text="Tries since it last worked; a killed worker counts as one."
    )
    error = models.CharField(max_length=500, blank=True)
    refreshed_at = models.DateTimeField(null=True, blank=True)
    set_aside_at = models.DateTimeField(null=True, blank=True)

    objects = RefreshStateQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.channel}: {self.error or 'in order'}"
