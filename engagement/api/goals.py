"""`/api/v1/teams/{team}/goals/forecasts/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from engagement.models import GoalForecast
from tracker.api.csv_lists import CsvList, json_or_csv
from tracker.api.fields import TeamChoice
from tracker.api.filters import Filters
from tracker.models import Channel, Metric


class GoalPatienceSerializer(serializers.Serializer[Any]):
    """The same three weeks, were so many hours spent on one channel and on others as planned."""

    channel = serializers.IntegerField()
    hours = serializers.FloatField(help_text="A week, from now on.")
    early = serializers.DateField(allow_null=True)
    likely = serializers.DateField(allow_null=True)
    late = serializers.DateField(allow_null=True)


class GoalForecastSerializer(serializers.ModelSerializer[GoalForecast]):
    """When one goal will be reached under the plan."""

    goal = serializers.IntegerField(source="goal_id", read_only=True)
    metric = serializers.IntegerField(source="goal.metric_id", read_only=True)
    channel = serializers.IntegerField(
        source="goal.channel_id", read_only=True, allow_null=True, help_text="Null: all together."
    )
    target = serializers.IntegerField(source="goal.target", read_only=True)
    starts_on = serializers.DateField(source="goal.starts_on", read_only=True)
    due_on = serializers.DateField(source="goal.due_on", read_only=True)
    patience = GoalPatienceSerializer(many=True, read_only=True)

    class Meta:
        model = GoalForecast
        fields = (
            "goal",
            "metric",
            "channel",
            "target",
            "starts_on",
            "due_on",
            "counted",
            "last_week",
            "p_by_due",
            "reached_early",
            "reached",
            "reached_late",
            "model_version",
            "computed_at",
            "patience",
        )
        read_only_fields = fields


class GoalForecastFilters(Filters):
    channel = TeamChoice(Channel, source="goal__channel", required=False)
    metric = TeamChoice(Metric, source="goal__metric", required=False)


@extend_schema_view(list=extend_schema(**json_or_csv(GoalForecastSerializer)))
class GoalForecasts(CsvList):
    """
    When each goal will be reached if the plan is kept: with 5%, 50% and 95% probability.

    Weeks are told by their Mondays; null is later than is forecast, half a year from now.
    `patience` tells the same weeks for other hours on one channel. CSV leaves that out, and has
    the names of metric and channel beside their ids.
    """

    queryset = GoalForecast.objects.none()
    serializer_class = GoalForecastSerializer
    filters = GoalForecastFilters
    order: ClassVar = ("goal_id",)
    csv_name = "goal-forecasts"

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().select_related("goal")

    def csv_header(self) -> Sequence[str]:
        goal, metric, channel, *rest, _patience = super().csv_header()
        return [goal, metric, "metric_name", channel, "channel_name", *rest]

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        goal, metric, channel, *rest, _patience = told.values()
        return [
            goal,
            metric,
            self.choices(Metric)[metric].name,
            channel,
            None if channel is None else self.choices(Channel)[channel].name,
            *rest,
        ]
