"""Every account page is reachable by whom it is for, and stands in our frame."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import LazySettings, settings
from django.template.loader import render_to_string
from django.test import Client

from tests.systems import environment
from tracker.models import User

FOR_EVERYBODY = [
    "login/",
    "signup/",
    "password/reset/",
    "password/reset/done/",
    "confirm-email/",
    "inactive/",
    "password/reset/key/1-set-password/",
    "confirm-email/nokey/",
]
FOR_MEMBERS = ["email/", "password/change/", "logout/", "reauthenticate/"]


def is_framed(page: str) -> bool:
    return all(part in page for part in ('class="word-mark"', 'class="lone"', 'id="content"'))


@pytest.fixture(autouse=True)
def _no_rate_limits(settings: LazySettings) -> None:
    """They count in the cache, which these tests do without."""
    settings.ACCOUNT_RATE_LIMITS = False


@pytest.mark.parametrize("address", FOR_EVERYBODY)
def test_whoever_is_not_signed_in_gets_it_framed(client: Client, db: None, address: str) -> None:
    response = client.get(f"/accounts/{address}")
    assert response.status_code == 200
    assert is_framed(response.content.decode())


@pytest.mark.parametrize("address", FOR_MEMBERS)
def test_whoever_is_signed_in_gets_it_framed(client: Client, alice: User, address: str) -> None:
    client.force_login(alice)
    response = client.get(f"/accounts/{address}")
    assert response.status_code == 200
    assert is_framed(response.content.decode())


@pytest.mark.parametrize("address", ["email/", "password/change/", "reauthenticate/"])
def test_whoever_is_not_signed_in_is_asked_to(client: Client, db: None, address: str) -> None:
    response = client.get(f"/accounts/{address}")
    assert response["Location"] == f"/accounts/login/?next=/accounts/{address}"


def test_signing_in_with_the_e_mail_address_in_any_case(client: Client, alice: User) -> None:
    typed = {"login": "ALICE@example.com", "password": "correct horse"}
    response = client.post("/accounts/login/", typed)
    assert (response.status_code, response["Location"]) == (302, "/")


def test_a_wrong_password_is_said_in_the_form(client: Client, alice: User) -> None:
    typed = {"login": "alice@example.com", "password": "wrong"}
    page = client.post("/accounts/login/", typed).content.decode()
    assert 'class="error-summary" role="alert"' in page


def test_a_link_from_the_mail_leads_to_a_new_password(client: Client, alice: User) -> None:
    key = f"{user_pk_to_url_str(alice)}-{default_token_generator.make_token(alice)}"
    response = client.get(f"/accounts/password/reset/key/{key}/", follow=True)
    assert response.status_code == 200
    assert is_framed(response.content.decode())
    assert 'name="password1"' in response.content.decode()


def test_where_sign_up_is_closed_the_page_says_whom_to_ask(
    client: Client, db: None, settings: LazySettings
) -> None:
    settings.SIGNUP_OPEN = False
    page = client.get("/accounts/signup/").content.decode()
    assert is_framed(page)
    assert "No new accounts here" in page


def test_a_form_that_was_open_too_long_is_explained(alice: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(alice)
    response = strict.post("/teams/new/", {"name": "Ebb"})
    assert response.status_code == 403
    assert "Please send that again" in response.content.decode()


def test_what_broke_is_said_without_a_request_or_a_database() -> None:
    page = render_to_string("500.html")
    assert "Something broke on our side" in page
    assert 'class="menu"' not in page


def test_behind_the_proxy_everybody_has_an_address_of_their_own(tmp_path: Path) -> None:
    """What a client says of itself stands before what the proxy has seen."""
    program = (
        "import django; django.setup()\n"
        "from allauth.core.internal.httpkit import get_client_ip\n"
        "from django.test import RequestFactory\n"
        "headers = {'X-Forwarded-For': '192.0.2.66, 198.51.100.7'}\n"
        "print(get_client_ip(RequestFactory().get('/', headers=headers)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program],
        cwd=settings.BASE_DIR,
        env=environment()
        | {
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "LONGRUN_DATA": str(tmp_path),
            "LONGRUN_PRODUCTION": "1",
            "ALLOWED_HOSTS": "longrun.example",
            "SECRET_KEY": "x" * 50,
        },
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "198.51.100.7\n"
