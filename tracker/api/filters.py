"""Query parameters: declared, checked, and refused if nobody declared them."""

from __future__ import annotations

from typing import Any, cast

from django.db.models import QuerySet
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import build_parameter_type
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.filters import BaseFilterBackend
from rest_framework.request import Request
from rest_framework.views import APIView

from tracker.api.fields import WeekField


class Filters(serializers.Serializer[Any]):
    """
    The query parameters of one list. A field's `source` is the lookup that it narrows by:
    `fields.CharField(source="channel__name")`.
    """


class DayFilters(Filters):
    """`from` and `to`, days, both included."""

    def get_fields(self) -> dict[str, Any]:
        return {
            **super().get_fields(),
            "from": serializers.DateField(
                source="day__gte", required=False, help_text="The first day, included."
            ),
            "to": serializers.DateField(
                source="day__lte", required=False, help_text="The last day, included."
            ),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return in_order(attrs, "day__gte", "day__lte")


class WeekFilters(Filters):
    """`from` and `to`, weeks, both included."""

    def get_fields(self) -> dict[str, Any]:
        return {
            **super().get_fields(),
            "from": WeekField(
                source="week__gte", required=False, help_text="The first week, included."
            ),
            "to": WeekField(
                source="week__lte", required=False, help_text="The last week, included."
            ),
        }

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        return in_order(attrs, "week__gte", "week__lte")


def in_order(attrs: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    if first in attrs and last in attrs and attrs[first] > attrs[last]:
        raise ValidationError({"to": ["this lies before `from`"]})
    return attrs


def read_query(request: Request, *, known: set[str], filters: Filters | None) -> dict[str, Any]:
    """
    The lookups that the query asks for.

    Raises ValidationError that names every parameter which is unknown, stands twice, or has
    a value that its field refuses.
    """
    known = known | (set(filters.fields) if filters else set())
    refused = {
        name: ["there is no such parameter here"]
        if name not in known
        else ["this parameter stands here more than once"]
        for name, values in request.query_params.lists()
        if name not in known or len(values) > 1
    }
    if refused:
        raise ValidationError(refused)
    if filters is None:
        return {}
    return dict(filters.run_validation(request.query_params.dict()))


class DeclaredFilters(BaseFilterBackend):
    """Narrows a list by `view.lookups`, and tells the OpenAPI document what there is."""

    def filter_queryset(
        self, request: Request, queryset: QuerySet[Any], view: APIView
    ) -> QuerySet[Any]:
        lookups: dict[str, Any] = view.lookups  # type: ignore[attr-defined]  # TeamResource has it
        return queryset.filter(**lookups)

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        filters: Filters = view.filters()  # type: ignore[attr-defined]  # TeamResource has it
        schema = cast(AutoSchema, view.schema)
        return [
            build_parameter_type(
                name=name,
                location="query",
                required=False,
                description=str(field.help_text or ""),
                schema=schema._map_serializer_field(field, "request"),  # type: ignore[no-untyped-call]  # no types
            )
            for name, field in filters.fields.items()
        ]
