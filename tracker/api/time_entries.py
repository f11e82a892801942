"""`/api/v1/teams/{team}/time-entries/`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import mixins, serializers, status
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from tracker.api.base import READ_WRITE_DELETE
from tracker.api.bulk import SOURCE, Recorder
from tracker.api.errors import Conflict
from tracker.api.fields import StrictModelSerializer, TeamChoice
from tracker.api.filters import DayFilters
from tracker.api.schema import one_or_many
from tracker.corrections import correct_entry, delete_entry
from tracker.effort import MOST_POSTS, EffortFact, problem_of, record_entries
from tracker.models import Channel, TimeEntry, User
from tracker.models.effort import MINUTES_PER_DAY
from tracker.recording import Tally


class TimeEntrySerializer(StrictModelSerializer):
    """Minutes that one person spent on one channel and activity on one day."""

    key = serializers.CharField(
        source="source_key", max_length=200, help_text="Your own name for it, once in the team."
    )
    channel = TeamChoice(Channel)
    person = TeamChoice(
        User,
        required=False,
        allow_null=True,
        help_text="Who did it; you, if nobody is named. Only owners log for others.",
    )
    person_label = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=254,
        help_text="Instead of `person`: somebody who is not in the team. Owners only.",
    )
    minutes = serializers.IntegerField(min_value=0, max_value=MINUTES_PER_DAY)
    posts = serializers.IntegerField(
        min_value=0, max_value=MOST_POSTS, required=False, help_text="Posts published."
    )

    class Meta:
        model = TimeEntry
        fields = (
            "id",
            "key",
            "channel",
            "person",
            "person_label",
            "activity",
            "day",
            "minutes",
            "posts",
            "note",
            "confirmation",
            "source",
            "created_at",
            "updated_at",
        )
        read_only_fields = ("confirmation", "source", "created_at", "updated_at")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        user: User = self.context["request"].user
        person, label = attrs.get("person"), attrs.get("person_label", "")
        if person and label:
            raise ValidationError({"person_label": ["name a person or a label, not both"]})
        if not self.context["view"].may("manage") and (label or person not in (None, user)):
            raise ValidationError({"person": ["only owners of the team log for others"]})
        if person or label:
            attrs |= {"person": person, "person_label": label}
        elif self.instance is None:
            attrs |= {"person": user, "person_label": ""}
        elif {"person", "person_label"} & attrs.keys():
            raise ValidationError({"person": ["an entry keeps somebody: name a person or a label"]})
        return attrs


class TimeEntryFilters(DayFilters):
    channel = TeamChoice(Channel, required=False)
    person = TeamChoice(User, required=False)


@extend_schema_view(create=extend_schema(**one_or_many(TimeEntrySerializer)))
class TimeEntries(
    mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.UpdateModelMixin, Recorder[EffortFact]
):
    """
    Minutes that people spent, whatever brought them: the week, the timer, a file, the API.

    POST takes one entry or a list of up to 1,000, each with a `key` of your own: sent again,
    it changes nothing. A list is answered by a tally; what could not be taken stands in its
    refusals. Entries that came over the API can be changed and deleted, by their
    person and by owners; the others where they came from.
    """

    queryset = TimeEntry.objects.none()
    serializer_class = TimeEntrySerializer
    filters = TimeEntryFilters
    order: ClassVar = ("day", "pk")
    http_method_names = READ_WRITE_DELETE

    def get_queryset(self) -> QuerySet[Any]:
        entries = super().get_queryset()
        # Whoever is about to change an entry must see the last word on it.
        return entries.select_for_update() if self.action in LOCKING else entries

    def fact_of(self, row: dict[str, Any]) -> EffortFact:
        return EffortFact(
            day=row["day"],
            channel_id=row["channel"].pk,
            person_id=row["person"].pk if row["person"] else None,
            person_label=row["person_label"],
            activity=row.get("activity", ""),
            minutes=row["minutes"],
            posts=row.get("posts", 0),
            note=row.get("note", ""),
            key=row["source_key"],
        )

    def record(self, facts: Sequence[EffortFact]) -> Tally:
        return record_entries(
            team=self.team, facts=facts, source=SOURCE, confirmation=TimeEntry.Confirmation.API
        )

    @transaction.atomic
    def partial_update(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        entry = self.changeable_entry()
        serializer = self.get_serializer(entry, data=request.data, partial=True)
        serializer.is_valid(raise_exception=True)
        changes = serializer.validated_data
        if changes.pop("source_key", entry.source_key) != entry.source_key:
            raise ValidationError({"key": ["a key stays; delete the entry and send a new one"]})
        kept = {name: getattr(entry, name) for name in WRITABLE}
        problem = problem_of(self.fact_of(kept | changes))
        if problem is not None:
            raise ValidationError([problem])
        return Response(self.get_serializer(correct_entry(entry=entry, changes=changes)).data)

    @transaction.atomic
    def destroy(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        delete_entry(entry=self.changeable_entry())
        return Response(status=status.HTTP_204_NO_CONTENT)

    def changeable_entry(self) -> TimeEntry:
        """The entry that the address names, locked, if this user may change it here."""
        entry: TimeEntry = self.get_object()
        if entry.person_id != self.membership.user_id and not self.may("manage"):
            raise PermissionDenied("only owners of the team change the entries of others")
        if entry.batch_id is not None:
            raise Conflict(f"import {entry.batch_id} brought this entry; take the import back")
        if entry.source != SOURCE:
            raise Conflict("this entry was made on the page of its week; change it there")
        return entry


LOCKING = ("partial_update", "destroy")
WRITABLE = (
    "source_key",
    "channel",
    "person",
    "person_label",
    "activity",
    "day",
    "minutes",
    "posts",
    "note",
)
