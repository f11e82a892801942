"""`/api/v1/teams/{team}/channels/`."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import transaction
from rest_framework import mixins, serializers
from rest_framework.serializers import BaseSerializer

from tracker.api.base import READ_AND_WRITE, TeamResource
from tracker.api.fields import NamedSerializer, PositionField, name_taken_once
from tracker.api.filters import Filters
from tracker.models import Channel
from tracker.planning import archive_channel, save_channel


class ArchivedField(serializers.BooleanField):
    """Archived or not, where the row keeps since when."""

    def get_attribute(self, instance: Channel) -> bool:
        return instance.archived_at is not None


class ChannelSerializer(NamedSerializer):
    """Where effort goes and responses come from."""

    position = PositionField(required=False)
    archived = ArchivedField(
        required=False,
        help_text="No longer used: its hours stay, its plan ends with this week.",
    )

    class Meta:
        model = Channel
        fields = ("id", "name", "kind", "medium", "position", "archived")

    def create(self, validated_data: dict[str, Any]) -> Channel:
        return self.update(Channel(), validated_data)

    def update(self, instance: Channel, validated_data: dict[str, Any]) -> Channel:
        for field, value in validated_data.items():
            setattr(instance, field, value)
        return save_channel(channel=instance, today=self.context["view"].today)


class ChannelFilters(Filters):
    archived = serializers.BooleanField(
        source="archived_at__isnull",
        required=False,
        help_text="Only archived ones, or only the others.",
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
        self.save(serializer)

    def perform_update(self, serializer: BaseSerializer[Any]) -> None:
        self.save(serializer)

    def save(self, serializer: BaseSerializer[Any]) -> None:
        archived = serializer.validated_data.pop("archived", None)
        if archived is False:
            serializer.validated_data["archived_at"] = None
        with transaction.atomic():
            with name_taken_once(Channel):
                channel = serializer.save(team=self.team)
            if archived and channel.archived_at is None:
                archive_channel(channel=channel, now=self.now)
