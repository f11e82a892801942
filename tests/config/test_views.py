from __future__ import annotations

from django.test import Client
from pytest_django import DjangoAssertNumQueries

from tests.conftest import join
from tracker.models import Membership, Team, User


def test_the_front_door_leads_to_the_founding_of_a_team_where_there_is_none(
    client: Client, other_team: Team, db: None
) -> None:
    client.force_login(User.objects.create_user("dora@example.com", "correct horse"))
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/teams/new/")


def test_the_front_door_asks_who_is_there(client: Client, db: None) -> None:
    response = client.get("/")
    assert (response.status_code, response["Location"]) == (302, "/accounts/login/?next=/")


def test_robots_are_sent_away(client: Client) -> None:
    response = client.get("/robots.txt")
    assert response.status_code == 200
    assert response.content == b"User-agent: *\nDisallow: /\n"


def test_an_unknown_page_says_so_in_the_frame(client: Client, alice: User) -> None:
    client.force_login(alice)
    response = client.get("/nowhere/")
    assert response.status_code == 404
    assert b"There is no such page" in response.content


def test_the_menu_names_ones_own_teams_only_in_one_query(
    client: Client, alice: User, charlie: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(alice)
    for name in ("Ebb", "Flow"):
        join(Team.objects.create(name=name, slug=name.lower()), alice, Membership.Role.VIEWER)
    with django_assert_num_queries(3):  # session, user, teams
        page = client.get("/teams/new/").content.decode()
    assert [name in page for name in ("Tideline", "Ebb", "Flow", "Undertow")] == [
        True,
        True,
        True,
        False,
    ]
