"""What the team meant to do, in the words and numbers of the day on which it was written."""

from __future__ import annotations

from datetime import date
from typing import Self

from django.db import models
from django.db.models import F, Q

from tracker.models.channel import Channel
from tracker.models.metric import Metric
from tracker.models.team import TeamOwned, TeamOwnedQuerySet


class PlanQuerySet(TeamOwnedQuerySet["Plan"]):
    def on(self, day: date) -> Self:
        """The plans whose period holds `day`, the newest first."""
        return self.filter(starts_on__lte=day, ends_on__gte=day).order_by("-starts_on", "-pk")


class Plan(TeamOwned):
    """The four answers for a period."""

    name = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    accomplish = models.TextField(blank=True, help_text="What do we want to accomplish?")
    learn = models.TextField(blank=True, help_text="What do we need to learn?")
    execute = models.TextField(blank=True, help_text="How will we execute?")
    measure = models.TextField(blank=True, help_text="How will we measure and adapt?")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="plan_ends_after_it_starts"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="plan_has_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class AllocationQuerySet(TeamOwnedQuerySet["Allocation"]):
    def until(self, week: date) -> Self:
        """Those in force in the week of `week` (a Monday) or before."""
        return self.filter(from_week__lte=week)


class Allocation(TeamOwned):
    """
    Minutes and posts a week that a channel gets, from a week on until its next allocation.

    It has no end of its own: the channel's next one ends it, and an allocation of nothing
    ends the channel's plan. So no two can overlap. One whose week has begun (in UTC) can't be
    changed or deleted, and a new one can't begin before this week, nor in it where one is in
    force already: triggers in the database see to that, see migration 0002.
    """

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="allocations"
    )
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="allocations")
    from_week = models.DateField(help_text="A Monday.")
    weekly_minutes = models.PositiveIntegerField()
    weekly_posts = models.PositiveSmallIntegerField(default=0)
    expected_delay_weeks = models.PositiveSmallIntegerField(
        default=4, help_text="Weeks until the effort may show; until then it is too early to judge."
    )
    registered_on = models.DateField(help_text="The day on which it was written down.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = AllocationQuerySet.as_manager()

    class Meta:
        ordering = ("from_week", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=("channel", "from_week"), name="allocation_once_per_channel_and_week"
            ),
            models.CheckConstraint(
                condition=Q(from_week__iso_week_day=1), name="allocation_from_a_monday"
            ),
            models.CheckConstraint(
                condition=Q(weekly_minutes__lte=7 * 24 * 60), name="allocation_fits_a_week"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel}: {self.weekly_minutes} min a week from {self.from_week}"


class Goal(TeamOwned):
    """A number to reach: a metric, on one channel or on all, by a day."""

    plan = models.ForeignKey(
        Plan, on_delete=models.PROTECT, null=True, blank=True, related_name="goals"
    )
    metric = models.ForeignKey(Metric, on_delete=models.PROTECT, related_name="goals")
    channel = models.ForeignKey(
        Channel,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="goals",
        help_text="Empty: all channels together.",
    )
    target = models.PositiveIntegerField()
    starts_on = models.DateField(help_text="Counting begins on this day.")
    due_on = models.DateField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamOwnedQuerySet["Goal"].as_manager()

    class Meta:
        ordering = ("due_on", "pk")
        constraints = (
            models.CheckConstraint(condition=Q(target__gt=0), name="goal_target_above_zero"),
            models.CheckConstraint(
                condition=Q(due_on__gt=F("starts_on")), name="goal_due_after_it_starts"
            ),
        )

    def __str__(self) -> str:
        return f"{self.target} {self.metric} by {self.due_on}"


class LearningQuestion(TeamOwned):
    """Something that the team needs to learn, and the answer once it is known."""

    plan = models.ForeignKey(
        Plan, on_delete=models.SET_NULL, null=True, blank=True, related_name="questions"
    )
    text = models.CharField(max_length=300)
    answer = models.TextField(blank=True)
    answered_on = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamOwnedQuerySet["LearningQuestion"].as_manager()

    class Meta:
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="question_has_words"),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True) | ~Q(answer=""),
                name="question_answered_has_an_answer",
            ),
        )

    def __str__(self) -> str:
        return self.text


class Event(TeamOwned):
    """A dated note that explains a jump, and that the estimate controls for."""

    class Kind(models.TextChoices):
        LAUNCH = "launch", "Launch"
        PRESS = "press", "Press"
        OUTAGE = "outage", "Outage"
        OTHER = "other", "Other"

    channel = models.ForeignKey(
        Channel,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="events",
        help_text="Empty: it touched all channels.",
    )
    kind = models.CharField(max_length=6, choices=Kind)
    name = models.CharField(max_length=120)
    day = models.DateField()

    objects = TeamOwnedQuerySet["Event"].as_manager()

    class Meta:
        ordering = ("day", "pk")
        constraints = (
            models.CheckConstraint(condition=~Q(name=""), name="event_has_a_name"),
            models.CheckConstraint(
                condition=Q(kind__in=("launch", "press", "outage", "other")),
                name="event_kind_known",
            ),
        )

    def __str__(self) -> str:
        return f"{self.name}, {self.day}"


class Review(TeamOwned):
    """A dated decision: what was learnt, and what changes from which week."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="reviews")
    day = models.DateField()
    plan_words = models.TextField(help_text="What the plan said, word for word, on that day.")
    learnt = models.TextField()
    decision = models.TextField()
    from_week = models.DateField(
        null=True, blank=True, help_text="The Monday from which something changes."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = TeamOwnedQuerySet["Review"].as_manager()

    class Meta:
        ordering = ("-day", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(from_week__isnull=True) | Q(from_week__iso_week_day=1),
                name="review_changes_from_a_monday",
            ),
        )

    def __str__(self) -> str:
        return f"Review of {self.plan}, {self.day}"
