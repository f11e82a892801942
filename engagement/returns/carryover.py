"""
How an hour's effect spreads over the weeks that follow (carry-over, or adstock).

The data rarely tell one kernel from another, so a grid of them is averaged over: geometric
ones, whose effect is strongest at once, and gamma-shaped ones, whose peak comes later.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LAGS = 26  # an hour works in its own week and in at most 25 more

# Retention from one week to the next; 0 is an effect that is over within the week.
GEOMETRIC_RETENTIONS = (0.0, 0.2, 0.4, 0.57, 0.72, 0.86)
# (mean lag in weeks, shape of the gamma density); the larger the shape, the sharper the peak.
GAMMA_KERNELS = (
    *((1.5, 2.0), (2.5, 2.0), (4.0, 2.0), (6.0, 2.0), (9.0, 2.5)),
    *((2.2, 8.0), (3.5, 8.0), (5.5, 8.0), (9.0, 8.0)),
)
# From this mean lag on it matters what was spent before the first week that is known.
LONG_MEMORY_WEEKS = 1.0


def geometric(retention: float) -> FloatArray:
    """Weights (LAGS,) that fall by `retention` a week and sum to 1 (Broadbent 1979)."""
    return normalised(retention ** np.arange(LAGS, dtype=np.float64))


def gamma_shaped(mean_lag: float, shape: float) -> FloatArray:
    """
    Weights (LAGS,) of a gamma density read at mid-week, summing to 1.

    A delayed peak as in Jin, Wang, Sun, Chan and Koehler, "Bayesian Methods for Media Mix
    Modeling with Carryover and Shape Effects", 2017, section 2.1, with a heavier tail.
    """
    middle = np.arange(LAGS, dtype=np.float64) + 0.5
    scale = mean_lag / shape
    return normalised(middle ** (shape - 1) * np.exp(-middle / scale))


def normalised(weights: FloatArray) -> FloatArray:
    shares: FloatArray = weights / weights.sum()
    return shares


KERNELS: FloatArray = np.stack(
    [geometric(retention) for retention in GEOMETRIC_RETENTIONS]
    + [gamma_shaped(mean_lag, shape) for mean_lag, shape in GAMMA_KERNELS]
)
MEAN_LAGS: FloatArray = KERNELS @ np.arange(LAGS, dtype=np.float64)

# Whether the usual effort was there before the first week is not known either. Each entry is
# (kernel, share of the usual effort before); short memories need no second guess.
MEMORIES: tuple[tuple[int, float], ...] = tuple(
    (kernel, before)
    for kernel in range(len(KERNELS))
    for before in ((0.0, 1.0) if MEAN_LAGS[kernel] > LONG_MEMORY_WEEKS else (0.5,))
)
MEMORY_KERNEL = np.array([kernel for kernel, _ in MEMORIES])


def memory_prior() -> FloatArray:
    """
    Prior probabilities (memories,), sum 1.

    Half for the geometric and half for the delayed kernels, evenly within each kind, and evenly
    over the guesses at what came before.
    """
    kinds = len(GEOMETRIC_RETENTIONS), len(GAMMA_KERNELS)
    of_kernel = np.repeat([0.5 / kinds[0], 0.5 / kinds[1]], kinds)
    guesses = np.bincount(MEMORY_KERNEL)
    prior: FloatArray = (of_kernel / guesses)[MEMORY_KERNEL]
    return prior


def carried_over(effort: FloatArray, before: FloatArray) -> FloatArray:
    """
    Effort at work: (channels, weeks, memories) from effort (channels, weeks).

    `before` (channels,) is the usual weekly effort, supposed to have been spent, wholly, half
    or not at all, in each week before the first.
    """
    channels, weeks = effort.shape
    padded = np.concatenate([np.zeros((channels, LAGS - 1)), effort], axis=1)
    known = lagged(padded, weeks) @ KERNELS.T
    # What is left, in week t, of a steady effort that ended before week 0.
    tails = np.zeros((weeks, len(KERNELS)))
    reach = min(weeks, LAGS - 1)
    tails[:reach] = np.cumsum(KERNELS[:, ::-1], axis=1)[:, ::-1].T[1 : reach + 1]
    shares = np.array([share for _, share in MEMORIES])
    earlier = before[:, np.newaxis, np.newaxis] * tails[:, MEMORY_KERNEL] * shares
    at_work: FloatArray = known[:, :, MEMORY_KERNEL] + earlier
    return at_work


def lagged(padded: FloatArray, weeks: int) -> npt.NDArray[np.float64]:
    """(channels, weeks, LAGS) view: [c, t, l] is the effort l weeks before week t."""
    windows = np.lib.stride_tricks.sliding_window_view(padded, LAGS, axis=1)
    return np.ascontiguousarray(windows[:, :weeks, ::-1])
