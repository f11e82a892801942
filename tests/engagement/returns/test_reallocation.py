from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement.returns.effect import Effect
from engagement.returns.reallocation import (
    MOST_STEPS,
    best_steps,
    mean_return,
    reallocate,
    step_for,
)
from tests.engagement.returns.forms import AT_ONCE, CONCAVE, S_SHAPE, effect, effects

ANY = np.full(3, np.inf)


def concave(*amounts: float) -> Effect:
    return effect(*amounts, kernel=AT_ONCE, shape=CONCAVE, typical=4.0)


quarters = st.integers(0, 40).map(lambda n: n / 4)


@st.composite
def bounded(draw: st.DrawFn) -> tuple[list[Effect], np.ndarray, np.ndarray, np.ndarray]:
    """Effects with present hours that lie within their bounds."""
    channels = draw(st.integers(1, 4))
    least = np.array([draw(quarters) for _ in range(channels)])
    present = least + np.array([draw(quarters | st.floats(0, 9)) for _ in range(channels)])
    room = st.just(float("inf")) | quarters | st.floats(0, 9)
    most = present + np.array([draw(room) for _ in range(channels)])
    return [draw(effects()) for _ in range(channels)], present, least, most


@given(case=bounded())
@settings(max_examples=60)
def test_totals_and_bounds_are_kept_and_nothing_is_lost_on_average(
    case: tuple[list[Effect], np.ndarray, np.ndarray, np.ndarray],
) -> None:
    drawn, present, least, most = case
    total = float(present.sum())
    found = reallocate(drawn, present, total=total, least=least, most=most)
    assert found.after.sum() == pytest.approx(total, abs=1e-9)
    assert (found.after >= least).all()
    assert (found.after <= most).all()
    assert mean_return(drawn, found.after) >= mean_return(drawn, present)
    assert float(found.gain.mean) == pytest.approx(
        mean_return(drawn, found.after) - mean_return(drawn, present), abs=1e-6
    )
    assert 0 <= found.p_better <= 1


@given(case=bounded(), more=st.floats(0, 60))
@settings(max_examples=30)
def test_more_hours_are_placed_to_the_last_minute_within_the_bounds(
    case: tuple[list[Effect], np.ndarray, np.ndarray, np.ndarray], more: float
) -> None:
    drawn, present, _, most = case
    total = min(float(present.sum()) + more, float(most.sum()))
    found = reallocate(drawn, present, total=total, least=present, most=most)
    assert found.after.sum() == pytest.approx(total, abs=1e-9)
    assert (found.after >= present).all()
    assert (found.after <= most).all()


@given(drawn=st.lists(effects(), min_size=3, max_size=3), steps=st.integers(0, 8))
@settings(max_examples=40)
def test_no_other_division_in_these_steps_is_better(drawn: list[Effect], steps: int) -> None:
    least, most = np.array([0.0, 0.5, 0.0]), np.array([1.0, np.inf, 1.5])
    found = reallocate(drawn, np.zeros(3), total=0.5 + steps / 4, least=least, most=most)
    every = [
        least + np.array(taken) / 4
        for taken in product(range(steps + 1), repeat=3)
        if sum(taken) == steps and (least + np.array(taken) / 4 <= most).all()
    ]
    best = max(mean_return(drawn, hours) for hours in every)
    assert mean_return(drawn, found.after) == pytest.approx(best, rel=1e-12, abs=1e-12)


def test_a_little_less_than_a_step_is_no_step() -> None:
    total = 1.0 - 1e-5
    found = reallocate(
        [concave(1.0)] * 2, np.zeros(2), total=total, least=np.zeros(2), most=np.full(2, np.inf)
    )
    assert found.after.sum() == pytest.approx(total, abs=1e-12)


