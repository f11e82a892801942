from __future__ import annotations

from datetime import date

from tracker.calendar import WEEK
from tracker.goals import delete_goal, save_goal
from tracker.models import Channel, Goal, Metric, StaleWeek, Team

MONDAY = date(2026, 1, 5)
TODAY = date(2026, 1, 8)


def marked() -> list[int]:
    """The channels with a mark at the week of today; the marks are gone then."""
    marks = StaleWeek.objects.order_by("channel_id").values_list("channel_id", "week")
    assert {week for _, week in marks} <= {MONDAY}
    channel_ids = [channel_id for channel_id, _ in marks]
    StaleWeek.objects.all().delete()
    return channel_ids


def a_goal(metric: Metric, channel: Channel | None) -> Goal:
    return Goal(
        team=metric.team,
        metric=metric,
        channel=channel,
        target=40,
        starts_on=TODAY,
        due_on=TODAY + WEEK,
    )


def test_a_new_goal_marks_what_it_covers(
    team: Team, other_team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    Channel.objects.create(team=other_team, name="Theirs", kind="blog", medium="online")
    goal = save_goal(goal=a_goal(comments, blog), today=TODAY)
    assert Goal.objects.get() == goal
    assert marked() == [blog.pk]
    save_goal(goal=a_goal(comments, None), today=TODAY)
    assert marked() == [blog.pk, meetup.pk]


def test_a_goal_that_moves_marks_where_it_was_and_where_it_is(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    goal = save_goal(goal=a_goal(comments, blog), today=TODAY)
    marked()
    goal.channel = meetup
    save_goal(goal=goal, today=TODAY)
    assert marked() == [blog.pk, meetup.pk]
    goal.target = 50
    save_goal(goal=goal, today=TODAY)
    assert marked() == [meetup.pk]
    goal.channel = None
    save_goal(goal=goal, today=TODAY)
    assert set(marked()) == {blog.pk, meetup.pk}


def test_a_goal_that_goes_marks_what_it_covered(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    goal = save_goal(goal=a_goal(comments, blog), today=TODAY)
    marked()
    delete_goal(goal=goal, today=TODAY)
    assert not Goal.objects.exists()
    assert marked() == [blog.pk]
