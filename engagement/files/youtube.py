"""YouTube Studio, advanced mode: the CSV files in the archive that it exports."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Callable, Generator
from datetime import date, datetime

from engagement.files.responses import CountFact, ResponsesFormat, Span, read_count
from tracker.files import Header, Proof, Refusal, Row, Table
from tracker.files.dates import DateOrder, find_order, read_day
from tracker.files.reading import Line
from tracker.models import Channel

# Its columns, and our name for what they count. Watch time, averages and rates are no counts;
# unique viewers of two days do not add up.
COUNTS = {
    "views": "Views",
    "impressions": "Impressions",
    "likes": "Likes",
    "shares": "Shares",
    "comments added": "Comments",
    "comments": "Comments",
    "subscribers": "Followers",
}
# Names that a channel's file has and no other network's daily file with "Views".
ITS_OWN = {
    "watch time (hours)",
    "average view duration",
    "average percentage viewed (%)",
    "impressions click-through rate (%)",
    "engaged views",
    "video publish time",
}
LONG_DATE = re.compile(r"([A-Z][a-z]{2}) ([0-9]{1,2}), ([0-9]{4})")
INSTEAD = "export Totals.csv or a table by date or by content instead"

FactReader = Callable[[Line], tuple[CountFact, ...]]


class YouTube(ResponsesFormat):
    """
    A table by one dimension, which is its first column.

    By date: counts of that day. By video: counts of all time on the day of publishing. By
    anything else, a country or a traffic source: parts of the same counts, without a day.
    """

    name = "youtube"
    label = "YouTube Studio"
    proof = Proof.FILE
    names_channels = False
    how_to_export = (
        "Analytics, Advanced mode, then Export current view as CSV; take Totals.csv or "
        "Table data.csv out of the archive."
    )
    kind = Channel.Kind.YOUTUBE

    def recognises(self, header: Header) -> bool:
        names = set(header.names)
        if header.names[:1] == ("date",) and names <= {"date", *COUNTS, *ITS_OWN}:
            return bool(names & COUNTS.keys())
        if names & ITS_OWN and names & COUNTS.keys():
            return True
        # Chart data.csv: Date, the chosen dimension, Views.
        return header.names[:1] == ("date",) and header.names[2:] == ("views",)

    def rows(
        self, table: Table, *, dates: DateOrder | None, zone: zoneinfo.ZoneInfo
    ) -> Generator[Row[CountFact] | Refusal, None, None]:
        facts_of = reader_for(table, dates)
        for line in table.lines():
            if isinstance(line, Refusal):
                yield line
                continue
            if line.is_total:
                continue
            try:
                facts = facts_of(line)
            except ValueError as error:
                yield Refusal(line.number, str(error))
                continue
            yield Row(line.number, facts) if facts else Refusal(line.number, "it has no counts")


def reader_for(table: Table, dates: DateOrder | None) -> FactReader:
    """How a row of this table is read, by its first columns."""
    header = table.header
    first = header.names[0]
    published = header.column("video publish time")
    columns = [(metric, header.column(name)) for name, metric in COUNTS.items() if header.has(name)]

    def counts(line: Line, day: date, span: Span, subject: str) -> tuple[CountFact, ...]:
        read = ((metric, read_count(line.cell(column))) for metric, column in columns)
        return tuple(
            CountFact(day=day, channel="", metric=metric, count=count, span=span, subject=subject)
            for metric, count in read
            if count is not None
        )

    def by_day(line: Line) -> tuple[CountFact, ...]:
        return counts(line, read_day(line.cells[0], order), Span.DAY, "")

    def by_video(line: Line) -> tuple[CountFact, ...]:
        if not line.cells[0]:
            raise ValueError("it names no video")
        day = publish_day(line.cell(published), order)
        return counts(line, day, Span.LIFETIME, line.cells[0])

    def by_part(line: Line) -> tuple[CountFact, ...]:
        dimension = header.shown[1] if first == "date" else header.shown[0]
        raise ValueError(f"it counts one {dimension.casefold()}, not the channel: {INSTEAD}")

    day_column: int | None = 0
    if first == "date" and header.names[1] in COUNTS.keys() | ITS_OWN:
        read = by_day
    elif first in {"content", "video"} and published is not None:
        read, day_column = by_video, published
    else:
        return by_part
    order = find_order(table.texts(day_column), given=dates)
    return read


def publish_day(text: str, order: DateOrder | None) -> date:
    """`Mar 4, 2024` or a day as elsewhere; ValueError with a reason if it is none."""
    if not LONG_DATE.fullmatch(text):
        return read_day(text, order)
    try:
        return datetime.strptime(text, "%b %d, %Y").date()  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise ValueError(f"there is no day {text}") from error


FORMAT = YouTube()
