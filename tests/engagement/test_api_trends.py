from __future__ import annotations

import csv
import io
import json
from base64 import urlsafe_b64encode
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from engagement.models import Estimate, WeeklyTrend
from tests.api import program_of, results
from tracker.models import Channel, Metric, Team, User

TRENDS = "/api/v1/teams/tideline/trends/weekly/"
ESTIMATES = "/api/v1/teams/tideline/estimates/"
MONDAY = date(2026, 11, 2)


def trend_of(channel: Channel, week: date = MONDAY, **fields: Any) -> WeeklyTrend:
    return WeeklyTrend.objects.create(
        **{
            "team": channel.team,
            "channel": channel,
            "week": week,
            "planned_minutes": 120,
            "logged_minutes": 90,
            "planned_posts": 2,
            "posts": 1,
            "responses": {},
            "worth": 0,
            **fields,
        }
    )


def estimate_of(channel: Channel, **fields: Any) -> Estimate:
    return Estimate.objects.create(
        **{
            "team": channel.team,
            "channel": channel,
            "model_version": "mixture-1",
            "first_week": MONDAY,
            "last_week": MONDAY,
            "weeks": 1,
            "hours": 1.5,
            "attributed": -2.5,
            "attributed_low": -4,
            "attributed_high": 9,
            "verdict": "too_early",
            "too_early_until": date(2027, 1, 4),
            "computed_at": "2026-11-10T06:00:00Z",
            **fields,
        }
    )


def file_of(client: APIClient, address: str, **parameters: Any) -> list[dict[str, str]]:
    answer = client.get(address, {"format": "csv", **parameters})
    assert answer.status_code == 200
    text = b"".join(answer.streaming_content).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_week_is_told_as_the_worker_stored_it(
    vera: User, blog: Channel, comments: Metric
) -> None:
    trend_of(
        blog, responses={str(comments.pk): 41}, worth="123.5", baseline=100.0, return_per_hour=None
    )
    assert results(program_of(vera), TRENDS) == [
        {
            "channel": blog.pk,
            "week": "2026-11-02",
            "planned_minutes": 120,
            "logged_minutes": 90,
            "planned_posts": 2,
            "posts": 1,
            "responses": {str(comments.pk): 41},
            "worth": "123.5000",
            "baseline": 100.0,
            "attributed": None,
            "return_per_hour": None,
            "trend_4": None,
            "trend_4_low": None,
            "trend_4_high": None,
            "trend_13": None,
            "trend_13_low": None,
            "trend_13_high": None,
            "adherence": None,
        }
    ]


def test_a_period_is_named_by_weeks_or_by_days_in_them(vera: User, blog: Channel) -> None:
    for n in range(3):
        trend_of(blog, MONDAY + timedelta(weeks=n))
    program = program_of(vera)

    def weeks(**parameters: str) -> list[str]:
        return [row["week"] for row in results(program, TRENDS, **parameters)]

    assert weeks() == ["2026-11-02", "2026-11-09", "2026-11-16"]
    assert weeks(**{"from": "2026-W46"}) == ["2026-11-09", "2026-11-16"]
    assert weeks(**{"from": "2026-11-15", "to": "2026-11-15"}) == ["2026-11-09"]
    assert weeks(to="2026-W45") == ["2026-11-02"]


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("from=2026-W54", "from: this takes a day such as 2026-11-18 or a week such as 2026-W47"),
        ("from=W47", "from: this takes a day such as 2026-11-18 or a week such as 2026-W47"),
        ("from=", "from: this takes a day such as 2026-11-18 or a week such as 2026-W47"),
        ("to=today", "to: this takes a day such as 2026-11-18 or a week such as 2026-W47"),
        ("from=2026-W46&to=2026-W45", "to: this lies before `from`"),
        ("format=csv&limit=5", "limit: there is no such parameter here"),
        ("format=csv&week=1", "week: there is no such parameter here"),
    ],
)
def test_a_query_that_says_nothing_true_is_refused_as_json(
    vera: User, query: str, line: str
) -> None:
    answer = program_of(vera).get(f"{TRENDS}?{query}")
    assert answer["Content-Type"] == "application/json"
    assert (answer.status_code, answer.json()["detail"]) == (400, line)


