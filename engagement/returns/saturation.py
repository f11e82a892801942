"""
How the effect of a week's effort flattens, or first gathers pace, as the hours rise.

Effort is in multiples of the channel's own typical week, so that a half-point of 1 is reached
by a typical week. Which shape is true is seldom told by the data; a grid of them is averaged
over. A straight line and powers keep the grid honest about channels that never flatten, S-shapes
about those that need a critical mass, and a shape that is all but flat at the usual hours about
those that have long had enough: without it they were credited with half of what they had caused.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

# z ** exponent. None nearer to the line: where two shapes explain the weeks alike, a constant added
# to every week would tip the balance between them, and move the effect.
POWERS = (0.4, 0.6)
# 1 - 2 ** (-z / half_point), the concave saturation of most marketing-mix models. Each half-point
# is half of the next, so that squares of one exponential serve all.
EXPONENTIALS = (0.1, 0.2, 0.4, 0.8)
# z**n / (half_point**n + z**n), the Hill function of Jin et al. 2017, section 2.2: (half_point, n).
HILLS = ((0.5, 1), (1.5, 1), (1.0, 2), (1.6, 2), (1.3, 3))

SHAPES: tuple[str, ...] = (
    "line",
    *(f"power {exponent}" for exponent in POWERS),
    *(f"exponential {half_point}" for half_point in EXPONENTIALS),
    *(f"hill {half_point} {n}" for half_point, n in HILLS),
)
# The slope of a power is infinite at no effort; it is read at this share of a typical week.
LEAST_EFFORT = 0.01


def values(effort: FloatArray) -> FloatArray:
    """
    What effort counts for: (..., len(SHAPES), n) from `effort` (..., n), all >= 0.

    In the order of SHAPES; each is 0 at no effort, and rises.
    """
    counted = np.empty((*effort.shape[:-1], len(SHAPES), effort.shape[-1]))
    rows = iter(np.moveaxis(counted, -2, 0))
    next(rows)[...] = effort
    with np.errstate(divide="ignore"):
        logarithm = np.log(effort)
    for exponent in POWERS:  # several times as fast as numpy's power of floats
        np.exp(exponent * logarithm, out=next(rows))
    left = np.exp2(-effort / EXPONENTIALS[-1])
    exponentials = [next(rows) for _ in EXPONENTIALS]
    for row in reversed(exponentials):
        np.subtract(1.0, left, out=row)
        left = left * left
    for half_point, n in HILLS:
        raised = whole_power(effort, n)
        np.divide(raised, half_point**n + raised, out=next(rows))
    return counted


def slopes(effort: FloatArray) -> FloatArray:
    """The derivatives of `values`, in the same shape."""
    gained = np.empty((*effort.shape[:-1], len(SHAPES), effort.shape[-1]))
    rows = iter(np.moveaxis(gained, -2, 0))
    next(rows)[...] = 1.0
    for exponent in POWERS:
        next(rows)[...] = exponent * np.maximum(effort, LEAST_EFFORT) ** (exponent - 1.0)
    for half_point in EXPONENTIALS:
        rate = np.log(2.0) / half_point
        next(rows)[...] = rate * np.exp(-rate * effort)
    for half_point, n in HILLS:
        held = half_point**n
        next(rows)[...] = (
            n * held * whole_power(effort, n - 1) / (held + whole_power(effort, n)) ** 2
        )
    return gained


def whole_power(effort: FloatArray, exponent: int) -> FloatArray:
    """By multiplication, several times as fast as numpy's power of floats."""
    raised = np.ones_like(effort)
    for _ in range(exponent):
        raised = raised * effort
    return raised
