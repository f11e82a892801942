"""The one shape in which the API says no."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.core.exceptions import ValidationError as RuleBroken
from rest_framework import serializers, status
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.fields import get_error_detail
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response
from rest_framework.views import exception_handler


class ProblemSerializer(serializers.Serializer[Any]):
    where = serializers.CharField(
        help_text="The field or parameter, by its name; empty: the request as a whole."
    )
    reason = serializers.CharField()


class RefusalSerializer(serializers.Serializer[Any]):
    """Every answer of 400 and above."""

    code = serializers.CharField(help_text="One word for programs: invalid, not_found, …")
    detail = serializers.CharField(help_text="One line for people.")
    problems = ProblemSerializer(
        many=True, help_text="What was wrong with the input; empty otherwise."
    )


class Conflict(APIException):
    """The request is sound, but what is stored already stands against it."""

    status_code = status.HTTP_409_CONFLICT
    default_detail = "this can't be done as things stand"
    default_code = "conflict"


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "the request is too large; send its rows in parts"
    default_code = "too_large"


def problems_in(errors: Any, where: str = "") -> Iterator[tuple[str, str]]:
    """(where, reason) of each error in what a serializer said, however deep it lies."""
    if isinstance(errors, dict):
        for name, below in errors.items():
            inner = where if name == "non_field_errors" else f"{where}.{name}".lstrip(".")
            yield from problems_in(below, inner)
    elif isinstance(errors, list):
        for below in errors:
            yield from problems_in(below, where)
    else:
        yield where, str(errors)


def told(problems: list[tuple[str, str]]) -> str:
    """The problems as one line."""
    return "; ".join(f"{where}: {reason}" if where else reason for where, reason in problems)


def answer_error(error: Exception, context: dict[str, Any]) -> Response | None:
    """
    REST framework's EXCEPTION_HANDLER; None for what is not the client's fault.

    A rule of the domain that a verb refuses to break is the client's.
    """
    if isinstance(error, RuleBroken):
        error = ValidationError(get_error_detail(error))
    elif isinstance(error, RequestDataTooBig):
        error = TooLarge()
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = response.data.get("detail") if isinstance(response.data, dict) else None
    if isinstance(detail, ErrorDetail):
        response.data = {"code": detail.code, "detail": str(detail), "problems": []}
    else:
        problems = list(problems_in(response.data))
        response.data = {
            "code": "invalid",
            "detail": told(problems),
            "problems": [{"where": where, "reason": reason} for where, reason in problems],
        }
    # Whoever asked for CSV gets the reason as JSON, like everybody else.
    context["request"].accepted_renderer = JSONRenderer()
    context["request"].accepted_media_type = JSONRenderer.media_type
    return response
