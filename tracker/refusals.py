"""Rows that were refused, told so that a person can read them: like ones together, the first only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from tracker.files import Refusal, Row

MOST_LINES = 200
# Where a reason goes on with what to add on the command line.
COMMAND_LINE_ADVICE = "; add --"
MOST_ROWS_NAMED = 12
# A reason quotes the cell that it is about, which may hold a page of text.
LONGEST_REASON = 500


@dataclass(slots=True)
class RefusedRows:
    """Rows that follow each other and were refused for one reason."""

    row: int
    to: int
    count: int
    reason: str

    def __str__(self) -> str:
        where = f"row {self.row}" if self.count == 1 else f"rows {self.row} to {self.to}"
        return f"{where}: {self.reason}"


class RefusalLog:
    """Collects refusals in the order of the file; keeps the first lines and counts the rest."""

    def __init__(self) -> None:
        self.lines: list[RefusedRows] = []
        self.count = 0
        self._follows = False  # whether the row before was refused and is in the last line

    @property
    def more(self) -> int:
        """Refused rows that no line tells."""
        return self.count - sum(line.count for line in self.lines)

    def add(self, part: Sequence[Row[Any] | Refusal], later: Iterable[Refusal]) -> None:
        """The refusals among the rows of `part`, and those `later` found for its other rows."""
        reasons = {refusal.row: refusal.reason for refusal in later}
        for row in part:
            if isinstance(row, Refusal):
                self._note(row.row, row.reason)
            elif (reason := reasons.get(row.number)) is not None:
                self._note(row.number, reason)
            else:
                self._follows = False

    def _note(self, row: int, reason: str) -> None:
        self.count += 1
        if len(reason) > LONGEST_REASON:
            reason = f"{reason[: LONGEST_REASON - 1]}…"
        if self._follows and self.lines[-1].reason == reason:
            self.lines[-1].to = row
            self.lines[-1].count += 1
        elif len(self.lines) < MOST_LINES:
            self.lines.append(RefusedRows(row, row, 1, reason))
            self._follows = True
        else:
            self._follows = False

    def as_json(self) -> list[dict[str, Any]]:
        return [
            {"row": line.row, "to": line.to, "count": line.count, "reason": line.reason}
            for line in self.lines
        ]

    @classmethod
    def from_json(cls, lines: Iterable[Mapping[str, Any]], count: int) -> Self:
        log = cls()
        log.lines = [RefusedRows(**line) for line in lines]
        log.count = count
        return log


def for_a_page(lines: Iterable[Mapping[str, Any]]) -> list[str]:
    """
    Kept lines as a page tells them: each reason once, with the rows that it is the reason for.

    What a person would add on the command line is left out; a page has selects for that.
    """
    rows_of: dict[str, list[Mapping[str, Any]]] = {}
    for line in lines:
        rows_of.setdefault(line["reason"].partition(COMMAND_LINE_ADVICE)[0], []).append(line)
    return [f"{rows_in_words(rows)}: {reason}" for reason, rows in rows_of.items()]


def rows_in_words(lines: Sequence[Mapping[str, Any]]) -> str:
    """`Row 3`, `Rows 3 and 7 to 9`, `Rows 3, 7, 11, … and 40 more`."""
    count = sum(line["count"] for line in lines)
    if count == 1:
        return f"Row {lines[0]['row']}"
    named = [
        str(line["row"]) if line["count"] == 1 else f"{line['row']} to {line['to']}"
        for line in lines
    ]
    if len(named) == 1:
        return f"Rows {named[0]}"
    if len(named) <= MOST_ROWS_NAMED:
        return f"Rows {', '.join(named[:-1])} and {named[-1]}"
    more = count - sum(line["count"] for line in lines[:MOST_ROWS_NAMED])
    return f"Rows {', '.join(named[:MOST_ROWS_NAMED])} and {more:,} more"
