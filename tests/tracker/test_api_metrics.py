from __future__ import annotations

from datetime import date
from decimal import Decimal

from tests.api import program_of
from tracker.calendar import monday_of
from tracker.models import Channel, Metric, StaleWeek, User

METRICS = "/api/v1/teams/tideline/metrics/"


def test_an_owner_adds_a_metric(alice: User) -> None:
    answer = program_of(alice).post(
        METRICS, {"name": "Leads", "worth": "40.5", "depth": "outcome", "position": 1}
    )
    metric = Metric.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": metric.pk,
        "name": "Leads",
        "worth": "40.5000",
        "depth": "outcome",
        "position": 1,
    }


def test_another_worth_has_every_channel_computed_again(
    alice: User, comments: Metric, blog: Channel, meetup: Channel, today: date
) -> None:
    program = program_of(alice)
    program.patch(f"{METRICS}{comments.pk}/", {"name": "Replies"})
    assert StaleWeek.objects.count() == 0
    answer = program.patch(f"{METRICS}{comments.pk}/", {"worth": "4"})
    assert (answer.status_code, answer.json()["worth"]) == (200, "4.0000")
    comments.refresh_from_db()
    assert (comments.name, comments.worth) == ("Replies", Decimal(4))
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {
        (blog.pk, monday_of(today)),
        (meetup.pk, monday_of(today)),
    }


def test_a_worth_below_zero_and_a_second_name_are_refused(alice: User, comments: Metric) -> None:
    answer = program_of(alice).post(
        METRICS, {"name": "COMMENTS", "worth": "-1", "depth": "outcome"}
    )
    assert (answer.status_code, answer.json()["problems"]) == (
        400,
        [
            {"where": "name", "reason": "the team has a metric of this name already"},
            {"where": "worth", "reason": "Ensure this value is greater than or equal to 0."},
        ],
    )
    assert Metric.objects.count() == 1
