"""Robust regressions of responses on effort, one for every shape of the effort at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PARAMETERS = 3  # level, slope, effect
# Huber's bend ("Robust Statistics", 1981, 7.8) and Tukey's cut-off for his bisquare (Beaton and
# Tukey 1974), in scales: 95% of the efficiency of least squares where the noise is normal.
HUBER_BEND = 1.345
BISQUARE_CUT = 4.685
# The median absolute deviation of normal noise is this part of its standard deviation.
MAD_OF_NORMAL = 0.6744897501960817
PASSES = 20  # of each re-weighting; fixed, so that nothing depends on when a loop gives up
LEAST_WEIGHT = 1e-6  # of a week: with none at all the equations could lose their solution
HEARD = 1e-3  # the weight from which on a week is listened to
# The share of its weight that a week tells at least; see `standard_errors`.
LEAST_INFORMATION = 0.1
# Below this share of its own size, what level and slope leave of the effort is rounding.
LEAST_VARIATION = 1e-9
LEAST_TELLING_WEEKS = 2


@dataclass(frozen=True, slots=True)
class Fits:
    """One regression a shape; arrays are (shapes,)."""

    effect: FloatArray  # worth per hour of counting effort; may be negative
    standard_error: FloatArray  # infinite where the data cannot tell the effect
    loss: FloatArray  # summed bisquare loss of the best fit whose effect is not negative
    degrees_of_freedom: int


def fit_effects(worth: FloatArray, effort: FloatArray, usable: BoolArray) -> Fits:
    """
    Regress `worth` (weeks,) on level, slope and each row of `effort` (shapes, weeks).

    Weeks that are not `usable` are left out, which is what a dummy variable of their own would
    do. An MM-estimate (Yohai 1987): Huber's, then Tukey's bisquare at Huber's scale, to which a
    viral week is nothing. The standard error is the larger of the classical one and Newey and
    West's (1987), with Bartlett weights over floor(4 (n/100)^(2/9)) weeks.
    """
    weeks = np.arange(len(worth), dtype=np.float64)[usable]
    seen, at_work = worth[usable], effort[:, usable]
    freedom = len(seen) - PARAMETERS
    shapes = len(at_work)
    if freedom < 1:
        nothing = np.zeros(shapes)
        return Fits(nothing, np.full(shapes, np.inf), nothing, 0)
    # Centred and scaled to about 1, so that the 3x3 systems are well conditioned.
    trend = (weeks - weeks.mean()) / max(len(weeks) / 2.0, 1.0)
    size = np.maximum(at_work.max(axis=1), np.finfo(np.float64).tiny)
    line = np.stack([np.ones_like(trend), trend])
    design = np.concatenate(
        [
            np.broadcast_to(line, (shapes, 2, len(seen))),
            (at_work / size[:, np.newaxis])[:, np.newaxis, :],
        ],
        axis=1,
    )
    telling = varies(design)
    design = design[telling]
    effect, error = np.zeros(shapes), np.full(shapes, np.inf)
    without = robust_fit(line[np.newaxis], seen)
    loss = np.full(shapes, bisquare_loss(without.residuals, without.scale)[0])
    if telling.any():
        fit = robust_fit(design, seen)
        # Losses are comparable only by one common scale; the plain line's serves for all.
        with_effect = bisquare_loss(fit.residuals, without.scale)
        effect[telling] = fit.coefficients[:, 2] / size[telling]
        error[telling] = standard_errors(design, fit, freedom) / size[telling]
        loss[telling] = np.where(fit.coefficients[:, 2] > 0, with_effect, loss[telling])
    return Fits(effect, error, loss, freedom)


@dataclass(frozen=True, slots=True)
class RobustFit:
    coefficients: FloatArray  # (fits, parameters)
    residuals: FloatArray  # (fits, weeks)
    weights: FloatArray  # (fits, weeks), from LEAST_WEIGHT to 1
    scale: FloatArray  # (fits,), the noise's standard deviation; zero where the fit is exact


def robust_fit(design: FloatArray, seen: FloatArray) -> RobustFit:
    """Fit `seen` (weeks,) by `design` (fits, parameters, weeks); see `fit_effects`."""
    weights = np.ones((len(design), len(seen)))
    scale = np.zeros(len(design))
    for turn in range(2 * PASSES):
        weighted = design * weights[:, np.newaxis, :]
        coefficients = np.linalg.solve(
            products(weighted, design), (weighted * seen).sum(axis=2)[:, :, np.newaxis]
        )[:, :, 0]
        residuals = seen - (coefficients[:, :, np.newaxis] * design).sum(axis=1)
        if turn < PASSES:
            scale = spread(residuals)
            distance = np.maximum(in_scales(residuals, scale) / HUBER_BEND, 1.0)
            weights = np.maximum(1.0 / distance, LEAST_WEIGHT)
        else:
            weights = np.maximum(bisquare(residuals, scale) ** 2, LEAST_WEIGHT)
    return RobustFit(coefficients, residuals, weights, scale)


def in_scales(residuals: FloatArray, scale: FloatArray) -> FloatArray:
    """(fits, weeks): absolute residuals by the scale; nil where the fit has no noise at all."""
    known = scale[:, np.newaxis] > 0
    distance: FloatArray = np.abs(residuals) * known / np.where(known, scale[:, np.newaxis], 1.0)
    return distance


def bisquare(residuals: FloatArray, scale: FloatArray) -> FloatArray:
    """(fits, weeks): the square root of Tukey's weight, from 1 on the line to 0 at the cut-off."""
    return np.maximum(1.0 - (in_scales(residuals, scale) / BISQUARE_CUT) ** 2, 0.0)


