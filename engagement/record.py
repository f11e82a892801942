"""
The record of our forecasts: each week's is kept, and scored when the week is over.

Nothing else writes WeekForecast.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Q

from engagement.history import expected_hours
from engagement.ledger import Ledger, LedgerWeek
from engagement.models import WeekForecast
from engagement.returns import estimate as returns
from engagement.returns.scoring import (
    Intervals,
    Record,
    interval_scores,
    record_of,
    same_as_last_weeks,
    same_as_last_year,
)
from tracker.calendar import WEEK
from tracker.models import Channel, Metric, Team

YEAR = 52  # weeks
# So many weeks back a forecast that nobody made is made afterwards, if the weeks before it ...
HINDSIGHT_WEEKS = 26
# ... are at least so many.
LEAST_WEEKS = 12

SAID = [
    "hours",
    "mean",
    "low",
    "high",
    "last_weeks_low",
    "last_weeks_high",
    "last_year_low",
    "last_year_high",
    "worths",
    "in_hindsight",
    "model_version",
]

Kept = tuple[Ledger, returns.History, returns.Estimate]
Stored = dict[int, dict[date, WeekForecast]]  # by channel id and week


def keep_forecasts(
    *, team: Team, channel_ids: Collection[int], kept: Sequence[Kept], now: datetime
) -> None:
    """
    Keep the running week's forecast of each channel, and count the weeks that are over.

    Belongs inside a transaction that holds the channels' rows. `kept` has the ledger of each
    that has any data, its full weeks and what was estimated from them; the others lose their
    forecasts. The running week's forecast is made anew until the week ends; from then on only
    `counted` follows the ledger. The last HINDSIGHT_WEEKS full weeks of which there is none get
    one in hindsight, all in one batch. Two queries if nothing changes.
    """
    metrics = Metric.objects.of_team(team).exclude(worth=0).order_by("pk")
    worths = {str(metric): str(worth) for metric, worth in metrics.values_list("pk", "worth")}
    stored: Stored = defaultdict(dict)
    for row in WeekForecast.objects.of_team(team).filter(channel__in=channel_ids).order_by():
        stored[row.channel_id][row.week] = row

    made: list[WeekForecast] = []
    gone: list[int] = []
    for row in (*made_in_time(kept, stored), *made_in_hindsight(kept, stored)):
        row.team, row.worths, row.made_at = team, worths, now
        before = stored[row.channel_id].get(row.week)
        if not math.isfinite(row.mean):  # there were no hours to forecast from
            gone += [] if before is None else [before.pk]
        elif before is None or said_by(before) != said_by(row):
            stored[row.channel_id][row.week] = row
            made.append(row)

    recounted: list[WeekForecast] = []
    for ledger, *_ in kept:
        last = counted_until(ledger)
        weeks = {week.week: week for week in ledger.weeks[:-1] if week.week <= last}
        for row in stored[ledger.channel_id].values():
            counted = counted_in(weeks.get(row.week), row.worths)
            if row.counted != counted:
                row.counted = counted
                recounted += [] if row.pk is None else [row]

    WeekForecast.objects.bulk_create(
        made,
        update_conflicts=True,
        unique_fields=["channel", "week"],
        update_fields=[*SAID, "made_at", "counted"],
    )
    WeekForecast.objects.bulk_update(recounted, ["counted"])
    emptied = stored.keys() - {ledger.channel_id for ledger, *_ in kept}
    if gone or emptied:
        lost = WeekForecast.objects.of_team(team).filter(Q(pk__in=gone) | Q(channel__in=emptied))
        lost.delete()


def made_in_time(kept: Sequence[Kept], stored: Stored) -> Iterator[WeekForecast]:
    """Of each channel's running week, from the full weeks before it and the plan."""
    for ledger, history, answer in kept:
        running = ledger.weeks[-1].week
        rows = stored[ledger.channel_id]
        # After a move to another time zone the running week may be one that was over before.
        was_over = running in rows and (max(rows) > running or rows[running].counted is not None)
        if not was_over:
            yield forecast(ledger.channel_id, running, history, answer, in_hindsight=False)


def made_in_hindsight(kept: Sequence[Kept], stored: Stored) -> Iterator[WeekForecast]:
    """Of full weeks without a forecast, or with one that an older model made in hindsight too."""
    wanted: list[tuple[int, date, returns.History]] = []
    for ledger, history, _ in kept:
        full = len(history.hours)
        for before in range(max(LEAST_WEEKS, full - HINDSIGHT_WEEKS), full):
            at = len(ledger.weeks) - 1 - full + before
            week = ledger.weeks[at]
            row = stored[ledger.channel_id].get(week.week)
            if row is None or (row.in_hindsight and row.model_version != returns.MODEL_VERSION):
                hours = expected_hours(week, ledger.weeks[:at])
                then = known_before(history, before, planned_hours=hours)
                wanted.append((ledger.channel_id, week.week, then))
    answers = returns.estimate_many([history for *_, history in wanted])
    for (channel_id, monday, history), answer in zip(wanted, answers, strict=True):
        yield forecast(channel_id, monday, history, answer, in_hindsight=True)


