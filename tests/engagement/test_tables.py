from __future__ import annotations

from datetime import date

from engagement.tables import Column, Table, csv_lines

TABLE = Table(
    columns=(
        Column("week", "Week of"),
        Column("channel", "Channel", is_text=True),
        Column("hours", "Hours", "h", decimals=1),
        Column("count", "Count"),
    ),
    rows=(
        (date(2026, 11, 9), "=1+1", -3.25, 4),
        (date(2026, 11, 16), "Blog", None, None),
        (date(2026, 11, 23), "+41", -0.00001, -1200),
    ),
)


def test_a_file_has_raw_numbers_empty_cells_for_unknown_ones_and_no_formula() -> None:
    assert list(csv_lines(TABLE)) == [
        "week,channel,hours,count\r\n",
        "2026-11-09,'=1+1,-3.25,4\r\n",
        "2026-11-16,Blog,,\r\n",
        "2026-11-23,'+41,0.0,-1200\r\n",
    ]


def test_a_page_has_the_newest_first_a_dash_for_unknown_ones_and_real_minus_signs() -> None:
    texts = [
        [cell.text.replace("\N{NO-BREAK SPACE}", " ") for cell in row]
        for row in TABLE.newest_first()
    ]

    assert texts == [
        ["23 Nov 2026", "+41", "0.0", "−1,200"],
        ["16 Nov 2026", "Blog", "–", "–"],
        ["9 Nov 2026", "=1+1", "−3.2", "4"],
    ]
