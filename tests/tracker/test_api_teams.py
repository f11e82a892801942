from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from tests.api import program_of, results
from tests.conftest import join
from tracker.models import Channel, Membership, Metric, Team, User

TEAMS = "/api/v1/teams/"


def test_the_list_holds_the_readers_teams_with_his_own_role(
    team: Team, other_team: Team, alice: User, charlie: User
) -> None:
    join(other_team, alice, Membership.Role.VIEWER)
    assert results(program_of(alice), TEAMS) == [
        {
            "slug": "tideline",
            "name": "Tideline",
            "time_zone": "UTC",
            "currency": "EUR",
            "hour_cost": "60.00",
            "role": "owner",
        },
        {
            "slug": "undertow",
            "name": "Undertow",
            "time_zone": "UTC",
            "currency": "",
            "hour_cost": None,
            "role": "viewer",
        },
    ]
    assert [row["slug"] for row in results(program_of(charlie), TEAMS)] == ["undertow"]


def test_a_team_tells_its_own_people(team: Team, alice: User, vera: User, charlie: User) -> None:
    assert program_of(vera).get(f"{TEAMS}tideline/").json()["people"] == [
        {"id": alice.pk, "name": "Alice", "email": "alice@example.com", "role": "owner"},
        {"id": vera.pk, "name": "Vera", "email": "vera@example.com", "role": "viewer"},
    ]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_number_of_queries_whatever_its_length(
    alice: User, rows: int
) -> None:
    for n in range(1, rows):
        join(Team.objects.create(name=f"Team {n}", slug=f"team-{n}"), alice, "viewer")
    program = program_of(alice)
    with CaptureQueriesContext(connection) as queries:
        assert len(results(program, TEAMS)) == rows
    assert len(queries) == 2  # the token with its user, the teams


@pytest.mark.parametrize("noun", ["channels", "metrics"])
@pytest.mark.parametrize("rows", [1, 3])
def test_channels_and_metrics_take_three_queries_whatever_their_number(
    team: Team, alice: User, noun: str, rows: int
) -> None:
    for n in range(rows):
        Channel.objects.create(team=team, name=f"Blog {n}", kind="blog", medium="online")
        Metric.objects.create(team=team, name=f"Likes {n}", depth="reaction")
    program = program_of(alice)
    with CaptureQueriesContext(connection) as queries:
        assert len(results(program, f"{TEAMS}tideline/{noun}/")) == rows
    assert len(queries) == 3


def test_a_strangers_team_and_one_that_nobody_has_get_the_same_answer(
    team: Team, charlie: User
) -> None:
    program = program_of(charlie)
    there, nowhere = (program.get(f"{TEAMS}{slug}/channels/") for slug in ("tideline", "nobodys"))
    assert (there.status_code, nowhere.status_code) == (404, 404)
    assert there.json() == nowhere.json()
    there, nowhere = (program.get(f"{TEAMS}{slug}/") for slug in ("tideline", "nobodys"))
    assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
    assert there.status_code == 404


def test_an_id_of_another_team_and_one_that_nobody_has_get_the_same_answer(
    team: Team, blog: Channel, comments: Metric, alice: User, charlie: User
) -> None:
    own = Channel.objects.create(
        team=charlie.memberships.get().team, name="Own", kind="blog", medium="online"
    )
    program = program_of(charlie)
    undertow = f"{TEAMS}undertow"
    nobodys = 10**6
    for foreign in (blog.pk, nobodys):
        answer = program.get(f"{undertow}/channels/{foreign}/")
        assert (answer.status_code, answer.json()["detail"]) == (
            404,
            "No Channel matches the given query.",
        )
    for sent, where in (
        ({"channel": blog.pk}, "channel"),
        ({"channel": own.pk, "person": alice.pk}, "person"),
    ):
        row = {"key": "a", "day": "2026-11-02", "minutes": 5}
        there = program.post(f"{undertow}/time-entries/", row | sent)
        nowhere = program.post(f"{undertow}/time-entries/", row | sent | {where: nobodys})
        assert (there.status_code, nowhere.status_code) == (400, 400)
        assert there.json() == nowhere.json()
    there, nowhere = (
        program.get(f"{undertow}/time-entries/", {"channel": pk}) for pk in (blog.pk, nobodys)
    )
    assert (there.status_code, there.json()) == (nowhere.status_code, nowhere.json())
    assert there.status_code == 400


def test_an_address_that_nothing_has_is_told_in_the_same_shape(alice: User) -> None:
    answer = program_of(alice).get("/api/v1/teams")
    assert (answer.status_code, answer.json()) == (
        404,
        {
            "code": "not_found",
            "detail": "there is no such address; the API's addresses end with a slash",
            "problems": [],
        },
    )
    assert APIClient().get("/api/v1/nothing/").status_code == 401
