from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import program_of, results
from tests.conftest import join, make_user
from tracker.models import Channel, ImportBatch, StaleWeek, Team, TimeEntry, User

ENTRIES = "/api/v1/teams/tideline/time-entries/"
MONDAY = date(2026, 11, 2)


def entry_on(channel: Channel, **fields: Any) -> dict[str, Any]:
    return {"key": "a", "channel": channel.pk, "day": "2026-11-04", "minutes": 45, **fields}


def made(person: User | None, channel: Channel, key: str, **fields: Any) -> TimeEntry:
    return TimeEntry.objects.create(
        **{
            "team": channel.team,
            "channel": channel,
            "person": person,
            "person_label": "" if person else "Freelancer",
            "day": MONDAY,
            "minutes": 30,
            "confirmation": "api",
            "source": "api",
            "source_key": key,
            **fields,
        }
    )


def test_a_member_logs_an_entry_and_its_week_is_marked(bob: User, blog: Channel) -> None:
    answer = program_of(bob).post(
        ENTRIES, entry_on(blog, activity="reply", posts=2, note="three answers")
    )
    entry = TimeEntry.objects.get()
    told = answer.json()
    assert answer.status_code == 201
    assert told.pop("created_at")
    assert told.pop("updated_at")
    assert told == {
        "id": entry.pk,
        "key": "a",
        "channel": blog.pk,
        "person": bob.pk,
        "person_label": "",
        "activity": "reply",
        "day": "2026-11-04",
        "minutes": 45,
        "posts": 2,
        "note": "three answers",
        "confirmation": "api",
        "source": "api",
    }
    assert list(StaleWeek.objects.values_list("channel_id", "week")) == [(blog.pk, MONDAY)]


def test_the_same_entry_again_changes_nothing_and_another_under_its_key_is_refused(
    bob: User, blog: Channel
) -> None:
    program = program_of(bob)
    first = program.post(ENTRIES, entry_on(blog))
    again = program.post(ENTRIES, entry_on(blog))
    other = program.post(ENTRIES, entry_on(blog, minutes=46))
    assert (first.status_code, again.status_code, other.status_code) == (201, 200, 409)
    assert again.json() == first.json()
    assert other.json() == {
        "code": "conflict",
        "detail": "already recorded with 0:45, now 0:46: it stays as it was",
        "problems": [],
    }
    assert TimeEntry.objects.get().minutes == 45
    assert StaleWeek.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "line"),
    [
        ({"minutes": -1}, "minutes: Ensure this value is greater than or equal to 0."),
        ({"minutes": 1441}, "minutes: Ensure this value is less than or equal to 1440."),
        ({"minutes": 10**400}, "minutes: Ensure this value is less than or equal to 1440."),
        ({"minutes": 1.5}, "minutes: A valid integer is required."),
        ({"minutes": 0}, "neither minutes nor posts"),
        (
            {"day": "4.11.2026"},
            "day: Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        ({"activity": "nap"}, 'activity: "nap" is not a valid choice.'),
        ({"key": ""}, "key: This field may not be blank."),
        ({"key": "x" * 201}, "key: Ensure this field has no more than 200 characters."),
        ({"note": "a\0b"}, "note: Null characters are not allowed."),
        ({"channel": True}, "channel: this takes an id, a whole number"),
        ({"channel": 10**30}, "channel: this team has no such row among its channels"),
        ({"person": 10**9}, "person: this team has no such row among its users"),
        ({"person_label": "Freelancer"}, "person: only owners of the team log for others"),
        ({"minuts": 5}, "minuts: there is no such field here"),
        ({"source": "toggl"}, "source: this field can't be written"),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_nothing_is_written(
    bob: User, blog: Channel, fields: dict[str, Any], line: str
) -> None:
    answer = program_of(bob).post(ENTRIES, entry_on(blog) | fields)
    assert (answer.status_code, answer.json()["detail"]) == (400, line)
    assert TimeEntry.objects.count() == StaleWeek.objects.count() == 0


def test_only_owners_log_for_others(alice: User, bob: User, blog: Channel) -> None:
    answer = program_of(bob).post(ENTRIES, entry_on(blog, person=alice.pk))
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "person: only owners of the team log for others",
    )
    owner = program_of(alice)
    assert owner.post(ENTRIES, entry_on(blog, person=bob.pk)).json()["person"] == bob.pk
    told = owner.post(ENTRIES, entry_on(blog, key="b", person_label="Freelancer")).json()
    assert (told["person"], told["person_label"]) == (None, "Freelancer")
    answer = owner.post(ENTRIES, entry_on(blog, key="c", person=bob.pk, person_label="Freelancer"))
    assert answer.json()["detail"] == "person_label: name a person or a label, not both"


def test_many_at_once_are_counted_and_refused_by_their_place(bob: User, blog: Channel) -> None:
    program = program_of(bob)
    program.post(ENTRIES, entry_on(blog, key="kept"))
    rows = [
        entry_on(blog, key="new"),
        entry_on(blog, key="kept"),
        entry_on(blog, key="kept too", minutes=0),
        "a line",
        entry_on(blog, key="new"),
        entry_on(blog, key="another") | {"channel": 0},
        entry_on(blog, key="also new", posts=1, minutes=0),
    ]
    answer = program.post(ENTRIES, rows)
    assert answer.status_code == 200
    assert answer.json() == {
        "taken": 2,
        "known": 1,
        "refusals": [
            {"index": 2, "reason": "neither minutes nor posts"},
            {"index": 3, "reason": "Invalid data. Expected a dictionary, but got str."},
            {"index": 4, "reason": "key: row 0 has the same"},
            {"index": 5, "reason": "channel: this team has no such row among its channels"},
        ],
    }
    again = program.post(ENTRIES, rows).json()
    assert (again["taken"], again["known"], len(again["refusals"])) == (0, 3, 4)
    assert TimeEntry.objects.count() == 3


def test_a_thousand_rows_are_taken_and_one_more_is_refused_as_a_whole(
    bob: User, blog: Channel
) -> None:
    program = program_of(bob)
    rows = [entry_on(blog, key=f"row {n}") for n in range(1001)]
    answer = program.post(ENTRIES, rows)
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "a request may hold 1000 rows, not 1001; send them in parts",
    )
    assert program.post(ENTRIES, rows[:1000]).json() == {
        "taken": 1000,
        "known": 0,
        "refusals": [],
    }


