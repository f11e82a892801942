from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from tracker.models import ApiToken, User


def make_token(*arguments: str) -> str:
    """What the command printed to its standard output."""
    printed = StringIO()
    call_command("token", *arguments, stdout=printed, stderr=StringIO())
    return printed.getvalue()


def test_it_prints_the_token_alone_on_the_last_line(alice: User) -> None:
    lines = make_token("alice@example.com", "--name", "BI").splitlines()
    token = ApiToken.objects.matching(lines[-1]).get()
    assert (token.user, token.name, token.read_only, token.expires_at) == (alice, "BI", False, None)


def test_it_takes_an_address_as_people_type_it(alice: User) -> None:
    secret = make_token(" Alice@Example.com", "--name", " BI ").splitlines()[-1]
    token = ApiToken.objects.matching(secret).get()
    assert (token.user, token.name) == (alice, "BI")


def test_a_token_can_be_limited_to_reading_and_can_expire(alice: User) -> None:
    make_token("alice@example.com", "--name", "BI", "--read-only", "--expires-in", "30")
    token = ApiToken.objects.get()
    assert token.read_only
    assert token.expires_at is not None
    left = token.expires_at - timezone.now()
    assert timedelta(days=29, hours=23) < left <= timedelta(days=30)
    assert not ApiToken.objects.usable(timezone.now() + timedelta(days=31)).exists()


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (
            ("nobody@example.com", "--name", "BI"),
            "token: nobody has the e-mail address 'nobody@example.com'; sign up first",
        ),
        (
            ("alice@example.com", "--name", "  "),
            "token: --name needs 1 to 80 characters that say what it is for",
        ),
        (
            ("alice@example.com", "--name", "x" * 81),
            "token: --name needs 1 to 80 characters that say what it is for",
        ),
        (
            ("alice@example.com", "--name", "BI", "--expires-in", "0"),
            "token: --expires-in takes 1 to 3650 days, not 0",
        ),
        (
            ("alice@example.com", "--name", "BI", "--expires-in", "99999999999"),
            "token: --expires-in takes 1 to 3650 days, not 99999999999",
        ),
    ],
)
def test_bad_input_gets_one_line_and_makes_nothing(
    alice: User, arguments: tuple[str, ...], line: str
) -> None:
    with pytest.raises(CommandError) as refused:
        make_token(*arguments)
    assert (str(refused.value), refused.value.returncode) == (line, 2)
    assert ApiToken.objects.count() == 0


def test_a_revoked_token_opens_nothing_and_the_others_stay_open(alice: User, bob: User) -> None:
    for email, name in (("alice", "BI"), ("alice", "BI"), ("alice", "hook"), ("bob", "BI")):
        make_token(f"{email}@example.com", "--name", name)
    assert make_token("alice@example.com", "--name", "BI", "--revoke") == (
        "Tokens of alice@example.com called 'BI' that open nothing from now on: 2.\n"
    )
    usable = ApiToken.objects.usable(timezone.now()).order_by("pk")
    assert [(token.user, token.name) for token in usable] == [(alice, "hook"), (bob, "BI")]


def test_there_is_nothing_to_revoke_twice(alice: User) -> None:
    make_token("alice@example.com", "--name", "BI")
    make_token("alice@example.com", "--name", "BI", "--revoke")
    with pytest.raises(CommandError) as refused:
        make_token("alice@example.com", "--name", "BI", "--revoke")
    assert str(refused.value) == "token: alice@example.com has no open token called 'BI'"
    assert refused.value.returncode == 2


def test_an_inactive_user_gets_none(alice: User) -> None:
    User.objects.update(is_active=False)
    with pytest.raises(CommandError) as refused:
        make_token("alice@example.com", "--name", "BI")
    assert str(refused.value) == (
        "token: alice@example.com is not active, so a token would open nothing"
    )
    assert refused.value.returncode == 2
    assert ApiToken.objects.count() == 0
