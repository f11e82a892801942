"""What the numbers of a channel say in a word; a pure function of numbers and dates."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from statistics import median

WEEK = timedelta(weeks=1)

LEAST_WEEKS = 12  # of effort, before anything is said
# An interval that includes nil says something once its upper end is within this factor of ...
TELLING_FACTOR = 8.0
# ... what would be noticed at all: this share of all that came back per hour, or this share of
# what an hour must bring. So at worst a fifth of everything, or half of the cost, is left open.
NOTICEABLE_SHARE = 1 / 40
NOTICEABLE_OF_BAR = 1 / 16
# Next hour against average hour, and how sure that must be.
FLAT_SHARE = 0.5
FLAT_CERTAINTY = 0.8
# Without a cost of an hour, the bar is this share of the team's median channel.
SHARE_OF_MEDIAN = 0.2
# How far ahead "too early until" may look; and the shortest wait that is worth naming.
LONGEST_WAIT_WEEKS = 52
SHORTEST_WAIT_WEEKS = 4


class Verdict(StrEnum):
    TOO_EARLY = "too_early"
    NO_EFFECT_SEEN = "no_effect_seen"
    TIME_SUCK = "time_suck"
    FLATTENING = "flattening"
    PAYS_BACK = "pays_back"


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a verdict rests on. Returns are worth per hour; None where there were no hours."""

    as_of: date  # the day after the last week that was estimated from
    effort_since: date | None  # Monday of the first week with hours; None without hours
    expected_delay_weeks: int  # as the plan says; 0 without a plan
    worth_per_hour: float | None  # all that came, caused or not, by the hours
    return_per_hour_low: float | None  # 5%
    return_per_hour_high: float | None  # 95%
    next_hour_high: float | None  # 95%
    hours_rising: bool
    p_flattening: float  # probability that the next hour returns under half of the average


@dataclass(frozen=True, slots=True)
class Judgement:
    verdict: Verdict
    too_early_until: date | None  # None where it is not too early, or where nothing was begun


def judge(evidence: Evidence, *, least_return: float | None) -> Judgement:
    """
    The verdict, in the order too early, no effect seen, time suck, flattening, pays back.

    `least_return` is what an hour must bring to be worth it: the team's cost of an hour, or
    `bar_without_cost` of the team's channels; None if neither is known.
    """
    if evidence.effort_since is None:
        return Judgement(Verdict.TOO_EARLY, None)
    patience = max(LEAST_WEEKS, evidence.expected_delay_weeks)
    ripe = evidence.effort_since + patience * WEEK
    if evidence.as_of < ripe:
        return Judgement(Verdict.TOO_EARLY, ripe)
    low, high = evidence.return_per_hour_low, evidence.return_per_hour_high
    if low is None or high is None or evidence.worth_per_hour is None:
        return Judgement(Verdict.TOO_EARLY, None)
    if low <= 0:
        telling = TELLING_FACTOR * max(
            NOTICEABLE_SHARE * evidence.worth_per_hour,
            NOTICEABLE_OF_BAR * (least_return or 0.0),
            0.0,
        )
        if high > telling:
            until = until_it_tells(evidence.as_of, evidence.effort_since, high, telling)
            return Judgement(Verdict.TOO_EARLY, until)
        return Judgement(Verdict.NO_EFFECT_SEEN, None)
    return Judgement(
        judge_effect(
            hours_rising=evidence.hours_rising,
            next_hour_high=evidence.next_hour_high,
            p_flattening=evidence.p_flattening,
            least_return=least_return,
        ),
        None,
    )


def judge_effect(
    *,
    hours_rising: bool,
    next_hour_high: float | None,
    p_flattening: float,
    least_return: float | None,
) -> Verdict:
    """The verdict on an effect that is there: the part that depends on what an hour must bring."""
    below = (
        next_hour_high is not None and least_return is not None and next_hour_high < least_return
    )
    if hours_rising and below:
        return Verdict.TIME_SUCK
    if p_flattening >= FLAT_CERTAINTY:
        return Verdict.FLATTENING
    return Verdict.PAYS_BACK


def until_it_tells(as_of: date, effort_since: date, high: float, telling: float) -> date:
    """
    When an interval as wide as `high` should have narrowed to `telling`, if weeks like these go on.

    A standard error falls with the square root of the weeks, so half the width takes four times
    the weeks; never less than SHORTEST_WAIT_WEEKS nor more than LONGEST_WAIT_WEEKS from now.
    """
    wait = LONGEST_WAIT_WEEKS
    if telling > 0:
        weeks = (as_of - effort_since) // WEEK
        needed = weeks * ((high / telling) ** 2 - 1)
        wait = math.ceil(min(max(needed, SHORTEST_WAIT_WEEKS), LONGEST_WAIT_WEEKS))
    return as_of + wait * WEEK


def bar_without_cost(next_hours: list[float]) -> float | None:
    """A fifth of the median of the team's next-hour returns; None without any."""
    return SHARE_OF_MEDIAN * median(next_hours) if next_hours else None
