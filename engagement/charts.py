"""The numbers that each chart of Returns needs, named and typed, and the words around them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import dropwhile
from typing import Any

from engagement import captions
from engagement.amounts import Unit
from engagement.period import WeekSum
from engagement.tables import Column, Table
from tracker.calendar import monday_of
from tracker.models import Event


@dataclass(frozen=True, slots=True)
class EventMark:
    """A thin line with a name, at the week in which the event fell."""

    week: date
    name: str


@dataclass(frozen=True, slots=True)
class HoursAndResponses:
    """What was planned, logged and counted, week by week; a gap is None."""

    title: str
    subtitle: str
    description: str
    unit: Unit
    weeks: tuple[date, ...]
    running: date | None  # the week that is not over, drawn hatched
    hours: tuple[float | None, ...]
    planned_hours: tuple[float | None, ...]
    responses: tuple[int | None, ...]
    worth: tuple[float | None, ...]
    events: tuple[EventMark, ...]
    table: Table


@dataclass(frozen=True, slots=True)
class ReturnPerHour:
    """Attributed worth by hours, trend over four weeks with its 90% band; a gap is None."""

    title: str
    subtitle: str
    description: str
    unit: Unit
    weeks: tuple[date, ...]
    running: date | None
    mean: tuple[float | None, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]
    hour_cost: float | None  # the dashed line; None where the team has set none
    events: tuple[EventMark, ...]
    table: Table


def hours_and_responses(
    weeks: Sequence[WeekSum], *, events: Iterable[Event], unit: Unit, today: date
) -> HoursAndResponses:
    """`weeks` oldest first; the running week, if there, is the last."""
    planned = _from_the_first_plan_on([week.planned_minutes for week in weeks])
    return HoursAndResponses(
        title=captions.title_of_hours_and_responses(weeks, unit=unit),
        subtitle=f"Worth of what came back a week, in {unit.name}, above the hours a week",
        description=captions.description_of_hours_and_responses(weeks, unit=unit, today=today),
        unit=unit,
        weeks=tuple(week.week for week in weeks),
        running=_running(weeks),
        hours=tuple(_hours(week.logged_minutes) for week in weeks),
        planned_hours=tuple(_hours(minutes) for minutes in planned),
        responses=tuple(week.responses for week in weeks),
        worth=tuple(_rounded(week.worth) for week in weeks),
        events=_marks(events, weeks),
        table=Table(
            columns=(
                Column("week", "Week of"),
                Column("planned_hours", "Planned", "h", decimals=1),
                Column("logged_hours", "Logged", "h", decimals=1),
                Column("responses", "Responses"),
                Column("worth", "Worth", unit.name),
                Column("state", "State", is_text=True),
            ),
            rows=tuple(
                (
                    week.week,
                    _hours(minutes),
                    _hours(week.logged_minutes),
                    week.responses,
                    week.worth,
                    _state(week),
                )
                for week, minutes in zip(weeks, planned, strict=True)
            ),
        ),
    )


def return_per_hour(
    weeks: Sequence[WeekSum],
    *,
    hour_cost: float | None,
    events: Iterable[Event],
    unit: Unit,
    today: date,
) -> ReturnPerHour:
    """`weeks` oldest first; `hour_cost` in `unit`, None where the team has set none."""
    trends = [week.trend for week in weeks]
    return ReturnPerHour(
        title=captions.title_of_return_per_hour(weeks, hour_cost=hour_cost, unit=unit, today=today),
        subtitle=f"Caused by an hour, in {unit.name}: four-week trend with its 90% interval",
        description=captions.description_of_return_per_hour(
            weeks, hour_cost=hour_cost, unit=unit, today=today
        ),
        unit=unit,
        weeks=tuple(week.week for week in weeks),
        running=_running(weeks),
        mean=tuple(_rounded(trend.mean) if trend else None for trend in trends),
        low=tuple(_rounded(trend.low) if trend else None for trend in trends),
        high=tuple(_rounded(trend.high) if trend else None for trend in trends),
        hour_cost=hour_cost,
        events=_marks(events, weeks),
        table=Table(
            columns=(
                Column("week", "Week of"),
                Column("return_per_hour", "An hour returned", unit.name, decimals=1),
                Column("low", "5%", unit.name, decimals=1),
                Column("high", "95%", unit.name, decimals=1),
                Column("hour_cost", "It cost", unit.name, decimals=1),
                Column("state", "State", is_text=True),
            ),
            rows=tuple(
                (
                    week.week,
                    week.trend.mean if week.trend else None,
                    week.trend.low if week.trend else None,
                    week.trend.high if week.trend else None,
                    hour_cost,
                    _state(week),
                )
                for week in weeks
            ),
        ),
    )


def series_of(chart: HoursAndResponses | ReturnPerHour) -> dict[str, Any]:
    """What the chart's module draws, as JSON takes it; the table is on the page already."""
    if isinstance(chart, HoursAndResponses):
        drawn: dict[str, Any] = {
            "hours": chart.hours,
            "planned_hours": chart.planned_hours,
            "responses": chart.responses,
            "worth": chart.worth,
        }
    else:
        drawn = {
            "mean": chart.mean,
            "low": chart.low,
            "high": chart.high,
            "hour_cost": chart.hour_cost,
        }
    return {
        "description": chart.description,
        "unit": {"prefix": chart.unit.prefix, "suffix": chart.unit.suffix},
        "weeks": chart.weeks,
        "running": chart.running,
        "events": [{"week": mark.week, "name": mark.name} for mark in chart.events],
        **drawn,
    }


def _from_the_first_plan_on(planned: Sequence[int | None]) -> list[int | None]:
    """Before a plan began there was none to keep to: a gap; nothing planned later on is nothing."""
    rest = list(dropwhile(lambda minutes: not minutes, planned))
    return [None] * (len(planned) - len(rest)) + rest


def _running(weeks: Sequence[WeekSum]) -> date | None:
    return next((week.week for week in weeks if not week.is_over), None)


def _marks(events: Iterable[Event], weeks: Sequence[WeekSum]) -> tuple[EventMark, ...]:
    shown = {week.week for week in weeks}
    return tuple(
        EventMark(week=monday_of(event.day), name=event.name)
        for event in events
        if monday_of(event.day) in shown
    )


def _hours(minutes: int | None) -> float | None:
    return None if minutes is None else round(minutes / 60, 2)


def _rounded(value: float | None) -> float | None:
    """Drawn to a hundredth: more digits would only make the page heavier."""
    return None if value is None else round(value, 2)


def _state(week: WeekSum) -> str:
    return "over" if week.is_over else "running"
