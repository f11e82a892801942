"""Time sheets whose entries have a start and an end: what Toggl and Clockify share."""

from __future__ import annotations

import zoneinfo
from abc import abstractmethod
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from tracker.files import Header, Refusal, Row, Table
from tracker.files.activities import activity_in
from tracker.files.clocks import read_decimal_hours, read_seconds, read_time, whole_minutes
from tracker.files.dates import DateOrder, find_order, read_day
from tracker.files.hours import HoursFact, HoursFormat
from tracker.files.reading import Line

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where a time sheet's columns stand; None where this file lacks one."""

    project: int | None
    task: int | None
    description: int | None
    tags: int | None
    user: int | None
    email: int | None
    start_date: int | None
    start_time: int | None
    end_date: int | None
    end_time: int | None
    duration: int | None
    decimal_hours: int | None

    @classmethod
    def of(cls, header: Header) -> Columns:
        return cls(
            project=header.column("project"),
            task=header.column("task", "activity"),
            description=header.column("description"),
            tags=header.column("tags"),
            user=header.column("user"),
            email=header.column("email"),
            start_date=header.column("start date"),
            start_time=header.column("start time"),
            end_date=header.column("end date"),
            end_time=header.column("end time"),
            duration=header.column("duration", "duration (h)"),
            decimal_hours=header.column("duration (decimal)"),
        )


class TimesheetFormat(HoursFormat):
    """One row is one entry of one person; its key is the person and the start."""

    def rows(
        self, table: Table, *, dates: DateOrder | None, zone: zoneinfo.ZoneInfo
    ) -> Generator[Row[HoursFact] | Refusal, None, None]:
        columns = Columns.of(table.header)
        order = find_order(
            table.texts(columns.start_date, columns.end_date),
            given=dates,
            evidence=self.evidence(table, columns),
        )
        for line in table.lines():
            if isinstance(line, Refusal):
                yield line
                continue
            if line.is_total and not line.cell(columns.start_date):
                continue
            try:
                yield Row(line.number, tuple(facts_of(line, columns, order)))
            except ValueError as error:
                yield Refusal(line.number, str(error))

    @abstractmethod
    def evidence(self, table: Table, columns: Columns) -> DateOrder | None:
        """What else than the dates themselves tells their order in this kind of file."""


def facts_of(line: Line, columns: Columns, order: DateOrder | None) -> Iterator[HoursFact]:
    """One fact, or two if the entry runs past midnight; ValueError says why there is none."""
    started = moment(line.cell(columns.start_date), line.cell(columns.start_time), order)
    seconds = seconds_of(line, columns, order, started)
    minutes = whole_minutes(seconds)
    if not seconds:
        raise ValueError("it lasts no time at all")
    if not minutes:
        raise ValueError(f"it lasts {seconds} seconds, less than half a minute")
    if seconds > DAY.total_seconds():
        raise ValueError(f"it lasts {seconds / 3600:.1f} hours, more than a day has")
    midnight = datetime.combine(started.date() + DAY, time.min)
    first = min(minutes, whole_minutes(int((midnight - started).total_seconds())))
    tags = tuple(tag.strip() for tag in line.cell(columns.tags).split(",") if tag.strip())
    for day, share, suffix in (
        (started.date(), first, ""),
        (midnight.date(), minutes - first, "+1"),
    ):
        if share:
            yield HoursFact(
                day=day,
                channel=line.cell(columns.project),
                tags=tags,
                person=line.cell(columns.email),
                name=line.cell(columns.user),
                activity=activity_in([line.cell(columns.task), *tags]),
                minutes=share,
                posts=0,
                note=line.cell(columns.description),
                moment=f"{started.isoformat()}{suffix}",
            )


def seconds_of(line: Line, columns: Columns, order: DateOrder | None, started: datetime) -> int:
    """
    How long the entry lasted, by its duration or else by its ends.

    Decimal hours come last: Clockify writes 0.00 there for an entry of one hour.
    """
    ends_on, ends_at = line.cell(columns.end_date), line.cell(columns.end_time)
    between = None
    if ends_on and ends_at:
        between = int((moment(ends_on, ends_at, order) - started).total_seconds())
        if between < 0:
            raise ValueError(f"it ends ({ends_on} {ends_at}) before it starts")
    if duration := line.cell(columns.duration):
        return read_seconds(duration)
    if between is not None:
        return between
    if decimal_hours := line.cell(columns.decimal_hours):
        return read_decimal_hours(decimal_hours)
    raise ValueError("it has neither a duration nor an end")


def moment(day: str, clock: str, order: DateOrder | None) -> datetime:
    """Where the person was, the zone is not told: the day counts, and the order of entries."""
    return datetime.combine(read_day(day, order), read_time(clock))
