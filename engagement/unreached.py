"""Marking what has changed without anybody writing: a week has begun, or the model is another."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from engagement.history import still_asked_about
from engagement.ledger import begun_by
from engagement.models import Estimate, MetricEstimate, WeeklyTrend
from engagement.returns import estimate as returns
from tracker.calendar import monday_of
from tracker.models import Channel, Goal, StaleWeek, Team
from tracker.stale import mark_stale


@transaction.atomic
def mark_unreached(*, now: datetime) -> int:
    """
    Mark channels whose stored rows lack the running week, or come from another model.

    Also those that had none, and whose plan, hours or responses begin with this week, and those
    that lack the estimate of a metric that a goal names. Returns how many. A channel that is
    marked already, or was set aside and so still has its marks, is left alone, and so is an
    archived one. Where a team works decides which week runs there, so at most three different
    weeks run on earth at once.
    """
    zones: dict[date, list[str]] = defaultdict(list)
    for (zone,) in Team.objects.order_by().values_list("time_zone").distinct():
        zones[monday_of(Team(time_zone=zone).day_at(now))].append(zone)
    unreached: dict[Team, list[tuple[int, date]]] = defaultdict(list)
    for current_week, names in zones.items():
        behind = (
            Channel.objects.active()
            .filter(
                Exists(WeeklyTrend.objects.filter(channel=OuterRef("pk"))) | begun_by(current_week),
                team__time_zone__in=names,
            )
            .exclude(is_up_to_date(current_week))
            .exclude(Exists(StaleWeek.objects.filter(channel=OuterRef("pk"))))
            .select_related("team")
        )
        for channel in behind.order_by("pk"):
            unreached[channel.team].append((channel.pk, current_week))
    for team, weeks in unreached.items():
        mark_stale(team=team, weeks=weeks)
    return sum(map(len, unreached.values()))


def is_up_to_date(current_week: date) -> Q:
    """Channels with all that there is to compute of them, by today's model."""
    of_today = {"channel": OuterRef("pk"), "model_version": returns.MODEL_VERSION}
    unanswered = Goal.objects.filter(
        still_asked_about(current_week),
        ~Exists(
            MetricEstimate.objects.filter(
                channel=OuterRef(OuterRef("pk")),
                metric=OuterRef("metric"),
                model_version=returns.MODEL_VERSION,
            )
        ),
        Q(channel__isnull=True) | Q(channel=OuterRef("pk")),
        team=OuterRef("team"),
    )
    return Q(
        Exists(WeeklyTrend.objects.filter(channel=OuterRef("pk"), week=current_week)),
        Exists(Estimate.objects.filter(**of_today)),
        ~Exists(unanswered),
    )
