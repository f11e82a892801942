"""A real browser on a live server; a page that complains fails its test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright
from pytest_django.live_server_helper import LiveServer

from tracker.models import User

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",  # CI runs as root, where the sandbox can't start
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# Said as a console error, so that what the policy stops is a complaint like any other.
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error(`policy: ${event.violatedDirective} stops ${event.blockedURI}`);
});
"""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium; a test that wants it is skipped where there is none, but not in CI."""
    if not CHROMIUM.exists():
        if os.environ.get("CI"):
            pytest.fail(f"{CHROMIUM} is missing, and CI must not skip the browser tests")
        pytest.skip(f"{CHROMIUM} is missing: apt-get install chromium")
    with pytest.MonkeyPatch.context() as environment:
        # Playwright keeps an event loop running in this thread, which makes Django refuse the
        # database here. Nothing of ours runs in that loop: tests and fixtures are synchronous.
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with sync_playwright() as playwright:
            yield playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)


@pytest.fixture
def complaints() -> list[str]:
    """What the page complained of; a test that means to provoke a complaint clears the list."""
    return []


@pytest.fixture
def page(browser: Browser, live_server: LiveServer, complaints: list[str]) -> Iterator[Page]:
    """
    A new page at the live server's address, 1440 × 900.

    The test fails if there is an error in the console or in a script, if the content security
    policy stops something, or if anything is asked of another host.
    """
    own = urlsplit(live_server.url).netloc

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(f"console: {message.text}")

    def see(request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in {"data", "blob"} and address.netloc != own:
            complaints.append(f"asks another host: {request.url}")

    with browser.new_context(
        base_url=live_server.url,
        viewport={"width": 1440, "height": 900},
        locale="en-GB",
        timezone_id="UTC",
    ) as context:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", hear)
        context.on("weberror", lambda failure: complaints.append(f"script: {failure.error}"))
        context.on("request", see)
        yield context.new_page()
    assert complaints == []


def sign_in(page: Page, user: User) -> None:
    """Let the browser of `page` be signed in as `user`."""
    client = Client()
    client.force_login(user)
    name = settings.SESSION_COOKIE_NAME
    page.context.add_cookies(
        [{"name": name, "value": client.cookies[name].value, "domain": "localhost", "path": "/"}]
    )
