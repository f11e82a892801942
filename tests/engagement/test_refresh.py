from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from celery import current_app
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries

from engagement import tasks
from engagement.models import Estimate, RefreshState, WeeklyTrend
from engagement.refresh import (
    BATCH,
    DELIVERIES,
    Outcome,
    Tally,
    deliver,
    due_batches,
    due_channels,
    held_channels,
    refresh_due,
    try_again,
)
from tests.engagement.records import NOW, THIS_WEEK, mark, receive, spend
from tracker.calendar import monday_of
from tracker.models import Channel, Metric, StaleWeek, Team
from tracker.recording import wait_for_turn


@pytest.fixture
def letters(team: Team) -> Channel:
    return Channel.objects.create(team=team, name="Letters", kind="letter", medium="in_person")


@pytest.fixture
def poison(meetup: Channel, comments: Metric) -> Channel:
    """Its worth cannot be kept, so it cannot be computed."""
    Metric.objects.filter(pk=comments.pk).update(worth=999_999)
    receive(meetup, comments, THIS_WEEK, 2_000_000_000)
    return meetup


def a_clock(start: datetime = NOW) -> Iterator[datetime]:
    while True:
        yield start
        start += timedelta(seconds=1)


def refresh(**bounds: int) -> Tally:
    return refresh_due(clock=a_clock().__next__, **bounds)


def outcomes(tally: Tally) -> dict[Outcome, list[int]]:
    return {outcome: ids for outcome, ids in tally.by_outcome.items() if ids}


def test_marked_channels_become_fresh(blog: Channel, meetup: Channel, letters: Channel) -> None:
    for channel in (blog, meetup):
        spend(channel, THIS_WEEK)
    mark(meetup, blog, meetup)
    tally = refresh()
    assert outcomes(tally) == {Outcome.FRESH: [meetup.pk, blog.pk]}
    assert not tally.unfinished
    assert WeeklyTrend.objects.count() == 2
    assert not StaleWeek.objects.exists()
    state = RefreshState.objects.get(channel=meetup)
    assert (state.deliveries, state.error, state.refreshed_at) == (0, "", NOW)


