"""`/api/v1/teams/{team}/responses/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers

from engagement.intake import LARGEST_COUNT, ResponseFact, record_responses
from engagement.models import Response
from tracker.api.bulk import SOURCE, Recorder
from tracker.api.fields import StrictModelSerializer, TeamChoice
from tracker.api.filters import DayFilters
from tracker.api.schema import one_or_many
from tracker.models import Channel, Metric
from tracker.recording import Tally


class ResponseSerializer(StrictModelSerializer):
    """The count of one metric on one channel on one day."""

    key = serializers.CharField(
        source="source_key", max_length=200, help_text="Your own name for this count."
    )
    channel = TeamChoice(Channel)
    metric = TeamChoice(Metric)
    count = serializers.IntegerField(
        min_value=-LARGEST_COUNT,
        max_value=LARGEST_COUNT,
        help_text="Written: the count as it is now. Read: what this revision adds to the ones "
        "before it, so that the sum over all rows is right.",
    )

    class Meta:
        model = Response
        fields = (
            "id",
            "key",
            "revision",
            "channel",
            "metric",
            "day",
            "count",
            "source",
            "created_at",
        )
        read_only_fields = ("revision", "source", "created_at")


class ResponseFilters(DayFilters):
    channel = TeamChoice(Channel, required=False)
    metric = TeamChoice(Metric, required=False)


@extend_schema_view(create=extend_schema(**one_or_many(ResponseSerializer)))
class Responses(mixins.ListModelMixin, mixins.RetrieveModelMixin, Recorder[ResponseFact]):
    """
    Counts of one metric on one channel and day.

    POST takes one count or a list of up to 1,000, each with a `key` of your own: sent again,
    it changes nothing; sent with another count, the difference is added as the key's next
    revision. Rows are only ever added. A known key on another channel, metric or day is
    refused. A list is answered by a tally; what could not be taken stands in its refusals.
    """

    queryset = Response.objects.none()
    serializer_class = ResponseSerializer
    filters = ResponseFilters
    order: ClassVar = ("day", "pk")

    def fact_of(self, row: dict[str, Any]) -> ResponseFact:
        return ResponseFact(
            day=row["day"],
            channel_id=row["channel"].pk,
            metric_id=row["metric"].pk,
            count=row["count"],
            key=row["source_key"],
        )

    def record(self, facts: Sequence[ResponseFact]) -> Tally:
        return record_responses(team=self.team, facts=facts, source=SOURCE)
