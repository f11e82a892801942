from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from tests.api import program_of
from tracker.models import ApiToken, Team, User
from tracker.models.token import issue_token

TEAMS = "/api/v1/teams/"
CHANNELS = "/api/v1/teams/tideline/channels/"
UNKNOWN = {
    "code": "authentication_failed",
    "detail": "this token is unknown, expired or revoked",
    "problems": [],
}
NOBODY = {
    "code": "not_authenticated",
    "detail": "Authentication credentials were not provided.",
    "problems": [],
}


def test_nobody_gets_401_and_is_told_what_would_help(team: Team) -> None:
    answer = APIClient().get(TEAMS)
    assert (answer.status_code, answer.json()) == (401, NOBODY)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_a_token_signs_its_user_in_and_keeps_when_it_was_used(alice: User) -> None:
    token, secret = issue_token(user=alice, name="BI", read_only=False)
    answer = APIClient().get(TEAMS, HTTP_AUTHORIZATION=f"Bearer {secret}")
    assert [row["slug"] for row in answer.json()["results"]] == ["tideline"]
    token.refresh_from_db()
    assert token.last_used_at is not None


@pytest.mark.parametrize(
    "form", ["bearer {}", "BEARER {}", "Bearer  {}", "Bearer {} ", "Bearer\t{}"]
)
def test_the_header_may_be_written_in_any_case_and_with_any_blanks(alice: User, form: str) -> None:
    _, secret = issue_token(user=alice, name="BI", read_only=False)
    answer = APIClient().get(TEAMS, HTTP_AUTHORIZATION=form.format(secret))
    assert answer.status_code == 200


@pytest.mark.parametrize(
    ("header", "detail"),
    [
        ("Bearer", "the header is not of the form: Authorization: Bearer TOKEN"),
        ("Bearer ", "the header is not of the form: Authorization: Bearer TOKEN"),
        ("Bearer a b", "the header is not of the form: Authorization: Bearer TOKEN"),
        ("Bearer lr_nothing", "this token is unknown, expired or revoked"),
        ("Bearer \xe4\xff\x00", "this token is unknown, expired or revoked"),
        ("Basic YWxpY2U6YQ==", "Authentication credentials were not provided."),
        ("", "Authentication credentials were not provided."),
        ("\xff\xfe", "Authentication credentials were not provided."),
    ],
)
def test_a_header_that_opens_nothing_gets_401(alice: User, header: str, detail: str) -> None:
    answer = APIClient().get(TEAMS, HTTP_AUTHORIZATION=header)
    assert (answer.status_code, answer.json()["detail"]) == (401, detail)
    assert answer["WWW-Authenticate"] == "Bearer"


def test_an_expired_a_revoked_and_an_inactive_users_token_get_the_answer_of_an_unknown_one(
    alice: User, bob: User, vera: User
) -> None:
    now = timezone.now()
    secrets = []
    for user, fields in (
        (alice, {"expires_at": now - timedelta(seconds=1)}),
        (bob, {"revoked_at": now}),
        (vera, {}),
    ):
        token, secret = issue_token(user=user, name="BI", read_only=False)
        ApiToken.objects.filter(pk=token.pk).update(**fields)
        secrets.append(secret)
    User.objects.filter(pk=vera.pk).update(is_active=False)
    for secret in secrets:
        answer = APIClient().get(TEAMS, HTTP_AUTHORIZATION=f"Bearer {secret}")
        assert (answer.status_code, answer.json()) == (401, UNKNOWN)


def test_a_bad_token_does_not_fall_back_to_the_session(alice: User) -> None:
    client = APIClient()
    client.force_login(alice)
    assert client.get(TEAMS).status_code == 200
    assert client.get(TEAMS, HTTP_AUTHORIZATION="Bearer lr_nothing").status_code == 401


def test_a_session_needs_the_csrf_token_to_write(alice: User) -> None:
    client = APIClient(enforce_csrf_checks=True)
    client.force_login(alice)
    answer = client.post(CHANNELS, {"name": "X", "kind": "x", "medium": "online"})
    assert (answer.status_code, answer.json()["code"]) == (403, "permission_denied")


def test_a_read_only_token_reads_and_does_not_write_even_if_its_user_may(alice: User) -> None:
    program = program_of(alice, read_only=True)
    assert program.get(CHANNELS).status_code == 200
    assert program.head(CHANNELS).status_code == 200
    assert program.options(CHANNELS).status_code == 200
    channel = {"name": "X", "kind": "x", "medium": "online"}
    for write in (program.post, program.put, program.patch, program.delete):
        answer = write(CHANNELS, channel)
        assert (answer.status_code, answer.json()) == (
            403,
            {"code": "permission_denied", "detail": "this token may only read", "problems": []},
        )
    assert program_of(alice).post(CHANNELS, channel).status_code == 201
