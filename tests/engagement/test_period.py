from __future__ import annotations

from datetime import date
from math import hypot
from typing import Any

import pytest

from engagement.bands import Band
from engagement.models import WeeklyTrend
from engagement.period import Period, PeriodSum, Trends, period_named
from tests.engagement.stored import week_row
from tracker.calendar import WEEK

TODAY = date(2026, 11, 18)  # a Wednesday
RUNNING = date(2026, 11, 16)
BLOG, MEETUP = 1, 2


def trends(*rows: WeeklyTrend, period: str = "13") -> Trends:
    return Trends(rows, period_named(period, TODAY), online=frozenset({BLOG}))


def weeks_of(channel: int, count: int, *, ago: int = 1, **values: Any) -> list[WeeklyTrend]:
    """`count` rows, the newest `ago` weeks before the running one."""
    return [week_row(channel, RUNNING - (ago + n) * WEEK, **values) for n in range(count)]


@pytest.mark.parametrize(("name", "count"), [("13", 13), ("26", 26), ("52", 52)])
def test_a_period_is_so_many_weeks_that_are_over_and_the_running_one(name: str, count: int) -> None:
    weeks = trends(period=name).weeks

    assert len(weeks) == count + 1
    assert weeks[0] == RUNNING - count * WEEK
    assert weeks[-1] == RUNNING


def test_all_weeks_begin_with_the_first_row_there_is() -> None:
    assert trends(*weeks_of(BLOG, 40), period="all").weeks[0] == RUNNING - 40 * WEEK
    assert trends(period="all").weeks == [RUNNING]


@pytest.mark.parametrize("name", ["", "12", "ALL", "-13", "13 "])
def test_any_other_period_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="is not one of 13, 26, 52, all"):
        period_named(name, TODAY)


def test_the_week_turns_on_monday() -> None:
    assert period_named("13", date(2026, 11, 15)).running == date(2026, 11, 9)
    assert period_named("13", date(2026, 11, 16)).running == RUNNING
    assert period_named("13", date(2026, 11, 22)).running == RUNNING


def test_rows_are_needed_three_weeks_earlier_for_the_four_week_trend() -> None:
    assert period_named("13", TODAY).needed_from == RUNNING - 16 * WEEK
    assert Period(name="all", running=RUNNING, weeks_over=None).needed_from is None


def test_a_week_that_nobody_recorded_is_a_gap_and_not_a_zero() -> None:
    first, *_, last = trends(week_row(BLOG, RUNNING - WEEK)).by_week()

    assert (first.logged_minutes, first.planned_minutes) == (None, None)
    assert (first.worth, first.responses, first.trend) == (None, None, None)
    assert last.logged_minutes is None


def test_a_week_without_any_response_recorded_has_hours_but_no_worth() -> None:
    week = trends(week_row(BLOG, RUNNING - WEEK, responses={}, worth=0)).by_week()[-2]

    assert (week.logged_minutes, week.worth, week.responses) == (60, None, None)


def test_a_week_whose_responses_are_counted_as_none_is_worth_nothing() -> None:
    week = trends(week_row(BLOG, RUNNING - WEEK, responses={"1": 0}, worth=0)).by_week()[-2]

    assert (week.worth, week.responses) == (0.0, 0)


def test_channels_add_up_and_one_that_is_not_counted_adds_nothing() -> None:
    week = trends(
        week_row(BLOG, RUNNING - WEEK, responses={"1": 10, "2": 4}, worth=42),
        week_row(MEETUP, RUNNING - WEEK, logged_minutes=90, responses={}, worth=0),
    ).by_week()[-2]

    assert (week.planned_minutes, week.logged_minutes) == (120, 150)
    assert (week.responses, week.worth, week.attributed) == (14, 42.0, 40.0)


def test_the_running_week_is_shown_and_not_counted() -> None:
    shown = trends(*weeks_of(BLOG, 2), week_row(BLOG, RUNNING, logged_minutes=600))

    assert shown.by_week()[-1].logged_minutes == 600
    assert [week.is_over for week in shown.by_week()] == [True] * 13 + [False]
    assert shown.total().logged_minutes == 120


def test_weeks_after_today_and_before_the_period_are_left_out() -> None:
    shown = trends(week_row(BLOG, RUNNING + WEEK), *weeks_of(BLOG, 1), *weeks_of(BLOG, 1, ago=14))

    assert shown.weeks[-1] == RUNNING
    assert shown.total().logged_minutes == 60


def test_one_channel_keeps_its_own_trend() -> None:
    week = trends(*weeks_of(BLOG, 4)).by_week()[-2]

    assert week.trend == Band(20.0, 15.0, 28.0)


def test_trends_of_channels_are_weighted_by_the_hours_of_their_four_weeks() -> None:
    rows = [
        *weeks_of(BLOG, 5),
        *weeks_of(MEETUP, 5, logged_minutes=180, trend_4=40.0, trend_4_low=28.0, trend_4_high=52.0),
    ]

    trend = trends(*rows).by_week()[-2].trend

    assert trend is not None
    assert trend.mean == 0.25 * 20 + 0.75 * 40
    assert trend.low == pytest.approx(35 - hypot(0.25 * 5, 0.75 * 12))
    assert trend.high == pytest.approx(35 + hypot(0.25 * 8, 0.75 * 12))


