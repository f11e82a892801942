"""One import of one file, so that it can be told, repeated and taken back as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models import Q

from tracker.models.team import Membership, TeamOwned, TeamOwnedQuerySet, User

# A running import says how far it is every few seconds; silent for so long, it was interrupted.
SILENCE = timedelta(minutes=3)


class ImportBatchQuerySet(TeamOwnedQuerySet["ImportBatch"]):
    def interrupted(self, at: datetime) -> Self:
        """Those that run no longer, but did not come to their end: their process was killed."""
        return self.filter(state=ImportBatch.State.RUNNING, progress_at__lt=at - SILENCE)


class ImportBatch(TeamOwned):
    """A file that came in: what was taken, what was there already, what was refused and why."""

    class State(models.TextChoices):
        WAITING = "waiting", "Not started"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Stopped"
        UNDONE = "undone", "Taken back"

    person = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="Who brought the file; empty if it came over the command line.",
    )
    format = models.CharField(max_length=40)
    file_name = models.CharField(max_length=255)
    state = models.CharField(max_length=7, choices=State, default=State.RUNNING)
    taken = models.PositiveIntegerField(default=0, help_text="Rows that were new.")
    known = models.PositiveIntegerField(default=0, help_text="Rows that were there already.")
    refused = models.PositiveIntegerField(default=0)
    refusals = models.JSONField(
        default=list,
        blank=True,
        help_text='The first refused rows: [{"row": 7, "to": 9, "reason": "…"}, …]; rows that '
        "follow each other and have one reason are told together.",
    )
    error = models.CharField(max_length=500, blank=True, help_text="Why it stopped.")
    notes = models.JSONField(
        default=list, blank=True, help_text="What was assumed of the file or made for it."
    )
    choices = models.JSONField(
        default=dict, blank=True, help_text="Channels and dates as the person chose them."
    )
    upload = models.CharField(
        max_length=100, blank=True, help_text="Where an uploaded file lies until it is through."
    )
    read = models.PositiveIntegerField(
        default=0, help_text="Rows that are through, refused or not."
    )
    percent = models.PositiveSmallIntegerField(default=0, help_text="Of the file's bytes.")
    progress_at = models.DateTimeField(
        null=True, blank=True, help_text="When the last rows came through."
    )
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("waiting", "running", "done", "failed", "undone")),
                name="batch_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state="undone", undone_at__isnull=False)
                | (~Q(state="undone") & Q(undone_at__isnull=True)),
                name="batch_undone_has_its_time",
            ),
        )

    def __str__(self) -> str:
        return f"{self.file_name} ({self.format}, {self.created_at:%Y-%m-%d})"

    def is_in_the_hands_of(self, membership: Membership) -> bool:
        """Whether they may go on with it, discard it or take it back; an owner may with any."""
        if membership.may_manage:
            return True
        return membership.may_log and self.person_id == membership.user_id

    def is_interrupted(self, at: datetime) -> bool:
        """Whether it runs no longer, but did not come to its end."""
        return (
            self.state == self.State.RUNNING
            and self.progress_at is not None
            and self.progress_at < at - SILENCE
        )
