from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import pdtrc

from engagement.returns.carryover import LAGS
from engagement.returns.effect import Effect
from engagement.returns.estimate import estimate
from engagement.returns.forecast import (
    as_lately,
    brought_by_week,
    brought_in_the_long_run,
    first_week_at,
    p_reached,
    p_reached_by_week,
    postponed,
    prolonged,
    total_at,
)
from tests.engagement.returns.forms import AT_ONCE, LINE, effect
from tests.engagement.returns.simulator import FAMILIES, simulate


@cache
def effects() -> list[Effect]:
    found = [estimate(simulate(family, 2).history).effect for family in FAMILIES]
    return [each for each in found if each is not None]


# --- reaching a number --------------------------------------------------------------------


def one(mean: float, variance: float, missing: float) -> float:
    return float(p_reached(np.array(mean), np.array(variance), np.array(missing)))


def test_a_gamma_variable_is_near_to_poissons_counts() -> None:
    for mean, missing in ((3.0, 5), (40.0, 30), (400.0, 430)):
        assert one(mean, mean, missing) == pytest.approx(pdtrc(missing - 1, mean), abs=0.012)


def test_what_is_certain_is_reached_or_not() -> None:
    assert one(100.0, 0.0, 100) > 0.999999
    assert one(100.0, 0.0, 101) < 0.000001
    assert one(0.0, 0.0, 1) == 0.0
    assert one(0.0, 25.0, 1) == 0.0
    assert one(0.0, 0.0, 0) == one(5.0, 3.0, -7) == 1.0


@given(
    mean=st.floats(0, 1e6),
    spread=st.floats(0, 3),
    missing=st.integers(-5, 10**6),
    more=st.floats(0, 9),
)
@settings(max_examples=50)
def test_a_higher_target_is_never_more_probable(
    mean: float, spread: float, missing: int, more: float
) -> None:
    variance = (spread * mean) ** 2
    assert 0 <= one(mean, variance, missing + more) <= one(mean, variance, missing) <= 1


def test_what_is_reached_stays_reached() -> None:
    # An ever wider forecast of the same mean would otherwise take the probability back.
    probability = p_reached_by_week(np.array([60.0, 60.0]), np.array([1.0, 900.0]), 50)
    assert probability[0] > 0.99
    assert probability.tolist() == [probability[0]] * 2


def test_weeks_are_told_at_a_probability_or_not_at_all() -> None:
    probability = np.array([0.01, 0.05, 0.4, 0.9])
    assert [first_week_at(probability, level) for level in (0.05, 0.5, 0.95)] == [1, 3, None]
    assert first_week_at(np.zeros(0), 0.5) is None


# --- without hours ------------------------------------------------------------------------


def test_as_lately_goes_on_and_grows_less_sure() -> None:
    mean, variance = as_lately(np.array([4.0, 8.0, 6.0, 6.0]), 3)
    assert mean.tolist() == [6.0, 12.0, 18.0]
    # Counts vary no less than Poisson's: 6 and not 8 / 3.
    assert variance.tolist() == [6 * (1 + 1 / 4), 6 * (2 + 4 / 4), 6 * (3 + 9 / 4)]
    assert as_lately(np.array([0.0, 40.0]), 1)[1].tolist() == [800 * 1.5]


def test_as_lately_of_nothing_is_nothing() -> None:
    for counts in ([], [0.0, 0.0], [-3.0]):
        mean, variance = as_lately(np.array(counts), 2)
        assert (mean.tolist(), variance.tolist()) == ([0.0, 0.0], [0.0, 0.0])


# --- scenarios ----------------------------------------------------------------------------


@pytest.mark.parametrize("known", [0, 3, LAGS - 1, 60])
def test_many_scenarios_at_once_are_the_same_as_one_by_one(known: int) -> None:
    drawn = effects()
    chance = np.random.default_rng(8)
    before = chance.gamma(2, 2, (len(drawn), known))
    hours = chance.gamma(2, 2, (len(drawn), 3, 13))
    due = brought_by_week(drawn, before, hours)
    for channel, each in enumerate(drawn):
        for scenario in range(3):
            expected = each.by_week(before[channel], hours[channel, scenario])
            assert np.array_equal(due[channel, scenario], expected)


def test_so_are_steady_hours() -> None:
    drawn = effects()
    hours = np.random.default_rng(8).gamma(2, 2, (len(drawn), 3))
    brought = brought_in_the_long_run(drawn, hours)
    for each, own, levels in zip(drawn, brought, hours, strict=True):
        assert np.array_equal(own.T, each.steady(levels))


# --- longer than is forecast --------------------------------------------------------------


def test_totals_are_read_between_the_ends_of_weeks() -> None:
    totals = np.array([7.0, 14.0, 28.0])
    assert total_at(totals, np.array([0.0, 3 / 7, 1.0, 2.5, 3.0])).tolist() == [0, 3, 7, 21, 28]


def test_a_mean_goes_on_straight_and_a_variance_as_it_grew() -> None:
    weeks = np.arange(1.0, 41.0)
    for known in (1, 2, 3, 26, 40):
        assert prolonged(5.0 * weeks[:known], 40) == pytest.approx(5.0 * weeks)
    variance = 3.0 * weeks + 0.25 * weeks**2
    for known in (2, 3, 26, 40):
        assert prolonged(variance[:known], 40, squares=True) == pytest.approx(variance)
    # Of one week nobody can tell what is new from what is doubtful.
    assert prolonged(variance[:1], 3, squares=True) == pytest.approx(3.25 * weeks[:3])


def test_what_pauses_at_last_does_not_start_again_by_itself() -> None:
    totals = np.array([4.0, 8.0, 8.0, 8.0])
    assert prolonged(totals, 6).tolist() == [4.0, 8.0, 8.0, 8.0, 8.0, 8.0]


# --- postponement -------------------------------------------------------------------------

TWO_OR_FOUR = effect(2.0, 4.0, kernel=AT_ONCE, shape=LINE)  # an hour brings that, at once


def test_waiting_loses_what_the_weeks_would_have_brought() -> None:
    found = postponed(
        TWO_OR_FOUR, before=np.array([9.0]), meanwhile=np.full(10, 1.0), hours=3.0, wait=4
    )
    assert float(found.now.mean) == 10 * 3 * 3
    assert float(found.later.mean) == (4 * 1 + 6 * 3) * 3
    assert float(found.lost.mean) == 4 * 2 * 3
    # Draw by draw: nobody knows how much an hour brings, but it is the same hour in both.
    assert (float(found.lost.q05), float(found.lost.q95)) == pytest.approx((16.8, 31.2))


def test_waiting_costs_nothing_where_there_is_nothing_to_wait_for() -> None:
    for drawn in effects():
        recent, planned = np.full(25, 4.0), np.full(26, 2.0)
        at_once = postponed(drawn, before=recent, meanwhile=planned, hours=5.0, wait=0)
        assert (float(at_once.lost.q05), float(at_once.lost.q95)) == (0.0, 0.0)
        longer = [
            float(postponed(drawn, before=recent, meanwhile=planned, hours=5.0, wait=n).lost.mean)
            for n in (0, 4, 13, 26)
        ]
        assert longer == sorted(longer)


def test_it_refuses_to_wait_beyond_the_horizon() -> None:
    for wait in (-1, 11):
        with pytest.raises(ValueError, match="within the 10 weeks"):
            postponed(TWO_OR_FOUR, before=np.zeros(0), meanwhile=np.zeros(10), hours=1.0, wait=wait)
