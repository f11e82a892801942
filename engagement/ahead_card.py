"""What Returns says of the weeks to come: what should come back, and when goals are reached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from operator import attrgetter

from engagement import amounts
from engagement.ahead import Ahead
from engagement.amounts import Unit
from engagement.models import GoalForecast
from tracker.calendar import WEEK, monday_of
from tracker.models import Goal

BEYOND = "later than half a year"  # how far goals are forecast
SURE = 0.99  # of an open goal nothing nearer to 0 or 1 is claimed


@dataclass(frozen=True, slots=True)
class GoalLine:
    """A goal in words."""

    name: str
    scope: str
    counted: str
    share: str  # of the target
    reached: str
    interval: str
    chance: str
    due: str
    is_over: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """What should come back in so many weeks, with its interval."""

    worth: str
    weeks: int


@dataclass(frozen=True, slots=True)
class AheadCard:
    outlook: tuple[Outlook, ...]  # by rising number of weeks; empty where nothing is known
    without_hours: str  # channels that the outlook leaves out
    lines: tuple[GoalLine, ...]
    counted_until: str  # a day; empty before any goal is forecast
    model_version: str


def ahead_card(
    ahead: Sequence[Ahead | None],
    goals: Sequence[Goal],
    *,
    unit: Unit,
    today: date,
    without_hours: Sequence[str] = (),
) -> AheadCard:
    """`goals` with their forecasts, where they have one; `without_hours` names channels."""
    forecasts = [forecast for goal in goals if (forecast := forecast_of(goal)) is not None]
    until = min((forecast.last_week for forecast in forecasts), default=None)
    return AheadCard(
        outlook=tuple(
            Outlook(worth=unit.with_interval(each.worth), weeks=each.weeks)
            for each in ahead
            if each is not None
        ),
        without_hours=", ".join(without_hours),
        lines=tuple(sorted((goal_line(goal, today) for goal in goals), key=attrgetter("is_over"))),
        counted_until="" if until is None else amounts.day(until + timedelta(days=6), today),
        model_version=" and ".join(sorted({forecast.model_version for forecast in forecasts})),
    )


def forecast_of(goal: Goal) -> GoalForecast | None:
    # The other side of a one-to-one that is not there raises.
    return getattr(goal, "forecast", None)


def goal_line(goal: Goal, today: date) -> GoalLine:
    forecast = forecast_of(goal)
    running = monday_of(today)
    reached, interval, chance = (
        ("–", "", "not forecast yet") if forecast is None else when(goal, forecast, today)
    )
    return GoalLine(
        name=goal.metric.name,
        scope="all channels" if goal.channel is None else goal.channel.name,
        counted=f"{0 if forecast is None else forecast.counted:,} of {goal.target:,}",
        share="" if forecast is None else share_of(forecast.counted, goal.target),
        reached=reached,
        interval=interval,
        chance=chance,
        due=amounts.day(goal.due_on, today),
        is_over=goal.due_on < running,
    )


def share_of(counted: int, target: int) -> str:
    """Rounded down: what is not reached must not read as 100%."""
    return f"{100 * counted // target}%"


def when(goal: Goal, forecast: GoalForecast, today: date) -> tuple[str, str, str]:
    """The week in which it is reached, the 90% interval about it, the chance by its day."""
    early, likely, late = forecast.reached_early, forecast.reached, forecast.reached_late
    if likely is not None and likely <= forecast.last_week:
        return amounts.day(likely, today), "", "reached"
    if goal.due_on < forecast.last_week + WEEK:
        return "–", "", "missed"
    chance = chance_of(forecast.p_by_due)
    if early is None:
        return BEYOND, "", chance
    first = amounts.day(early, today)
    last = "later" if late is None else amounts.day(late, today)
    middle = BEYOND if likely is None else amounts.day(likely, today)
    return middle, first if first == last else f"{first} – {last}", chance


def chance_of(probability: float) -> str:
    if probability > SURE:
        return f"over {amounts.percent(SURE)}"
    if probability < 1 - SURE:
        return f"under {amounts.percent(1 - SURE)}"
    return amounts.percent(probability)