def bisquare_loss(residuals: FloatArray, scale: FloatArray) -> FloatArray:
    """(fits,): near squares on the line, and bounded far from it; in squared scales."""
    loss: FloatArray = (1.0 - bisquare(residuals, scale) ** 3).sum(axis=1)
    return loss * BISQUARE_CUT**2 / 6


def varies(design: FloatArray) -> npt.NDArray[np.bool_]:
    """(fits,): whether the last regressor is more than a combination of the others."""
    left, last = remainder(design), design[:, -1]
    return np.asarray((left**2).sum(axis=1) > LEAST_VARIATION * (last**2).sum(axis=1))


def remainder(design: FloatArray) -> FloatArray:
    """(fits, weeks): what the other regressors leave of the last one."""
    others, last = design[:, :-1], design[:, -1]
    # A pseudo-inverse, because the others alone may be degenerate too.
    coefficients = (
        np.linalg.pinv(products(others, others), hermitian=True)
        * (others * last[:, np.newaxis]).sum(axis=2)[:, np.newaxis, :]
    ).sum(axis=2)
    left: FloatArray = last - (coefficients[:, :, np.newaxis] * others).sum(axis=1)
    return left


def products(left: FloatArray, right: FloatArray) -> FloatArray:
    """(fits, p, p) sums over weeks; sums and no BLAS, whose digits may differ by its threads."""
    sums: FloatArray = (left[:, :, np.newaxis, :] * right[:, np.newaxis, :, :]).sum(axis=3)
    return sums


def spread(residuals: FloatArray) -> FloatArray:
    """
    The noise's standard deviation (fits,) by the median absolute residual.

    Where more than half of the weeks are fitted exactly (small counts, mostly zeros) that is
    nil, and the mean absolute residual takes its place.
    """
    absolute = np.abs(residuals)
    by_median = np.median(absolute, axis=1) / MAD_OF_NORMAL
    by_mean = absolute.mean(axis=1) * math.sqrt(math.pi / 2)
    # A median that is rounding beside the mean says the same as nil.
    return np.where(by_median > 1e-9 * by_mean, by_median, by_mean)


def standard_errors(design: FloatArray, fit: RobustFit, freedom: int) -> FloatArray:
    """(fits,): of the last coefficient, infinite where the heard weeks cannot tell it."""
    count = design.shape[2]
    heard = design * (fit.weights > HEARD)[:, np.newaxis, :]
    scores = fit.residuals * fit.weights
    # How far the scores answer to the residuals: the mean slope of the bisquare's influence.
    root = bisquare(fit.residuals, fit.scale)
    slope = (root * (5 * root - 4)).mean(axis=1)
    told = np.maximum(slope / fit.weights.mean(axis=1), LEAST_INFORMATION)
    bread = np.linalg.pinv(products(design * fit.weights[:, np.newaxis, :], design), hermitian=True)
    bread /= told[:, np.newaxis, np.newaxis]
    pulls = design * scores[:, np.newaxis, :]
    meat = products(pulls, pulls)
    lags = min(int(4 * (count / 100) ** (2 / 9)), count - 1)
    for lag in range(1, lags + 1):
        together = products(pulls[:, :, lag:], pulls[:, :, :-lag])
        meat = meat + (1 - lag / (lags + 1)) * (together + together.transpose(0, 2, 1))
    last = bread[:, -1, :]
    sandwich = (last[:, :, np.newaxis] * meat * last[:, np.newaxis, :]).sum(axis=(1, 2))
    sandwich *= count / freedom
    classical = (scores**2).sum(axis=1) / freedom / told * bread[:, -1, -1]
    errors = np.sqrt(np.maximum(np.maximum(sandwich, classical), 0.0))
    return np.where(varies(heard) & rests_on_several_weeks(heard), errors, np.inf)


def rests_on_several_weeks(design: FloatArray) -> npt.NDArray[np.bool_]:
    """
    (fits,): whether at least two weeks, in effect, tell the last coefficient.

    A single week can always be fitted exactly, whatever happened in it; its residual is no
    measure of noise. Weeks are counted as the inverse sum of squared shares of the variation.
    """
    shares = remainder(design) ** 2
    shares = shares / np.maximum(shares.sum(axis=1, keepdims=True), np.finfo(np.float64).tiny)
    return np.asarray((shares**2).sum(axis=1) <= 1 / LEAST_TELLING_WEEKS)
