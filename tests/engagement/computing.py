"""Computing channels as the worker does, for tests about what is stored then."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from engagement.trends import compute_channels
from tests.engagement.records import NOW, THIS_WEEK
from tracker.calendar import WEEK
from tracker.models import Channel, Goal, Metric, Team


def compute(*channels: Channel, now: datetime = NOW) -> None:
    """One after the other."""
    for channel in channels:
        compute_together(channel, now=now)


@transaction.atomic
def compute_together(*channels: Channel, now: datetime = NOW) -> None:
    team = Team.objects.get(pk=channels[0].team_id)
    compute_channels(team=team, channels=channels, now=now)


def goal_of(metric: Metric, channel: Channel | None, due_on: date = THIS_WEEK + WEEK) -> Goal:
    return Goal.objects.create(
        team=metric.team,
        metric=metric,
        channel=channel,
        target=500,
        starts_on=THIS_WEEK - 60 * WEEK,
        due_on=due_on,
    )


def channel_named(team: Team, name: str) -> Channel:
    return Channel.objects.create(team=team, name=name, kind="other", medium="online")
