"""What a team counts."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from tracker.models.batch import ImportBatch
from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class MetricQuerySet(TeamOwnedQuerySet["Metric"]):
    def named(self, name: str) -> Self:
        """By name, whatever its case; at most one in a team."""
        return self.filter(name__iexact=name.strip())


class Metric(TeamOwned):
    """Something counted per day, and what one of it is worth to this team."""

    class Depth(models.TextChoices):
        """How near to an outcome a response is; growth in reach alone is no return."""

        REACH = "reach", "Reach"
        REACTION = "reaction", "Reaction"
        CONVERSATION = "conversation", "Conversation"
        OUTCOME = "outcome", "Outcome"

    name = models.CharField(max_length=60)
    worth = models.DecimalField(
        max_digits=10,
        decimal_places=4,
        default=0,
        help_text="Points or money that one is worth to this team.",
    )
    depth = models.CharField(max_length=12, choices=Depth)
    position = models.PositiveSmallIntegerField(default=0, help_text="Order in lists.")
    batch = models.ForeignKey(
        ImportBatch,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="metrics",
        help_text="The import that made it; undoing that import takes it away if nothing uses it.",
    )

    objects = MetricQuerySet.as_manager()

    class Meta:
        ordering = ("position", "name")
        constraints = (
            models.UniqueConstraint("team", Lower("name"), name="metric_name_once_per_team"),
            models.CheckConstraint(condition=~Q(name=""), name="metric_has_a_name"),
            models.CheckConstraint(condition=Q(worth__gte=0), name="metric_worth_not_negative"),
            models.CheckConstraint(
                condition=Q(depth__in=("reach", "reaction", "conversation", "outcome")),
                name="metric_depth_known",
            ),
        )

    def __str__(self) -> str:
        return self.name
