"""Files that came over a page: kept under a random name until their import is through."""

from __future__ import annotations

import logging
import secrets
from datetime import datetime, timedelta
from typing import Final

from celery import current_app
from django.core.files import File
from django.core.files.storage import default_storage
from django.db.models import Q
from kombu.exceptions import OperationalError

from tracker.files import CannotImportError, Choices
from tracker.imports import close_interrupted, drop_upload, recognise
from tracker.models import ImportBatch, Team, User
from tracker.models.batch import SILENCE

logger = logging.getLogger(__name__)

IMPORT_TASK: Final = "tracker.tasks.import_batch"
# A file that nobody has imported for so long is thrown away.
FORGOTTEN = timedelta(days=7)
LONGEST_FILE_NAME = ImportBatch._meta.get_field("file_name").max_length or 0
State = ImportBatch.State


def receive_upload(
    *, team: Team, person: User, file: File[bytes], file_name: str, at: datetime
) -> ImportBatch:
    """
    Keep `file` until somebody says how to import it.

    Raises CannotImportError, and keeps nothing, where no format knows it.
    """
    if file.file is None:
        raise CannotImportError("it is empty")
    _, file_format = recognise(file.file)
    drop_forgotten(team, at)
    return ImportBatch.objects.create(
        team=team,
        person=person,
        format=file_format.name,
        file_name=file_name[-LONGEST_FILE_NAME:],
        state=State.WAITING,
        upload=default_storage.save(f"imports/{secrets.token_hex(16)}.csv", file),
    )


def startable(team: Team, at: datetime) -> Q:
    """Uploads of the team that no worker is at: new ones, and those that were interrupted."""
    silent = Q(state=State.RUNNING, progress_at__lt=at - SILENCE)
    return Q(team=team) & ~Q(upload="") & (Q(state__in=(State.WAITING, State.FAILED)) | silent)


def start_import(*, batch: ImportBatch, choices: Choices | None, at: datetime) -> bool:
    """
    Hand an upload to the worker, with `choices` or with those of before; False if one is at it.

    Raises CannotImportError, and leaves the upload as it was, where the worker can't be told.
    """
    before = ImportBatch.objects.filter(pk=batch.pk).values("state", "error").get()
    started = ImportBatch.objects.filter(startable(batch.team, at), pk=batch.pk).update(
        state=State.RUNNING,
        choices=batch.choices if choices is None else choices.as_json(),
        progress_at=at,
        finished_at=None,
        error="",
    )
    if not started:
        return False
    try:
        current_app.send_task(IMPORT_TASK, args=[batch.pk], retry=False)
    except OperationalError as error:
        logger.warning("The broker can't be reached (%s); batch %s waits.", error, batch.pk)
        ImportBatch.objects.filter(pk=batch.pk).update(**before)
        raise CannotImportError(
            "The worker can't be reached, so nothing was imported. The file is kept: try again "
            "in a minute."
        ) from error
    return True


def discard_upload(*, batch: ImportBatch) -> bool:
    """Throw away a file whose import was never started; False if it was."""
    deleted, _ = ImportBatch.objects.filter(pk=batch.pk, state=State.WAITING).delete()
    if deleted:
        default_storage.delete(batch.upload)
    return bool(deleted)


def drop_forgotten(team: Team, at: datetime) -> None:
    """Throw away the files that lay about for too long; what was imported of them stays."""
    old = ImportBatch.objects.of_team(team).filter(created_at__lt=at - FORGOTTEN)
    for batch in old.filter(state=State.WAITING):
        discard_upload(batch=batch)
    for batch in (old.filter(state=State.FAILED) | old.interrupted(at)).exclude(upload=""):
        drop_upload(batch)
    close_interrupted(team)
