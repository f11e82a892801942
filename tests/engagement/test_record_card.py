from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.serializers.json import DjangoJSONEncoder

from engagement.amounts import unit_of
from engagement.models import WeekForecast
from engagement.record import kept_record
from engagement.record_card import RecordCard, place_of, record_card, words_against
from engagement.returns.scoring import Comparison
from engagement.tables import csv_lines
from tracker.calendar import WEEK

TODAY = date(2026, 11, 18)
LAST = date(2026, 11, 9)
NAMES = {1: "Blog", 2: "Meetup"}


def row(weeks_ago: int, counted: float, channel_id: int = 1, **values: Any) -> WeekForecast:
    known: dict[str, Any] = {"hours": 1.5, "mean": 20.0, "low": 10.0, "high": 30.0}
    return WeekForecast(
        channel_id=channel_id,
        week=LAST - weeks_ago * WEEK,
        counted=counted,
        in_hindsight=values.pop("in_hindsight", False),
        made_at=datetime(2026, 11, 9, tzinfo=UTC),
        **known | values,
    )


def card(*rows: WeekForecast) -> RecordCard:
    ordered = sorted(rows, key=lambda row: (row.week, row.channel_id))
    shown = record_card(
        kept_record(None, ordered), channels=NAMES, unit=unit_of("EUR"), today=TODAY
    )
    assert shown is not None
    return shown


def test_there_is_no_card_before_a_forecast_is_scored() -> None:
    nothing = kept_record(None, [])
    assert record_card(nothing, channels={}, unit=unit_of(""), today=TODAY) is None


def test_one_channel_is_drawn_in_its_unit_and_a_week_without_a_forecast_is_a_gap() -> None:
    shown = card(row(3, 25), row(1, 30, in_hindsight=True), row(0, 9, low=9.5))
    assert shown.title == "The forecast held in 2 of 3 weeks"
    assert shown.subtitle == (
        "A dot is a week, the band its 90% forecast; nine of ten should lie in it. "
        "1 of 3 were made in hindsight: they are hollow."
    )
    assert shown.description == (
        "Dots of what came, over the band of what was forecast, weeks of 19 Oct to 9 Nov. "
        "2 of 3 lie within; triangles mark 0 above and 1 below. "
        "The same numbers stand in the table below."
    )
    assert json.loads(json.dumps(shown.series, cls=DjangoJSONEncoder)) == {
        "description": shown.description,
        "unit": {"prefix": "€", "suffix": ""},
        "weeks": ["2026-10-19", "2026-10-26", "2026-11-02", "2026-11-09"],
        "running": None,
        "events": [],
        "low": [10.0, None, 10.0, 9.5],
        "high": [30.0, None, 30.0, 30.0],
        "by_place": False,
        "channels": ["Blog"],
        "dots": [
            [0, 0, 25.0, 25.0, 10.0, 30.0, 0, 0],
            [2, 0, 30.0, 30.0, 10.0, 30.0, 0, 1],
            [3, 0, 9.0, 9.0, 9.5, 30.0, -1, 0],
        ],
    }


def test_several_channels_are_drawn_by_their_place_in_the_interval() -> None:
    shown = card(
        row(1, 20), row(1, 35, 2), row(0, 10, in_hindsight=True), row(0, 9000, 2, low=0, high=100)
    )
    assert shown.title == "2 of 4 weekly forecasts held"
    assert shown.subtitle.startswith("A dot is one channel’s week, the band its 90% forecast;")
    series = shown.series
    assert (series["by_place"], series["channels"]) == (True, ["Blog", "Meetup"])
    assert (series["low"], series["high"]) == ((0.0, 0.0), (1.0, 1.0))
    assert series["dots"] == [
        [0, 0, 0.5, 20.0, 10.0, 30.0, 0, 0],
        [0, 1, 1.25, 35.0, 10.0, 30.0, 1, 0],
        [1, 0, 0.0, 10.0, 10.0, 30.0, 0, 1],
        [1, 1, 2.0, 9000.0, 0.0, 100.0, 1, 0],
    ]


@pytest.mark.parametrize(
    ("counted", "low", "high", "place"),
    [
        (0, 0, 0, 0.5),
        (1, 0, 0, 2.0),
        (-1, 0, 0, -1.0),
        (0, 0, 8, 0.0),
        (8, 0, 8, 1.0),
        (-99, 0, 8, -1.0),
        (-4, 0, 8, -0.5),
    ],
)
def test_a_place_is_known_even_in_an_interval_without_width(
    counted: float, low: float, high: float, place: float
) -> None:
    assert place_of(counted, low, high) == place


def test_all_in_hindsight_is_said_so() -> None:
    assert (
        "All 2 were made in hindsight"
        in card(row(1, 2, in_hindsight=True), row(0, 2, in_hindsight=True)).subtitle
    )
    assert "hindsight" not in card(row(0, 2)).subtitle


@pytest.mark.parametrize(
    ("score", "naive_score", "words"),
    [
        (60.0, 100.0, "40% closer than"),
        (96.0, 100.0, "about as close as"),
        (104.0, 100.0, "about as close as"),
        (150.0, 100.0, "50% wider of the mark than"),
        (1.0, 0.0, ""),
    ],
)
def test_words_compare_the_mean_scores(score: float, naive_score: float, words: str) -> None:
    assert words_against(Comparison(8, score, 0, naive_score)) == words
    assert words_against(Comparison(7, score, 0, naive_score)) == ""


def test_the_title_names_the_naive_forecast_that_is_harder_to_beat() -> None:
    naive = {
        "last_weeks_low": 0.0,
        "last_weeks_high": 40.0,
        "last_year_low": 15.0,
        "last_year_high": 25.0,
    }
    shown = card(*(row(n, 20, **naive) for n in range(8)), row(8, 20))
    assert shown.title == (
        "The forecast held in 9 of 9 weeks; 100% wider of the mark than “same as a year ago”"
    )
    assert shown.subtitle.endswith("50% closer than “same as last 4 weeks” in the 8 that have one.")


@pytest.mark.parametrize(("missed", "said"), [(2, ""), (3, ", 18 should have")])
def test_the_title_says_when_fewer_held_than_should(missed: int, said: str) -> None:
    shown = card(*(row(n, 32.5 if n < missed else 20) for n in range(20)))
    assert shown.title == f"The forecast held in {20 - missed} of 20 weeks{said}"


def test_the_table_of_a_channel_has_its_weeks_and_scores() -> None:
    shown = card(
        row(1, 32.5, last_weeks_low=0.0, last_weeks_high=40.0), row(0, 20, in_hindsight=True)
    )
    assert "".join(csv_lines(shown.table)).split("\r\n") == [
        "week,planned_hours,forecast,low,high,counted,state,score,last_weeks_score,"
        "last_year_score,made",
        "2026-11-02,1.5,20.0,10.0,30.0,32.5,missed,70.0,40.0,,in time",
        "2026-11-09,1.5,20.0,10.0,30.0,20,held,20.0,,,in hindsight",
        "",
    ]


def test_the_table_of_several_channels_sums_them_up_by_week() -> None:
    shown = card(row(1, 20), row(1, 32.5, 2, in_hindsight=True), row(0, 20))
    assert "".join(csv_lines(shown.table)).split("\r\n") == [
        "week,forecasts,held,in_hindsight,score,last_weeks_score,last_year_score",
        "2026-11-02,2,1,1,45.0,,",
        "2026-11-09,1,1,0,20.0,,",
        "",
    ]
