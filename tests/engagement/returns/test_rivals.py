"""The rivals do what their names say: a bench that beats a broken rival has shown nothing."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from engagement.returns.estimate import History
from tests.engagement.returns.rivals import lagged_regression, ratio

WEEKS = 104


def history_of(hours: np.ndarray, worth: np.ndarray, events: np.ndarray | None = None) -> History:
    flagged = np.zeros(len(hours), dtype=np.bool_) if events is None else events
    return History(first_week=date(2024, 1, 1), hours=hours, worth=worth, events=flagged)


def test_the_ratio_credits_the_hours_with_everything() -> None:
    assert ratio(history_of(np.ones(3), np.array([4.0, 5.0, 6.0]))) == 15


def test_the_regression_finds_what_is_exactly_linear() -> None:
    chance = np.random.default_rng(1)
    hours, events = chance.uniform(0, 8, WEEKS), chance.random(WEEKS) < 0.05
    at_work = np.convolve(hours, [3.0, 2.0, 1.0, 0.5, 0.25])[:WEEKS]
    season = 9 * np.sin(2 * np.pi * np.arange(WEEKS) / 52.18 + 1)
    worth = 50 + 0.3 * np.arange(WEEKS) + season + 40 * events + at_work
    found = lagged_regression(history_of(hours, worth, events))
    # Lags are summed over the hours that have begun to work, so that nothing is owed for later.
    assert found.amount == pytest.approx(at_work.sum())
    assert found.low == pytest.approx(found.high)


def test_its_interval_holds_nine_times_in_ten_where_its_form_is_true() -> None:
    held = []
    for seed in range(400):
        chance = np.random.default_rng([3, seed])
        hours = chance.uniform(0, 8, 40)
        caused = np.convolve(hours, [5.0, 2.0])[:40]
        found = lagged_regression(history_of(hours, 60 + caused + chance.normal(0, 9, 40)))
        held.append(found.low <= caused.sum() <= found.high)
    assert np.mean(held) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("weeks", [1, 2, 3, 5, 8])
def test_a_few_weeks_have_an_interval_too(weeks: int) -> None:
    chance = np.random.default_rng(weeks)
    found = lagged_regression(history_of(chance.uniform(1, 8, weeks), chance.uniform(1, 9, weeks)))
    assert 0 <= found.low <= found.amount <= found.high
