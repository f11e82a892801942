"""
What other hours would bring: a week changed, hours moved, a start put off.

Answered from the draws that are kept with each channel's estimate, in a few milliseconds and
without its data. All amounts are worth, attributed: what would come anyway is in none of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from engagement.lately import WEEKS
from engagement.outlook import Band
from engagement.returns.batch import RECENT_WEEKS
from engagement.returns.forecast import brought_by_week, brought_in_the_long_run, postponed
from engagement.returns.quantiles import Summary, summary_of_draws
from engagement.returns.reallocation import reallocate
from engagement.returns.together import summary_together
from engagement.standing import NothingKnownError, Standing, read_standing
from tracker.calendar import WEEK
from tracker.models import Team

FloatArray = npt.NDArray[np.float64]
Bounds = Mapping[int, tuple[float | None, float | None]]

HOURS_IN_A_WEEK = 168.0
FADED = 0.9  # the share of what is in the bank by which it is called spent


@dataclass(frozen=True, slots=True)
class Comparison:
    """Worth attributed over the weeks compared, of hours before them as well as in them."""

    plan: Band
    change: Band
    difference: Band  # change less plan, draw by draw
    bank: Band  # what hours before still bring, if none follows
    in_the_long_run: Band  # the difference a week, once all of it has come


@dataclass(frozen=True, slots=True)
class ChannelComparison:
    channel_id: int
    planned_hours: float  # a week, on average
    hours: float
    brought: Comparison
    bank_fades: date | None  # the week by whose end 90% of the bank is spent; None: it is empty


@dataclass(frozen=True, slots=True)
class WhatIf:
    first_week: date
    weeks: int
    channels: tuple[ChannelComparison, ...]
    together: Comparison
    unknown: tuple[int, ...]  # channels of which nothing can be said: no hour was ever spent there


@dataclass(frozen=True, slots=True)
class Move:
    channel_id: int
    hours_before: float  # a week, on average of the last 13
    hours: float
    next_hour: Band  # the long-run return of one more, at these hours
    gain: Band  # a week, in the long run; negative where hours are taken away


@dataclass(frozen=True, slots=True)
class Moves:
    channels: tuple[Move, ...]
    gain: Band
    p_better: float
    unknown: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LaterStart:
    """Worth attributed in the weeks compared, on one channel."""

    first_week: date
    weeks: int
    now: Band
    later: Band
    lost: Band


def what_if(*, team: Team, hours: Mapping[int, float], now: datetime, weeks: int = 13) -> WhatIf:
    """
    Steady weekly `hours` by channel id over the next `weeks`, instead of the plan.

    The running week is the first of them; channels that are not named stay as planned. Two
    queries. Raises BeingComputedError; NothingKnownError where no hour was ever spent on any
    channel; ValueError where the hours make no week or a channel is not in use.
    """
    return compared(read_standing(team=team, now=now), hours, weeks)


def next_hours(
    *, team: Team, now: datetime, hours: float | None = None, bounds: Bounds | None = None
) -> Moves:
    """
    Where `hours` more a week bring most; without them, where all present hours would.

    Present is the average of the last 13 weeks. `bounds` are the least and the most weekly hours
    by channel id; without them none gets more than twice what was usual on it, for beyond that
    nothing has been tried. Two queries. Raises as `what_if` does, and ValueError where no division
    keeps to the bounds.
    """
    return moved(read_standing(team=team, now=now), hours, bounds or {})


def start_later(
    *, team: Team, channel_id: int, hours: float, wait: int, now: datetime, weeks: int = 26
) -> LaterStart:
    """
    Steady weekly `hours` on a channel from now on, against the same from in `wait` weeks on.

    Until then the plan holds. Two queries; raises as `what_if` does.
    """
    standing = read_standing(team=team, now=now)
    refuse_other_channels(standing, [channel_id])
    refuse_other_hours([hours])
    if channel_id in standing.unknown:
        raise NothingKnownError("no hour was ever spent on this channel")
    row = standing.channel_ids.index(channel_id)
    found = postponed(
        standing.effects[row],
        before=standing.before[row],
        meanwhile=standing.plan_over(weeks)[row],
        hours=hours,
        wait=wait,
    )
    return LaterStart(
        first_week=standing.first_week,
        weeks=weeks,
        now=band(found.now),
        later=band(found.later),
        lost=band(found.lost),
    )


def compared(standing: Standing, hours: Mapping[int, float], weeks: int) -> WhatIf:
    refuse_other_channels(standing, hours)
    refuse_other_hours(hours.values())
    plan = standing.plan_over(weeks)
    change = plan.copy()
    for row, channel_id in enumerate(standing.channel_ids):
        if channel_id in hours:
            change[row] = hours[channel_id]
    scenarios = np.stack([plan, change, np.zeros_like(plan)], axis=1)
    brought = brought_by_week(standing.effects, standing.before, scenarios).sum(axis=3)
    steady = brought_in_the_long_run(
        standing.effects, np.stack([plan.mean(axis=1), change.mean(axis=1)], axis=1)
    )
    drawn = np.stack(
        [
            brought[:, 0],
            brought[:, 1],
            brought[:, 1] - brought[:, 0],
            brought[:, 2],
            steady[:, 1] - steady[:, 0],
        ],
        axis=1,
    )
    found = summary_of_draws(drawn, drawn.mean(axis=2))
    return WhatIf(
        first_week=standing.first_week,
        weeks=weeks,
        channels=tuple(
            ChannelComparison(
                channel_id=channel_id,
                planned_hours=float(plan[row].mean()),
                hours=float(change[row].mean()),
                brought=comparison(found.at(row)),
                bank_fades=fades,
            )
            for (row, channel_id), fades in zip(
                enumerate(standing.channel_ids), fading(standing), strict=True
            )
        ),
        together=comparison(summary_together(drawn)),
        unknown=standing.unknown,
    )


def moved(standing: Standing, hours: float | None, bounds: Bounds) -> Moves:
    refuse_other_channels(standing, bounds)
    stated = [hours, *(each for own in bounds.values() for each in own)]
    refuse_other_hours([each for each in stated if each is not None])
    present = standing.before[:, -RECENT_WEEKS:].mean(axis=1)
    usual = np.array([effect.typical for effect in standing.effects])
    least, most = np.zeros(len(present)), 2.0 * np.maximum(present, usual)
    for row, channel_id in enumerate(standing.channel_ids):
        low, high = bounds.get(channel_id, (None, None))
        least[row] = least[row] if low is None else low
        most[row] = max(most[row], least[row]) if high is None else high
    if hours is not None:
        # More hours take nothing away; a channel that has its most already gets none of them.
        least, most = np.maximum(least, present), np.maximum(most, present)
    found = reallocate(
        standing.effects,
        present,
        total=float(present.sum()) + (hours or 0.0),
        least=least,
        most=most,
    )
    return Moves(
        channels=tuple(
            Move(
                channel_id=channel_id,
                hours_before=float(found.before[row]),
                hours=float(found.after[row]),
                next_hour=band(found.next_hour.at(row)),
                gain=band(found.by_channel.at(row)),
            )
            for row, channel_id in enumerate(standing.channel_ids)
        ),
        gain=band(found.gain),
        p_better=found.p_better,
        unknown=standing.unknown,
    )


def refuse_other_channels(standing: Standing, channel_ids: Iterable[int]) -> None:
    for channel_id in channel_ids:
        if channel_id not in (*standing.channel_ids, *standing.unknown):
            raise ValueError(f"channel {channel_id} is not in use, or nothing was computed of it")


def refuse_other_hours(hours: Iterable[float]) -> None:
    for each in hours:
        if not 0 <= each <= HOURS_IN_A_WEEK:
            raise ValueError(f"{each:g} hours make no week; it takes 0 to {HOURS_IN_A_WEEK:g}")


def fading(standing: Standing) -> Iterator[date | None]:
    """By channel, the week by whose end FADED of what past hours still bring has come."""
    nothing = np.zeros((len(standing.channel_ids), 1, WEEKS))
    left = brought_by_week(standing.effects, standing.before, nothing)[:, 0].mean(axis=1)
    come = np.cumsum(left, axis=1)
    for own in come:
        week = int(np.argmax(own >= FADED * own[-1]))
        yield standing.first_week + week * WEEK if own[-1] > 0 else None


def comparison(found: Summary) -> Comparison:
    return Comparison(*(band(found.at(index)) for index in range(5)))


def band(found: Summary) -> Band:
    return Band(float(found.mean), float(found.q05), float(found.q50), float(found.q95))
