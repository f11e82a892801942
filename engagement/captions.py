"""What the charts of Returns say in words: a title that states the finding, a description."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from itertools import dropwhile
from math import fsum

from engagement import amounts
from engagement.amounts import Unit
from engagement.bands import Band
from engagement.period import WeekSum
from tracker.calendar import WEEK

ON_PLAN = 0.1  # hours this near to the plan, by share, have kept to it
STEADY = 0.1  # what came back held if its later half is this near to its earlier half
WEEKS_TO_COMPARE = 8  # fewer known weeks than this have no halves worth comparing
WEEKS_IN_A_ROW = 4  # a title says "since" from so many weeks on


def title_of_hours_and_responses(weeks: Sequence[WeekSum], *, unit: Unit) -> str:
    """Hours against the plan, then the later half of what came back against the earlier."""
    over = [week for week in weeks if week.is_over]
    if [week.is_over for week in weeks if week.logged_minutes or week.worth] == [False]:
        return "Hours and responses begin with the running week"
    return f"{_words_on_hours(over)}; {_words_on_responses(over, unit)}"


def title_of_return_per_hour(
    weeks: Sequence[WeekSum], *, hour_cost: float | None, unit: Unit, today: date
) -> str:
    """The newest four-week trend, against the cost of an hour where there is one."""
    over = [week for week in weeks if week.is_over]
    known = [(week.week, week.trend) for week in over if week.trend is not None]
    if not known:
        return "What an hour returned is not known yet"
    week, latest = known[-1]
    # A trend that ended weeks ago must not be read as today's.
    late = "" if week == over[-1].week else f", until the week of {amounts.day(week, today)}"
    told = unit.with_interval(latest)
    if latest.low is None or latest.high is None:
        return f"An hour lately returned {told}{late}; how sure that is, is not known"
    if hour_cost is None:
        chance = "; it may be chance" if latest.low <= 0 else ""
        return f"An hour lately returned {told}{late}{chance}"
    cost = unit.exact(hour_cost)
    if latest.low > hour_cost:
        since = _since(known, lambda band: band.low is not None and band.low > hour_cost)
        begun = _words_on_since(since, known, today)
        return f"An hour returned more than its cost of {cost}{begun}, lately {told}{late}"
    if latest.high < hour_cost:
        since = _since(known, lambda band: band.high is not None and band.high < hour_cost)
        begun = _words_on_since(since, known, today)
        return f"An hour returned less than its cost of {cost}{begun}, lately {told}{late}"
    return f"An hour lately returned {told}{late}: too wide to say if it covers its cost of {cost}"


def description_of_hours_and_responses(weeks: Sequence[WeekSum], *, unit: Unit, today: date) -> str:
    """For those who hear the chart: what is drawn, its range, its highest week, its sums."""
    over = [week for week in weeks if week.is_over]
    said = [f"Two charts over one time line, {_span(weeks, today)}."]
    worths = [(week.worth, week.week) for week in over if week.worth is not None]
    if worths:
        (least, _), (most, when) = min(worths), max(worths)
        said.append(
            f"Above, a line of what the week's responses were worth: from {unit.exact(least)} to "
            f"{unit.exact(most)}, the most in the week of {amounts.day(when, today)}."
        )
    logged = [week.logged_minutes for week in over if week.logged_minutes is not None]
    if logged:
        planned = sum(week.planned_minutes or 0 for week in over)
        of_planned = f"; {amounts.hours(planned)} were planned, the dashed line" if planned else ""
        said.append(
            f"Below, bars of hours: from {amounts.hours(min(logged))} to "
            f"{amounts.hours(max(logged))} a week, {amounts.hours(sum(logged))} in all{of_planned}."
        )
    return " ".join([*said, *_words_on_the_rest(weeks)])


def description_of_return_per_hour(
    weeks: Sequence[WeekSum], *, hour_cost: float | None, unit: Unit, today: date
) -> str:
    """For those who hear the chart: the trend's range, where it stands, and the dashed line."""
    said = [f"A line with its band, {_span(weeks, today)}."]
    known = [(week.week, week.trend) for week in weeks if week.is_over and week.trend is not None]
    if known:
        least = min(known, key=lambda pair: pair[1].mean)[1]
        most = max(known, key=lambda pair: pair[1].mean)[1]
        week, latest = known[-1]
        said.append(
            f"An hour returned between {unit.estimate(least)} and {unit.estimate(most)} over four "
            f"weeks; in the week of {amounts.day(week, today)} it was {unit.with_interval(latest)}."
        )
    if hour_cost is not None:
        said.append(f"A dashed line marks the cost of an hour, {unit.exact(hour_cost)}.")
    return " ".join([*said, *_words_on_the_rest(weeks)])


def _words_on_hours(over: Sequence[WeekSum]) -> str:
    logged = _logged(over)
    # Hours of weeks before the plan began would make it look overrun.
    under_plan = list(dropwhile(lambda week: not week.planned_minutes, over))
    planned = sum(week.planned_minutes or 0 for week in under_plan)
    if not logged:
        return "No hours were logged"
    if not planned:
        return f"{amounts.hours(logged)} were logged without a plan"
    since = " since it began" if _logged(under_plan) < logged else ""
    beside = _logged(under_plan) - planned
    if beside < -ON_PLAN * planned:
        return f"Hours fell {amounts.percent(-beside / planned)} short of the plan{since}"
    if beside > ON_PLAN * planned:
        return f"Hours ran {amounts.percent(beside / planned)} over the plan{since}"
    return f"Hours kept to the plan{since}"


def _logged(weeks: Iterable[WeekSum]) -> int:
    return sum(week.logged_minutes or 0 for week in weeks)


def _words_on_responses(over: Sequence[WeekSum], unit: Unit) -> str:
    worths = [week.worth for week in over if week.worth is not None]
    if not worths:
        return "what came back is not known"
    if not any(worths):
        return "what came back has no worth yet"
    if len(worths) < WEEKS_TO_COMPARE:
        return f"{unit.exact(fsum(worths))} came back"
    half = len(worths) // 2
    earlier, later = fsum(worths[:half]), fsum(worths[-half:])
    if earlier <= 0:  # also where more was taken back than given
        lately = ", most of it lately" if fsum(worths) > 0 else ""
        return f"{unit.exact(fsum(worths))} came back{lately}"
    change = later - earlier
    if change > STEADY * earlier:
        return f"what came back grew by {amounts.percent(change / earlier)}"
    if change < -STEADY * earlier:
        return f"what came back fell by {amounts.percent(-change / earlier)}"
    return "what came back held steady"


def _since(known: Sequence[tuple[date, Band]], holds: Callable[[Band], bool]) -> list[date]:
    """The weeks, newest first, over which it has held without a break; a gap is one."""
    held: list[date] = []
    for week, band in reversed(known):
        if not holds(band) or (held and held[-1] - week > WEEK):
            break
        held.append(week)
    return held


def _words_on_since(since: Sequence[date], known: Sequence[tuple[date, Band]], today: date) -> str:
    if len(since) < WEEKS_IN_A_ROW:
        return ""
    if len(since) == len(known):
        return f" in each of {len(since)} weeks"
    return f" since {amounts.day(since[-1], today)}"


def _span(weeks: Sequence[WeekSum], today: date) -> str:
    return f"weeks of {amounts.day(weeks[0].week, today)} to {amounts.day(weeks[-1].week, today)}"


def _words_on_the_rest(weeks: Sequence[WeekSum]) -> list[str]:
    running = [] if weeks[-1].is_over else ["The last week is not over and is drawn hatched."]
    return [*running, "The same numbers stand in the table below."]
