from __future__ import annotations

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from tracker.durations import LONGEST, clock, hours_and_minutes, parse_minutes

minutes_of_a_day = st.integers(min_value=0, max_value=LONGEST)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", 0),
        ("   ", 0),
        ("0", 0),
        ("0:00", 0),
        ("1:30", 90),
        ("0:45", 45),
        (":45", 45),
        ("01:05", 65),
        ("24:00", 1440),
        ("2", 120),
        ("1.5", 90),
        ("1,5", 90),
        (".5", 30),
        (",25", 15),
        ("1.", 60),
        ("24", 1440),
        ("90m", 90),
        ("90 M", 90),
        ("45 min", 45),
        ("45\N{NO-BREAK SPACE}min", 45),
        ("1 minute", 1),
        ("2h", 120),
        ("2 hours", 120),
        ("1,5 h", 90),
        ("2h 15", 135),
        ("2h15", 135),
        ("2h15m", 135),
        ("2 hrs 5 mins", 125),
        ("2 H 05", 125),
        ("  1:30\t", 90),
    ],
)
def test_each_form_that_people_write_is_read(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("0.5m", 1),
        ("1.5m", 2),  # a rounding to the even neighbour would give 2 here and 2 below
        ("2.5m", 3),
        ("1.125", 68),  # 67.5 minutes
        ("0.4m", 0),
        ("0.075", 5),  # 4.5 minutes, which no float says exactly
        ("0.0083333333", 0),
    ],
)
def test_half_a_minute_rounds_up(text: str, minutes: int) -> None:
    assert parse_minutes(text) == minutes


@pytest.mark.parametrize(
    "text",
    [
        "abc",
        "1:60",
        "1:5",
        "1:2:3",
        "1h 75",
        "1.5h 20",
        "h",
        "m",
        ".",
        "-",
        "–",
        ":",
        "1 30",
        "1e3",
        "1_0",
        "nan",
        "inf",
        "٣",
        "¹",
        "1.2.3",
        "+1",
        "2 days",
        "1:30\N{NULL}",
    ],
)
def test_nonsense_is_refused_with_the_forms_that_work(text: str) -> None:
    with pytest.raises(ValueError, match=r"not a duration such as 1:30, 90m or 1\.5") as refusal:
        parse_minutes(text)
    assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize("text", ["-1", "-1:30", "−0.5", "–2h", "- 45m"])
def test_a_negative_is_called_negative(text: str) -> None:
    with pytest.raises(ValueError, match="is negative"):
        parse_minutes(text)


@pytest.mark.parametrize("text", ["24:01", "25", "90", "1441m", "24.0001", "24h 1", "9" * 29])
def test_more_than_a_day_is_refused_and_says_how_minutes_are_written(text: str) -> None:
    with pytest.raises(ValueError, match="longer than a day; a bare number is hours"):
        parse_minutes(text)


def test_a_pasted_page_is_refused_without_being_repeated() -> None:
    with pytest.raises(ValueError, match="not a duration") as refusal:
        parse_minutes("1" * 100_000)
    assert len(str(refusal.value)) < 100


@given(minutes_of_a_day)
def test_a_clock_is_read_back(minutes: int) -> None:
    assert parse_minutes(clock(minutes)) == minutes


@given(minutes_of_a_day)
def test_words_are_read_back(minutes: int) -> None:
    assert parse_minutes(hours_and_minutes(minutes)) == minutes


@given(minutes_of_a_day, st.sampled_from(["{}m", "{} min", "{} minutes", "  {}M "]))
def test_minutes_are_minutes(minutes: int, form: str) -> None:
    assert parse_minutes(form.format(minutes)) == minutes


@given(
    st.decimals(min_value=0, max_value=24, places=2),
    st.sampled_from(["{}", "{}h", "{} hours"]),
    st.sampled_from([".", ","]),
)
def test_decimal_hours_are_at_most_half_a_minute_off(hours: object, form: str, point: str) -> None:
    said = form.format(str(hours).replace(".", point))
    hundredths = int(str(hours).replace(".", ""))
    assert parse_minutes(said) == (hundredths * 60 * 2 + 100) // 200


def reading_of(text: str) -> int | str:
    """Minutes, or the line that refuses them."""
    try:
        return parse_minutes(text)
    except ValueError as refusal:
        return str(refusal)


@given(st.text(max_size=40) | st.text(alphabet="0129:.,hm -", max_size=8))
def test_any_text_is_either_minutes_of_a_day_or_one_clear_line(text: str) -> None:
    reading = reading_of(text)
    if isinstance(reading, str):
        assert len(reading.splitlines()) == 1
    else:
        assert 0 <= reading <= LONGEST


def test_a_difference_keeps_its_sign() -> None:
    assert clock(-15) == "−0:15"
    assert clock(-90) == "−1:30"
    assert hours_and_minutes(-15) == "−15 min"
    assert hours_and_minutes(-90) == "−1 h 30"


def test_sums_may_be_longer_than_a_day() -> None:
    assert clock(2000) == "33:20"
    assert hours_and_minutes(2000) == "33 h 20"
    assert hours_and_minutes(480) == "8 h"
    assert hours_and_minutes(0) == "0 min"


def test_templates_show_both() -> None:
    shown = Template("{% load durations %}{{ m|clock }} {{ m|hours_and_minutes }}")
    assert shown.render(Context({"m": 375})) == "6:15 6 h 15"
