"""`/api/v1/teams/{team}/estimates/`, each channel's own, and `…/estimates/metrics/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_field, extend_schema_view
from rest_framework import mixins, serializers

from engagement.api.bands import (
    BankWeekSerializer,
    CurvePointSerializer,
    ForecastWeekSerializer,
    PatienceSerializer,
)
from engagement.models import Estimate, MetricEstimate
from engagement.outlook import bank_of, curve_of, forecast_of, kernel_of
from engagement.patience import patience_in
from tracker.api.csv_lists import CsvList, json_or_csv
from tracker.api.fields import TeamChoice
from tracker.api.filters import Filters
from tracker.models import Channel, Metric

NUMBERS = (
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
    "p_effect",
    "half_life_weeks",
    "ninety_percent_weeks",
    "marathon_index",
    "gain_if_even",
    "gain_if_even_low",
    "gain_if_even_high",
    "hours_rising",
    "p_flattening",
    "model_version",
    "computed_at",
)
LISTS = ("kernel", "curve", "bank", "forecast")
# Some hundred times as long as the numbers, and told of one channel at a time; the draws never.
LONG = (*LISTS, "patience", "effect")


class EstimateSerializer(serializers.ModelSerializer[Estimate]):
    """What one channel's hours caused."""

    channel = TeamChoice(Channel, read_only=True)

    class Meta:
        model = Estimate
        fields: tuple[str, ...] = ("channel", *NUMBERS)
        read_only_fields = fields


class MetricEstimateSerializer(serializers.ModelSerializer[MetricEstimate]):
    """What one channel's hours caused of one metric, in counts."""

    channel = TeamChoice(Channel, read_only=True)
    metric = TeamChoice(Metric, read_only=True)

    class Meta:
        model = MetricEstimate
        fields: tuple[str, ...] = ("id", "channel", "metric", *NUMBERS)
        read_only_fields = fields


class ListsSerializer(serializers.Serializer[Any]):
    """The lists of an estimate; all are empty where there were no hours."""

    kernel = serializers.SerializerMethodField(
        help_text="Share of an hour's effect by week after it, from its own week on."
    )
    curve = serializers.SerializerMethodField()
    bank = serializers.SerializerMethodField()
    forecast = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ListField(child=serializers.FloatField()))
    def get_kernel(self, row: Estimate | MetricEstimate) -> Any:
        return kernel_of(row)

    @extend_schema_field(CurvePointSerializer(many=True))
    def get_curve(self, row: Estimate | MetricEstimate) -> Any:
        return CurvePointSerializer(curve_of(row), many=True).data

    @extend_schema_field(BankWeekSerializer(many=True))
    def get_bank(self, row: Estimate | MetricEstimate) -> Any:
        return BankWeekSerializer(bank_of(row), many=True).data

    @extend_schema_field(ForecastWeekSerializer(many=True))
    def get_forecast(self, row: Estimate | MetricEstimate) -> Any:
        return ForecastWeekSerializer(forecast_of(row), many=True).data


class EstimateInFullSerializer(ListsSerializer, EstimateSerializer):
    """What one channel's hours caused, and what may be expected of them."""

    patience = serializers.SerializerMethodField()

    class Meta(EstimateSerializer.Meta):
        fields = (*EstimateSerializer.Meta.fields, *LISTS, "patience")
        read_only_fields = fields

    @extend_schema_field(PatienceSerializer(allow_null=True))
    def get_patience(self, row: Estimate) -> Any:
        kept = patience_in(row)
        return None if kept is None else PatienceSerializer(kept).data


class MetricEstimateInFullSerializer(ListsSerializer, MetricEstimateSerializer):
    """What one channel's hours caused of one metric, and what may be expected of them."""

    class Meta(MetricEstimateSerializer.Meta):
        fields = (*MetricEstimateSerializer.Meta.fields, *LISTS)
        read_only_fields = fields


class EstimateFilters(Filters):
    channel = TeamChoice(Channel, required=False)


class MetricEstimateFilters(EstimateFilters):
    metric = TeamChoice(Metric, required=False)


class EstimatedRows(mixins.RetrieveModelMixin, CsvList):
    """Numbers in the list, numbers and lists of a single one."""

    in_full: ClassVar[type[serializers.BaseSerializer[Any]]]

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().defer(*(LONG if self.action == "list" else ("effect",)))

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return super().get_serializer_class() if self.action == "list" else self.in_full


@extend_schema_view(
    list=extend_schema(**json_or_csv(EstimateSerializer)),
    retrieve=extend_schema(responses=EstimateInFullSerializer),
)
class Estimates(EstimatedRows):
    """
    What each channel's hours caused, over all its weeks, in the team's worth.

    `…_low` and `…_high` are the 5% and 95% quantiles; what is null nobody can know, for there
    were no hours. A channel's own address also tells its lists: the response curve, what past
    hours still bring, the forecast under the plan, and how long until an effort shows. They
    begin with the week after `last_week`. In CSV the channel's name stands beside its id.
    """

    queryset = Estimate.objects.none()
    serializer_class = EstimateSerializer
    in_full = EstimateInFullSerializer
    filters = EstimateFilters
    lookup_field = "channel__id"  # unlike channel_id, it takes any number
    lookup_url_kwarg = "channel"
    order: ClassVar = ("channel_id",)
    csv_name = "estimates"

    def csv_header(self) -> Sequence[str]:
        channel, *rest = super().csv_header()
        return [channel, "channel_name", *rest]

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        channel, *rest = told.values()
        return [channel, self.choices(Channel)[channel].name, *rest]


@extend_schema_view(
    list=extend_schema(**json_or_csv(MetricEstimateSerializer)),
    retrieve=extend_schema(responses=MetricEstimateInFullSerializer),
)
class MetricEstimates(EstimatedRows):
    """
    The same of each metric that a goal names, on each channel of the goal; in counts.

    In CSV the names of channel and metric stand beside their ids.
    """

    queryset = MetricEstimate.objects.none()
    serializer_class = MetricEstimateSerializer
    in_full = MetricEstimateInFullSerializer
    filters = MetricEstimateFilters
    order: ClassVar = ("channel_id", "metric_id")
    csv_name = "metric-estimates"

    def csv_header(self) -> Sequence[str]:
        own, channel, metric, *rest = super().csv_header()
        return [own, channel, "channel_name", metric, "metric_name", *rest]

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        own, channel, metric, *rest = told.values()
        return [
            own,
            channel,
            self.choices(Channel)[channel].name,
            metric,
            self.choices(Metric)[metric].name,
            *rest,
        ]
