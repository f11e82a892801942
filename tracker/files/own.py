"""Our own CSV of hours: date,channel,activity,minutes,posts,note,person."""

from __future__ import annotations

import re
import zoneinfo
from collections.abc import Generator
from dataclasses import dataclass

from tracker.files import Header, Proof, Refusal, Row, Table
from tracker.files.activities import activity_in
from tracker.files.dates import DateOrder, find_order, read_day
from tracker.files.hours import HoursFact, HoursFormat
from tracker.files.reading import Line

WHOLE = re.compile(r"-?[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the columns stand; only the day, the channel and the minutes are a must."""

    day: int | None
    channel: int | None
    activity: int | None
    minutes: int | None
    posts: int | None
    note: int | None
    person: int | None

    @classmethod
    def of(cls, header: Header) -> Columns:
        return cls(
            day=header.column("date"),
            channel=header.column("channel"),
            activity=header.column("activity"),
            minutes=header.column("minutes"),
            posts=header.column("posts"),
            note=header.column("note"),
            person=header.column("person"),
        )


class OwnHours(HoursFormat):
    """A row is known by all that it says, so that its place among its day's rows is free."""

    name = "hours"
    label = "Longrun hours"
    proof = Proof.OURS
    how_to_export = "A CSV with the header date,channel,activity,minutes,posts,note,person."
    noun = "channel"
    content_in_key = True

    def recognises(self, header: Header) -> bool:
        return header.has("date", "channel", "minutes")

    def rows(
        self, table: Table, *, dates: DateOrder | None, zone: zoneinfo.ZoneInfo
    ) -> Generator[Row[HoursFact] | Refusal, None, None]:
        columns = Columns.of(table.header)
        order = find_order(table.texts(columns.day), given=dates)
        for line in table.lines():
            if isinstance(line, Refusal):
                yield line
                continue
            try:
                yield Row(line.number, (fact_of(line, columns, order),))
            except ValueError as error:
                yield Refusal(line.number, str(error))


def fact_of(line: Line, columns: Columns, order: DateOrder | None) -> HoursFact:
    day = read_day(line.cell(columns.day), order)
    said = line.cell(columns.activity)
    activity = activity_in([said])
    if said and not activity:
        raise ValueError(f"{said!r} is no activity such as create, reply, listen or meet")
    return HoursFact(
        day=day,
        channel=line.cell(columns.channel),
        tags=(),
        person=line.cell(columns.person),
        name="",
        activity=activity,
        minutes=whole_number(line.cell(columns.minutes), "minutes"),
        posts=whole_number(line.cell(columns.posts), "posts"),
        note=line.cell(columns.note),
        moment=day.isoformat(),
    )


def whole_number(text: str, noun: str) -> int:
    """Nothing is 0; ValueError where it is not a whole number."""
    if not text:
        return 0
    if WHOLE.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a whole number of {noun}")
    return int(text)


FORMAT = OwnHours()