def test_fifty_rows_take_as_many_queries_as_two(bob: User, blog: Channel) -> None:
    program = program_of(bob)
    rows = [entry_on(blog, key=f"row {n}", person=bob.pk) for n in range(52)]
    with CaptureQueriesContext(connection) as few:
        assert program.post(ENTRIES, rows[:2]).json()["taken"] == 2
    with CaptureQueriesContext(connection) as many:
        assert program.post(ENTRIES, rows[2:]).json()["taken"] == 50
    assert len(many) == len(few)


def test_a_list_of_nothing_is_no_mistake(bob: User) -> None:
    answer = program_of(bob).post(ENTRIES, [])
    assert (answer.status_code, answer.json()) == (
        200,
        {"taken": 0, "known": 0, "refusals": []},
    )


def test_ones_own_entry_can_be_changed_and_both_weeks_are_marked(bob: User, blog: Channel) -> None:
    entry = made(bob, blog, "a", activity="reply", note="kept")
    answer = program_of(bob).patch(f"{ENTRIES}{entry.pk}/", {"day": "2026-11-11", "minutes": 60})
    assert answer.status_code == 200
    entry.refresh_from_db()
    assert (entry.day, entry.minutes, entry.activity, entry.note, entry.person) == (
        date(2026, 11, 11),
        60,
        "reply",
        "kept",
        bob,
    )
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {
        (blog.pk, MONDAY),
        (blog.pk, date(2026, 11, 9)),
    }


def test_an_entry_moved_to_another_channel_marks_both(
    bob: User, blog: Channel, meetup: Channel
) -> None:
    entry = made(bob, blog, "a")
    program_of(bob).patch(f"{ENTRIES}{entry.pk}/", {"channel": meetup.pk})
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {
        (blog.pk, MONDAY),
        (meetup.pk, MONDAY),
    }


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"minutes": 0}, "neither minutes nor posts"),
        ({"person": None}, "person: an entry keeps somebody: name a person or a label"),
        ({"person_label": ""}, "person: an entry keeps somebody: name a person or a label"),
        ({"key": "b"}, "key: a key stays; delete the entry and send a new one"),
        ({"colour": 1}, "colour: there is no such field here"),
    ],
)
def test_a_change_that_would_leave_nonsense_is_refused(
    bob: User, blog: Channel, changes: dict[str, Any], line: str
) -> None:
    entry = made(bob, blog, "a")
    answer = program_of(bob).patch(f"{ENTRIES}{entry.pk}/", changes)
    assert (answer.status_code, answer.json()["detail"]) == (400, line)
    assert StaleWeek.objects.count() == 0


def test_a_deleted_entry_marks_its_week_and_frees_its_key(bob: User, blog: Channel) -> None:
    program = program_of(bob)
    entry = program.post(ENTRIES, entry_on(blog)).json()
    StaleWeek.objects.all().delete()
    assert program.delete(f"{ENTRIES}{entry['id']}/").status_code == 204
    assert list(StaleWeek.objects.values_list("channel_id", "week")) == [(blog.pk, MONDAY)]
    assert program.post(ENTRIES, entry_on(blog, minutes=50)).status_code == 201


