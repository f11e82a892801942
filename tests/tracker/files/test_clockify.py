from __future__ import annotations

from datetime import date

import pytest

from tests.tracker.importing import bring, counts, entries, refusals
from tracker.files import CannotImportError
from tracker.models import Channel, ImportBatch, Team, TimeEntry

NAMES = [
    *("Project", "Client", "Description", "Task", "User", "Group", "Email", "Tags"),
    *("Start Date", "Start Time", "End Date", "End Time", "Duration (h)", "Duration (decimal)"),
]


def sheet(*rows: dict[str, str], without: tuple[str, ...] = (), **renamed: str) -> str:
    """A file with these rows; a cell that a row does not give is that of an hour on the blog."""
    usual = {
        "Project": "Blog",
        "User": "Ann",
        "Email": "ann@example.com",
        "Start Date": "03/04/2026",
        "Start Time": "10:00:00 AM",
        "End Date": "03/04/2026",
        "End Time": "11:00:00 AM",
        "Duration (h)": "01:00:00",
        "Duration (decimal)": "0.00",
    }
    names = [name for name in NAMES if name not in without]
    lines = [[renamed.get(name, name) for name in names]]
    lines += [[(usual | given).get(name, "") for name in names] for given in rows]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)


def test_am_and_pm_settle_that_the_month_stands_first(team: Team, blog: Channel) -> None:
    bring(team, sheet({}))
    assert entries() == [(date(2026, 3, 4), "Blog", 60)]


def test_a_number_above_twelve_counts_more_than_the_clock(team: Team, blog: Channel) -> None:
    bring(team, sheet({}, {"Start Date": "14/03/2026", "End Date": "14/03/2026"}))
    assert entries() == [(date(2026, 3, 14), "Blog", 60), (date(2026, 4, 3), "Blog", 60)]


def test_a_24_hour_clock_leaves_the_order_open_and_so_it_is_asked_for(
    team: Team, blog: Channel
) -> None:
    text = sheet({"Start Time": "10:00", "End Time": "11:00"})
    with pytest.raises(CannotImportError) as caught:
        bring(team, text)
    assert str(caught.value) == (
        "every date in it can be read in two ways, 03/04/2026 as 4 March or as 3 April: "
        "add --dates mdy for the first or --dates dmy for the second"
    )
    assert not ImportBatch.objects.exists()
    bring(team, text, dates="dmy")
    assert entries() == [(date(2026, 4, 3), "Blog", 60)]


def test_an_impossible_day_is_refused_alone(team: Team, blog: Channel) -> None:
    _, outcome = bring(team, sheet({"Start Date": "13/15/2026"}, {}))
    assert refusals(outcome) == ["row 2: there is no day 13/15/2026 (month first)"]
    assert counts(outcome) == (1, 0, 1)


def test_decimal_hours_are_the_last_resort(team: Team, blog: Channel) -> None:
    bring(team, sheet({"Duration (h)": ""}))
    assert entries() == [(date(2026, 3, 4), "Blog", 60)]
    TimeEntry.objects.all().delete()
    no_end = {"Duration (h)": "", "End Date": "", "End Time": "", "Duration (decimal)": "0.75"}
    bring(team, sheet(no_end))
    assert entries() == [(date(2026, 3, 4), "Blog", 45)]


def test_columns_may_be_missing_or_be_called_otherwise(team: Team, blog: Channel) -> None:
    text = sheet(
        {"Task": "Meeting", "Start Time": "10:00 PM", "End Time": "10:20 PM"},
        without=("Client", "Group", "Tags", "Duration (h)", "Duration (decimal)"),
        Task="Activity",
    )
    bring(team, text)
    assert entries() == [(date(2026, 3, 4), "Blog", 20)]
    assert TimeEntry.objects.get().activity == "meet"


def test_a_short_row_is_refused(team: Team, blog: Channel) -> None:
    text = sheet({}).rstrip("\n").rpartition(",")[0] + "\n"
    _, outcome = bring(team, text)
    assert refusals(outcome) == ["row 2: it has 13 cells, the header names 14"]


def test_a_project_that_is_called_total_is_no_sum(team: Team, blog: Channel) -> None:
    text = sheet({"Project": "Total"}, {"Project": "Total", "Start Date": "", "User": ""})
    _, outcome = bring(team, text, mapping={"Total": "Blog"})
    assert counts(outcome) == (1, 0, 0)


def test_it_is_not_taken_for_toggl(team: Team, blog: Channel) -> None:
    _, outcome = bring(team, sheet({}, without=("Duration (h)", "Duration (decimal)")))
    assert outcome.format.name == "clockify"
