"""
How far the weeks stray from their mean: overdispersed, heavy-tailed, now and then viral.

The variance rises with the mean, half in proportion and half with its square. Weeks are weighted
as under Student's t by the passes of an EM algorithm (Lange, Little and Taylor, "Robust
Statistical Modeling Using the t Distribution", JASA 84, 1989), so that a viral week hardly moves
the answer.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

TAIL_FREEDOM = 8.0  # degrees of freedom of the noise
# (t's 95% quantile / the normal's)²: the normal variance whose 90% interval is that of t.
AHEAD = 1.28
# With the weights of t taken for known, every week seems to tell more than it does: its Fisher
# information is (freedom + 1) / (freedom + 3) of that (Lange, Little and Taylor 1989).
INFORMATION = (TAIL_FREEDOM + 1.0) / (TAIL_FREEDOM + 3.0)
# The truth lies between the grid's kernels and shapes. So far, as a share of what the effort
# causes in a week, even the nearest of them may stray from it.
MISFIT = 0.1
LEAST_MEAN = 0.15  # the variance of a week is never taken below that of this share of the mean
LEAST_NOISE = 0.02  # of the mean, however well a model fits


def first_noise(worth: FloatArray) -> FloatArray:
    """(channels,): a robust first reading of the noise, from week to week changes."""
    changes = np.diff(worth, axis=1)
    if not changes.shape[1]:
        return np.full(len(worth), 1.0)
    centred = np.abs(changes - np.median(changes, axis=1, keepdims=True))
    # 1.4826 makes a median absolute deviation a standard deviation; two weeks make a change.
    rough = 1.4826 * np.median(centred, axis=1) / np.sqrt(2.0)
    noise: FloatArray = np.maximum(np.maximum(rough, 0.2 * worth.std(axis=1)), 0.05)
    return noise


def variance_shape(mean: FloatArray) -> FloatArray:
    """The variance at `mean` relative to that at one: half as of a count, half as of a product."""
    bounded = np.maximum(mean, LEAST_MEAN)
    shape: FloatArray = 0.5 * bounded + 0.5 * bounded * bounded
    return shape


def reweighted(
    residual: FloatArray, variance: FloatArray, trust: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """The weeks' weights under Student's t (channels, weeks), and the noise (channels,)."""
    weeks = residual.shape[1]
    squared = residual**2 / variance
    freedom = max(weeks - 3.0, weeks / 2.0)
    noise_squared = np.maximum((trust * squared).sum(axis=1) / freedom, 1e-12)
    for _ in range(3):
        ratio = squared / noise_squared[:, np.newaxis]
        trust = (TAIL_FREEDOM + 1.0) / (TAIL_FREEDOM + ratio)
        noise_squared = np.maximum((trust * squared).sum(axis=1) / freedom, 1e-12)
    return trust, np.maximum(np.sqrt(noise_squared), LEAST_NOISE)
