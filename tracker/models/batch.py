"""One import of one file, so that it can be told, repeated and taken back as a whole."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tracker.models.team import TeamOwned, TeamOwnedQuerySet, User


class ImportBatch(TeamOwned):
    """A file that came in: what was taken, what was there already, what was refused and why."""

    class State(models.TextChoices):
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
        help_text='The first refused rows: [{"row": 7, "reason": "…"}, …].',
    )
    error = models.CharField(max_length=500, blank=True, help_text="Why it stopped.")
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    objects = TeamOwnedQuerySet["ImportBatch"].as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("running", "done", "failed", "undone")),
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
