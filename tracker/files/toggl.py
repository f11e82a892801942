"""Toggl Track, detailed report as CSV."""

from __future__ import annotations

from tracker.files import Header, Proof, Table
from tracker.files.dates import DateOrder
from tracker.files.timesheet import Columns, TimesheetFormat


class Toggl(TimesheetFormat):
    name = "toggl"
    label = "Toggl Track"
    proof = Proof.FILE
    how_to_export = "Reports, Detailed, then Export and Download CSV."

    def recognises(self, header: Header) -> bool:
        # Clockify's columns bear the same names, but for "Duration (h)".
        return (
            header.has("project", "start date", "start time", "duration")
            and header.column("user", "email") is not None
        )

    def evidence(self, table: Table, columns: Columns) -> DateOrder | None:
        return None


FORMAT = Toggl()
