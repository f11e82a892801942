"""The frame in a browser: widths, themes, keys, focus; any complaint of the page fails the test."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Goal, Metric, Plan, Team, User
from tracker.planning import allocate

PAGES = ("week", "plan", "returns", "channels", "imports")
SCROLL_WIDTH = "document.documentElement.scrollWidth"


@pytest.fixture
def filled(team: Team, blog: Channel, meetup: Channel, comments: Metric, today: date) -> Team:
    """A team whose tables are wider than a phone."""
    plan = Plan.objects.create(
        team=team,
        name="A plan with a name that is rather long for a phone",
        starts_on=today - WEEK,
        ends_on=today + 12 * WEEK,
    )
    Plan.objects.create(team=team, name="Another", starts_on=today - 9 * WEEK, ends_on=today - WEEK)
    for weeks in (0, 1):
        allocate(
            team=team,
            channel=blog,
            from_week=monday_of(today) + weeks * WEEK,
            weekly_minutes=90,
            plan=plan,
            registered_on=today,
        )
    Goal.objects.create(
        team=team,
        plan=plan,
        metric=comments,
        target=400,
        starts_on=today,
        due_on=today + WEEK,
    )
    return team


@pytest.mark.parametrize("section", PAGES)
def test_no_page_is_wider_than_a_phone(page: Page, alice: User, filled: Team, section: str) -> None:
    sign_in(page, alice)
    page.set_viewport_size({"width": 375, "height": 760})
    page.goto(f"/t/tideline/{section}/")
    assert page.evaluate(SCROLL_WIDTH) == 375
    expect(page.locator(f".sections a[href='/t/tideline/{section}/']")).to_be_in_viewport()


def test_the_theme_follows_the_system_until_one_is_chosen(page: Page, db: None) -> None:
    root = page.locator("html")
    page.emulate_media(color_scheme="dark")
    page.goto("/accounts/login/")
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.emulate_media(color_scheme="light")
    expect(root).to_have_attribute("data-bs-theme", "light")
    page.locator(".top .menu summary").click()
    page.get_by_label("Dark").check()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(root).to_have_attribute("data-bs-theme", "dark")
    expect(page.get_by_label("Dark")).to_be_checked()
    page.locator(".top .menu summary").click()
    page.get_by_label("System").check()
    expect(root).to_have_attribute("data-bs-theme", "light")


def test_two_keys_lead_to_each_section_and_one_to_the_list(
    page: Page, alice: User, filled: Team
) -> None:
    sign_in(page, alice)
    page.goto("/t/tideline/plan/")
    for letter, section in zip(
        "wrcip", ("week", "returns", "channels", "imports", "plan"), strict=True
    ):
        page.keyboard.press("g")
        page.keyboard.press(letter)
        page.wait_for_url(f"**/t/tideline/{section}/")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Keys")).to_be_hidden()


def test_keys_are_letters_while_somebody_types(page: Page, alice: User, team: Team) -> None:
    sign_in(page, alice)
    page.goto("/t/tideline/channels/")
    page.get_by_label("Name").first.fill("")
    page.get_by_label("Name").first.press_sequentially("g p?")
    assert page.get_by_label("Name").first.input_value() == "g p?"
    assert page.url.endswith("/t/tideline/channels/")


def test_the_first_stop_skips_to_the_content(page: Page, alice: User, team: Team) -> None:
    sign_in(page, alice)
    page.goto("/t/tideline/plan/")
    page.keyboard.press("Tab")
    expect(page.get_by_text("Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_escape_closes_the_menu_and_gives_the_focus_back(
    page: Page, alice: User, team: Team
) -> None:
    sign_in(page, alice)
    page.goto("/t/tideline/plan/")
    menu = page.locator(".top .menu")
    menu.locator("summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link", name="Tideline")).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu.locator("summary")).to_be_focused()
    expect(menu.get_by_role("link", name="New team")).to_be_hidden()


def test_a_change_of_plan_is_typed_refused_and_mended(
    page: Page, alice: User, filled: Team, complaints: list[str]
) -> None:
    sign_in(page, alice)
    page.goto("/t/tideline/plan/")
    page.get_by_text("Change the plan of a channel").click()
    allocations = page.locator("#allocations")
    allocations.get_by_label("Channel", exact=True).select_option("Meetup")
    allocations.get_by_label("Hours a week").fill("three")
    allocations.get_by_role("button", name="Plan it").click()
    field = allocations.get_by_label("Hours a week")
    expect(field).to_have_accessible_description(
        "2, 1.5, 1:30 or 90m; 0 ends the channel’s plan. "
        "Hours such as 2, 1.5 or 1:30, or minutes such as 90m."
    )
    complaints.clear()  # Chromium says aloud that the answer was 422
    field.fill("3")
    allocations.get_by_role("button", name="Plan it").click()
    expect(page.get_by_role("status")).to_contain_text("Meetup has a new plan")
    expect(allocations.get_by_role("row").filter(has_text="3:00").first).to_be_visible()
