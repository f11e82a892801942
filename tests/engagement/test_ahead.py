from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engagement.ahead import counted_ahead
from engagement.models import Estimate
from tracker.calendar import WEEK

RUNNING = date(2026, 3, 2)


def forecast(first: date, *, mean: float = 100.0, variance: float = 400.0) -> list[dict[str, Any]]:
    """Twenty-six weeks of the same mean, whose errors know nothing of each other."""
    return [
        {
            "week": (first + index * WEEK).isoformat(),
            "hours": 3.0,
            "mean": mean,
            "low": mean - 30,
            "median": mean,
            "high": mean + 30,
            "total_mean": mean * (index + 1),
            "total_variance": variance * (index + 1),
        }
        for index in range(26)
    ]


def of(first: date = RUNNING, **values: float) -> Estimate:
    return Estimate(hours=40.0, forecast=forecast(first, **values))


def test_weeks_add_up_from_the_running_one_on() -> None:
    found = counted_ahead([of()], running=RUNNING, weeks=4)
    assert found is not None
    assert (found.weeks, found.last_week, found.worth.mean) == (4, date(2026, 3, 23), 400.0)
    # Standard deviation 40, and a gamma variable is a little skewed.
    assert found.worth.low == pytest.approx(400 - 1.645 * 40, abs=3)
    assert found.worth.high == pytest.approx(400 + 1.645 * 40, abs=3)
    assert found.worth.high - 400 > 400 - found.worth.low > 0


def test_weeks_that_have_passed_are_left_out() -> None:
    assert counted_ahead([of(RUNNING - 3 * WEEK)], running=RUNNING, weeks=13) == counted_ahead(
        [of()], running=RUNNING, weeks=13
    )


def test_channels_err_independently() -> None:
    both = counted_ahead([of(), of(variance=1200.0)], running=RUNNING, weeks=4)
    one = counted_ahead([of(mean=200.0, variance=1600.0)], running=RUNNING, weeks=4)
    assert both is not None
    assert both == one


def test_a_channel_without_hours_has_no_forecast_and_adds_nothing() -> None:
    idle = Estimate(hours=0.0, forecast=[])
    assert counted_ahead([of(), idle], running=RUNNING, weeks=4) == counted_ahead(
        [of()], running=RUNNING, weeks=4
    )
    assert counted_ahead([idle], running=RUNNING, weeks=4) is None
    assert counted_ahead([], running=RUNNING, weeks=4) is None


@pytest.mark.parametrize("weeks_ago", [-1, 23, 30])
def test_a_forecast_that_does_not_reach_so_far_says_nothing_of_any(weeks_ago: int) -> None:
    late = of(RUNNING - weeks_ago * WEEK)
    assert counted_ahead([of(), late], running=RUNNING, weeks=4) is None
    early = Estimate(hours=40.0, forecast=[])
    assert counted_ahead([of(), early], running=RUNNING, weeks=4) is None
