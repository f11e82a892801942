from __future__ import annotations

import numpy as np

from engagement.returns.carryover import KERNELS
from engagement.returns.effect import Effect
from engagement.returns.pace import interval_of_pace
from tests.engagement.returns.forms import AT_ONCE, LATEST, LINE


def effect_with(*kernels: int, nil: int = 0) -> Effect:
    """Equally likely kernels, and so many draws without an effect whose kernel means nothing."""
    draws = len(kernels) + nil
    return Effect(
        typical=1.0,
        kernel=np.array([*kernels, *[LATEST] * nil]),
        shape=np.full(draws, LINE),
        amount=np.array([1.0] * len(kernels) + [0.0] * nil),
    )


def test_what_comes_at_once_comes_evenly_within_its_week() -> None:
    sure = effect_with(*[AT_ONCE] * 20)
    assert interval_of_pace(sure, 0.5) == (0.5, 0.5)
    assert interval_of_pace(sure, 0.9) == (0.9, 0.9)


def test_the_ends_are_those_of_the_draws_with_an_effect() -> None:
    latest = np.concatenate([[0.0], np.cumsum(KERNELS[LATEST])])
    weeks = float(np.interp(0.5, latest, np.arange(len(latest))))
    doubtful = effect_with(*[AT_ONCE] * 10, *[LATEST] * 10, nil=20)
    assert interval_of_pace(doubtful, 0.5) == (0.5, weeks)
    assert interval_of_pace(effect_with(*[AT_ONCE] * 20, nil=20), 0.5) == (0.5, 0.5)


def test_without_an_effect_nothing_comes() -> None:
    assert interval_of_pace(effect_with(nil=5), 0.5) is None
