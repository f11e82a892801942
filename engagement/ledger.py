"""
What was planned, spent and given back: weekly sums per channel, added up by the database.

And what is planned for the weeks to come, so far as anybody has written it down.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, Sum
from django.db.models.functions import TruncWeek

from engagement.models import Response
from tracker.calendar import WEEK, days_of, monday_of, mondays
from tracker.models import Allocation, Channel, Event, Team, TimeEntry
from tracker.planning import Planned, planned_by_week

# A day typed as 1926 instead of 2026 must not make five thousand weeks: what lies further back
# than this is kept, but stands in no trend.
HORIZON = 20 * 52 * WEEK
WEEKS_AHEAD = 26  # how far a plan is looked at, the running week included
NO_PLAN = Planned(minutes=0, posts=0, expected_delay_weeks=0)


@dataclass(frozen=True, slots=True)
class LedgerWeek:
    """One channel in one week; a week in which nothing happened is a week of zeros."""

    week: date
    has_plan: bool  # which may ask for nothing
    planned_minutes: int
    planned_posts: int
    logged_minutes: int
    posts: int
    responses: dict[int, int]  # counts by metric id; a metric that nobody counted is missing
    worth: Decimal  # exact, the same on every database
    has_event: bool


@dataclass(frozen=True, slots=True)
class WeekAhead:
    """What is meant to happen on one channel in a week that is not over."""

    week: date
    has_plan: bool  # which may ask for nothing
    planned_minutes: int
    has_event: bool  # noted already


@dataclass(frozen=True, slots=True)
class Ledger:
    """One channel's weeks without a gap, from its first plan, hour or response to now."""

    channel_id: int
    weeks: tuple[LedgerWeek, ...]  # the last one is the running week; empty without any data
    ahead: tuple[WeekAhead, ...]  # WEEKS_AHEAD of them; the first one is the running week
    expected_delay_weeks: int  # as the plan in force says; 0 without a plan


def begun_by(week: date) -> Q:
    """Channels whose ledger has weeks once `week` (a Monday) runs; see `read_ledgers`."""
    days = (week - HORIZON, days_of(week)[-1])
    own = OuterRef("pk")
    return (
        Q(Exists(Allocation.objects.until(week).filter(channel=own)))
        | Q(Exists(TimeEntry.objects.between(*days).filter(channel=own)))
        | Q(Exists(Response.objects.between(*days).filter(channel=own)))
    )


def read_ledgers(
    *, team: Team, channel_ids: Collection[int], current_week: date
) -> dict[int, Ledger]:
    """
    The ledgers of these channels of `team`, by channel id, up to `current_week` (a Monday).

    Always the same number of queries. Counts are summed by the database, worth is not: SQLite
    would add it up in floating point.
    """
    first, last = current_week - HORIZON, days_of(current_week)[-1]
    last_ahead = current_week + (WEEKS_AHEAD - 1) * WEEK
    # A week's Monday comes from a date and no instant, so no time zone has a part in it.
    monday = TruncWeek("day")
    # By the team's channels and not by the team: SQLite would take the index of team and day, and
    # read the whole team for one channel.
    channels = Channel.objects.of_team(team).filter(pk__in=channel_ids).order_by()
    spent = {
        (channel_id, week): (minutes, posts)
        for channel_id, week, minutes, posts in TimeEntry.objects.filter(channel__in=channels)
        .between(first, last)
        .order_by()
        .values_list("channel_id", monday)
        .annotate(Sum("minutes"), Sum("posts"))
    }
    counts: dict[tuple[int, date], dict[int, int]] = defaultdict(dict)
    worth: dict[tuple[int, date], Decimal] = defaultdict(Decimal)
    for channel_id, week, metric_id, worth_of_one, count in (
        Response.objects.filter(channel__in=channels)
        .between(first, last)
        .order_by()
        .values_list("channel_id", monday, "metric_id", "metric__worth")
        .annotate(Sum("count"))
    ):
        counts[channel_id, week][metric_id] = count
        worth[channel_id, week] += count * worth_of_one
    planned = planned_by_week(team=team, first=first, last=last_ahead, channel_ids=channel_ids)
    events: dict[int | None, set[date]] = defaultdict(set)
    for channel_id, day in (
        Event.objects.of_team(team)
        .filter(
            Q(channel__isnull=True) | Q(channel__in=channel_ids),
            day__range=(first, days_of(last_ahead)[-1]),
        )
        .values_list("channel_id", "day")
    ):
        events[channel_id].add(monday_of(day))

    starts: dict[int, date] = {}
    for channel_id, week in (*spent, *counts, *planned):
        starts[channel_id] = min(week, starts.get(channel_id, week))
    ledgers = {}
    for channel_id in channel_ids:
        eventful = events[None] | events[channel_id]
        weeks = []
        for week in mondays(starts.get(channel_id, current_week + WEEK), current_week):
            plan = planned.get((channel_id, week), NO_PLAN)
            minutes, posts = spent.get((channel_id, week), (0, 0))
            weeks.append(
                LedgerWeek(
                    week=week,
                    has_plan=(channel_id, week) in planned,
                    planned_minutes=plan.minutes,
                    planned_posts=plan.posts,
                    logged_minutes=minutes,
                    posts=posts,
                    responses=counts.get((channel_id, week), {}),
                    worth=worth.get((channel_id, week), Decimal()),
                    has_event=week in eventful,
                )
            )
        ledgers[channel_id] = Ledger(
            channel_id=channel_id,
            weeks=tuple(weeks),
            ahead=tuple(
                WeekAhead(
                    week=week,
                    has_plan=(channel_id, week) in planned,
                    planned_minutes=planned.get((channel_id, week), NO_PLAN).minutes,
                    has_event=week in eventful,
                )
                for week in mondays(current_week, last_ahead)
            ),
            expected_delay_weeks=planned.get(
                (channel_id, current_week), NO_PLAN
            ).expected_delay_weeks,
        )
    return ledgers
