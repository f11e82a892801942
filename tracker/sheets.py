"""CSV that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

# What a spreadsheet takes for the beginning of a formula, or skips and then takes for one.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


class LineCatcher:
    """What csv.writer needs of a file: it hands the written line back."""

    def write(self, line: str) -> str:
        return line


def neutral(cell: object) -> object:
    """
    `cell` with an apostrophe before it, if it is a text that a spreadsheet would compute.

    Numbers stay as they are: a negative one is no formula. A truth value becomes true or false.
    """
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def csv_lines(*, header: Sequence[str], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """The lines of a CSV file, one at a time; None becomes an empty cell."""
    writer = csv.writer(LineCatcher())
    yield writer.writerow([neutral(name) for name in header])
    for row in rows:
        yield writer.writerow([neutral(cell) for cell in row])
