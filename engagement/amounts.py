"""Amounts as people read them: worth in the team's unit, hours, days, and how long ago."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import floor, log10

from engagement.bands import Band

# Symbols that stand before the number; any other ISO code is printed as it is.
SYMBOLS = {
    "AUD": "A$",
    "BRL": "R$",
    "CAD": "CA$",
    "EUR": "€",
    "GBP": "£",
    "ILS": "₪",
    "INR": "₹",
    "JPY": "¥",
    "KRW": "₩",
    "MXN": "MX$",
    "NZD": "NZ$",
    "USD": "$",
}
MINUS = "\N{MINUS SIGN}"
GAP = "\N{NO-BREAK SPACE}"
NOT_KNOWN = "–"


@dataclass(frozen=True, slots=True)
class Unit:
    """What a team's worth is counted in: `€9,100`, `SEK 9,100` or `9,100 points`."""

    name: str
    prefix: str
    suffix: str

    def exact(self, value: float) -> str:
        """A counted amount, to the unit; small ones keep what is behind the point."""
        return self._dressed(value, _step_of(abs(value)))

    def estimate(self, band: Band) -> str:
        """The mean, to the digits that the width of its interval supports."""
        return self._dressed(band.mean, _step_of_band(band))

    def interval(self, band: Band) -> str:
        """`65–133`, or `−4 to 12` where a minus sign would be lost between dashes."""
        if band.low is None or band.high is None:
            return ""
        step = _step_of_band(band)
        low, high = _number(band.low, step), _number(band.high, step)
        joint = " to " if low.startswith(MINUS) else "–"
        return f"{low}{joint}{high}"

    def with_interval(self, band: Band) -> str:
        """`€95 (65–133)`."""
        interval = self.interval(band)
        return f"{self.estimate(band)} ({interval})" if interval else self.estimate(band)

    def _dressed(self, value: float, step: float) -> str:
        number = _number(value, step)
        sign, digits = (MINUS, number[1:]) if number.startswith(MINUS) else ("", number)
        return f"{sign}{self.prefix}{digits}{self.suffix}"


def unit_of(currency: str) -> Unit:
    """The unit for a team's currency code; without one, worth is points."""
    if not currency:
        return Unit(name="points", prefix="", suffix=f"{GAP}points")
    symbol = SYMBOLS.get(currency)
    if symbol is None:
        return Unit(name=currency, prefix=f"{currency}{GAP}", suffix="")
    return Unit(name=symbol, prefix=symbol, suffix="")


def hours(minutes: float) -> str:
    """`96 h`, `6.5 h`: to a tenth of an hour below 100."""
    value = minutes / 60
    text = f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}".removesuffix(".0")
    return f"{text}{GAP}h"


def percent(share: float) -> str:
    return f"{share:.0%}"


def day(value: date, today: date) -> str:
    """`14 May`, with the year where it is not this one."""
    text = f"{value.day} {value:%b}"
    return text if value.year == today.year else f"{text} {value.year}"


def ago(moment: datetime, now: datetime) -> str:
    """`just now`, `12 min ago`, `3 h ago`, `5 days ago`."""
    passed = now - moment
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{passed // timedelta(minutes=1)} min ago"
    if passed < timedelta(days=2):
        return f"{passed // timedelta(hours=1)} h ago"
    return f"{passed.days} days ago"


def _number(value: float, step: float) -> str:
    decimals = 0 if step >= 1 else 1 if step >= 0.1 else 2
    rounded = round(value / step) * step
    text = f"{abs(rounded):,.{decimals}f}"
    return f"{MINUS}{text}" if rounded < 0 and text.strip("0.") else text


def _step_of(size: float) -> float:
    """A counted amount is told to the unit from 10 on, to the hundredth below."""
    return 1 if size >= 10 or float(size).is_integer() else 0.01


def _step_of_band(band: Band) -> float:
    """Two digits of the band's width; but nothing behind the point where the band reaches 10."""
    if band.low is not None and band.high is not None and band.high > band.low:
        width = band.high - band.low
    else:
        width = abs(band.mean)  # nobody knows how sure it is: two digits must do
    reach = max(abs(end) for end in (band.mean, band.low, band.high) if end is not None)
    return max(10.0 ** (floor(log10(width)) - 1), 1 if reach >= 10 else 0.01) if width else 1