def test_the_first_week_of_a_period_is_weighted_by_weeks_before_it() -> None:
    rows = [*weeks_of(BLOG, 16), *weeks_of(MEETUP, 3, ago=14, trend_4=80.0)]

    # In the first week the meetup has no row of its own, and holds 3 of 7 hours: known enough.
    assert trends(*rows).by_week()[0].trend == Band(20.0, 15.0, 28.0)


def test_a_trend_is_not_known_where_most_hours_have_none() -> None:
    unknown = {"trend_4": None, "trend_4_low": None, "trend_4_high": None}
    half = [*weeks_of(BLOG, 4), *weeks_of(MEETUP, 4, **unknown)]
    less = [*weeks_of(BLOG, 4), *weeks_of(MEETUP, 4, logged_minutes=61, **unknown)]

    assert trends(*half).by_week()[-2].trend == Band(20.0, 15.0, 28.0)
    assert trends(*less).by_week()[-2].trend is None


def test_what_a_channel_caused_is_as_wide_as_its_stored_trends_times_their_hours() -> None:
    total = trends(*weeks_of(BLOG, 13)).total()

    assert total.caused == Band(260.0, 260.0 - 13 * 4, 260.0 + 13 * 6)
    assert total.return_per_hour == Band(20.0, 16.0, 26.0)


def test_windows_of_one_channel_err_together_and_channels_apart() -> None:
    one = trends(*weeks_of(BLOG, 26), period="26").total()
    two = trends(*weeks_of(BLOG, 26), *weeks_of(MEETUP, 26), period="26").total()

    assert one.caused == Band(520.0, 520.0 - 104, 520.0 + 156)
    assert two.caused is not None
    assert two.caused.mean == 1040.0
    assert two.caused.low == pytest.approx(1040 - hypot(104, 104))


def test_a_history_that_is_no_multiple_of_thirteen_weeks_ends_in_a_shorter_window() -> None:
    total = trends(*weeks_of(BLOG, 20), period="all").total()

    assert total.caused == Band(400.0, 400.0 - 20 * 4, 400.0 + 20 * 6)


def test_what_comes_after_the_last_hours_is_as_unsure_as_what_came_with_them() -> None:
    rest = {"trend_13": None, "trend_13_low": None, "trend_13_high": None}
    idle = weeks_of(BLOG, 13, logged_minutes=0, attributed=10.0, **rest)
    busy = weeks_of(BLOG, 13, ago=14)

    total = trends(*busy, *idle, period="26").total()

    assert total.caused == Band(390.0, 390.0 * 0.8, 390.0 * 1.3)


def test_how_sure_it_is_cannot_be_told_where_most_came_after_the_last_hours() -> None:
    rest = {"trend_13": None, "trend_13_low": None, "trend_13_high": None}
    idle = weeks_of(BLOG, 13, logged_minutes=0, attributed=21.0, **rest)

    total = trends(*weeks_of(BLOG, 13, ago=14), *idle, period="26").total()

    assert total.caused == Band(533.0)


def test_only_the_newest_trend_of_a_window_is_read() -> None:
    older = weeks_of(BLOG, 12, ago=2, trend_13_low=0.0, trend_13_high=1000.0)

    assert trends(*weeks_of(BLOG, 1), *older).total().return_per_hour == Band(20.0, 16.0, 26.0)


def test_hours_that_nobody_has_judged_do_not_pass_for_hours_without_effect() -> None:
    unknown = {"attributed": None, "trend_4": None, "trend_13": None}

    total = trends(*weeks_of(BLOG, 13), *weeks_of(MEETUP, 13, **unknown)).total()

    assert total.logged_minutes == 26 * 60
    assert total.return_per_hour == Band(20.0, 16.0, 26.0)


def test_an_unknown_width_of_one_channel_leaves_the_sum_without_an_interval() -> None:
    total = trends(*weeks_of(BLOG, 13), *weeks_of(MEETUP, 13, trend_13=None)).total()

    assert total.caused == Band(520.0)


def test_nothing_is_known_of_nothing() -> None:
    total = trends().total()

    assert (total.worth, total.caused, total.return_per_hour) == (None, None, None)
    assert (total.adherence, total.online_share, total.caused_share) == (None, None, None)


def test_shares_of_a_period() -> None:
    total = trends(
        *weeks_of(BLOG, 3), *weeks_of(MEETUP, 1, planned_minutes=60, logged_minutes=60)
    ).total()

    assert total.adherence == 1.0
    assert total.online_share == 0.75
    assert total.caused_share == pytest.approx(80 / 120)


@pytest.mark.parametrize(("caused", "share"), [(150.0, 1.0), (-5.0, 0.0), (25.0, 0.25)])
def test_the_share_that_was_caused_stays_between_none_and_all(caused: float, share: float) -> None:
    total = PeriodSum(
        planned_minutes=0,
        logged_minutes=60,
        minutes_since_plan=0,
        online_minutes=60,
        worth=100.0,
        caused=Band(caused),
        return_per_hour=None,
    )
    assert total.caused_share == share
