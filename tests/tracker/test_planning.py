from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from tracker.calendar import WEEK, monday_of, mondays
from tracker.models import Allocation, Channel, Event, Metric, Plan, StaleWeek, Team
from tracker.planning import (
    Planned,
    Step,
    allocate,
    archive_channel,
    delete_event,
    first_open_week,
    in_force,
    planned_by_week,
    planning_day,
    review_plan,
    save_channel,
    save_event,
    save_metric,
    withdraw_allocation,
    words_of,
)

MONDAY = date(2026, 1, 5)


def marks() -> list[tuple[int, date]]:
    return list(StaleWeek.objects.order_by("channel_id", "week").values_list("channel_id", "week"))


def remember(channel: Channel, from_week: date, minutes: int, posts: int = 0) -> Allocation:
    """An allocation of the past, as a team with a history has it."""
    Team.objects.filter(pk=channel.team_id).update(past_open=True)
    allocation = Allocation.objects.create(
        team=channel.team,
        channel=channel,
        from_week=from_week,
        weekly_minutes=minutes,
        weekly_posts=posts,
        registered_on=from_week,
    )
    Team.objects.filter(pk=channel.team_id).update(past_open=False)
    return allocation


# --- reading ------------------------------------------------------------------------------


@st.composite
def plans(draw: st.DrawFn) -> list[Step]:
    """Steps of up to three channels, each week at most once, ordered as the query orders them."""
    keys = draw(
        st.sets(st.tuples(st.integers(1, 3), st.integers(-8, 12)), max_size=15),
    )
    return [
        Step(
            channel_id,
            MONDAY + number * WEEK,
            Planned(draw(st.integers(0, 600)), draw(st.integers(0, 7)), draw(st.integers(0, 12))),
        )
        for channel_id, number in sorted(keys)
    ]


@given(steps=plans(), begin=st.integers(-10, 12), weeks=st.integers(0, 15))
def test_what_is_in_force_is_the_last_step_that_has_begun(
    steps: list[Step], begin: int, weeks: int
) -> None:
    first = MONDAY + begin * WEEK
    last = first + (weeks - 1) * WEEK
    expected = {}
    for week in mondays(first, last):
        for step in steps:  # a later step of the same channel overwrites an earlier one
            if step.week <= week:
                expected[step.channel_id, week] = step.planned
    begun = [step for step in steps if step.week <= last]
    assert dict(in_force(begun, first, last)) == expected


