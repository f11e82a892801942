"""Histories at the edge of what there is, as any of them may come: none may crash or mislead."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from io import StringIO

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.returns.carryover import LAGS
from engagement.returns.estimate import History, estimate, estimate_many
from engagement.returns.verdict import Verdict
from engagement.returns.weekly_csv import read_histories
from tests.engagement.returns.histories import (
    FIRST_WEEK,
    histories,
    history,
    numbers_of,
    the_same,
)
from tests.engagement.returns.simulator import simulate

SEEDS = st.integers(0, 10_000)


@given(given_history=histories(), delay=st.integers(0, 60))
@settings(max_examples=25)
def test_without_an_hour_it_is_too_early_whatever_came(given_history: History, delay: int) -> None:
    nothing = replace(
        given_history, hours=np.zeros(len(given_history.hours)), expected_delay_weeks=delay
    )
    answer = estimate(nothing)
    assert answer.judgement.verdict == Verdict.TOO_EARLY
    assert (float(answer.attributed.q95), answer.p_effect, answer.marathon_index) == (0, 0, 0)
    assert not answer.by_week.q95.any()
    assert not answer.curve.q95.any()
    assert not answer.bank.q95.any()
    assert np.isfinite(answer.baseline).all()


# Hours are logged in minutes; of less nobody can speak.
HOURS = st.just(0.0) | st.floats(1 / 60, 168)


@given(hours=HOURS, worth=st.floats(-1e6, 1e9), event=st.booleans())
@settings(max_examples=40)
def test_one_week_is_too_early_whatever_it_was(hours: float, worth: float, event: bool) -> None:
    answer = estimate(replace(history([hours], [worth]), events=np.array([event])))
    assert answer.judgement.verdict == Verdict.TOO_EARLY
    assert float(answer.attributed.q05) == 0, "one week proves nothing"
    assert not np.isinf(np.concatenate([np.ravel(each) for each in numbers_of(answer)])).any()


@given(hours=st.lists(HOURS, min_size=1, max_size=130))
@settings(max_examples=25)
def test_no_response_at_all_is_no_effect(hours: list[float]) -> None:
    answer = estimate(history(hours, [0.0] * len(hours)))
    assert float(answer.attributed.q95) < 1e-6
    assert answer.judgement.verdict in {Verdict.TOO_EARLY, Verdict.NO_EFFECT_SEEN}


@given(seed=SEEDS, start=st.integers(1, 50), length=st.integers(LAGS, 60))
@settings(max_examples=25)
def test_a_gap_in_the_hours_is_a_gap_in_what_they_caused(
    seed: int, start: int, length: int
) -> None:
    weeks = start + length + 10
    chance = np.random.default_rng(seed)
    hours = chance.uniform(1, 8, weeks)
    hours[start : start + length] = 0.0
    caused = np.convolve(hours, [6.0, 3.0, 1.0])[:weeks]
    answer = estimate(history(list(hours), list(80 + caused + chance.normal(0, 4, weeks))))
    # What was spent before has come after LAGS weeks; nothing can be due before hours return.
    silent = answer.by_week.q95[start + LAGS - 1 : start + length]
    assert not silent.any()


@given(missing=st.sets(st.integers(1, 58), max_size=30))
@settings(max_examples=15)
def test_weeks_that_a_file_leaves_out_are_filled_and_not_taken_for_nothing(
    missing: set[int],
) -> None:
    rows = [
        f"a,{FIRST_WEEK + timedelta(weeks=week)},{0 if week in missing else 2 + week % 5},{30 + week}"
        for week in range(60)
    ]
    header = "channel,week,hours,responses"
    whole = "\n".join([header, *rows])
    shorter = "\n".join([header, *(row for week, row in enumerate(rows) if week not in missing)])
    one, other = (read_histories(StringIO(text))["a"] for text in (whole, shorter))
    assert (one.hours == other.hours).all()
    np.testing.assert_allclose(one.worth, other.worth)


@given(seed=SEEDS, family=st.sampled_from(["steady", "bursts", "growth"]), data=st.data())
@settings(max_examples=25)
def test_one_huge_outlier_anywhere_leaves_the_answer_where_it_was(
    seed: int, family: str, data: st.DataObject
) -> None:
    given_history = simulate(family, seed).history
    worth = given_history.worth.copy()
    week = data.draw(st.integers(0, len(worth) - 1))
    worth[week] = max(worth[week], 1.0) * data.draw(st.sampled_from([10.0, 100.0, 1000.0]))
    one, other = estimate(given_history), estimate(replace(given_history, worth=worth))
    width = float(one.attributed.q95 - one.attributed.q05)
    assert abs(float(other.attributed.q50 - one.attributed.q50)) < 0.75 * width


@given(seed=SEEDS, level=st.floats(0.25, 3.0), gaps=st.floats(0, 0.4))
@settings(max_examples=25)
def test_a_constant_organic_level_moves_the_baseline_and_not_the_effect(
    seed: int, level: float, gaps: float
) -> None:
    chance = np.random.default_rng(seed)
    weeks = int(chance.integers(60, 130))
    hours = chance.uniform(0, 8, weeks) * (chance.random(weeks) >= gaps)
    worth = chance.uniform(20, 100) + 10 * hours + chance.normal(0, 3, weeks)
    more = level * worth.mean()
    one = estimate(history(list(hours), list(worth)))
    other = estimate(history(list(hours), list(worth + more)))
    assert float(other.attributed.q50) == pytest.approx(float(one.attributed.q50), rel=0.05)
    np.testing.assert_allclose(other.baseline - one.baseline, more, rtol=0.15)


@given(seed=SEEDS, weeks=st.integers(-2000, 2000))
@settings(max_examples=15)
def test_the_same_weeks_at_another_date_have_the_same_answer(seed: int, weeks: int) -> None:
    given_history = simulate("launches", seed).history
    moved = replace(given_history, first_week=given_history.first_week + timedelta(weeks=weeks))
    one, other = estimate(given_history), estimate(moved)
    for a, b in zip(numbers_of(one), numbers_of(other), strict=True):
        np.testing.assert_array_equal(a, b)
    assert other.judgement.verdict == one.judgement.verdict


def test_ten_years_of_weeks_tell_what_the_hours_caused() -> None:
    chance = np.random.default_rng(5)
    hours = chance.gamma(2, 2, 520)
    answer = estimate(history(list(hours), list(100 + 10 * hours + chance.normal(0, 10, 520))))
    assert float(answer.attributed.q50) == pytest.approx(10 * hours.sum(), rel=0.05)
    assert answer.half_life_weeks < 1


@given(batch=st.lists(histories(), min_size=2, max_size=5))
@settings(max_examples=15)
def test_whatever_the_neighbours_are_no_digit_changes(batch: list[History]) -> None:
    twice = [*batch, *batch[::-1]]  # so that some are of one length, and computed together
    together = estimate_many(twice)
    assert all(the_same(estimate(h), found) for h, found in zip(twice, together, strict=True))