def test_a_doorbell_without_a_mark_costs_one_query(
    blog: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(1):
        tasks.refresh_trends()


def test_it_stops_at_its_bound_and_says_that_something_is_left(
    blog: Channel, meetup: Channel, letters: Channel
) -> None:
    mark(blog, meetup, letters)
    assert refresh(most=2).unfinished
    assert due_channels(None).count() == 1
    assert refresh(seconds=-1).unfinished
    assert not refresh(most=1).unfinished
    assert not refresh(seconds=-1).unfinished


def test_one_team_can_be_refreshed_alone(team: Team, other_team: Team, blog: Channel) -> None:
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    mark(blog, theirs)
    refresh_due(clock=a_clock().__next__, team=team)
    assert [mark.channel for mark in StaleWeek.objects.all()] == [theirs]


def test_those_that_failed_least_come_first_then_the_oldest_mark(
    team: Team, blog: Channel, meetup: Channel, letters: Channel
) -> None:
    mark(blog, meetup, letters)
    assert list(due_channels(None)) == [blog.pk, meetup.pk, letters.pk]
    RefreshState.objects.create(team=team, channel=blog, deliveries=2)
    RefreshState.objects.create(team=team, channel=meetup, deliveries=0)
    RefreshState.objects.create(team=team, channel=letters, deliveries=1)
    assert list(due_channels(None)) == [meetup.pk, letters.pk, blog.pk]


def test_a_poisoned_channel_is_set_aside_after_three_deliveries_and_the_others_are_fresh(
    blog: Channel, poison: Channel, letters: Channel
) -> None:
    for channel in (blog, letters):
        spend(channel, THIS_WEEK)
    mark(poison, blog, letters)
    tally = refresh()
    assert outcomes(tally) == {
        Outcome.FAILED: [poison.pk],
        Outcome.FRESH: [blog.pk, letters.pk],
    }
    assert tally.unfinished
    state = RefreshState.objects.get(channel=poison)
    assert (state.deliveries, state.set_aside_at) == (1, None)
    assert state.error.startswith("OverflowError: the responses of the week of 2026-03-02")
    assert outcomes(refresh()) == {Outcome.FAILED: [poison.pk]}
    tally = refresh()
    assert (outcomes(tally), tally.unfinished) == ({Outcome.SET_ASIDE: [poison.pk]}, False)
    state.refresh_from_db()
    assert (state.deliveries, state.set_aside_at) == (DELIVERIES, NOW)
    # It keeps its marks, shows nothing half computed, and nobody comes back to it.
    assert StaleWeek.objects.get().channel == poison
    assert not WeeklyTrend.objects.filter(channel=poison).exists()
    assert outcomes(refresh()) == {}


def test_new_data_give_a_channel_three_more_deliveries_and_no_more(poison: Channel) -> None:
    mark(poison)
    for _ in range(DELIVERIES):
        refresh()
    newer = StaleWeek.objects.create(team=poison.team, channel=poison, week=THIS_WEEK)
    StaleWeek.objects.filter(pk=newer.pk).update(marked_at=NOW + timedelta(minutes=1))

    def try_later(minutes: int) -> dict[Outcome, list[int]]:
        start = NOW + timedelta(minutes=minutes)
        return outcomes(refresh_due(clock=a_clock(start).__next__))

    assert [try_later(minutes) for minutes in (2, 3, 4, 5)] == [
        {Outcome.FAILED: [poison.pk]},
        {Outcome.FAILED: [poison.pk]},
        {Outcome.SET_ASIDE: [poison.pk]},
        {},
    ]


def test_a_channel_that_was_put_right_is_fresh_again(poison: Channel, comments: Metric) -> None:
    mark(poison)
    for _ in range(DELIVERIES):
        refresh()
    Metric.objects.filter(pk=comments.pk).update(worth=1)
    assert try_again(team=poison.team) == 1
    assert outcomes(refresh()) == {Outcome.FRESH: [poison.pk]}
    state = RefreshState.objects.get()
    assert (state.deliveries, state.error, state.set_aside_at) == (0, "", None)


def test_a_worker_that_was_killed_three_times_is_not_sent_a_fourth_time(blog: Channel) -> None:
    mark(blog)
    # What three killed workers leave: each has counted its delivery and done nothing else.
    RefreshState.objects.create(team=blog.team, channel=blog, deliveries=DELIVERIES)
    assert outcomes(refresh()) == {Outcome.SET_ASIDE: [blog.pk]}
    state = RefreshState.objects.get()
    assert state.error.startswith("The worker ended in the middle of this channel, three times")
    assert state.set_aside_at == NOW


def test_a_failure_that_another_worker_has_made_good_is_forgotten(blog: Channel) -> None:
    mark(blog)
    refresh()
    assert deliver(batch={blog.pk: 0}, now=NOW) == {blog.pk: Outcome.NOTHING_TO_DO}
    assert RefreshState.objects.get().deliveries == 0


def test_a_channel_that_is_gone_hinders_nobody(blog: Channel) -> None:
    key = blog.pk
    blog.delete()
    assert deliver(batch={key: 0}, now=NOW) == {key: Outcome.HELD}


@pytest.mark.django_db(transaction=True)
def test_a_channel_in_another_workers_hands_is_left_to_it(blog: Channel, meetup: Channel) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks no rows: its writers follow one another")
    mark(blog, meetup)
    held, done = threading.Event(), threading.Event()

    def another_worker() -> None:
        with transaction.atomic():
            held_channels([blog.pk], wait=True)
            held.set()
            done.wait()
        connection.close()

    worker = threading.Thread(target=another_worker)
    worker.start()
    held.wait()
    try:
        # Whoever writes hours meanwhile need not wait: the row's key is free.
        spend(blog, THIS_WEEK)
        tally = refresh()
    finally:
        done.set()
        worker.join()
    assert outcomes(tally) == {Outcome.HELD: [blog.pk], Outcome.FRESH: [meetup.pk]}
    assert not tally.unfinished
    assert not RefreshState.objects.filter(channel=blog).exists()


@pytest.mark.django_db(transaction=True)
def test_a_page_that_changes_a_channel_of_a_team_without_a_cost_is_no_deadlock(
    team: Team, blog: Channel
) -> None:
    if connection.vendor == "sqlite":
        pytest.skip("SQLite locks no rows: its writers follow one another")
    Team.objects.update(hour_cost=None)
    spend(blog, THIS_WEEK)
    mark(blog)
    held, wanted = threading.Event(), threading.Event()

    def page() -> None:
        with transaction.atomic():
            wait_for_turn(team)
            held.set()
            wanted.wait()
            Channel.objects.filter(pk=blog.pk).update(name="Journal")
        connection.close()

    def when_the_team_is_wanted(execute: Any, sql: str, *rest: Any) -> Any:
        if "FOR NO KEY UPDATE" in sql and 'FROM "tracker_team"' in sql:
            wanted.set()
        return execute(sql, *rest)

    owner = threading.Thread(target=page)
    owner.start()
    held.wait()
    try:
        with connection.execute_wrapper(when_the_team_is_wanted):
            outcomes = deliver(batch={blog.pk: 0}, now=NOW)
    finally:
        wanted.set()
        owner.join()
    blog.refresh_from_db()
    assert (outcomes, blog.name) == ({blog.pk: Outcome.FRESH}, "Journal")


def test_a_delivery_of_five_channels_asks_as_often_as_one_of_one(
    team: Team, blog: Channel, meetup: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    others = [
        Channel.objects.create(team=team, name=f"Channel {n}", kind="other", medium="online")
        for n in range(3)
    ]
    for channels in ([blog], [blog, meetup, *others]):
        for channel in channels:
            spend(channel, THIS_WEEK)
        mark(*channels)
        # 4 to count the deliveries, 20 to compute, and two savepoints of two each.
        with django_assert_num_queries(28):
            deliver(batch={channel.pk: 0 for channel in channels}, now=NOW)


def test_channels_of_one_team_go_together_and_those_that_failed_alone_and_last(
    team: Team, other_team: Team
) -> None:
    ours, theirs = (
        [
            Channel.objects.create(team=owner, name=f"Channel {n}", kind="other", medium="online")
            for n in range(BATCH + 2)
        ]
        for owner in (team, other_team)
    )
    mark(*ours, *theirs)
    RefreshState.objects.create(team=team, channel=ours[0], deliveries=2)
    RefreshState.objects.create(team=team, channel=ours[1], deliveries=1)
    RefreshState.objects.create(team=other_team, channel=theirs[0], deliveries=1)
    our_keys, their_keys = ([channel.pk for channel in each] for each in (ours, theirs))
    assert due_batches(team=None, without=[theirs[1].pk]) == [
        dict.fromkeys(our_keys[2:], 0),
        dict.fromkeys(their_keys[2:], 0),
        {ours[1].pk: 1},
        {theirs[0].pk: 1},
        {ours[0].pk: 2},
    ]
    RefreshState.objects.all().delete()
    assert due_batches(team=team, without=[]) == [
        dict.fromkeys(our_keys[:BATCH], 0),
        dict.fromkeys(our_keys[BATCH:], 0),
    ]


def test_a_channel_that_kills_its_worker_is_set_aside_without_its_neighbours(team: Team) -> None:
    # No other number in a query is like their keys.
    first, killer, last = keys = [901, 902, 903]
    for key in keys:
        name = f"Channel {key}"
        mark(Channel.objects.create(team=team, pk=key, name=name, kind="other", medium="online"))
        spend(Channel.objects.get(pk=key), THIS_WEEK)
    tried: list[list[int]] = []

    class Killed(BaseException):
        """What no worker survives."""

    def when_the_killer_is_read(execute: Any, sql: str, params: Any, *rest: Any) -> Any:
        if sql.startswith("SELECT") and 'FROM "tracker_timeentry"' in sql:
            tried.append([key for key in keys if key in params])
            if killer in params:
                raise Killed
        return execute(sql, params, *rest)

    with connection.execute_wrapper(when_the_killer_is_read):
        for _ in range(DELIVERIES):
            with pytest.raises(Killed):
                refresh()
        assert outcomes(refresh()) == {Outcome.SET_ASIDE: [killer]}
    assert tried == [keys, [first], [killer], [last], [killer]]
    assert set(Estimate.objects.values_list("channel", flat=True)) == {first, last}


def test_a_channel_counted_by_another_worker_since_it_was_chosen_is_left_to_it(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    for channel in (blog, meetup):
        spend(channel, THIS_WEEK)
    mark(blog, meetup)
    [batch] = due_batches(team=None, without=[])
    RefreshState.objects.create(team=team, channel=blog, deliveries=1)
    assert deliver(batch=batch, now=NOW) == {blog.pk: Outcome.HELD, meetup.pk: Outcome.FRESH}
    assert RefreshState.objects.get(channel=blog).deliveries == 1
    # Who waits for others makes sure of it.
    assert deliver(batch=batch, now=NOW, wait=True)[blog.pk] == Outcome.FRESH


def run(*words: str, verbosity: int = 1) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("refresh", *words, stdout=out, stderr=err, verbosity=verbosity)
    return out.getvalue(), err.getvalue()


def test_the_command_computes_what_is_marked(blog: Channel, meetup: Channel) -> None:
    spend(blog, THIS_WEEK)
    mark(blog)
    assert run(verbosity=2) == ("tideline: Blog\n1 channel computed\n", "")
    assert run() == ("0 channels computed\n", "")


def test_the_command_computes_all_of_one_team_or_of_every_team(
    team: Team, other_team: Team, blog: Channel, meetup: Channel
) -> None:
    Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    assert run("--all", "--team", "tideline") == ("2 channels computed\n", "")
    assert run("--all") == ("3 channels computed\n", "")


def test_the_command_begins_the_running_week(blog: Channel) -> None:
    spend(blog, THIS_WEEK)
    mark(blog)
    refresh()
    assert run()[0] == "1 channel computed\n"
    assert WeeklyTrend.objects.order_by("week").last().week > monday_of(NOW.date())


def test_the_command_tries_what_was_set_aside_and_names_what_still_fails(
    blog: Channel, poison: Channel
) -> None:
    mark(blog, poison)
    for _ in range(DELIVERIES):
        refresh()
    StaleWeek.objects.filter(channel=blog).delete()
    err = StringIO()
    with pytest.raises(CommandError, match=r"^1 channel can't be computed$") as stopped:
        call_command("refresh", stdout=StringIO(), stderr=err)
    assert stopped.value.returncode == 1
    assert err.getvalue().startswith("tideline: Meetup: OverflowError: the responses of the week")
    assert RefreshState.objects.get(channel=poison).set_aside_at is not None


def test_the_command_names_a_team_that_is_not_there(team: Team) -> None:
    with pytest.raises(CommandError, match="there is no team 'tidelines'") as stopped:
        run("--team", "tidelines")
    assert stopped.value.returncode == 2


def waiting_messages() -> int:
    """Take all messages from the broker and count them."""
    with current_app.connection_for_write() as broker:
        return broker.default_channel.queue_purge("trends") or 0


def test_the_task_rings_again_for_what_it_left(blog: Channel, poison: Channel) -> None:
    mark(blog, poison)
    waiting_messages()
    # The third time sets it aside, the fourth finds nothing.
    assert [(tasks.refresh_trends(), waiting_messages())[1] for _ in range(4)] == [1, 1, 0, 0]
    assert Estimate.objects.count() == 0
    assert RefreshState.objects.set_aside().get().channel == poison


def test_the_tick_marks_for_the_new_week(blog: Channel) -> None:
    spend(blog, THIS_WEEK)
    mark(blog)
    refresh()
    tasks.begin_new_weeks()
    assert StaleWeek.objects.get().channel == blog
