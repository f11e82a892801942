from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pytest

from engagement.models import Estimate
from engagement.outlook import (
    OtherModelError,
    bank_of,
    curve_of,
    effect_of,
    fields_of,
    forecast_of,
    kernel_of,
    short,
)
from engagement.returns import estimate as returns
from tests.engagement.records import NOW
from tracker.calendar import WEEK
from tracker.models import Channel

FIRST = date(2025, 1, 6)
WEEKS, AHEAD = 60, 26


def a_history(**values: Any) -> returns.History:
    """An hour brings about 7 a week; a burst every fifth week; plans that rise."""
    week = np.arange(WEEKS)
    hours = np.where(week % 5 == 0, 9.0, 2.0)
    known: dict[str, Any] = {
        "first_week": FIRST,
        "hours": hours,
        "worth": 30.0 + 7.0 * hours + 3.0 * np.sin(week * 2.4),
        "events": week == 40,
        "hours_ahead": np.arange(AHEAD) / 3,
        "events_ahead": np.arange(AHEAD) == 3,
        "hour_cost": 2.0,
    }
    return returns.History(**(known | values))


@pytest.fixture(scope="module")
def answered() -> tuple[returns.History, returns.Estimate]:
    history = a_history()
    return history, returns.estimate(history)


def stored_of(channel: Channel, history: returns.History, answer: returns.Estimate) -> Estimate:
    Estimate.objects.create(
        team=channel.team, channel=channel, computed_at=NOW, **fields_of(answer, history)
    )
    return Estimate.objects.get(channel=channel)


def rounded(values: Any) -> list[float]:
    return [short(value) for value in np.asarray(values)]


def test_what_is_stored_is_read_again(
    blog: Channel, answered: tuple[returns.History, returns.Estimate]
) -> None:
    history, answer = answered
    row = stored_of(blog, history, answer)
    assert list(kernel_of(row)) == rounded(answer.kernel)
    assert [point.hours for point in curve_of(row)] == rounded(answer.curve_hours)
    assert [point.brought.median for point in curve_of(row)] == rounded(answer.curve.q50)
    as_of = FIRST + WEEKS * WEEK
    assert [each.week for each in bank_of(row)] == [as_of + n * WEEK for n in range(13)]
    assert [each.left.high for each in bank_of(row)] == rounded(answer.bank.q95)
    weeks = forecast_of(row)
    assert [each.week for each in weeks] == [as_of + n * WEEK for n in range(AHEAD)]
    assert [each.hours for each in weeks] == rounded(history.hours_ahead)
    for kept, told in (
        ([each.counted.mean for each in weeks], answer.ahead.mean),
        ([each.counted.low for each in weeks], answer.ahead.q05),
        ([each.counted.median for each in weeks], answer.ahead.q50),
        ([each.counted.high for each in weeks], answer.ahead.q95),
        ([each.total_mean for each in weeks], answer.total_ahead_mean),
        ([each.total_variance for each in weeks], answer.total_ahead_variance),
    ):
        assert kept == rounded(told)
    assert (row.weeks, row.first_week, row.last_week) == (WEEKS, FIRST, as_of - WEEK)
    assert row.p_effect == answer.p_effect
    assert row.gain_if_even == float(answer.gain_if_even.mean)
    assert row.marathon_index == answer.marathon_index
    assert row.half_life_weeks == answer.half_life_weeks
    assert row.verdict == answer.judgement.verdict


def test_draws_answer_later_questions_as_the_estimate_would(
    blog: Channel, answered: tuple[returns.History, returns.Estimate]
) -> None:
    history, answer = answered
    kept, told = effect_of(stored_of(blog, history, answer)), answer.effect
    assert kept is not None
    assert told is not None
    assert kept.kernel.tolist() == told.kernel.tolist()
    assert kept.shape.tolist() == told.shape.tolist()
    assert kept.amount.tolist() == rounded(told.amount)
    levels = np.array([0.0, 1.0, 5.0])
    np.testing.assert_allclose(kept.steady(levels), told.steady(levels), rtol=2e-5)
    coming = kept.by_week(history.hours, history.hours_ahead)
    np.testing.assert_allclose(
        coming, told.by_week(history.hours, history.hours_ahead), rtol=2e-5, atol=1e-9
    )


def test_draws_of_another_model_are_refused_and_its_lists_are_not(
    blog: Channel, answered: tuple[returns.History, returns.Estimate]
) -> None:
    row = stored_of(blog, *answered)
    row.model_version = "older"
    with pytest.raises(OtherModelError, match="are of model older") as refused:
        effect_of(row)
    assert "\n" not in str(refused.value)
    assert len(forecast_of(row)) == AHEAD


def test_without_hours_nothing_is_told_of_them(blog: Channel) -> None:
    history = a_history(hours=np.zeros(WEEKS))
    row = stored_of(blog, history, returns.estimate(history))
    assert (kernel_of(row), curve_of(row), bank_of(row), forecast_of(row)) == ((), (), (), ())
    assert effect_of(row) is None
    assert (row.attributed, row.return_per_hour, row.next_hour) == (0, None, None)
    assert (row.gain_if_even, row.half_life_weeks, row.ninety_percent_weeks) == (None, None, None)


def test_before_the_first_week_is_over_it_is_the_only_one(blog: Channel) -> None:
    nothing = np.zeros(0)
    history = a_history(hours=nothing, worth=nothing, events=nothing.astype(np.bool_))
    row = stored_of(blog, history, returns.estimate(history))
    assert (row.weeks, row.first_week, row.last_week) == (0, FIRST, FIRST)


@pytest.mark.parametrize(
    ("number", "kept"),
    [(0.0, 0.0), (1 / 3, 0.333333), (1234567.0, 1234570.0), (2.5e-9, 2.5e-9), (1e21, 1e21)],
)
def test_six_digits_are_kept(number: float, kept: float) -> None:
    assert short(number) == kept