def known_before(history: returns.History, weeks: int, planned_hours: float) -> returns.History:
    """The first `weeks` of `history` and the plan for the next; no event is known ahead of it."""
    return replace(
        history,
        hours=history.hours[:weeks],
        worth=history.worth[:weeks],
        events=history.events[:weeks],
        hours_ahead=np.array([planned_hours]),
        events_ahead=np.array([False]),
    )


def forecast(
    channel_id: int,
    week: date,
    history: returns.History,
    answer: returns.Estimate,
    *,
    in_hindsight: bool,
) -> WeekForecast:
    """The first week after `history`; its mean is nan where nothing can be forecast."""
    last_weeks, last_year = same_as_last_weeks(history.worth), same_as_last_year(history.worth)
    return WeekForecast(
        channel_id=channel_id,
        week=week,
        hours=float(history.hours_ahead[0]),
        mean=float(answer.ahead.mean[0]),
        low=float(answer.ahead.q05[0]),
        high=float(answer.ahead.q95[0]),
        last_weeks_low=last_weeks.low if last_weeks else None,
        last_weeks_high=last_weeks.high if last_weeks else None,
        last_year_low=last_year.low if last_year else None,
        last_year_high=last_year.high if last_year else None,
        in_hindsight=in_hindsight,
        model_version=answer.model_version,
    )


def said_by(row: WeekForecast) -> list[Any]:
    return [getattr(row, name) for name in SAID]


def counted_until(ledger: Ledger) -> date:
    """
    The last week of which anything was counted, or of a later one.

    Before it a week without responses had none; after it nobody has brought in the counts yet,
    and a week of which nothing is known is neither hit nor miss.
    """
    counted = (week.week for week in reversed(ledger.weeks) if week.responses)
    return next(counted, date.min)


def counted_in(week: LedgerWeek | None, worths: dict[str, str]) -> float | None:
    """
    What `week` brought, in the worths of the time when it was forecast; None if nobody knows.

    A team that changes what a comment is worth must not make misses of its past forecasts.
    """
    if week is None:
        return None
    return float(
        sum(
            count * Decimal(worths[str(metric)])
            for metric, count in week.responses.items()
            if str(metric) in worths
        )
    )


@dataclass(frozen=True, slots=True)
class Scores:
    """Of one week: interval scores in worth, less is better; None where there is no interval."""

    hit: bool
    interval_score: float
    last_weeks_score: float | None
    last_year_score: float | None


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """Forecasts of weeks that are counted, oldest first, and how they held."""

    channel_id: int | None  # None: of several
    rows: tuple[WeekForecast, ...]
    record: Record

    @property
    def in_hindsight(self) -> int:
        return sum(row.in_hindsight for row in self.rows)


@dataclass(frozen=True, slots=True)
class TeamRecord:
    """Channels without a counted forecast are missing; together each week of each counts one."""

    channels: tuple[KeptRecord, ...]
    together: KeptRecord


def read_record(
    *, team: Team, running: date, channel: Channel | None = None, weeks: int | None = YEAR
) -> TeamRecord:
    """
    The record of `team`, or of one channel, over the last `weeks` before the week `running`.

    One query. All weeks if `weeks` is None.
    """
    rows = WeekForecast.objects.of_team(team).filter(week__lt=running, counted__isnull=False)
    if weeks is not None:
        rows = rows.filter(week__gte=running - weeks * WEEK)
    if channel is not None:
        rows = rows.filter(channel=channel)
    every = list(rows)
    by_channel: dict[int, list[WeekForecast]] = defaultdict(list)
    for row in every:
        by_channel[row.channel_id].append(row)
    return TeamRecord(
        channels=tuple(kept_record(key, by_channel[key]) for key in sorted(by_channel)),
        together=kept_record(None, every),
    )


def kept_record(channel_id: int | None, rows: Sequence[WeekForecast]) -> KeptRecord:
    return KeptRecord(channel_id, rows=tuple(rows), record=record_of(intervals_of(rows)))


def scores_of(row: WeekForecast) -> Scores | None:
    """None as long as the week is not counted."""
    if row.counted is None:
        return None
    low = np.array([row.low, row.last_weeks_low, row.last_year_low], dtype=np.float64)
    high = np.array([row.high, row.last_weeks_high, row.last_year_high], dtype=np.float64)
    own, last_weeks, last_year = interval_scores(low, high, np.array(row.counted))
    return Scores(
        hit=row.low <= row.counted <= row.high,
        interval_score=float(own),
        last_weeks_score=known(last_weeks),
        last_year_score=known(last_year),
    )


def known(score: np.float64) -> float | None:
    return None if np.isnan(score) else float(score)


def intervals_of(rows: Sequence[WeekForecast]) -> Intervals:
    """As arrays; what is not known is nan."""
    columns = [[getattr(row, field.name) for row in rows] for field in fields(Intervals)]
    return Intervals(*np.array(columns, dtype=np.float64))
