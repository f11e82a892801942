from __future__ import annotations

from decimal import Decimal

import pytest
from django.test import Client

from tests.conftest import make_user
from tracker.models import Membership, Team, User


@pytest.fixture
def dora(client: Client, db: None) -> User:
    dora = make_user("Dora")
    client.force_login(dora)
    return dora


def test_whoever_founds_a_team_owns_it_and_goes_on_to_its_channels(
    client: Client, dora: User
) -> None:
    response = client.post(
        "/teams/new/",
        {"name": "Ebb", "time_zone": "Europe/Berlin", "currency": "eur", "hour_cost": "60"},
    )
    assert (response.status_code, response["Location"]) == (302, "/t/ebb/channels/")
    team = Team.objects.visible_to(dora).get()
    assert (team.time_zone, team.currency, team.hour_cost) == ("Europe/Berlin", "EUR", Decimal(60))
    assert team.memberships.get().role == Membership.Role.OWNER
    assert "Ebb is founded" in client.get("/t/ebb/channels/").content.decode()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"currency": "E1"}, "currency"),
        ({"currency": "EURO"}, "currency"),
        ({"hour_cost": "-1"}, "hour_cost"),
        ({"hour_cost": "dear"}, "hour_cost"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    client: Client, dora: User, typed: dict[str, str], field: str
) -> None:
    response = client.post("/teams/new/", {"name": "Ebb", "time_zone": "UTC", **typed})
    assert list(response.context["form"].errors) == [field]
    assert Team.objects.count() == 0


def test_an_empty_post_is_answered_with_what_is_missing(client: Client, dora: User) -> None:
    response = client.post("/teams/new/")
    assert list(response.context["form"].errors) == ["name", "time_zone"]


def test_who_is_not_signed_in_is_asked_to(client: Client, db: None) -> None:
    assert client.get("/teams/new/")["Location"] == "/accounts/login/?next=/teams/new/"
