"""Days as files write them: in ISO order, or in an order that the whole file must tell."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from functools import lru_cache

from tracker.files.encodings import CannotImportError

YEAR_FIRST = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})")
YEAR_LAST = re.compile(r"([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})")
MONTHS = 12


class DateOrder(StrEnum):
    """How 03/04/2026 is meant."""

    MDY = "mdy"
    DMY = "dmy"


class AmbiguousDatesError(CannotImportError):
    """Every day of the file can be read in two ways, and nothing in it tells which is meant."""

    def __init__(self, example: str) -> None:
        self.example = example
        self.as_mdy = read_day(example, DateOrder.MDY)
        self.as_dmy = read_day(example, DateOrder.DMY)
        super().__init__(
            f"every date in it can be read in two ways, {example} as {self.as_mdy:%-d %B} or as "
            f"{self.as_dmy:%-d %B}: add --dates mdy for the first or --dates dmy for the second"
        )


@lru_cache(maxsize=4096)  # a file holds few days and many rows
def read_day(text: str, order: DateOrder | None) -> date:
    """
    The day that `text` names; ValueError with a reason if it names none.

    `2026-03-04`, also with slashes or dots, means itself; with dots the day stands first
    (4.3.2026); otherwise `order` decides, and without it a day that fits both is an error.
    """
    if match := YEAR_FIRST.fullmatch(text):
        year, month, day = int(match[1]), int(match[3]), int(match[4])
    elif match := YEAR_LAST.fullmatch(text):
        first, second, year = int(match[1]), int(match[3]), int(match[4])
        if match[2] == ".":
            order = DateOrder.DMY
        elif order is None and first != second:
            raise ValueError(f"{text} can be read in two ways")
        month, day = (first, second) if order is DateOrder.MDY else (second, first)
    else:
        raise ValueError(f"{text!r} is not a date" if text else "it has no date")
    try:
        return date(year, month, day)
    except ValueError as error:
        raise ValueError(f"there is no day {text}{in_words(order)}") from error


def in_words(order: DateOrder | None) -> str:
    if order is None:
        return ""
    return " (month first)" if order is DateOrder.MDY else " (day first)"


def find_order(
    texts: Iterable[str], *, given: DateOrder | None, evidence: DateOrder | None = None
) -> DateOrder | None:
    """
    The order in which a file writes its days; None if none of them needs one.

    What the person has `given` counts most. Then a number above 12 proves that it is a day,
    and with it the order of the whole file. Then `evidence`, what else the file shows. If
    nothing tells, AmbiguousDatesError: a guess would put a third of the days into wrong months.
    """
    if given is not None:
        return given
    example = ""
    for text in texts:
        match = YEAR_LAST.fullmatch(text)
        if match is None or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        if first > MONTHS >= second > 0:
            return DateOrder.DMY
        if second > MONTHS >= first > 0:
            return DateOrder.MDY
        if first != second and first <= MONTHS and second <= MONTHS and not example:
            example = text
    if evidence is not None:
        return evidence
    if example and is_a_day(example):
        raise AmbiguousDatesError(example)
    return None


def is_a_day(text: str) -> bool:
    """Whether it is one in both orders; 0/5/2026 is one in neither."""
    try:
        read_day(text, DateOrder.MDY)
        read_day(text, DateOrder.DMY)
    except ValueError:
        return False
    return True
