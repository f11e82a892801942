from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.files.encodings import find_encoding
from tracker.files.reading import (
    CannotImportError,
    Header,
    Line,
    Refusal,
    Table,
    UnknownHeaderError,
    find_table,
)

NAMES = ["day", "who", "how many"]


def has_names(header: Header) -> str | None:
    return "found" if header.has(*NAMES) else None


def table_in(data: bytes, recognise: Callable[[Header], str | None] = has_names) -> Table:
    return find_table(io.BytesIO(data), recognise)[0]


def rows_in(data: bytes) -> list[tuple[int, list[str]] | tuple[int, str]]:
    return [
        (line.number, line.cells) if isinstance(line, Line) else (line.row, line.reason)
        for line in table_in(data).lines()
    ]


def written(rows: list[list[str]], encoding: str, delimiter: str, end: str, quoting: int) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    return text.getvalue().encode(encoding)


# Cells without blanks at their ends, which are not kept. A lone carriage return is not written
# in quotes by every writer, so that no reader can tell it from the end of a row.
def cells_of(characters: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.text(characters, max_size=12).map(str.strip)


def rows_of(cells: st.SearchStrategy[str]) -> st.SearchStrategy[list[list[str]]]:
    return st.lists(st.lists(cells, min_size=3, max_size=3), max_size=8)


any_character = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
windows_character = st.characters(codec="cp1252", exclude_categories=("Cc",))


@given(
    rows=rows_of(cells_of(any_character)),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    delimiter=st.sampled_from(",;\t"),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_csv_writes_comes_back(
    rows: list[list[str]], encoding: str, delimiter: str, end: str, quoting: int
) -> None:
    data = written([NAMES, *rows], encoding, delimiter, end, quoting)
    table = table_in(data)
    lines = list(table.lines())
    assert [line.cells for line in lines if isinstance(line, Line)] == [
        row for row in rows if any(row)
    ]
    assert not [line for line in lines if isinstance(line, Refusal)]
    assert list(table.lines()) == lines  # again and again


@given(rows=rows_of(cells_of(windows_character)), delimiter=st.sampled_from(",;\t"))
def test_windows_1252_comes_back_and_is_told(rows: list[list[str]], delimiter: str) -> None:
    rows = [["é", "1", "2"], *rows]  # a letter that would be no UTF-8
    table = table_in(written([NAMES, *rows], "cp1252", delimiter, "\r\n", csv.QUOTE_MINIMAL))
    assert [line.cells for line in table.lines() if isinstance(line, Line)] == [
        row for row in rows if any(row)
    ]
    assert table.notes == ["It is not UTF-8; it was read as Windows-1252: check letters such as é."]


@given(data=st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_one_line(data: bytes) -> None:
    said = words_about(data + b"\nday,who,how many\n" + data)
    assert all(len(line.splitlines()) == 1 for line in said)


def words_about(data: bytes) -> list[str]:
    """What is said about the file or its rows."""
    try:
        table = table_in(data)
    except CannotImportError as error:
        return [str(error)]
    return [line.reason for line in table.lines() if isinstance(line, Refusal)]


def test_the_number_of_a_row_is_its_first_line_in_the_file() -> None:
    data = b'title\n\nday,who,how many\n1,"two\nlines",3\n\n , ,\n4,"x\r\ny\r\nz",6\n7,8,9'
    assert rows_in(data) == [
        (4, ["1", "two\nlines", "3"]),
        (8, ["4", "x\r\ny\r\nz", "6"]),
        (11, ["7", "8", "9"]),
    ]


def test_a_first_line_with_sep_names_the_delimiter() -> None:
    for first in ("sep=;", "SEP=;", '"sep=;"'):
        assert rows_in(f"{first}\r\nday;who;how many\r\n1;2,5;3".encode()) == [
            (3, ["1", "2,5", "3"])
        ]


def test_utf_16_is_seen_without_a_mark() -> None:
    text = "day\twho\thow many\n1\tÅsa\t3\n"
    assert rows_in(text.encode("utf-16-le")) == [(2, ["1", "Åsa", "3"])]
    assert rows_in(text.encode("utf-16-be")) == [(2, ["1", "Åsa", "3"])]


def test_a_row_that_does_not_fit_under_the_header_is_refused_alone() -> None:
    assert rows_in(b"day,who,how many\n1,2\n1,2,3\n1,2,3,4\n1,2,3,,\n1\n") == [
        (2, "it has 2 cells, the header names 3"),
        (3, ["1", "2", "3"]),
        (4, "it has 4 cells, the header names 3"),
        (5, ["1", "2", "3"]),
        (6, "it has 1 cell, the header names 3"),
    ]


def test_a_quote_that_is_not_closed_costs_its_rows_and_names_them() -> None:
    assert rows_in(b'day,who,how many\n1,"two,3\n4,5,6\n7,"8",9\n1,2,3\n') == [
        (
            2,
            "its quotes don't close as they should (',' expected after '\"'); "
            "lines 2 to 4 are lost with it",
        ),
        (5, ["1", "2", "3"]),
    ]
    assert rows_in(b'day,who,how many\n1,2,3\n1,"two,3\n4,5,6\n') == [
        (2, ["1", "2", "3"]),
        (
            3,
            "its quotes don't close as they should (unexpected end of data); "
            "lines 3 to 4 are lost with it",
        ),
    ]


def test_quotes_inside_a_cell_are_letters() -> None:
    assert rows_in(b'day,who,how many\n1,5" screen,3\n') == [(2, ["1", '5" screen', "3"])]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it is empty"),
        (b"\xef\xbb\xbf", "it is empty"),
        (b" \r\n\r\n", "it is empty"),
        (b"PK\x03\x04rest", "it is a zip archive or a workbook (.xlsx): unpack it, or save it"),
        (b"\xd0\xcf\x11\xe0rest", "it is an Excel workbook (.xls): save it as CSV"),
        (b"%PDF-1.7", "it is a PDF: export it as CSV"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "it is not a text file: export it as CSV"),
        (b"day,who\x00,how many\n", "it is not a text file: export it as CSV"),
        (b"day,who\x01,how many \xe9\n", "it is not a text file: export it as CSV"),
        ("day,who,how many\n".encode("utf-16") + b"\x00", "it begins as UTF-16 but breaks off"),
        (b"\xef\xbb\xbfday,\xff\xff", "it begins as UTF-8 but breaks off"),
        (b"day,\x81\xff", "it is neither UTF-8 nor UTF-16 nor Windows-1252"),
    ],
)
def test_what_is_no_text_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(CannotImportError) as caught:
        table_in(data)
    assert str(caught.value).startswith(reason)


def test_an_unknown_header_is_quoted() -> None:
    with pytest.raises(UnknownHeaderError) as caught:
        table_in(b"name,colour\nsea,blue\n")
    assert str(caught.value) == (
        "no row within its first 20 is a header that is known; it begins with 'name,colour'"
    )
    with pytest.raises(UnknownHeaderError):
        table_in(b"x\n" * 20 + b"day,who,how many\n")
    assert rows_in(b"x\n" * 19 + b"day,who,how many\n1,2,3") == [(21, ["1", "2", "3"])]


def test_a_line_without_an_end_does_not_fill_the_memory() -> None:
    with pytest.raises(CannotImportError) as caught:
        table_in(b"x" * 2_000_000)
    assert str(caught.value) == "line 1 is longer than 1,000,000 characters: is it a CSV file?"


def test_the_file_stays_open_for_its_owner() -> None:
    file = io.BytesIO(b"day,who,how many\n1,2,3\n")
    table, _ = find_table(file, has_names)
    for _ in table.lines():
        break
    assert len(list(table.lines())) == 1
    assert not file.closed


def test_ascii_is_utf_8() -> None:
    assert find_encoding(io.BytesIO(b"plain")) == ("utf-8", [])
