"""`/api/v1/teams/{team}/estimates/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers

from engagement.models import Estimate
from tracker.api.csv_lists import CsvList, json_or_csv
from tracker.api.fields import TeamChoice
from tracker.api.filters import Filters
from tracker.models import Channel


class EstimateSerializer(serializers.ModelSerializer[Estimate]):
    """What one channel's hours caused."""

    channel = TeamChoice(Channel, read_only=True)

    class Meta:
        model = Estimate
        fields = (
            "channel",
            "verdict",
            "too_early_until",
            "first_week",
            "last_week",
            "weeks",
            "hours",
            "attributed",
            "attributed_low",
            "attributed_high",
            "return_per_hour",
            "return_per_hour_low",
            "return_per_hour_high",
            "next_hour",
            "next_hour_low",
            "next_hour_high",
            "hours_rising",
            "p_flattening",
            "model_version",
            "computed_at",
        )
        read_only_fields = fields


class EstimateFilters(Filters):
    channel = TeamChoice(Channel, required=False)


@extend_schema_view(list=extend_schema(**json_or_csv(EstimateSerializer)))
class Estimates(CsvList):
    """
    What each channel's hours caused, over all its weeks, in the team's worth.

    `…_low` and `…_high` are the 5% and 95% quantiles. In CSV the channel's name stands beside
    its id.
    """

    queryset = Estimate.objects.none()
    serializer_class = EstimateSerializer
    filters = EstimateFilters
    order: ClassVar = ("channel_id",)
    csv_name = "estimates"

    def csv_header(self) -> Sequence[str]:
        channel, *rest = super().csv_header()
        return [channel, "channel_name", *rest]

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        channel, *rest = told.values()
        return [channel, self.choices(Channel)[channel].name, *rest]
