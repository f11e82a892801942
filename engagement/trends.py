"""
From the ledger through the returns to stored rows; nothing else writes trends.

Channels are computed many at a time, whole, and in one transaction, so that a worker killed
anywhere leaves either the old rows with their marks or the new rows without them. However
channels are put together, the stored rows are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engagement.estimates import (
    estimate_row,
    judge_by_median,
    metric_estimate_row,
    store_estimates,
    store_metric_estimates,
)
from engagement.goals import forecast_goals
from engagement.history import history_of, history_of_metric, metrics_asked_about
from engagement.ledger import Ledger, LedgerWeek, read_ledgers
from engagement.models import WeeklyTrend
from engagement.outlook import interval, known, short
from engagement.patience import patience_of
from engagement.record import keep_forecasts
from engagement.returns import estimate as returns
from tracker.calendar import monday_of
from tracker.models import Channel, StaleWeek, Team

# What a week's worth can hold; see WeeklyTrend.worth.
WORTH_LIMIT = 10**12
# Ids in one DELETE: an old SQLite takes no more than 999 parameters.
KEYS_AT_ONCE = 900

WEEK_FIELDS = [
    "planned_minutes",
    "logged_minutes",
    "planned_posts",
    "posts",
    "responses",
    "worth",
    "baseline",
    "attributed",
    "return_per_hour",
    "trend_4",
    "trend_4_low",
    "trend_4_high",
    "trend_13",
    "trend_13_low",
    "trend_13_high",
    "adherence",
]


@dataclass(frozen=True, slots=True)
class Question:
    """What is estimated: the worth of a channel, or its counts of one metric."""

    channel: Channel
    ledger: Ledger
    metric_id: int | None  # None: worth
    history: returns.History


def compute_channels(*, team: Team, channels: Sequence[Channel], now: datetime) -> None:
    """
    Bring the stored rows of `channels` up to date and clear the marks that this answers.

    Belongs inside a transaction that holds first the row of `team`, which is as it was then, and
    then those of the channels. A second run changes nothing but the time of computing. Raises
    OverflowError where a week's worth is beyond what can be kept.
    """
    channel_ids = [channel.pk for channel in channels]
    # The marks are read before the sums, and by their ids. On PostgreSQL each query sees what
    # was committed before it (READ COMMITTED): a change whose mark is among these is in the
    # sums, and a change that is committed later leaves a mark that is not deleted here. On
    # SQLite the transaction is IMMEDIATE, so nobody writes in between at all.
    marks = StaleWeek.objects.of_team(team).filter(channel__in=channel_ids).order_by("pk")
    mark_ids = list(marks.values_list("pk", flat=True))
    current_week = monday_of(team.day_at(now))
    ledgers = read_ledgers(team=team, channel_ids=channel_ids, current_week=current_week)
    named = metrics_asked_about(team=team, current_week=current_week)
    questions = [
        question
        for channel in channels
        for question in questions_about(channel, ledgers[channel.pk], named, team)
    ]
    answers = returns.estimate_many([question.history for question in questions])
    weeks, estimates, metric_estimates, kept = [], [], [], []
    for question, answer in zip(questions, answers, strict=True):
        ledger, history = question.ledger, question.history
        if question.metric_id is None:
            weeks += week_rows(team, ledger, answer)
            row = estimate_row(ledger=ledger, history=history, answer=answer, now=now)
            row.patience = patience_of(
                kind=question.channel.kind,
                answer=answer,
                planned_hours=short(history.hours_ahead[0]),
            )
            estimates.append(row)
            kept.append((ledger, history, answer))
        else:
            metric_estimates.append(
                metric_estimate_row(
                    metric_id=question.metric_id,
                    ledger=ledger,
                    history=history,
                    answer=answer,
                    now=now,
                )
            )
    store_weeks(team, channel_ids, weeks)
    store_estimates(team=team, channel_ids=channel_ids, estimates=estimates)
    store_metric_estimates(team=team, channel_ids=channel_ids, estimates=metric_estimates)
    judge_by_median(team=team)
    keep_forecasts(team=team, channel_ids=channel_ids, kept=kept, now=now)
    forecast_goals(team=team, now=now)
    for keys in in_slices(mark_ids):
        StaleWeek.objects.of_team(team).filter(pk__in=keys).delete()


def questions_about(
    channel: Channel, ledger: Ledger, named: dict[int | None, set[int]], team: Team
) -> Iterator[Question]:
    """Of a channel without any data nothing is asked."""
    if not ledger.weeks:
        return
    medium = channel.medium
    yield Question(channel, ledger, None, history_of(ledger, team, medium))
    for metric_id in sorted(named.get(None, set()) | named.get(channel.pk, set())):
        history = history_of_metric(ledger, metric_id, medium)
        yield Question(channel, ledger, metric_id, history)


def week_rows(team: Team, ledger: Ledger, answer: returns.Estimate) -> list[WeeklyTrend]:
    # Neither the running week is estimated nor what lies before a long silence.
    start = len(ledger.weeks) - 1 - len(answer.baseline)
    return [
        week_row(team, ledger.channel_id, week, answer, index - start)
        for index, week in enumerate(ledger.weeks)
    ]


def week_row(
    team: Team, channel_id: int, week: LedgerWeek, answer: returns.Estimate, index: int
) -> WeeklyTrend:
    if abs(week.worth) >= WORTH_LIMIT:
        raise OverflowError(
            f"the responses of the week of {week.week} are worth {week.worth}, which is more "
            f"than can be kept; check their counts and what one is worth"
        )
    row = WeeklyTrend(
        team=team,
        channel_id=channel_id,
        week=week.week,
        planned_minutes=week.planned_minutes,
        logged_minutes=week.logged_minutes,
        planned_posts=week.planned_posts,
        posts=week.posts,
        responses={str(metric): count for metric, count in sorted(week.responses.items())},
        worth=week.worth,
        adherence=week.logged_minutes / week.planned_minutes if week.planned_minutes else None,
    )
    if 0 <= index < len(answer.baseline):
        row.baseline = float(answer.baseline[index])
        row.attributed = float(answer.by_week.mean[index])
        row.return_per_hour = known(answer.return_per_hour_by_week[index])
        for name, trend in (("trend_4", answer.trend_4), ("trend_13", answer.trend_13)):
            for field, value in interval(name, trend.at(index)).items():
                setattr(row, field, value)
    return row


def store_weeks(team: Team, channel_ids: Collection[int], rows: Collection[WeeklyTrend]) -> None:
    """Write the rows that differ from the stored ones; take away weeks that are no more."""
    kept = WeeklyTrend.objects.of_team(team).filter(channel__in=channel_ids).order_by()
    stored: dict[tuple[int, date], tuple[int, list[Any]]] = {
        (channel_id, week): (pk, values)
        for pk, channel_id, week, *values in kept.values_list(
            "pk", "channel_id", "week", *WEEK_FIELDS
        )
    }
    different = []
    for row in rows:
        _, values = stored.pop((row.channel_id, row.week), (None, None))
        if values != [getattr(row, name) for name in WEEK_FIELDS]:
            different.append(row)
    WeeklyTrend.objects.bulk_create(
        different,
        update_conflicts=True,
        unique_fields=["channel", "week"],
        update_fields=WEEK_FIELDS,
    )
    # Before the first week of today's data, or after the running week.
    for keys in in_slices([pk for pk, _ in stored.values()]):
        WeeklyTrend.objects.of_team(team).filter(pk__in=keys).delete()


def in_slices(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), KEYS_AT_ONCE):
        yield keys[start : start + KEYS_AT_ONCE]
