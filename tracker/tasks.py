"""Thin Celery doors to what tracker does in the background."""

from __future__ import annotations

import logging

from celery import shared_task

from tracker.files import CannotImportError
from tracker.imports import go_on
from tracker.models import ImportBatch

logger = logging.getLogger(__name__)


@shared_task(ignore_result=True)
def import_batch(batch_id: int) -> None:
    """Import an uploaded file from where it stands; delivered twice, it is imported once."""
    batch = (
        ImportBatch.objects.select_related("team", "person")
        .filter(pk=batch_id, state=ImportBatch.State.RUNNING)
        .exclude(upload="")
        .first()
    )
    if batch is None:
        logger.info("Import %s is through, taken back or gone; there is nothing to do.", batch_id)
        return
    try:
        go_on(batch)
    except CannotImportError as error:
        # The batch keeps the reason, and the page shows it.
        logger.warning("Import %s stopped: %s", batch_id, error)
