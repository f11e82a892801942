"""Clockify, detailed report as CSV."""

from __future__ import annotations

from itertools import islice

from tracker.files import Header, Proof, Table
from tracker.files.clocks import is_twelve_hour
from tracker.files.dates import DateOrder
from tracker.files.timesheet import Columns, TimesheetFormat

# Rows that are looked at for the way in which the time of day is written.
ROWS_OF_EVIDENCE = 1000


class Clockify(TimesheetFormat):
    name = "clockify"
    label = "Clockify"
    proof = Proof.FILE
    how_to_export = "Reports, Detailed, then Export and Save as CSV."

    def recognises(self, header: Header) -> bool:
        return (
            header.has("project", "start date", "start time", "end date", "end time")
            and header.column("user", "email") is not None
            and not header.has("duration")
        )

    def evidence(self, table: Table, columns: Columns) -> DateOrder | None:
        """
        Times with AM and PM go with dates whose month stands first.

        Clockify's default is the American way, 03/04/2024 and 10:23 AM. A person who sets the
        day to stand first lives where the clock has 24 hours, and sets that beside it: of the
        two settings the clock's is the one that shows in every row.
        """
        times = islice(table.texts(columns.start_time), ROWS_OF_EVIDENCE)
        if any(is_twelve_hour(text) for text in times):
            return DateOrder.MDY
        return None


FORMAT = Clockify()
