from __future__ import annotations

import re

from django.utils import timezone
from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tests.engagement.stored import store_estimates, store_forecast, store_weeks
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Team, User


def test_the_record_is_drawn_for_all_channels_and_for_one(
    page: Page, team: Team, alice: User, blog: Channel, meetup: Channel
) -> None:
    running = monday_of(team.day_at(timezone.now()))
    for channel in (blog, meetup):
        store_weeks(channel, running, 14)
        for back in range(1, 11):
            counted = 40 if back == 3 and channel == blog else 25
            store_forecast(channel, running - back * WEEK, counted=counted, in_hindsight=back > 5)
    store_estimates([blog, meetup], timezone.now())
    sign_in(page, alice)
    for address, title in (
        ("", "19 of 20 weekly forecasts held"),
        (f"?channel={blog.pk}", "The forecast held in 9 of 10 weeks"),
    ):
        page.goto(f"/t/tideline/returns/{address}")
        card = page.locator("#forecast-record")
        expect(card.get_by_role("heading")).to_have_text(title)
        chart = card.locator("[data-chart]")
        expect(chart.locator("svg")).to_be_visible()
        expect(chart).to_have_attribute("aria-label", re.compile("1 above and 0 below"))
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    assert box is not None
    chart.hover(position={"x": box["width"] - 60, "y": box["height"] / 2})
    expect(page.locator(".chart-tip")).to_contain_text("€10 to €30")
    card.get_by_text("Show table").click()
    expect(card.locator("tbody tr")).to_have_count(10)
