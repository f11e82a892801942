"""What a refresh leaves behind when its workers are killed, or when several race for it."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import psutil
import pytest
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from engagement.models import RefreshState
from engagement.refresh import BATCH, mark_all, refresh_due
from tests.engagement.records import COMPUTED, live_through, stored
from tests.workers import Worker, running_worker, url_of_test_database
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Goal, Metric, StaleWeek, Team
from tracker.stale import ring

pytestmark = pytest.mark.django_db(transaction=True)

CHANNELS = 52
WEEKS = 30
EFFECTS = (0.0, 1.0, 20.0, 20.0, 20.0)
BATCHES = -(-CHANNELS // BATCH)
KILLS = 20
WHOLE_WORKER = {6, 13, 19}  # these kills take the parent too; the others its pool
PATIENCE_SECONDS = 60


@pytest.fixture
def undisturbed(team: Team, comments: Metric) -> dict[str, list[dict[str, Any]]]:
    """What one quiet run stores of all channels; then all of it is to be done again."""
    # Without a cost of an hour each channel's verdict rests on all the others.
    Team.objects.filter(pk=team.pk).update(hour_cost=None)
    with transaction.atomic():
        for number in range(CHANNELS):
            channel = Channel.objects.create(
                team=team, name=f"Channel {number}", kind="other", medium="online"
            )
            live_through(
                channel,
                comments,
                weeks=WEEKS,
                until=monday_of(team.day_at(timezone.now())),
                effect=EFFECTS[number % len(EFFECTS)],
                growing_at_last=number % 2 == 0,
            )
        today = team.day_at(timezone.now())
        Goal.objects.create(
            team=team,
            metric=comments,
            target=10**6,
            starts_on=today - WEEKS * WEEK,
            due_on=today + WEEK,
        )
    mark_all(team=team, now=timezone.now())
    refresh_due(clock=timezone.now)
    expected = stored()
    assert len(expected["Estimate"]) == CHANNELS
    assert len(expected["MetricEstimate"]) == CHANNELS
    assert len(expected["GoalForecast"]) == 1
    assert len(expected["WeeklyTrend"]) == CHANNELS * (WEEKS + 1)
    assert {row["verdict"] for row in expected["Estimate"]} >= {"time_suck", "pays_back"}
    for model in (*COMPUTED, RefreshState):
        model._default_manager.all().delete()
    mark_all(team=team, now=timezone.now())
    return expected


def marks_left() -> int:
    return StaleWeek.objects.count()


def lost_deliveries() -> int:
    return RefreshState.objects.aggregate(sum=Sum("deliveries"))["sum"] or 0


def wait_until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while not condition():
        assert time.monotonic() < until, f"{marks_left()} marks are left"
        time.sleep(0.002)


def kill_pool(worker: Worker) -> None:
    for child in psutil.Process(worker.process.pid).children():
        os.kill(child.pid, signal.SIGKILL)


def test_a_refresh_that_is_killed_twenty_times_ends_like_an_undisturbed_one(
    undisturbed: dict[str, list[dict[str, Any]]], tmp_path: Path
) -> None:
    dice = random.Random(20)
    left_at_kills = []
    with ExitStack() as stack:

        def start() -> Worker:
            worker = stack.enter_context(running_worker(log=tmp_path / "worker.log"))
            ring()
            return worker

        worker = start()
        for kill in range(KILLS):
            # The first kills meet batches, whose channels are from then on tried alone. Every
            # later one waits for one more channel to be finished, and may cost two others their
            # second delivery. There are then always some left at their first, which come before
            # all others, so that none comes to its third.
            left, lost = marks_left(), lost_deliveries()
            if kill < BATCHES:
                wait_until(lambda lost=lost: lost_deliveries() > lost)
            else:
                wait_until(lambda left=left: marks_left() < left)
            time.sleep(dice.uniform(0, 0.03))
            if kill in WHOLE_WORKER:
                worker.kill()
                left_at_kills.append(marks_left())
                worker = start()
            else:
                kill_pool(worker)
                left_at_kills.append(marks_left())
                ring()
        lost = lost_deliveries()
        wait_until(lambda: marks_left() == 0)
        # The last channel's transaction is over, as its mark is gone; no other one is open.
        assert stored() == undisturbed
    assert min(left_at_kills) > 0
    # Many kills met a worker between the counting of a delivery and its success; of those, the
    # channels that have been computed since are counted no more.
    assert lost >= KILLS / 4
    assert not RefreshState.objects.exclude(deliveries=0, error="", set_aside_at=None).exists()


def test_two_processes_share_the_channels_and_compute_none_twice(
    undisturbed: dict[str, list[dict[str, Any]]],
) -> None:
    environment = os.environ | {"DATABASE_URL": url_of_test_database()}
    command = [sys.executable, "manage.py", "refresh", "--verbosity=2"]
    racers = [
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        for _ in range(2)
    ]
    computed = []
    for racer in racers:
        words, _ = racer.communicate(timeout=PATIENCE_SECONDS)
        assert racer.returncode == 0
        computed.append(words.splitlines()[:-1])
    assert sorted(computed[0] + computed[1]) == sorted(
        f"tideline: Channel {number}" for number in range(CHANNELS)
    )
    assert stored() == undisturbed
