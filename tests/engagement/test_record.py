from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pytest
from django.db import transaction
from pytest_django import DjangoAssertNumQueries

from engagement.history import history_of
from engagement.ledger import read_ledgers
from engagement.models import Response, WeekForecast
from engagement.record import Scores, keep_forecasts, read_record, scores_of
from engagement.returns.estimate import MODEL_VERSION, estimate, estimate_many
from engagement.returns.scoring import Comparison, same_as_last_weeks, same_as_last_year
from tests.engagement.records import NOW, THIS_WEEK, live_through, plan, receive, spend
from tests.engagement.stored import store_forecast
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Event, Metric, Team, TimeEntry

LAST_WEEK = THIS_WEEK - WEEK
NEXT = NOW + WEEK


def keep(*channels: Channel, now: datetime = NOW) -> None:
    """What the worker does."""
    team = Team.objects.get(pk=channels[0].team_id)
    ledgers = read_ledgers(
        team=team,
        channel_ids=[channel.pk for channel in channels],
        current_week=monday_of(team.day_at(now)),
    )
    shown = [ledger for ledger in ledgers.values() if ledger.weeks]
    histories = [history_of(ledger, team, Channel.Medium.ONLINE) for ledger in shown]
    answers = estimate_many(histories)
    kept = list(zip(shown, histories, answers, strict=True))
    with transaction.atomic():
        keep_forecasts(
            team=team, channel_ids=[channel.pk for channel in channels], kept=kept, now=now
        )


def row_of(channel: Channel, week: date) -> WeekForecast:
    return WeekForecast.objects.get(channel=channel, week=week)


def said(row: WeekForecast) -> dict[str, Any]:
    """All that must not change."""
    fields = [field.attname for field in row._meta.fields if field.name != "counted"]
    return {name: getattr(row, name) for name in fields}


# --- what is kept in time -----------------------------------------------------------------


def test_the_running_week_is_forecast_from_the_weeks_before_it_and_the_plan(
    team: Team, blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=70)
    plan(blog, THIS_WEEK - 3 * WEEK, 150)
    keep(blog)
    # What the running week has brought so far says nothing of how it will end.
    spend(blog, THIS_WEEK, 1200)
    receive(blog, comments, THIS_WEEK, 999)
    row = row_of(blog, THIS_WEEK)
    before = said(row)
    keep(blog)
    assert said(row_of(blog, THIS_WEEK)) == before

    ledger = read_ledgers(team=team, channel_ids=[blog.pk], current_week=THIS_WEEK)[blog.pk]
    history = history_of(ledger, team, Channel.Medium.ONLINE)
    ahead = estimate(history).ahead
    assert (row.hours, row.team, row.counted) == (2.5, team, None)
    assert (row.mean, row.low, row.high) == (ahead.mean[0], ahead.q05[0], ahead.q95[0])
    last_weeks, last_year = same_as_last_weeks(history.worth), same_as_last_year(history.worth)
    assert last_weeks is not None
    assert last_year is not None
    assert (row.last_weeks_low, row.last_weeks_high) == (last_weeks.low, last_weeks.high)
    assert (row.last_year_low, row.last_year_high) == (last_year.low, last_year.high)
    assert (row.in_hindsight, row.model_version, row.made_at) == (False, MODEL_VERSION, NOW)
    assert row.worths == {str(comments.pk): "3.0000"}


def test_it_is_made_anew_while_its_week_runs_and_never_after(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=20)
    keep(blog)
    first = said(row_of(blog, THIS_WEEK))
    receive(blog, comments, LAST_WEEK, 90)
    keep(blog, now=NOW + timedelta(days=1))
    second = row_of(blog, THIS_WEEK)
    assert second.mean > first["mean"]
    assert second.made_at == NOW + timedelta(days=1)

    receive(blog, comments, THIS_WEEK, 40)
    receive(blog, comments, LAST_WEEK, 900)
    keep(blog, now=NEXT)
    over = row_of(blog, THIS_WEEK)
    assert said(over) == said(second)
    assert over.counted == 120.0
    assert row_of(blog, THIS_WEEK + WEEK).counted is None


