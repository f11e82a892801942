from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from engagement.models import Response
from tests.api import program_of, results
from tracker.models import Channel, Metric, StaleWeek, Team, User

RESPONSES = "/api/v1/teams/tideline/responses/"
MONDAY = date(2026, 11, 2)


def count_of(channel: Channel, metric: Metric, **fields: Any) -> dict[str, Any]:
    return {
        "key": "a",
        "channel": channel.pk,
        "metric": metric.pk,
        "day": "2026-11-04",
        "count": 12,
        **fields,
    }


def test_a_member_tells_a_count_and_its_week_is_marked(
    bob: User, blog: Channel, comments: Metric
) -> None:
    answer = program_of(bob).post(RESPONSES, count_of(blog, comments))
    told = answer.json()
    assert answer.status_code == 201
    assert told.pop("created_at")
    assert told == {
        "id": Response.objects.get().pk,
        "key": "a",
        "revision": 0,
        "channel": blog.pk,
        "metric": comments.pk,
        "day": "2026-11-04",
        "count": 12,
        "source": "api",
    }
    assert list(StaleWeek.objects.values_list("channel_id", "week")) == [(blog.pk, MONDAY)]


def test_a_new_count_under_a_key_is_a_revision_and_the_same_one_changes_nothing(
    bob: User, blog: Channel, comments: Metric
) -> None:
    program = program_of(bob)
    answers = [
        program.post(RESPONSES, count_of(blog, comments, count=count))
        for count in (12, 12, 15, 9, 9)
    ]
    assert [answer.status_code for answer in answers] == [201, 200, 201, 201, 200]
    assert [answer.json()["revision"] for answer in answers] == [0, 0, 1, 2, 2]
    rows = results(program, RESPONSES)
    assert [row["count"] for row in rows] == [12, 3, -6]
    assert sum(row["count"] for row in rows) == 9


def test_a_key_does_not_move_to_another_day_channel_or_metric(
    bob: User, team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    likes = Metric.objects.create(team=team, name="Likes", depth="reaction")
    program = program_of(bob)
    program.post(RESPONSES, count_of(blog, comments))
    for moved in (
        count_of(blog, comments, day="2026-11-05"),
        count_of(meetup, comments),
        count_of(blog, likes),
    ):
        answer = program.post(RESPONSES, moved)
        assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert Response.objects.count() == 1


def test_many_at_once_are_counted_and_refused_by_their_place(
    bob: User, blog: Channel, comments: Metric
) -> None:
    program = program_of(bob)
    rows = [
        count_of(blog, comments, key="kept"),
        count_of(blog, comments, key="kept", count=1),
        count_of(blog, comments, key="new", count=2**31),
        count_of(blog, comments, key="newer") | {"metric": 0},
        count_of(blog, comments, key="newest", count=-3),
    ]
    answer = program.post(RESPONSES, rows)
    assert (answer.status_code, answer.json()) == (
        200,
        {
            "taken": 2,
            "known": 0,
            "refusals": [
                {"index": 1, "reason": "key: row 0 has the same"},
                {
                    "index": 2,
                    "reason": "count: Ensure this value is less than or equal to 2147483647.",
                },
                {"index": 3, "reason": "metric: this team has no such row among its metrics"},
            ],
        },
    )
    again = program.post(RESPONSES, rows).json()
    assert (again["taken"], again["known"]) == (0, 2)
    assert sorted(Response.objects.values_list("source_key", "count")) == [
        ("kept", 12),
        ("newest", -3),
    ]


def test_what_was_told_is_neither_changed_nor_deleted(
    alice: User, blog: Channel, comments: Metric
) -> None:
    program = program_of(alice)
    response = program.post(RESPONSES, count_of(blog, comments)).json()["id"]
    assert program.patch(f"{RESPONSES}{response}/", {"count": 1}).status_code == 405
    assert program.delete(f"{RESPONSES}{response}/").status_code == 405
    assert Response.objects.get().count == 12


def test_another_teams_metric_is_no_choice(
    bob: User, blog: Channel, comments: Metric, other_team: Team
) -> None:
    foreign = Metric.objects.create(team=other_team, name="Leads", depth="outcome")
    program = program_of(bob)
    there = program.post(RESPONSES, count_of(blog, foreign))
    nowhere = program.post(RESPONSES, count_of(blog, comments) | {"metric": 10**6})
    assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
    assert there.status_code == 400
    assert Response.objects.count() == 0


def test_another_teams_counts_are_not_in_the_list(
    bob: User, charlie: User, blog: Channel, comments: Metric, other_team: Team
) -> None:
    program_of(bob).post(RESPONSES, count_of(blog, comments))
    own = Channel.objects.create(team=other_team, name="Own", kind="x", medium="online")
    leads = Metric.objects.create(team=other_team, name="Leads", depth="outcome")
    stranger, undertow = program_of(charlie), "/api/v1/teams/undertow/responses/"
    # The same key in two teams is two keys.
    assert stranger.post(undertow, count_of(own, leads, count=7)).status_code == 201
    assert [row["count"] for row in results(stranger, undertow)] == [7]
    assert [row["count"] for row in results(program_of(bob), RESPONSES)] == [12]


def test_the_list_can_be_narrowed(
    bob: User, team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    likes = Metric.objects.create(team=team, name="Likes", depth="reaction")
    program = program_of(bob)
    program.post(
        RESPONSES,
        [
            count_of(blog, comments, key="first", day="2026-11-02"),
            count_of(blog, likes, key="second", day="2026-11-03"),
            count_of(meetup, comments, key="third", day="2026-11-04"),
        ],
    )

    def keys(**parameters: Any) -> list[str]:
        return [row["key"] for row in results(program, RESPONSES, **parameters)]

    assert keys(channel=blog.pk) == ["first", "second"]
    assert keys(metric=comments.pk) == ["first", "third"]
    assert keys(**{"from": "2026-11-03", "to": "2026-11-03"}) == ["second"]
    answer = program.get(RESPONSES, {"person": bob.pk})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "person: there is no such parameter here",
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_number_of_queries_whatever_its_length(
    bob: User, blog: Channel, comments: Metric, rows: int
) -> None:
    program = program_of(bob)
    program.post(RESPONSES, [count_of(blog, comments, key=str(n)) for n in range(rows)])
    with CaptureQueriesContext(connection) as queries:
        assert len(results(program, RESPONSES)) == rows
    assert len(queries) == 3  # the token with its user, the membership with its team, the rows
