from __future__ import annotations

import re
from datetime import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.files.clocks import (
    is_twelve_hour,
    read_decimal_hours,
    read_seconds,
    read_time,
    whole_minutes,
)

times = st.times().map(lambda moment: moment.replace(microsecond=0, fold=0))


@given(moment=times)
def test_a_time_comes_back_from_either_clock(moment: time) -> None:
    assert read_time(f"{moment:%H:%M:%S}") == moment
    assert read_time(f"{moment:%I:%M:%S %p}") == moment
    assert read_time(f"{moment:%I:%M%p}".lower()) == moment.replace(second=0)
    assert is_twelve_hour(f"{moment:%I:%M %p}")
    assert not is_twelve_hour(f"{moment:%H:%M}")


@given(seconds=st.integers(0, 10**6))
def test_a_duration_comes_back(seconds: int) -> None:
    hours, rest = divmod(seconds, 3600)
    assert read_seconds(f"{hours:02d}:{rest // 60:02d}:{rest % 60:02d}") == seconds
    assert read_seconds(f"{hours}:{rest // 60:02d}") == seconds - seconds % 60


@given(hundredths=st.integers(0, 10**5), comma=st.sampled_from(".,"))
def test_decimal_hours_come_back(hundredths: int, comma: str) -> None:
    text = f"{hundredths // 100}{comma}{hundredths % 100:02d}"
    assert read_decimal_hours(text) == hundredths * 36


def test_half_a_minute_rounds_up() -> None:
    assert [whole_minutes(seconds) for seconds in (0, 29, 30, 89, 90, 3601)] == [0, 0, 1, 1, 2, 60]


@pytest.mark.parametrize("text", ["", "noon", "25:00", "12:60", "0:30 AM", "13:00 PM", "1:2"])
def test_what_is_no_time_of_day(text: str) -> None:
    with pytest.raises(ValueError, match=r"time of day|there is no time"):
        read_time(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("-01:00:00", "its duration -01:00:00 is negative"),
        ("1 hour", "'1 hour' is not a duration such as 01:30:00"),
        ("01:75:00", "'01:75:00' is not a duration such as 01:30:00"),
        ("1:00:60", "'1:00:60' is not a duration such as 01:30:00"),
        ("1234567890:00", "'1234567890:00' is not a duration such as 01:30:00"),
    ],
)
def test_what_is_no_duration(text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(reason)}$"):
        read_seconds(text)


@pytest.mark.parametrize("text", ["-0.5", "half", "1.2.3", "1234567890.5", ""])
def test_what_are_no_decimal_hours(text: str) -> None:
    with pytest.raises(ValueError, match=r"negative|not a number of hours"):
        read_decimal_hours(text)
