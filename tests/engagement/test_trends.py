from __future__ import annotations

import re
import threading
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries

from engagement.models import Estimate, Response, WeeklyTrend
from engagement.returns.estimate import MODEL_VERSION
from tests.engagement.computing import channel_named, compute, compute_together, goal_of
from tests.engagement.records import (
    COMPUTED,
    NOW,
    THIS_WEEK,
    live_through,
    mark,
    plan,
    receive,
    spend,
    stored,
)
from tracker.calendar import WEEK
from tracker.models import Channel, Event, Metric, StaleWeek, Team, TimeEntry


def test_a_week_keeps_what_was_planned_spent_and_given_back(
    blog: Channel, comments: Metric
) -> None:
    plan(blog, THIS_WEEK - WEEK, 120, posts=2)
    spend(blog, THIS_WEEK - WEEK, 90, posts=1)
    receive(blog, comments, THIS_WEEK - WEEK, 7)
    receive(blog, comments, THIS_WEEK - timedelta(days=1), 5)
    compute(blog)
    row = WeeklyTrend.objects.get(week=THIS_WEEK - WEEK)
    assert (row.team, row.channel) == (blog.team, blog)
    assert (row.planned_minutes, row.logged_minutes, row.adherence) == (120, 90, 0.75)
    assert (row.planned_posts, row.posts) == (2, 1)
    assert (row.responses, row.worth) == ({str(comments.pk): 12}, Decimal(36))
    # One week says nothing: the hours caused something between nil and all of it.
    assert row.baseline is not None
    assert row.trend_4_low == 0.0
    assert row.return_per_hour == pytest.approx(row.trend_4)
    assert row.trend_4 == pytest.approx(row.trend_13)
    estimate = Estimate.objects.get()
    assert (estimate.first_week, estimate.last_week, estimate.weeks) == (row.week, row.week, 1)
    assert (estimate.hours, estimate.model_version) == (1.5, MODEL_VERSION)
    assert estimate.verdict == Estimate.Verdict.TOO_EARLY
    assert estimate.too_early_until == THIS_WEEK + 11 * WEEK
    assert estimate.computed_at == NOW


def test_the_running_week_is_kept_but_not_estimated_from(blog: Channel, comments: Metric) -> None:
    live_through(blog, comments, weeks=30)
    compute(blog)
    before = Estimate.objects.values("hours", "attributed", "weeks").get()
    spend(blog, THIS_WEEK, 600)
    receive(blog, comments, THIS_WEEK, 10_000)
    compute(blog)
    assert Estimate.objects.values("hours", "attributed", "weeks").get() == before
    row = WeeklyTrend.objects.get(week=THIS_WEEK)
    assert (row.logged_minutes, row.worth) == (600, Decimal(30_000))
    assert (row.baseline, row.attributed, row.trend_4) == (None, None, None)


def test_a_channel_that_begins_this_week_is_too_early(blog: Channel) -> None:
    spend(blog, THIS_WEEK)
    compute(blog)
    estimate = Estimate.objects.get()
    assert (estimate.weeks, estimate.first_week, estimate.last_week) == (0, THIS_WEEK, THIS_WEEK)
    assert (estimate.verdict, estimate.too_early_until) == ("too_early", None)
    assert estimate.return_per_hour is None


def test_the_week_is_the_one_that_runs_where_the_team_works(blog: Channel) -> None:
    spend(blog, THIS_WEEK - WEEK)
    Team.objects.filter(pk=blog.team_id).update(time_zone="America/Los_Angeles")
    compute(blog, now=datetime(2026, 3, 2, 7, tzinfo=UTC))  # still Sunday there
    assert WeeklyTrend.objects.get().week == THIS_WEEK - WEEK
    compute(blog, now=datetime(2026, 3, 2, 9, tzinfo=UTC))
    assert WeeklyTrend.objects.count() == 2


