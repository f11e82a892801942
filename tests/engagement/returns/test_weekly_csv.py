from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.returns.weekly_csv import WeeklyCsvError, read_histories

HEADER = "channel,week,hours,responses,event\n"


def read(text: str) -> dict:
    return read_histories(io.StringIO(text))


def test_channels_keep_their_order_and_weeks_find_theirs() -> None:
    histories = read(
        HEADER
        + "b,2025-01-13,2,5,1\n"
        + "a,2025-01-06,1,1,0\n"
        + "b,2025-01-06,1.5,4,0\n"
        + "b,2025-01-20,3,,1\n"
    )
    assert list(histories) == ["b", "a"]
    b = histories["b"]
    assert (b.first_week, list(b.hours), list(b.worth)) == (date(2025, 1, 6), [1.5, 2.0], [4, 5])
    assert (list(b.events), list(b.hours_ahead), list(b.events_ahead)) == (
        [False, True],
        [3.0],
        [True],
    )


def test_the_event_may_be_missing_and_columns_may_move() -> None:
    (only,) = read("week,responses,hours,channel\n2025-01-06,3,1,a\n").values()
    assert not only.events.any()


def test_an_absent_week_has_no_hours_and_what_its_neighbours_had() -> None:
    (only,) = read(HEADER + "a,2025-01-06,1,2,0\na,2025-01-20,3,4,0\n").values()
    assert list(only.hours) == [1.0, 0.0, 3.0]
    assert list(only.worth) == [2.0, 3.0, 4.0]


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ("a,2025-01-06,-1,2,0\n", "row 2, column hours: -1 is negative"),
        ("a,2025-01-06,x,2,0\n", "row 2, column hours: 'x' is not a number"),
        ("a,2025-01-06,1e300,2,0\n", "row 2, column hours: 1e+300 is more than 1e+06"),
        ("a,2025-01-06,1,-1e13,0\n", "row 2, column responses: -1e+13 is more than 1e+12"),
        (
            "a,9999-12-27,1,2,0\n",
            "row 2, column week: 9999-12-27 is not between 1970-01-01 and 2200-01-01",
        ),
        (
            "a,1970-01-05,1,2,0\na,2025-01-06,1,2,0\n",
            "row 3, column week: 2025-01-06 is over 2600 weeks after 1970-01-05",
        ),
        (
            "a,2025-01-06,1,2,0\na,2035-01-08,1,,0\n",
            "row 3, column week: 2035-01-08 is over 520 weeks after 2025-01-06",
        ),
        ("a,2025-01-06,,2,0\n", "row 2, column hours: empty; write 0 for a week without any"),
        ("a,2025-01-06,1,nan,0\n", "row 2, column responses: 'nan' is not a finite number"),
        ("a,2025-01-07,1,2,0\n", "row 2, column week: 2025-01-07 is a Tuesday; a week is named"),
        ("a,06.01.2025,1,2,0\n", "row 2, column week: '06.01.2025' is no date such as 2025-01-06"),
        ("a,2025-01-06,1,2,yes\n", "row 2, column event: 'yes' is neither 0 nor 1"),
        (",2025-01-06,1,2,0\n", "row 2, column channel: empty"),
        ("a,2025-01-06,1,2,0\na,2025-01-06,1,2,0\n", "row 3, column week: 2025-01-06 stands in"),
        ("a,2025-01-06,1,,0\n", "row 2, column responses: channel 'a' has no week with any"),
        (
            "a,2025-01-06,1,,0\na,2025-01-13,1,2,0\n",
            "row 2, column responses: empty, though 2025-01-13 has responses; write 0",
        ),
        ("", "there is no row below the header"),
    ],
)
def test_bad_input_is_one_line_with_row_and_column(rows: str, line: str) -> None:
    with pytest.raises(WeeklyCsvError) as caught:
        read(HEADER + rows)
    assert str(caught.value).startswith(line)


def test_a_missing_column_is_named() -> None:
    with pytest.raises(WeeklyCsvError, match="row 1, column hours: there is no such column"):
        read("channel,week,responses\na,2025-01-06,1\n")


@given(
    st.lists(
        st.tuples(st.floats(0, 1e6), st.floats(-1e6, 1e6), st.booleans()), min_size=1, max_size=30
    ),
    st.text(st.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1).filter(
        lambda name: name.strip() == name != ""
    ),
)
def test_what_csv_writes_comes_back(weeks: list[tuple[float, float, bool]], name: str) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER.strip().split(","))
    monday = date(2025, 1, 6)
    for n, (hours, responses, event) in enumerate(weeks):
        writer.writerow([name, monday + timedelta(weeks=n), hours, responses, int(event)])
    ((found, only),) = read(text.getvalue()).items()
    assert found == name
    assert list(zip(only.hours, only.worth, only.events, strict=True)) == weeks
