"""
How the effect of a week's effort flattens, or first gathers pace, as the hours rise.

Effort is in multiples of the channel's own typical week, so that a half-point of 1 is reached
by a typical week. Which shape is true is seldom told by the data; a grid of them is averaged
over. A straight line and a power keep the grid honest about channels that never flatten,
S-shapes about those that need a critical mass.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
Curve = Callable[[FloatArray], FloatArray]


@dataclass(frozen=True, slots=True)
class Shape:
    """An increasing function with value 0 at no effort, and its derivative."""

    name: str
    value: Curve
    slope: Curve


def line() -> Shape:
    return Shape("line", lambda z: z, np.ones_like)


def power(exponent: float) -> Shape:
    """z ** exponent. Its slope at no effort is infinite; it is read at a hundredth of a week."""
    return Shape(
        f"power {exponent}",
        lambda z: z**exponent,
        lambda z: exponent * np.maximum(z, 0.01) ** (exponent - 1.0),
    )


def exponential(half_point: float) -> Shape:
    """1 - 2 ** (-z / half_point), the concave saturation of most marketing-mix models."""
    rate = np.log(2.0) / half_point
    return Shape(
        f"exponential {half_point}",
        lambda z: 1.0 - np.exp(-rate * z),
        lambda z: rate * np.exp(-rate * z),
    )


def hill(half_point: float, exponent: int) -> Shape:
    """z**n / (half_point**n + z**n): the Hill function of Jin et al. 2017, section 2.2."""
    held = half_point**exponent

    def value(z: FloatArray) -> FloatArray:
        raised = whole_power(z, exponent)
        share: FloatArray = raised / (held + raised)
        return share

    def slope(z: FloatArray) -> FloatArray:
        raised = whole_power(z, exponent)
        gain: FloatArray = exponent * held * whole_power(z, exponent - 1) / (held + raised) ** 2
        return gain

    return Shape(f"hill {half_point} {exponent}", value, slope)


def whole_power(z: FloatArray, exponent: int) -> FloatArray:
    """By multiplication, several times as fast as numpy's power of floats."""
    raised = np.ones_like(z)
    for _ in range(exponent):
        raised = raised * z
    return raised


SHAPES: tuple[Shape, ...] = (
    line(),
    power(0.5),
    # Without a shape that is all but flat at the usual hours, channels that have long had enough
    # were credited with half of what they had caused, and with certainty.
    exponential(0.12),
    exponential(0.4),
    exponential(1.2),
    hill(0.7, 1),
    hill(1.0, 2),
    hill(1.4, 3),
)
