from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from datetime import date, timedelta
from typing import Any

import pytest

from tests.api import program_of
from tracker.models import Channel, TimeEntry, User

ENTRIES = "/api/v1/teams/tideline/time-entries/"
DAY = date(2026, 11, 2)


def log(person: User, channel: Channel, key: str, day: date) -> None:
    TimeEntry.objects.create(
        team=channel.team,
        channel=channel,
        person=person,
        day=day,
        minutes=30,
        confirmation="api",
        source="api",
        source_key=key,
    )


def test_following_next_meets_every_row_once_in_order(bob: User, blog: Channel) -> None:
    for n in (5, 3, 1, 4, 2, 0):
        log(bob, blog, f"late {n}", DAY + timedelta(days=n % 2))
    program, address, met = program_of(bob), f"{ENTRIES}?limit=4&channel={blog.pk}", []
    pages = 0
    while address:
        page = program.get(address).json()
        met += [(row["day"], row["id"]) for row in page["results"]]
        address, pages = page["next"], pages + 1
    assert met == sorted(met)
    assert (len(met), len(set(met)), pages) == (6, 6, 2)


def test_a_full_last_page_has_no_next(bob: User, blog: Channel) -> None:
    for n in range(3):
        log(bob, blog, str(n), DAY)
    page = program_of(bob).get(f"{ENTRIES}?limit=3").json()
    assert (len(page["results"]), page["next"]) == (3, None)


def test_what_is_written_meanwhile_moves_no_row(bob: User, blog: Channel) -> None:
    for n in range(4):
        log(bob, blog, str(n), DAY)
    program = program_of(bob)
    first = program.get(f"{ENTRIES}?limit=2").json()
    log(bob, blog, "earlier", DAY - timedelta(days=1))
    TimeEntry.objects.filter(source_key="0").delete()
    second = program.get(first["next"]).json()
    assert [row["key"] for row in first["results"]] == ["0", "1"]
    assert [row["key"] for row in second["results"]] == ["2", "3"]


def cursor_of(values: Any) -> str:
    return urlsafe_b64encode(json.dumps(values).encode()).decode()


@pytest.mark.parametrize(
    "cursor",
    [
        "é",
        "AAAA",
        cursor_of(7),
        cursor_of([]),
        cursor_of(["2026-11-02"]),
        cursor_of(["2026-11-02", "x"]),
        cursor_of(["no day", 1]),
        cursor_of(["2026-13-02", 1]),
        cursor_of([None, 1]),
        cursor_of([["2026-11-02"], 1]),
        cursor_of({"day": 1, "pk": 1}),
        cursor_of(["2026-11-02", 1, 1]),
        cursor_of([5, 1]),
        cursor_of([True, True]),
        urlsafe_b64encode(b"[" * 1500).decode(),
        "1" * 5000,
    ],
)
def test_a_cursor_of_ones_own_making_is_refused(bob: User, cursor: str) -> None:
    answer = program_of(bob).get(ENTRIES, {"cursor": cursor})
    assert (answer.status_code, answer.json()["detail"]) == (
        400,
        "cursor: this is no cursor that this list gave out",
    )


@pytest.mark.parametrize("name", ["\0", "\ud800"])
def test_a_cursor_with_a_text_that_no_database_takes_is_refused(bob: User, name: str) -> None:
    answer = program_of(bob).get(
        "/api/v1/teams/tideline/channels/", {"cursor": cursor_of([0, name, 1])}
    )
    assert answer.status_code == 400


def test_a_cursor_beyond_every_number_finds_nothing_and_does_not_break(
    bob: User, blog: Channel
) -> None:
    log(bob, blog, "a", DAY)
    answer = program_of(bob).get(ENTRIES, {"cursor": cursor_of(["2026-11-02", 10**30])})
    assert (answer.status_code, answer.json()) == (200, {"next": None, "results": []})