def test_late_responses_change_what_was_counted_and_so_does_taking_them_back(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=13, until=THIS_WEEK + WEEK)
    keep(blog)
    keep(blog, now=NEXT)
    before = row_of(blog, THIS_WEEK)
    assert before.counted is not None
    receive(blog, comments, THIS_WEEK, 7)
    keep(blog, now=NEXT)
    after = row_of(blog, THIS_WEEK)
    assert (said(after), after.counted) == (said(before), before.counted + 21.0)
    # Nothing is known of the week any more, and its forecast is fixed all the same.
    Response.objects.filter(day__gte=THIS_WEEK).delete()
    keep(blog, now=NEXT)
    assert row_of(blog, THIS_WEEK).counted is None
    receive(blog, comments, LAST_WEEK, 5000)
    keep(blog, now=NEXT)
    assert said(row_of(blog, THIS_WEEK)) == said(before)


def test_a_week_is_not_counted_before_anything_of_it_or_after_it_is(
    blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=13)
    keep(blog)
    keep(blog, now=NEXT)
    assert row_of(blog, THIS_WEEK).counted is None
    # The counts of the next week are there: so this one had none.
    receive(blog, comments, THIS_WEEK + WEEK, 1)
    keep(blog, now=NEXT)
    assert row_of(blog, THIS_WEEK).counted == 0.0
    assert row_of(blog, THIS_WEEK + WEEK).counted is None


def test_what_a_metric_is_worth_later_makes_no_miss(
    team: Team, blog: Channel, comments: Metric
) -> None:
    idle = Metric.objects.create(team=team, name="Views", worth=0, depth="reach")
    live_through(blog, comments, weeks=14)
    keep(blog)
    receive(blog, comments, THIS_WEEK, 10)
    receive(blog, idle, THIS_WEEK, 1000)
    Metric.objects.update(worth=50)
    leads = Metric.objects.create(team=team, name="Leads", worth=100, depth="outcome")
    receive(blog, leads, THIS_WEEK, 2)
    keep(blog, now=NEXT)
    assert row_of(blog, THIS_WEEK).counted == 30.0
    assert row_of(blog, THIS_WEEK + WEEK).worths == {
        str(comments.pk): "50.0000",
        str(idle.pk): "50.0000",
        str(leads.pk): "100.0000",
    }


def test_without_hours_there_is_nothing_to_forecast_from(blog: Channel, comments: Metric) -> None:
    for week in range(20):
        receive(blog, comments, THIS_WEEK - (week + 1) * WEEK, 10)
    keep(blog)
    assert not WeekForecast.objects.exists()
    spend(blog, LAST_WEEK, 60)
    keep(blog)
    assert [row.week for row in WeekForecast.objects.all()] == [THIS_WEEK]
    TimeEntry.objects.all().delete()
    keep(blog)
    assert not WeekForecast.objects.exists()


def test_a_channel_of_which_nothing_is_left_loses_its_forecasts_and_no_other_does(
    blog: Channel, meetup: Channel, comments: Metric
) -> None:
    for channel in (blog, meetup):
        live_through(channel, comments, weeks=14)
    keep(blog, meetup)
    Response.objects.filter(channel=blog).delete()
    TimeEntry.objects.filter(channel=blog).delete()
    keep(meetup)
    assert WeekForecast.objects.filter(channel=blog).count() == 3
    keep(blog, meetup)
    assert {row.channel_id for row in WeekForecast.objects.all()} == {meetup.pk}


def test_a_move_to_another_time_zone_alters_no_week_that_was_over(
    team: Team, blog: Channel, comments: Metric
) -> None:
    team.time_zone = "Pacific/Auckland"
    team.save()
    live_through(blog, comments, weeks=13)
    sunday = NOW + timedelta(days=4)  # in UTC; it is Monday in Auckland
    keep(blog)
    receive(blog, comments, THIS_WEEK, 10)
    keep(blog, now=sunday)
    was = row_of(blog, THIS_WEEK)
    assert (was.counted, row_of(blog, THIS_WEEK + WEEK).counted) == (30.0, None)
    team.time_zone = "UTC"
    team.save()
    receive(blog, comments, LAST_WEEK, 500)
    keep(blog, now=sunday)
    again = row_of(blog, THIS_WEEK)
    assert (said(again), again.counted) == (said(was), None)


# --- what is made in hindsight ------------------------------------------------------------


