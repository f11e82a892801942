"""Marathon or sprint: how evenly the hours were spread over the weeks."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]


def marathon_index(hours: FloatArray) -> FloatArray:
    """
    (channels,) from hours (channels, weeks): 1 for even weeks, near 0 for a single burst.

    (sum of hours)² / (weeks * sum of hours²), the inverse of the Herfindahl index of the weeks'
    shares by the number of weeks (Herfindahl 1950; Laakso and Taagepera 1979). 0 without hours.
    """
    squares = hours.shape[1] * np.square(hours).sum(axis=1)
    total = np.square(hours.sum(axis=1))
    return np.where(squares > 0, total / np.where(squares > 0, squares, 1.0), 0.0)
