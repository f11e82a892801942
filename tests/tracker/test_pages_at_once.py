"""The same form twice at the same moment, as an impatient hand sends it."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.at_once import AT_ONCE, all_at_once
from tracker.models import Channel, Metric, Team, User


def signed_in(user: User) -> list[Client]:
    clients = [Client() for _ in range(AT_ONCE)]
    for client in clients:
        client.force_login(user)
    return clients


@pytest.mark.parametrize(
    ("noun", "typed", "model"),
    [
        ("channel", {"name": "X", "kind": "x", "medium": "online"}, Channel),
        ("metric", {"name": "X", "depth": "reach", "worth": "1"}, Metric),
    ],
)
def test_a_row_added_at_once_is_added_once_and_the_others_are_told(
    transactional_db: None,
    alice: User,
    noun: str,
    typed: dict[str, str],
    model: type[Channel | Metric],
) -> None:
    form = {"noun": noun} | {f"{noun}-{name}": text for name, text in typed.items()}
    clients = signed_in(alice)
    answers = all_at_once(lambda n: clients[n].post("/t/tideline/channels/", form))
    assert sorted(answer.status_code for answer in answers) == [302, 422, 422, 422]
    assert model._default_manager.count() == 1


def test_teams_founded_at_once_get_addresses_of_their_own(
    transactional_db: None, alice: User
) -> None:
    clients = signed_in(alice)
    form = {"name": "Spring", "time_zone": "UTC"}
    answers = all_at_once(lambda n: clients[n].post("/teams/new/", form))
    assert [answer.status_code for answer in answers] == [302] * AT_ONCE
    slugs = Team.objects.filter(name="Spring").order_by("slug").values_list("slug", flat=True)
    assert list(slugs) == ["spring", "spring-2", "spring-3", "spring-4"]