def test_the_plan_of_a_team_is_read_in_one_query(
    team: Team,
    blog: Channel,
    meetup: Channel,
    charlie: object,
    other_team: Team,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    elsewhere = Channel.objects.create(
        team=other_team, name="Blog", kind=Channel.Kind.BLOG, medium=Channel.Medium.ONLINE
    )
    remember(elsewhere, MONDAY, 999)
    remember(blog, MONDAY - 10 * WEEK, 60, 1)
    remember(blog, MONDAY + WEEK, 0)
    remember(meetup, MONDAY + 2 * WEEK, 180)
    remember(meetup, MONDAY + 3 * WEEK, 240)
    with django_assert_num_queries(1):
        planned = planned_by_week(team=team, first=MONDAY, last=MONDAY + 2 * WEEK)
    assert planned == {
        (blog.pk, MONDAY): Planned(60, 1, 4),
        (blog.pk, MONDAY + WEEK): Planned(0, 0, 4),
        (blog.pk, MONDAY + 2 * WEEK): Planned(0, 0, 4),
        (meetup.pk, MONDAY + 2 * WEEK): Planned(180, 0, 4),
    }


# --- open weeks ---------------------------------------------------------------------------


def test_the_first_plan_of_a_channel_may_begin_this_week(blog: Channel, today: date) -> None:
    assert first_open_week(blog, today) == monday_of(today)


def test_a_channel_with_a_plan_in_force_opens_next_week(blog: Channel, today: date) -> None:
    remember(blog, monday_of(today) - 3 * WEEK, 60)
    assert first_open_week(blog, today) == monday_of(today) + WEEK


@pytest.mark.parametrize(
    ("zone", "day"),
    [("America/Los_Angeles", date(2026, 1, 5)), ("Pacific/Auckland", date(2026, 1, 5))],
)
def test_the_planning_day_is_never_behind_the_databases_clock(zone: str, day: date) -> None:
    monday_in_utc = datetime(2026, 1, 5, 2, tzinfo=UTC)
    assert planning_day(team=Team(time_zone=zone), now=monday_in_utc) == day


def test_the_planning_day_is_the_teams_where_that_is_ahead() -> None:
    sunday_in_utc = datetime(2026, 1, 4, 20, tzinfo=UTC)
    assert planning_day(team=Team(time_zone="Pacific/Auckland"), now=sunday_in_utc) == MONDAY


# --- allocating ---------------------------------------------------------------------------


def test_an_allocation_is_kept_with_its_day_and_marks_its_week(
    team: Team, blog: Channel, today: date
) -> None:
    next_week = monday_of(today) + WEEK
    allocation = allocate(
        team=team,
        channel=blog,
        from_week=next_week,
        weekly_minutes=90,
        weekly_posts=2,
        expected_delay_weeks=6,
        registered_on=today,
    )
    allocation.refresh_from_db()
    assert (
        allocation.weekly_minutes,
        allocation.weekly_posts,
        allocation.expected_delay_weeks,
        allocation.registered_on,
    ) == (90, 2, 6, today)
    assert marks() == [(blog.pk, next_week)]


def test_a_week_that_has_not_begun_can_be_written_anew(
    team: Team, blog: Channel, today: date
) -> None:
    week = monday_of(today) + WEEK
    for minutes in (90, 45):
        allocate(
            team=team, channel=blog, from_week=week, weekly_minutes=minutes, registered_on=today
        )
    assert [a.weekly_minutes for a in Allocation.objects.of_team(team)] == [45]


def test_a_begun_week_is_refused_in_one_line_and_nothing_is_written(
    team: Team, blog: Channel, today: date
) -> None:
    week = monday_of(today)
    remember(blog, week - WEEK, 60)
    with pytest.raises(ValidationError) as refusal:
        allocate(team=team, channel=blog, from_week=week, weekly_minutes=1, registered_on=today)
    opening = week + WEEK
    assert refusal.value.message_dict == {
        "from_week": [
            "A plan does not change what has begun: Blog can be planned anew from "
            f"{opening.day} {opening:%B %Y} on."
        ]
    }
    assert Allocation.objects.of_team(team).count() == 1
    assert marks() == []


def test_the_databases_refusal_reads_like_our_own(team: Team, blog: Channel, today: date) -> None:
    """Whoever says that today lies in the past gets by our check, but not by the triggers."""
    long_ago = today - 10 * WEEK
    with pytest.raises(ValidationError) as refusal:
        allocate(
            team=team,
            channel=blog,
            from_week=monday_of(long_ago),
            weekly_minutes=1,
            registered_on=long_ago,
        )
    assert list(refusal.value.message_dict) == ["from_week"]
    assert Allocation.objects.of_team(team).count() == 0


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"from_week": MONDAY + timedelta(days=3)}, "from_week"),
        ({"weekly_minutes": 7 * 24 * 60 + 1}, "weekly_minutes"),
    ],
)
def test_what_does_not_fit_a_week_is_refused(
    team: Team, blog: Channel, change: dict[str, object], field: str
) -> None:
    numbers = {"from_week": MONDAY, "weekly_minutes": 60, **change}
    with pytest.raises(ValidationError) as refusal:
        allocate(team=team, channel=blog, registered_on=MONDAY, **numbers)
    assert list(refusal.value.message_dict) == [field]


def test_planning_nothing_ends_a_plan_and_is_refused_where_none_has_begun_by_then(
    team: Team, blog: Channel, meetup: Channel, today: date
) -> None:
    week = monday_of(today)
    remember(blog, week, 60)
    remember(meetup, week + 2 * WEEK, 60)
    nothing = {"from_week": week + WEEK, "weekly_minutes": 0, "registered_on": today}
    allocate(team=team, channel=blog, **nothing)
    with pytest.raises(ValidationError) as refusal:
        allocate(team=team, channel=meetup, **nothing)
    assert refusal.value.message_dict == {
        "weekly_minutes": ["Nothing is planned on Meetup yet, so there is nothing to end."]
    }
    allocate(team=team, channel=meetup, **nothing, weekly_posts=1)
    written = Allocation.objects.of_team(team).filter(from_week=week + WEEK)
    assert list(written.order_by("pk").values_list("channel", "weekly_posts")) == [
        (blog.pk, 0),
        (meetup.pk, 1),
    ]


def test_another_teams_channel_or_plan_is_refused(
    team: Team, other_team: Team, blog: Channel, today: date
) -> None:
    theirs = Plan.objects.create(
        team=other_team, name="Theirs", starts_on=today, ends_on=today + WEEK
    )
    week = monday_of(today) + WEEK
    for foreign in ({"team": other_team}, {"team": team, "plan": theirs}):
        with pytest.raises(ValidationError):
            allocate(channel=blog, from_week=week, weekly_minutes=1, registered_on=today, **foreign)
    assert Allocation.objects.count() == 0


def test_a_team_with_an_open_past_may_be_given_its_history(team: Team, blog: Channel) -> None:
    team.past_open = True
    team.save()
    allocate(team=team, channel=blog, from_week=MONDAY, weekly_minutes=1, registered_on=MONDAY)
    assert [a.from_week for a in Allocation.objects.of_team(team)] == [MONDAY]


