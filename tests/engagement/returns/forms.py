"""Kernels and shapes of the grid by what they do, whatever the grid holds; and effects of them."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from engagement.returns.carryover import KERNELS, MEAN_LAGS
from engagement.returns.effect import Effect
from engagement.returns.saturation import SHAPES


def effect(*amounts: float, kernel: int, shape: int, typical: float = 1.0) -> Effect:
    """Draws that differ in nothing but what hours bring."""
    return Effect(
        typical=typical,
        kernel=np.full(len(amounts), kernel),
        shape=np.full(len(amounts), shape),
        amount=np.array(amounts, dtype=np.float64),
    )


def growth(less: float, more: float) -> np.ndarray:
    """(shapes,): how many times as much `more` typical weeks bring as `less`."""
    return np.array(
        [
            np.divide(*effect(1.0, kernel=0, shape=shape).steady(np.array([more, less]))[0])
            for shape in range(len(SHAPES))
        ]
    )


AT_ONCE = int(np.argmin(MEAN_LAGS))
LATEST = int(np.argmax(MEAN_LAGS))
LINE = int(np.argmin(np.abs(growth(0.1, 10.0) - 100.0)))
CONCAVE = int(np.argmin(np.abs(growth(1.0, 2.0) - 1.5)))
S_SHAPE = int(np.argmax(growth(0.25, 1.0)))


@st.composite
def effects(draw: st.DrawFn, draws: int = 4) -> Effect:
    """Any kernels, shapes, amounts and typical hours."""
    kernel, shape = st.integers(0, len(KERNELS) - 1), st.integers(0, len(SHAPES) - 1)
    return Effect(
        typical=draw(st.floats(0.25, 20)),
        kernel=np.array([draw(kernel) for _ in range(draws)]),
        shape=np.array([draw(shape) for _ in range(draws)]),
        amount=np.array([draw(st.floats(0, 50)) for _ in range(draws)]),
    )
