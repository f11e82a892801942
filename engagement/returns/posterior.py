"""
What the data and the priors say together: the model

    worth[t] = baseline(t) + beta * saturation(carry-over(hours))[t] + noise

for every pair of memory and saturation shape and every stiffness of the baseline at once.

Given those the model is linear, so its evidence and its posterior have closed forms: the
conjugate normal linear model with an inverse-gamma variance, Gelman et al., "Bayesian Data
Analysis", 3rd edition, 2013, sections 3.2 and 14.8. The answers are averaged over the grid with
weights by evidence. Series are scaled to a mean of one, so that the answer scales with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import log_ndtr

from engagement.returns.baseline import STIFFNESSES, terms
from engagement.returns.carryover import MEMORIES, carried_over, memory_prior
from engagement.returns.linear import PRIOR_FREEDOM, Linear
from engagement.returns.noise import (
    AHEAD,
    INFORMATION,
    MISFIT,
    first_noise,
    reweighted,
    variance_shape,
)
from engagement.returns.saturation import SHAPES, values

FloatArray = npt.NDArray[np.float64]

P_NIL = 0.12  # prior probability that there is no effect
PASSES = 3  # of weighting the weeks, before all hypotheses are tried

# A hypothesis is a saturation shape with a memory.
HYPOTHESES = len(SHAPES) * len(MEMORIES)
SHAPE_OF = np.repeat(np.arange(len(SHAPES)), len(MEMORIES))
MEMORY_OF = np.tile(np.arange(len(MEMORIES)), len(SHAPES))
# A few of them, far apart.
FEW = np.flatnonzero(
    np.isin(
        SHAPE_OF,
        [SHAPES.index(name) for name in ("power 0.6", "exponential 0.2", "hill 1.0 2")],
    )
    & (MEMORY_OF % 3 == 0)
)


@dataclass(frozen=True, slots=True)
class Panel:
    """Channels with equally many weeks; all arrays (channels, weeks) or (channels, ahead)."""

    hours: FloatArray  # >= 0
    worth: FloatArray
    events: FloatArray  # 0 or 1
    hours_ahead: FloatArray
    events_ahead: FloatArray
    share_mean: FloatArray  # (channels,): prior of the effect, as a share of all that came
    share_deviation: FloatArray  # (channels,)

    @property
    def weeks(self) -> int:
        return int(self.hours.shape[1])


@dataclass(frozen=True, slots=True)
class Posterior:
    """
    The mixture: c channels, s stiffnesses, h hypotheses (memory by shape), t weeks, known and ahead.

    Amounts are in multiples of the channel's mean worth `scale`. Features have a mean of one over
    the known weeks, so that an effect of 0.3 is 30% of all that came; less where much of what
    the hours will count for is still to come.
    """

    scale: FloatArray  # (c,): mean worth of a week
    typical: FloatArray  # (c,): hours of a week with effort
    features: FloatArray  # (c, t, h): effort that counts
    raw_mean: FloatArray  # (c, h): what the features were divided by
    p_nil: FloatArray  # (c,): probability that there is no effect
    weight: FloatArray  # (c, s, h): probability of each hypothesis with an effect
    centre: FloatArray  # (c, s, h): the effect's normal, before it is cut off at zero
    spread: FloatArray  # (c, s, h)
    effect_mean: FloatArray  # (c, h): weight times mean effect, summed over stiffnesses
    effect_square: FloatArray  # (c, h): the same of the squared effect
    baseline: FloatArray  # (c, t): posterior mean
    ahead_mean: FloatArray  # (c, ahead): of the weeks to come
    ahead_variance: FloatArray  # (c, ahead): of what will be counted, noise included
    total_mean: FloatArray  # (c, ahead): of all that will be counted up to that week
    total_variance: FloatArray  # (c, ahead)
    noise: FloatArray  # (c,): standard deviation of a usual week
    drift: FloatArray  # (c,): standard deviation of the baseline's change in a week
    freedom: float


def fit(panel: Panel) -> Posterior:
    """
    Fit all channels of `panel`; each channel's answer depends on its own rows only.

    About 1 ms a channel of 100 weeks. Memory: some 2 MB a channel, so pass them by the dozen.
    """
    weeks = panel.weeks
    scale = usual_worth(panel.worth)
    worth = panel.worth / scale[:, np.newaxis]
    typical = typical_hours(panel.hours)
    features, raw_mean = features_of(panel, typical)
    design, deviations = terms(np.concatenate([panel.events, panel.events_ahead], axis=1), weeks)
    prior = np.tile(memory_prior(), len(SHAPES)) / len(SHAPES)

    # Contiguous, or a lone channel would lie in memory, and be rounded, in another order.
    few = np.ascontiguousarray(features[:, :, FEW])
    weights, noise, caused = week_weights(panel, design, few, worth, deviations, prior[FEW])
    linear = Linear(design, features, worth, weights, noise, deviations, STIFFNESSES)
    mixture = Mixture(panel, linear, prior, MISFIT * caused)
    baseline, _ = mixture.means(design, features)
    ahead_mean, ahead_variance = mixture.ahead(design[:, weeks:], features[:, weeks:])
    total_mean, total_variance = mixture.ahead(
        np.cumsum(design[:, weeks:], axis=1), np.cumsum(features[:, weeks:], axis=1)
    )
    noise_ahead = AHEAD * noise[:, np.newaxis] ** 2 * variance_shape(ahead_mean)
    return Posterior(
        scale=scale,
        typical=typical,
        features=features,
        raw_mean=raw_mean,
        p_nil=mixture.nil.sum(axis=1),
        weight=mixture.weight,
        centre=mixture.centre,
        spread=mixture.spread,
        effect_mean=mixture.effect_mean.sum(axis=1),
        effect_square=mixture.effect_square.sum(axis=1),
        baseline=baseline,
        ahead_mean=ahead_mean,
        ahead_variance=ahead_variance + noise_ahead,
        total_mean=total_mean,
        total_variance=total_variance + np.cumsum(noise_ahead, axis=1),
        noise=noise,
        # No product of matrices, which rounds a lone channel differently.
        drift=noise * np.sqrt((mixture.chosen * STIFFNESSES**2).sum(axis=1)),
        freedom=mixture.freedom,
    )


def week_weights(
    panel: Panel,
    design: FloatArray,
    features: FloatArray,
    worth: FloatArray,
    deviations: FloatArray,
    prior: FloatArray,
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """
    How much each week counts (channels, weeks), and of a usual week noise and effect (channels,).

    A few hypotheses and the middle stiffness suffice to see which weeks are outliers.
    """
    middle = STIFFNESSES[len(STIFFNESSES) // 2 :][:1]
    noise = first_noise(worth)
    trust = variance = np.ones_like(worth)
    usual = np.zeros(len(worth))
    for attempt in range(PASSES):
        # At first nothing tells an outlier, and a huge one would pull all else after it.
        seen = worth if attempt else held_back(worth)
        weights = INFORMATION * trust / variance
        linear = Linear(design, features, seen, weights, noise, deviations, middle)
        baseline, caused = Mixture(panel, linear, prior / prior.sum(), 0.0 * usual).means(
            design, features
        )
        mean = (baseline + caused)[:, : worth.shape[1]]
        usual = caused[:, : worth.shape[1]].mean(axis=1)
        variance = variance_shape(mean)
        trust, noise = reweighted(worth - mean, variance, trust)
    return INFORMATION * trust / variance, noise, usual


def held_back(worth: FloatArray) -> FloatArray:
    """(channels, weeks): no week counts for more than ten median weeks; 0 is no median."""
    size = np.abs(worth)
    median = np.median(size, axis=1, keepdims=True)
    held: FloatArray = np.sign(worth) * np.where(median > 0, np.minimum(size, 10.0 * median), size)
    return held


def usual_worth(worth: FloatArray) -> FloatArray:
    """(channels,): the mean size of a week."""
    usual: FloatArray = np.maximum(np.abs(held_back(worth)).mean(axis=1), 1e-100)
    return usual


def typical_hours(hours: FloatArray) -> FloatArray:
    """(channels,): the mean of the weeks with effort; one hour where there are none."""
    working = (hours > 0).sum(axis=1)
    typical: FloatArray = np.where(working > 0, hours.sum(axis=1) / np.maximum(working, 1), 1.0)
    return typical


def features_of(panel: Panel, typical: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The effort that counts under each hypothesis, and its divisor, see Posterior."""
    effort = np.concatenate([panel.hours, panel.hours_ahead], axis=1) / typical[:, np.newaxis]
    usual = effort[:, : min(8, panel.weeks)].mean(axis=1)
    at_work = carried_over(effort, usual)
    features = values(at_work).reshape(*at_work.shape[:2], HYPOTHESES)
    # A slow shape has hardly begun to count in a short history; to scale that little up to one
    # would promise wonders later, so half of what the hours will count for is the least.
    in_the_end = values(effort[:, : panel.weeks]).mean(axis=2)  # (c, shapes)
    raw_mean = np.maximum(
        features[:, : panel.weeks].mean(axis=1), np.repeat(in_the_end / 2.0, len(MEMORIES), axis=1)
    )
    raw_mean = np.maximum(raw_mean, 1e-9)
    features *= 1.0 / raw_mean[:, np.newaxis]
    return features, raw_mean


