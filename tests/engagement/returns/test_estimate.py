from __future__ import annotations

import ast
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engagement import returns
from engagement.returns.carryover import KERNELS, LAGS, carried_over, delayed, geometric
from engagement.returns.estimate import (
    Estimate,
    History,
    Interval,
    Week,
    estimate,
    possible_effects,
    student_quantile,
)
from engagement.returns.regression import fit_effects
from engagement.returns.saturation import saturated
from engagement.returns.verdict import Verdict

FloatArray = npt.NDArray[np.float64]
MONDAY = date(2024, 1, 1)


def history(hours: FloatArray, worth: FloatArray, **more: object) -> History:
    return History(
        first_week=MONDAY,
        hours=np.asarray(hours, dtype=np.float64),
        worth=np.asarray(worth, dtype=np.float64),
        events=more.pop("events", np.zeros(len(hours), dtype=np.bool_)),
        planned_hours=np.zeros(len(hours)),
        **more,
    )


def channel(seed: int, *, weeks: int = 104, effect: float = 6.0, level: float = 40.0) -> History:
    """Hours in bursts and an effect that decays by half; noise of a fifth of what is expected."""
    random = np.random.default_rng(seed)
    bursts = np.where(np.arange(weeks) // 8 % 3 == 0, 2.0, 0.3)
    hours = random.gamma(3.0, 1.0, weeks) * bursts
    expected = level + effect * np.convolve(hours, geometric(0.5))[:weeks]
    return history(hours, np.round(expected * random.gamma(25.0, 1 / 25, weeks)))


def intervals_of(answer: Estimate) -> list[Interval]:
    found = [answer.attributed, answer.return_per_hour, answer.next_hour]
    for week in answer.weeks:
        found += [week.attributed, week.trend_4, week.trend_13]
    return [interval for interval in found if interval is not None]


histories = st.integers(0, 30).flatmap(
    lambda weeks: st.builds(
        history,
        st.lists(
            st.integers(0, 6000).map(lambda minutes: minutes / 60), min_size=weeks, max_size=weeks
        ),
        st.lists(st.integers(-20, 10**6), min_size=weeks, max_size=weeks),
        events=st.lists(st.booleans(), min_size=weeks, max_size=weeks).map(
            lambda flags: np.array(flags, dtype=np.bool_)
        ),
        expected_delay_weeks=st.integers(0, 30),
        hour_cost=st.none() | st.floats(0, 1000),
    )
)


@given(histories)
def test_any_history_has_an_answer_of_finite_numbers_in_order(given_history: History) -> None:
    answer = estimate(given_history)
    assert len(answer.weeks) == len(given_history.hours)
    for interval in intervals_of(answer):
        assert 0 <= interval.low <= interval.mean <= interval.high < np.inf
    assert all(np.isfinite(week.baseline) for week in answer.weeks)


@given(histories, st.integers(-8, 8))
def test_worth_in_another_unit_gives_the_answer_in_that_unit(
    given_history: History, power: int
) -> None:
    # By a power of two, so that not a digit is rounded differently.
    unit = 2.0**power
    cost = given_history.hour_cost
    in_unit = replace(
        given_history,
        worth=given_history.worth * unit,
        hour_cost=None if cost is None else cost * unit,
    )
    answer, scaled = estimate(given_history), estimate(in_unit)
    for one, other in zip(intervals_of(answer), intervals_of(scaled), strict=True):
        assert [one.mean * unit, one.low * unit, one.high * unit] == [
            other.mean,
            other.low,
            other.high,
        ]
    assert [w.baseline * unit for w in answer.weeks] == [w.baseline for w in scaled.weeks]
    assert scaled.judgement == answer.judgement


@settings(max_examples=40)
@given(st.integers(0, 2**32), st.integers(1, 500))
@example(seed=965447, more=1)  # three weeks have their upper ends at the bound
def test_what_comes_anyway_is_baseline_and_no_effect(seed: int, more: int) -> None:
    plain = channel(seed)
    raised = replace(plain, worth=plain.worth + more)
    # The bound of an effect, everything that came, moves with what came. No shape may be at it ...
    effects = possible_effects(plain)
    fits = fit_effects(plain.worth, effects.counting, ~plain.events)
    assume((np.maximum(fits.effect, fits.standard_error) < effects.most).all())
    before, after = estimate(plain), estimate(raised)
    # ... and an upper end that is at it moves with it and no further.
    room = raised.worth.sum() / plain.worth.sum()
    for one, other in zip(intervals_of(before), intervals_of(after), strict=True):
        assert [other.mean, other.low] == pytest.approx([one.mean, one.low], rel=1e-6, abs=1e-6)
        assert one.high * (1 - 1e-6) <= other.high <= one.high * room * (1 + 1e-6)
    if before.attributed.high < 0.9 * plain.worth.sum():
        assert after.attributed.high == pytest.approx(before.attributed.high)
    assert [week.baseline for week in after.weeks] == pytest.approx(
        [week.baseline + more for week in before.weeks]
    )


@given(histories, st.integers(-500, 500))
def test_another_calendar_moves_the_dates_alone(given_history: History, weeks: int) -> None:
    shift = timedelta(weeks=weeks)
    moved = estimate(replace(given_history, first_week=MONDAY + shift))
    answer = estimate(given_history)
    assert [replace(w, week=w.week + shift) for w in answer.weeks] == list(moved.weeks)
    assert answer.judgement.verdict == moved.judgement.verdict
    until = answer.judgement.too_early_until
    assert moved.judgement.too_early_until == (until + shift if until else None)


def test_neither_a_repeat_nor_a_neighbour_changes_a_digit() -> None:
    alone = estimate(channel(1))
    estimate(channel(2, weeks=260))
    assert estimate(channel(1)) == alone


def test_it_finds_an_effect_and_the_interval_holds_the_truth() -> None:
    held = 0
    for seed in range(40):
        data = channel(seed)
        truth = 6.0 * float(np.convolve(data.hours, geometric(0.5))[: len(data.hours)].sum())
        answer = estimate(data).attributed
        held += answer.low <= truth <= answer.high
        assert answer.low > 0
        assert answer.mean == pytest.approx(truth, rel=0.6)
    assert held >= 34  # 36 of 40 are expected of a 90% interval


def test_it_seldom_sees_an_effect_where_there_is_none() -> None:
    answers = [estimate(channel(seed, effect=0.0)) for seed in range(40)]
    assert sum(answer.attributed.low > 0 for answer in answers) <= 4
    assert {answer.judgement.verdict for answer in answers} >= {Verdict.NO_EFFECT_SEEN}


def test_growth_that_rises_with_the_hours_is_not_credited_to_them_with_certainty() -> None:
    weeks = np.arange(104.0)
    random = np.random.default_rng(5)
    hours = 1 + weeks / 20
    answer = estimate(history(hours, np.round(40 + weeks + random.normal(0, 5, 104))))
    assert answer.attributed.low == 0.0


def test_viral_weeks_hardly_move_the_effect() -> None:
    data = channel(3)
    viral = data.worth.copy()
    viral[[20, 61]] += 3000.0
    calm, wild = estimate(data), estimate(replace(data, worth=viral))
    assert wild.attributed.mean == pytest.approx(calm.attributed.mean, rel=0.15)
    assert wild.weeks[61].baseline == pytest.approx(calm.weeks[61].baseline, rel=0.1)


def test_a_flagged_week_counts_for_nothing_whatever_happened_in_it() -> None:
    data = channel(4)
    flags = np.zeros(104, dtype=np.bool_)
    flags[50] = True
    launch = data.worth.copy()
    launch[50] += 10_000
    quiet = estimate(replace(data, events=flags))
    loud = estimate(replace(data, worth=launch, events=flags))
    assert loud.attributed.mean == pytest.approx(quiet.attributed.mean, rel=0.05)
    assert [w.baseline for w in loud.weeks] == pytest.approx([w.baseline for w in quiet.weeks])


def test_an_effect_that_peaks_after_five_weeks_is_found() -> None:
    random = np.random.default_rng(6)
    hours = np.where(np.arange(104) // 6 % 3 == 0, 8.0, 0.5)
    caused = 10 * np.convolve(hours, delayed(5, 0.8))[:104]
    answer = estimate(history(hours, np.round(30 + caused + random.normal(0, 4, 104))))
    assert answer.attributed.low <= caused.sum() <= answer.attributed.high
    assert answer.attributed.mean == pytest.approx(caused.sum(), rel=0.15)


def test_hours_far_beyond_the_half_point_are_flattening() -> None:
    random = np.random.default_rng(7)
    hours = np.concatenate([random.gamma(1.0, 1.0, 91), np.full(13, 12.0)])
    caused = 60 * hours / (0.5 + hours)
    data = history(hours, np.round(20 + caused + random.normal(0, 1, 104)), hour_cost=0.0)
    assert estimate(data).judgement.verdict == Verdict.FLATTENING


@pytest.mark.parametrize(
    ("hours", "worth"),
    [
        ([], []),
        ([3], [5]),
        ([3, 0], [5, 0]),
        ([0] * 104, [7] * 104),
        ([0] * 103 + [1], [7] * 104),
        ([1] * 11, [0] * 10 + [10**9]),
        ([5] * 104, [50] * 104),
        ([0] * 50 + [4] + [0] * 53, [0] * 50 + [900] + [0] * 53),
    ],
    ids=["none", "one", "two", "no hours", "just begun", "short", "steady", "one burst"],
)
@pytest.mark.filterwarnings("error")
def test_little_is_answered_too_early_or_widely(hours: list[int], worth: list[int]) -> None:
    answer = estimate(history(hours, worth))
    assert answer.judgement.verdict in {Verdict.TOO_EARLY, Verdict.NO_EFFECT_SEEN}
    assert answer.attributed.low == 0.0


def test_hours_that_bring_nothing_for_two_years_have_no_effect() -> None:
    answer = estimate(history([2.0] * 104, [0.0] * 104))
    assert answer.return_per_hour == Interval(0.0, 0.0, 0.0)
    assert answer.judgement.verdict == Verdict.NO_EFFECT_SEEN


def test_weeks_are_added_up_as_they_are_shown() -> None:
    data = channel(8)
    hours = data.hours.copy()
    hours[40:60] = 0
    answer = estimate(replace(data, hours=hours))
    caused = [week.attributed.mean for week in answer.weeks]
    assert answer.attributed.mean == pytest.approx(sum(caused))
    assert answer.return_per_hour is not None
    assert answer.return_per_hour.mean == pytest.approx(sum(caused) / hours.sum())

    def shown(week: Week) -> tuple[float | None, float | None, float | None]:
        return (
            week.return_per_hour,
            week.trend_4 and week.trend_4.mean,
            week.trend_13 and week.trend_13.mean,
        )

    assert shown(answer.weeks[45]) == pytest.approx(
        (None, None, sum(caused[33:46]) / hours[33:46].sum())
    )
    assert shown(answer.weeks[2]) == pytest.approx(
        (caused[2] / hours[2], sum(caused[:3]) / hours[:3].sum(), sum(caused[:3]) / hours[:3].sum())
    )
    assert shown(answer.weeks[59]) == (None, None, None)


def test_it_refuses_what_is_no_history() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        history([1.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="finite"):
        history([1.0], [float("nan")])
    with pytest.raises(ValueError, match="negative"):
        history([-1.0], [1.0])


def test_kernels_share_out_one_hour_over_their_weeks() -> None:
    assert KERNELS.sum(axis=1) == pytest.approx(np.ones(len(KERNELS)))
    assert int(delayed(5, 0.8).argmax()) == 5
    one_hour = np.zeros(20)
    one_hour[3] = 1.0
    assert carried_over(one_hour)[:, 3 : 3 + LAGS] == pytest.approx(KERNELS)
    assert carried_over(one_hour)[:, :3].tolist() == np.zeros((len(KERNELS), 3)).tolist()


def test_saturation_is_a_straight_line_or_half_at_its_half_point() -> None:
    assert saturated(np.array([0.0, 4.0]), 2.0).tolist() == [[0.0, 4.0], [0.0, 2.0], [0.0, 0.8]]


@pytest.mark.parametrize(
    ("freedom", "table"), [(5, 2.015), (10, 1.812), (30, 1.697), (100, 1.660), (1, 2.347)]
)
def test_quantiles_of_student_are_near_those_of_the_tables(freedom: int, table: float) -> None:
    assert student_quantile(freedom) == pytest.approx(table, abs=0.005)


def test_returns_demand_nothing_but_numpy_and_the_standard_library() -> None:
    allowed = sys.stdlib_module_names | {"numpy"}
    for file in Path(returns.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            if isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            for name in names:
                assert name.split(".")[0] in allowed or name.startswith("engagement.returns.")
