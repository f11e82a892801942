"""Weeks as dates: a week is named by its Monday, in pages and addresses by its ISO number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

WEEK = timedelta(weeks=1)
ISO_WEEK = re.compile(r"(\d{4})-W(\d{2})")


def monday_of(day: date) -> date:
    """The first day of the week that `day` lies in."""
    return day - timedelta(days=day.weekday())


def mondays(first: date, last: date) -> Iterator[date]:
    """The Mondays from `first` to `last`, both included; both must be Mondays."""
    week = first
    while week <= last:
        yield week
        week += WEEK


def days_of(week: date) -> list[date]:
    """The seven days of the week that begins on `week`."""
    return [week + timedelta(days=n) for n in range(7)]


def iso_name(week: date) -> str:
    """`2026-W47` for the week that begins on 16 November 2026."""
    year, number, _ = week.isocalendar()
    return f"{year}-W{number:02d}"


def week_named(name: str) -> date:
    """
    The Monday of an ISO week such as `2026-W47`.

    Raises ValueError where the name is not of that form or the year has no such week.
    """
    match = ISO_WEEK.fullmatch(name)
    if match is None:
        raise ValueError(f"{name!r} is not a week such as 2026-W47")
    return date.fromisocalendar(int(match[1]), int(match[2]), 1)
