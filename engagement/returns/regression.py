"""Robust regressions of responses on effort, one for every shape of the effort at once."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

PARAMETERS = 3  # level, slope, effect
# Residuals beyond this many scales count as this many (Huber, "Robust Statistics", 1981, 7.8).
HUBER_BEND = 1.345
# The median absolute deviation of normal noise is this part of its standard deviation.
MAD_OF_NORMAL = 0.6744897501960817
PASSES = 30  # of re-weighting; fixed, so that nothing depends on when a loop gives up
# Below this share of its own size, what level and slope leave of the effort is rounding.
LEAST_VARIATION = 1e-9


@dataclass(frozen=True, slots=True)
class Fits:
    """One regression a shape; arrays are (shapes,)."""

    effect: FloatArray  # worth per hour of counting effort; may be negative
    standard_error: FloatArray  # infinite where the data cannot tell the effect
    loss: FloatArray  # summed Huber loss of the best fit whose effect is not negative
    degrees_of_freedom: int


def fit_effects(worth: FloatArray, effort: FloatArray, usable: BoolArray) -> Fits:
    """
    Regress `worth` (weeks,) on level, slope and each row of `effort` (shapes, weeks).

    Weeks that are not `usable` are left out, which is what a dummy variable of their own would
    do. Huber's estimate by re-weighting; the standard error is the larger of the classical one
    and Newey and West's (1987), with Bartlett weights over floor(4 (n/100)^(2/9)) weeks, both
    for M-estimators: a week beyond the bend adds noise but no information.
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
    loss = np.full(shapes, huber_loss(without.residuals, without.scale)[0])
    if telling.any():
        fit = robust_fit(design, seen)
        # Losses are comparable only by one common scale; the plain line's serves for all.
        with_effect = huber_loss(fit.residuals, without.scale)
        effect[telling] = fit.coefficients[:, 2] / size[telling]
        error[telling] = standard_errors(design, fit, freedom) / size[telling]
        loss[telling] = np.where(fit.coefficients[:, 2] > 0, with_effect, loss[telling])
    return Fits(effect, error, loss, freedom)


@dataclass(frozen=True, slots=True)
class RobustFit:
    coefficients: FloatArray  # (fits, parameters)
    residuals: FloatArray  # (fits, weeks)
    scale: FloatArray  # (fits,), the noise's standard deviation; zero where the fit is exact


def robust_fit(design: FloatArray, seen: FloatArray) -> RobustFit:
    """Huber's estimate of `seen` (weeks,) by `design` (fits, parameters, weeks)."""
    weights = np.ones((len(design), len(seen)))
    for _ in range(PASSES):
        weighted = design * weights[:, np.newaxis, :]
        coefficients = np.linalg.solve(
            products(weighted, design), (weighted * seen).sum(axis=2)[:, :, np.newaxis]
        )[:, :, 0]
        residuals = seen - (coefficients[:, :, np.newaxis] * design).sum(axis=1)
        scale = spread(residuals)
        bend = HUBER_BEND * scale[:, np.newaxis]
        far = np.abs(residuals) > bend
        weights = np.where(far, bend, 1.0) / np.where(far, np.abs(residuals), 1.0)
        # An exact fit of most weeks has no scale; the weeks off it must still not be dropped
        # to a weight of nothing, or the system has no solution.
        weights = np.maximum(weights, 1e-6)
    return RobustFit(coefficients, residuals, scale)


def varies(design: FloatArray) -> npt.NDArray[np.bool_]:
    """(fits,): whether the last regressor is more than a combination of the others."""
    others, last = design[:, :-1], design[:, -1]
    # A pseudo-inverse, because the others alone may be degenerate too.
    coefficients = (
        np.linalg.pinv(products(others, others), hermitian=True)
        * (others * last[:, np.newaxis]).sum(axis=2)[:, np.newaxis, :]
    ).sum(axis=2)
    left = last - (coefficients[:, :, np.newaxis] * others).sum(axis=1)
    return np.asarray((left**2).sum(axis=1) > LEAST_VARIATION * (last**2).sum(axis=1))


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


def huber_loss(residuals: FloatArray, scale: FloatArray) -> FloatArray:
    """(fits,): squares within the bend, straight lines beyond it."""
    bend = HUBER_BEND * scale[:, np.newaxis]
    absolute = np.abs(residuals)
    inside = np.minimum(absolute, bend)
    loss: FloatArray = (inside * (absolute - 0.5 * inside)).sum(axis=1)
    return loss


def standard_errors(design: FloatArray, fit: RobustFit, freedom: int) -> FloatArray:
    """(fits,): of the last coefficient; see `fit_effects`."""
    count = design.shape[2]
    bend = HUBER_BEND * fit.scale[:, np.newaxis]
    inside = np.abs(fit.residuals) <= bend
    # The bread counts the weeks that the fit listens to; where the effort varies only in the
    # others, the data cannot tell its effect.
    heard = design * inside[:, np.newaxis, :]
    bread = np.linalg.pinv(products(heard, design), hermitian=True)
    bent = np.clip(fit.residuals, -bend, bend)
    scores = design * bent[:, np.newaxis, :]
    meat = products(scores, scores)
    lags = min(int(4 * (count / 100) ** (2 / 9)), count - 1)
    for lag in range(1, lags + 1):
        together = products(scores[:, :, lag:], scores[:, :, :-lag])
        meat = meat + (1 - lag / (lags + 1)) * (together + together.transpose(0, 2, 1))
    last = bread[:, -1, :]
    sandwich = (last[:, :, np.newaxis] * meat * last[:, np.newaxis, :]).sum(axis=(1, 2))
    sandwich *= count / freedom
    classical = (bent**2).sum(axis=1) / freedom * bread[:, -1, -1]
    errors = np.sqrt(np.maximum(np.maximum(sandwich, classical), 0.0))
    return np.where(varies(heard), errors, np.inf)