def test_weeks_that_nobody_forecast_are_forecast_from_what_came_before_them(
    team: Team, blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=40)
    plan(blog, THIS_WEEK - 20 * WEEK, 90)
    plan(blog, THIS_WEEK - 10 * WEEK, 150)
    keep(blog)
    rows = list(WeekForecast.objects.all())
    assert [row.week for row in rows] == [THIS_WEEK - n * WEEK for n in range(26, -1, -1)]
    assert [row.in_hindsight for row in rows] == [True] * 26 + [False]
    # Before the first plan they are expected to go on as in the four weeks before.
    weeks = read_ledgers(team=team, channel_ids=[blog.pk], current_week=THIS_WEEK)[blog.pk].weeks
    lately = [
        pytest.approx(sum(week.logged_minutes for week in weeks[at - 4 : at]) / 60 / 4)
        for at in range(40 - 26, 40 - 20)
    ]
    assert [row.hours for row in rows] == lately + [1.5] * 10 + [2.5] * 11
    counts = {response.day: response.count for response in Response.objects.all()}
    assert [row.counted for row in rows[:-1]] == [
        3.0 * counts[row.week + timedelta(days=6)] for row in rows[:-1]
    ]

    # Each as if it were made alone, on the day when its week began.
    row = rows[8]
    ledger = read_ledgers(team=team, channel_ids=[blog.pk], current_week=row.week)[blog.pk]
    history = history_of(ledger, team, Channel.Medium.ONLINE)
    assert len(history.hours) == 40 - 26 + 8
    ahead = estimate(history).ahead
    assert (row.mean, row.low, row.high) == (
        pytest.approx(ahead.mean[0]),
        pytest.approx(ahead.q05[0]),
        pytest.approx(ahead.q95[0]),
    )
    last_weeks = same_as_last_weeks(history.worth)
    assert last_weeks is not None
    assert (row.last_weeks_low, row.last_weeks_high) == (last_weeks.low, last_weeks.high)
    assert row.last_year_low is None


def test_hindsight_needs_twelve_weeks_before_it(blog: Channel, comments: Metric) -> None:
    live_through(blog, comments, weeks=12)
    keep(blog)
    assert [row.week for row in WeekForecast.objects.all()] == [THIS_WEEK]
    keep(blog, now=NEXT + WEEK)
    assert [(row.week, row.in_hindsight) for row in WeekForecast.objects.all()] == [
        (THIS_WEEK, False),
        (THIS_WEEK + WEEK, True),
        (THIS_WEEK + 2 * WEEK, False),
    ]


def test_an_event_of_the_week_itself_was_not_known_ahead(
    team: Team, blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=14)
    keep(blog)
    without = said(row_of(blog, LAST_WEEK))
    WeekForecast.objects.all().delete()
    Event.objects.create(team=team, kind="launch", name="2.0", day=LAST_WEEK)
    keep(blog)
    again = said(row_of(blog, LAST_WEEK))
    assert {**again, "id": 0} == {**without, "id": 0}


def test_a_newer_model_makes_hindsight_anew_and_leaves_what_was_in_time(
    team: Team, blog: Channel, comments: Metric
) -> None:
    live_through(blog, comments, weeks=14, until=THIS_WEEK + WEEK)
    keep(blog)
    Team.objects.update(past_open=True)
    WeekForecast.objects.update(model_version="older", low=-1, high=-1)
    Team.objects.update(past_open=False)
    keep(blog, now=NEXT)
    assert [
        (row.week, row.in_hindsight, row.model_version, row.high > 0)
        for row in WeekForecast.objects.all()
    ] == [
        (LAST_WEEK, True, MODEL_VERSION, True),
        (THIS_WEEK, False, "older", False),
        (THIS_WEEK + WEEK, False, MODEL_VERSION, True),
    ]


