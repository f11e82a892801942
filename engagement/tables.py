"""Tables of numbers: the same rows for the page and for a CSV file."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engagement.amounts import GAP, MINUS, NOT_KNOWN

Cell = date | Decimal | float | int | str | None

# A spreadsheet takes a text that begins with one of these for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Column:
    """`name` and `unit` head the column on the page, `key` in the CSV file."""

    key: str
    name: str
    unit: str = ""
    decimals: int = 0
    is_text: bool = False


@dataclass(frozen=True, slots=True)
class TextCell:
    """A cell as the page prints it."""

    column: Column
    text: str


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of raw values, oldest first; None is a number that is not known."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def newest_first(self) -> list[list[TextCell]]:
        """The rows as the page prints them."""
        return [
            [
                TextCell(column, text_of(cell, column))
                for column, cell in zip(self.columns, row, strict=True)
            ]
            for row in reversed(self.rows)
        ]


def text_of(cell: Cell, column: Column) -> str:
    if cell is None:
        return NOT_KNOWN
    if isinstance(cell, str):
        return cell
    if isinstance(cell, date):
        return f"{cell.day}{GAP}{cell:%b}{GAP}{cell.year}"
    # Adding nothing turns the -0.0 that rounding may leave into 0.0.
    text = f"{round(float(cell), column.decimals) + 0.0:,.{column.decimals}f}"
    return text.replace("-", MINUS)


def csv_lines(table: Table) -> Iterator[str]:
    """The table as lines of CSV (RFC 4180), formulas disarmed, an unknown number left empty."""
    yield _line([column.key for column in table.columns])
    for row in table.rows:
        yield _line([_csv_cell(cell) for cell in row])


def _csv_cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return disarmed(cell)
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, float):
        # Four decimals are far below what an estimate can say, and files stay comparable.
        return f"{round(cell, 4) + 0.0:.4f}".rstrip("0").rstrip(".")
    return str(cell)


def disarmed(text: str) -> str:
    """`text`, led by an apostrophe if a spreadsheet would run it; a number stays a number."""
    if text.startswith(FORMULA_STARTS) and not NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def _line(cells: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow(cells)
    return out.getvalue()
