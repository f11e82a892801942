"""Swagger UI under our policy: the `page` fixture fails on anything that the policy stops."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.e2e.conftest import sign_in
from tracker.models import Channel, Team, User


def test_an_operation_can_be_read_and_tried_out_from_the_page(
    page: Page, alice: User, team: Team
) -> None:
    sign_in(page, alice)
    page.goto("/api/v1/docs/")
    operation = page.locator("#operations-channels-teams_channels_create")

    operation.locator(".opblock-summary-control").click()
    operation.get_by_role("button", name="Try it out").click()
    operation.get_by_placeholder("team").fill(team.slug)
    operation.locator("textarea").fill('{"name": "X", "kind": "x", "medium": "online"}')
    operation.get_by_role("button", name="Execute").click()

    expect(operation.locator(".live-responses-table tbody .response-col_status")).to_contain_text(
        "201"
    )
    assert [channel.name for channel in Channel.objects.of_team(team)] == ["X"]
