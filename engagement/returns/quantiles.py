"""Quantiles of what the posterior says, by fixed draws or by moments; nothing is random."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, ndtri

from engagement.returns.posterior import HYPOTHESES, Posterior

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

LOW, MIDDLE, HIGH = 0.05, 0.5, 0.95
DRAWS = 400
# The golden ratio's multiples fill the unit interval evenly in any order (Kronecker sequence).
GOLDEN = 0.618033988749895


@dataclass(frozen=True, slots=True)
class Summary:
    """Mean and quantiles of many quantities, arrays of one shape."""

    mean: FloatArray
    q05: FloatArray
    q50: FloatArray
    q95: FloatArray

    def at(self, index: int) -> Summary:
        """Of one channel, where the first axis is the channels'."""
        return Summary(self.mean[index], self.q05[index], self.q50[index], self.q95[index])

    def times(self, factor: FloatArray) -> Summary:
        """In another unit; `factor` is broadcast and must not be negative."""
        return Summary(self.mean * factor, self.q05 * factor, self.q50 * factor, self.q95 * factor)


@dataclass(frozen=True, slots=True)
class Draws:
    """Evenly spread draws of hypothesis and effect, each (channels, DRAWS); an effect may be 0."""

    hypothesis: IndexArray
    effect: FloatArray

    def of(self, amounts: FloatArray) -> FloatArray:
        """Draws of effect x amount, where `amounts` is (channels, hypotheses)."""
        drawn: FloatArray = self.effect * np.take_along_axis(amounts, self.hypothesis, axis=1)
        return drawn


def draw(posterior: Posterior) -> Draws:
    """
    DRAWS systematic draws of each channel's mixture.

    Hypotheses by equal steps through their cumulated weights, nil first; effects by inverting
    the cut-off normal, widened to Student's t by the first term of Cornish and Fisher's
    expansion (Abramowitz and Stegun 26.7.5).
    """
    channels = len(posterior.p_nil)
    steps = (np.arange(DRAWS) + 0.5) / DRAWS
    weights = posterior.weight.reshape(channels, -1)
    cumulated = np.cumsum(np.concatenate([posterior.p_nil[:, np.newaxis], weights], axis=1), axis=1)
    cumulated /= cumulated[:, -1:]
    chosen = np.stack([np.searchsorted(row, steps) for row in cumulated])
    component = np.maximum(chosen - 1, 0)
    centre = np.take_along_axis(posterior.centre.reshape(channels, -1), component, axis=1)
    spread = np.take_along_axis(posterior.spread.reshape(channels, -1), component, axis=1)
    level = (np.arange(DRAWS) * GOLDEN + 0.5) % 1.0
    below = ndtr(-centre / spread)
    score = ndtri(np.clip(below + level * (1.0 - below), 1e-12, 1.0 - 1e-12))
    score = score + (score**3 + score) / (4.0 * posterior.freedom)
    effect = np.where(chosen == 0, 0.0, np.maximum(centre + spread * score, 0.0))
    return Draws(hypothesis=component % HYPOTHESES, effect=effect)


def summary_of_draws(drawn: FloatArray, mean: FloatArray) -> Summary:
    """Quantiles over the last axis; the mean is given, for it is known exactly."""
    low, middle, high = np.quantile(drawn, [LOW, MIDDLE, HIGH], axis=-1)
    return Summary(mean, low, middle, high)


def summary_of_amounts(posterior: Posterior, amounts: FloatArray) -> Summary:
    """Of effect x amounts, for `amounts` (channels, quantities, hypotheses), all >= 0."""
    mean = (amounts @ posterior.effect_mean[:, :, np.newaxis])[:, :, 0]
    square = (amounts * amounts @ posterior.effect_square[:, :, np.newaxis])[:, :, 0]
    return summary_of_moments(posterior, mean, square)


def summary_of_moments(posterior: Posterior, mean: FloatArray, square: FloatArray) -> Summary:
    """
    Of what the effort caused, from its mean and mean square, each (channels, quantities).

    Given that there is an effect, as a gamma variable of the mixture's mean and variance; nil
    takes its probability off the low end.
    """
    nil = posterior.p_nil[:, np.newaxis]
    some = np.maximum(1.0 - nil, 1e-12)
    centre, second = mean / some, square / some
    variance = np.maximum(second - centre * centre, 0.0)
    quantiles = [
        np.where(
            nil >= level,
            0.0,
            gamma_quantile(centre, variance, np.maximum(level - nil, 1e-9) / some),
        )
        for level in (LOW, MIDDLE, HIGH)
    ]
    return Summary(mean, *quantiles)


def gamma_quantile(mean: FloatArray, variance: FloatArray, level: FloatArray) -> FloatArray:
    """
    Quantile of a gamma variable of this mean and variance; 0 where the mean is not above 0.

    Wilson and Hilferty, "The Distribution of Chi-square", PNAS 17, 1931: the cube root of a
    gamma variable is nearly normal.
    """
    score = ndtri(np.clip(level, 1e-9, 1.0 - 1e-9))
    # What is nearer to nothing than the square root of the smallest float has no square.
    positive = np.where(mean > 1e-150, mean, 0.0)
    spread = np.where(positive > 0, variance, 0.0) / np.where(positive > 0, positive, 1.0) ** 2
    root = 1.0 - spread / 9.0 + score * np.sqrt(spread) / 3.0
    quantile: FloatArray = positive * np.maximum(root, 0.0) ** 3
    return quantile


def nil(shape: tuple[int, ...]) -> Summary:
    """Certainly nothing."""
    zeros = np.zeros(shape)
    return Summary(zeros, zeros, zeros, zeros)


def missing(shape: tuple[int, ...]) -> Summary:
    """Not a number that anybody knows."""
    unknown = np.full(shape, np.nan)
    return Summary(unknown, unknown, unknown, unknown)