def test_the_file_names_channels_and_gives_each_metric_a_column(
    vera: User, team: Team, blog: Channel, meetup: Channel, comments: Metric
) -> None:
    Metric.objects.create(team=team, name="Likes", depth="reaction", position=1)
    Channel.objects.filter(pk=meetup.pk).update(name="=HYPERLINK(1)")
    trend_of(blog, responses={str(comments.pk): 41}, worth="123.5", attributed=-1.5)
    trend_of(meetup)
    first, second = file_of(program_of(vera), TRENDS)
    assert first == {
        "channel": str(blog.pk),
        "channel_name": "Blog",
        "week": "2026-11-02",
        "planned_minutes": "120",
        "logged_minutes": "90",
        "planned_posts": "2",
        "posts": "1",
        "worth": "123.5000",
        "baseline": "",
        "attributed": "-1.5",
        "return_per_hour": "",
        "trend_4": "",
        "trend_4_low": "",
        "trend_4_high": "",
        "trend_13": "",
        "trend_13_low": "",
        "trend_13_high": "",
        "adherence": "",
        "responses: Comments": "41",
        "responses: Likes": "",
    }
    assert second["channel_name"] == "'=HYPERLINK(1)"


def test_the_file_holds_the_whole_selection_under_a_name(vera: User, blog: Channel) -> None:
    first = MONDAY - timedelta(weeks=149)
    for n in range(150):
        trend_of(blog, first + timedelta(weeks=n))
    program = program_of(vera)
    assert len(results(program, TRENDS)) == 100
    assert len(file_of(program, TRENDS)) == 150
    assert len(file_of(program, TRENDS, **{"from": "2026-W45"})) == 1
    answer = program.get(TRENDS, HTTP_ACCEPT="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="tideline-weekly-trends.csv"'


def test_a_file_is_for_the_team_only(vera: User, charlie: User, blog: Channel) -> None:
    trend_of(blog)
    estimate_of(blog)
    stranger = program_of(charlie)
    for noun in ("trends/weekly", "estimates"):
        assert stranger.get(f"/api/v1/teams/tideline/{noun}/?format=csv").status_code == 404
        assert file_of(stranger, f"/api/v1/teams/undertow/{noun}/") == []
        assert results(stranger, f"/api/v1/teams/undertow/{noun}/") == []


def test_an_estimate_is_told_with_its_interval_and_its_verdict(vera: User, blog: Channel) -> None:
    estimate_of(blog)
    (told,) = results(program_of(vera), ESTIMATES)
    assert told == {
        "channel": blog.pk,
        "verdict": "too_early",
        "too_early_until": "2027-01-04",
        "first_week": "2026-11-02",
        "last_week": "2026-11-02",
        "weeks": 1,
        "hours": 1.5,
        "attributed": -2.5,
        "attributed_low": -4.0,
        "attributed_high": 9.0,
        "return_per_hour": None,
        "return_per_hour_low": None,
        "return_per_hour_high": None,
        "next_hour": None,
        "next_hour_low": None,
        "next_hour_high": None,
        "p_effect": 0.0,
        "half_life_weeks": None,
        "ninety_percent_weeks": None,
        "marathon_index": 0.0,
        "gain_if_even": None,
        "gain_if_even_low": None,
        "gain_if_even_high": None,
        "hours_rising": False,
        "p_flattening": 0.0,
        "model_version": "mixture-1",
        "computed_at": "2026-11-10T06:00:00Z",
    }
    (row,) = file_of(program_of(vera), ESTIMATES)
    assert (row["channel_name"], row["attributed"], row["next_hour"]) == ("Blog", "-2.5", "")
    assert row["hours_rising"] == "false"
    assert results(program_of(vera), ESTIMATES, channel=blog.pk) == [told]


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_and_files_take_the_same_number_of_queries_whatever_their_length(
    vera: User, team: Team, rows: int
) -> None:
    for n in range(rows):
        channel = Channel.objects.create(team=team, name=f"Blog {n}", kind="blog", medium="online")
        trend_of(channel)
        estimate_of(channel)
    program = program_of(vera)
    for address, of_list, of_file in ((TRENDS, 3, 5), (ESTIMATES, 3, 4)):
        with CaptureQueriesContext(connection) as queries:
            assert len(results(program, address)) == rows
        assert len(queries) == of_list  # token with user, membership with team, rows
        with CaptureQueriesContext(connection) as queries:
            assert len(file_of(program, address)) == rows
        assert len(queries) == of_file  # the same, channels, and metrics where they are columns


@pytest.mark.parametrize("number", [10**23, -(10**23)])
@pytest.mark.parametrize(
    ("address", "place"),
    [("trends/weekly", ["2026-11-02"]), ("forecasts/weekly", ["2026-11-02"]), ("estimates", [])],
)
def test_a_cursor_beyond_every_channel_finds_nothing_and_does_not_break(
    bob: User, blog: Channel, address: str, place: list[str], number: int
) -> None:
    cursor = urlsafe_b64encode(json.dumps([*place, number]).encode()).decode()
    answer = program_of(bob).get(f"/api/v1/teams/tideline/{address}/", {"cursor": cursor})
    assert (answer.status_code, answer.json()) == (200, {"next": None, "results": []})
