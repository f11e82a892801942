"""Values with their 90% interval, and how such intervals add up."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import fsum, sqrt


@dataclass(frozen=True, slots=True)
class Band:
    """A mean with its 5% and 95% quantiles; the two are None where they are not known."""

    mean: float
    low: float | None = None
    high: float | None = None

    @property
    def below(self) -> float | None:
        """How far the band reaches below the mean."""
        return None if self.low is None else self.mean - self.low

    @property
    def above(self) -> float | None:
        """How far the band reaches above the mean."""
        return None if self.high is None else self.high - self.mean

    def times(self, factor: float) -> Band:
        """The band of `factor` (not negative) times the value."""
        return Band(
            self.mean * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
        )


def sum_of_one_cause(parts: Iterable[Band]) -> Band:
    """
    The sum of values that err together, such as one channel's effect in several periods.

    They come from the same coefficients, so where one is too high all are: the half widths
    add up as they are.
    """
    return _sum(list(parts), fsum)


def sum_of_independent(parts: Iterable[Band]) -> Band:
    """
    The sum of values that err independently, such as the effects of several channels.

    Each half width is the root of the summed squares of the parts' half widths, taken for
    the lower and the upper side apart. That is exact for normal errors and an approximation
    for skewed ones. It assumes that channels do not err together: what lifts all of them at
    once, and is not flagged as an event, makes the true band wider than this one.
    """
    return _sum(list(parts), lambda halves: sqrt(fsum(half * half for half in halves)))


def _sum(parts: list[Band], joined: Callable[[list[float]], float]) -> Band:
    mean = fsum(part.mean for part in parts)
    below = [part.below for part in parts if part.below is not None]
    above = [part.above for part in parts if part.above is not None]
    if len(below) < len(parts) or len(above) < len(parts):
        # One part of unknown width makes the width of the sum unknown.
        return Band(mean)
    return Band(mean, mean - joined(below), mean + joined(above))
