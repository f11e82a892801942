"""
What follows from the forecasts and the draws of an estimate: days, plans compared, postponement.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammaincc

from engagement.returns.carryover import KERNELS, LAGS, lagged
from engagement.returns.effect import Effect
from engagement.returns.quantiles import Summary, summary_of_draws
from engagement.returns.saturation import values

FloatArray = npt.NDArray[np.float64]

RECENT_WEEKS = 13


def p_reached(mean: FloatArray, variance: FloatArray, missing: FloatArray) -> FloatArray:
    """
    Probability that a total of counts with this mean and variance is `missing` or more.

    The arguments are broadcast. The total is taken for a gamma variable, as the forecast of each
    week is: never negative and skewed where little is expected, all but normal where much is.
    Counts are whole, so half a count less is enough. No more than nothing is always reached.
    """
    mean, variance, missing = np.broadcast_arrays(mean, variance, missing)
    some = mean > 1e-9  # less is nothing, and has no square
    usual = np.where(some, mean, 1.0)
    # What is certain is kept a little uncertain, so that one form serves for all.
    spread = np.maximum(np.where(some, variance, 1.0), 1e-9 * usual**2)
    least = np.maximum(missing - 0.5, 0.0)
    reached: FloatArray = gammaincc(usual**2 / spread, least * usual / spread)
    return np.where(missing <= 0, 1.0, np.where(some, reached, 0.0))


def p_reached_by_week(mean: FloatArray, variance: FloatArray, missing: float) -> FloatArray:
    """
    (..., weeks): the same by the end of each week, for totals (..., weeks) up to it.

    What has been reached stays so; moments alone would not say that.
    """
    return np.maximum.accumulate(p_reached(mean, variance, np.array(missing)), axis=-1)


def first_week_at(probability: FloatArray, level: float) -> int | None:
    """Index of the first week with this probability (weeks,) or more; None if there is none."""
    at_least = probability >= level
    return int(at_least.argmax()) if at_least.any() else None


def as_lately(counts: FloatArray, ahead: int) -> tuple[FloatArray, FloatArray]:
    """
    Mean and variance (ahead,) of all that will be counted, if it goes on as in `counts` (weeks,).

    For a channel without hours, of which the model says nothing: weeks to come are as the known
    ones, whose mean is itself uncertain (Gelman et al., "Bayesian Data Analysis", 3rd edition,
    2013, section 3.2). Counts scatter no less than Poisson's.
    """
    weeks = len(counts)
    if not weeks:
        return np.zeros(ahead), np.zeros(ahead)
    usual = max(float(counts.mean()), 0.0)
    scatter = max(float(counts.var(ddof=1)) if weeks > 1 else 0.0, usual)
    through = np.arange(1.0, ahead + 1.0)
    return usual * through, scatter * (through + through**2 / weeks)


def brought_by_week(effects: Sequence[Effect], before: FloatArray, hours: FloatArray) -> FloatArray:
    """
    (channels, scenarios, draws, weeks): worth that falls due in each week of `hours`.

    `before` is (channels, weeks before), `hours` (channels, scenarios, weeks). The same as
    Effect.by_week for each of them, and several times as fast; all effects must have equally many
    draws.
    """
    channels, scenarios, weeks = hours.shape
    earlier = np.zeros((channels, scenarios, LAGS - 1))
    known = min(before.shape[1], LAGS - 1)
    earlier[:, :, LAGS - 1 - known :] = before[:, np.newaxis, before.shape[1] - known :]
    typical = np.array([effect.typical for effect in effects])
    spent = np.concatenate([earlier, hours], axis=2) / typical[:, np.newaxis, np.newaxis]
    at_work = lagged(spent.reshape(channels * scenarios, -1), weeks) @ KERNELS.T
    counted = values(at_work.transpose(0, 2, 1))  # (rows, kernels, shapes, weeks)
    counted = counted.reshape(channels, scenarios, len(KERNELS), -1, weeks)
    shape = np.stack([effect.shape for effect in effects])[:, np.newaxis]
    kernel = np.stack([effect.kernel for effect in effects])[:, np.newaxis]
    channel = np.arange(channels)[:, np.newaxis, np.newaxis]
    scenario = np.arange(scenarios)[:, np.newaxis]
    due: FloatArray = counted[channel, scenario, kernel, shape]
    due *= np.stack([effect.amount for effect in effects])[:, np.newaxis, :, np.newaxis]
    return due


def brought_in_the_long_run(effects: Sequence[Effect], hours: FloatArray) -> FloatArray:
    """
    (channels, scenarios, draws): worth a week of steady `hours` (channels, scenarios).

    The same as Effect.steady for each of them.
    """
    typical = np.array([effect.typical for effect in effects])
    counted = values(hours / typical[:, np.newaxis])  # (channels, shapes, scenarios)
    shape = np.stack([effect.shape for effect in effects])
    brought = counted[np.arange(len(effects))[:, np.newaxis], shape].transpose(0, 2, 1)
    amount = np.stack([effect.amount for effect in effects])
    return brought * amount[:, np.newaxis]


def total_at(totals: FloatArray, weeks: FloatArray) -> FloatArray:
    """`totals` (weeks,) by the end of each week, read at points in weeks from the beginning."""
    read: FloatArray = np.interp(
        weeks, np.arange(len(totals) + 1.0), np.concatenate([[0.0], totals])
    )
    return read


def prolonged(totals: FloatArray, weeks: int, *, squares: bool = False) -> FloatArray:
    """
    (weeks,): totals (known,) of which a longer time is asked, as they went in the second half.

    A mean goes on in a straight line. A variance grows as `a t + b t²`, with `squares`: by what is
    new each week, and by the square of what is doubtful in all of them.
    """
    known = len(totals)
    if weeks <= known:
        return totals
    later = np.arange(known + 1.0, weeks + 1.0)
    half = known // 2
    if not half:
        return np.concatenate([totals, totals[-1] / known * later])
    if squares:
        growth = max((totals[-1] / known - totals[half - 1] / half) / (known - half), 0.0)
        return np.concatenate([totals, (totals[-1] / known + growth * (later - known)) * later])
    pace = max((totals[-1] - totals[half - 1]) / (known - half), 0.0)
    return np.concatenate([totals, totals[-1] + pace * (later - known)])


@dataclass(frozen=True, slots=True)
class Postponement:
    """Worth attributed over a horizon, of hours before it as well as in it; each ()."""

    now: Summary
    later: Summary
    lost: Summary  # by waiting: now less later, draw by draw


def postponed(
    effect: Effect, *, before: FloatArray, meanwhile: FloatArray, hours: float, wait: int
) -> Postponement:
    """
    Steady weekly `hours` begun now against the same begun in `wait` weeks.

    The horizon is that of `meanwhile` (weeks,), the hours that are spent until the later start:
    as planned, or none. `before` (weeks,) are the hours of the weeks before now. What earlier
    hours still bring is in both, and so in no difference but for saturation.
    """
    if not 0 <= wait <= len(meanwhile):
        raise ValueError(f"the start must lie within the {len(meanwhile)} weeks compared")
    at_once = np.full(len(meanwhile), hours)
    later = np.where(np.arange(len(meanwhile)) < wait, meanwhile, hours)
    scenarios = np.stack([at_once, later])[np.newaxis]
    begun_now, begun_later = brought_by_week([effect], before[np.newaxis], scenarios)[0].sum(axis=2)
    drawn = np.stack([begun_now, begun_later, begun_now - begun_later])
    found = summary_of_draws(drawn, drawn.mean(axis=1))
    return Postponement(found.at(0), found.at(1), found.at(2))
