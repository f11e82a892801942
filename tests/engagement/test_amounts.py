from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.amounts import MINUS, ago, day, hours, percent, unit_of
from engagement.bands import Band

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("currency", "printed"),
    [
        ("EUR", "€9,100"),
        ("GBP", "£9,100"),
        ("SEK", "SEK\N{NO-BREAK SPACE}9,100"),
        ("", "9,100\N{NO-BREAK SPACE}points"),
    ],
)
def test_worth_is_in_the_unit_of_the_team(currency: str, printed: str) -> None:
    assert unit_of(currency).exact(9100) == printed


@pytest.mark.parametrize(
    ("value", "printed"),
    [(0, "€0"), (8, "€8"), (8.5, "€8.50"), (9.999, "€10.00"), (10.4, "€10"), (-12, "−€12")],
)
def test_a_counted_amount_is_told_to_the_unit_and_a_small_one_to_the_hundredth(
    value: float, printed: str
) -> None:
    assert unit_of("EUR").exact(value) == printed


@pytest.mark.parametrize(
    ("band", "printed"),
    [
        (Band(9134, 6213, 12790), "€9,100 (6,200–12,800)"),
        (Band(95.2, 65.1, 132.8), "€95 (65–133)"),
        (Band(8.24, 5.12, 11.46), "€8 (5–11)"),
        (Band(8.24, 5.12, 9.46), "€8.2 (5.1–9.5)"),
        (Band(0.224, 0.2, 0.24), "€0.22 (0.20–0.24)"),
        (Band(2.2, -3.4, 12.1), "€2 (−3 to 12)"),
        (Band(-0.2, -30, 28), "€0 (−30 to 28)"),
        (Band(17868.2), "€18,000"),
        (Band(0.0), "€0"),
        (Band(5.0, 5.0, 5.0), "€5.0 (5.0–5.0)"),
    ],
)
def test_an_estimate_is_told_to_the_digits_that_its_interval_supports(
    band: Band, printed: str
) -> None:
    assert unit_of("EUR").with_interval(band) == printed


@given(st.floats(-1e9, 1e9), st.floats(0, 1e9), st.floats(0, 1e9))
def test_no_estimate_is_printed_with_a_hyphen_or_an_exponent(
    mean: float, below: float, above: float
) -> None:
    printed = unit_of("USD").with_interval(Band(mean, mean - below, mean + above))

    assert "-" not in printed
    assert "e" not in printed
    assert f"{MINUS}$0 " not in printed


def test_hours_keep_a_tenth_below_a_hundred() -> None:
    texts = [hours(minutes).replace("\N{NO-BREAK SPACE}", " ") for minutes in (0, 60, 390, 90_045)]
    assert texts == ["0 h", "1 h", "6.5 h", "1,501 h"]


def test_a_share_is_a_whole_percentage() -> None:
    assert percent(0.384) == "38%"


def test_a_day_of_another_year_names_it() -> None:
    today = date(2026, 11, 22)
    assert day(date(2026, 5, 14), today) == "14 May"
    assert day(date(2027, 5, 14), today) == "14 May 2027"


@pytest.mark.parametrize(
    ("passed", "words"),
    [
        (timedelta(seconds=59), "just now"),
        (timedelta(minutes=1), "1 min ago"),
        (timedelta(minutes=59, seconds=59), "59 min ago"),
        (timedelta(hours=1), "1 h ago"),
        (timedelta(hours=47), "47 h ago"),
        (timedelta(days=2), "2 days ago"),
    ],
)
def test_how_long_ago(passed: timedelta, words: str) -> None:
    assert ago(NOW - passed, NOW) == words
