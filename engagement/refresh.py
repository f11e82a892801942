"""
Which channels are computed when, and what becomes of one that cannot be.

Every try at a channel is a delivery, and it is counted in a transaction of its own before the
work begins: a worker that is killed cannot count afterwards. Three deliveries without success
set the channel aside, with its error shown, until somebody changes something about it or runs
`manage.py refresh`. Channels go together until one has a delivery behind it; from then on it
goes alone. Nothing else writes RefreshState.
"""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto
from itertools import islice
from typing import Any

from django.db import OperationalError, transaction
from django.db.models import F, Max, Min, Q, QuerySet
from django.db.models.functions import Coalesce

from engagement.models import RefreshState
from engagement.trends import compute_channels
from tracker.models import Channel, StaleWeek, Team
from tracker.stale import mark_team_stale

logger = logging.getLogger(__name__)

DELIVERIES = 3
KILLED = (
    "The worker ended in the middle of this channel, three times; it may need more memory or "
    "time than it gets. `manage.py refresh` tries again and shows more."
)
BATCH = 24  # channels computed together
AT_ONCE = 4 * BATCH  # channels asked for in one query
ERROR_LENGTH = 500  # of RefreshState.error


Batch = dict[int, int]  # channel ids, with the deliveries counted of each when it was chosen


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


def due(team: Team | None) -> QuerySet[StaleWeek, Any]:
    """
    Channels with marks, as dicts with `channel_id`, `owner` (their team's id) and `tries`.

    First those that have failed least, then the oldest mark: so a channel that kills its worker
    waits until the others are done. One that was set aside is due again once a mark is younger
    than that. The worker serves all teams: `team` is None.
    """
    marks = StaleWeek.objects.all() if team is None else StaleWeek.objects.of_team(team)
    return (
        marks.order_by()
        .values("channel_id")
        .annotate(
            owner=Min("team_id"),
            oldest=Min("pk"),
            newest=Max("marked_at"),
            tries=Coalesce(Max("channel__refresh_state__deliveries"), 0),
            aside=Max("channel__refresh_state__set_aside_at"),
        )
        .filter(Q(aside__isnull=True) | Q(newest__gt=F("aside")))
        .order_by("tries", "oldest")
    )


def due_channels(team: Team | None) -> QuerySet[StaleWeek, int]:
    """The ids of those, in the same order."""
    return due(team).values_list("channel_id", flat=True)


