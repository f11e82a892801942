from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from engagement.ledger import HORIZON
from engagement.models import Estimate, MetricEstimate, WeeklyTrend
from engagement.returns.estimate import MODEL_VERSION
from engagement.unreached import mark_unreached
from tests.engagement.computing import channel_named, compute, goal_of
from tests.engagement.records import NOW, THIS_WEEK, plan, receive, spend
from tracker.calendar import WEEK
from tracker.models import Channel, Metric, StaleWeek, Team


@pytest.mark.parametrize(
    ("now", "marked"),
    [
        (datetime(2026, 3, 8, 23, tzinfo=UTC), 0),
        (datetime(2026, 3, 9, 0, tzinfo=UTC), 1),
    ],
)
def test_a_new_week_marks_what_does_not_reach_it(
    blog: Channel, meetup: Channel, now: datetime, marked: int
) -> None:
    spend(blog, THIS_WEEK)  # and nothing is known of the meetup, which has no trend to extend
    compute(blog, meetup)
    assert mark_unreached(now=now) == marked
    assert mark_unreached(now=now) == 0  # it is marked already
    assert StaleWeek.objects.count() == marked
    compute(blog, now=now)
    assert mark_unreached(now=now) == 0


@pytest.mark.parametrize("what", ["plan", "hours", "responses"])
def test_a_channel_that_begins_with_the_new_week_is_marked_then(
    blog: Channel, comments: Metric, what: str
) -> None:
    coming = THIS_WEEK + WEEK
    match what:
        case "plan":
            plan(blog, coming, 120)
        case "hours":
            spend(blog, coming + timedelta(days=6))
        case "responses":
            receive(blog, comments, coming + timedelta(days=6), 3)
    compute(blog)
    assert not WeeklyTrend.objects.exists()
    assert mark_unreached(now=NOW) == 0
    assert mark_unreached(now=NOW + WEEK) == 1
    compute(blog, now=NOW + WEEK)
    assert WeeklyTrend.objects.get().week == coming
    assert mark_unreached(now=NOW + WEEK) == 0


def test_what_lies_too_far_back_for_a_trend_is_not_marked_for_ever(blog: Channel) -> None:
    spend(blog, THIS_WEEK - HORIZON - WEEK)
    compute(blog)
    assert mark_unreached(now=NOW) == 0


def test_the_week_turns_where_each_team_works(
    team: Team, other_team: Team, blog: Channel, comments: Metric
) -> None:
    theirs = channel_named(other_team, "Blog")
    for channel in (blog, theirs):
        spend(channel, THIS_WEEK)
    Team.objects.filter(pk=other_team.pk).update(time_zone="Asia/Tokyo")
    compute(blog, theirs)
    assert mark_unreached(now=datetime(2026, 3, 8, 16, tzinfo=UTC)) == 1
    assert StaleWeek.objects.get().channel == theirs
    assert StaleWeek.objects.get().week == date(2026, 3, 9)


def test_another_model_marks_everything_and_an_archived_channel_rests(
    blog: Channel, meetup: Channel
) -> None:
    for channel in (blog, meetup):
        spend(channel, THIS_WEEK)
    compute(blog, meetup)
    Estimate.objects.update(model_version="older")
    Channel.objects.filter(pk=meetup.pk).update(archived_at=NOW)
    assert mark_unreached(now=NOW) == 1
    compute(blog)
    assert Estimate.objects.get(channel=blog).model_version == MODEL_VERSION


def test_it_asks_as_often_for_three_teams_as_for_one(
    team: Team, blog: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(4):  # two, and the savepoint around them
        mark_unreached(now=NOW)
    for number in range(2):
        Team.objects.create(name="Other", slug=f"other-{number}")
    with django_assert_num_queries(4):
        mark_unreached(now=NOW)


def test_a_lacking_estimate_of_a_metric_marks_its_channel(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    for channel in (blog, meetup):
        spend(channel, THIS_WEEK - WEEK)
    compute(blog, meetup)
    goal_of(comments, blog)  # past the verb that would mark it
    assert mark_unreached(now=NOW) == 1
    assert StaleWeek.objects.get().channel == blog
    compute(blog)
    assert mark_unreached(now=NOW) == 0
    goal_of(comments, None)
    assert mark_unreached(now=NOW) == 1
    assert StaleWeek.objects.get().channel == meetup
    compute(meetup)
    MetricEstimate.objects.filter(channel=blog).update(model_version="older")
    assert mark_unreached(now=NOW) == 1
    assert StaleWeek.objects.get().channel == blog
