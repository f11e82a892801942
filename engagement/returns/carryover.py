"""How an hour's effect spreads over the weeks that follow (carry-over, or adstock)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

LAGS = 13  # an hour works in its own week and in at most twelve more

# Retention from one week to the next; 0 is an effect that is over within the week.
GEOMETRIC_RETENTIONS = (0.0, 0.3, 0.6, 0.8)
# (week of the peak, retention around it)
DELAYED_PEAKS = ((2, 0.6), (5, 0.8), (9, 0.85))


def geometric(retention: float) -> FloatArray:
    """Weights (LAGS,) that fall by `retention` a week and sum to 1 (Broadbent's adstock, 1979)."""
    return normalised(retention ** np.arange(LAGS, dtype=np.float64))


def delayed(peak: int, retention: float) -> FloatArray:
    """
    Weights (LAGS,) that rise to week `peak` and fall again; they sum to 1.

    `retention ** (lag - peak)²`, the delayed adstock of Jin, Wang, Sun, Chan and Koehler,
    "Bayesian Methods for Media Mix Modeling with Carryover and Shape Effects", 2017, eq. 3.
    """
    return normalised(retention ** (np.arange(LAGS, dtype=np.float64) - peak) ** 2)


def normalised(weights: FloatArray) -> FloatArray:
    shares: FloatArray = weights / weights.sum()
    return shares


KERNELS: FloatArray = np.stack(
    [geometric(retention) for retention in GEOMETRIC_RETENTIONS]
    + [delayed(peak, retention) for peak, retention in DELAYED_PEAKS]
)


def carried_over(hours: FloatArray) -> FloatArray:
    """
    The effort at work in each week, for each kernel: (kernels, weeks) from hours (weeks,).

    Before the first week there was no effort.
    """
    padded = np.concatenate([np.zeros(LAGS - 1), hours])
    lagged = np.stack([padded[LAGS - 1 - lag : LAGS - 1 - lag + len(hours)] for lag in range(LAGS)])
    # A plain sum and no matrix product: the same digits whatever the library's threads do.
    effort: FloatArray = (KERNELS[:, :, np.newaxis] * lagged).sum(axis=1)
    return effort
