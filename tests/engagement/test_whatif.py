from __future__ import annotations

from dataclasses import astuple, replace
from datetime import timedelta

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from engagement.models import Estimate
from engagement.standing import BeingComputedError, NothingKnownError, read_standing
from engagement.whatif import next_hours, start_later, what_if
from tests.engagement.prospects import a_history, close, store
from tests.engagement.records import NOW, THIS_WEEK
from tracker.calendar import WEEK
from tracker.models import Channel, Team


@pytest.fixture
def letters(team: Team) -> Channel:
    return Channel.objects.create(team=team, name="Letters", kind="letter", medium="in_person")


def test_what_hours_would_bring_instead_of_the_plan(blog: Channel, meetup: Channel) -> None:
    history = a_history(1)
    effect = store(blog, history)
    store(meetup, a_history(2))
    assert effect is not None
    found = what_if(team=blog.team, hours={blog.pk: 7.5}, now=NOW)
    assert (found.first_week, found.weeks) == (THIS_WEEK, 13)
    ours, theirs = found.channels
    assert (ours.channel_id, ours.planned_hours, ours.hours) == (blog.pk, 3.0, 7.5)
    plan, change, bank = (
        effect.by_week(history.hours, np.full(13, hours)).sum(axis=1) for hours in (3.0, 7.5, 0.0)
    )
    steady = np.diff(effect.steady(np.array([3.0, 7.5])), axis=1)[:, 0]
    for name, drawn in (
        ("plan", plan),
        ("change", change),
        ("difference", change - plan),
        ("bank", bank),
        ("in_the_long_run", steady),
    ):
        expected = [drawn.mean(), *np.quantile(drawn, [0.05, 0.5, 0.95])]
        assert close(astuple(getattr(ours.brought, name)), expected), name
    # The meetup was not named and stays as planned.
    assert (theirs.channel_id, theirs.planned_hours, theirs.hours) == (meetup.pk, 3.0, 3.0)
    assert astuple(theirs.brought.difference) == (0, 0, 0, 0)
    assert theirs.brought.plan == theirs.brought.change


def test_together_is_the_sum_and_surer_than_its_parts(blog: Channel, meetup: Channel) -> None:
    store(blog, a_history(1))
    store(meetup, a_history(2))
    found = what_if(team=blog.team, hours={blog.pk: 0.0, meetup.pk: 9.0}, now=NOW, weeks=26)
    for name in ("plan", "change", "difference", "bank", "in_the_long_run"):
        together = getattr(found.together, name)
        parts = [getattr(channel.brought, name) for channel in found.channels]
        assert together.mean == pytest.approx(sum(part.mean for part in parts))
    together, *parts = (
        each.plan for each in (found.together, *(c.brought for c in found.channels))
    )
    width, *widths = (each.high - each.low for each in (together, *parts))
    assert max(widths) < width < 0.9 * sum(widths)
    losing, winning = found.channels
    assert losing.brought.difference.high <= 0 <= winning.brought.difference.low


def test_the_bank_fades_in_the_week_by_which_nine_tenths_are_spent(
    blog: Channel, meetup: Channel
) -> None:
    history = a_history(1)
    effect = store(blog, history)
    assert effect is not None
    idle = replace(history, hours=np.concatenate([history.hours[:14], np.zeros(26)]))
    store(meetup, idle)
    ours, empty = what_if(team=blog.team, hours={}, now=NOW).channels
    left = effect.by_week(history.hours, np.zeros(25)).mean(axis=0)
    spent = int(np.argmax(np.cumsum(left) >= 0.9 * left.sum()))
    assert ours.bank_fades == THIS_WEEK + spent * WEEK
    assert empty.bank_fades is None
    assert empty.brought.bank.high == 0


def test_a_channel_without_hours_is_unknown_and_archived_ones_are_left_out(
    blog: Channel, meetup: Channel, letters: Channel
) -> None:
    for seed, channel in enumerate((blog, letters)):
        store(channel, a_history(seed))
    store(meetup, a_history(3, effect=0.0))
    Channel.objects.filter(pk=letters.pk).update(archived_at=NOW)
    found = what_if(team=blog.team, hours={meetup.pk: 2.0}, now=NOW)
    assert [channel.channel_id for channel in found.channels] == [blog.pk]
    assert found.unknown == (meetup.pk,)
    with pytest.raises(ValueError, match=f"channel {letters.pk} is not in use"):
        what_if(team=blog.team, hours={letters.pk: 2.0}, now=NOW)


def test_nobody_knows_anything_without_hours(blog: Channel, meetup: Channel) -> None:
    with pytest.raises(NothingKnownError):
        what_if(team=blog.team, hours={}, now=NOW)
    store(blog, a_history(3, effect=0.0))
    with pytest.raises(NothingKnownError):
        what_if(team=blog.team, hours={}, now=NOW)
    with pytest.raises(NothingKnownError):
        next_hours(team=blog.team, now=NOW)
    store(meetup, a_history(1))
    with pytest.raises(NothingKnownError, match="this channel"):
        start_later(team=blog.team, channel_id=blog.pk, hours=2.0, wait=4, now=NOW)


def test_another_team_is_another_world(blog: Channel, other_team: Team) -> None:
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    store(blog, a_history(1))
    store(theirs, a_history(2))
    assert read_standing(team=blog.team, now=NOW).channel_ids == (blog.pk,)
    with pytest.raises(ValueError, match="not in use"):
        what_if(team=blog.team, hours={theirs.pk: 1.0}, now=NOW)


