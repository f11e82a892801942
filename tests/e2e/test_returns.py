from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Browser, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from engagement.models import WeeklyTrend
from tests.e2e.conftest import sign_in
from tests.engagement.stored import store_estimates, store_weeks
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Event, StaleWeek, Team, User

PAGE = "/t/tideline/returns/"
NAMES = ("hours-and-responses", "return-per-hour")


@pytest.fixture
def filled(team: Team, alice: User, blog: Channel, meetup: Channel) -> Team:
    running = monday_of(team.day_at(timezone.now()))
    for channel in (blog, meetup):
        store_weeks(channel, running, 20)
    unknown = {"attributed": None, "trend_4": None, "trend_13": None}
    WeeklyTrend.objects.filter(week=running).update(**unknown)
    store_estimates([blog, meetup], timezone.now())
    Event.objects.create(team=team, kind="launch", name="Launch 2.0", day=running - 4 * WEEK)
    return team


def chart(page: Page, name: str) -> Locator:
    return page.locator(f"[data-chart='{name}']")


def open_returns(page: Page, user: User, address: str = PAGE) -> None:
    sign_in(page, user)
    page.goto(address)
    for name in NAMES:
        expect(chart(page, name).locator("svg")).to_be_visible()


def test_both_charts_are_drawn_with_their_marks(page: Page, filled: Team, alice: User) -> None:
    open_returns(page, alice)

    for name in NAMES:
        words = chart(page, name).locator("svg text")
        expect(words.filter(has_text="Launch 2.0")).to_have_count(1)
        expect(words.filter(has_text="today")).to_have_count(1)
        expect(chart(page, name)).to_have_attribute(
            "aria-label", re.compile("^(Two charts|A line)")
        )
    expect(chart(page, NAMES[1]).get_by_text("cost of an hour €60")).to_have_count(1)


def test_the_running_week_is_hatched(page: Page, filled: Team, alice: User) -> None:
    open_returns(page, alice)

    assert chart(page, NAMES[0]).locator("svg pattern").count() == 1


def test_a_table_opens_and_closes_at_the_keyboard(page: Page, filled: Team, alice: User) -> None:
    open_returns(page, alice)
    table = page.locator("#hours-and-responses table")
    expect(table).to_be_hidden()

    page.locator("#hours-and-responses summary").press("Enter")
    expect(table).to_be_visible()
    assert table.locator("tbody tr").count() == 14
    expect(table.locator("tbody tr").first).to_contain_text("running")

    page.locator("#hours-and-responses summary").press("Enter")
    expect(table).to_be_hidden()


def test_numbers_under_the_pointer_have_their_units(page: Page, filled: Team, alice: User) -> None:
    open_returns(page, alice)

    chart(page, NAMES[0]).hover(position={"x": 300, "y": 190})
    tip = chart(page, NAMES[0]).locator(".chart-tip")
    expect(tip).to_contain_text(re.compile(r"Week of .*€60.*20.*2 h.*2 h"))

    chart(page, NAMES[1]).hover(position={"x": 300, "y": 120})
    expect(chart(page, NAMES[1]).locator(".chart-tip")).to_contain_text(
        re.compile("An hour returned€20.*90% interval€16 to €26.*Cost of an hour€60")
    )


def test_a_change_of_theme_is_followed_at_once(page: Page, filled: Team, alice: User) -> None:
    open_returns(page, alice)
    teal = "path[stroke='#0f9d87']"
    expect(chart(page, NAMES[1]).locator(teal)).not_to_have_count(0)

    page.locator(".top details.menu summary").click()
    page.get_by_label("Dark").check()

    expect(chart(page, NAMES[1]).locator(teal)).to_have_count(0)
    expect(chart(page, NAMES[1]).locator("path[stroke='#2ec7b0']")).not_to_have_count(0)


def test_period_and_channel_are_chosen_by_links(page: Page, filled: Team, alice: User) -> None:
    open_returns(page, alice)

    page.locator("summary", has_text="Last 13 weeks").click()
    page.get_by_role("link", name="Last 26 weeks").click()
    page.locator("summary", has_text="All channels").click()
    page.locator(".menu-sheet").get_by_role("link", name="Meetup").click()

    expect(page).to_have_url(re.compile(r"\?weeks=26&channel=\d+$"))
    expect(page.locator(".tile").first).to_contain_text("19\N{NO-BREAK SPACE}h")


def test_newer_numbers_take_the_place_of_the_old_ones_by_themselves(
    page: Page, filled: Team, alice: User, blog: Channel
) -> None:
    mark = StaleWeek.objects.create(
        team=filled, channel=blog, week=monday_of(filled.day_at(timezone.now()))
    )
    open_returns(page, alice)
    expect(page.locator("#computing")).to_be_visible()

    WeeklyTrend.objects.filter(channel=blog).update(logged_minutes=600)
    mark.delete()

    expect(page.locator("#computing")).to_have_count(0, timeout=10_000)
    expect(page.locator(".tile").first).to_contain_text("143\N{NO-BREAK SPACE}h")
    expect(page.locator("#hours-and-responses table")).to_be_hidden()
    for name in NAMES:
        expect(chart(page, name).locator("svg")).to_be_visible()


def test_a_phone_shows_all_without_scrolling_sideways(
    page: Page, filled: Team, alice: User
) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    open_returns(page, alice)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.locator("#channels-title ~ *, .channel-lines").last.is_visible()


def test_without_scripts_the_tables_stand_open(
    browser: Browser, live_server: LiveServer, filled: Team, alice: User
) -> None:
    client = Client()
    client.force_login(alice)
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        context.add_cookies(
            [
                {
                    "name": "sessionid",
                    "value": client.cookies["sessionid"].value,
                    "url": live_server.url,
                }
            ]
        )
        page = context.new_page()
        page.goto(PAGE)

        for name in NAMES:
            expect(page.locator(f"#{name} table")).to_be_visible()
            expect(chart(page, name)).to_be_hidden()
