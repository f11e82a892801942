"""Importing a file, in chunks that are each kept as a whole, and taking an import back."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from itertools import chain
from typing import IO, Any

from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from tracker.files import (
    CannotImportError,
    Choices,
    FileFormat,
    Header,
    Keeper,
    Refusal,
    Row,
    Table,
    format_named,
    formats,
)
from tracker.files.reading import UnknownHeaderError, find_table
from tracker.models import ImportBatch, Team, User
from tracker.refusals import RefusalLog

CHUNK_ROWS = 5_000
LONGEST_ERROR = ImportBatch._meta.get_field("error").max_length or 0
LONGEST_FILE_NAME = ImportBatch._meta.get_field("file_name").max_length or 0

Progress = Callable[[int, int], None]  # rows that are through, percent of the file
Chunk = Sequence[Row[Any] | Refusal]


class StoppedError(CannotImportError):
    """Somebody else has taken the import over, or back, while it ran."""


@dataclass(slots=True)
class Outcome:
    """What became of a file's rows; each is counted once."""

    format: FileFormat[Any]
    taken: int = 0
    known: int = 0
    log: RefusalLog = field(default_factory=RefusalLog)
    notes: list[str] = field(default_factory=list)

    @property
    def rows(self) -> int:
        return self.taken + self.known + self.log.count


def recognise(file: IO[bytes], *, format_name: str = "") -> tuple[Table, FileFormat[Any]]:
    """
    The table in `file` and its format, told by the header; only `format_name` if it is given.

    Raises CannotImportError where the file is no text, or no format knows it.
    """
    known = [format_named(format_name)] if format_name else formats()

    def knows(header: Header) -> FileFormat[Any] | None:
        return next((one for one in known if one.recognises(header)), None)

    try:
        return find_table(file, knows)
    except UnknownHeaderError as error:
        labels = ", ".join(one.label for one in known)
        raise CannotImportError(f"{error}; known are {labels}") from error


def import_file(
    *,
    team: Team,
    file: IO[bytes],
    file_name: str,
    choices: Choices,
    format_name: str = "",
    person: User | None = None,
    on_progress: Progress | None = None,
) -> tuple[ImportBatch, Outcome]:
    """
    Import what is new in `file`; rows that can't be taken are told and the others go in.

    Each chunk is one transaction, with the batch's own counts in it: killed at any moment, the
    import leaves what was through, and importing the file again goes on from there. Raises
    CannotImportError before anything is written where the file or a choice can't be used.
    """
    table, file_format = recognise(file, format_name=format_name)
    keeper = file_format.keeper(team=team, choices=choices, person=person)
    with closing(chunks(table, file_format, team, choices)) as parts:
        # The first rows are read before there is a batch: they tell whether the dates are clear.
        first = next(parts, [])
        close_interrupted(team)
        batch = ImportBatch.objects.create(
            team=team,
            person=person,
            format=file_format.name,
            file_name=file_name[-LONGEST_FILE_NAME:],
            choices=choices.as_json(),
            progress_at=timezone.now(),
        )
        outcome = Outcome(file_format, notes=list(table.notes))
        run(batch, chain([first], parts), table, keeper, outcome, on_progress)
    return batch, outcome


def preview_file(
    *,
    team: Team,
    file: IO[bytes],
    choices: Choices,
    format_name: str = "",
    person: User | None = None,
    on_progress: Progress | None = None,
) -> Outcome:
    """What `import_file` would do now; writes nothing at all."""
    table, file_format = recognise(file, format_name=format_name)
    keeper = file_format.keeper(team=team, choices=choices, person=person)
    outcome = Outcome(file_format, notes=list(table.notes))
    with closing(chunks(table, file_format, team, choices)) as parts:
        for part in parts:
            tally = keeper.preview(readable(part))
            outcome.taken += tally.taken
            outcome.known += tally.known
            outcome.log.add(part, tally.refusals)
            if on_progress:
                on_progress(outcome.rows, percent_of(table))
    outcome.notes += keeper.notes
    return outcome


def go_on(batch: ImportBatch) -> None:
    """
    Import the uploaded file of `batch`, from where it stands; the worker's side of a page.

    Two workers with the same batch do not count twice: the one that comes second to a chunk
    stops. Raises CannotImportError where the file or a choice can't be used.
    """
    try:
        with default_storage.open(batch.upload) as file:
            choices = Choices.from_json(batch.choices)
            table, file_format = recognise(file, format_name=batch.format)
            keeper = file_format.keeper(team=batch.team, choices=choices, person=batch.person)
            outcome = Outcome(
                file_format,
                taken=batch.taken,
                known=batch.known,
                log=RefusalLog.from_json(batch.refusals, batch.refused),
                notes=list(table.notes),
            )
            with closing(chunks(table, file_format, batch.team, choices)) as parts:
                rest = pass_over(parts, batch.read, keeper)
                run(batch, rest, table, keeper, outcome, None)
    except StoppedError:
        raise
    except FileNotFoundError as error:
        gone = CannotImportError("the file is gone: take this import back and bring it again")
        fail(batch, gone)
        raise gone from error
    except BaseException as error:
        fail(batch, error)
        raise
    drop_upload(batch)


