"""What will be counted in the weeks to come, of several channels together."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from math import fsum

import numpy as np

from engagement.bands import Band
from engagement.models import Estimate
from engagement.outlook import forecast_of
from engagement.returns.quantiles import HIGH, LOW, gamma_quantile
from tracker.calendar import WEEK


@dataclass(frozen=True, slots=True)
class Ahead:
    """Worth that will be counted in so many weeks from the running one on, if the plan is kept."""

    weeks: int
    last_week: date  # a Monday
    worth: Band


def counted_ahead(estimates: Iterable[Estimate], *, running: date, weeks: int) -> Ahead | None:
    """
    From the stored forecasts; channels on which no hour was ever spent have none and add nothing.

    The channels are taken to err independently, so their variances add up, and the sum is taken
    for a gamma variable as each week is. None where no channel has a forecast, or one that had
    hours has none that reaches so far: the worker has not got there yet.
    """
    last = running + (weeks - 1) * WEEK
    means, variances = [], []
    for estimate in estimates:
        if not estimate.hours:
            continue
        by_week = {week.week: week for week in forecast_of(estimate)}
        if running not in by_week or last not in by_week:
            return None
        before, end = by_week.get(running - WEEK), by_week[last]
        means.append(end.total_mean - (before.total_mean if before else 0.0))
        variances.append(end.total_variance - (before.total_variance if before else 0.0))
    if not means:
        return None
    mean = fsum(means)
    low, high = gamma_quantile(
        np.array(mean), np.array(fsum(variances)), np.array([LOW, HIGH])
    ).tolist()
    return Ahead(weeks=weeks, last_week=last, worth=Band(mean, low, high))
