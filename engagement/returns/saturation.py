"""How the effect of a week's effort flattens as the hours rise."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# Half-points in multiples of the channel's typical effort; infinity is a straight line.
HALF_POINTS: FloatArray = np.array([np.inf, 2.0, 0.5])


def saturated(effort: FloatArray, typical: float) -> FloatArray:
    """
    The effort that counts, (half-points, *effort.shape), in hours.

    `effort / (1 + effort / (half-point * typical))`, the Hill function of exponent 1 scaled to
    a slope of 1 at zero effort (Jin et al. 2017, eq. 5); `typical` hours must be above zero.
    """
    half_points = HALF_POINTS.reshape(-1, *([1] * effort.ndim)) * typical
    return effort / (1.0 + effort / half_points)
