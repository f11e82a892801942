from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.sheets import FORMULA_STARTS, csv_lines, neutral


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=cmd|'/c calc'!A1", "'=cmd|'/c calc'!A1"),
        ("+41", "'+41"),
        ("-1+1", "'-1+1"),
        ("@sum(a1)", "'@sum(a1)"),
        ("\t=1", "'\t=1"),
        ("  =1", "'  =1"),
        ("Blog = posts", "Blog = posts"),
        ("", ""),
        (-3, -3),
        (-0.5, -0.5),
        (None, None),
        (True, "true"),
        (False, "false"),
    ],
)
def test_a_text_that_a_spreadsheet_would_compute_gets_an_apostrophe(
    cell: object, written: object
) -> None:
    assert neutral(cell) == written


def test_lines_come_one_by_one_and_an_unknown_number_is_an_empty_cell() -> None:
    lines = csv_lines(header=["channel", "hours"], rows=iter([("Blog, new", None), ("=X", 1.5)]))
    assert next(lines) == "channel,hours\r\n"
    assert list(lines) == ['"Blog, new",\r\n', "'=X,1.5\r\n"]


@given(st.lists(st.text(), min_size=1))
def test_any_text_comes_back_from_the_file_and_none_as_a_formula(cells: list[str]) -> None:
    (line,) = list(csv_lines(header=cells, rows=[]))
    (read,) = list(csv.reader(io.StringIO(line, newline="")))
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in cells]
    assert not any(cell.lstrip(" ").startswith(FORMULA_STARTS) for cell in read)
