from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from engagement.models import Conversation, Response
from tests.conftest import make_user
from tracker.models import StaleWeek, Team, TimeEntry, User

SIGN_IN = re.compile(
    r"Sign in as demo@example\.com with the password ((?:[a-z2-9]{4}-){3}[a-z2-9]{4})\n"
)


def demo(**options: str) -> tuple[str, str]:
    """What the command writes to its two streams."""
    out, err = StringIO(), StringIO()
    call_command("demo", stdout=out, stderr=err, no_color=True, **options)
    return out.getvalue(), err.getvalue()


def everything() -> dict[str, int]:
    return {
        model.__name__: model._default_manager.count()
        for model in (Team, User, TimeEntry, Response, Conversation, StaleWeek)
    }


def test_its_password_signs_the_owner_in_and_loading_twice_changes_nothing(
    db: None, client: Client, tmp_path: Path
) -> None:
    kept = tmp_path / "demo-password"
    kept.write_text("an older and much longer password that anybody could read")
    kept.chmod(0o644)
    out, err = demo(password_file=str(kept))
    told = SIGN_IN.fullmatch(out)
    assert told is not None
    assert err == ""
    assert kept.read_text() == told[1] + "\n"
    assert kept.stat().st_mode & 0o777 == 0o600
    answer = client.post(
        "/accounts/login/", {"login": "demo@example.com", "password": told[1]}, follow=False
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")

    before = everything()
    out, err = demo(password_file=str(kept))
    assert (out, err) == ("", "the demo team 'tideline' is there already; nothing was changed\n")
    assert everything() == before
    assert kept.read_text() == told[1] + "\n"


@pytest.mark.parametrize("name", ["demo", "lea.brandt"])
def test_it_takes_nobodys_address(db: None, name: str) -> None:
    make_user(name)
    with pytest.raises(CommandError) as raised:
        demo()
    assert raised.value.returncode == 2
    assert str(raised.value) == (
        f"{name}@example.com exists already, but there is no team 'tideline'; "
        "rename or delete that user, then load the demo again"
    )
    assert Team.objects.count() == 0


def test_a_password_that_cannot_be_kept_leaves_nothing_behind(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError) as raised:
        demo(password_file=str(tmp_path / "no" / "such" / "folder"))
    assert raised.value.returncode == 2
    assert str(raised.value) == (
        f"the password can't be written to {tmp_path}/no/such/folder: "
        "No such file or directory; nothing was loaded"
    )
    assert everything() == dict.fromkeys(everything(), 0)


def test_a_team_of_that_name_stays_as_it_is(team: Team) -> None:
    before = everything()
    out, err = demo()
    assert (out, err) == ("", "the demo team 'tideline' is there already; nothing was changed\n")
    assert everything() == before
