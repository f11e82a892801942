from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.api import program_of, results
from tests.tracker.test_plan import allocate_in_the_past
from tracker.calendar import WEEK, monday_of
from tracker.models import Allocation, Channel, Goal, Metric, Plan, StaleWeek, Team, User

PLANS = "/api/v1/teams/tideline/plans/"


def plan_of(team: Team, name: str = "Autumn") -> Plan:
    return Plan.objects.create(
        team=team, name=name, starts_on=date(2026, 10, 5), ends_on=date(2026, 12, 27)
    )


def test_an_owner_writes_the_four_answers(alice: User) -> None:
    answer = program_of(alice).post(
        PLANS,
        {
            "name": "Autumn",
            "starts_on": "2026-10-05",
            "ends_on": "2026-12-27",
            "accomplish": "Ten teams try it",
            "learn": "Who asks first?",
        },
    )
    told = answer.json()
    assert answer.status_code == 201
    assert told.pop("created_at")
    assert told.pop("updated_at")
    assert told == {
        "id": Plan.objects.get().pk,
        "name": "Autumn",
        "starts_on": "2026-10-05",
        "ends_on": "2026-12-27",
        "accomplish": "Ten teams try it",
        "learn": "Who asks first?",
        "execute": "",
        "measure": "",
        "allocations": [],
        "goals": [],
    }


def test_a_plan_ends_after_it_starts_also_when_one_end_is_moved(alice: User, team: Team) -> None:
    program, plan = program_of(alice), plan_of(team)
    days = {"starts_on": "2026-10-05", "ends_on": "2026-10-05"}
    for answer in (
        program.post(PLANS, {"name": "Autumn", **days}),
        program.patch(f"{PLANS}{plan.pk}/", {"ends_on": "2026-10-05"}),
        program.patch(f"{PLANS}{plan.pk}/", {"starts_on": "2026-12-27"}),
    ):
        assert (answer.status_code, answer.json()["detail"]) == (
            400,
            "ends_on: a plan ends after it starts",
        )
    assert program.patch(f"{PLANS}{plan.pk}/", {"learn": "When?"}).json()["learn"] == "When?"


def test_an_allocation_takes_effect_from_a_week_on_and_is_told_with_its_plan(
    alice: User, team: Team, blog: Channel, comments: Metric, today: date
) -> None:
    program, plan = program_of(alice), plan_of(team)
    goal = Goal.objects.create(
        team=team,
        plan=plan,
        metric=comments,
        target=90,
        starts_on=today,
        due_on=today + WEEK,
    )
    next_week = monday_of(today) + WEEK
    answer = program.post(
        f"{PLANS}{plan.pk}/allocations/",
        {"channel": blog.pk, "from_week": next_week.isoformat(), "weekly_minutes": 120},
    )
    allocation = {
        "id": Allocation.objects.get().pk,
        "channel": blog.pk,
        "from_week": next_week.isoformat(),
        "weekly_minutes": 120,
        "weekly_posts": 0,
        "expected_delay_weeks": 4,
        "registered_on": today.isoformat(),
    }
    assert (answer.status_code, answer.json()) == (201, allocation)
    assert list(StaleWeek.objects.values_list("channel_id", "week")) == [(blog.pk, next_week)]
    told = program.get(f"{PLANS}{plan.pk}/").json()
    assert told["allocations"] == [allocation]
    assert told["goals"] == [
        {
            "id": goal.pk,
            "metric": comments.pk,
            "channel": None,
            "target": 90,
            "starts_on": today.isoformat(),
            "due_on": (today + WEEK).isoformat(),
        }
    ]
    assert results(program, f"{PLANS}{plan.pk}/allocations/") == [allocation]


def test_a_week_that_has_not_begun_is_written_anew_and_can_be_withdrawn(
    alice: User, team: Team, blog: Channel, today: date
) -> None:
    program, plan = program_of(alice), plan_of(team)
    address = f"{PLANS}{plan.pk}/allocations/"
    week = (monday_of(today) + WEEK).isoformat()
    for minutes in (60, 90):
        sent = {"channel": blog.pk, "from_week": week, "weekly_minutes": minutes}
        assert program.post(address, sent).status_code == 201
    allocation = Allocation.objects.get()
    assert allocation.weekly_minutes == 90
    assert program.delete(f"{address}{allocation.pk}/").status_code == 204
    assert Allocation.objects.count() == 0


