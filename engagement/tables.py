"""Tables of numbers: the same rows for the page and for a CSV file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from engagement.amounts import GAP, MINUS, NOT_KNOWN
from tracker import sheets

Cell = date | Decimal | float | int | str | None


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
    """The table as lines of CSV, safe for a spreadsheet; an unknown number is an empty cell."""
    return sheets.csv_lines(
        header=[column.key for column in table.columns],
        rows=([_csv_cell(cell) for cell in row] for row in table.rows),
    )


def _csv_cell(cell: Cell) -> Cell:
    # Four decimals are far below what an estimate can say; adding nothing removes a -0.0.
    return round(cell, 4) + 0.0 if isinstance(cell, float) else cell
