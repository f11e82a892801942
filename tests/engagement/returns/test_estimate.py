"""The estimate as arithmetic: what must hold whatever the numbers are."""

from __future__ import annotations

import ast
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engagement import returns
from engagement.returns.batch import weeks_until
from engagement.returns.carryover import LAGS
from engagement.returns.estimate import History, estimate, estimate_many
from engagement.returns.quantiles import Summary
from engagement.returns.verdict import Verdict
from tests.engagement.returns.histories import histories, history, numbers_of, the_same
from tests.engagement.returns.simulator import FAMILIES, simulate

# --- any history --------------------------------------------------------------------------


@given(given_history=histories())
@settings(max_examples=60)
def test_any_history_has_an_answer_of_numbers_in_order(given_history: History) -> None:
    answer = estimate(given_history)
    assert len(answer.baseline) == len(given_history.hours)
    assert answer.ahead.mean.shape == given_history.hours_ahead.shape
    for summary in (answer.attributed, answer.by_week, answer.curve, answer.bank, answer.next_hour):
        low, middle, high = summary.q05, summary.q50, summary.q95
        assert not np.isinf([low, middle, high]).any()
        assert ((low <= middle) & (middle <= high) | np.isnan(high)).all()
        assert ((low >= 0) | np.isnan(low)).all()
    assert 0 <= answer.p_effect <= 1
    assert 0 <= answer.marathon_index <= 1 + 1e-12


@pytest.mark.parametrize("weeks", [1, 2, 11])
def test_a_few_weeks_are_too_early(weeks: int) -> None:
    answer = estimate(history([2.0] * weeks, [30.0] * weeks))
    assert answer.judgement.verdict == Verdict.TOO_EARLY


def test_without_hours_nothing_was_caused_and_it_is_too_early() -> None:
    for weeks in (0, 1, 52):
        answer = estimate(history([0.0] * weeks, [7.0] * weeks))
        assert answer.judgement.verdict == Verdict.TOO_EARLY
        assert float(answer.attributed.q95) == 0
        assert np.isnan(answer.return_per_hour.mean)


def test_hours_that_nothing_answers_have_caused_nothing() -> None:
    answer = estimate(history([1.0, 3.0, 2.0, 5.0] * 25, [0.0] * 100))
    assert float(answer.attributed.q95) < 1e-6


def test_ten_years_of_weeks_have_an_answer() -> None:
    chance = np.random.default_rng(5)
    answer = estimate(history(list(chance.gamma(2, 2, 520)), list(chance.poisson(50, 520))))
    assert len(answer.by_week.mean) == 520


def test_it_refuses_what_is_no_history() -> None:
    for hours, worth in (([1.0], []), ([-1.0], [1.0]), ([float("nan")], [1.0])):
        with pytest.raises(ValueError, match=r"length|negative|finite"):
            history(hours, worth)


# --- what may not matter ------------------------------------------------------------------


@pytest.mark.parametrize("family", FAMILIES)
def test_a_neighbour_changes_no_digit(family: str) -> None:
    channels = [simulate(family, seed).history for seed in range(5)]
    together = estimate_many(channels)
    assert all(the_same(estimate(h), found) for h, found in zip(channels, together, strict=True))
    backwards = estimate_many(channels[::-1])[::-1]
    assert all(the_same(a, b) for a, b in zip(together, backwards, strict=True))


@given(seed=st.integers(0, 10_000), factor=st.sampled_from([0.001, 0.5, 3.0, 12_345.0]))
@settings(max_examples=25)
def test_worth_in_another_unit_gives_the_answer_in_that_unit(seed: int, factor: float) -> None:
    given_history = simulate("steady", seed).history
    one = estimate(given_history)
    other = estimate(replace(given_history, worth=given_history.worth * factor))
    for name in ("attributed", "next_hour", "by_week", "curve", "bank", "ahead"):
        for quantile in Summary.__slots__:
            expected = np.asarray(getattr(getattr(one, name), quantile)) * factor
            found = np.asarray(getattr(getattr(other, name), quantile))
            np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-9 * factor)
    assert other.p_effect == pytest.approx(one.p_effect, rel=1e-6)


def test_the_calendar_has_no_part_in_the_numbers() -> None:
    given_history = simulate("bursts", 3).history
    later = replace(given_history, first_week=given_history.first_week + timedelta(weeks=9))
    one, other = estimate(given_history), estimate(later)
    assert all(
        np.array_equal(a, b, equal_nan=True)
        for a, b in zip(numbers_of(one), numbers_of(other), strict=True)
    )


