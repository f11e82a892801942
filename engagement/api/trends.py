"""`/api/v1/teams/{team}/trends/weekly/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from engagement.models import WeeklyTrend
from tracker.api.csv_lists import CsvList, json_or_csv
from tracker.api.fields import TeamChoice
from tracker.api.filters import WeekFilters
from tracker.models import Channel, Metric


class WeeklyTrendSerializer(serializers.ModelSerializer[WeeklyTrend]):
    """One channel in one week."""

    channel = TeamChoice(Channel, read_only=True)
    responses = serializers.DictField(
        child=serializers.IntegerField(), read_only=True, help_text="Counts by the metric's id."
    )

    class Meta:
        model = WeeklyTrend
        fields = (
            "channel",
            "week",
            "planned_minutes",
            "logged_minutes",
            "planned_posts",
            "posts",
            "responses",
            "worth",
            "baseline",
            "attributed",
            "return_per_hour",
            "trend_4",
            "trend_4_low",
            "trend_4_high",
            "trend_13",
            "trend_13_low",
            "trend_13_high",
            "adherence",
        )
        read_only_fields = fields


class WeeklyTrendFilters(WeekFilters):
    channel = TeamChoice(Channel, required=False)


@extend_schema_view(list=extend_schema(**json_or_csv(WeeklyTrendSerializer)))
class WeeklyTrends(CsvList):
    """
    One channel in one week: plan, hours, responses, and what the hours caused.

    The worker computes them after every change; nothing here is estimated on request. In CSV
    the channel's name stands beside its id, and each metric has a column.
    """

    queryset = WeeklyTrend.objects.none()
    serializer_class = WeeklyTrendSerializer
    filters = WeeklyTrendFilters
    order: ClassVar = ("week", "channel_id")
    csv_name = "weekly-trends"

    def csv_header(self) -> Sequence[str]:
        metrics = [f"responses: {metric.name}" for metric in self.choices(Metric).values()]
        names = [name for name in super().csv_header() if name != "responses"]
        return [*names[:1], "channel_name", *names[1:], *metrics]

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        counts = told.pop("responses")
        channel, *rest = told.values()
        metrics = [counts.get(str(pk)) for pk in self.choices(Metric)]
        return [channel, self.choices(Channel)[channel].name, *rest, *metrics]