def run(
    batch: ImportBatch,
    parts: Iterable[Chunk],
    table: Table,
    keeper: Keeper[Any],
    outcome: Outcome,
    on_progress: Progress | None,
) -> None:
    """Keep chunk by chunk and close the batch; whatever breaks it is written into the batch."""
    try:
        for part in parts:
            keep_chunk(batch, part, keeper, outcome, percent_of(table))
            if on_progress:
                on_progress(batch.read, batch.percent)
        outcome.notes += keeper.notes
        now = timezone.now()
        still_ours(batch).update(
            state=ImportBatch.State.DONE,
            notes=outcome.notes,
            percent=100,
            progress_at=now,
            finished_at=now,
        )
        batch.refresh_from_db()
    except StoppedError:
        raise
    except BaseException as error:
        fail(batch, error)
        raise


def keep_chunk(
    batch: ImportBatch, part: Chunk, keeper: Keeper[Any], outcome: Outcome, percent: int
) -> None:
    """One transaction: the rows, the marks for their weeks, and the batch's counts."""
    with transaction.atomic():
        # The row is held, so that a second worker or somebody who takes it back waits.
        if not still_ours(batch).select_for_update(no_key=True).exists():
            raise StoppedError(f"batch {batch.pk} was taken over or taken back while it ran")
        tally = keeper.keep(readable(part), batch)
        outcome.taken += tally.taken
        outcome.known += tally.known
        outcome.log.add(part, tally.refusals)
        batch.taken, batch.known = outcome.taken, outcome.known
        batch.refused, batch.refusals = outcome.log.count, outcome.log.as_json()
        batch.read += len(part)
        batch.percent, batch.progress_at = percent, timezone.now()
        batch.save(
            update_fields=[
                *("taken", "known", "refused", "refusals", "read", "percent", "progress_at")
            ]
        )


def undo_import(batch: ImportBatch) -> ImportBatch:
    """
    Take back exactly what `batch` brought, and mark the weeks that it touched.

    Raises CannotImportError where it is taken back already, or a later import builds on it.
    """
    with transaction.atomic():
        held = (
            ImportBatch.objects.select_for_update(of=("self",), no_key=True)
            .select_related("team")
            .get(pk=batch.pk)
        )
        if held.state == ImportBatch.State.UNDONE:
            raise CannotImportError(f"batch {held.pk} has been taken back already")
        if held.state == ImportBatch.State.WAITING:
            raise CannotImportError(f"batch {held.pk} has not been started: discard it")
        format_named(held.format).take_back(held)
        held.state, held.undone_at = ImportBatch.State.UNDONE, timezone.now()
        held.save(update_fields=["state", "undone_at"])
    drop_upload(held)
    return held


def chunks(
    table: Table, file_format: FileFormat[Any], team: Team, choices: Choices
) -> Generator[list[Row[Any] | Refusal], None, None]:
    """The rows in lists that are each kept in one transaction."""
    zone = zoneinfo.ZoneInfo(team.time_zone)
    part: list[Row[Any] | Refusal] = []
    facts = 0
    with closing(file_format.rows(table, dates=choices.dates, zone=zone)) as rows:
        for row in rows:
            part.append(row)
            facts += len(row.facts) if isinstance(row, Row) else 1
            if facts >= CHUNK_ROWS:
                yield part
                part, facts = [], 0
    if part:
        yield part


def pass_over(
    parts: Iterable[list[Row[Any] | Refusal]], count: int, keeper: Keeper[Any]
) -> Iterator[Chunk]:
    """The chunks after the first `count` rows, which the keeper only takes note of."""
    for part in parts:
        passed, rest = part[:count], part[count:]
        count -= len(passed)
        if passed:
            keeper.pass_over(readable(passed))
        if rest:
            yield rest


def readable(part: Chunk) -> list[Row[Any]]:
    return [row for row in part if isinstance(row, Row)]


def percent_of(table: Table) -> int:
    return min(100, table.position * 100 // table.size)


def still_ours(batch: ImportBatch) -> Any:
    """The batch, if it runs and stands where we left it."""
    return ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.RUNNING, read=batch.read)


def fail(batch: ImportBatch, error: BaseException) -> None:
    words = str(error) or "it was stopped by hand"
    ImportBatch.objects.filter(pk=batch.pk, state=ImportBatch.State.RUNNING).update(
        state=ImportBatch.State.FAILED,
        error=words.splitlines()[0][:LONGEST_ERROR],
        finished_at=timezone.now(),
    )
    batch.refresh_from_db()


def close_interrupted(team: Team) -> None:
    """Say of imports whose process was killed that they stopped; those from a page can go on."""
    now = timezone.now()
    ImportBatch.objects.of_team(team).interrupted(now).filter(upload="").update(
        state=ImportBatch.State.FAILED,
        error="It was interrupted; importing the file again takes the rest.",
        finished_at=now,
    )


def drop_upload(batch: ImportBatch) -> None:
    if batch.upload:
        default_storage.delete(batch.upload)
        batch.upload = ""
        batch.save(update_fields=["upload"])