def test_what_has_begun_stays_as_it_was_written(
    alice: User, team: Team, blog: Channel, today: date
) -> None:
    program, plan = program_of(alice), plan_of(team)
    begun = allocate_in_the_past(blog, monday_of(today) - WEEK)
    Team.objects.update(past_open=True)
    Allocation.objects.update(plan=plan)
    Team.objects.update(past_open=False)
    address = f"{PLANS}{plan.pk}/allocations/"
    answer = program.delete(f"{address}{begun.pk}/")
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")
    assert program.patch(f"{address}{begun.pk}/", {"weekly_minutes": 1}).status_code == 405
    for week in (begun.from_week, monday_of(today)):
        answer = program.post(
            address, {"channel": blog.pk, "from_week": week.isoformat(), "weekly_minutes": 1}
        )
        assert answer.status_code == 400
        assert [problem["where"] for problem in answer.json()["problems"]] == ["from_week"]
    assert list(Allocation.objects.values_list("weekly_minutes", flat=True)) == [120]


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"from_week_shift": 1}, "from_week"),
        ({"weekly_minutes": 7 * 24 * 60 + 1}, "weekly_minutes"),
        ({"weekly_minutes": -1}, "weekly_minutes"),
        ({"weekly_minutes": 0}, "weekly_minutes"),
        ({"weekly_posts": 32_768}, "weekly_posts"),
        ({"expected_delay_weeks": -1}, "expected_delay_weeks"),
        ({"channel": 0}, "channel"),
        ({"registered_on": "2026-01-01"}, "registered_on"),
    ],
)
def test_an_allocation_that_fits_no_week_is_refused(
    alice: User, team: Team, blog: Channel, today: date, fields: dict[str, Any], where: str
) -> None:
    week = monday_of(today) + WEEK + timedelta(days=fields.pop("from_week_shift", 0))
    sent = {"channel": blog.pk, "from_week": week.isoformat(), "weekly_minutes": 60} | fields
    answer = program_of(alice).post(f"{PLANS}{plan_of(team).pk}/allocations/", sent)
    assert answer.status_code == 400
    assert [problem["where"] for problem in answer.json()["problems"]] == [where]
    assert Allocation.objects.count() == 0


def test_an_allocation_is_found_under_its_own_plan_only(
    alice: User, team: Team, blog: Channel, today: date
) -> None:
    program = program_of(alice)
    autumn, winter = plan_of(team), plan_of(team, "Winter")
    week = (monday_of(today) + WEEK).isoformat()
    made = program.post(
        f"{PLANS}{autumn.pk}/allocations/",
        {"channel": blog.pk, "from_week": week, "weekly_minutes": 60},
    ).json()["id"]
    assert program.get(f"{PLANS}{winter.pk}/allocations/{made}/").status_code == 404
    assert program.delete(f"{PLANS}{winter.pk}/allocations/{made}/").status_code == 404
    assert program.get(f"{PLANS}{winter.pk}9/allocations/").status_code == 404
    assert Allocation.objects.count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_takes_the_same_number_of_queries_whatever_its_length(
    team: Team, alice: User, blog: Channel, comments: Metric, today: date, rows: int
) -> None:
    program = program_of(alice)
    for n in range(rows):
        plan = plan_of(team, f"Plan {n}")
        for weeks in range(1, rows + 1):
            Allocation.objects.create(
                team=team,
                plan=plan,
                channel=blog,
                from_week=monday_of(today) + (n * rows + weeks) * WEEK,
                weekly_minutes=60,
                registered_on=today,
            )
            Goal.objects.create(
                team=team,
                plan=plan,
                metric=comments,
                channel=blog,
                target=weeks,
                starts_on=today,
                due_on=today + WEEK,
            )
    with CaptureQueriesContext(connection) as queries:
        plans = results(program, PLANS)
    assert [len(plan["allocations"]) for plan in plans] == [rows] * rows
    # The token with its user, the membership with its team, plans, allocations, goals.
    assert len(queries) == 5
