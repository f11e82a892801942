"""`/api/v1/teams/{team}/forecasts/weekly/` and `…/forecasts/record/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.helpers import forced_singular_serializer
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from engagement.models import WeekForecast
from engagement.record import YEAR, TeamRecord, read_record, scores_of
from tracker.api.base import TeamResource
from tracker.api.csv_lists import CsvList, json_or_csv
from tracker.api.fields import TeamChoice
from tracker.api.filters import Filters, WeekFilters
from tracker.calendar import monday_of
from tracker.models import Channel

MOST_WEEKS = 20 * 52


class WeekForecastSerializer(serializers.ModelSerializer[WeekForecast]):
    """What one channel's week was expected to bring, and how that held."""

    channel = TeamChoice(Channel, read_only=True)
    hit = serializers.SerializerMethodField(help_text="Whether it came to lie in the interval.")
    interval_score = serializers.SerializerMethodField(
        help_text="Width of the interval and 20 times what it was missed by; less is better."
    )
    last_weeks_score = serializers.SerializerMethodField()
    last_year_score = serializers.SerializerMethodField()

    class Meta:
        model = WeekForecast
        fields = (
            "channel",
            "week",
            "hours",
            "mean",
            "low",
            "high",
            "last_weeks_low",
            "last_weeks_high",
            "last_year_low",
            "last_year_high",
            "in_hindsight",
            "model_version",
            "made_at",
            "counted",
            "hit",
            "interval_score",
            "last_weeks_score",
            "last_year_score",
        )
        read_only_fields = fields

    def get_hit(self, row: WeekForecast) -> bool | None:
        scores = scores_of(row)
        return None if scores is None else scores.hit

    def get_interval_score(self, row: WeekForecast) -> float | None:
        scores = scores_of(row)
        return None if scores is None else scores.interval_score

    def get_last_weeks_score(self, row: WeekForecast) -> float | None:
        scores = scores_of(row)
        return None if scores is None else scores.last_weeks_score

    def get_last_year_score(self, row: WeekForecast) -> float | None:
        scores = scores_of(row)
        return None if scores is None else scores.last_year_score


class WeekForecastFilters(WeekFilters):
    channel = TeamChoice(Channel, required=False)


@extend_schema_view(list=extend_schema(**json_or_csv(WeekForecastSerializer)))
class WeekForecasts(CsvList):
    """
    What one channel's week was expected to bring, in worth, and what it brought.

    A forecast is made from the weeks before its week and kept as it stood when the week ended;
    `in_hindsight` says of a few that they were made later, from the same weeks. Low and high are
    the 5% and 95% quantiles; `last_weeks_…` is the naive forecast "same as the last 4 weeks",
    `last_year_…` "same as the week a year ago". `counted` is in the worths that held when the
    forecast was made, and empty until the week is over and counted.
    """

    queryset = WeekForecast.objects.none()
    serializer_class = WeekForecastSerializer
    filters = WeekForecastFilters
    order: ClassVar = ("week", "channel_id")
    csv_name = "weekly-forecasts"

    def csv_header(self) -> Sequence[str]:
        channel, *rest = super().csv_header()
        return [channel, "channel_name", *rest]

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        channel, *rest = told.values()
        return [channel, self.choices(Channel)[channel].name, *rest]


class ComparisonSerializer(serializers.Serializer[Any]):
    """Forecast and naive forecast over the weeks in which there are both; scores are means."""

    weeks = serializers.IntegerField()
    interval_score = serializers.FloatField(source="score", allow_null=True)
    naive_interval_score = serializers.FloatField(source="naive_score", allow_null=True)
    naive_hits = serializers.IntegerField()
    ratio = serializers.FloatField(
        allow_null=True, help_text="Score by naive score: below 1 the forecast was better."
    )


class RecordSerializer(serializers.Serializer[Any]):
    """How forecasts held; the share of hits should be nine tenths."""

    weeks = serializers.IntegerField(source="record.weeks")
    hits = serializers.IntegerField(source="record.hits")
    share = serializers.FloatField(source="record.share", allow_null=True)
    in_hindsight = serializers.IntegerField(help_text="Of the weeks, those forecast afterwards.")
    interval_score = serializers.FloatField(source="record.score", allow_null=True)
    last_weeks = ComparisonSerializer(source="record.last_weeks")
    last_year = ComparisonSerializer(source="record.last_year")


class ChannelRecordSerializer(RecordSerializer):
    """How one channel's forecasts held."""

    def get_fields(self) -> dict[str, Any]:
        return {"channel": serializers.IntegerField(source="channel_id"), **super().get_fields()}


class TeamRecordSerializer(serializers.Serializer[TeamRecord]):
    """Together each week of each channel counts one; channels without such a week are missing."""

    together = RecordSerializer()
    channels = ChannelRecordSerializer(many=True)


class RecordFilters(Filters):
    channel = TeamChoice(Channel, required=False)
    weeks = serializers.IntegerField(
        required=False,
        min_value=1,
        max_value=MOST_WEEKS,
        help_text=f"How many weeks back, {YEAR} if nothing is said.",
    )


class ForecastRecord(TeamResource):
    """
    How well the forecasts held, per channel and together, over the last weeks that are counted.

    A hit is a week within its 90% interval. The interval score is the width of the interval and
    20 times what it was missed by, in the team's worth, so less is better (Gneiting and Raftery
    2007). It is told beside those of two naive forecasts over the very same weeks.
    """

    queryset = WeekForecast.objects.none()
    filters = RecordFilters
    pagination_class = None  # type: ignore[assignment]  # one answer has no pages

    def page_parameters(self, request: Request) -> set[str]:
        """One answer, and no pages."""
        return set()

    @extend_schema(responses=forced_singular_serializer(TeamRecordSerializer))  # type: ignore[no-untyped-call]  # no types
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        told = read_record(
            team=self.team,
            running=monday_of(self.today),
            channel=self.lookups.get("channel"),
            weeks=self.lookups.get("weeks", YEAR),
        )
        return Response(TeamRecordSerializer(told).data)
