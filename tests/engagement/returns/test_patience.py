"""How long until an effort shows: what must hold whatever the channel is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.returns.carryover import LAGS, MEAN_LAGS
from engagement.returns.effect import Effect
from engagement.returns.patience import (
    SEEN_FROM,
    WEEKS_BEFORE,
    WITHIN_WEEKS,
    comparison_deviation,
    levels_with,
    patience,
    prior_effect,
    weeks_until_told,
)
from engagement.returns.posterior import P_NIL
from engagement.returns.saturation import SHAPES
from tests.engagement.returns.forms import AT_ONCE, LATEST, LINE, effect, effects


def at_once(*amounts: float) -> Effect:
    """All of it in the hour's own week, as much for each hour."""
    return effect(*amounts, kernel=AT_ONCE, shape=LINE)


def told(drawn: Effect, hours: list[float], noise: float, drift: float = 0.0) -> list[list[float]]:
    return weeks_until_told(drawn, np.array(hours), noise=noise, drift=drift).tolist()


def test_an_effect_at_once_is_told_when_the_standard_error_has_shrunk_enough() -> None:
    # The mean is `amount` from the first week on: told once noise² (1/t + 1/26) <= (amount/z)².
    for amount in (1.0, 1.5, 2.5, 4.0):
        room = (amount / SEEN_FROM) ** 2 - 1 / WEEKS_BEFORE
        assert told(at_once(amount), [1.0], noise=1.0) == [[np.ceil(1 / room)]]


def test_nothing_is_never_told_not_even_without_noise() -> None:
    assert told(at_once(0.0, 1e-9), [0.0, 5.0], noise=0.0) == [[np.inf, np.inf], [np.inf, 1.0]]


def test_an_effect_that_is_too_small_is_not_told_within_two_years() -> None:
    least = SEEN_FROM * comparison_deviation(1.0, 0.0)[-1]
    assert told(at_once(least * 0.9999, least * 1.0001), [1.0], noise=1.0) == [
        [np.inf],
        [WITHIN_WEEKS],
    ]


def test_a_late_effect_takes_longer_and_so_does_a_drifting_baseline() -> None:
    ((soon,), (late,)) = (
        told(effect(1.2, kernel=kernel, shape=LINE), [1.0], noise=1.0)[0]
        for kernel in (AT_ONCE, LATEST)
    )
    assert soon + 5 < late < np.inf
    ((drifting,),) = told(at_once(1.2), [1.0], noise=1.0, drift=0.1)
    assert soon < drifting


def test_the_variance_of_the_comparison_is_that_of_means_over_a_random_walk() -> None:
    noise, drift, weeks = 1.3, 0.4, 9
    # Steps of the walk as columns: WEEKS_BEFORE of them up to week 0, then one a week.
    steps = np.tri(WEEKS_BEFORE + weeks)
    variances = []
    for before in range(1, WEEKS_BEFORE + 1):
        mean_before = steps[WEEKS_BEFORE - before : WEEKS_BEFORE].mean(axis=0)
        mean_after = steps[WEEKS_BEFORE:].mean(axis=0)
        walked = np.square(mean_after - mean_before).sum()
        variances.append(noise**2 * (1 / weeks + 1 / before) + drift**2 * walked)
    assert comparison_deviation(noise, drift)[weeks - 1] == pytest.approx(np.sqrt(min(variances)))


@given(drawn=effects(), noise=st.floats(0, 20), drift=st.floats(0, 2))
def test_more_hours_never_take_longer(drawn: Effect, noise: float, drift: float) -> None:
    weeks = np.array(told(drawn, [0.5, 2.0, 4.0, 8.0, 32.0], noise, drift))
    assert (weeks[:, 1:] <= weeks[:, :-1]).all()


@given(drawn=effects(), noise=st.floats(0, 20), more=st.floats(0, 5), drift=st.floats(0, 2))
def test_more_noise_or_drift_never_shows_it_sooner(
    drawn: Effect, noise: float, more: float, drift: float
) -> None:
    hours = [1.0, 6.0]
    weeks = np.array(told(drawn, hours, noise, drift))
    assert (np.array(told(drawn, hours, noise + more, drift)) >= weeks).all()
    assert (np.array(told(drawn, hours, noise, drift + more)) >= weeks).all()


@given(drawn=effects(), factor=st.sampled_from([0.25, 2.0, 1024.0]))
def test_the_unit_of_worth_does_not_matter(drawn: Effect, factor: float) -> None:
    scaled = Effect(drawn.typical, drawn.kernel, drawn.shape, drawn.amount * factor)
    hours = [1.0, 6.0]
    assert told(scaled, hours, 3.0 * factor, 0.1 * factor) == told(drawn, hours, 3.0, 0.1)


def test_a_band_holds_all_draws_and_its_ends_are_draws() -> None:
    drawn = at_once(*[0.0] * 20, *[1.2] * 170, *[1000.0] * 10)
    found = patience(drawn, np.array([1.0]), noise=1.0, drift=0.0)
    assert (found.low.tolist(), found.high.tolist()) == ([1.0], [np.inf])
    assert found.median.tolist() == told(at_once(1.2), [1.0], noise=1.0)[0]
    assert 1 < found.median[0] < LAGS


def test_the_prior_knows_nothing_but_how_fast_the_kind_is() -> None:
    slow, fast = prior_effect(mean_lag=5.0, typical=4.0), prior_effect(mean_lag=0.4, typical=4.0)
    lags = [MEAN_LAGS[drawn.kernel[drawn.amount > 0]].mean() for drawn in (slow, fast)]
    assert lags[0] > 3 > 1.2 > lags[1]
    for drawn in (slow, fast):
        share = drawn.steady(np.array([4.0]))[:, 0]
        assert np.mean(share == 0) == pytest.approx(P_NIL, abs=0.006)
        # A normal of mean 0.3 and deviation 0.16 above zero has the mean 0.3 + 0.16 * 0.071.
        assert share[share > 0].mean() == pytest.approx(0.311, abs=0.01)
        assert set(drawn.shape[drawn.amount > 0]) == set(range(len(SHAPES)))


def test_the_plans_own_hours_stand_in_their_place_and_once() -> None:
    assert levels_with((2, 8), 3.5).tolist() == [2.0, 3.5, 8.0]
    for planned in (None, 0.0, 8.0):
        assert levels_with((2, 8), planned).tolist() == [2.0, 8.0]
