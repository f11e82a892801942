"""The header figures of Returns and the verdicts, in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engagement import amounts
from engagement.bands import Band
from engagement.models import Estimate
from engagement.overview import ChannelLine, Overview
from engagement.period import PeriodSum


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure, what stands beside it in small, and a line below."""

    label: str
    value: str
    beside: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """A verdict in words, and the end of its CSS class."""

    words: str
    style: str


@dataclass(frozen=True, slots=True)
class Estimated:
    """An estimate as the page prints it; both are empty where it is not known."""

    mean: str = ""
    interval: str = ""


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A channel's line, in words."""

    line: ChannelLine
    badge: Badge
    hours: str
    planned_hours: str
    came_back: str
    caused: Estimated
    hour: Estimated
    next_hour: Estimated


# By family; what a version adds is a matter of degree.
METHODS = {
    "mixture": ": carry-over, saturation and the baseline's pace are averaged over, by how "
    "well each explains the weeks"
}
STYLES = {
    Estimate.Verdict.TOO_EARLY: "too-early",
    Estimate.Verdict.NO_EFFECT_SEEN: "no-effect",
    Estimate.Verdict.TIME_SUCK: "time-suck",
    Estimate.Verdict.FLATTENING: "flattening",
    Estimate.Verdict.PAYS_BACK: "pays-back",
}


def tiles_of(overview: Overview) -> list[Tile]:
    """Hours, cost, what the effort caused, what an hour returned: in this order."""
    return [
        _hours_tile(overview),
        _cost_tile(overview),
        _caused_tile(overview),
        _return_tile(overview),
    ]


def rows_of(overview: Overview, today: date) -> list[ChannelRow]:
    return [
        ChannelRow(
            line=line,
            badge=badge_of(line.estimate, today, hour_cost=overview.hour_cost),
            hours=amounts.hours(line.sum.logged_minutes),
            planned_hours=_planned_hours(line.sum),
            came_back="" if line.sum.worth is None else overview.unit.exact(round(line.sum.worth)),
            caused=_estimated(line.sum.caused, overview),
            hour=_estimated(line.sum.return_per_hour, overview),
            next_hour=_estimated(line.next_hour, overview),
        )
        for line in overview.lines
    ]


def badge_of(estimate: Estimate | None, today: date, *, hour_cost: float | None = None) -> Badge:
    """
    The verdict in words, with the day from which on it may be more than "too early".

    An effect that is there pays back only where its hour covers what it costs.
    """
    if estimate is None:
        return Badge("No estimate yet", "none")
    verdict = Estimate.Verdict(estimate.verdict)
    until = estimate.too_early_until
    words = verdict.label
    if verdict is Estimate.Verdict.TOO_EARLY and until is not None:
        words = f"{words} until {amounts.day(until, today)}"
    low, high = estimate.return_per_hour_low, estimate.return_per_hour_high
    if verdict is Estimate.Verdict.PAYS_BACK and hour_cost is not None:
        if high is not None and high < hour_cost:
            return Badge("Below its cost", "flattening")
        if low is not None and low < hour_cost:
            return Badge("May cover its cost", "no-effect")
    return Badge(words, STYLES[verdict])


def basis_of(overview: Overview) -> str:
    """How the shown estimates were made, for the foot of the page."""
    versions = overview.model_versions
    if not versions:
        return ""
    method = METHODS.get(versions[0].partition("-")[0], "") if len(versions) == 1 else ""
    return f"Estimates are by model {' and '.join(versions)}{method}."


def as_of(overview: Overview, now: datetime) -> str:
    """`as of 12 min ago`, or from the oldest to the newest where they lie apart."""
    if overview.computed is None:
        return ""
    oldest, newest = overview.computed
    if newest - oldest < timedelta(hours=1):
        return f"as of {amounts.ago(oldest, now)}"
    return f"as of {amounts.ago(newest, now)}, the oldest {amounts.ago(oldest, now)}"


def _hours_tile(overview: Overview) -> Tile:
    total = overview.sum
    notes = []
    if total.adherence is not None:
        since = " since it began" if total.had_no_plan_at_first else ""
        notes.append(f"{amounts.percent(total.adherence)} of plan{since}")
    if total.online_share is not None and 0 < total.online_share < 1:
        notes.append(f"{amounts.percent(total.online_share)} online")
    return Tile(
        label="Hours",
        value=amounts.hours(total.logged_minutes),
        beside=_beside_hours(total),
        note=" · ".join(notes),
    )


def _planned_hours(total: PeriodSum) -> str:
    if not total.planned_minutes:
        return ""
    planned = amounts.hours(total.planned_minutes)
    return f"{planned} planned" if total.had_no_plan_at_first else f"of {planned}"


def _beside_hours(total: PeriodSum) -> str:
    if not total.planned_minutes:
        return "without a plan"
    planned = f"{amounts.hours(total.planned_minutes)} planned"
    return planned if total.had_no_plan_at_first else f"of {planned}"


def _cost_tile(overview: Overview) -> Tile:
    if overview.cost is None or overview.hour_cost is None:
        return Tile(
            label="Cost", value=amounts.NOT_KNOWN, note="What an hour costs has not been set"
        )
    return Tile(
        label="Cost",
        value=overview.unit.exact(round(overview.cost)),
        note=f"{overview.unit.exact(overview.hour_cost)} an hour",
    )


def _caused_tile(overview: Overview) -> Tile:
    label = "Caused by the effort"
    total = overview.sum
    if total.caused is None:
        return Tile(label=label, value=amounts.NOT_KNOWN, note="Not estimated yet")
    share = total.caused_share
    note = ""
    if share is not None:
        note = f"{amounts.percent(share)} of all that came back"
    return Tile(
        label=label,
        value=overview.unit.estimate(total.caused),
        beside=overview.unit.interval(total.caused),
        note=note,
    )


def _return_tile(overview: Overview) -> Tile:
    label = "An hour returned"
    following = overview.next_hour
    note = (
        "The next hour is not estimated yet"
        if following is None
        else f"the next hour: {overview.unit.with_interval(following)}"
    )
    hour = overview.sum.return_per_hour
    if hour is None:
        return Tile(label=label, value=amounts.NOT_KNOWN, note=note)
    return Tile(
        label=label,
        value=overview.unit.estimate(hour),
        beside=overview.unit.interval(hour),
        note=note,
    )


def _estimated(band: Band | None, overview: Overview) -> Estimated:
    if band is None:
        return Estimated()
    return Estimated(overview.unit.estimate(band), overview.unit.interval(band))
