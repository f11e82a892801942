"""
Every address × everybody × every method that the address has: who gets what.

The table is in route_table.py. A route that has no line there fails the test, and so does a
line without a route.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone
from rest_framework.test import APIClient

from engagement.models import MetricEstimate, Response
from tests.api import program_of
from tests.engagement.stored import estimate, metric_estimate
from tests.route_table import API, PAGES_OF_THE_API, PREFIXES, ROLES, TABLE
from tests.tracker.test_plan import allocate
from tracker.calendar import WEEK, iso_name, monday_of
from tracker.models import (
    Allocation,
    Channel,
    Event,
    Goal,
    ImportBatch,
    LearningQuestion,
    Metric,
    Plan,
    Team,
    TimeEntry,
    User,
)

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")


def routes_below(
    patterns: Iterable[URLPattern | URLResolver], prefix: str = ""
) -> Iterator[tuple[str, URLPattern | None]]:
    for pattern in patterns:
        route = prefix + str(pattern.pattern)
        if route in PREFIXES:
            yield route, None
        elif isinstance(pattern, URLResolver):
            yield from routes_below(pattern.url_patterns, route)
        else:
            yield route, pattern


def methods_of(pattern: URLPattern | None) -> set[str]:
    """The methods to be tried: those that a class handles; GET and POST for a mere function."""
    view: Any = pattern.callback if pattern else None
    handler = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if handler is None:
        return {"GET", "POST"} if pattern else {"GET"}
    own: Iterable[str] = getattr(view, "actions", None) or callables_of(handler)
    handled = {name.upper() for name in set(own) & set(handler.http_method_names)}
    return (handled & set(METHODS)) or {"GET"}


def callables_of(handler: type) -> set[str]:
    return {name for name in dir(handler) if callable(getattr(handler, name, None))}


def filled(route: str, values: dict[str, Any], fills: dict[str, str]) -> str:
    """An address of `route`, whichever way its parameters are written."""

    def value(found: re.Match[str]) -> str:
        return str(values[fills.get(found[1], found[1])])

    address = re.sub(r"\(\?P<(\w+)>[^)]*\)", value, route)
    address = re.sub(r"<(?:\w+:)?(\w+)>", value, address)
    return "/" + address.replace("^.+$", "nothing-of-ours/").replace("^", "").rstrip("$")


def kept_estimates(channel: Channel, metric: Metric) -> MetricEstimate:
    """By an early model, so that whoever asks for more is told to wait."""
    estimate(channel, timezone.now()).save()
    kept = metric_estimate(channel, metric, timezone.now())
    kept.save()
    return kept


@pytest.fixture
def rows_of_the_team(
    team: Team, blog: Channel, comments: Metric, alice: User, today: date
) -> dict[str, Any]:
    week = monday_of(today)
    plan = Plan.objects.create(
        team=team, name="Autumn", starts_on=week, ends_on=week + 12 * WEEK, learn="Who asks?"
    )
    allocation = allocate(blog, week + WEEK)
    Allocation.objects.filter(pk=allocation.pk).update(plan=plan)
    batch = ImportBatch.objects.create(
        team=team, format="ours", file_name="hours.csv", state="done", person=alice
    )
    return {
        "team": team.slug,
        "week": iso_name(week),
        "channel": blog.pk,
        "metric": comments.pk,
        "plan": plan.pk,
        "allocation": allocation.pk,
        "goal": Goal.objects.create(
            team=team,
            plan=plan,
            metric=comments,
            target=9,
            starts_on=week,
            due_on=week + WEEK,
        ).pk,
        "question": LearningQuestion.objects.create(team=team, plan=plan, text="Who?").pk,
        "event": Event.objects.create(team=team, kind="launch", name="Two", day=week).pk,
        "batch": batch.pk,
        "entry": TimeEntry.objects.create(
            team=team,
            channel=blog,
            person=alice,
            day=week,
            minutes=30,
            confirmation="api",
            source="api",
            source_key="1",
        ).pk,
        "response": Response.objects.create(
            team=team,
            channel=blog,
            metric=comments,
            day=week,
            count=3,
            source="api",
            source_key="1",
        ).pk,
        "metric_estimate": kept_estimates(blog, comments).pk,
        "chart": "hours-and-responses",
        "key": "nothing",
        "uidb36": "0",
    }


@pytest.fixture
def everybody(alice: User, bob: User, vera: User, charlie: User) -> dict[str, User | None]:
    return dict(zip(ROLES, (None, charlie, vera, bob, alice), strict=True))


def visitors(users: dict[str, User | None], route: str) -> Iterator[tuple[str, str, Client]]:
    """Everybody with a session, and over the API with a token too."""
    for_programs = route.startswith(API) and route not in PAGES_OF_THE_API
    for role, user in users.items():
        client = APIClient() if for_programs else Client()
        client.raise_request_exception = False
        if user is not None:
            client.force_login(user)
        yield role, "session", client
        if user is not None and for_programs:
            program = program_of(user)
            program.raise_request_exception = False
            yield role, "token", program


def status_of(client: Client, method: str, address: str) -> int:
    """What the request gets; whatever it writes is taken back."""
    with transaction.atomic():
        sent: dict[str, Any] = (
            {} if method == "GET" or isinstance(client, APIClient) else {"data": ""}
        )
        if sent:
            sent["content_type"] = "application/x-www-form-urlencoded"
        status: int = getattr(client, method.lower())(address, **sent).status_code
        transaction.set_rollback(True)
    return status


def test_the_table_has_every_route_and_no_other() -> None:
    routes = {
        (route, method)
        for route, pattern in routes_below(get_resolver().url_patterns)
        for method in methods_of(pattern)
    }
    lines = [(row.route, method) for row in TABLE for method in row.statuses]
    assert sorted(routes - set(lines)) == [], "give each of these a line in TABLE"
    assert sorted(set(lines) - routes) == [], "these lines have no route any more"
    assert len(lines) == len(set(lines)), "a route stands twice"


def test_everybody_gets_what_the_table_says(
    everybody: dict[str, User | None], rows_of_the_team: dict[str, Any]
) -> None:
    wrong = []
    for row in TABLE:
        address = filled(row.route, rows_of_the_team, row.fills)
        for role, means, client in visitors(everybody, row.route):
            for method in row.statuses:
                expected = row.status(method, role)
                got = status_of(client, method, address)
                if got != expected:
                    wrong.append(f"{method} {row.route} by {role} ({means}): {got}, not {expected}")
    assert wrong == []


def test_an_owner_reaches_nothing_of_another_team_through_his_own_address(
    charlie: User, rows_of_the_team: dict[str, Any]
) -> None:
    values = rows_of_the_team | {"team": "undertow"}
    wrong = []
    for row in TABLE:
        if "<slug:team>" not in row.route or "<int:" not in row.route:
            continue
        address = filled(row.route, values, row.fills)
        for _, means, client in visitors({"stranger": charlie}, row.route):
            for method in row.statuses:
                got = status_of(client, method, address)
                # A method that the address does not have is refused before any row is sought.
                if got != 404 and row.status(method, "owner") != 405:
                    wrong.append(f"{method} {row.route} ({means}): {got}, not 404")
    assert wrong == []
