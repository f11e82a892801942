from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from tests.api import program_of, results
from tests.engagement.stored import store_forecast
from tracker.calendar import WEEK, monday_of
from tracker.models import Channel, Team, User

WEEKLY = "/api/v1/teams/tideline/forecasts/weekly/"
RECORD = "/api/v1/teams/tideline/forecasts/record/"
RUNNING = monday_of(timezone.now().date())


def record(user: User, **parameters: Any) -> Any:
    answer = program_of(user).get(RECORD, parameters)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_a_week_is_told_as_it_was_forecast_and_how_that_held(vera: User, blog: Channel) -> None:
    store_forecast(
        blog,
        RUNNING - WEEK,
        counted=32.5,
        last_weeks_low=0,
        last_weeks_high=40,
        in_hindsight=True,
        made_at="2026-11-10T06:00:00Z",
    )
    store_forecast(blog, RUNNING)
    over, running = results(program_of(vera), WEEKLY)
    assert over == {
        "channel": blog.pk,
        "week": (RUNNING - WEEK).isoformat(),
        "hours": 1.0,
        "mean": 20.0,
        "low": 10.0,
        "high": 30.0,
        "last_weeks_low": 0.0,
        "last_weeks_high": 40.0,
        "last_year_low": None,
        "last_year_high": None,
        "in_hindsight": True,
        "model_version": "mixture-1",
        "made_at": "2026-11-10T06:00:00Z",
        "counted": 32.5,
        "hit": False,
        "interval_score": 20 + 20 * 2.5,
        "last_weeks_score": 40.0,
        "last_year_score": None,
    }
    names = ("counted", "hit", "interval_score", "last_weeks_score", "last_year_score")
    assert {name: running[name] for name in names} == dict.fromkeys(names)


def test_weeks_and_channels_can_be_chosen(vera: User, blog: Channel, meetup: Channel) -> None:
    for channel in (blog, meetup):
        for back in range(3):
            store_forecast(channel, RUNNING - back * WEEK)
    chosen = results(
        program_of(vera), WEEKLY, channel=meetup.pk, **{"from": (RUNNING - WEEK).isoformat()}
    )
    assert [(row["channel"], row["week"]) for row in chosen] == [
        (meetup.pk, (RUNNING - WEEK).isoformat()),
        (meetup.pk, RUNNING.isoformat()),
    ]


def test_the_file_names_channels(vera: User, blog: Channel) -> None:
    Channel.objects.filter(pk=blog.pk).update(name="=1+1")
    store_forecast(blog, RUNNING - WEEK, counted=20)
    answer = program_of(vera).get(WEEKLY, {"format": "csv"})
    assert answer["Content-Disposition"] == 'attachment; filename="tideline-weekly-forecasts.csv"'
    text = b"".join(answer.streaming_content).decode()
    (row,) = csv.DictReader(io.StringIO(text, newline=""))
    assert (row["channel_name"], row["counted"], row["hit"]) == ("'=1+1", "20.0", "true")
    assert (row["interval_score"], row["last_year_score"]) == ("20.0", "")


def test_the_record_tells_each_channel_and_all_together(
    vera: User, blog: Channel, meetup: Channel
) -> None:
    store_forecast(blog, RUNNING, counted=None)
    store_forecast(blog, RUNNING - WEEK, counted=30, last_weeks_low=0, last_weeks_high=50)
    store_forecast(blog, RUNNING - 2 * WEEK, counted=31, in_hindsight=True)
    store_forecast(meetup, RUNNING - WEEK, counted=9, last_year_low=8, last_year_high=18)
    none = {
        "weeks": 0,
        "interval_score": None,
        "naive_interval_score": None,
        "naive_hits": 0,
        "ratio": None,
    }
    last_weeks = {
        "weeks": 1,
        "interval_score": 20.0,
        "naive_interval_score": 50.0,
        "naive_hits": 1,
        "ratio": 0.4,
    }
    last_year = {
        "weeks": 1,
        "interval_score": 40.0,
        "naive_interval_score": 10.0,
        "naive_hits": 1,
        "ratio": 4.0,
    }
    of_blog = {
        "weeks": 2,
        "hits": 1,
        "share": 0.5,
        "in_hindsight": 1,
        "interval_score": 30.0,
        "last_weeks": last_weeks,
        "last_year": none,
    }
    of_meetup = {
        "weeks": 1,
        "hits": 0,
        "share": 0.0,
        "in_hindsight": 0,
        "interval_score": 40.0,
        "last_weeks": none,
        "last_year": last_year,
    }
    assert record(vera) == {
        "together": {
            "weeks": 3,
            "hits": 1,
            "share": pytest.approx(1 / 3),
            "in_hindsight": 1,
            "interval_score": pytest.approx(100 / 3),
            "last_weeks": last_weeks,
            "last_year": last_year,
        },
        "channels": [{"channel": blog.pk, **of_blog}, {"channel": meetup.pk, **of_meetup}],
    }
    assert record(vera, channel=meetup.pk) == {
        "together": of_meetup,
        "channels": [{"channel": meetup.pk, **of_meetup}],
    }
    assert record(vera, weeks=1)["together"]["weeks"] == 2


def test_a_team_without_forecasts_has_a_record_of_nothing(vera: User) -> None:
    told = record(vera)
    assert told["channels"] == []
    assert (told["together"]["weeks"], told["together"]["share"]) == (0, None)


def test_the_record_is_of_the_team_alone(vera: User, charlie: User, other_team: Team) -> None:
    theirs = Channel.objects.create(team=other_team, name="Theirs", kind="blog", medium="online")
    store_forecast(theirs, RUNNING - WEEK, counted=20)
    assert record(vera)["together"]["weeks"] == 0
    assert results(program_of(vera), WEEKLY) == []
    for address in (WEEKLY, RECORD):
        assert program_of(charlie).get(address).status_code == 404
        assert program_of(vera).get(address, {"channel": theirs.pk}).status_code == 400


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("weeks=0", "weeks: "),
        ("weeks=1041", "weeks: "),
        ("weeks=many", "weeks: "),
        ("from=2026-W40", "from: there is no such parameter here"),
        ("limit=5", "limit: there is no such parameter here"),
        ("cursor=5", "cursor: there is no such parameter here"),
    ],
)
def test_a_query_that_says_nothing_true_is_refused(vera: User, query: str, line: str) -> None:
    answer = program_of(vera).get(f"{RECORD}?{query}")
    assert answer.status_code == 400
    assert answer.json()["detail"].startswith(line)


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("address", "queries"), [(WEEKLY, 3), (RECORD, 3)])
def test_the_number_of_queries_is_constant(
    vera: User,
    team: Team,
    rows: int,
    address: str,
    queries: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for n in range(rows):
        channel = Channel.objects.create(team=team, name=f"Blog {n}", kind="blog", medium="online")
        for back in range(1, rows + 1):
            store_forecast(channel, RUNNING - timedelta(weeks=back), counted=20)
    program = program_of(vera)
    with django_assert_num_queries(queries):
        assert program.get(address).status_code == 200