def test_rows_of_another_model_are_being_computed(blog: Channel, meetup: Channel) -> None:
    for seed, channel in enumerate((blog, meetup)):
        store(channel, a_history(seed))
    # An early model kept no draws; that is not the same as no hours.
    for change in ({"effect": {}}, {}):
        Estimate.objects.filter(channel=meetup).update(model_version="mixture-1", **change)
        with pytest.raises(BeingComputedError, match=f"channel {meetup.pk} is of model mixture-1"):
            what_if(team=blog.team, hours={}, now=NOW)


def test_rows_of_last_week_serve_until_their_forecast_ends(blog: Channel) -> None:
    store(blog, a_history(1))
    later = what_if(team=blog.team, hours={blog.pk: 5.0}, now=NOW + WEEK, weeks=25)
    assert later.first_week == THIS_WEEK + WEEK
    with pytest.raises(ValueError, match="1 to 25 weeks"):
        what_if(team=blog.team, hours={blog.pk: 5.0}, now=NOW + WEEK, weeks=26)
    with pytest.raises(BeingComputedError, match="being computed anew"):
        what_if(team=blog.team, hours={}, now=NOW + 26 * WEEK)


@pytest.mark.parametrize("hours", [-0.5, 168.5, float("nan"), float("inf")])
def test_it_refuses_hours_that_make_no_week(blog: Channel, hours: float) -> None:
    store(blog, a_history(1))
    with pytest.raises(ValueError, match="make no week"):
        what_if(team=blog.team, hours={blog.pk: hours}, now=NOW)
    with pytest.raises(ValueError, match="make no week"):
        next_hours(team=blog.team, now=NOW, hours=hours)
    with pytest.raises(ValueError, match="make no week"):
        next_hours(team=blog.team, now=NOW, bounds={blog.pk: (None, hours)})


def test_hours_move_within_their_bounds(blog: Channel, meetup: Channel, letters: Channel) -> None:
    histories = {blog: a_history(1, effect=1.0), meetup: a_history(2, effect=9.0)}
    for channel, history in histories.items():
        store(channel, history)
    store(letters, a_history(3, effect=0.0))
    present = [history.hours[-13:].mean() for history in histories.values()]
    found = next_hours(team=blog.team, now=NOW)
    assert found.unknown == (letters.pk,)
    assert [move.hours_before for move in found.channels] == pytest.approx(present, abs=0.01)
    assert sum(move.hours for move in found.channels) == pytest.approx(sum(present), abs=0.01)
    losing, winning = found.channels
    assert losing.hours < losing.hours_before
    assert winning.gain.mean > 0 > losing.gain.mean
    assert found.gain.mean == pytest.approx(winning.gain.mean + losing.gain.mean)
    assert 0.5 < found.p_better <= 1
    kept = next_hours(team=blog.team, now=NOW, bounds={blog.pk: (present[0], None)})
    assert kept.channels[0].hours == pytest.approx(present[0], abs=0.01)
    with pytest.raises(ValueError, match="maximums add up to 1 hours"):
        next_hours(team=blog.team, now=NOW, bounds={blog.pk: (0, 1), meetup.pk: (None, 0)})


def test_nobody_is_sent_beyond_twice_what_was_usual_unasked(blog: Channel, meetup: Channel) -> None:
    idle, good = a_history(1, effect=0.1), a_history(2, effect=9.0)
    store(blog, replace(idle, hours=idle.hours * 5))
    store(meetup, good)
    limit = 2 * max(good.hours[-13:].mean(), good.hours[good.hours > 0].mean())
    hours = [
        next_hours(team=blog.team, now=NOW, bounds=bounds).channels[1].hours
        for bounds in ({}, {meetup.pk: (None, 100.0)})
    ]
    assert hours[0] == pytest.approx(limit, abs=0.01)
    assert hours[1] > limit + 1


def test_more_hours_take_none_away(blog: Channel, meetup: Channel) -> None:
    store(blog, a_history(1, effect=1.0))
    store(meetup, a_history(2, effect=9.0))
    free = next_hours(team=blog.team, now=NOW, hours=1.5)
    assert all(move.hours >= move.hours_before for move in free.channels)
    assert sum(move.hours - move.hours_before for move in free.channels) == pytest.approx(1.5)
    found = next_hours(team=blog.team, now=NOW, hours=1.5, bounds={meetup.pk: (None, 0.5)})
    # The meetup has more than its most already: it keeps that, and gets none of them.
    gained = [move.hours - move.hours_before for move in found.channels]
    assert gained == pytest.approx([1.5, 0.0])
    assert found.gain.low >= 0


def test_waiting_has_a_price(blog: Channel) -> None:
    history = a_history(1)
    effect = store(blog, history)
    assert effect is not None
    found = start_later(team=blog.team, channel_id=blog.pk, hours=8.0, wait=13, now=NOW)
    assert (found.first_week, found.weeks) == (THIS_WEEK, 26)
    now, later = (
        effect.by_week(history.hours, np.array([3.0] * wait + [8.0] * (26 - wait))).sum(axis=1)
        for wait in (0, 13)
    )
    for told, drawn in ((found.now, now), (found.later, later), (found.lost, now - later)):
        assert close(astuple(told), [drawn.mean(), *np.quantile(drawn, [0.05, 0.5, 0.95])])


@pytest.mark.parametrize("channels", [1, 3])
def test_it_takes_two_queries(
    blog: Channel,
    meetup: Channel,
    letters: Channel,
    channels: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for seed, channel in enumerate((blog, meetup, letters)[:channels]):
        store(channel, a_history(seed))
    team = blog.team
    with django_assert_num_queries(2):
        what_if(team=team, hours={blog.pk: 1.0}, now=NOW)
    with django_assert_num_queries(2):
        next_hours(team=team, now=NOW + timedelta(hours=1), hours=1.0)
    with django_assert_num_queries(2):
        start_later(team=team, channel_id=blog.pk, hours=1.0, wait=4, now=NOW)
