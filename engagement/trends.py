"""
From the ledger through the returns to stored rows; nothing else writes trends and estimates.

A channel is computed whole and in one transaction, so that a worker killed anywhere leaves
either the old rows with their marks or the new rows without them.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, SupportsFloat

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef

from engagement.ledger import Ledger, LedgerWeek, begun_by, read_ledgers
from engagement.models import Estimate, WeeklyTrend
from engagement.returns import estimate as returns
from engagement.returns.quantiles import Summary
from engagement.returns.verdict import Judgement, Verdict, bar_without_cost, judge_effect
from tracker.calendar import monday_of
from tracker.models import Channel, StaleWeek, Team
from tracker.stale import mark_stale

# What a week's worth can hold; see WeeklyTrend.worth.
WORTH_LIMIT = 10**12
# Ids in one DELETE: an old SQLite takes no more than 999 parameters.
MARKS_AT_ONCE = 900

# A longer gap without hours and responses parts what is known now from what was known once.
LONGEST_SILENCE_WEEKS = 26

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


def compute_channel(*, channel: Channel, now: datetime) -> None:
    """
    Bring the stored rows of `channel` up to date and clear the marks that this answers.

    Belongs inside a transaction that called `hold_median` and holds the channel's row. A second
    run changes nothing but the time of computing. Raises OverflowError where a week's worth is beyond what can be kept.
    """
    # The marks are read before the sums, and by their ids. On PostgreSQL each query sees what
    # was committed before it (READ COMMITTED): a change whose mark is among these is in the
    # sums, and a change that is committed later leaves a mark that is not deleted here. On
    # SQLite the transaction is IMMEDIATE, so nobody writes in between at all.
    mark_ids = list(
        StaleWeek.objects.of_team(channel.team)
        .filter(channel=channel)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    # The channel's row may have been waited for, and its team have changed meanwhile.
    channel.team.refresh_from_db()
    current_week = monday_of(channel.team.day_at(now))
    ledger = read_ledgers(team=channel.team, channel_ids=[channel.pk], current_week=current_week)[
        channel.pk
    ]
    if ledger.weeks:
        start = first_estimated(ledger)
        answer = returns.estimate(history_of(ledger, start, channel.team))
        store_weeks(channel, week_rows(channel, ledger, start, answer))
        store_estimate(channel, ledger.weeks[start:], answer, now)
    else:
        store_nothing(channel)
    for start in range(0, len(mark_ids), MARKS_AT_ONCE):
        StaleWeek.objects.filter(pk__in=mark_ids[start : start + MARKS_AT_ONCE]).delete()


def first_estimated(ledger: Ledger) -> int:
    """
    The index of the week with which the estimate begins: the first after the last long silence.

    Counts of years ago, brought in by an export, say nothing of the weeks since: nobody counted
    then, and a week of which nothing is known is no week of zeros.
    """
    start = silent = 0
    for index, week in enumerate(ledger.weeks[:-1]):
        if week.logged_minutes or week.responses:
            if silent > LONGEST_SILENCE_WEEKS:
                start = index
            silent = 0
        else:
            silent += 1
    return start


def history_of(ledger: Ledger, start: int, team: Team) -> returns.History:
    """The full weeks of a ledger that is not empty; the running week says nothing yet."""
    full = ledger.weeks[start:-1]
    return returns.History(
        first_week=ledger.weeks[start].week,
        hours=np.array([week.logged_minutes / 60 for week in full], dtype=np.float64),
        worth=np.array([float(week.worth) for week in full], dtype=np.float64),
        events=np.array([week.has_event for week in full], dtype=np.bool_),
        expected_delay_weeks=ledger.expected_delay_weeks,
        hour_cost=None if team.hour_cost is None else float(team.hour_cost),
    )


def week_rows(
    channel: Channel, ledger: Ledger, start: int, answer: returns.Estimate
) -> list[WeeklyTrend]:
    return [
        week_row(channel, week, answer, index - start) for index, week in enumerate(ledger.weeks)
    ]


def week_row(
    channel: Channel, week: LedgerWeek, answer: returns.Estimate, index: int
) -> WeeklyTrend:
    if abs(week.worth) >= WORTH_LIMIT:
        raise OverflowError(
            f"the responses of the week of {week.week} are worth {week.worth}, which is more "
            f"than can be kept; check their counts and what one is worth"
        )
    row = WeeklyTrend(
        team_id=channel.team_id,
        channel_id=channel.pk,
        week=week.week,
        planned_minutes=week.planned_minutes,
        logged_minutes=week.logged_minutes,
        planned_posts=week.planned_posts,
        posts=week.posts,
        responses={str(metric): count for metric, count in sorted(week.responses.items())},
        worth=week.worth,
        adherence=week.logged_minutes / week.planned_minutes if week.planned_minutes else None,
    )
    # Neither the running week is estimated nor what lies before a long silence.
    if 0 <= index < len(answer.baseline):
        row.baseline = float(answer.baseline[index])
        row.attributed = float(answer.by_week.mean[index])
        row.return_per_hour = known(answer.return_per_hour_by_week[index])
        for name, trend in (("trend_4", answer.trend_4), ("trend_13", answer.trend_13)):
            for field, value in interval(name, trend.at(index)).items():
                setattr(row, field, value)
    return row


def store_weeks(channel: Channel, rows: Sequence[WeeklyTrend]) -> None:
    """Write the rows that differ from the stored ones; take away weeks that are no more."""
    kept = WeeklyTrend.objects.of_team(channel.team).filter(channel=channel)
    stored: dict[date, list[Any]] = {
        week: values for week, *values in kept.order_by().values_list("week", *WEEK_FIELDS)
    }
    WeeklyTrend.objects.bulk_create(
        [
            row
            for row in rows
            if stored.pop(row.week, None) != [getattr(row, name) for name in WEEK_FIELDS]
        ],
        update_conflicts=True,
        unique_fields=["channel", "week"],
        update_fields=WEEK_FIELDS,
    )
    if stored:  # before the first week of today's data, or after the running week
        kept.exclude(week__range=(rows[0].week, rows[-1].week)).delete()


def store_estimate(
    channel: Channel, weeks: Sequence[LedgerWeek], answer: returns.Estimate, now: datetime
) -> None:
    """`weeks` are those that were estimated from, and the running one."""
    team = channel.team
    full = weeks[:-1]
    judgement = answer.judgement
    if not any(week.responses for week in full):
        # What nobody has counted may have come all the same.
        judgement = Judgement(Verdict.TOO_EARLY, None)
    values: dict[str, Any] = {
        "team": team,
        "model_version": answer.model_version,
        "first_week": weeks[0].week,
        "last_week": (full or weeks)[-1].week,
        "weeks": len(full),
        "hours": answer.hours,
        "hours_rising": answer.evidence.hours_rising,
        "p_flattening": answer.evidence.p_flattening,
        "verdict": Estimate.Verdict(judgement.verdict),
        "too_early_until": judgement.too_early_until,
        "computed_at": now,
    }
    for name, summary in (
        ("attributed", answer.attributed),
        ("return_per_hour", answer.return_per_hour),
        ("next_hour", answer.next_hour),
    ):
        values |= interval(name, summary)
    Estimate.objects.bulk_create(
        [Estimate(channel=channel, **values)],
        update_conflicts=True,
        unique_fields=["channel"],
        update_fields=[*values],
    )
    judge_by_median(team)


def interval(name: str, summary: Summary) -> dict[str, float | None]:
    """The fields in which a quantity is kept: its mean, and its 5% and 95% quantiles."""
    return {
        name: known(summary.mean),
        f"{name}_low": known(summary.q05),
        f"{name}_high": known(summary.q95),
    }


def known(value: SupportsFloat) -> float | None:
    """A number as the database keeps it; nan is what nobody can know."""
    number = float(value)
    return None if math.isnan(number) else number


def store_nothing(channel: Channel) -> None:
    """Take away what was computed of a channel that has neither plan nor hours nor responses."""
    WeeklyTrend.objects.of_team(channel.team).filter(channel=channel).delete()
    Estimate.objects.of_team(channel.team).filter(channel=channel).delete()
    judge_by_median(channel.team)


def hold_median(team: Team) -> None:
    """
    Keep other workers from this team's estimates for the rest of the transaction.

    Only where no cost of an hour is stated. Two workers that finish two channels must see each
    other's estimate, or both would judge by a median without the other. It must come before
    the channel's row is held: pages hold first the team and then a channel, and who held a
    channel or an estimate and waited for the team would stand in a deadlock with them.
    """
    if team.hour_cost is None:
        Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def judge_by_median(team: Team) -> None:
    """
    Hold every effect that `team` has seen against the team's median channel.

    Only where no cost of an hour is stated. The outcome rests on the stored estimates alone,
    in whatever order they came.
    """
    if team.hour_cost is not None:
        return
    seen = [
        estimate
        for estimate in Estimate.objects.of_team(team).order_by("pk")
        if estimate.verdict not in {Verdict.TOO_EARLY, Verdict.NO_EFFECT_SEEN}
    ]
    bar = bar_without_cost([e.next_hour for e in seen if e.next_hour is not None])
    for estimate in seen:
        verdict = judge_effect(
            hours_rising=estimate.hours_rising,
            next_hour_high=estimate.next_hour_high,
            p_flattening=estimate.p_flattening,
            least_return=bar,
        )
        if verdict != estimate.verdict:
            Estimate.objects.filter(pk=estimate.pk).update(verdict=verdict)


@transaction.atomic
def mark_unreached(*, now: datetime) -> int:
    """
    Mark channels whose trends lack the running week, or come from another model.

    Also those that had none, and whose plan, hours or responses begin with this week. Returns how many. A channel that is marked already, or was set aside and so still has its
    marks, is left alone, and so is an archived one. Where a team works decides which week runs
    there, so at most three different weeks run on earth at once.
    """
    zones: dict[date, list[str]] = defaultdict(list)
    for (zone,) in Team.objects.order_by().values_list("time_zone").distinct():
        zones[monday_of(Team(time_zone=zone).day_at(now))].append(zone)
    unreached: dict[Team, list[tuple[int, date]]] = defaultdict(list)
    for current_week, names in zones.items():
        trends = WeeklyTrend.objects.filter(channel=OuterRef("pk"))
        estimates = Estimate.objects.filter(channel=OuterRef("pk"))
        behind = (
            Channel.objects.active()
            .filter(Exists(trends) | begun_by(current_week), team__time_zone__in=names)
            .exclude(
                Exists(trends.filter(week=current_week)),
                Exists(estimates.filter(model_version=returns.MODEL_VERSION)),
            )
            .exclude(Exists(StaleWeek.objects.filter(channel=OuterRef("pk"))))
            .select_related("team")
        )
        for channel in behind.order_by("pk"):
            unreached[channel.team].append((channel.pk, current_week))
    for team, weeks in unreached.items():
        mark_stale(team=team, weeks=weeks)
    return sum(map(len, unreached.values()))
