"""`/api/v1/teams/{team}/metrics/`."""

from __future__ import annotations

from typing import Any, ClassVar

from rest_framework import mixins, serializers
from rest_framework.serializers import BaseSerializer

from tracker.api.base import READ_AND_WRITE, TeamResource
from tracker.api.fields import NamedSerializer, PositionField, name_taken_once
from tracker.models import Metric
from tracker.planning import save_metric


class MetricSerializer(NamedSerializer):
    """Something that the team counts, and what one of it is worth."""

    position = PositionField(required=False)
    worth = serializers.DecimalField(
        max_digits=10,
        decimal_places=4,
        min_value=0,
        required=False,
        help_text="Points or money that one is worth to this team.",
    )

    class Meta:
        model = Metric
        fields = ("id", "name", "worth", "depth", "position")

    def create(self, validated_data: dict[str, Any]) -> Metric:
        return self.update(Metric(), validated_data)

    def update(self, instance: Metric, validated_data: dict[str, Any]) -> Metric:
        for field, value in validated_data.items():
            setattr(instance, field, value)
        return save_metric(metric=instance, today=self.context["view"].today)


class Metrics(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    TeamResource,
):
    """
    What the team counts, and what one of each is worth.

    Owners add and change metrics; another worth has every trend computed again.
    """

    queryset = Metric.objects.none()
    serializer_class = MetricSerializer
    order: ClassVar = ("position", "name", "pk")
    http_method_names = READ_AND_WRITE

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        self.save(serializer)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        self.save(serializer)

    def save(self, serializer: BaseSerializer[Any]) -> None:
        with name_taken_once(Metric):
            serializer.save(team=self.team)
