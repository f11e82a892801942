"""Our own CSV of responses: date,channel,metric,count."""

from __future__ import annotations

import zoneinfo
from collections.abc import Generator

from engagement.files.responses import CountFact, ResponsesFormat, Span, read_count
from tracker.files import Header, Proof, Refusal, Row, Table
from tracker.files.dates import DateOrder, find_order, read_day


class OwnResponses(ResponsesFormat):
    """One row is the count of one metric on one channel and day."""

    name = "responses"
    label = "Longrun responses"
    proof = Proof.OURS
    how_to_export = "A CSV with the header date,channel,metric,count."

    def recognises(self, header: Header) -> bool:
        return header.has("date", "channel", "metric", "count")

    def rows(
        self, table: Table, *, dates: DateOrder | None, zone: zoneinfo.ZoneInfo
    ) -> Generator[Row[CountFact] | Refusal, None, None]:
        day, channel, metric, count = (
            table.header.column(name) for name in ("date", "channel", "metric", "count")
        )
        order = find_order(table.texts(day), given=dates)
        for line in table.lines():
            if isinstance(line, Refusal):
                yield line
                continue
            try:
                fact = CountFact(
                    day=read_day(line.cell(day), order),
                    channel=line.cell(channel),
                    metric=line.cell(metric),
                    count=required_count(line.cell(count)),
                    span=Span.DAY,
                    subject="",
                )
            except ValueError as error:
                yield Refusal(line.number, str(error))
                continue
            yield Row(line.number, (fact,))


def required_count(text: str) -> int:
    if (count := read_count(text)) is None:
        raise ValueError("it has no count")
    return count


FORMAT = OwnResponses()
