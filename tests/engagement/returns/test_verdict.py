from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from engagement.models import Estimate
from engagement.returns.verdict import Evidence, Judgement, Verdict, bar_without_cost, judge

MONDAY = date(2026, 3, 2)
CLEAR = Evidence(
    as_of=MONDAY,
    effort_since=MONDAY - timedelta(weeks=52),
    expected_delay_weeks=4,
    worth_per_hour=100.0,
    return_per_hour_low=40.0,
    return_per_hour_high=60.0,
    next_hour_high=55.0,
    hours_rising=False,
    p_flattening=0.0,
)


def verdict_of(least_return: float | None = None, **changes: object) -> Verdict:
    return judge(replace(CLEAR, **changes), least_return=least_return).verdict


def test_it_has_the_words_that_are_stored() -> None:
    assert [verdict.value for verdict in Verdict] == Estimate.Verdict.values


def test_a_clear_effect_pays_back() -> None:
    assert judge(CLEAR, least_return=None) == Judgement(Verdict.PAYS_BACK, None)


@pytest.mark.parametrize(
    ("weeks", "delay", "expected"),
    [
        (11, 0, Verdict.TOO_EARLY),
        (12, 0, Verdict.PAYS_BACK),
        (12, 12, Verdict.PAYS_BACK),
        (12, 13, Verdict.TOO_EARLY),
        (29, 30, Verdict.TOO_EARLY),
        (30, 30, Verdict.PAYS_BACK),
    ],
)
def test_it_waits_for_twelve_weeks_and_for_the_plan(
    weeks: int, delay: int, expected: Verdict
) -> None:
    since = MONDAY - timedelta(weeks=weeks)
    assert verdict_of(effort_since=since, expected_delay_weeks=delay) == expected


def test_it_names_the_day_on_which_the_wait_ends() -> None:
    early = replace(
        CLEAR, effort_since=MONDAY - timedelta(weeks=3), expected_delay_weeks=20, hours_rising=True
    )
    assert judge(early, least_return=1e9) == Judgement(
        Verdict.TOO_EARLY, MONDAY + timedelta(weeks=17)
    )


def test_without_hours_it_is_too_early_without_a_day() -> None:
    idle = replace(
        CLEAR,
        effort_since=None,
        worth_per_hour=None,
        return_per_hour_low=None,
        return_per_hour_high=None,
        next_hour_high=None,
    )
    assert judge(idle, least_return=60.0) == Judgement(Verdict.TOO_EARLY, None)


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 20.0, Verdict.NO_EFFECT_SEEN),  # at most a fifth of the 100 that came per hour
        (0.0, 20.5, Verdict.TOO_EARLY),
        (0.1, 20.5, Verdict.PAYS_BACK),  # nil is excluded, however wide it is
        (0.0, 0.0, Verdict.NO_EFFECT_SEEN),
    ],
)
def test_an_interval_that_includes_nil_must_be_narrow(
    low: float, high: float, expected: Verdict
) -> None:
    assert verdict_of(return_per_hour_low=low, return_per_hour_high=high) == expected


@pytest.mark.parametrize(
    ("high", "expected"), [(30.0, Verdict.NO_EFFECT_SEEN), (30.5, Verdict.TOO_EARLY)]
)
def test_it_is_narrow_too_if_even_its_end_is_half_of_the_cost(
    high: float, expected: Verdict
) -> None:
    assert verdict_of(60.0, return_per_hour_low=0.0, return_per_hour_high=high) == expected


@pytest.mark.parametrize(
    ("high", "weeks"),
    [
        (20.5, 4),  # at least a month
        (25.0, 30),  # 52 * ((25 / 20)² - 1) = 29.25
        (100.0, 52),  # at most a year
    ],
)
def test_a_wide_interval_is_given_time_to_narrow(high: float, weeks: int) -> None:
    wide = replace(CLEAR, return_per_hour_low=0.0, return_per_hour_high=high)
    until = judge(wide, least_return=None).too_early_until
    assert until == MONDAY + timedelta(weeks=weeks)


def test_nothing_that_came_back_is_no_effect_and_less_than_nothing_too() -> None:
    for worth in (0.0, -5.0):
        changes = {"worth_per_hour": worth, "return_per_hour_low": 0.0}
        assert verdict_of(**changes, return_per_hour_high=0.0) == Verdict.NO_EFFECT_SEEN


@pytest.mark.parametrize(
    ("rising", "next_high", "bar", "expected"),
    [
        (True, 59.9, 60.0, Verdict.TIME_SUCK),
        (True, 60.0, 60.0, Verdict.PAYS_BACK),
        (False, 59.9, 60.0, Verdict.PAYS_BACK),
        (True, 59.9, None, Verdict.PAYS_BACK),
    ],
)
def test_rising_hours_that_bring_less_than_they_must_are_a_time_suck(
    *, rising: bool, next_high: float, bar: float | None, expected: Verdict
) -> None:
    assert verdict_of(bar, hours_rising=rising, next_hour_high=next_high) == expected


@pytest.mark.parametrize(
    ("probability", "expected"), [(0.79, Verdict.PAYS_BACK), (0.8, Verdict.FLATTENING)]
)
def test_flattening_needs_four_fifths(probability: float, expected: Verdict) -> None:
    assert verdict_of(p_flattening=probability) == expected


def test_a_time_suck_comes_before_flattening_and_after_no_effect() -> None:
    sunk = {"hours_rising": True, "p_flattening": 1.0, "next_hour_high": 1.0}
    assert verdict_of(60.0, **sunk) == Verdict.TIME_SUCK
    nil = {"return_per_hour_low": 0.0, "return_per_hour_high": 1.0}
    assert verdict_of(60.0, **sunk, **nil) == Verdict.NO_EFFECT_SEEN


def test_the_bar_without_a_cost_is_a_fifth_of_the_median_channel() -> None:
    assert bar_without_cost([]) is None
    assert bar_without_cost([30.0, 1000.0, 10.0]) == 6.0
    assert bar_without_cost([30.0, 10.0]) == 4.0
