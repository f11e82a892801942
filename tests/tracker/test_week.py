from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tracker.calendar import WEEK, days_of
from tracker.models import Allocation, Channel, Team, TimeEntry, User
from tracker.typed_hours import Typed, cell_key
from tracker.week import PersonWeek, load_week

MONDAY = date(2026, 11, 16)
MON, TUE, WED, THU, FRI, SAT, SUN = days_of(MONDAY)

Log = Callable[..., TimeEntry]


@pytest.fixture
def log(team: Team, bob: User) -> Log:
    count = 0

    def log_entry(channel: Channel, day: date, minutes: int, **fields: Any) -> TimeEntry:
        nonlocal count
        count += 1
        person = fields.setdefault("person", bob)
        activity = fields.setdefault("activity", "create")
        source = fields.setdefault("source", "week")
        fields.setdefault("confirmation", "typed")
        if source == "week":
            fields.setdefault("source_key", cell_key(person.pk, channel.pk, activity, day))
        else:
            fields.setdefault("source_key", str(count))
        return TimeEntry.objects.create(
            team=team, channel=channel, day=day, minutes=minutes, **fields
        )

    return log_entry


def allocate(channel: Channel, minutes: int, posts: int = 0, from_week: date = MONDAY) -> None:
    Team.objects.filter(pk=channel.team_id).update(past_open=True)
    Allocation.objects.create(
        team=channel.team,
        channel=channel,
        from_week=from_week,
        weekly_minutes=minutes,
        weekly_posts=posts,
        registered_on=from_week,
    )


def names(week: PersonWeek) -> list[tuple[str, str]]:
    return [(row.channel.name, row.activity) for row in week.rows]


def test_rows_come_from_the_plan_from_recent_use_and_from_what_is_logged(
    team: Team, bob: User, alice: User, blog: Channel, meetup: Channel, log: Log
) -> None:
    post = Channel.objects.create(team=team, name="Letters", kind="letter", medium="in_person")
    allocate(post, 60)
    log(blog, MON, 60)
    log(meetup, MONDAY - 4 * WEEK, 60, activity="meet")
    log(meetup, MONDAY - 4 * WEEK - timedelta(days=1), 60, activity="learn")  # too long ago
    log(blog, MONDAY - WEEK, 60, activity="reply", person=alice)  # not Bob's
    log(blog, MONDAY + WEEK, 60, activity="listen")  # a later week
    week = load_week(team=team, week=MONDAY, person=bob)
    assert names(week) == [("Blog", "create"), ("Letters", ""), ("Meetup", "meet")]


def test_a_planned_channel_that_has_a_row_gets_no_second_one(
    team: Team, bob: User, blog: Channel, log: Log
) -> None:
    allocate(blog, 60)
    log(blog, MONDAY - WEEK, 60, activity="reply")
    assert names(load_week(team=team, week=MONDAY, person=bob)) == [("Blog", "reply")]


def test_an_ended_plan_asks_for_no_row(team: Team, bob: User, blog: Channel) -> None:
    allocate(blog, 60, from_week=MONDAY - 2 * WEEK)
    allocate(blog, 0, from_week=MONDAY)
    assert names(load_week(team=team, week=MONDAY, person=bob)) == []
    assert names(load_week(team=team, week=MONDAY - WEEK, person=bob)) == [("Blog", "")]


def test_an_archived_channel_is_shown_for_its_hours_and_not_for_habit(
    team: Team, bob: User, blog: Channel, log: Log
) -> None:
    log(blog, MONDAY - WEEK, 60)
    blog.archived_at = datetime(2026, 11, 15, tzinfo=UTC)
    blog.save()
    this_week = load_week(team=team, week=MONDAY, person=bob)
    assert (names(this_week), this_week.active_channels) == ([], [])
    assert names(load_week(team=team, week=MONDAY - WEEK, person=bob)) == [("Blog", "create")]


def test_rows_follow_the_channels_order_and_the_activities(
    team: Team, bob: User, blog: Channel, meetup: Channel, log: Log
) -> None:
    blog.position = 2
    blog.save()
    for channel, activity in ((blog, ""), (blog, "reply"), (blog, "create"), (meetup, "meet")):
        log(channel, MON, 5, activity=activity)
    assert names(load_week(team=team, week=MONDAY, person=bob)) == [
        ("Meetup", "meet"),
        ("Blog", "create"),
        ("Blog", "reply"),
        ("Blog", ""),
    ]