def test_a_member_changes_only_what_is_his_and_an_owner_what_is_anyones(
    alice: User, bob: User, blog: Channel
) -> None:
    hers, his = made(alice, blog, "hers"), made(bob, blog, "his")
    nobodys = made(None, blog, "nobody's")
    member, owner = program_of(bob), program_of(alice)
    for entry in (hers, nobodys):
        for answer in (
            member.patch(f"{ENTRIES}{entry.pk}/", {"minutes": 1}),
            member.delete(f"{ENTRIES}{entry.pk}/"),
        ):
            assert (answer.status_code, answer.json()["detail"]) == (
                403,
                "only owners of the team change the entries of others",
            )
    assert set(TimeEntry.objects.values_list("minutes", flat=True)) == {30}
    assert owner.patch(f"{ENTRIES}{his.pk}/", {"minutes": 1}).json()["person"] == bob.pk
    assert owner.delete(f"{ENTRIES}{nobodys.pk}/").status_code == 204


def test_what_came_another_way_is_changed_where_it_came_from(
    alice: User, bob: User, blog: Channel, team: Team
) -> None:
    batch = ImportBatch.objects.create(team=team, format="toggl", file_name="x.csv")
    imported = made(bob, blog, "1", source="toggl", confirmation="imported", batch=batch)
    typed = made(bob, blog, "2", source="week", confirmation="typed")
    for program in (program_of(alice), program_of(bob)):
        for entry, line in (
            (imported, f"import {batch.pk} brought this entry; take the import back"),
            (typed, "this entry was made on the page of its week; change it there"),
        ):
            for answer in (
                program.patch(f"{ENTRIES}{entry.pk}/", {"minutes": 1}),
                program.delete(f"{ENTRIES}{entry.pk}/"),
            ):
                assert (answer.status_code, answer.json()["detail"]) == (409, line)
    assert list(TimeEntry.objects.values_list("minutes", flat=True)) == [30, 30]


def test_the_list_can_be_narrowed(alice: User, bob: User, blog: Channel, meetup: Channel) -> None:
    made(bob, blog, "first", day=date(2026, 11, 2))
    made(alice, blog, "second", day=date(2026, 11, 3))
    made(bob, meetup, "third", day=date(2026, 11, 4))
    program = program_of(bob)

    def keys(**parameters: Any) -> list[str]:
        return [row["key"] for row in results(program, ENTRIES, **parameters)]

    assert keys() == ["first", "second", "third"]
    assert keys(channel=blog.pk) == ["first", "second"]
    assert keys(person=bob.pk) == ["first", "third"]
    assert keys(**{"from": "2026-11-03"}) == ["second", "third"]
    assert keys(to="2026-11-03") == ["first", "second"]
    assert keys(**{"from": "2026-11-03", "to": "2026-11-03"}) == ["second"]
    assert keys(channel=meetup.pk, person=alice.pk) == []


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("chanel=1", "chanel: there is no such parameter here"),
        ("metric=1", "metric: there is no such parameter here"),
        ("channel=1&channel=2", "channel: this parameter stands here more than once"),
        ("channel=blog", "channel: this takes an id, a whole number"),
        ("channel=0", "channel: this team has no such row among its channels"),
        ("person=-1", "person: this takes an id, a whole number"),
        (
            "from=2026-W47",
            "from: Date has wrong format. Use one of these formats instead: YYYY-MM-DD.",
        ),
        ("from=2026-11-04&to=2026-11-03", "to: this lies before `from`"),
        ("limit=0", "limit: this takes 1 to 1000 rows"),
        ("limit=1001", "limit: this takes 1 to 1000 rows"),
        ("limit=ten", "limit: this takes 1 to 1000 rows"),
        ("cursor=nonsense", "cursor: this is no cursor that this list gave out"),
        ("cursor=", "cursor: this is no cursor that this list gave out"),
    ],
)
def test_a_query_that_says_nothing_true_is_refused(
    bob: User, blog: Channel, query: str, line: str
) -> None:
    made(bob, blog, "a")
    answer = program_of(bob).get(f"{ENTRIES}?{query}")
    assert (answer.status_code, answer.json()["detail"]) == (400, line)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_number_of_queries_whatever_its_length(
    team: Team, bob: User, blog: Channel, rows: int
) -> None:
    for n in range(rows):
        made(join(team, make_user(f"Member{n}"), "member"), blog, str(n))
    program = program_of(bob)
    with CaptureQueriesContext(connection) as queries:
        assert len(results(program, ENTRIES, channel=blog.pk)) == rows
    # The token with its user, the membership with its team, the channels, the entries.
    assert len(queries) == 4