def test_what_has_not_begun_can_be_withdrawn_and_what_has_cannot(
    team: Team, blog: Channel, today: date
) -> None:
    week = monday_of(today)
    begun = remember(blog, week, 60)
    coming = allocate(
        team=team, channel=blog, from_week=week + WEEK, weekly_minutes=1, registered_on=today
    )
    withdraw_allocation(allocation=coming, today=today)
    with pytest.raises(ValidationError, match="what has begun stays"):
        withdraw_allocation(allocation=begun, today=today)
    assert list(Allocation.objects.of_team(team)) == [begun]


# --- channels, metrics, events, reviews ---------------------------------------------------


def test_archiving_a_channel_ends_its_plan_with_this_week(team: Team, blog: Channel) -> None:
    now = datetime.now(UTC)
    week = monday_of(now.date())
    remember(blog, week - 5 * WEEK, 60, 1)
    allocate(
        team=team,
        channel=blog,
        from_week=week + 4 * WEEK,
        weekly_minutes=300,
        registered_on=now.date(),
    )
    archive_channel(channel=blog, now=now)
    blog.refresh_from_db()
    assert blog.archived_at == now
    assert [
        (a.from_week, a.weekly_minutes, a.weekly_posts) for a in Allocation.objects.of_team(team)
    ] == [(week - 5 * WEEK, 60, 1), (week + WEEK, 0, 0)]


def test_an_archived_channel_is_planned_only_once_it_is_restored(team: Team, blog: Channel) -> None:
    now = datetime.now(UTC)
    archive_channel(channel=blog, now=now)
    week = monday_of(now.date()) + WEEK
    with pytest.raises(ValidationError, match="Blog is archived; restore it to plan it"):
        allocate(
            team=team,
            channel=blog,
            from_week=week,
            weekly_minutes=60,
            registered_on=now.date(),
        )
    assert not Allocation.objects.of_team(team).exists()


def test_archiving_a_channel_without_a_plan_writes_none(team: Team, blog: Channel) -> None:
    archive_channel(channel=blog, now=datetime.now(UTC))
    assert Allocation.objects.of_team(team).count() == 0


def test_another_kind_or_medium_makes_its_channel_stale_and_another_name_does_not(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    blog.name = "Journal"
    save_channel(channel=blog, today=MONDAY)
    save_channel(
        channel=Channel(team=team, name="Letters", kind="letter", medium="in_person"), today=MONDAY
    )
    assert not StaleWeek.objects.exists()
    blog.kind = Channel.Kind.YOUTUBE
    save_channel(channel=blog, today=MONDAY)
    meetup.medium = Channel.Medium.ONLINE
    save_channel(channel=meetup, today=MONDAY)
    assert list(StaleWeek.objects.order_by("pk").values_list("channel", "week")) == [
        (blog.pk, MONDAY),
        (meetup.pk, MONDAY),
    ]


def test_a_changed_worth_makes_every_channel_stale_and_a_changed_name_none(
    team: Team, blog: Channel, meetup: Channel, comments: Metric, charlie: object
) -> None:
    comments.name = "Replies"
    save_metric(metric=comments, today=MONDAY)
    assert marks() == []
    comments.worth = 5
    save_metric(metric=comments, today=MONDAY)
    assert marks() == [(blog.pk, MONDAY), (meetup.pk, MONDAY)]


def test_a_new_metric_makes_nothing_stale(team: Team, blog: Channel) -> None:
    save_metric(metric=Metric(team=team, name="Leads", depth="outcome", worth=9), today=MONDAY)
    assert marks() == []
    assert Metric.objects.of_team(team).named("leads").exists()


def test_an_event_marks_the_weeks_that_it_explains_and_explained(
    team: Team, blog: Channel, meetup: Channel
) -> None:
    event = Event(team=team, kind="launch", name="2.0", day=MONDAY + timedelta(days=2))
    save_event(event=event)
    assert marks() == [(blog.pk, MONDAY), (meetup.pk, MONDAY)]
    StaleWeek.objects.all().delete()
    event.channel, event.day = blog, MONDAY + WEEK
    save_event(event=event)
    assert marks() == [(blog.pk, MONDAY), (blog.pk, MONDAY + WEEK), (meetup.pk, MONDAY)]
    StaleWeek.objects.all().delete()
    delete_event(event=event)
    assert marks() == [(blog.pk, MONDAY + WEEK)]
    assert Event.objects.of_team(team).count() == 0


def test_a_review_quotes_the_plan_as_it_stood(team: Team) -> None:
    plan = Plan.objects.create(
        team=team,
        name="Autumn",
        starts_on=MONDAY,
        ends_on=MONDAY + WEEK,
        accomplish="Forty leads.",
        measure="Monthly.",
    )
    review = review_plan(plan=plan, day=MONDAY, learnt="X is slow.", decision="Go on.")
    plan.accomplish = "Four leads."
    plan.save()
    review.refresh_from_db()
    assert review.plan_words == "Accomplish: Forty leads.\n\nMeasure and adapt: Monthly."
    assert words_of(plan) == "Accomplish: Four leads.\n\nMeasure and adapt: Monthly."
