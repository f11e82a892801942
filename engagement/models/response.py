"""Counts that followers gave back."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import Q

from tracker.models import Channel, ImportBatch, Metric
from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class ResponseQuerySet(TeamOwnedQuerySet["Response"]):
    def between(self, first: date, last: date) -> Self:
        """Both days included."""
        return self.filter(day__range=(first, last))


class Response(TeamOwned):
    """
    The count of one metric on one channel on one day, as one source told it.

    Rows are only added. When a source later tells another number for the same `source_key`,
    the difference is added as the next `revision`, so that sums are right and taking an
    import back leaves exactly what was there before it.
    """

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="responses")
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="responses")
    day = models.DateField()
    count = models.IntegerField(help_text="Negative where a network takes responses back.")
    source = models.CharField(max_length=40, help_text="What brought it: week, x-posts, api, …")
    source_key = models.CharField(max_length=200, help_text="Makes a repeat harmless.")
    revision = models.PositiveSmallIntegerField(default=0)
    batch = models.ForeignKey(
        ImportBatch, on_delete=models.PROTECT, null=True, blank=True, related_name="responses"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ResponseQuerySet.as_manager()

    class Meta:
        ordering = ("day", "pk")
        indexes = (
            models.Index(fields=("channel", "day"), name="response_channel_day"),
            models.Index(fields=("team", "day"), name="response_team_day"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("team", "source", "source_key", "revision"),
                name="response_once_per_source",
            ),
            models.CheckConstraint(
                condition=~Q(source_key="") & ~Q(source=""), name="response_has_a_source"
            ),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.channel}: {self.count} {self.metric}"
