"""The cast: Alice owns the team, Bob logs in it, Vera only reads, Charlie must see nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from django.conf import settings
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

from tracker.models import Channel, Membership, Metric, Team, User

# A busy machine is slow, not wrong.
hypothesis_settings.register_profile(
    "unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("unhurried")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """On SQLite the test database is a file: a worker is another process and must see it."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(settings.DATA_DIR / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def _static_files_straight_from_the_source() -> Iterator[None]:
    """Nobody has collected them before the tests, so they go by their own names."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    with override_settings(
        STORAGES={**settings.STORAGES, "staticfiles": storage},
        WHITENOISE_AUTOREFRESH=True,
        WHITENOISE_USE_FINDERS=True,
    ):
        yield


def make_user(name: str) -> User:
    return User.objects.create_user(f"{name.lower()}@example.com", "correct horse", name=name)


def join(team: Team, user: User, role: str) -> User:
    Membership.objects.create(team=team, user=user, role=role)
    return user


@pytest.fixture
def team(db: None) -> Team:
    return Team.objects.create(name="Tideline", slug="tideline", currency="EUR", hour_cost=60)


@pytest.fixture
def other_team(db: None) -> Team:
    return Team.objects.create(name="Undertow", slug="undertow")


@pytest.fixture
def alice(team: Team) -> User:
    return join(team, make_user("Alice"), Membership.Role.OWNER)


@pytest.fixture
def bob(team: Team) -> User:
    return join(team, make_user("Bob"), Membership.Role.MEMBER)


@pytest.fixture
def vera(team: Team) -> User:
    return join(team, make_user("Vera"), Membership.Role.VIEWER)


@pytest.fixture
def charlie(other_team: Team) -> User:
    """A stranger: he owns another team."""
    return join(other_team, make_user("Charlie"), Membership.Role.OWNER)


@pytest.fixture
def blog(team: Team) -> Channel:
    return Channel.objects.create(
        team=team, name="Blog", kind=Channel.Kind.BLOG, medium=Channel.Medium.ONLINE
    )


@pytest.fixture
def meetup(team: Team) -> Channel:
    return Channel.objects.create(
        team=team, name="Meetup", kind=Channel.Kind.MEETUP, medium=Channel.Medium.IN_PERSON
    )


@pytest.fixture
def comments(team: Team) -> Metric:
    return Metric.objects.create(
        team=team, name="Comments", worth=3, depth=Metric.Depth.CONVERSATION
    )


@pytest.fixture
def today() -> date:
    return timezone.now().date()


@pytest.fixture(autouse=True)
def _open_the_past_before_a_flush(request: pytest.FixtureRequest) -> Iterator[None]:
    """The planned past can't be deleted, not even by the flush after a test on SQLite."""
    if "transactional_db" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    Team.objects.update(past_open=True)