# --- what it costs ------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3])
def test_where_nothing_has_changed_two_queries_are_all(
    team: Team,
    comments: Metric,
    channels: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(channels):
        channel = Channel.objects.create(
            team=team, name=f"Blog {number}", kind="blog", medium="online"
        )
        live_through(channel, comments, weeks=16)
    shown = list(Channel.objects.of_team(team))
    keep(*shown)
    before = list(WeekForecast.objects.order_by("pk").values())
    ids = [channel.pk for channel in shown]
    ledgers = read_ledgers(team=team, channel_ids=ids, current_week=THIS_WEEK)
    histories = [history_of(ledger, team, Channel.Medium.ONLINE) for ledger in ledgers.values()]
    kept = list(zip(ledgers.values(), histories, estimate_many(histories), strict=True))
    with django_assert_num_queries(2):
        keep_forecasts(team=team, channel_ids=ids, kept=kept, now=NEXT)
    assert list(WeekForecast.objects.order_by("pk").values()) == before
    # Running weeks that are made anew are one query more, weeks that are counted another.
    Metric.objects.update(worth=4)
    WeekForecast.objects.filter(week=LAST_WEEK).update(counted=0)
    with django_assert_num_queries(4):
        keep_forecasts(team=team, channel_ids=ids, kept=kept, now=NEXT)
    changed = WeekForecast.objects.filter(made_at=NEXT)
    assert [(row.week, row.worths) for row in changed] == channels * [
        (THIS_WEEK, {str(comments.pk): "4.0000"})
    ]
    assert not WeekForecast.objects.filter(week=LAST_WEEK, counted=0).exists()


# --- what the record says -----------------------------------------------------------------


def test_a_week_is_scored_once_it_is_counted(blog: Channel) -> None:
    assert scores_of(store_forecast(blog, THIS_WEEK)) is None
    hit = store_forecast(blog, LAST_WEEK, counted=30, last_weeks_low=31, last_weeks_high=33)
    assert scores_of(hit) == Scores(True, 20.0, 2.0 + 20.0, None)
    miss = store_forecast(
        blog, LAST_WEEK - WEEK, counted=9.5, last_year_low=0, last_year_high=100, low=10, high=20
    )
    assert scores_of(miss) == Scores(False, 20.0, None, 100.0)


def test_the_record_tells_each_channel_and_all_together_in_one_query(
    team: Team,
    blog: Channel,
    meetup: Channel,
    other_team: Team,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    theirs = Channel.objects.create(team=other_team, name="Theirs", kind="blog", medium="online")
    store_forecast(theirs, LAST_WEEK, counted=1000)
    store_forecast(blog, THIS_WEEK)
    store_forecast(blog, LAST_WEEK, counted=25, last_weeks_low=0, last_weeks_high=40)
    store_forecast(blog, THIS_WEEK - 2 * WEEK, counted=31, in_hindsight=True)
    store_forecast(blog, THIS_WEEK - 52 * WEEK, counted=25)
    store_forecast(blog, THIS_WEEK - 53 * WEEK, counted=25)
    store_forecast(meetup, LAST_WEEK, counted=5, last_weeks_low=0, last_weeks_high=40)
    store_forecast(meetup, THIS_WEEK - 3 * WEEK)
    with django_assert_num_queries(1):
        told = read_record(team=team, running=THIS_WEEK)
    of_blog, of_meetup = told.channels
    assert (of_blog.channel_id, of_meetup.channel_id) == (blog.pk, meetup.pk)
    assert [(r.week, r.channel_id) for r in told.together.rows] == [
        (THIS_WEEK - 52 * WEEK, blog.pk),
        (THIS_WEEK - 2 * WEEK, blog.pk),
        (LAST_WEEK, blog.pk),
        (LAST_WEEK, meetup.pk),
    ]
    assert (of_blog.record.weeks, of_blog.record.hits, of_blog.in_hindsight) == (3, 2, 1)
    assert of_blog.record.score == (20 + 20 + 40) / 3
    assert of_blog.record.last_weeks == Comparison(1, 20.0, 1, 40.0)
    assert (of_meetup.record.weeks, of_meetup.record.hits, of_meetup.in_hindsight) == (1, 0, 0)
    assert of_meetup.record.last_weeks.ratio == 120 / 40
    together = told.together.record
    assert (together.weeks, together.hits, told.together.in_hindsight) == (4, 2, 1)
    assert together.last_weeks == Comparison(2, (20 + 120) / 2, 2, 40.0)
    assert together.last_year == Comparison(0, None, 0, None)

    assert read_record(team=team, running=THIS_WEEK, weeks=None).together.record.weeks == 5
    assert read_record(team=team, running=THIS_WEEK, weeks=1).together.record.weeks == 2
    alone = read_record(team=team, running=THIS_WEEK, channel=meetup)
    assert alone.channels == (of_meetup,)
    assert alone.together.record == of_meetup.record


def test_a_team_without_forecasts_has_an_empty_record(team: Team) -> None:
    told = read_record(team=team, running=THIS_WEEK)
    assert (told.channels, told.together.rows) == ((), ())
    assert told.together.record.weeks == 0


def test_forecasts_hold_where_weeks_differ_by_chance_alone(blog: Channel, comments: Metric) -> None:
    """Nine weeks of ten should; less than 20 of 26 would be a rare accident."""
    live_through(blog, comments, weeks=60, effect=0.0)
    plan(blog, THIS_WEEK - 30 * WEEK, 60)
    keep(blog)
    record = read_record(team=blog.team, running=THIS_WEEK).together.record
    assert record.weeks == 26
    assert record.hits >= 20
    assert record.last_weeks.ratio is not None
    assert np.isfinite(record.last_weeks.ratio)