@pytest.mark.parametrize("seed", range(6))
def test_what_comes_anyway_is_baseline_and_no_effect(seed: int) -> None:
    channel = simulate("bursts", seed)
    one = estimate(channel.history)
    more = float(channel.history.worth.mean())
    other = estimate(replace(channel.history, worth=channel.history.worth + more))
    moved = float(other.baseline.mean() - one.baseline.mean())
    # The prior speaks of shares of all that came, so that a little of it may move the effect.
    assert moved == pytest.approx(more, rel=0.25)


# --- what must be seen --------------------------------------------------------------------


def test_a_viral_week_hardly_moves_the_effect() -> None:
    channel = simulate("bursts", 11)
    worth = channel.history.worth.copy()
    worth[30] *= 40
    one, other = estimate(channel.history), estimate(replace(channel.history, worth=worth))
    assert float(other.attributed.q50) == pytest.approx(float(one.attributed.q50), rel=0.35)


def test_a_week_has_the_sum_of_what_came_as_baseline_and_effect() -> None:
    chance = np.random.default_rng(1)
    hours = chance.uniform(0, 8, 104)
    answer = estimate(history(list(hours), list(40 + 10 * hours)))
    told = answer.baseline + answer.by_week.mean
    np.testing.assert_allclose(told, 40 + 10 * hours, rtol=0.1)
    assert float(answer.attributed.mean) == pytest.approx(10 * hours.sum(), rel=0.1)
    assert float(answer.by_week.mean.sum()) == pytest.approx(float(answer.attributed.mean))
    assert answer.half_life_weeks < 1


def test_hours_far_beyond_the_half_point_are_flattening() -> None:
    chance = np.random.default_rng(2)
    hours = chance.uniform(0, 12, 156)
    worth = 100 + 200 * (1 - np.exp(-hours)) + chance.normal(0, 4, 156)
    answer = estimate(replace(history(list(hours), list(worth)), hour_cost=1.0))
    assert answer.judgement.verdict == Verdict.FLATTENING
    assert float(answer.next_hour.q95) < 0.5 * float(answer.return_per_hour.q05)


def test_channels_that_have_long_had_enough_are_credited_with_what_they_caused() -> None:
    ratios = []
    for seed in range(40):
        chance = np.random.default_rng([7, seed])
        hours = chance.uniform(0, 12, 104)
        rate = np.log(2.0) / (6 * chance.uniform(0.06, 0.4))
        caused = 200 * (1 - np.exp(-rate * hours))
        answer = estimate(history(list(hours), list((300 + caused) * chance.gamma(50, 0.02, 104))))
        ratios.append(float(answer.attributed.q50) / caused.sum())
    assert np.median(ratios) == pytest.approx(1, abs=0.15)
    assert np.quantile(ratios, 0.1) >= 0.7


@pytest.mark.parametrize("unit", [1.0, 0.25, 12_345.0])
def test_forecasts_of_small_counts_come_in_whole_steps(unit: float) -> None:
    channel = simulate("small counts", 3).history
    answer = estimate(replace(channel, worth=channel.worth * unit))
    low, high = answer.ahead.q05 / unit, answer.ahead.q95 / unit
    np.testing.assert_allclose(low, np.rint(low), atol=1e-9)
    np.testing.assert_allclose(high, np.rint(high), atol=1e-9)
    # What is all but steady, or never a multiple of its least week, has no steps.
    for worth in (np.full(60, 37.0), np.arange(60) % 7 + 0.5):
        smooth = estimate(
            history(
                [2.0, 4.0] * 30,
                list(worth),
                hours_ahead=np.array([3.0]),
                events_ahead=np.zeros(1, dtype=np.bool_),
            )
        )
        assert float(smooth.ahead.q05[0]) != np.rint(smooth.ahead.q05[0])


def test_even_weeks_have_the_index_one_and_nothing_to_gain() -> None:
    answer = estimate(history([3.0] * 60, [50.0] * 60))
    assert answer.marathon_index == pytest.approx(1.0)
    burst = estimate(history(([0.0] * 19 + [60.0]) * 3, [50.0] * 60))
    assert burst.marathon_index == pytest.approx(0.05)


def test_what_is_in_the_bank_fades() -> None:
    bank = estimate(simulate("growth", 4).history).bank.mean
    assert bank[-1] < bank[0]


def test_half_of_an_effect_that_is_over_at_once_comes_within_half_a_week() -> None:
    kernel = np.zeros(LAGS)
    kernel[0] = 1.0
    assert weeks_until(kernel, 0.5) == 0.5


# --- the house ----------------------------------------------------------------------------


def test_returns_import_nothing_but_arithmetic() -> None:
    allowed = {"numpy", "scipy.special", "engagement.returns", *sys.stdlib_module_names}
    for path in Path(str(returns.__file__)).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            names += [each.name for each in node.names] if isinstance(node, ast.Import) else []
            for name in names:
                parts = name.split(".")
                assert {".".join(parts[: n + 1]) for n in range(len(parts))} & allowed, (path, name)
