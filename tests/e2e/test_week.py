from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from playwright.sync_api import Browser, Dialog, Locator, Page, expect
from pytest_django.live_server_helper import LiveServer

from tests.e2e.conftest import sign_in
from tracker.calendar import WEEK, iso_name, monday_of
from tracker.durations import parse_minutes
from tracker.models import Allocation, Channel, Team, TimeEntry, User
from tracker.typed_hours import cell_key

# A week that is over, so that no test depends on the day it runs.
MONDAY = monday_of(datetime.now(UTC).date()) - WEEK
ADDRESS = f"/t/tideline/week/{iso_name(MONDAY)}/"

READ_IN_THE_BROWSER = """async (texts) => {
  const { parseMinutes } = await import("longrun/durations");
  return texts.map((text) => {
    try { return parseMinutes(text); } catch (error) { return error.message; }
  });
}"""


def log(channel: Channel, person: User, minutes: int, **fields: object) -> None:
    activity = str(fields.pop("activity", "create"))
    own = {
        "activity": activity,
        "confirmation": "typed",
        "source": "week",
        "source_key": cell_key(person.pk, channel.pk, activity, MONDAY),
    }
    TimeEntry.objects.create(
        team=channel.team,
        channel=channel,
        person=person,
        day=MONDAY,
        minutes=minutes,
        **own | fields,
    )


@pytest.fixture
def week(page: Page, team: Team, alice: User, bob: User, blog: Channel, meetup: Channel) -> Page:
    """Bob's week: Blog · create 1:00 on Monday, 0:30 of it Toggl's, Blog · reply, Meetup · meet."""
    Team.objects.update(past_open=True)
    Allocation.objects.create(
        team=team, channel=blog, from_week=MONDAY, weekly_minutes=240, registered_on=MONDAY
    )
    log(blog, bob, 30)
    log(blog, bob, 30, source="toggl", source_key="17", confirmation="imported")
    log(blog, bob, 15, activity="reply")
    log(meetup, bob, 60, activity="meet")
    log(blog, alice, 45)
    sign_in(page, bob)
    page.goto(ADDRESS)
    return page


def cell(page: Page, row: str, day: str) -> Locator:
    return page.get_by_label(re.compile(f"^{row}, {day}"))


def sums(page: Page) -> tuple[str, ...]:
    """Monday's, Tuesday's and the whole sum, and the words of the head."""
    return (
        page.locator("[data-day-sum='0']").inner_text(),
        page.locator("[data-day-sum='1']").inner_text(),
        page.locator("[data-sum]").inner_text(),
        page.locator("#week-progress").inner_text(),
    )


def saved() -> list[tuple[date, str, int]]:
    return list(
        TimeEntry.objects.filter(source="week", person__name="Bob")
        .order_by("day", "activity")
        .values_list("day", "activity", "minutes")
    )


def test_sums_follow_what_is_typed_and_a_save_keeps_it(week: Page) -> None:
    assert sums(week) == ("2:15", "–", "2:15", "3 h of 4 h planned · 2 h 15 by you")
    tuesday = cell(week, "Blog · create", "Tuesday")
    tuesday.fill("1,5")
    assert sums(week) == ("2:15", "1:30", "3:45", "4 h 30 of 4 h planned · 3 h 45 by you")
    expect(week.locator("[data-plan-minutes]").first).to_have_text("3:30")
    expect(week.locator("#week-state")).to_have_text("4 cells · 1 changed")
    tuesday.press("Control+s")
    expect(week.get_by_text("Saved: 1 cell changed.")).to_be_visible()
    expect(cell(week, "Blog · create", "Tuesday")).to_have_value("1:30")
    assert sums(week) == ("2:15", "1:30", "3:45", "4 h 30 of 4 h planned · 3 h 45 by you")
    tuesday_saved = [minutes for day, _, minutes in saved() if day > MONDAY]
    assert tuesday_saved == [90]


def test_every_form_is_brought_to_the_same_one(week: Page) -> None:
    for day, text in (("Tuesday", "90m"), ("Wednesday", "2h 15"), ("Thursday", " .5 ")):
        cell(week, "Meetup · meet", day).fill(text)
    cell(week, "Meetup · meet", "Friday").fill("0")
    cell(week, "Meetup · meet", "Saturday").focus()
    values = [
        cell(week, "Meetup · meet", day).input_value()
        for day in ("Tuesday", "Wednesday", "Thursday", "Friday")
    ]
    assert values == ["1:30", "2:15", "0:30", ""]
    week.keyboard.press("Control+s")
    expect(week.get_by_text("Saved: 3 cells changed.")).to_be_visible()


