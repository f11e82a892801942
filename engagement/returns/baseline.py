"""What would have come without the effort: a level and a slope that few weeks cannot move."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]


def organic_line(worth: FloatArray, usable: BoolArray) -> FloatArray:
    """
    The robust line through `worth` (weeks,), read at every week and never below zero.

    Slope: the median of the slopes between all pairs of usable weeks (Theil 1950, Sen 1968).
    Level: the median of what the slope leaves. Without a usable week every week is used.
    """
    if not len(worth):
        return worth
    weeks = np.arange(len(worth), dtype=np.float64)
    if not usable.any():
        usable = np.ones_like(usable)
    at, seen = weeks[usable], worth[usable]
    earlier, later = np.triu_indices(len(at), k=1)
    slope = 0.0
    if len(earlier):
        slope = float(np.median((seen[later] - seen[earlier]) / (at[later] - at[earlier])))
    level = float(np.median(seen - slope * at))
    return np.maximum(level + slope * weeks, 0.0)
