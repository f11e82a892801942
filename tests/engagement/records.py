"""Hours, responses and marks as bare rows, for tests about what is computed from them."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.db.models import Model

from engagement.models import (
    Estimate,
    GoalForecast,
    MetricEstimate,
    Response,
    WeekForecast,
    WeeklyTrend,
)
from tracker.calendar import WEEK
from tracker.models import Allocation, Channel, Metric, StaleWeek, Team, TimeEntry

THIS_WEEK = date(2026, 3, 2)  # a Monday
NOW = datetime.combine(THIS_WEEK + timedelta(days=2), time(12), UTC)

keys = count()


def an_entry(channel: Channel, day: date, minutes: int = 60, posts: int = 0) -> TimeEntry:
    return TimeEntry(
        team_id=channel.team_id,
        channel=channel,
        person_label="Someone",
        day=day,
        minutes=minutes,
        posts=posts,
        confirmation=TimeEntry.Confirmation.IMPORTED,
        source="test",
        source_key=str(next(keys)),
    )


def a_response(channel: Channel, metric: Metric, day: date, count: int) -> Response:
    return Response(
        team_id=channel.team_id,
        channel=channel,
        metric=metric,
        day=day,
        count=count,
        source="test",
        source_key=str(next(keys)),
    )


def spend(channel: Channel, day: date, minutes: int = 60, posts: int = 0) -> None:
    an_entry(channel, day, minutes, posts).save()


def receive(channel: Channel, metric: Metric, day: date, count: int) -> None:
    a_response(channel, metric, day, count).save()


def plan(channel: Channel, from_week: date, minutes: int, posts: int = 0, delay: int = 4) -> None:
    """Even in the past, which is otherwise fixed."""
    Team.objects.filter(pk=channel.team_id).update(past_open=True)
    Allocation.objects.create(
        team_id=channel.team_id,
        channel=channel,
        from_week=from_week,
        weekly_minutes=minutes,
        weekly_posts=posts,
        expected_delay_weeks=delay,
        registered_on=from_week,
    )
    Team.objects.filter(pk=channel.team_id).update(past_open=False)


def mark(*channels: Channel) -> None:
    """A mark of its own for each, an hour old."""
    for channel in channels:
        mark = StaleWeek.objects.create(team=channel.team, channel=channel, week=THIS_WEEK)
        StaleWeek.objects.filter(pk=mark.pk).update(marked_at=NOW - timedelta(hours=1))


def live_through(
    channel: Channel,
    metric: Metric,
    *,
    weeks: int,
    until: date = THIS_WEEK,
    effect: float = 3.0,
    growing_at_last: bool = False,
) -> None:
    """
    Weeks of hours in bursts and responses, as many before the week of `until` and none in it.

    Seeded by the channel's name. An hour brings `effect` responses, half of them a week later.
    """
    dice = random.Random(channel.name)
    entries, responses = [], []
    before = 0
    for week in range(weeks):
        minutes = dice.randrange(30, 90) * (4 if week // 5 % 3 == 0 else 1)
        if growing_at_last and week >= weeks - 13:
            minutes += 400
        monday = until - (weeks - week) * WEEK
        entries += [
            an_entry(channel, monday + timedelta(days=day), minutes // 2, posts=day)
            for day in (0, 2)
        ]
        caused = effect * (minutes + before) / 2 / 60
        count = round(20 + caused + dice.gauss(0, 2))
        responses.append(a_response(channel, metric, monday + timedelta(days=6), max(count, 0)))
        before = minutes
    TimeEntry.objects.bulk_create(entries)
    Response.objects.bulk_create(responses)


# What is computed, and what tells its rows apart.
COMPUTED: dict[type[Model], tuple[str, ...]] = {
    WeeklyTrend: ("channel", "week"),
    Estimate: ("channel",),
    MetricEstimate: ("channel", "metric"),
    WeekForecast: ("channel", "week"),
    GoalForecast: ("goal",),
}


def stored() -> dict[str, list[dict[str, Any]]]:
    """All that was computed, but for the keys of the rows and the time of computing."""
    return {
        model.__name__: [
            {name: row[name] for name in row.keys() - {"id", "computed_at", "made_at"}}
            for row in model._default_manager.order_by(*order).values()
        ]
        for model, order in COMPUTED.items()
    }
