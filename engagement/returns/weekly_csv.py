"""Weekly series of channels as a CSV, `channel,week,hours,responses,event`, for any estimator."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import TextIO

import numpy as np

from engagement.returns.estimate import WEEK, History

REQUIRED = ("channel", "week", "hours", "responses")
EVENT = "event"
# Beyond these a number or a date is a slip of the pen, and arithmetic with it means nothing.
MOST_HOURS, MOST_RESPONSES = 1e6, 1e12
FIRST_DAY, LAST_DAY = date(1970, 1, 1), date(2200, 1, 1)
MOST_WEEKS, MOST_WEEKS_AHEAD = 2600, 520


class WeeklyCsvError(Exception):
    """One line that names row and column."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int  # as an editor counts lines, the header being the first
    channel: str
    week: date  # a Monday
    hours: float
    responses: float | None  # None: a week to come
    event: bool


def read_histories(file: TextIO) -> dict[str, History]:
    """
    Channels in the order in which they first appear, each with its weeks in order.

    A week that is absent between a channel's others has no hours, and responses between those of
    its neighbours: to take unknown counts for nothing would credit the hours with all the rest.
    Weeks without responses are to come, and stand after all that have them. Raises
    WeeklyCsvError.
    """
    by_channel: dict[str, dict[date, Row]] = {}
    for row in read_rows(file):
        weeks = by_channel.setdefault(row.channel, {})
        if row.week in weeks:
            first = weeks[row.week].number
            raise problem(row.number, "week", f"{row.week} stands in row {first} already")
        weeks[row.week] = row
    if not by_channel:
        raise WeeklyCsvError("there is no row below the header")
    return {channel: history_of(rows.values()) for channel, rows in by_channel.items()}


def history_of(rows: Iterable[Row]) -> History:
    """The rows of one channel as series without gaps."""
    known = {row.week: row for row in rows if row.responses is not None}
    ahead = {row.week: row for row in rows if row.responses is None}
    if not known:
        first = min(ahead.values(), key=lambda row: row.week)
        raise problem(first.number, "responses", f"channel {first.channel!r} has no week with any")
    last = max(known)
    if ahead and min(ahead) < last:
        early = ahead[min(ahead)]
        raise problem(early.number, "responses", f"empty, though {last} has responses; write 0")
    if (last - min(known)) // WEEK >= MOST_WEEKS:
        raise problem(
            known[last].number, "week", f"{last} is over {MOST_WEEKS} weeks after {min(known)}"
        )
    if ahead and (max(ahead) - last) // WEEK > MOST_WEEKS_AHEAD:
        far = ahead[max(ahead)]
        raise problem(
            far.number, "week", f"{far.week} is over {MOST_WEEKS_AHEAD} weeks after {last}"
        )
    weeks = every_week(min(known), last)
    later = every_week(last + WEEK, max(ahead)) if ahead else []
    counted = sorted(known)
    return History(
        first_week=weeks[0],
        hours=np.array([known[w].hours if w in known else 0.0 for w in weeks]),
        worth=np.interp(
            [w.toordinal() for w in weeks],
            [w.toordinal() for w in counted],
            [known[w].responses or 0.0 for w in counted],
        ),
        events=np.array([w in known and known[w].event for w in weeks]),
        hours_ahead=np.array([ahead[w].hours if w in ahead else 0.0 for w in later]),
        events_ahead=np.array([w in ahead and ahead[w].event for w in later], dtype=np.bool_),
    )


def every_week(first: date, last: date) -> list[date]:
    return [first + n * WEEK for n in range((last - first) // WEEK + 1)]


def read_rows(file: TextIO) -> Iterator[Row]:
    reader = csv.reader(file)
    try:
        header = [name.strip().lower() for name in next(reader, [])]
        for name in REQUIRED:
            if name not in header:
                raise problem(1, name, "there is no such column in the header")
        for name in (*REQUIRED, EVENT):
            if header.count(name) > 1:
                raise problem(1, name, "stands twice in the header")
        for cells in reader:
            if any(cell.strip() for cell in cells):
                yield read_row(reader.line_num, dict(zip(header, cells, strict=False)))
    except csv.Error as error:
        raise WeeklyCsvError(f"row {reader.line_num}: {error}") from error


def read_row(number: int, cells: dict[str, str]) -> Row:
    channel = cells.get("channel", "").strip()
    if not channel:
        raise problem(number, "channel", "empty")
    hours = read_number(number, "hours", cells.get("hours", ""), MOST_HOURS)
    if hours is None:
        raise problem(number, "hours", "empty; write 0 for a week without any")
    if hours < 0:
        raise problem(number, "hours", f"{hours:g} is negative")
    event = cells.get(EVENT, "").strip()
    if event not in {"", "0", "1"}:
        raise problem(number, EVENT, f"{event!r} is neither 0 nor 1")
    return Row(
        number=number,
        channel=channel,
        week=read_week(number, cells.get("week", "")),
        hours=hours,
        responses=read_number(number, "responses", cells.get("responses", ""), MOST_RESPONSES),
        event=event == "1",
    )


def read_week(number: int, text: str) -> date:
    try:
        week = date.fromisoformat(text.strip())
    except ValueError as error:
        raise problem(number, "week", f"{text.strip()!r} is no date such as 2025-01-06") from error
    if not FIRST_DAY <= week <= LAST_DAY:
        raise problem(number, "week", f"{week} is not between {FIRST_DAY} and {LAST_DAY}")
    if week.weekday():
        raise problem(number, "week", f"{week} is a {week:%A}; a week is named by its Monday")
    return week


def read_number(number: int, column: str, text: str, most: float) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise problem(number, column, f"{text.strip()!r} is not a number") from error
    if not math.isfinite(value):
        raise problem(number, column, f"{text.strip()!r} is not a finite number")
    if abs(value) > most:
        raise problem(number, column, f"{value:g} is more than {most:g}")
    return value


def problem(number: int, column: str, words: str) -> WeeklyCsvError:
    return WeeklyCsvError(f"row {number}, column {column}: {words}")
