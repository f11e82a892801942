"""`/api/v1/teams/{team}/plans/` and the allocations of one plan."""

from __future__ import annotations

from typing import Any, ClassVar

from django.core.exceptions import ValidationError as RuleBroken
from django.db.models import QuerySet
from rest_framework import mixins, serializers
from rest_framework.exceptions import NotFound, ValidationError
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer

from tracker.api.base import READ_AND_WRITE, READ_WRITE_DELETE, TeamResource
from tracker.api.errors import Conflict
from tracker.api.fields import StrictModelSerializer, TeamChoice
from tracker.models import Allocation, Channel, Goal, Metric, Plan
from tracker.planning import MINUTES_PER_WEEK, allocate, planning_day, withdraw_allocation

LARGEST_SMALL_INTEGER = 32_767


class AllocationSerializer(StrictModelSerializer):
    """Minutes and posts a week that a channel gets, from a week on until its next allocation."""

    channel = TeamChoice(Channel)
    weekly_minutes = serializers.IntegerField(min_value=0, max_value=MINUTES_PER_WEEK)
    weekly_posts = serializers.IntegerField(
        min_value=0, max_value=LARGEST_SMALL_INTEGER, required=False
    )
    expected_delay_weeks = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_SMALL_INTEGER,
        required=False,
        help_text="Weeks until the effort may show; until then it is too early to judge.",
    )

    class Meta:
        model = Allocation
        fields = (
            "id",
            "channel",
            "from_week",
            "weekly_minutes",
            "weekly_posts",
            "expected_delay_weeks",
            "registered_on",
        )
        read_only_fields = ("registered_on",)
        # Another allocation of the same week is replaced by `allocate`, not refused here.
        validators: ClassVar[list[Any]] = []

    def create(self, validated_data: dict[str, Any]) -> Allocation:
        view: Allocations = self.context["view"]
        return allocate(
            team=view.team,
            plan=view.plan,
            registered_on=planning_day(team=view.team, now=view.now),
            **validated_data,
        )


class GoalSerializer(serializers.ModelSerializer[Goal]):
    """A number to reach: a metric, on one channel or on all, by a day."""

    metric = TeamChoice(Metric, read_only=True)
    channel = TeamChoice(Channel, read_only=True, allow_null=True, help_text="Null: all together.")

    class Meta:
        model = Goal
        fields = ("id", "metric", "channel", "target", "starts_on", "due_on")
        read_only_fields = fields


class PlanSerializer(StrictModelSerializer):
    """The four answers for a period, with its allocations and goals."""

    allocations = AllocationSerializer(many=True, read_only=True)
    goals = GoalSerializer(many=True, read_only=True)

    class Meta:
        model = Plan
        fields = (
            "id",
            "name",
            "starts_on",
            "ends_on",
            "accomplish",
            "learn",
            "execute",
            "measure",
            "allocations",
            "goals",
            "created_at",
            "updated_at",
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        starts_on, ends_on = (
            attrs.get(name, getattr(self.instance, name, None)) for name in ("starts_on", "ends_on")
        )
        if starts_on is not None and ends_on is not None and ends_on <= starts_on:
            raise ValidationError({"ends_on": ["a plan ends after it starts"]})
        return attrs


class Plans(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    TeamResource,
):
    """
    What the team means to do: the four answers for a period, with allocations and goals.

    Owners write. Allocations are added under the plan's own address.
    """

    queryset = Plan.objects.none()
    serializer_class = PlanSerializer
    order: ClassVar = ("starts_on", "pk")
    http_method_names = READ_AND_WRITE

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().prefetch_related("allocations", "goals")

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        serializer.save(team=self.team)


class Allocations(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.DestroyModelMixin,
    TeamResource,
):
    """
    What the plan gives each channel a week, from a Monday on.

    Owners write. One of a week that has not begun replaces what was written for the channel
    and that week, and can be withdrawn. What has begun stays as it was written.
    """

    queryset = Allocation.objects.none()
    serializer_class = AllocationSerializer
    order: ClassVar = ("from_week", "pk")
    http_method_names = READ_WRITE_DELETE

    plan: Plan

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        plan = Plan.objects.of_team(self.team).filter(pk=kwargs["plan"]).first()
        if plan is None:
            raise NotFound("this team has no such plan")
        self.plan = plan

    def get_queryset(self) -> QuerySet[Any]:
        allocations = super().get_queryset()
        return allocations.filter(plan=self.plan) if hasattr(self, "plan") else allocations

    def perform_destroy(self, instance: Allocation) -> None:
        today = planning_day(team=self.team, now=self.now)
        try:
            withdraw_allocation(allocation=instance, today=today)
        except RuleBroken as error:
            raise Conflict(" ".join(error.messages)) from error
