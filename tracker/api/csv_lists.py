"""Lists that can also be had as one CSV file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar, cast

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiResponse
from rest_framework import mixins
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.serializers import BaseSerializer, Serializer

from tracker.api.base import TeamResource
from tracker.api.pagination import CursorPages
from tracker.sheets import csv_lines

ROWS_AT_A_TIME = 2000


class CsvRenderer(BaseRenderer):
    """Lets `?format=csv` and `Accept: text/csv` choose CSV; the list itself writes the lines."""

    media_type = "text/csv"
    format = "csv"
    charset = "utf-8"

    def render(self, data: Any, *_: Any, **__: Any) -> bytes:
        raise NotImplementedError("CSV is streamed by the list that has it")


class CsvList(mixins.ListModelMixin, TeamResource):
    """
    A list as JSON, page by page, or as CSV in one stream of whatever length.

    The columns are the serializer's fields under the same names; a view that has more to say
    there (a name beside an id, a column per metric) says so in `csv_header` and `csv_cells`.
    Texts that a spreadsheet would take for a formula get an apostrophe.
    """

    csv_name: ClassVar[str] = "list"

    def get_renderers(self) -> list[BaseRenderer]:
        renderers = super().get_renderers()
        return [*renderers, CsvRenderer()] if self.action == "list" else renderers

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Any:
        if getattr(request.accepted_renderer, "format", "") != CsvRenderer.format:
            return super().list(request, *args, **kwargs)
        return StreamingHttpResponse(
            csv_lines(header=self.csv_header(), rows=self.csv_rows()),
            content_type="text/csv; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{self.team.slug}-{self.csv_name}.csv"'
            },
        )

    def page_parameters(self, request: Request) -> set[str]:
        """A file has no pages, so CSV knows neither `limit` nor `cursor`."""
        if getattr(request.accepted_renderer, "format", "") == CsvRenderer.format:
            return set()
        return set(CursorPages.parameters)

    def csv_header(self) -> Sequence[str]:
        serializer = cast(Serializer[Any], self.get_serializer())
        return list(serializer.fields)

    def csv_cells(self, told: dict[str, Any]) -> Sequence[object]:
        """One row's cells, of what the serializer tells."""
        return list(told.values())

    def csv_rows(self) -> Iterator[Sequence[object]]:
        rows = self.filter_queryset(self.get_queryset()).order_by(*self.order)
        serializer: BaseSerializer[Any] = self.get_serializer()
        for row in rows.iterator(chunk_size=ROWS_AT_A_TIME):
            yield self.csv_cells(serializer.to_representation(row))


def json_or_csv(serializer: type[Serializer[Any]]) -> dict[str, Any]:
    """What `extend_schema` needs for such a list."""
    return {
        "responses": {
            (200, "application/json"): serializer(many=True),
            (200, "text/csv"): OpenApiResponse(OpenApiTypes.STR, "The whole selection, one file."),
        }
    }
