"""Hours a week as a request tells them, by channel."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from engagement.whatif import HOURS_IN_A_WEEK
from tracker.api.fields import StrictSerializer, TeamChoice
from tracker.models import Channel


@extend_schema_field(OpenApiTypes.DOUBLE)
class HoursField(serializers.Field[float, Any, float, Any]):
    """Hours a week."""

    default_error_messages = {  # noqa: RUF012  # REST framework declares it so
        "invalid": f"this takes hours a week, a number from 0 to {HOURS_IN_A_WEEK:g}",
    }

    def to_internal_value(self, data: Any) -> float:
        # Compared as it is: an integer may be longer than a float can hold.
        if type(data) not in {int, float} or not 0 <= data <= HOURS_IN_A_WEEK:
            self.fail("invalid")
        return float(data)

    def to_representation(self, value: float) -> float:
        return value


class ChannelInUse(TeamChoice):
    """The id of one of the team's channels that nobody has archived."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(Channel, **arguments)
        self.error_messages["archived"] = "this channel is archived, so nothing is planned on it"

    def to_internal_value(self, data: Any) -> Channel:
        channel = cast(Channel, super().to_internal_value(data))
        if channel.archived_at is not None:
            self.fail("archived")
        return channel


class ByChannel(serializers.Field[dict[int, Any], Any, Any, Any]):
    """An object whose keys are ids of channels in use; becomes a dict by id."""

    default_error_messages = {  # noqa: RUF012  # REST framework declares it so
        "invalid": "this takes an object with the ids of channels as keys",
        "twice": "this channel stands here more than once",
    }

    def __init__(self, child: serializers.Field[Any, Any, Any, Any], **arguments: Any) -> None:
        super().__init__(**arguments)
        self.channel = ChannelInUse()
        self.child = child
        for part in (self.channel, self.child):
            part.bind("", self)  # type: ignore[arg-type]  # as ListField does it with its child

    def to_internal_value(self, data: Any) -> dict[int, Any]:
        if not isinstance(data, Mapping):
            self.fail("invalid")
        found: dict[int, Any] = {}
        refused: dict[str, Any] = {}
        for key, value in data.items():
            try:
                channel_id = self.channel.run_validation(key).pk
                if channel_id in found:
                    self.fail("twice")
                found[channel_id] = self.child.run_validation(value)
            except ValidationError as error:
                refused[key] = error.detail
        if refused:
            raise ValidationError(refused)
        return found

    def to_representation(self, value: dict[int, Any]) -> Any:
        return value


@extend_schema_field({"type": "object", "additionalProperties": {"type": "number"}})
class HoursByChannel(ByChannel):
    def __init__(self, **arguments: Any) -> None:
        super().__init__(HoursField(), **arguments)


class BoundsSerializer(StrictSerializer):
    """The least and the most hours a week."""

    least = HoursField(required=False, allow_null=True)
    most = HoursField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        least, most = attrs.get("least"), attrs.get("most")
        if least is not None and most is not None and least > most:
            raise ValidationError({"most": ["this is below `least`"]})
        return attrs


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {
            "type": "object",
            "properties": {
                "least": {"type": "number", "nullable": True},
                "most": {"type": "number", "nullable": True},
            },
        },
    }
)
class BoundsByChannel(ByChannel):
    def __init__(self, **arguments: Any) -> None:
        super().__init__(BoundsSerializer(), **arguments)