def test_computing_twice_writes_nothing_but_the_time(blog: Channel, comments: Metric) -> None:
    live_through(blog, comments, weeks=40)
    compute(blog)
    before, keys = stored(), list(WeeklyTrend.objects.values_list("pk", flat=True))
    with CaptureQueriesContext(connection) as queries:
        compute(blog, now=NOW + timedelta(hours=1))
    assert stored() == before
    assert list(WeeklyTrend.objects.values_list("pk", flat=True)) == keys
    writes = [q["sql"] for q in queries if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    # The second takes away the forecasts of goals that are no more, of which there are none.
    assert [re.findall(r"engagement_\w+", sql)[0] for sql in writes] == [
        "engagement_estimate",
        "engagement_goalforecast",
    ]
    assert Estimate.objects.get().computed_at == NOW + timedelta(hours=1)


def test_only_marks_that_were_read_are_cleared(blog: Channel, meetup: Channel) -> None:
    spend(blog, THIS_WEEK)
    mark(blog, blog, meetup)
    compute(blog)
    assert list(StaleWeek.objects.values_list("channel", flat=True)) == [meetup.pk]


def test_more_marks_than_one_statement_takes_are_cleared(blog: Channel) -> None:
    StaleWeek.objects.bulk_create(
        [StaleWeek(team=blog.team, channel=blog, week=THIS_WEEK) for _ in range(2000)]
    )
    compute(blog)
    assert not StaleWeek.objects.exists()


def test_weeks_that_were_taken_back_go(blog: Channel, comments: Metric) -> None:
    spend(blog, THIS_WEEK - 2 * WEEK)
    compute(blog)
    before = stored()
    spend(blog, THIS_WEEK - 9 * WEEK)
    compute(blog)
    assert WeeklyTrend.objects.count() == 10
    TimeEntry.objects.filter(day=THIS_WEEK - 9 * WEEK).delete()
    compute(blog)
    assert stored() == before
    TimeEntry.objects.all().delete()
    compute(blog)
    assert not any(stored().values())


def test_a_week_without_anything_between_two_stays_as_zeros(
    blog: Channel, comments: Metric
) -> None:
    receive(blog, comments, THIS_WEEK - 2 * WEEK, 4)
    receive(blog, comments, THIS_WEEK - WEEK, 4)
    compute(blog)
    Response.objects.filter(day=THIS_WEEK - WEEK).delete()
    compute(blog)
    rows = WeeklyTrend.objects.values_list("worth", "responses", "return_per_hour")
    assert list(rows) == [(12, {str(comments.pk): 4}, None), (0, {}, None), (0, {}, None)]


def test_worth_beyond_what_can_be_kept_is_named(blog: Channel, comments: Metric) -> None:
    Metric.objects.filter(pk=comments.pk).update(worth=999_999)
    receive(blog, comments, THIS_WEEK, 2_000_000_000)
    with pytest.raises(OverflowError, match="week of 2026-03-02 are worth 1999998000000000"):
        compute(blog)


@pytest.mark.django_db(transaction=True)
def test_a_change_while_it_computes_keeps_its_mark(blog: Channel, comments: Metric) -> None:
    spend(blog, THIS_WEEK)
    mark(blog)

    def somebody_writes() -> None:
        with transaction.atomic():
            receive(blog, comments, THIS_WEEK, 5)
            mark(blog)
        connection.close()

    writer = threading.Thread(target=somebody_writes)

    def once_the_marks_are_read(execute: Any, sql: str, *rest: Any) -> Any:
        result = execute(sql, *rest)
        if sql.startswith("SELECT") and "tracker_staleweek" in sql:
            writer.start()
            if connection.vendor == "postgresql":
                writer.join()  # on SQLite the writer waits for us instead
        return result

    with connection.execute_wrapper(once_the_marks_are_read):
        compute(blog)
    writer.join()
    assert StaleWeek.objects.count() == 1
    compute(blog)
    assert WeeklyTrend.objects.get().worth == 15
    assert not StaleWeek.objects.exists()


def test_channels_are_stored_the_same_however_they_are_put_together(
    team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    # Without a cost of an hour each channel's verdict rests on all the others.
    Team.objects.filter(pk=team.pk).update(hour_cost=None)
    letters = channel_named(team, "Letters")
    for channel, effect in ((blog, 30.0), (meetup, 20.0), (letters, 1.5)):
        live_through(channel, comments, weeks=60, effect=effect, growing_at_last=True)
    likes = Metric.objects.create(team=team, name="Likes", worth="0.1", depth="reaction")
    for number, channel in enumerate((blog, meetup, letters)):
        receive(channel, likes, THIS_WEEK - (3 + number) * WEEK, 40 * number + 7)
        plan(channel, THIS_WEEK - number * WEEK, 90 * number)
    receive(letters, likes, THIS_WEEK - 70 * WEEK, 9)  # so it is the longer one
    idle = channel_named(team, "Idle")  # counted, never worked on
    receive(idle, likes, THIS_WEEK - 20 * WEEK, 3)
    nothing = channel_named(team, "Nothing")
    Event.objects.create(team=team, kind="launch", name="2.0", day=THIS_WEEK + 5 * WEEK)
    Event.objects.create(team=team, channel=meetup, kind="other", name="Snow", day=THIS_WEEK - WEEK)
    goal_of(likes, None)
    goal_of(comments, blog)
    everything = [nothing, letters, blog, idle, meetup]

    compute(*everything)
    one_by_one = stored()
    assert len(one_by_one["Estimate"]) == 4
    assert {row["verdict"] for row in one_by_one["Estimate"]} >= {"pays_back", "time_suck"}
    assert len(one_by_one["MetricEstimate"]) == 5
    assert len(one_by_one["GoalForecast"]) == 2
    assert any(row["in_hindsight"] for row in one_by_one["WeekForecast"])
    assert {row["patience"]["from_prior"] for row in one_by_one["Estimate"]} == {True, False}
    assert len({row["weeks"] for row in one_by_one["Estimate"]}) == 3
    for batches in ([everything], [[blog, idle], [meetup, nothing, letters]]):
        for model in COMPUTED:
            model._default_manager.all().delete()
        for batch in batches:
            compute_together(*batch)
        assert stored() == one_by_one


@pytest.mark.parametrize(("cost", "queries"), [(60, 23), (None, 24)])
def test_it_asks_as_often_for_five_channels_of_a_year_as_for_one_of_a_week(
    team: Team,
    blog: Channel,
    comments: Metric,
    cost: int | None,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    Team.objects.update(hour_cost=cost)
    goal_of(comments, blog)
    others = [channel_named(team, f"Channel {number}") for number in range(4)]
    for weeks, channels in ((1, [blog]), (40, [blog, *others])):
        for channel in channels:
            live_through(channel, comments, weeks=weeks)
        compute_together(*channels)  # many weeks for the first time are several INSERTs
        for channel in channels:
            receive(channel, comments, THIS_WEEK, 1)
        mark(*channels)
        # Two of them are the savepoint around it, one fetches the team.
        with django_assert_num_queries(queries):
            compute_together(*channels)


def test_patience_knows_the_hours_of_the_plan(blog: Channel, meetup: Channel) -> None:
    plan(blog, THIS_WEEK - WEEK, 100)
    spend(meetup, THIS_WEEK - WEEK, 60)
    compute(blog, meetup)
    planned, spent = (Estimate.objects.get(channel=each).patience for each in (blog, meetup))
    assert (planned["from_prior"], spent["from_prior"]) == (True, False)
    assert [row["hours"] for row in planned["rows"]] == [1.66667, 2, 4, 8, 16, 32]
