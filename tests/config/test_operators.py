"""The operators' admin: every model can be looked at, numbers can't be written there."""

from __future__ import annotations

from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin
from django.test import Client

from tests.tracker.test_planning import remember
from tracker.calendar import monday_of
from tracker.models import Allocation, Channel, Team, User

OURS = [
    model
    for label in ("tracker", "engagement")
    for model in apps.get_app_config(label).get_models()
    if not model._meta.auto_created
]


@pytest.fixture
def operator(client: Client, db: None) -> Client:
    client.force_login(User.objects.create_superuser("ops@example.com", "correct horse"))
    return client


@pytest.mark.parametrize("model", OURS, ids=lambda model: model.__name__)
def test_every_model_can_be_looked_at(operator: Client, model: type) -> None:
    assert admin.site.is_registered(model)
    address = f"/operators/{model._meta.app_label}/{model._meta.model_name}/"
    assert operator.get(address).status_code == 200


def test_only_people_and_teams_are_written_there(operator: Client) -> None:
    writable = {
        model.__name__
        for model in OURS
        if operator.get(
            f"/operators/{model._meta.app_label}/{model._meta.model_name}/add/"
        ).status_code
        == 200
    }
    assert writable == {"User", "Team", "Membership"}


def test_the_planned_past_cannot_be_touched(operator: Client, blog: Channel, today: date) -> None:
    begun = remember(blog, monday_of(today), 60)
    row = f"/operators/tracker/allocation/{begun.pk}/"
    assert operator.get(f"{row}change/").status_code == 200
    assert operator.post(f"{row}change/", {"weekly_minutes": 1}).status_code == 403
    assert operator.post(f"{row}delete/", {"post": "yes"}).status_code == 403
    assert Allocation.objects.get().weekly_minutes == 60


def test_a_team_is_not_erased_by_deleting_its_row(operator: Client, team: Team) -> None:
    address = f"/operators/tracker/team/{team.pk}/delete/"
    assert operator.post(address, {"post": "yes"}).status_code == 403


def test_an_owner_is_no_operator(client: Client, alice: User) -> None:
    client.force_login(alice)
    assert client.get("/operators/").status_code == 302