def test_the_keyboard_moves_through_the_table(week: Page) -> None:
    week.keyboard.press("Enter")
    expect(cell(week, "Blog · create", "Monday")).to_be_focused()
    for key, row, day in (
        ("ArrowRight", "Blog · create", "Tuesday"),
        ("ArrowDown", "Blog · reply", "Tuesday"),
        ("Enter", "Meetup · meet", "Tuesday"),
        ("Enter", "Meetup · meet", "Tuesday"),  # the last row: nowhere to go
        ("Shift+Enter", "Blog · reply", "Tuesday"),
        ("ArrowLeft", "Blog · reply", "Monday"),
        ("ArrowUp", "Blog · create", "Monday"),
        ("Tab", "Blog · create", "Tuesday"),
        ("Shift+Tab", "Blog · create", "Monday"),
    ):
        week.keyboard.press(key)
        expect(cell(week, row, day)).to_be_focused()


def test_twelve_cells_take_at_most_26_keys(
    page: Page, team: Team, bob: User, blog: Channel, meetup: Channel
) -> None:
    Team.objects.update(past_open=True)
    for channel in (blog, meetup):
        Allocation.objects.create(
            team=team, channel=channel, from_week=MONDAY, weekly_minutes=240, registered_on=MONDAY
        )
    sign_in(page, bob)
    page.goto(ADDRESS)
    keys = ["Enter", *["1", "Tab"] * 7, "Tab", *["2", "Tab"] * 4, "2", "Control+s"]
    for key in keys:
        page.keyboard.press(key)
    expect(page.get_by_text("Saved: 12 cells changed.")).to_be_visible()
    expect(page.locator("[data-sum]")).to_have_text("17:00")
    assert len(keys) <= 26


def test_inside_a_text_the_arrows_belong_to_the_caret(week: Page) -> None:
    tuesday = cell(week, "Blog · create", "Tuesday")
    tuesday.focus()
    week.keyboard.type("1:3")
    week.keyboard.press("ArrowLeft")
    expect(tuesday).to_be_focused()
    week.keyboard.press("End")
    week.keyboard.type("0")
    week.keyboard.press("ArrowRight")
    expect(cell(week, "Blog · create", "Wednesday")).to_be_focused()
    expect(tuesday).to_have_value("1:30")


def test_f2_edits_and_escape_puts_back(week: Page) -> None:
    monday = cell(week, "Blog · create", "Monday")
    monday.focus()
    week.keyboard.press("F2")
    week.keyboard.press("Backspace")
    week.keyboard.type("5")
    expect(monday).to_have_value("0:35")
    week.keyboard.press("Escape")
    expect(monday).to_have_value("0:30")
    expect(week.locator("#week-state")).to_have_text("3 cells")


def test_a_bad_cell_is_told_at_once_and_keeps_the_form(week: Page) -> None:
    tuesday = cell(week, "Blog · create", "Tuesday")
    tuesday.fill("soon")
    week.keyboard.press("Tab")
    expect(week.get_by_role("alert")).to_have_text(
        re.compile("Blog · create, Tuesday .*: “soon” is not a duration such as")
    )
    expect(tuesday).to_have_attribute("aria-invalid", "true")
    week.keyboard.press("Control+s")
    expect(tuesday).to_be_focused()
    tuesday.fill("1")
    week.keyboard.press("Tab")
    expect(week.get_by_role("alert")).to_have_count(0)
    assert [minutes for _, _, minutes in saved()] == [30, 60, 15]


def test_unsaved_hours_are_not_lost_without_a_word(week: Page) -> None:
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    week.on("dialog", stay)
    cell(week, "Blog · create", "Tuesday").press_sequentially("1:30")
    week.get_by_label("The week before").click()
    week.wait_for_timeout(200)
    assert (asked, week.url.endswith(ADDRESS)) == (["beforeunload"], True)
    cell(week, "Blog · create", "Tuesday").fill("")
    week.get_by_label("The week before").click()
    week.wait_for_url(f"**{iso_name(MONDAY - WEEK)}/")
    assert asked == ["beforeunload"]


