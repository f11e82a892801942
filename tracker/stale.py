"""
Marking weeks whose trends must be computed again, and ringing for the worker.

The mark is a row, written in the transaction of the change itself; the message to the worker
is only a doorbell. If the broker is down the change is saved all the same, and beat finds the
mark at its next look.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import date

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from tracker.calendar import monday_of
from tracker.models import Channel, StaleWeek, Team

logger = logging.getLogger(__name__)


def mark_stale(*, team: Team, weeks: Iterable[tuple[int, date]]) -> None:
    """Mark (channel id, any day of the week) pairs of `team`; belongs inside a transaction."""
    marks = {(channel_id, monday_of(day)) for channel_id, day in weeks}
    if not marks:
        return
    StaleWeek.objects.bulk_create(
        [
            StaleWeek(team=team, channel_id=channel_id, week=week)
            for channel_id, week in sorted(marks)
        ],
        batch_size=1000,
    )
    transaction.on_commit(ring)


def mark_team_stale(*, team: Team, day: date) -> None:
    """Mark every channel of `team` at the week of `day`: a worth or an event touches them all."""
    channel_ids = Channel.objects.of_team(team).values_list("pk", flat=True)
    mark_stale(team=team, weeks=[(channel_id, day) for channel_id in channel_ids])


def ring() -> None:
    """Tell the worker that there are stale weeks; says so in the log if nobody can hear it."""
    try:
        current_app.send_task(settings.REFRESH_TASK, retry=False)
    except OperationalError as error:
        logger.warning(
            "Saved, but no worker can be told (%s): the trends follow once Longrun runs, "
            "or with `manage.py refresh`.",
            error,
        )
