"""Durations as people write them, to whole minutes and back."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

LONGEST = 24 * 60
# Longer than anything that says a duration; keeps a pasted page out of a message.
LONGEST_TEXT = 30

NUMBER = r"(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)"
HOURS = r"(?:h|hr|hrs|hour|hours)"
MINUTES = r"(?:m|min|mins|minute|minutes)"

ON_A_CLOCK = re.compile(r"([0-9]*):([0-5][0-9])")
HOURS_ALONE = re.compile(rf"({NUMBER}) ?{HOURS}?")
MINUTES_ALONE = re.compile(rf"({NUMBER}) ?{MINUTES}")
HOURS_AND_MINUTES = re.compile(rf"([0-9]+) ?{HOURS} ?([0-5]?[0-9])(?: ?{MINUTES})?")


def parse_minutes(text: str) -> int:
    """
    Minutes, 0 to 1440, of a duration of one day: `1:30`, `90m`, `1.5`, `1,5`, `2h 15`, `45 min`.

    A bare number is hours, nothing at all is 0, half a minute rounds up. Raises ValueError with
    one line, fit for the person who typed it, where the text is no duration, is negative or is
    longer than a day. `tracker/static/tracker/durations.js` reads the same forms.
    """
    said = " ".join(text.lower().split())
    if not said:
        return 0
    shown = said if len(said) <= LONGEST_TEXT else f"{said[:LONGEST_TEXT]}…"
    if said[0] in "-−–" and any(letter in "0123456789" for letter in said):
        raise ValueError(f"“{shown}” is negative; a duration is not")
    minutes = exact_minutes(said) if len(said) <= LONGEST_TEXT else None
    if minutes is None:
        raise ValueError(f"“{shown}” is not a duration such as 1:30, 90m or 1.5")
    if minutes > LONGEST:
        raise ValueError(f"“{shown}” is longer than a day; a bare number is hours, 90m is minutes")
    return int(minutes.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def exact_minutes(said: str) -> Decimal | None:
    """The minutes that a text in lower case with single spaces says, unrounded; None if none."""
    if match := ON_A_CLOCK.fullmatch(said):
        return Decimal(match[1] or 0) * 60 + Decimal(match[2])
    if match := HOURS_ALONE.fullmatch(said):
        return decimal(match[1]) * 60
    if match := MINUTES_ALONE.fullmatch(said):
        return decimal(match[1])
    if match := HOURS_AND_MINUTES.fullmatch(said):
        return Decimal(match[1]) * 60 + Decimal(match[2])
    return None


def decimal(digits: str) -> Decimal:
    return Decimal(digits.replace(",", "."))


def clock(minutes: int) -> str:
    """`1:30` for 90, `33:20` for 2000, `−0:15` for −15."""
    hours, rest = divmod(abs(minutes), 60)
    return f"{'−' if minutes < 0 else ''}{hours}:{rest:02d}"


def hours_and_minutes(minutes: int) -> str:
    """`6 h 15` for 375, `8 h` for 480, `45 min` for 45: how a sentence says it."""
    hours, rest = divmod(abs(minutes), 60)
    sign = "−" if minutes < 0 else ""
    if not hours:
        return f"{sign}{rest} min"
    return f"{sign}{hours} h {rest:02d}" if rest else f"{sign}{hours} h"
