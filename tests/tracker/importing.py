"""Bringing a text in as if it were a file."""

from __future__ import annotations

import io
from datetime import date

from tracker.files import Choices
from tracker.files.dates import DateOrder
from tracker.imports import Outcome, import_file
from tracker.models import ImportBatch, Team, TimeEntry, User


def bring(
    team: Team,
    text: str,
    *,
    channel: str = "",
    mapping: dict[str, str] | None = None,
    dates: str = "",
    format_name: str = "",
    person: User | None = None,
) -> tuple[ImportBatch, Outcome]:
    return import_file(
        team=team,
        file=io.BytesIO(text.encode()),
        file_name="export.csv",
        choices=Choices(channel, mapping or {}, DateOrder(dates) if dates else None),
        format_name=format_name,
        person=person,
    )


def refusals(outcome: Outcome) -> list[str]:
    return [str(line) for line in outcome.log.lines]


def counts(outcome: Outcome) -> tuple[int, int, int]:
    """Taken, known, refused."""
    return outcome.taken, outcome.known, outcome.log.count


def entries() -> list[tuple[date, str, int]]:
    """Day, channel and minutes of every entry, in the order of days."""
    return list(
        TimeEntry.objects.order_by("day", "pk").values_list("day", "channel__name", "minutes")
    )
