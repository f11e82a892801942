"""Changing and taking back one time entry, with the marks for the weeks that it touches."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from tracker.models import TimeEntry
from tracker.stale import mark_stale


@transaction.atomic
def correct_entry(*, entry: TimeEntry, changes: dict[str, Any]) -> TimeEntry:
    """Write `changes` (by field) into `entry`; both the week it leaves and the one it joins."""
    touched = [(entry.channel_id, entry.day)]
    for field, value in changes.items():
        setattr(entry, field, value)
    entry.save(update_fields=[*changes, "updated_at"])
    mark_stale(team=entry.team, weeks=[*touched, (entry.channel_id, entry.day)])
    return entry


@transaction.atomic
def delete_entry(*, entry: TimeEntry) -> None:
    mark_stale(team=entry.team, weeks=[(entry.channel_id, entry.day)])
    entry.delete()
