"""
The seam between a file and what is kept of it.

Each module of the packages in `settings.FILE_FORMATS` that has a `FORMAT` knows one file format:
how its header looks, what its rows say, and how what they say is kept and taken back. So
`tracker.imports` imports hours and responses alike without knowing of either.
"""

from __future__ import annotations

import zoneinfo
from abc import ABC, abstractmethod
from collections.abc import Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, ClassVar, Generic, Protocol, Self, TypeVar

from django.conf import settings
from django.db.models import TextChoices

from tracker.files.dates import DateOrder
from tracker.files.reading import CannotImportError, Header, Refusal, Table
from tracker.models import ImportBatch, Team, User
from tracker.recording import Tally

__all__ = [
    "CannotImportError",
    "Choices",
    "Fact",
    "FileFormat",
    "Header",
    "Keeper",
    "Proof",
    "Refusal",
    "Row",
    "RowTally",
    "Table",
    "format_named",
    "formats",
    "row_tally",
]


class Proof(TextChoices):
    """What we know a format from."""

    FILE = "file", "Proven on real export files"
    PAPER = "paper", "Known from its documentation only"
    OURS = "ours", "Our own"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person who imports has said about the file."""

    channel: str = ""  # the channel of rows that name none that the team has
    mapping: Mapping[str, str] = field(default_factory=dict)  # project or other label → channel
    dates: DateOrder | None = None

    def as_json(self) -> dict[str, Any]:
        return {"channel": self.channel, "mapping": dict(self.mapping), "dates": self.dates}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        dates = said.get("dates")
        return cls(
            channel=said.get("channel", ""),
            mapping=said.get("mapping", {}),
            dates=DateOrder(dates) if dates else None,
        )


class Fact(Protocol):
    """What one row says, in the file's own words."""

    @property
    def day(self) -> date: ...

    @property
    def labels(self) -> tuple[str, ...]:
        """What may name its channel, the most telling first: a project, then tags."""


FactT = TypeVar("FactT", bound=Fact)


@dataclass(frozen=True, slots=True)
class Row(Generic[FactT]):
    """A row of the file that could be read, by the number of the line on which it begins."""

    number: int
    facts: tuple[FactT, ...]


@dataclass(slots=True)
class RowTally:
    """What became of some rows."""

    taken: int = 0
    known: int = 0
    refusals: list[Refusal] = field(default_factory=list)


def row_tally(
    keys: Iterable[tuple[str, int]], found: Tally, refusals: Iterable[Refusal]
) -> RowTally:
    """
    What became of rows, from what became of their facts; each row is counted once.

    `keys` says to which row each fact belongs; `refusals` are of rows that brought no facts. A
    row with a fact that was refused is refused, with its reason, even if others were taken.
    """
    row_of = dict(keys)
    reasons = {refusal.row: refusal.reason for refusal in refusals}
    for fact in found.refusals:
        reasons.setdefault(row_of[fact.key], fact.reason)
    taken = {row_of[key] for key in found.taken_keys} - reasons.keys()
    known = set(row_of.values()) - taken - reasons.keys()
    ordered = [Refusal(row, reasons[row]) for row in sorted(reasons)]
    return RowTally(taken=len(taken), known=len(known), refusals=ordered)


class Keeper(Protocol[FactT]):
    """Keeps the rows of one file, in the order of the file, a chunk at a time."""

    @property
    def notes(self) -> list[str]:
        """What was decided for the whole file, to be said aloud; complete at its end."""

    def keep(self, rows: Sequence[Row[FactT]], batch: ImportBatch) -> RowTally:
        """Record what is new; belongs in a transaction."""

    def preview(self, rows: Sequence[Row[FactT]]) -> RowTally:
        """What `keep` would say; writes nothing at all."""

    def pass_over(self, rows: Sequence[Row[FactT]]) -> None:
        """Rows that an interrupted import has kept already, when it goes on."""


class FileFormat(ABC, Generic[FactT]):
    """One kind of export file."""

    name: ClassVar[str]  # what --format takes and what is kept as the rows' source
    label: ClassVar[str]
    proof: ClassVar[Proof]
    brings: ClassVar[str]  # "hours" or what else it brings, in a word
    names_channels: ClassVar[bool] = True  # or is the whole file about one
    how_to_export: ClassVar[str]  # one sentence for somebody who has no such file yet

    @abstractmethod
    def recognises(self, header: Header) -> bool:
        """Whether a row with these names is the header of such a file."""

    @abstractmethod
    def rows(
        self, table: Table, *, dates: DateOrder | None, zone: zoneinfo.ZoneInfo
    ) -> Generator[Row[FactT] | Refusal, None, None]:
        """
        What the file says, row by row; `zone` is where the team works.

        Raises CannotImportError before the first row where the file as a whole can't be read.
        """

    @abstractmethod
    def keeper(self, *, team: Team, choices: Choices, person: User | None) -> Keeper[FactT]:
        """
        Keeps rows for `team`; `person` brings the file, None on the command line.

        Raises CannotImportError where the choices name what the team does not have.
        """

    @abstractmethod
    def take_back(self, batch: ImportBatch) -> None:
        """
        Remove exactly what `batch` brought and mark its weeks; belongs in a transaction.

        Raises CannotImportError where something later builds on it.
        """


def formats() -> list[FileFormat[Any]]:
    """Every format that there is, by label."""
    found = []
    for package_name in settings.FILE_FORMATS:
        package = import_module(package_name)
        for info in iter_modules(package.__path__, f"{package_name}."):
            known = getattr(import_module(info.name), "FORMAT", None)
            if known is not None:
                found.append(known)
    return sorted(found, key=lambda known: known.label.casefold())


def format_named(name: str) -> FileFormat[Any]:
    """The format that is called so; CannotImportError names those that there are."""
    known = formats()
    for one in known:
        if one.name == name:
            return one
    names = ", ".join(sorted(one.name for one in known))
    raise CannotImportError(f"there is no format {name!r}; there are {names}")
