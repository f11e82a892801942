from __future__ import annotations

from datetime import date

from pytest_django import DjangoAssertNumQueries

from tests.tracker.test_planning import remember
from tracker.calendar import WEEK, monday_of
from tracker.capacity import Capacity, capacities, channel_plans
from tracker.models import Channel, Team
from tracker.planning import allocate


def test_each_channel_has_what_was_what_is_and_what_comes(
    team: Team,
    blog: Channel,
    meetup: Channel,
    today: date,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    week = monday_of(today)
    old = remember(blog, week - 9 * WEEK, 60)
    held = remember(blog, week - WEEK, 90, 2)
    coming = allocate(
        team=team, channel=blog, from_week=week + WEEK, weekly_minutes=30, registered_on=today
    )
    with django_assert_num_queries(2):
        plans = channel_plans(team=team, today=today)
    assert [(p.channel, p.past, p.in_force, p.coming) for p in plans] == [
        (blog, (old,), held, (coming,)),
        (meetup, (), None, ()),
    ]


def test_capacity_is_told_for_each_week_in_which_it_changes(
    team: Team, blog: Channel, meetup: Channel, today: date
) -> None:
    week = monday_of(today)
    remember(blog, week - WEEK, 90, 2)
    for channel, weeks, minutes in ((blog, 1, 0), (meetup, 1, 120), (meetup, 4, 60)):
        allocate(
            team=team,
            channel=channel,
            from_week=week + weeks * WEEK,
            weekly_minutes=minutes,
            weekly_posts=1,
            registered_on=today,
        )
    assert capacities(channel_plans(team=team, today=today), week) == [
        Capacity(week, 90, 2),
        Capacity(week + WEEK, 120, 2),
        Capacity(week + 4 * WEEK, 60, 2),
    ]


def test_an_archived_channel_leaves_once_nothing_is_asked_of_it(
    team: Team, blog: Channel, meetup: Channel, today: date
) -> None:
    week = monday_of(today)
    remember(blog, week - 2 * WEEK, 90)
    for channel in (blog, meetup):
        channel.archived_at = team.created_at
        channel.save()
    assert [p.is_open for p in channel_plans(team=team, today=today)] == [True, False]
    remember(blog, week, 0)
    assert [p.is_open for p in channel_plans(team=team, today=today)] == [False, False]
