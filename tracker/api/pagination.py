"""Pages of a list that stay in step while rows are written."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any, cast

from django.core.exceptions import ValidationError as NotSuchAValue
from django.db.models import Field, Model, Q, QuerySet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

DEFAULT_LIMIT = 100
LARGEST_LIMIT = 1000


class CursorPages(BasePagination):
    """
    A page begins behind the last row of the page before, found by that row's own values.

    The view names the columns in `order`; together they must be unique, so the last one is
    the key. A row written or deleted meanwhile moves no other one onto a second page, and
    page 1,000 costs what page 1 costs.
    """

    parameters = ("limit", "cursor")

    def paginate_queryset(
        self,
        queryset: QuerySet[Any, Any] | Sequence[Any],
        request: Request,
        view: APIView | None = None,
    ) -> list[Any]:
        if not isinstance(queryset, QuerySet):
            raise TypeError("only rows of the database have pages")
        self.request = request
        self.order: Sequence[str] = view.order  # type: ignore[union-attr]  # every list has one
        limit = limit_in(request.query_params.get("limit"))
        cursor = request.query_params.get("cursor")
        if cursor is not None:
            queryset = queryset.filter(
                behind(self.order, read_cursor(cursor, queryset.model, self.order))
            )
        rows = list(queryset.order_by(*self.order)[: limit + 1])
        self.last = rows[limit - 1] if len(rows) > limit else None
        return rows[:limit]

    def get_paginated_response(self, data: Any) -> Response:
        following = None
        if self.last is not None:
            following = replace_query_param(
                self.request.build_absolute_uri(), "cursor", write_cursor(self.last, self.order)
            )
        return Response({"next": following, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "object",
            "required": ["next", "results"],
            "properties": {
                "next": {
                    "type": "string",
                    "format": "uri",
                    "nullable": True,
                    "description": "The following page; null on the last one.",
                },
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            {
                "name": "limit",
                "in": "query",
                "required": False,
                "description": "Rows on a page.",
                "schema": {
                    "type": "integer",
                    "minimum": 1,
                    "maximum": LARGEST_LIMIT,
                    "default": DEFAULT_LIMIT,
                },
            },
            {
                "name": "cursor",
                "in": "query",
                "required": False,
                "description": "Where the page begins: follow `next` instead of making one.",
                "schema": {"type": "string"},
            },
        ]


def limit_in(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if text.isascii() and text.isdigit() and len(text) < 5 and 1 <= int(text) <= LARGEST_LIMIT:
        return int(text)
    raise ValidationError({"limit": [f"this takes 1 to {LARGEST_LIMIT} rows"]})


def write_cursor(row: Model, order: Sequence[str]) -> str:
    values = [row.pk if name == "pk" else row.serializable_value(name) for name in order]
    return urlsafe_b64encode(json.dumps(values, default=str).encode()).decode().rstrip("=")


def read_cursor(text: str, model: type[Model], order: Sequence[str]) -> list[Any]:
    """The values at which a page begins, each of its column's type."""
    refused = ValidationError({"cursor": ["this is no cursor that this list gave out"]})
    try:
        values = json.loads(urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, RecursionError) as error:
        raise refused from error
    if not isinstance(values, list) or len(values) != len(order):
        raise refused
    if not all(is_askable(value) for value in values):
        raise refused
    try:
        # A column of days can't be asked about a number; every column reads a text.
        return [
            column(model, name).to_python(str(within_reach(value)))
            for name, value in zip(order, values, strict=True)
        ]
    except NotSuchAValue as error:
        raise refused from error


def is_askable(value: Any) -> bool:
    """Whether it is a text or a number of which a database can be asked."""
    if isinstance(value, str):
        return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
    return type(value) is int


def within_reach(value: str | int) -> str | int:
    """No row is beyond the largest number that a database can be asked about."""
    return value if isinstance(value, str) else max(min(value, 2**63 - 1), -(2**63))


def column(model: type[Model], name: str) -> Field[Any, Any]:
    return cast("Field[Any, Any]", model._meta.pk if name == "pk" else model._meta.get_field(name))


def behind(order: Sequence[str], values: Sequence[Any]) -> Q:
    """The rows that come after one with these `values`, as an OR that both databases index."""
    condition, same = Q(), Q()
    for name, value in zip(order, values, strict=True):
        condition |= same & Q(**{f"{name}__gt": value})
        same &= Q(**{name: value})
    return condition
