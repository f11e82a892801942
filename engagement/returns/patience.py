"""
How long a new steady effort takes until it can be told from noise.

A power analysis for every draw of what hours bring: the first week by which a comparison of the
weeks since the effort began with the weeks before would see it, four times in five.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from engagement.returns.answer import USUAL_SHARE
from engagement.returns.carryover import LAGS, MEAN_LAGS
from engagement.returns.effect import Effect
from engagement.returns.posterior import P_NIL
from engagement.returns.quantiles import GOLDEN, HIGH, LOW, MIDDLE
from engagement.returns.saturation import SHAPES

FloatArray = npt.NDArray[np.float64]

WITHIN_WEEKS = 104  # an effect that takes longer is not waited for
WEEKS_BEFORE = 26  # of which counts are supposed to be known when the effort begins
# One-sided, with 5% false alarms, and seen in 80% of all cases: Cohen, "Statistical Power
# Analysis for the Behavioral Sciences", 2nd edition, 1988, sections 2.2 and 2.4.
SEEN_FROM = float(ndtri(0.95) + ndtri(0.80))

PRIOR_DRAWS = 200
# In logarithms of the mean lag in weeks, to which half a week is added: what is said of a kind
# may well be wrong by a factor of two.
LAG_SPREAD = 0.7


@dataclass(frozen=True, slots=True)
class Patience:
    """Weeks until it shows, each (levels,): whole weeks, or inf beyond WITHIN_WEEKS."""

    low: FloatArray  # 5% quantile over the draws
    median: FloatArray
    high: FloatArray


def patience(effect: Effect, hours: FloatArray, *, noise: float, drift: float) -> Patience:
    """
    Of steady weekly `hours` (levels,) after none; see `weeks_until_told`.

    Quantiles are of all draws: where an effect is doubtful, the high end is "never".
    """
    told = weeks_until_told(effect, hours, noise=noise, drift=drift)
    # A quantile that is one of the draws; between a number and infinity lies nothing.
    low, median, high = np.quantile(told, [LOW, MIDDLE, HIGH], axis=0, method="inverted_cdf")
    return Patience(low, median, high)


def weeks_until_told(
    effect: Effect, hours: FloatArray, *, noise: float, drift: float
) -> FloatArray:
    """
    (draws, levels): the first week by which the effect is told from noise; inf: not in time.

    It is told when the mean of what the hours brought since they began reaches SEEN_FROM standard
    deviations of the comparison with the weeks before, `comparison_deviation`.
    """
    least = SEEN_FROM * comparison_deviation(noise, drift)
    weeks = np.arange(1.0, WITHIN_WEEKS + 1.0)
    told = np.empty((len(effect.amount), len(hours)))
    for index, level in enumerate(hours):
        # After LAGS weeks a steady effort brings the same every week.
        due = effect.by_week(np.zeros(0), np.full(LAGS, level))
        later = np.broadcast_to(due[:, -1:], (len(due), WITHIN_WEEKS - LAGS))
        mean = np.cumsum(np.concatenate([due, later], axis=1), axis=1) / weeks
        # What brings nothing is never told, not even where there is no noise.
        seen = (mean >= least) & (mean > 0)
        told[:, index] = np.where(seen.any(axis=1), seen.argmax(axis=1) + 1.0, np.inf)
    return told


def comparison_deviation(noise: float, drift: float) -> FloatArray:
    """
    (WITHIN_WEEKS,): standard deviation of the mean of weeks 1 to t less the mean of weeks before.

    Weeks scatter by `noise` about a baseline that is a random walk of steps `drift`, both
    standard deviations in worth. With W the walk, W(0) = 0, the mean of W(1) to W(t) has the
    variance drift² (t + 1)(2t + 1) / 6t, and that of the n weeks W(0), W(-1) to W(1 - n) has
    drift² (n - 1)(2n - 1) / 6n: sums of squares, for a step k weeks away stands in the mean of
    the weeks beyond it only. Of the weeks before, as many are used as make the comparison surest.
    """
    after = np.arange(1.0, WITHIN_WEEKS + 1.0)
    before = np.arange(1.0, WEEKS_BEFORE + 1.0)
    variance_after = noise**2 / after + drift**2 * (after + 1) * (2 * after + 1) / (6 * after)
    variance_before = noise**2 / before + drift**2 * (before - 1) * (2 * before - 1) / (6 * before)
    deviation: FloatArray = np.sqrt(variance_after + variance_before.min())
    return deviation


def prior_effect(*, mean_lag: float, typical: float) -> Effect:
    """
    What hours bring on a channel of which nothing is known, relative to all that comes in a week.

    The share that typical hours bring has the estimate's own prior (see `posterior`): nil with
    P_NIL, else a normal cut off at zero. Saturation is averaged over evenly, carry-over with
    weights about `mean_lag` in weeks. Systematic draws, as in `quantiles.draw`.
    """
    distance = np.log((MEAN_LAGS + 0.5) / (mean_lag + 0.5)) / LAG_SPREAD
    of_kernel = np.exp(-0.5 * distance**2)
    weights = np.repeat(of_kernel / of_kernel.sum() / len(SHAPES), len(SHAPES)) * (1.0 - P_NIL)
    steps = (np.arange(PRIOR_DRAWS) + 0.5) / PRIOR_DRAWS
    cumulated = np.cumsum(np.concatenate([[P_NIL], weights]))
    chosen = np.searchsorted(cumulated / cumulated[-1], steps)
    hypothesis = np.maximum(chosen - 1, 0)
    below = ndtr(-USUAL_SHARE.mean / USUAL_SHARE.deviation)
    level = (np.arange(PRIOR_DRAWS) * GOLDEN + 0.5) % 1.0
    share = USUAL_SHARE.mean + USUAL_SHARE.deviation * ndtri(below + level * (1.0 - below))
    kernel, shape = np.divmod(hypothesis, len(SHAPES))
    shared = Effect(typical=typical, kernel=kernel, shape=shape, amount=np.ones(PRIOR_DRAWS))
    at_typical = shared.steady(np.array([typical]))[:, 0]
    return replace(shared, amount=np.where(chosen == 0, 0.0, share / at_typical))


def levels_with(hours: Sequence[float], planned: float | None) -> FloatArray:
    """`hours` and the plan's own, ascending, each once; a plan of nothing adds none."""
    own = [planned] if planned is not None and planned > 0 else []
    return np.unique(np.array([*hours, *own], dtype=np.float64))
