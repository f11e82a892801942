"""The OpenAPI document is true: it is valid, and real answers fit it."""

from __future__ import annotations

from datetime import date
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone
from jsonschema import Draft4Validator
from rest_framework.test import APIClient

from engagement.models import MetricEstimate, Response
from tests.api import program_of
from tests.engagement.stored import metric_estimate
from tests.engagement.test_api_goals import forecast_of
from tests.engagement.test_api_questions import fill, sound
from tests.engagement.test_api_trends import trend_of
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Goal, Metric, Plan, Team, User

TEAM = "/api/v1/teams/{team}/"


@pytest.fixture
def document(alice: User) -> dict[str, Any]:
    answer = program_of(alice).get("/api/v1/schema/?format=json")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def test_the_document_is_valid_and_no_part_of_it_was_guessed() -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=StringIO())


def test_the_document_and_its_page_are_for_people_who_are_signed_in(alice: User) -> None:
    client = APIClient()
    assert client.get("/api/v1/schema/").status_code == 401
    answer = client.get("/api/v1/docs/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/api/v1/docs/")
    client.force_login(alice)
    assert client.get("/api/v1/schema/").status_code == 200
    page = client.get("/api/v1/docs/")
    assert page.status_code == 200
    assert "unsafe-inline" not in page["Content-Security-Policy"]
    assert "http" not in page.content.decode().replace('http-equiv="', "")


def test_every_operation_says_how_to_sign_in_and_how_it_refuses(document: dict[str, Any]) -> None:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = f"{method} {path}"
            assert operation["security"] == [{"token": []}, {"cookieAuth": []}], where
            if "/schema/" not in path:
                assert "4XX" in operation["responses"], where


def fits(document: dict[str, Any], path: str, method: str, answer: Any) -> list[str]:
    """What of a real answer the document does not allow."""
    responses = document["paths"][path][method]["responses"]
    told = responses.get(str(answer.status_code), responses["4XX"])
    schema = strict(told["content"]["application/json"]["schema"], document)
    errors = Draft4Validator(schema).iter_errors(answer.json())
    return [f"{'.'.join(map(str, error.path))}: {error.message}" for error in errors]


def strict(schema: Any, document: dict[str, Any]) -> Any:
    """OpenAPI 3.0 as JSON Schema; a field that the document does not name is an error."""
    if isinstance(schema, list):
        return [strict(part, document) for part in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        *_, name = schema["$ref"].split("/")
        return strict(document["components"]["schemas"][name], document)
    plain = {key: strict(part, document) for key, part in schema.items() if key != "nullable"}
    if plain.get("type") == "object" and "properties" in plain:
        plain.setdefault("additionalProperties", False)
    return {"anyOf": [plain, {"type": "null"}]} if schema.get("nullable") else plain


def test_real_answers_fit_the_document(
    document: dict[str, Any], alice: User, team: Team, blog: Channel, comments: Metric, today: date
) -> None:
    plan = Plan.objects.create(team=team, name="Autumn", starts_on=today, ends_on=today + 12 * WEEK)
    Goal.objects.create(
        team=team, plan=plan, metric=comments, target=9, starts_on=today, due_on=today + WEEK
    )
    trend_of(blog, date(2020, 1, 6), responses={str(comments.pk): 41}, attributed=2.25)
    fill(blog)
    metric_estimate(blog, comments, timezone.now()).save()
    forecast_of(comments)
    program = program_of(alice)
    entry = {"key": "a", "channel": blog.pk, "day": "2026-11-04", "minutes": 45}
    count = {"key": "a", "channel": blog.pk, "metric": comments.pk, "day": "2026-11-04", "count": 3}
    step = {
        "channel": blog.pk,
        "from_week": (monday_of(today) + WEEK).isoformat(),
        "weekly_minutes": 60,
    }
    own = {
        "team": "tideline",
        "plan": str(plan.pk),
        "channel": str(blog.pk),
        "id": str(MetricEstimate.objects.get().pk),
    }
    allocations = f"{TEAM}plans/{{plan}}/allocations/"
    sent: list[tuple[str, str, Any, int]] = [
        ("post", f"{TEAM}channels/", {"name": "X", "kind": "x", "medium": "online"}, 201),
        ("post", f"{TEAM}channels/", {"name": "X"}, 400),
        ("post", f"{TEAM}metrics/", {"name": "Leads", "depth": "outcome"}, 201),
        ("post", allocations, step, 201),
        ("post", f"{TEAM}time-entries/", entry, 201),
        ("post", f"{TEAM}time-entries/", entry, 200),
        ("post", f"{TEAM}time-entries/", {**entry, "minutes": 1}, 409),
        ("post", f"{TEAM}time-entries/", [entry, {}], 200),
        ("post", f"{TEAM}responses/", count, 201),
        ("post", f"{TEAM}responses/", [count, {}], 200),
        ("get", "/api/v1/", None, 200),
        ("get", "/api/v1/teams/", None, 200),
        ("get", TEAM, None, 200),
        ("get", f"{TEAM}channels/", None, 200),
        ("get", f"{TEAM}metrics/", None, 200),
        ("get", f"{TEAM}plans/", None, 200),
        ("get", allocations, None, 200),
        ("get", f"{TEAM}time-entries/", None, 200),
        ("get", f"{TEAM}responses/", None, 200),
        ("get", f"{TEAM}trends/weekly/", None, 200),
        ("get", f"{TEAM}estimates/", None, 200),
        ("get", f"{TEAM}estimates/{{channel}}/", None, 200),
        ("get", f"{TEAM}estimates/metrics/", None, 200),
        ("get", f"{TEAM}estimates/metrics/{{id}}/", None, 200),
        ("get", f"{TEAM}goals/forecasts/", None, 200),
        ("post", f"{TEAM}what-if/", sound("what-if", blog), 200),
        ("post", f"{TEAM}what-if/", {}, 400),
        ("post", f"{TEAM}reallocation/", sound("reallocation", blog), 200),
        ("post", f"{TEAM}start/", sound("start", blog), 200),
    ]
    wrong = []
    for method, path, body, status in sent:
        answer = getattr(program, method)(path.format(**own), body)
        assert answer.status_code == status, (path, answer.content)
        wrong += [f"{method} {path}: {line}" for line in fits(document, path, method, answer)]
    assert wrong == []
    assert Response.objects.count() == 1


def test_an_answer_that_does_not_fit_would_be_found(document: dict[str, Any], alice: User) -> None:
    answer = program_of(alice).get("/api/v1/teams/")
    assert fits(document, "/api/v1/teams/", "get", answer) == []
    for schema in document["components"]["schemas"].values():
        schema.get("properties", {}).pop("time_zone", None)
    assert fits(document, "/api/v1/teams/", "get", answer) != []
