"""Returns: what the hours brought back, from stored trends and nothing else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

from django.core.serializers.json import DjangoJSONEncoder
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from engagement.charts import HoursAndResponses, ReturnPerHour, series_of
from engagement.notices import notices_of
from engagement.overview import Overview, is_computing, read_overview
from engagement.period import PERIODS, period_named
from engagement.record_card import RecordCard
from engagement.tables import csv_lines
from engagement.tiles import as_of, basis_of, rows_of, tiles_of
from tracker.views.base import TeamPage

POLL = "computing"  # id of the element that asks whether the newer numbers are there
DEFAULT_PERIOD = "13"


class ReturnsPart(TeamPage):
    """What the page and its files have in common: period and channel, from the address."""

    section = "returns"
    http_method_names = ("get", "head", "options")

    def overview(self) -> Overview:
        """An address that names no period or no channel of this team leads nowhere: 404."""
        try:
            period = period_named(self.request.GET.get("weeks", DEFAULT_PERIOD), self.today)
        except ValueError as error:
            raise Http404(str(error)) from error
        overview = read_overview(
            team=self.team, period=period, channel_id=self.channel_id(), today=self.today
        )
        if overview is None:
            raise Http404("no such channel in this team")
        return overview

    def channel_id(self) -> int | None:
        named = self.request.GET.get("channel", "")
        if not named:
            return None
        # isdecimal alone takes other scripts' digits, and a longer number fits no key.
        if not (named.isascii() and named.isdecimal() and len(named) <= 18):
            raise Http404("not a channel's number")
        return int(named)


class ReturnsPage(ReturnsPart):
    template_name = "engagement/returns.html"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        # The page asks again while it is being overtaken; until then there is nothing to swap.
        if request.headers.get("HX-Trigger") == POLL and is_computing(self.team):
            return HttpResponse(status=204)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        overview = self.overview()
        choice = {"weeks": overview.period.name}
        if overview.chosen is not None:
            choice["channel"] = str(overview.chosen.pk)
        return super().get_context_data(
            overview=overview,
            periods=[
                (label, f"?{urlencode({**choice, 'weeks': name})}", name == overview.period.name)
                for name, label in PERIODS.items()
            ],
            address=f"?{urlencode(choice)}",
            tiles=tiles_of(overview),
            rows=rows_of(overview, self.today),
            notices=notices_of(overview, self.membership, self.today),
            as_of=as_of(overview, self.now),
            basis=basis_of(overview),
            charts=[
                self.drawn("hours-and-responses", overview.hours_and_responses, choice),
                self.drawn("return-per-hour", overview.return_per_hour, choice),
            ],
            record=overview.record and self.drawn("forecast-record", overview.record, choice),
            channels_file=self.file("channels", choice),
            **kwargs,
        )

    def drawn(
        self,
        name: str,
        chart: HoursAndResponses | ReturnPerHour | RecordCard,
        choice: dict[str, str],
    ) -> dict[str, Any]:
        """What `_chart.html` needs."""
        series = chart.series if isinstance(chart, RecordCard) else series_of(chart)
        return {
            "name": name,
            "chart": chart,
            "series": json.dumps(series, cls=DjangoJSONEncoder, separators=(",", ":")),
            "file": self.file(name, choice),
        }

    def file(self, name: str, choice: dict[str, str]) -> str:
        path = reverse("engagement:returns-file", args=[self.team.slug, name])
        return f"{path}?{urlencode(choice)}"


class ReturnsFile(ReturnsPart):
    """One of the page's tables as CSV."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        overview = self.overview()
        table = overview.table(kwargs["chart"])
        if table is None:
            raise Http404("no such table")
        name = f"{self.team.slug}-{kwargs['chart']}-{self.today.isoformat()}.csv"
        return HttpResponse(
            "".join(csv_lines(table)),
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )
