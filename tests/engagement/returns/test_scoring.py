from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.returns.scoring import (
    Comparison,
    Interval,
    Intervals,
    Record,
    hits,
    interval_scores,
    record_of,
    same_as_last_weeks,
    same_as_last_year,
)

NAN = float("nan")
amounts = st.integers(-1_000_000, 1_000_000).map(lambda n: n / 8)  # sums of them are exact
weeks = st.lists(st.integers(0, 10_000).map(float), min_size=60, max_size=130)


def score(low: float, high: float, counted: float, alpha: float = 0.1) -> float:
    return float(interval_scores(np.array(low), np.array(high), np.array(counted), alpha))


def test_a_week_in_the_interval_costs_its_width_and_one_beside_it_twenty_times_the_miss() -> None:
    low, high = np.full(5, 10.0), np.full(5, 30.0)
    counted = np.array([10.0, 20.0, 30.0, 7.0, 35.0])
    assert interval_scores(low, high, counted).tolist() == [20.0, 20.0, 20.0, 80.0, 120.0]
    assert hits(low, high, counted).tolist() == [True, True, True, False, False]
    assert score(10.0, 30.0, 35.0, alpha=0.5) == 40.0


@given(amounts, amounts, amounts)
def test_no_score_is_below_the_width_and_it_is_the_width_only_for_a_hit(
    one: float, other: float, counted: float
) -> None:
    low, high = min(one, other), max(one, other)
    is_hit = bool(hits(np.array(low), np.array(high), np.array(counted)))
    assert score(low, high, counted) >= high - low
    assert (score(low, high, counted) == high - low) is is_hit


@given(amounts, amounts, amounts, st.sampled_from([0.5, 2.0, 1024.0]), amounts)
def test_a_score_follows_the_unit_and_not_where_counting_begins(
    one: float, other: float, counted: float, factor: float, moved: float
) -> None:
    low, high = min(one, other), max(one, other)
    told = score(low, high, counted)
    assert score(low * factor, high * factor, counted * factor) == told * factor
    assert score(low + moved, high + moved, counted + moved) == told
    assert score(-high, -low, -counted) == told


def test_the_interval_that_is_believed_has_the_least_score_on_average() -> None:
    came = np.arange(1.0, 100.0)  # as likely each
    means = {
        (low, high): interval_scores(np.full(99, low), np.full(99, high), came).mean()
        for low in np.arange(1.0, 12.0)
        for high in np.arange(89.0, 100.0)
    }
    assert min(means, key=lambda ends: means[ends]) == (5.0, 95.0)


def test_the_last_four_weeks_with_the_errors_that_their_mean_has_made() -> None:
    # A line: the mean of the last four weeks is always 2.5 steps behind.
    assert same_as_last_weeks(np.arange(20.0)) == Interval(17.5 + 2.5, 17.5 + 2.5)
    counted = np.array([12.0, 9.0, 30.0, 17.0, 4.0, 21.0, 26.0, 13.0] * 4)
    errors = [counted[week] - counted[week - 4 : week].mean() for week in range(4, 32)]
    low, high = np.quantile(errors, [0.05, 0.95], method="weibull") + counted[-4:].mean()
    band = same_as_last_weeks(counted)
    assert band is not None
    assert (band.low, band.high) == pytest.approx((low, high))
    assert 0.0 < low < counted[-4:].mean() < high


def test_the_naive_intervals_wait_until_they_have_erred_eight_times() -> None:
    assert same_as_last_weeks(np.ones(11)) is None
    assert same_as_last_weeks(np.ones(12)) == Interval(1.0, 1.0)
    assert same_as_last_year(np.ones(59)) is None
    assert same_as_last_year(np.ones(60)) == Interval(1.0, 1.0)
    assert same_as_last_weeks(np.ones(0)) is None


def test_the_week_a_year_ago_is_the_one_of_fifty_two_weeks_before() -> None:
    year = np.arange(52.0)
    # The second year is the first one, seven higher: the next week should be the third again.
    assert same_as_last_year(np.concatenate([year, year + 7, year[:3] + 14])) == Interval(17, 17)


def test_old_errors_are_forgotten() -> None:
    wild = np.concatenate([np.tile([0.0, 900.0], 60), np.full(60, 450.0)])
    assert same_as_last_weeks(wild) == Interval(450.0, 450.0)


def test_with_few_errors_the_band_reaches_to_the_outermost_and_with_many_within() -> None:
    few = same_as_last_weeks(np.array([*[0.0] * 11, 100.0, *[0.0] * 4]))
    many = same_as_last_weeks(np.array([*[0.0] * 41, 100.0, *[0.0] * 4]))
    assert few is not None
    assert few.high == 100.0
    assert many is not None
    assert many.high < 100.0


@given(weeks)
def test_no_naive_interval_lies_below_nothing_and_their_ends_are_in_order(
    worth: list[float],
) -> None:
    for naive in (same_as_last_weeks, same_as_last_year):
        band = naive(np.array(worth))
        assert band is not None
        assert 0.0 <= band.low <= band.high


def test_what_was_once_below_nothing_may_be_so_again() -> None:
    band = same_as_last_weeks(np.tile([-8.0, 8.0], 10))
    assert band is not None
    assert band.low < 0 < band.high


@given(weeks, st.sampled_from([0.5, 4.0]), st.integers(1, 1000))
def test_naive_intervals_follow_the_unit_and_rest_on_the_past_alone(
    worth: list[float], factor: float, later: int
) -> None:
    known = np.array(worth)
    for naive in (same_as_last_weeks, same_as_last_year):
        band = naive(known)
        scaled = naive(known * factor)
        assert band is not None
        assert scaled is not None
        assert (scaled.low, scaled.high) == pytest.approx((band.low * factor, band.high * factor))
        assert naive(np.append(known, float(later))[:-1]) == band


def rows(*weeks: tuple[float, float, float, float, float, float, float]) -> Intervals:
    return Intervals(*np.array(weeks, dtype=np.float64).reshape(-1, 7).T)


def test_a_record_compares_on_the_weeks_that_both_have() -> None:
    record = record_of(
        rows(
            # low, high, last weeks', last year's, counted
            (10, 30, NAN, NAN, NAN, NAN, 50),
            (10, 30, 0, 100, NAN, NAN, 20),
            (10, 30, 30, 40, 10, 20, 20),
        )
    )
    assert record == Record(
        weeks=3,
        hits=2,
        score=(20 + 20 * 20 + 20 + 20) / 3,
        last_weeks=Comparison(weeks=2, score=20.0, naive_hits=1, naive_score=(100 + 210) / 2),
        last_year=Comparison(weeks=1, score=20.0, naive_hits=1, naive_score=10.0),
    )
    assert record.share == 2 / 3
    assert record.last_weeks.ratio == 40 / 310
    assert record.last_year.ratio == 2.0


def test_a_record_of_nothing_says_nothing() -> None:
    record = record_of(rows())
    none = Comparison(weeks=0, score=None, naive_hits=0, naive_score=None)
    assert record == Record(0, 0, None, none, none)
    assert (record.share, record.last_weeks.ratio) == (None, None)


def test_there_is_no_ratio_to_a_rival_that_was_always_right() -> None:
    record = record_of(rows((4, 6, 5, 5, NAN, NAN, 5)))
    assert record.last_weeks == Comparison(weeks=1, score=2.0, naive_hits=1, naive_score=0.0)
    assert record.last_weeks.ratio is None


@given(st.lists(st.tuples(amounts, amounts, amounts), min_size=1, max_size=30))
def test_a_record_does_not_rest_on_the_order_of_its_weeks(
    drawn: list[tuple[float, float, float]],
) -> None:
    given_weeks = [
        (min(one, other), max(one, other), 0.0, 1.0, NAN, NAN, counted)
        for one, other, counted in drawn
    ]
    record, reversed_record = record_of(rows(*given_weeks)), record_of(rows(*given_weeks[::-1]))
    assert record.hits == reversed_record.hits
    assert record.score == pytest.approx(reversed_record.score)
