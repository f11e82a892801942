from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from tracker.calendar import WEEK, monday_of
from tracker.models import Allocation, Channel, Team

TRIGGERS = {
    "sqlite": (
        "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'tracker_allocation'",
        {
            "allocation_past_no_update",
            "allocation_past_no_delete",
            "allocation_past_no_insert",
        },
    ),
    "postgresql": (
        "SELECT tgname FROM pg_trigger WHERE tgrelid = 'tracker_allocation'::regclass "
        "AND NOT tgisinternal",
        {"allocation_keep_the_past"},
    ),
}


def allocate(channel: Channel, from_week: date, minutes: int = 120) -> Allocation:
    return Allocation.objects.create(
        team=channel.team,
        channel=channel,
        from_week=from_week,
        weekly_minutes=minutes,
        registered_on=from_week,
    )


def allocate_in_the_past(channel: Channel, from_week: date) -> Allocation:
    Team.objects.filter(pk=channel.team_id).update(past_open=True)
    allocation = allocate(channel, from_week)
    Team.objects.filter(pk=channel.team_id).update(past_open=False)
    return allocation


def test_the_triggers_that_keep_the_past_are_installed(db: None) -> None:
    query, expected = TRIGGERS[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert {name for (name,) in cursor.fetchall()} == expected


def test_a_first_allocation_may_begin_this_week_but_not_before(blog: Channel, today: date) -> None:
    week = monday_of(today)
    with pytest.raises(IntegrityError), transaction.atomic():
        allocate(blog, week - WEEK)
    allocate(blog, week)


def test_a_change_begins_next_week_at_the_earliest(blog: Channel, today: date) -> None:
    week = monday_of(today)
    allocate_in_the_past(blog, week - 5 * WEEK)
    with pytest.raises(IntegrityError), transaction.atomic():
        allocate(blog, week)
    allocate(blog, week + WEEK)


def test_what_has_begun_can_be_neither_changed_nor_deleted(blog: Channel, today: date) -> None:
    begun = allocate_in_the_past(blog, monday_of(today) - WEEK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(pk=begun.pk).update(weekly_minutes=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(pk=begun.pk).delete()
    begun.refresh_from_db()
    assert begun.weekly_minutes == 120


def test_what_has_not_begun_can_be_changed_but_not_moved_into_the_past(
    blog: Channel, today: date
) -> None:
    coming = allocate(blog, monday_of(today) + 2 * WEEK)
    Allocation.objects.filter(pk=coming.pk).update(weekly_minutes=30)
    with pytest.raises(IntegrityError), transaction.atomic():
        Allocation.objects.filter(pk=coming.pk).update(from_week=monday_of(today))
    assert Allocation.objects.filter(pk=coming.pk).delete()[0] == 1


def test_two_allocations_of_a_channel_cannot_begin_in_one_week(blog: Channel, today: date) -> None:
    allocate(blog, monday_of(today) + WEEK)
    with pytest.raises(IntegrityError), transaction.atomic():
        allocate(blog, monday_of(today) + WEEK, minutes=60)


def test_an_allocation_begins_on_a_monday(blog: Channel, today: date) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        allocate(blog, monday_of(today) + WEEK + timedelta(days=1))
