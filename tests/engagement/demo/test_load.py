"""The demo team as rows, loaded once for all of these tests; none of them writes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Count, F, Max, Min, Q, Sum
from pytest_django.plugin import DjangoDbBlocker

from engagement.demo import story
from engagement.demo.channels import CHANNELS
from engagement.demo.generate import Told, tell
from engagement.demo.load import load
from engagement.models import Contact, Conversation, Response, Topic
from tracker.calendar import WEEK, monday_of
from tracker.models import (
    Allocation,
    Channel,
    Event,
    Goal,
    ImportBatch,
    LearningQuestion,
    Membership,
    Plan,
    Review,
    StaleWeek,
    Team,
    TimeEntry,
    User,
)
from tracker.planning import planned_by_week
from tracker.typed_hours import is_of_its_cell

# The database says by its own clock which weeks have begun, so the demo is loaded now.
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture(scope="module")
def tideline(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Team]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield load(now=NOW, password="correct horse")
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def told() -> Told:
    return tell(NOW.astimezone(story.ZONE).replace(tzinfo=None))


def test_the_team_is_what_the_story_says(tideline: Team) -> None:
    assert (tideline.name, tideline.slug, tideline.currency) == ("Tideline", "tideline", "EUR")
    assert (tideline.hour_cost, tideline.promised_answer_minutes) == (60, 240)
    assert list(
        Channel.objects.of_team(tideline).order_by("position").values_list("name", flat=True)
    ) == [channel.name for channel in CHANNELS]


def test_only_the_owner_can_sign_in(tideline: Team) -> None:
    roles = {
        membership.user.email: (membership.role, membership.user.has_usable_password())
        for membership in Membership.objects.filter(team=tideline).select_related("user")
    }
    assert roles == {
        "demo@example.com": ("owner", True),
        "mika.lindqvist@example.com": ("member", False),
        "lea.brandt@example.com": ("member", False),
        "henrik.voss@example.com": ("viewer", False),
    }
    assert User.objects.get(email="demo@example.com").check_password("correct horse")


def test_every_fact_became_a_row(tideline: Team, told: Told) -> None:
    assert TimeEntry.objects.of_team(tideline).count() == len(told.entries) > 2_000
    assert Response.objects.of_team(tideline).count() == len(told.counts) > 15_000
    assert Conversation.objects.of_team(tideline).count() == len(told.conversations) > 300
    minutes = TimeEntry.objects.of_team(tideline).aggregate(sum=Sum("minutes"))["sum"]
    assert minutes == sum(entry.minutes for entry in told.entries)


def test_it_ends_in_the_current_week_and_not_after_today(tideline: Team) -> None:
    today = tideline.day_at(NOW)
    first = monday_of(today) - 103 * WEEK
    for rows in (TimeEntry.objects.of_team(tideline), Response.objects.of_team(tideline)):
        ends = rows.aggregate(first=Min("day"), last=Max("day"))
        assert ends["first"] - first < WEEK
        assert today - timedelta(days=3) <= ends["last"] <= today
    came = Conversation.objects.of_team(tideline)
    assert not came.filter(Q(came_at__gt=NOW) | Q(answered_at__gt=NOW)).exists()
    assert not Event.objects.of_team(tideline).filter(day__gt=today).exists()
    assert not Review.objects.of_team(tideline).filter(day__gt=today).exists()
    assert not Review.objects.of_team(tideline).filter(created_at__gt=NOW).exists()
    assert not Plan.objects.of_team(tideline).filter(created_at__gt=NOW).exists()
    batches = ImportBatch.objects.of_team(tideline)
    assert not batches.filter(Q(created_at__gt=NOW) | Q(finished_at__gt=NOW)).exists()
    questions = LearningQuestion.objects.of_team(tideline)
    assert not questions.filter(answered_on__gt=today).exists()
    assert questions.filter(answered_on__isnull=True).count() >= 3
    assert questions.filter(answered_on__isnull=False).count() >= 3


def test_the_past_is_closed_when_it_is_loaded(tideline: Team) -> None:
    tideline.refresh_from_db()
    assert tideline.past_open is False
    begun = Allocation.objects.of_team(tideline).order_by("from_week")[0]
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(pk=begun.pk).update(weekly_minutes=1)


def test_every_week_of_every_channel_waits_to_be_computed(tideline: Team) -> None:
    marked = {
        (mark.channel_id, mark.week) for mark in StaleWeek.objects.of_team(tideline).order_by("pk")
    }
    worked = {
        (channel_id, monday_of(day))
        for channel_id, day in TimeEntry.objects.of_team(tideline).values_list("channel", "day")
    }
    assert worked <= marked
    assert len(marked) == 7 * 104 + 74
    assert max(week for _, week in marked) == monday_of(tideline.day_at(NOW))


def test_the_plan_covers_two_years_and_the_coming_weeks(tideline: Team) -> None:
    this_week = monday_of(tideline.day_at(NOW))
    planned = planned_by_week(
        team=tideline, first=this_week - 103 * WEEK, last=this_week + 4 * WEEK
    )
    by_week = {
        week: sum(one.minutes for (_, monday), one in planned.items() if monday == week)
        for week in {week for _, week in planned}
    }
    assert len(by_week) == 108
    assert by_week[this_week] == by_week[this_week + 4 * WEEK] == 18 * 60 + 15
    current = Plan.objects.of_team(tideline).on(this_week).get()
    assert current.ends_on > this_week + 4 * WEEK
    for answer in (current.accomplish, current.learn, current.execute, current.measure):
        assert len(answer) > 150


def test_an_allocation_was_written_down_before_its_week_began(tideline: Team) -> None:
    late = Allocation.objects.of_team(tideline).filter(registered_on__gte=F("from_week"))
    assert not late.exists()
    assert not Allocation.objects.of_team(tideline).filter(plan__isnull=True).exists()


def test_reviews_quote_the_plan_as_it_was_then(tideline: Team) -> None:
    for plan in Plan.objects.of_team(tideline):
        quoted = [review.plan_words for review in plan.reviews.order_by("day")]
        assert len(set(quoted)) >= 2
        assert all(plan.accomplish in words for words in quoted)
        assert plan.execute not in quoted[0]


def test_a_goal_is_on_track_one_at_risk_and_one_early(tideline: Team) -> None:
    """Reached by its due day at the pace so far, or not; or too young to say."""
    today = monday_of(tideline.day_at(NOW))  # Full weeks only.
    told = []
    for goal in Goal.objects.of_team(tideline).filter(due_on__gt=today).order_by("pk"):
        counted = Response.objects.of_team(tideline).filter(
            metric=goal.metric, day__gte=goal.starts_on, day__lt=today
        )
        if goal.channel is not None:
            counted = counted.filter(channel=goal.channel)
        gone = (today - goal.starts_on) / (goal.due_on + timedelta(days=1) - goal.starts_on)
        reached = (counted.aggregate(sum=Sum("count"))["sum"] or 0) / gone
        told.append("early" if gone < 1 / 3 else "on track" if reached > goal.target else "at risk")
    assert told == ["on track", "at risk", "early"]


def test_typed_cells_can_be_changed_on_the_week_page(tideline: Team) -> None:
    entries = TimeEntry.objects.of_team(tideline).filter(confirmation__in=("typed", "planned"))
    assert all(is_of_its_cell(entry) for entry in entries)


def test_imported_hours_belong_to_their_import(tideline: Team) -> None:
    imported = TimeEntry.objects.of_team(tideline).filter(confirmation="imported")
    assert not imported.filter(batch__isnull=True).exists()
    batches = ImportBatch.objects.of_team(tideline).annotate(rows=Count("time_entries"))
    assert all(batch.rows == batch.taken > 0 for batch in batches)


def test_conversations_have_people_and_topics(tideline: Team) -> None:
    came = Conversation.objects.of_team(tideline)
    assert came.filter(contact__isnull=False).count() > came.count() / 3
    kinds = set(Contact.objects.of_team(tideline).values_list("kind", flat=True))
    assert kinds >= {"customer", "prospect", "influencer", "competitor", "press"}
    assert Topic.objects.of_team(tideline).count() >= 12
    assert came.filter(answered_at__isnull=False, answered_by__isnull=True).count() == 0
    assert len(set(came.values_list("text", flat=True))) == came.count()


def test_an_answer_takes_as_long_as_the_story_says(tideline: Team, told: Told) -> None:
    """In real minutes, except where a clock was put forward or back in between."""
    waits = [
        (answered - came).total_seconds() / 60
        for came, answered in Conversation.objects.of_team(tideline)
        .filter(answered_at__isnull=False)
        .order_by("came_at", "pk")
        .values_list("came_at", "answered_at")
    ]
    expected = [c.answered - c.minute for c in told.conversations if c.answered is not None]
    assert sum(abs(a - b) > 1 for a, b in zip(sorted(waits), sorted(expected), strict=True)) <= 120
    assert min(waits) >= 3
