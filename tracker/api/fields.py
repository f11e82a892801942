"""Fields that more than one resource needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import ValidationError

from tracker.api.errors import Conflict
from tracker.calendar import monday_of, week_named
from tracker.ordering import LAST_POSITION

LONGEST_ID = 18  # digits; every BigAutoField has fewer


@extend_schema_field(OpenApiTypes.INT)
class TeamChoice(serializers.Field[Any, Any, Any, Any]):
    """
    The id of one of the team's own rows; becomes the row.

    An id of another team and one that nobody has get the same answer. The choices are read
    once a request, so that a thousand rows cost one query.
    """

    default_error_messages = {  # noqa: RUF012  # REST framework declares it so
        "not_an_id": "this takes an id, a whole number",
        "not_ours": "this team has no such row among its {noun}",
    }

    def __init__(self, model: type[Model], **arguments: Any) -> None:
        self.model = model
        super().__init__(**arguments)

    def to_internal_value(self, data: Any) -> Model:
        if isinstance(data, bool) or not str(data).isascii() or not str(data).isdigit():
            self.fail("not_an_id")
        row: Model | None = None
        if len(str(data)) <= LONGEST_ID:
            row = self.context["view"].choices(self.model).get(int(data))
        if row is None:
            self.fail("not_ours", noun=self.model._meta.verbose_name_plural)
        return row

    def get_attribute(self, instance: Any) -> Any:
        # The id is in the row itself; asking for the related row would cost a query each.
        return instance.serializable_value(self.source)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(
    {"type": "string", "description": "A day of that week (2026-11-18) or the week (2026-W47)."}
)
class WeekField(serializers.Field[date, str, str, Any]):
    """A week by its ISO number or by any of its days; becomes its Monday."""

    default_error_messages = {  # noqa: RUF012  # REST framework declares it so
        "invalid": "this takes a day such as 2026-11-18 or a week such as 2026-W47",
    }

    def to_internal_value(self, data: str) -> date:
        try:
            return week_named(data) if "W" in data else monday_of(date.fromisoformat(data))
        except (TypeError, ValueError, OverflowError):
            self.fail("invalid")

    def to_representation(self, value: date) -> str:
        return value.isoformat()


class PositionField(serializers.IntegerField):
    """A place in a list."""

    def __init__(self, **arguments: Any) -> None:
        super().__init__(
            min_value=0, max_value=LAST_POSITION, help_text="Order in lists.", **arguments
        )


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know: a field with a slip in its name must not get lost."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, Mapping):
            refused = {}
            for name in data:
                field = self.fields.get(name)
                if field is None:
                    refused[name] = ["there is no such field here"]
                elif field.read_only:
                    refused[name] = ["this field can't be written"]
            if refused:
                raise ValidationError(refused)
        return super().to_internal_value(data)


class StrictModelSerializer(StrictSerializer, serializers.ModelSerializer[Any]):
    """The same for a serializer that takes its fields from a model."""


class NamedSerializer(StrictModelSerializer):
    """A row whose name stands once in its team, whatever its case."""

    def validate_name(self, name: str) -> str:
        model: Any = self.Meta.model
        namesakes = model.objects.of_team(self.context["view"].team).named(name)
        if self.instance is not None:
            namesakes = namesakes.exclude(pk=self.instance.pk)
        if namesakes.exists():
            raise ValidationError(name_taken(model))
        return name


def name_taken(model: type[Model]) -> str:
    return f"the team has a {model._meta.verbose_name} of this name already"


@contextmanager
def name_taken_once(model: type[Model]) -> Iterator[None]:
    """Conflict, if a request that ran at the same time took the name after it was looked up."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        raise Conflict(name_taken(model)) from error