def due_batches(*, team: Team | None, without: Collection[int]) -> list[Batch]:
    """
    Due channels as they are computed together: those of one team, that have never failed.

    One that has failed, or may have killed its worker, comes alone and after all others, so
    that it takes none of them with it again.
    """
    channels = due(team).exclude(channel__in=without)
    untried: dict[int, list[int]] = defaultdict(list)
    alone = []
    for row in channels[:AT_ONCE]:
        if row["tries"]:
            alone.append({row["channel_id"]: row["tries"]})
        else:
            untried[row["owner"]].append(row["channel_id"])
    together = [
        dict.fromkeys(channel_ids[start : start + BATCH], 0)
        for channel_ids in untried.values()
        for start in range(0, len(channel_ids), BATCH)
    ]
    return together + alone


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

    Stops after `most` deliveries, or before the next batch after `seconds`. A channel that
    another worker holds is left to it, unless `wait`: whoever has computed a channel looks for
    new marks afterwards, so a mark that was made in between is not forgotten.
    """
    tally = Tally()
    until = None if seconds is None else time.monotonic() + seconds
    deliveries = 0
    passed_over: set[int] = set()
    while batches := due_batches(team=team, without=passed_over):
        for batch in batches:
            if deliveries == most or (until is not None and time.monotonic() > until):
                tally.unfinished = True
                return tally
            left = None if most is None else most - deliveries
            part = dict(islice(batch.items(), left))
            for channel_id, outcome in deliver(batch=part, now=clock(), wait=wait).items():
                tally.by_outcome[outcome].append(channel_id)
                if outcome in {Outcome.HELD, Outcome.FAILED, Outcome.SET_ASIDE}:
                    passed_over.add(channel_id)
                if outcome in {Outcome.FRESH, Outcome.FAILED}:
                    deliveries += 1
    tally.unfinished = bool(tally.by_outcome[Outcome.FAILED])
    return tally


def deliver(*, batch: Batch, now: datetime, wait: bool = False) -> dict[int, Outcome]:
    """
    Try to compute channels of one team; what goes wrong with one is kept in its RefreshState.

    Outcomes by channel id, in the order of `batch`. One of which a delivery was counted since it
    was chosen is in another worker's hands, even if that one waits for the team and holds
    nothing yet; it is left alone unless `wait`. Raises OperationalError where the database
    itself is out of reach.
    """
    outcomes = dict.fromkeys(batch, Outcome.HELD)
    with transaction.atomic():
        channels = held_channels(batch, wait=wait)
        if not channels:
            return outcomes
        tries = {row["channel_id"]: row["tries"] for row in due(None).filter(channel__in=channels)}
        chosen = []
        for channel in channels:
            if channel.pk not in tries:
                outcomes[channel.pk] = Outcome.NOTHING_TO_DO
            elif wait or tries[channel.pk] == batch[channel.pk]:
                chosen.append(channel)
        counted, aside = count_deliveries(chosen, now)
    for channel_id in aside:
        logger.error("Channel %s was set aside.", channel_id)
        outcomes[channel_id] = Outcome.SET_ASIDE
    if counted:
        outcomes |= try_channels(channels[0].team_id, counted, now)
    return outcomes


def try_channels(team_id: int, channel_ids: Sequence[int], now: datetime) -> dict[int, Outcome]:
    """Compute channels whose deliveries are counted: together or, where that fails, one by one."""
    try:
        return compute_held(team_id, channel_ids, now)
    except OperationalError:
        raise  # the database is out of reach, which is not the channels' fault
    except Exception as error:  # whatever it is, the other channels must go on
        if len(channel_ids) == 1:
            logger.exception("Channel %s can't be computed.", channel_ids[0])
            return {channel_ids[0]: note_failure(channel_ids[0], error, now)}
        logger.warning(
            "%s channels can't be computed together (%r); each is tried alone.",
            len(channel_ids),
            error,
        )
    outcomes: dict[int, Outcome] = {}
    for channel_id in channel_ids:
        outcomes |= try_channels(team_id, [channel_id], now)
    return outcomes


@transaction.atomic
def compute_held(team_id: int, channel_ids: Sequence[int], now: datetime) -> dict[int, Outcome]:
    """
    Compute channels of one team and call them fresh.

    The team is held first and the channels after it, by their keys, as pages do, so that nobody
    stands in a deadlock with another. It is held at all because what is known of a team's
    channels is compared and added up: two workers that finish two channels must see each
    other's estimates.
    """
    outcomes = dict.fromkeys(channel_ids, Outcome.NOTHING_TO_DO)
    team = Team.objects.select_for_update(no_key=True).filter(pk=team_id).first()
    if team is None:
        return outcomes
    # Another worker may count a delivery in this moment; it holds the rows no longer than that,
    # so they are waited for. If all stepped aside here, nobody would compute.
    held = held_channels(channel_ids, wait=True)
    marks = StaleWeek.objects.of_team(team).filter(channel__in=held).order_by()
    marked = set(marks.values_list("channel_id", flat=True).distinct())
    stale = [channel for channel in held if channel.pk in marked]
    if stale:
        compute_channels(team=team, channels=stale, now=now)
        RefreshState.objects.of_team(team).filter(channel__in=stale).update(
            deliveries=0, error="", refreshed_at=now, set_aside_at=None
        )
    return outcomes | dict.fromkeys((channel.pk for channel in stale), Outcome.FRESH)


def held_channels(channel_ids: Collection[int], *, wait: bool) -> list[Channel]:
    """
    The channels, by their keys, their rows held until the transaction ends.

    Those that are gone are left out, and those that somebody else holds, unless `wait`. They
    are held without their keys: rows that refer to a channel can still be written meanwhile.
    SQLite knows no such lock and needs none, for its IMMEDIATE transactions follow one another.
    """
    return list(
        Channel.objects.select_related("team")
        .select_for_update(skip_locked=not wait, of=("self",), no_key=True)
        .filter(pk__in=channel_ids)
        .order_by("pk")
    )


def count_deliveries(channels: Sequence[Channel], now: datetime) -> tuple[list[int], list[int]]:
    """
    Count one of each channel; their rows are held.

    Returns the ids of those that it was counted of, and of those whose last one ended three in
    a row, and which are now set aside.
    """
    if not channels:
        return [], []
    known = {state.channel_id: state for state in RefreshState.objects.filter(channel__in=channels)}
    states = []
    for channel in channels:
        # Without the key that it may have: rows with a key and without go in two statements.
        state = RefreshState(team=channel.team, channel=channel)
        last = known.get(channel.pk)
        if last is not None:
            state.error = last.error
            # One that was set aside and is due all the same gets three new ones.
            state.deliveries = 0 if last.set_aside_at else last.deliveries
        if state.deliveries >= DELIVERIES:
            state.set_aside_at, state.error = now, state.error or KILLED
        else:
            state.deliveries += 1
        states.append(state)
    fields = ["deliveries", "error", "set_aside_at"]
    RefreshState.objects.bulk_create(
        states, update_conflicts=True, unique_fields=["channel"], update_fields=fields
    )
    aside = [state.channel_id for state in states if state.set_aside_at is not None]
    return [channel.pk for channel in channels if channel.pk not in aside], aside


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
