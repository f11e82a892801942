from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tracker.models import Team, User


def test_a_visitor_is_asked_to_sign_in(page: Page) -> None:
    page.goto("/")

    assert page.url.endswith("/accounts/login/?next=/")


def test_who_is_signed_in_sees_the_week(page: Page, alice: User, team: Team) -> None:
    sign_in(page, alice)

    page.goto("/")

    assert page.url.endswith(f"/t/{team.slug}/week/")
    expect(page).to_have_title(re.compile("· Tideline · Longrun$"))


def test_errors_violations_and_strangers_are_complaints(page: Page, complaints: list[str]) -> None:
    page.goto("/accounts/login/")
    page.evaluate(
        """() => {
            console.error("said aloud");
            document.body.setAttribute("style", "color: red");
            setTimeout(() => { throw new Error("thrown"); });
            fetch("https://elsewhere.example/").catch(() => {});
        }"""
    )
    page.wait_for_timeout(300)

    heard = "\n".join(complaints)
    complaints.clear()
    assert "console: said aloud" in heard
    assert "script: thrown" in heard
    assert "console: policy: style-src-attr stops inline" in heard
    assert "console: policy: connect-src stops https://elsewhere.example/" in heard
