from __future__ import annotations

from datetime import date, timedelta

import pytest

from engagement.history import GOAL_MEMORY
from engagement.models import Estimate, MetricEstimate, WeeklyTrend
from engagement.outlook import forecast_of
from engagement.unreached import mark_unreached
from tests.engagement.computing import compute, goal_of
from tests.engagement.records import NOW, THIS_WEEK, live_through, plan, receive, spend
from tracker.calendar import WEEK
from tracker.models import Channel, Metric, Team, TimeEntry


@pytest.mark.parametrize(
    ("due_on", "count"),
    [(THIS_WEEK - GOAL_MEMORY, 1), (THIS_WEEK - GOAL_MEMORY - timedelta(days=1), 0)],
)
def test_a_goal_of_long_ago_asks_nothing_any_more(
    blog: Channel, comments: Metric, due_on: date, count: int
) -> None:
    spend(blog, THIS_WEEK - WEEK)
    goal_of(comments, blog, due_on=due_on)
    compute(blog)
    assert MetricEstimate.objects.count() == count
    assert mark_unreached(now=NOW) == 0


def test_another_teams_goal_asks_nothing_of_ours(
    other_team: Team, blog: Channel, comments: Metric
) -> None:
    spend(blog, THIS_WEEK - WEEK)
    theirs = Metric.objects.create(team=other_team, name="Comments", worth=1, depth="reach")
    goal_of(theirs, None)
    compute(blog)
    assert not MetricEstimate.objects.exists()
    assert mark_unreached(now=NOW) == 0


def test_the_forecast_follows_the_plan_and_begins_with_the_running_week(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=104, effect=20.0)
    plan(blog, THIS_WEEK - 10 * WEEK, 60)
    compute(blog)
    held = forecast_of(Estimate.objects.get())
    assert [week.week for week in held] == [THIS_WEEK + n * WEEK for n in range(26)]
    assert {week.hours for week in held} == {1}
    plan(blog, THIS_WEEK + 5 * WEEK, 480)
    compute(blog)
    raised = forecast_of(Estimate.objects.get())
    assert [week.hours for week in raised] == 5 * [1] + 21 * [8]
    assert raised[:5] == held[:5]
    assert raised[20].counted.mean > 2 * held[20].counted.mean


def test_without_a_plan_hours_go_on_as_lately_and_a_plan_of_nothing_ends_them(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=30)
    for weeks_ago, hours in ((4, 1), (3, 2), (2, 3), (1, 6)):
        TimeEntry.objects.filter(channel=blog, day__gte=THIS_WEEK - weeks_ago * WEEK).delete()
        spend(blog, THIS_WEEK - weeks_ago * WEEK, 60 * hours)
    compute(blog)
    assert {week.hours for week in forecast_of(Estimate.objects.get())} == {3}
    plan(blog, THIS_WEEK + 2 * WEEK, 0)
    compute(blog)
    assert [week.hours for week in forecast_of(Estimate.objects.get())] == 2 * [3] + 24 * [0]


def test_in_person_more_is_expected_to_come_of_the_hours(blog: Channel, comments: Metric) -> None:
    """Where hours are all but the same each week, the expectation is all there is to go by."""
    for weeks_ago in range(1, 31):
        spend(blog, THIS_WEEK - weeks_ago * WEEK, 120)
        receive(blog, comments, THIS_WEEK - weeks_ago * WEEK, 20 + weeks_ago % 5)
    compute(blog)
    online = Estimate.objects.get().attributed
    blog.medium = Channel.Medium.IN_PERSON
    blog.save()
    compute(blog)
    assert Estimate.objects.get().attributed > 1.5 * online


def test_counts_of_years_ago_do_not_move_the_estimate_of_today(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=40)
    compute(blog)
    before = Estimate.objects.values("attributed", "weeks", "verdict").get()

    long_ago = THIS_WEEK - 300 * WEEK
    receive(blog, comments, long_ago, 900)
    compute(blog)
    assert Estimate.objects.values("attributed", "weeks", "verdict").get() == before
    oldest = WeeklyTrend.objects.earliest("week")
    assert (oldest.week, oldest.responses) == (long_ago, {str(comments.pk): 900})
    assert oldest.attributed is None


def test_half_a_year_without_a_sign_of_life_is_still_one_history(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=40)
    receive(blog, comments, THIS_WEEK - 67 * WEEK, 9)
    compute(blog)
    assert Estimate.objects.get().weeks == 67
    receive(blog, comments, THIS_WEEK - 95 * WEEK, 9)
    compute(blog)
    assert Estimate.objects.get().weeks == 67
