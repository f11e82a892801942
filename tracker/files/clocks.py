"""Times of day and durations as files write them."""

from __future__ import annotations

import re
from datetime import time
from decimal import Decimal

TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})(?::([0-9]{2}))?(?:\s*([AP])\.?M\.?)?", re.IGNORECASE)
CLOCK = re.compile(r"([0-9]{1,9}):([0-9]{2})(?::([0-9]{2}))?")
DECIMAL_HOURS = re.compile(r"[0-9]{1,9}(?:[.,][0-9]+)?")
SECONDS_PER_HOUR = 3600
HALF_A_DAY = 12


def read_time(text: str) -> time:
    """`23:05`, `23:05:09` or `11:05:09 PM`; ValueError with a reason if it is none of these."""
    match = TIME.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is not a time of day" if text else "it has no time of day")
    hour, half = int(match[1]), (match[4] or "").upper()
    if half and not 1 <= hour <= HALF_A_DAY:
        raise ValueError(f"there is no time {text}")
    if half:
        hour = hour % HALF_A_DAY + (HALF_A_DAY if half == "P" else 0)
    try:
        return time(hour, int(match[2]), int(match[3] or 0))
    except ValueError as error:
        raise ValueError(f"there is no time {text}") from error


def is_twelve_hour(text: str) -> bool:
    """Whether `text` is a time with AM or PM."""
    match = TIME.fullmatch(text)
    return match is not None and match[4] is not None


def read_seconds(text: str) -> int:
    """Seconds of a duration such as `01:00:01` or `1:30`; ValueError with a reason if it is none."""
    if text[:1] in ("-", "−"):
        raise ValueError(f"its duration {text} is negative")
    match = CLOCK.fullmatch(text)
    if match is None or int(match[2]) >= 60 or int(match[3] or 0) >= 60:
        raise ValueError(f"{text!r} is not a duration such as 01:30:00")
    return int(match[1]) * SECONDS_PER_HOUR + int(match[2]) * 60 + int(match[3] or 0)


def read_decimal_hours(text: str) -> int:
    """Seconds of hours such as `0.50` or `0,50`; ValueError with a reason if it is no number."""
    if text[:1] in ("-", "−"):
        raise ValueError(f"its duration {text} is negative")
    if DECIMAL_HOURS.fullmatch(text) is None:
        raise ValueError(f"{text!r} is not a number of hours such as 0.50")
    return round(Decimal(text.replace(",", ".")) * SECONDS_PER_HOUR)


def whole_minutes(seconds: int) -> int:
    """Minutes, half a minute rounded up."""
    return (seconds + 30) // 60
