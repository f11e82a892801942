from __future__ import annotations

from pytest_django import DjangoAssertNumQueries

from engagement.lately import NOTHING_LATELY, WEEKS, read_lately
from engagement.models import WeeklyTrend
from tests.engagement.records import THIS_WEEK
from tests.engagement.stored import store_weeks, week_row
from tracker.calendar import WEEK
from tracker.models import Channel, Team


def test_the_weeks_before_the_running_one_stand_in_their_places(
    blog: Channel, meetup: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for weeks, minutes in ((0, 600), (1, 90), (3, 30), (WEEKS, 15), (WEEKS + 1, 600)):
        WeeklyTrend.objects.bulk_create(
            [week_row(blog.pk, THIS_WEEK - weeks * WEEK, team=blog.team, logged_minutes=minutes)]
        )
    store_weeks(meetup, THIS_WEEK, 2)
    with django_assert_num_queries(1):
        lately = read_lately(team=blog.team, current_week=THIS_WEEK)
    assert lately[blog.pk].hours.tolist() == [0.25, *[0] * (WEEKS - 4), 0.5, 0, 1.5]
    assert lately[meetup.pk].hours.tolist() == [*[0] * (WEEKS - 1), 1]


def test_counts_are_of_the_last_quarter(blog: Channel) -> None:
    WeeklyTrend.objects.bulk_create(
        [
            week_row(
                blog.pk,
                THIS_WEEK - weeks * WEEK,
                team=blog.team,
                responses={"7": weeks} if weeks != 2 else {"8": 50},
            )
            for weeks in range(1, 20)
        ]
    )
    lately = read_lately(team=blog.team, current_week=THIS_WEEK)[blog.pk]
    assert lately.counts(7).tolist() == [13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 0, 1]
    assert NOTHING_LATELY.counts(7).tolist() == []


def test_other_teams_are_left_out(blog: Channel, other_team: Team) -> None:
    store_weeks(blog, THIS_WEEK - WEEK, 3)
    assert read_lately(team=other_team, current_week=THIS_WEEK) == {}