def test_other_sources_stand_beside_what_was_typed_and_count_in_the_sums(
    team: Team, bob: User, blog: Channel, log: Log
) -> None:
    log(blog, TUE, 45, posts=1)
    log(blog, TUE, 30, source="toggl", confirmation="imported", posts=2)
    log(blog, TUE, 12, source="timer", confirmation="timer")
    log(blog, TUE, 3, source="week", source_key="not this cell's")
    (row,) = load_week(team=team, week=MONDAY, person=bob).rows
    tuesday = row.cells[1]
    assert (tuesday.typed, tuesday.others, tuesday.minutes) == (45, 45, 90)
    assert tuesday.other_origins == ("Toggl", "timer", "typed")
    assert (row.minutes, row.typed_posts, row.other_posts) == (90, 1, 2)
    assert row.origins == ("typed", "Toggl", "timer")


def test_the_plan_is_the_teams_and_so_are_the_hours_beside_it(
    team: Team, alice: User, bob: User, blog: Channel, meetup: Channel, log: Log
) -> None:
    allocate(blog, 120, posts=2)
    log(blog, MON, 60, posts=1)
    log(blog, MON, 45, person=alice, posts=1)
    log(
        blog,
        SUN,
        15,
        person=None,
        person_label="somebody else",
        source="toggl",
        confirmation="imported",
    )
    log(blog, MONDAY + WEEK, 500)
    pace = load_week(team=team, week=MONDAY, person=bob).paces[blog.pk]
    assert (pace.planned_minutes, pace.team_minutes) == (120, 120)
    assert (pace.planned_posts, pace.team_posts) == (2, 2)
    nothing = load_week(team=team, week=MONDAY, person=bob).paces[meetup.pk]
    assert (nothing.planned_minutes, nothing.team_minutes, nothing.is_planned) == (0, 0, False)


def test_what_a_form_shows_is_what_was_typed_and_nothing_else(
    team: Team, alice: User, bob: User, blog: Channel, log: Log
) -> None:
    log(blog, MON, 60, posts=1)
    log(blog, TUE, 30, source="toggl", confirmation="imported", posts=5)
    log(blog, WED, 20, person=alice)
    assert load_week(team=team, week=MONDAY, person=bob).typed == Typed(
        {(blog.pk, "create", MON): 60}, {(blog.pk, "create"): 1}
    )


def test_the_teams_week_adds_everybody_up(
    team: Team, alice: User, bob: User, blog: Channel, log: Log
) -> None:
    log(blog, MON, 60, posts=1)
    log(blog, MON, 45, person=alice)
    log(blog, MON, 15, person=None, person_label="x", source="toggl", confirmation="imported")
    week = load_week(team=team, week=MONDAY)
    (row,) = week.rows
    assert [cell.minutes for cell in row.cells] == [120, 0, 0, 0, 0, 0, 0]
    assert (row.posts, row.origins, week.minutes) == (1, ("Toggl", "typed"), 120)
    assert week.typed == Typed()


def test_nothing_of_another_team_leaks_in(
    team: Team, bob: User, blog: Channel, other_team: Team, charlie: User
) -> None:
    foreign = Channel.objects.create(team=other_team, name="Secret", kind="x", medium="online")
    allocate(foreign, 600)
    # Bob belongs to both teams and logs in both.
    TimeEntry.objects.create(
        team=other_team,
        channel=foreign,
        person=bob,
        day=MON,
        minutes=60,
        confirmation="typed",
        source="week",
        source_key="1",
    )
    for person in (bob, None):
        week = load_week(team=team, week=MONDAY, person=person)
        assert (week.rows, week.minutes, set(week.paces)) == ((), 0, {blog.pk})
    with pytest.raises(Channel.DoesNotExist):
        load_week(team=team, week=MONDAY, person=bob, extra_rows=[(foreign.pk, "create")])


@pytest.mark.parametrize("rows", [1, 3])
def test_a_week_is_loaded_with_five_queries(
    team: Team, bob: User, blog: Channel, meetup: Channel, log: Log, rows: int
) -> None:
    post = Channel.objects.create(team=team, name="Letters", kind="letter", medium="in_person")
    for channel in [blog, meetup, post][:rows]:
        allocate(channel, 60)
        log(channel, MON, 60)
        log(channel, MON, 5, source="toggl", confirmation="imported")
        log(channel, MONDAY - WEEK, 60, activity="reply")
    with CaptureQueriesContext(connection) as queries:
        week = load_week(team=team, week=MONDAY, person=bob)
    assert len(week.rows) == 2 * rows
    assert len(queries) == 5
