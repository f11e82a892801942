from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError

from tests.conftest import make_user
from tracker.founding import STARTER_METRICS, found_team, free_slug
from tracker.models import Channel, Membership, Metric, Team


def test_a_team_begins_with_its_owner_its_metrics_and_no_channel(db: None) -> None:
    dora = make_user("Dora")
    team = found_team(
        name="Tide & Co",
        owner=dora,
        time_zone="Europe/Berlin",
        currency="EUR",
        hour_cost=Decimal(60),
    )
    team.refresh_from_db()
    assert (team.slug, team.time_zone, team.currency, team.hour_cost, team.past_open) == (
        "tide-co",
        "Europe/Berlin",
        "EUR",
        Decimal(60),
        False,
    )
    assert [(m.user, m.role) for m in team.memberships.all()] == [(dora, Membership.Role.OWNER)]
    assert [(m.name, m.worth, m.depth) for m in Metric.objects.of_team(team)] == [
        (name, worth, depth) for name, worth, depth in STARTER_METRICS
    ]
    assert Channel.objects.of_team(team).count() == 0


def test_reach_alone_is_worth_nothing(db: None) -> None:
    team = found_team(name="Tide", owner=make_user("Dora"))
    assert {m.worth for m in Metric.objects.of_team(team).filter(depth="reach")} == {0}


def test_the_same_name_gets_the_next_free_address(db: None) -> None:
    dora = make_user("Dora")
    Team.objects.create(name="Another", slug="tide-3")
    assert [found_team(name="Tide", owner=dora).slug for _ in range(3)] == [
        "tide",
        "tide-2",
        "tide-4",
    ]


@pytest.mark.parametrize(
    ("name", "slug"),
    [("東京", "team"), ("--", "team"), ("x" * 120, "x" * 56), ("Köln  7", "koln-7")],
)
def test_any_name_can_stand_in_an_address(db: None, name: str, slug: str) -> None:
    assert free_slug(name) == slug


def test_a_given_slug_that_is_taken_founds_nothing(db: None, team: Team) -> None:
    with pytest.raises(IntegrityError):
        found_team(name="Mine", slug="tideline", owner=make_user("Dora"))


def test_founding_is_done_whole_or_not_at_all(transactional_db: None) -> None:
    dora = make_user("Dora")
    with pytest.raises(IntegrityError):
        found_team(name="Cheap", owner=dora, hour_cost=Decimal(-1))
    assert (Team.objects.count(), Membership.objects.count(), Metric.objects.count()) == (0, 0, 0)
