"""`/api/v1/teams/{team}/channels/`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import IntegrityError, transaction
from rest_framework import mixins, serializers
from rest_framework.exceptions import ValidationError
from rest_framework.serializers import BaseSerializer

from tracker.api.base import READ_AND_WRITE, TeamResource
from tracker.api.errors import Conflict
from tracker.api.fields import PositionField, StrictModelSerializer
from tracker.api.filters import Filters
from tracker.models import Channel


class ArchivedField(serializers.BooleanField):
    """Archived or not, where the row keeps since when."""

    def get_attribute(self, instance: Channel) -> bool:
        return instance.archived_at is not None


class ChannelSerializer(StrictModelSerializer):
    """Where effort goes and responses come from."""

    position = PositionField(required=False)
    archived = ArchivedField(
        required=False, help_text="No longer used; what was logged on it stays."
    )

    class Meta:
        model = Channel
        fields = ("id", "name", "kind", "medium", "position", "archived")

    def validate_name(self, name: str) -> str:
        namesakes = Channel.objects.of_team(self.context["view"].team).named(name)
        if self.instance is not None:
            namesakes = namesakes.exclude(pk=self.instance.pk)
        if namesakes.exists():
            raise ValidationError("the team has a channel of this name")
        return name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "archived" in attrs:
            since = getattr(self.instance, "archived_at", None) or self.context["view"].now
            attrs["archived_at"] = since if attrs.pop("archived") else None
        return attrs


class ChannelFilters(Filters):
    archived = serializers.BooleanField(
        source="archived_at__isnull",
        required=False,
        help_text="Only archived ones, or only others.",
    )

    def validate_archived(self, archived: bool) -> bool:
        return not archived


class Channels(
    mixins.ListModelMixin,
    mixins.RetrieveModelMixin,
    mixins.CreateModelMixin,
    mixins.UpdateModelMixin,
    TeamResource,
):
    """
    Where effort goes and responses come from.

    Owners add and change channels. A channel is archived, not deleted: its hours happened.
    """

    queryset = Channel.objects.none()
    serializer_class = ChannelSerializer
    filters = ChannelFilters
    order: ClassVar = ("position", "name", "pk")
    http_method_names = READ_AND_WRITE

    def perform_create(self, serializer: BaseSerializer[Any]) -> None:
        save_once(serializer, team=self.team)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        save_once(serializer)


def save_once(serializer: BaseSerializer[Any], **fields: Any) -> None:
    """Save, or Conflict if a request that ran at the same time took the name."""
    try:
        with transaction.atomic():
            serializer.save(**fields)
    except IntegrityError as error:
        raise Conflict("the team has a channel of this name") from error
