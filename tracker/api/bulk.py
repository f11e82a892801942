"""Recording one row or many, so that sending the same again changes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Generic, Protocol, TypeVar

from django.db import transaction
from django.db.models import QuerySet
from rest_framework import serializers, status
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.base import TeamResource
from tracker.api.errors import Conflict, problems_in, told
from tracker.recording import Tally

SOURCE = "api"
MOST_ROWS = 1000


class Keyed(Protocol):
    @property
    def key(self) -> str: ...


Fact = TypeVar("Fact", bound=Keyed)


class RefusedRowSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="The row's place in the request, from 0.")
    reason = serializers.CharField()


class TallySerializer(serializers.Serializer[Any]):
    """What became of the rows of one request."""

    taken = serializers.IntegerField(help_text="Rows that were new.")
    known = serializers.IntegerField(help_text="Rows that were there already, just so.")
    refusals = RefusedRowSerializer(many=True)


class Recorder(TeamResource, Generic[Fact]):
    """
    POST of one object or of a list, each with the client's own `key`.

    One object: 201 if it is new, 200 if it was there just so, 409 if the key is there with
    another content. A list: 200 and a tally; sound rows are taken, the others are told by
    their index, all in one transaction. Two equal requests at once leave one copy.
    """

    write_right = "log"

    def fact_of(self, row: dict[str, Any]) -> Fact:
        """The fact that a validated row tells."""
        raise NotImplementedError

    def record(self, facts: Sequence[Fact]) -> Tally:
        raise NotImplementedError

    def kept(self) -> QuerySet[Any]:
        """The rows that came over the API, the newest of each key first."""
        return self.get_queryset().filter(source=SOURCE).order_by("-pk")

    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        if isinstance(request.data, list):
            return self.create_many(request.data)
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        fact = self.fact_of(serializer.validated_data)
        with transaction.atomic():
            tally = self.record([fact])
            row = self.kept().filter(source_key=fact.key).first()
        for refusal in tally.refusals:
            if row is None:
                raise ValidationError([refusal.reason])
            raise Conflict(refusal.reason)
        return Response(
            self.get_serializer(row).data,
            status.HTTP_201_CREATED if tally.taken else status.HTTP_200_OK,
        )

    def create_many(self, rows: list[Any]) -> Response:
        if len(rows) > MOST_ROWS:
            raise ValidationError(
                [f"a request may hold {MOST_ROWS} rows, not {len(rows)}; send them in parts"]
            )
        serializer = self.get_serializer()
        facts: dict[str, tuple[int, Fact]] = {}
        refusals: list[tuple[int, str]] = []
        for index, row in enumerate(rows):
            try:
                fact = self.fact_of(serializer.run_validation(row))
            except ValidationError as error:
                refusals.append((index, told(list(problems_in(error.detail)))))
                continue
            if fact.key in facts:
                refusals.append((index, f"key: row {facts[fact.key][0]} has the same"))
                continue
            facts[fact.key] = index, fact
        tally = self.record([fact for _, fact in facts.values()])
        refusals += [(facts[refused.key][0], refused.reason) for refused in tally.refusals]
        return Response(
            {
                "taken": tally.taken,
                "known": tally.known,
                "refusals": [
                    {"index": index, "reason": reason} for index, reason in sorted(refusals)
                ],
            }
        )
