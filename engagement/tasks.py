"""What the worker does for engagement: fetch nothing, decide nothing, call one function."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from engagement.refresh import refresh_due
from engagement.unreached import mark_unreached
from tracker.stale import ring

# One delivery of the message is soon over, so that a worker can be stopped between two.
MOST_DELIVERIES = 200
MOST_SECONDS = 60.0


@shared_task(ignore_result=True)
def refresh_trends() -> None:
    """Compute channels with stale weeks; many messages cost one query each once all is fresh."""
    tally = refresh_due(clock=timezone.now, most=MOST_DELIVERIES, seconds=MOST_SECONDS)
    if tally.unfinished:
        ring()


@shared_task(ignore_result=True)
def begin_new_weeks() -> None:
    """Mark channels whose trends lack the running week, or come from another model."""
    mark_unreached(now=timezone.now())
