from __future__ import annotations

import json
from datetime import date, timedelta

from django.core.serializers.json import DjangoJSONEncoder

from engagement.amounts import unit_of
from engagement.charts import (
    EventMark,
    HoursAndResponses,
    ReturnPerHour,
    hours_and_responses,
    return_per_hour,
    series_of,
)
from engagement.models import WeeklyTrend
from engagement.period import Trends, period_named
from tests.engagement.stored import week_row
from tracker.calendar import WEEK
from tracker.models import Event

TODAY = date(2026, 11, 18)
RUNNING = date(2026, 11, 16)
EURO = unit_of("EUR")


def hours_chart(*rows: WeeklyTrend, events: tuple[Event, ...] = ()) -> HoursAndResponses:
    weeks = Trends(rows, period_named("13", TODAY), online=frozenset()).by_week()
    return hours_and_responses(weeks, events=events, unit=EURO, today=TODAY)


def return_chart(*rows: WeeklyTrend, hour_cost: float | None = 60) -> ReturnPerHour:
    weeks = Trends(rows, period_named("13", TODAY), online=frozenset()).by_week()
    return return_per_hour(weeks, hour_cost=hour_cost, events=(), unit=EURO, today=TODAY)


def test_series_are_as_long_as_the_weeks_and_gaps_are_none() -> None:
    chart = hours_chart(week_row(1, RUNNING - 2 * WEEK, logged_minutes=100))

    assert len(chart.weeks) == 14
    assert chart.hours == (*(None,) * 11, 1.67, None, None)
    assert chart.worth == (*(None,) * 11, 30.0, None, None)
    assert chart.responses == (*(None,) * 11, 10, None, None)


def test_the_week_that_is_not_over_is_named() -> None:
    chart = hours_chart(week_row(1, RUNNING))

    assert chart.running == RUNNING
    assert chart.weeks[-1] == RUNNING
    assert [row[-1] for row in chart.table.rows] == [*["over"] * 13, "running"]


def test_no_plan_is_a_gap_before_the_first_plan_and_nothing_after_it() -> None:
    chart = hours_chart(
        week_row(1, RUNNING - 4 * WEEK, planned_minutes=0),
        week_row(1, RUNNING - 3 * WEEK, planned_minutes=90),
        week_row(1, RUNNING - 2 * WEEK, planned_minutes=0),
    )

    assert chart.planned_hours[-5:] == (None, 1.5, 0.0, None, None)


def test_a_return_that_is_not_known_is_a_gap_in_all_three_series() -> None:
    chart = return_chart(
        week_row(1, RUNNING - 3 * WEEK, trend_4=None, trend_4_low=None, trend_4_high=None),
        week_row(1, RUNNING - 2 * WEEK),
        week_row(1, RUNNING - WEEK, trend_4_low=None, trend_4_high=None),
    )

    assert chart.mean[-4:] == (None, 20.0, 20.0, None)
    assert chart.low[-4:] == (None, 15.0, None, None)
    assert chart.high[-4:] == (None, 28.0, None, None)


def test_events_stand_at_their_week_and_only_within_the_period() -> None:
    days = [RUNNING - timedelta(days=1), RUNNING - 14 * WEEK, RUNNING + timedelta(days=6)]
    events = tuple(Event(name=f"event {n}", day=day) for n, day in enumerate(days))

    assert hours_chart(events=events).events == (
        EventMark(RUNNING - WEEK, "event 0"),
        EventMark(RUNNING, "event 2"),
    )


def test_tables_hold_what_is_drawn() -> None:
    row = week_row(1, RUNNING - WEEK, logged_minutes=90)

    assert hours_chart(row).table.rows[-2] == (RUNNING - WEEK, 1.0, 1.5, 10, 30.0, "over")
    assert return_chart(row).table.rows[-2] == (RUNNING - WEEK, 20.0, 15.0, 28.0, 60, "over")
    assert return_chart(row).table.rows[0] == (RUNNING - 13 * WEEK, None, None, None, 60, "over")


def test_what_goes_to_the_script_is_json_without_the_table() -> None:
    row = week_row(1, RUNNING - WEEK)

    hours = json.loads(json.dumps(series_of(hours_chart(row)), cls=DjangoJSONEncoder))
    returns = json.loads(json.dumps(series_of(return_chart(row)), cls=DjangoJSONEncoder))

    assert hours["weeks"][-1] == hours["running"] == "2026-11-16"
    assert hours["unit"] == {"prefix": "€", "suffix": ""}
    assert set(hours) - set(returns) == {"hours", "planned_hours", "responses", "worth"}
    assert set(returns) - set(hours) == {"mean", "low", "high", "hour_cost"}


def test_a_team_without_a_cost_of_an_hour_has_no_such_line() -> None:
    chart = return_chart(week_row(1, RUNNING - WEEK), hour_cost=None)

    assert chart.hour_cost is None
    assert chart.table.rows[-2][4] is None
    assert "cost" not in chart.description