def test_hours_go_past_the_dull_beginning_of_an_s_shape() -> None:
    # The first hour on the S-shape brings next to nothing, the eighth makes it the best.
    drawn = [concave(10.0), effect(30.0, kernel=AT_ONCE, shape=S_SHAPE, typical=4.0)]
    first_hours = [float(each.steady(np.array([1.0]))[0, 0]) for each in drawn]
    assert first_hours[1] < first_hours[0] / 4
    found = reallocate(
        drawn, np.array([8.0, 0.0]), total=8.0, least=np.zeros(2), most=np.full(2, np.inf)
    )
    assert found.after[1] > 6


def test_whoever_has_reached_the_maximum_gets_no_more() -> None:
    drawn = [concave(1.0), concave(90.0), concave(2.0)]
    most = np.array([np.inf, 1.1, np.inf])
    found = reallocate(drawn, np.zeros(3), total=1.25, least=np.zeros(3), most=most)
    assert found.after == pytest.approx([0.0, 1.1, 0.15])


def test_hours_that_bring_nothing_stay_where_they_are() -> None:
    present = np.array([1.0, 2.3, 0.7])
    found = reallocate([concave(0.0)] * 3, present, total=4.0, least=np.zeros(3), most=ANY)
    assert found.after.tolist() == present.tolist()
    assert (float(found.gain.q95), found.p_better) == (0.0, 0.0)


def test_the_gain_has_a_band_and_a_probability() -> None:
    # Half of the draws say that the second channel brings nothing.
    drawn = [concave(*[10.0] * 40), concave(*[0.0] * 20, *[100.0] * 20)]
    found = reallocate(
        drawn, np.array([4.0, 0.0]), total=4.0, least=np.zeros(2), most=np.full(2, np.inf)
    )
    assert found.p_better == 0.5
    assert float(found.gain.q05) < 0 < float(found.gain.mean) < float(found.gain.q95)
    assert float(found.by_channel.mean.sum()) == pytest.approx(float(found.gain.mean))
    assert found.by_channel.mean[0] < 0 < found.by_channel.mean[1]
    assert found.next_hour.q05[1] == 0 < found.next_hour.q95[1]


@pytest.mark.parametrize(
    ("total", "least", "most", "words"),
    [
        (3.0, [2.0, 2.0], [9.0, 9.0], "minimums add up to 4 hours a week, which is more than 3"),
        (3.0, [0.0, 0.0], [1.0, 1.5], "maximums add up to 2.5 hours a week, which is less than 3"),
        (3.0, [2.0, 0.0], [1.0, 9.0], "minimum is above its maximum"),
        (3.0, [-1.0, 0.0], [1.0, 9.0], "less than 0 hours"),
        (float("nan"), [0.0, 0.0], [1.0, 9.0], "hours must be numbers"),
        (3.0, [0.0, 0.0], [float("nan"), 9.0], "hours must be numbers"),
    ],
)
def test_it_refuses_what_no_division_can_keep(
    total: float, least: list[float], most: list[float], words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        reallocate(
            [concave(1.0)] * 2,
            np.ones(2),
            total=total,
            least=np.array(least),
            most=np.array(most),
        )


def test_it_refuses_to_divide_among_nobody() -> None:
    with pytest.raises(ValueError, match="no channel"):
        reallocate([], np.zeros(0), total=0.0, least=np.zeros(0), most=np.zeros(0))


def test_steps_are_small_for_few_hours_and_never_too_many() -> None:
    assert [step_for(hours) for hours in (0, 20, 21, 80, 100, 400)] == [0.25, 0.25, 0.5, 1, 2, 5]
    assert all(hours / step_for(hours) <= MOST_STEPS for hours in (401, 2000, 12_345))


def test_every_step_is_spent_even_where_it_brings_nothing() -> None:
    assert best_steps(np.array([[0.0, 5.0, 5.0], [0.0, 1.0, 1.0]])).tolist() == [1, 1]
    assert best_steps(np.zeros((3, 5))).sum() == 4
