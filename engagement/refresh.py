"""
Which channels are computed when, and what becomes of one that cannot be.

Every try at a channel is a delivery, and it is counted in a transaction of its own before the
work begins: a worker that is killed cannot count afterwards. Three deliveries without success
set the channel aside, with its error shown, until somebody changes something about it or runs
`manage.py refresh`. Nothing else writes RefreshState.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from django.db import OperationalError, transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from engagement.models import RefreshState
from engagement.trends import compute_channel, hold_median
from tracker.models import Channel, StaleWeek, Team
from tracker.stale import mark_team_stale

logger = logging.getLogger(__name__)

DELIVERIES = 3
KILLED = (
    "The worker ended in the middle of this channel, three times; it may need more memory or "
    "time than it gets. `manage.py refresh` tries again and shows more."
)
AT_ONCE = 50  # channels asked for in one query
ERROR_LENGTH = 500  # of RefreshState.error


class Outcome(Enum):
    FRESH = auto()
    NOTHING_TO_DO = auto()  # another worker was here first
    HELD = auto()  # another worker is at it
    FAILED = auto()  # and may be tried again
    SET_ASIDE = auto()


@dataclass(slots=True)
class Tally:
    """What one run did; `unfinished` says that it left channels which are due."""

    by_outcome: dict[Outcome, list[int]] = field(default_factory=lambda: defaultdict(list))
    unfinished: bool = False


def due_channels(team: Team | None) -> QuerySet[StaleWeek, int]:
    """
    Ids of the channels with marks, first those that have failed least, then the oldest mark.

    So a channel that kills its worker waits until the others are done. One that was set aside
    is due again once a mark is younger than that. The worker serves all teams: `team` is None.
    """
    marks = StaleWeek.objects.all() if team is None else StaleWeek.objects.of_team(team)
    return (
        marks.order_by()
        .values("channel_id")
        .annotate(
            oldest=Min("pk"),
            newest=Max("marked_at"),
            tries=Coalesce(Max("channel__refresh_state__deliveries"), 0),
            aside=Max("channel__refresh_state__set_aside_at"),
        )
        .filter(Q(aside__isnull=True) | Q(newest__gt=F("aside")))
        .order_by("tries", "oldest")
        .values_list("channel_id", flat=True)
    )


def refresh_due(
    *,
    clock: Callable[[], datetime],
    team: Team | None = None,
    most: int | None = None,
    seconds: float | None = None,
    wait: bool = False,
) -> Tally:
    """
    Compute the channels that are due, each at most once if it fails; one query if none is.

    Stops after `most` deliveries or `seconds`. A channel that another worker holds is left to
    it, unless `wait`: whoever has computed a channel looks for new marks afterwards, so a mark
    that was made in between is not forgotten.
    """
    tally = Tally()
    until = None if seconds is None else time.monotonic() + seconds
    deliveries = 0
    passed_over: set[int] = set()
    while batch := list(due_channels(team).exclude(channel__in=passed_over)[:AT_ONCE]):
        for channel_id in batch:
            if deliveries == most or (until is not None and time.monotonic() > until):
                tally.unfinished = True
                return tally
            outcome = deliver(channel_id=channel_id, now=clock(), wait=wait)
            tally.by_outcome[outcome].append(channel_id)
            if outcome in {Outcome.HELD, Outcome.FAILED, Outcome.SET_ASIDE}:
                passed_over.add(channel_id)
            if outcome in {Outcome.FRESH, Outcome.FAILED}:
                deliveries += 1
    tally.unfinished = bool(tally.by_outcome[Outcome.FAILED])
    return tally


def deliver(*, channel_id: int, now: datetime, wait: bool = False) -> Outcome:
    """
    Try to compute one channel; what goes wrong with it is kept in its RefreshState.

    Raises OperationalError where the database itself is out of reach.
    """
    with transaction.atomic():
        channel = held_channel(channel_id, wait=wait)
        if channel is None:
            return Outcome.HELD
        if not due_channels(channel.team).filter(channel=channel).exists():
            return Outcome.NOTHING_TO_DO
        if not count_delivery(channel, now):
            logger.error("Channel %s was set aside.", channel_id)
            return Outcome.SET_ASIDE
    try:
        with transaction.atomic():
            hold_median(channel.team)
            # Another worker may count a delivery in this moment; it holds the row no longer
            # than that, so it is waited for. If all stepped aside here, nobody would compute.
            channel = held_channel(channel_id, wait=True)
            if channel is None or not channel.stale_weeks.exists():
                return Outcome.NOTHING_TO_DO
            compute_channel(channel=channel, now=now)
            RefreshState.objects.of_team(channel.team).filter(channel=channel).update(
                deliveries=0, error="", refreshed_at=now, set_aside_at=None
            )
    except OperationalError:
        raise  # the database is out of reach, which is not the channel's fault
    except Exception as error:  # whatever it is, the other channels must go on
        logger.exception("Channel %s can't be computed.", channel_id)
        return note_failure(channel_id, error, now)
    return Outcome.FRESH


def held_channel(channel_id: int, *, wait: bool) -> Channel | None:
    """
    The channel, its row held until the transaction ends; None if it is gone or somebody's.

    Without its key: rows that refer to the channel can still be written meanwhile. SQLite
    knows no such lock and needs none, for its IMMEDIATE transactions follow one another.
    """
    return (
        Channel.objects.select_related("team")
        .select_for_update(skip_locked=not wait, of=("self",), no_key=True)
        .filter(pk=channel_id)
        .first()
    )


def count_delivery(channel: Channel, now: datetime) -> bool:
    """Count one; False if the last one ended three in a row, and the channel is now set aside."""
    state, _ = RefreshState.objects.get_or_create(channel=channel, defaults={"team": channel.team})
    if state.set_aside_at is not None:  # and due all the same: it gets three new ones
        state.set_aside_at, state.deliveries = None, 0
    if state.deliveries >= DELIVERIES:
        state.set_aside_at, state.error = now, state.error or KILLED
    else:
        state.deliveries += 1
    state.save(update_fields=["deliveries", "error", "set_aside_at"])
    return state.set_aside_at is None


@transaction.atomic
def note_failure(channel_id: int, error: Exception, now: datetime) -> Outcome:
    # Another worker may have computed the channel by now, and then no delivery is counted.
    state = RefreshState.objects.filter(channel=channel_id, deliveries__gt=0)
    # PostgreSQL keeps no zero byte in a text.
    words = f"{type(error).__name__}: {error}".replace("\0", "")[:ERROR_LENGTH]
    state.update(error=words)
    if state.filter(deliveries__gte=DELIVERIES).update(set_aside_at=now):
        return Outcome.SET_ASIDE
    return Outcome.FAILED


@transaction.atomic
def try_again(*, team: Team | None) -> int:
    """Take up again the channels that were set aside, of `team` or of all; returns how many."""
    states = RefreshState.objects.all() if team is None else RefreshState.objects.of_team(team)
    return states.set_aside().update(set_aside_at=None, deliveries=0)


@transaction.atomic
def mark_all(*, team: Team, now: datetime) -> None:
    """Mark every channel of `team`, so that all of it is computed again."""
    mark_team_stale(team=team, day=team.day_at(now))
