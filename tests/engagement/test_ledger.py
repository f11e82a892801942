from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from engagement.ledger import HORIZON, WEEKS_AHEAD, Ledger, read_ledgers
from engagement.models import Response
from tests.engagement.records import (
    THIS_WEEK,
    a_response,
    an_entry,
    plan,
    receive,
    spend,
)
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Event, Metric, Team, TimeEntry


@pytest.fixture
def likes(team: Team) -> Metric:
    return Metric.objects.create(team=team, name="Likes", worth="0.1", depth="reaction")


def ledger_of(channel: Channel) -> Ledger:
    return read_ledgers(team=channel.team, channel_ids=[channel.pk], current_week=THIS_WEEK)[
        channel.pk
    ]


def test_it_adds_up_as_a_patient_person_would(
    team: Team, blog: Channel, meetup: Channel, comments: Metric, likes: Metric
) -> None:
    dice = random.Random(2)
    first = THIS_WEEK - 60 * WEEK
    days = [first + timedelta(days=n) for n in range(60 * 7 + 7)]
    entries = [
        an_entry(dice.choice([blog, meetup]), dice.choice(days), dice.randrange(1, 1441), n % 3)
        for n in range(900)
    ]
    responses = [
        a_response(
            dice.choice([blog, meetup]),
            dice.choice([comments, likes]),
            dice.choice(days),
            dice.randrange(-5, 10**6),
        )
        for _ in range(900)
    ]
    TimeEntry.objects.bulk_create(entries)
    Response.objects.bulk_create(responses)

    minutes: Counter[tuple[int, date]] = Counter()
    posts: Counter[tuple[int, date]] = Counter()
    counts: Counter[tuple[int, date, int]] = Counter()
    for entry in entries:
        minutes[entry.channel_id, monday_of(entry.day)] += entry.minutes
        posts[entry.channel_id, monday_of(entry.day)] += entry.posts
    for response in responses:
        counts[response.channel_id, monday_of(response.day), response.metric_id] += response.count

    ledgers = read_ledgers(team=team, channel_ids=[blog.pk, meetup.pk], current_week=THIS_WEEK)
    assert sum(len(ledger.weeks) for ledger in ledgers.values()) == 2 * 61
    for channel_id, ledger in ledgers.items():
        for week in ledger.weeks:
            assert week.logged_minutes == minutes[channel_id, week.week]
            assert week.posts == posts[channel_id, week.week]
            known = {
                metric.pk: counts[channel_id, week.week, metric.pk]
                for metric in (comments, likes)
                if (channel_id, week.week, metric.pk) in counts
            }
            assert week.responses == known
            assert week.worth == 3 * known.get(comments.pk, 0) + Decimal("0.1") * known.get(
                likes.pk, 0
            )


def test_worth_is_exact(blog: Channel, likes: Metric) -> None:
    for _ in range(3):
        receive(blog, likes, THIS_WEEK, 1)
    assert [week.worth for week in ledger_of(blog).weeks] == [Decimal("0.3")]


@pytest.mark.parametrize("zone", ["UTC", "America/Los_Angeles", "Pacific/Kiritimati"])
def test_a_day_lies_in_its_own_week_wherever_one_reads_it(
    blog: Channel, comments: Metric, zone: str
) -> None:
    sunday = THIS_WEEK - timedelta(days=1)
    spend(blog, sunday, 10)
    spend(blog, THIS_WEEK, 20)
    receive(blog, comments, sunday, 1)
    receive(blog, comments, THIS_WEEK, 2)
    with timezone.override(zone):
        weeks = ledger_of(blog).weeks
    assert [(w.week, w.logged_minutes, w.responses) for w in weeks] == [
        (THIS_WEEK - WEEK, 10, {comments.pk: 1}),
        (THIS_WEEK, 20, {comments.pk: 2}),
    ]


def test_weeks_run_without_a_gap_from_the_first_of_plan_hours_and_responses(
    blog: Channel, comments: Metric
) -> None:
    spend(blog, THIS_WEEK - 2 * WEEK, 30)
    assert [week.week for week in ledger_of(blog).weeks] == [
        THIS_WEEK - 2 * WEEK,
        THIS_WEEK - WEEK,
        THIS_WEEK,
    ]
    receive(blog, comments, THIS_WEEK - 4 * WEEK, 1)
    assert len(ledger_of(blog).weeks) == 5
    plan(blog, THIS_WEEK - 6 * WEEK, 90, posts=2)
    weeks = ledger_of(blog).weeks
    assert [(week.planned_minutes, week.planned_posts) for week in weeks] == [(90, 2)] * 7


def test_what_lies_ahead_stands_in_no_week(blog: Channel, comments: Metric) -> None:
    spend(blog, THIS_WEEK + WEEK)
    receive(blog, comments, THIS_WEEK + WEEK, 1)
    plan(blog, THIS_WEEK + WEEK, 60)
    assert ledger_of(blog).weeks == ()


