"""JSON bodies within limits."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO, Any

from rest_framework import status
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import JSONParser

BODY_LIMIT_BYTES = 10 * 1024 * 1024


class TooLarge(APIException):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    default_detail = "the request is too large"
    default_code = "too_large"


class LimitedJSONParser(JSONParser):
    """
    REST framework reads a body as it comes, past Django's limit for uploads in memory; this
    looks at its length first. Django gives a body without a Content-Length as empty.
    """

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        request = (parser_context or {})["request"]
        if int(request.META.get("CONTENT_LENGTH") or 0) > BODY_LIMIT_BYTES:
            raise TooLarge(f"a request may have {BODY_LIMIT_BYTES // 1024**2} MB; send fewer rows")
        try:
            return super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError("the JSON is nested too deeply") from error
