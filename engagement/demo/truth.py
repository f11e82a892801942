"""
What a channel's hours really cause, week by week: the arithmetic behind the story's numbers.

Carry-over and saturation as in marketing-mix models: Jin et al., Bayesian Methods for Media
Mix Modeling with Carryover and Shape Effects (2017), sections 2.1 and 2.2.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Series = NDArray[np.float64]

KERNEL_WEEKS = 26
YEAR_WEEKS = 52


def geometric(keeps: float) -> tuple[float, ...]:
    """Carry-over that fades from the first week on; `keeps` is what is left after a week."""
    weights = [keeps**lag for lag in range(KERNEL_WEEKS)]
    return tuple(weight / sum(weights) for weight in weights)


def delayed(*, mean: float, spread: float) -> tuple[float, ...]:
    """Carry-over that rises to a peak about `mean` weeks later, as wide as `spread` weeks."""
    weights = [math.exp(-0.5 * ((lag - mean) / spread) ** 2) for lag in range(KERNEL_WEEKS)]
    return tuple(weight / sum(weights) for weight in weights)


@dataclass(frozen=True, slots=True)
class MetricTruth:
    metric: str
    organic: float  # Expected count a week at the start, without any hours.
    yearly_growth: float = 0.0  # Of the organic count, as a share of its start.
    caused_share: float = 0.0  # Of the worth that the hours cause; a channel's sum to 1.


@dataclass(frozen=True, slots=True)
class ChannelTruth:
    metrics: tuple[MetricTruth, ...]
    kernel: tuple[float, ...]  # Carry-over by weeks after; sums to 1.
    ceiling: float  # Worth a week that no number of hours can exceed; 0 where there is no effect.
    half_hours: float  # Steady hours a week that bring half of the ceiling.
    season: float  # Amplitude of the yearly season, as a share of the organic level.
    event_gain: float  # How much of an event's lift the channel feels.
    weekly_noise: float  # Coefficient of variation that the metrics of a week share.
    first_week: int = 0  # Before it the channel does not exist.

    def carried_over(self, hours: Series) -> Series:
        """Hours a week, spread over the weeks in which they work; same length as `hours`."""
        return np.convolve(hours, np.asarray(self.kernel))[: len(hours)]

    def saturation(self, hours: Series) -> Series:
        """Worth a week that steady `hours` a week bring in the long run."""
        return self.ceiling * hours / (hours + self.half_hours)

    def attributed(self, hours: Series) -> Series:
        """Worth that the hours caused, per week."""
        return self.saturation(self.carried_over(hours))

    def next_hour(self, hours_a_week: float) -> float:
        """Long-run worth of one more hour a week at a steady level: the curve's slope there."""
        return self.ceiling * self.half_hours / (hours_a_week + self.half_hours) ** 2

    def mean_delay(self) -> float:
        """Weeks until an hour's effect comes, on average."""
        return sum(lag * weight for lag, weight in enumerate(self.kernel))

    def shape(self, events: Series) -> Series:
        """
        What multiplies the organic counts in each week: season, and the lift of events.

        `events` holds the lift as told by the story, 1 where nothing happened.
        """
        weeks = np.arange(len(events))
        season = 1 + self.season * np.cos(2 * np.pi * (weeks - 12) / YEAR_WEEKS)
        lift = 1 + self.event_gain * (events - 1)
        return np.where(weeks >= self.first_week, season * lift, 0.0)

    def organic(self, metric: MetricTruth, events: Series) -> Series:
        """Expected counts of `metric` per week that come without any hours."""
        years = (np.arange(len(events)) - self.first_week) / YEAR_WEEKS
        return metric.organic * (1 + metric.yearly_growth * years) * self.shape(events)