def test_a_row_is_added_from_the_keyboard(week: Page) -> None:
    cell(week, "Blog · create", "Tuesday").fill("1:30")
    cell(week, "Blog · create", "Wednesday").focus()
    week.keyboard.press("a")
    expect(week.get_by_label("Channel", exact=True)).to_be_focused()
    week.get_by_label("Channel", exact=True).select_option("Meetup")
    week.get_by_label("Activity", exact=True).select_option("Learn")
    week.get_by_role("button", name="Add row").click()
    expect(cell(week, "Meetup · learn", "Monday")).to_be_focused()
    expect(cell(week, "Blog · create", "Tuesday")).to_have_value("1:30")
    week.keyboard.type("2")
    week.keyboard.press("Control+s")
    expect(week.get_by_text("Saved: 2 cells changed.")).to_be_visible()


def test_a_form_keeps_what_was_typed_when_another_tab_was_quicker(
    week: Page, complaints: list[str]
) -> None:
    other = week.context.new_page()
    other.goto(ADDRESS)
    cell(other, "Blog · create", "Monday").fill("2")
    other.keyboard.press("Control+s")
    expect(other.get_by_text("Saved: 1 cell changed.")).to_be_visible()
    cell(week, "Blog · create", "Monday").fill("3")
    week.keyboard.press("Control+s")
    expect(week.get_by_text("Not saved: this week was changed elsewhere")).to_be_visible()
    expect(cell(week, "Blog · create", "Monday")).to_have_value("3:00")
    expect(week.get_by_text("now 2:00")).to_be_visible()
    complaints.clear()  # the browser logs the 409
    week.keyboard.press("Control+s")
    expect(week.get_by_text("Saved: 1 cell changed.")).to_be_visible()
    assert saved()[0] == (MONDAY, "create", 180)


def test_the_browser_reads_durations_as_the_server_does(week: Page) -> None:
    texts = [
        *("", "0", "1:30", ":45", "24:00", "24:01", "2", "1.5", "1,5", ".5", "1.", "90m", "90 M"),
        *("45 min", "2h", "1,5 h", "2h 15", "2h15m", "2 hrs 5 mins", "1h 75", "1.5h 20", "abc"),
        *("1:60", "1:5", "h", ".", "-", "–", "-1", "−0.5", "- 45m", "1 30", "1e3", "25", "1441m"),
        *("0.5m", "1.5m", "2.5m", "1.125", "0.075", "0.4m", "24.0001", "9" * 29, "9" * 40, "٣"),
    ]
    readings: list[int | str] = []
    for text in texts:
        try:
            readings.append(parse_minutes(text))
        except ValueError as refusal:
            readings.append(str(refusal))
    assert week.evaluate(READ_IN_THE_BROWSER, texts) == readings


def test_a_phone_shows_all_seven_days_and_nothing_runs_out_of_the_page(week: Page) -> None:
    week.set_viewport_size({"width": 375, "height": 812})
    for day in ("Monday", "Sunday"):
        box = cell(week, "Blog · create", day).bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 375
        assert box["height"] >= 44
    assert week.evaluate("document.documentElement.scrollWidth") <= 375


def test_without_scripts_the_week_is_read_and_saved(
    browser: Browser, live_server: LiveServer, bob: User, blog: Channel, meetup: Channel
) -> None:
    log(blog, bob, 30)
    with browser.new_context(base_url=live_server.url, java_script_enabled=False) as context:
        page = context.new_page()
        sign_in(page, bob)
        page.goto(ADDRESS)
        expect(cell(page, "Blog · create", "Monday")).to_have_value("0:30")
        cell(page, "Blog · create", "Tuesday").fill("45 min")
        page.locator(".week-add > summary").click()
        page.get_by_label("Channel", exact=True).select_option("Meetup")
        page.get_by_label("Activity", exact=True).select_option("Meet")
        page.get_by_role("button", name="Add row").click()
        cell(page, "Meetup · meet", "Friday").fill("3")
        cell(page, "Meetup · meet", "Friday").press("Enter")  # presses the button that saves
        expect(page.get_by_text("Saved: 2 cells changed.")).to_be_visible()
        expect(cell(page, "Blog · create", "Tuesday")).to_have_value("0:45")
        expect(cell(page, "Meetup · meet", "Friday")).to_have_value("3:00")
        expect(page.locator("[data-sum]")).to_have_text("4:15")