def test_a_year_typed_wrongly_does_not_make_thousands_of_weeks(
    blog: Channel, comments: Metric
) -> None:
    spend(blog, date(1926, 3, 2))
    receive(blog, comments, date(1, 1, 1), 1)
    assert ledger_of(blog).weeks == ()
    spend(blog, THIS_WEEK - HORIZON)
    assert len(ledger_of(blog).weeks) == 1041


def test_the_delay_is_that_of_the_plan_in_force(blog: Channel) -> None:
    assert ledger_of(blog).expected_delay_weeks == 0
    plan(blog, THIS_WEEK - 6 * WEEK, 90, delay=10)
    plan(blog, THIS_WEEK + WEEK, 90, delay=2)
    assert ledger_of(blog).expected_delay_weeks == 10


def test_events_touch_one_channel_or_all(team: Team, blog: Channel, meetup: Channel) -> None:
    for channel in (blog, meetup):
        spend(channel, THIS_WEEK - 2 * WEEK)
    Event.objects.create(team=team, kind="launch", name="1.0", day=THIS_WEEK - timedelta(days=1))
    Event.objects.create(team=team, channel=meetup, kind="other", name="Snow", day=THIS_WEEK)
    assert [week.has_event for week in ledger_of(blog).weeks] == [False, True, False]
    assert [week.has_event for week in ledger_of(meetup).weeks] == [False, True, True]


def test_the_weeks_ahead_begin_with_the_running_one_and_follow_the_plan(
    blog: Channel, meetup: Channel
) -> None:
    assert [week.planned_minutes for week in ledger_of(blog).ahead] == [0] * WEEKS_AHEAD
    plan(blog, THIS_WEEK - 6 * WEEK, 90)
    plan(blog, THIS_WEEK + WEEK, 240)
    plan(blog, THIS_WEEK + 20 * WEEK, 0)
    plan(meetup, THIS_WEEK + 25 * WEEK, 60)
    plan(meetup, THIS_WEEK + 26 * WEEK, 600)
    ahead = ledger_of(blog).ahead
    assert [week.week for week in ahead] == [THIS_WEEK + n * WEEK for n in range(WEEKS_AHEAD)]
    assert [week.planned_minutes for week in ahead] == [90] + 19 * [240] + 6 * [0]
    # A plan that has not begun makes no week of the past.
    assert ledger_of(meetup).weeks == ()
    assert [week.planned_minutes for week in ledger_of(meetup).ahead] == 25 * [0] + [60]


def test_events_noted_for_days_to_come_stand_in_the_weeks_ahead(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    spend(blog, THIS_WEEK)
    for channel, day in (
        (None, THIS_WEEK + timedelta(days=6)),
        (blog, THIS_WEEK + 25 * WEEK + timedelta(days=6)),
        (meetup, THIS_WEEK + WEEK),
        (blog, THIS_WEEK + 26 * WEEK),
        (blog, THIS_WEEK - timedelta(days=1)),
    ):
        Event.objects.create(team=team, channel=channel, kind="launch", name="2.0", day=day)
    eventful = [week.week for week in ledger_of(blog).ahead if week.has_event]
    assert eventful == [THIS_WEEK, THIS_WEEK + 25 * WEEK]
    assert [week.has_event for week in ledger_of(blog).weeks] == [True]


def test_another_team_has_no_part_in_it(
    team: Team, other_team: Team, blog: Channel, comments: Metric
) -> None:
    theirs = Channel.objects.create(team=other_team, name="Blog", kind="blog", medium="online")
    spend(theirs, THIS_WEEK - WEEK)
    Event.objects.create(team=other_team, kind="press", name="Report", day=THIS_WEEK)
    spend(blog, THIS_WEEK)
    ledgers = read_ledgers(team=team, channel_ids=[blog.pk, theirs.pk], current_week=THIS_WEEK)
    assert [len(ledgers[channel.pk].weeks) for channel in (blog, theirs)] == [1, 0]
    assert not ledgers[blog.pk].weeks[0].has_event


def test_it_asks_as_often_for_three_channels_as_for_one(
    team: Team,
    blog: Channel,
    meetup: Channel,
    comments: Metric,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    letters = Channel.objects.create(team=team, name="Letters", kind="letter", medium="in_person")
    for channel in (blog, meetup, letters):
        spend(channel, THIS_WEEK)
        receive(channel, comments, THIS_WEEK, 1)
        plan(channel, THIS_WEEK, 60)
    for channels in ([blog], [blog, meetup, letters]):
        ids = [channel.pk for channel in channels]
        with django_assert_num_queries(4):
            read_ledgers(team=team, channel_ids=ids, current_week=THIS_WEEK)


def test_it_reads_no_other_channels_rows_on_sqlite(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL chooses by what the tables hold")
    with CaptureQueriesContext(connection) as queries:
        read_ledgers(team=team, channel_ids=[blog.pk], current_week=THIS_WEEK)
    for model in (TimeEntry, Response):
        table = model._meta.db_table
        [sql] = [q["sql"] for q in queries if f'FROM "{table}"' in q["sql"]]
        with connection.cursor() as cursor:
            steps = [step for *_, step in cursor.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()]
        [step] = [step for step in steps if f"{table} USING" in step]
        assert "(channel_id=?" in step