class Mixture:
    """
    The posterior over hypotheses, and each one's effect: a normal cut off at zero.

    `prior` (h,) are the hypotheses' probabilities if there is an effect, sum 1. `stray` (c,) is
    how far even the nearest of them may be from a usual week.
    """

    def __init__(self, panel: Panel, linear: Linear, prior: FloatArray, stray: FloatArray) -> None:
        self._linear = linear
        share = panel.share_mean[:, np.newaxis, np.newaxis]
        deviation = panel.share_deviation[:, np.newaxis, np.newaxis]
        self.freedom = freedom = linear.freedom
        noise_squared = linear.noise_squared[:, np.newaxis, np.newaxis]
        precision = noise_squared / deviation**2
        held = linear.information + precision
        self.centre = (linear.agreement + share * precision) / held
        misfit = np.maximum(
            linear.misfit[:, :, np.newaxis]
            + share**2 * precision
            - self.centre * self.centre * held,
            1e-9,
        )
        stray_squares = (freedom - PRIOR_FREEDOM) * stray[:, np.newaxis, np.newaxis] ** 2
        prior_squares = PRIOR_FREEDOM / 2.0 * noise_squared + stray_squares
        self.spread = np.sqrt((prior_squares + misfit) / freedom / held)
        self.nil_variance = (prior_squares[:, :, 0] + linear.misfit) / freedom
        ratio = self.centre / self.spread
        log_above_zero = log_ndtr(ratio)
        log_weight = (
            linear.log_determinant[:, :, np.newaxis]
            + 0.5 * np.log(precision / held)
            - freedom / 2.0 * np.log(prior_squares + misfit)
            + log_above_zero
            - log_ndtr(share / deviation)
            + np.log(prior * (1.0 - P_NIL) / len(linear.stiffnesses))
        )
        log_nil = (
            linear.log_determinant
            - freedom / 2.0 * np.log(prior_squares[:, :, 0] + linear.misfit)
            + np.log(P_NIL / len(linear.stiffnesses))
        )
        most = np.maximum(log_weight.max(axis=(1, 2)), log_nil.max(axis=1))
        weight = np.exp(log_weight - most[:, np.newaxis, np.newaxis])
        nil = np.exp(log_nil - most[:, np.newaxis])
        total = weight.sum(axis=(1, 2)) + nil.sum(axis=1)
        self.weight = weight / total[:, np.newaxis, np.newaxis]
        self.nil = nil / total[:, np.newaxis]
        # Mean and square of a normal cut off at zero: Johnson, Kotz and Balakrishnan,
        # "Continuous Univariate Distributions", volume 1, 1994, section 13.10.1.
        hazard = np.exp(-0.5 * ratio * ratio - log_above_zero) / np.sqrt(2.0 * np.pi)
        effect = np.maximum(self.centre + self.spread * hazard, 0.0)
        self.chosen = self.weight.sum(axis=2) + self.nil  # (c, s)
        self.effect_mean = self.weight * effect
        self.effect_square = self.weight * (effect * self.centre + self.spread * self.spread)

    def means(self, design: FloatArray, features: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Posterior means of baseline and of what the effort caused, each (c, t)."""
        linear = self._linear
        worth_left = (
            self.chosen[:, :, np.newaxis] * linear.worth_part
            - (linear.feature_part @ self.effect_mean[..., np.newaxis])[..., 0]
        )
        coefficients = linear.inverse_root.transpose(0, 1, 3, 2) @ worth_left[..., np.newaxis]
        baseline = (design @ coefficients.sum(axis=1))[:, :, 0]
        caused = (features @ self.effect_mean.sum(axis=1)[:, :, np.newaxis])[:, :, 0]
        return baseline, caused

    def ahead(self, design: FloatArray, features: FloatArray) -> tuple[FloatArray, FloatArray]:
        """
        Mean and variance (c, ahead) of weeks to come, but for their noise.

        A stronger effect leaves less to the baseline: under each hypothesis a week's mean is
        `organic + effect * rest`, where `rest` is the feature less the baseline that mimics it.
        """
        linear = self._linear
        chosen = self.chosen
        reach = design[:, np.newaxis] @ linear.inverse_root.transpose(
            0, 1, 3, 2
        )  # (c, s, a, terms)
        organic = (reach @ linear.worth_part[..., np.newaxis])[..., 0]  # (c, s, a)
        rest = features[:, np.newaxis] - reach @ linear.feature_part  # (c, s, a, h)
        moved = (rest @ self.effect_mean[..., np.newaxis])[..., 0]
        moved_square = (rest * rest @ self.effect_square[..., np.newaxis])[..., 0]
        mean = (chosen[..., np.newaxis] * organic + moved).sum(axis=1)
        square = (chosen[..., np.newaxis] * organic**2 + 2 * organic * moved + moved_square).sum(
            axis=1
        )
        doubt = ((chosen * self.nil_variance)[..., np.newaxis] * np.square(reach).sum(axis=3)).sum(
            axis=1
        )
        return mean, np.maximum(square - mean * mean, 0.0) + doubt
