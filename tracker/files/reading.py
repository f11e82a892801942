"""From bytes to rows: encodings, delimiters, where the header stands, true line numbers."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import IO, TypeVar

from tracker.files.encodings import CannotImportError, find_encoding

__all__ = [
    "CannotImportError",
    "Header",
    "Line",
    "Refusal",
    "Table",
    "UnknownHeaderError",
    "find_table",
]

# How far down a header may stand; exports put titles, ranges and blank lines above it.
HEADER_WITHIN_ROWS = 20
LONGEST_LINE = 1_000_000
LONGEST_QUOTE = 100  # of the file, in a message
DELIMITERS: tuple[str, ...] = (",", ";", "\t")

Found = TypeVar("Found")


class UnknownHeaderError(CannotImportError):
    """No row near the beginning of the file is the header of anything that is known."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """A row that is not taken, and why; `row` is the line of the file on which it begins."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class Line:
    """A row of cells, without blanks around them, and the line of the file on which it begins."""

    number: int
    cells: list[str]

    def cell(self, column: int | None) -> str:
        """The cell of that column; empty where the file has no such column."""
        return "" if column is None else self.cells[column]

    @property
    def is_total(self) -> bool:
        """Whether it sums up other rows, by the word in its first cell."""
        return self.cells[0].casefold() in {"total", "totals", "grand total"}


@dataclass(frozen=True, slots=True)
class Header:
    """The names of the columns: as they are written, and in lower case for comparing."""

    shown: tuple[str, ...]
    names: tuple[str, ...]

    @classmethod
    def of(cls, cells: Sequence[str]) -> Header:
        shown = tuple(" ".join(cell.split()) for cell in cells)
        return cls(shown, tuple(cell.casefold() for cell in shown))

    def column(self, *names: str) -> int | None:
        """The first column that is called by one of `names`, the first name before the second."""
        return next((self.names.index(name) for name in names if name in self.names), None)

    def has(self, *names: str) -> bool:
        return all(name in self.names for name in names)


class Table:
    """The rows below a header; they can be read again and again, from the first one."""

    def __init__(
        self,
        file: IO[bytes],
        *,
        encoding: str,
        delimiter: str,
        header: Header,
        header_ends: int,
        notes: list[str],
    ) -> None:
        self.header = header
        self.notes = notes  # what was assumed of the file, to be said aloud
        self.size = file.seek(0, io.SEEK_END)  # in bytes
        self._file = file
        self._encoding = encoding
        self._delimiter = delimiter
        self._header_ends = header_ends  # the last line of the header row

    @property
    def position(self) -> int:
        """How many of its bytes are read."""
        return self._file.tell()

    def lines(self) -> Generator[Line | Refusal, None, None]:
        """Each row that is not blank; one that does not fit under the header is refused."""
        width = len(self.header.names)
        rows = raw_rows(self._file, self._encoding, self._delimiter, skip=self._header_ends)
        for number, _, cells in rows:
            if isinstance(cells, str):
                yield Refusal(number, cells)
                continue
            stripped = [cell.strip() for cell in cells]
            while len(stripped) > width and not stripped[-1]:
                stripped.pop()
            if not any(stripped):
                continue
            if len(stripped) == width:
                yield Line(number, stripped)
            else:
                noun = "cell" if len(stripped) == 1 else "cells"
                yield Refusal(number, f"it has {len(stripped)} {noun}, the header names {width}")

    def texts(self, *columns: int | None) -> Iterator[str]:
        """The cells of these columns from the first row to the last, to learn from them."""
        with closing(self.lines()) as lines:
            for line in lines:
                if isinstance(line, Line):
                    yield from (line.cell(column) for column in columns)


def find_table(file: IO[bytes], recognise: Callable[[Header], Found | None]) -> tuple[Table, Found]:
    """
    The table whose header `recognise` knows, and what it said.

    The header is looked for in the first rows by its names, under each delimiter in turn.
    Raises CannotImportError where the file is no text or no such row is there.
    """
    encoding, notes = find_encoding(file)
    skip, delimiters = 0, DELIMITERS
    first_line = first_text(file, encoding)
    if first_line[:4].casefold() == "sep=" and len(first_line) == len("sep=;"):
        skip, delimiters = 1, (first_line[-1],)
    for delimiter in delimiters:
        rows = raw_rows(file, encoding, delimiter, skip=skip)
        for _, ends, cells in islice(rows, HEADER_WITHIN_ROWS):
            if isinstance(cells, str):
                continue
            header = Header.of(cells)
            if (found := recognise(header)) is not None:
                rows.close()
                table = Table(
                    file,
                    encoding=encoding,
                    delimiter=delimiter,
                    header=header,
                    header_ends=ends,
                    notes=notes,
                )
                return table, found
        rows.close()
    shown = first_line if len(first_line) <= LONGEST_QUOTE else f"{first_line[:LONGEST_QUOTE]}…"
    raise UnknownHeaderError(
        f"no row within its first {HEADER_WITHIN_ROWS} is a header that is known; "
        f"it begins with {shown!r}"
    )


def first_text(file: IO[bytes], encoding: str) -> str:
    """The first line, without blanks and quotes around it."""
    lines = text_lines(file, encoding)
    line = next(lines, "").strip().strip('"')
    lines.close()
    return line


def raw_rows(
    file: IO[bytes], encoding: str, delimiter: str, *, skip: int
) -> Generator[tuple[int, int, list[str] | str], None, None]:
    """
    Rows after the first `skip` lines: first line, last line, and the cells.

    Where the quotes of a row don't close as they should, a reason stands in place of its cells;
    reading goes on with the line after it.
    """
    lines = text_lines(file, encoding)
    for _ in islice(lines, skip):
        pass
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        while True:
            first = skip + reader.line_num + 1
            try:
                cells = next(reader, None)
            except csv.Error as error:
                last = skip + reader.line_num
                yield first, last, quoting_problem(first, last, error)
                continue
            if cells is None:
                return
            yield first, skip + reader.line_num, cells
    finally:
        lines.close()


def quoting_problem(first: int, last: int, error: csv.Error) -> str:
    where = f"; lines {first} to {last} are lost with it" if last > first else ""
    return f"its quotes don't close as they should ({error}){where}"


def text_lines(file: IO[bytes], encoding: str) -> Generator[str, None, None]:
    """The lines from the file's first one on, with their ends; the file stays open."""
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, newline="")
    try:
        number = 0
        while line := text.readline(LONGEST_LINE):
            number += 1
            if len(line) == LONGEST_LINE:
                raise CannotImportError(
                    f"line {number} is longer than {LONGEST_LINE:,} characters: is it a CSV file?"
                )
            yield line
    finally:
        text.detach()
