from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.tracker.importing import entries
from tracker.models import Channel, ImportBatch, Team, TimeEntry

HOURS = "date,channel,activity,minutes,posts,note,person\n"
GOOD = "2026-03-03,Blog,create,30,,,Ann\n"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "hours.csv"
    path.write_text(HOURS + GOOD)
    return path


def run(*arguments: object) -> tuple[str, str]:
    """What the command says on stdout and on stderr."""
    out, err = io.StringIO(), io.StringIO()
    call_command("import", *map(str, arguments), stdout=out, stderr=err, no_color=True)
    return out.getvalue(), err.getvalue()


def refused(*arguments: object) -> str:
    """The one line with which the command ends, with status 2 and nothing written."""
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    assert caught.value.returncode == 2
    assert not ImportBatch.objects.exists()
    assert len(str(caught.value).splitlines()) == 1
    return str(caught.value)


def test_it_says_what_became_of_the_rows(team: Team, blog: Channel, path: Path) -> None:
    path.write_text(HOURS + GOOD + GOOD.replace("Blog", "Website") * 2 + GOOD)
    out, err = run(path, "--team", "tideline")
    batch = ImportBatch.objects.get()
    assert out == (
        "Longrun hours, 4 rows: 2 taken, 0 known already, 2 refused. "
        f"This is batch {batch.pk}; --undo {batch.pk} takes it back.\n"
    )
    assert err == (
        "rows 3 to 4: channel 'Website' is no channel of tideline; "
        'add --map "Website=CHANNEL" or --channel\n'
    )


def test_map_and_channel_place_what_has_no_channel(
    team: Team, blog: Channel, meetup: Channel, path: Path
) -> None:
    path.write_text(
        HOURS + GOOD.replace("Blog", "A=B") + GOOD.replace("Blog", "Else").replace("03-03", "03-04")
    )
    run(path, "--team", "tideline", "--map", "A=B=Meetup", "--channel", "blog")
    assert [channel for _, channel, _ in entries()] == ["Meetup", "Blog"]


def test_a_dry_run_writes_nothing(team: Team, blog: Channel, path: Path) -> None:
    out, _ = run(path, "--team", "tideline", "--dry-run")
    assert out == (
        "Longrun hours, 1 row: 1 taken, 0 known already, 0 refused. Nothing was written.\n"
    )
    assert not ImportBatch.objects.exists()
    assert not TimeEntry.objects.exists()


def test_undo_takes_a_batch_back(team: Team, blog: Channel, path: Path) -> None:
    run(path, "--team", "tideline")
    batch = ImportBatch.objects.get()
    out, _ = run("--undo", batch.pk)
    assert out == f"Batch {batch.pk} (hours.csv) is taken back.\n"
    assert not TimeEntry.objects.exists()
    for arguments, reason in (
        (("--undo", batch.pk), f"batch {batch.pk} has been taken back already"),
        (("--undo", 10**9), "there is no batch 1000000000"),
    ):
        with pytest.raises(CommandError, match=f"^{reason}$") as caught:
            run(*arguments)
        assert caught.value.returncode == 2


def test_undo_keeps_to_the_team_that_is_named(
    team: Team, other_team: Team, blog: Channel, path: Path
) -> None:
    run(path, "--team", "tideline")
    batch = ImportBatch.objects.get()
    with pytest.raises(CommandError, match=f"^there is no batch {batch.pk}$"):
        run("--undo", batch.pk, "--team", "undertow")
    assert TimeEntry.objects.exists()


def test_many_refusals_are_counted_at_the_end(team: Team, blog: Channel, path: Path) -> None:
    path.write_text(HOURS + "".join(f"day {n},Blog,create,30,,,Ann\n" for n in range(912)))
    _, err = run(path, "--team", "tideline")
    lines = err.splitlines()
    assert len(lines) == 101
    assert lines[0] == "row 2: 'day 0' is not a date"
    assert lines[-1] == "and 812 more"


def test_what_can_not_be_used_ends_in_one_line(
    team: Team, blog: Channel, path: Path, tmp_path: Path
) -> None:
    gone = tmp_path / "gone.csv"
    binary, empty, odd = (tmp_path / name for name in ("a.png", "empty.csv", "odd.csv"))
    binary.write_bytes(b"\x89PNG\r\n\x1a\n\x00\x00\x00")
    empty.write_bytes(b"")
    odd.write_bytes((HOURS + GOOD).encode("utf-16") + b"\x00")
    to = ("--team", "tideline")
    assert refused(gone, *to) == f"{gone}: No such file or directory"
    assert refused(tmp_path, *to) == f"{tmp_path}: Is a directory"
    assert refused(empty, *to) == f"{empty}: it is empty"
    assert refused(binary, *to) == f"{binary}: it is not a text file: export it as CSV"
    assert refused(odd, *to) == (
        f"{odd}: it begins as UTF-16 but breaks off in the middle of a character: "
        "it was cut or damaged, export it again"
    )
    assert refused(path, "--team", "nobody") == "there is no team 'nobody'"
    assert refused(path, *to, "--format", "tooggl") == (
        f"{path}: there is no format 'tooggl'; there are "
        "clockify, hours, responses, toggl, x-posts, youtube"
    )
    assert refused(path, *to, "--channel", "Blgo") == (
        f"{path}: tideline has no channel 'Blgo'; it has Blog"
    )
    assert refused(path, *to, "--map", "Website") == (
        "--map 'Website' is not of the form PROJECT=CHANNEL"
    )
    assert refused(path) == "say which FILE to import and --team, or --undo BATCH"
    assert refused(*to) == "say which FILE to import and --team, or --undo BATCH"


def test_dates_that_can_be_read_in_two_ways_are_asked_for(
    team: Team, blog: Channel, path: Path
) -> None:
    path.write_text(HOURS + GOOD.replace("2026-03-03", "03/04/2026"))
    assert refused(path, "--team", "tideline").endswith(
        "add --dates mdy for the first or --dates dmy for the second"
    )
    run(path, "--team", "tideline", "--dates", "mdy")
    assert [f"{day}" for day, _, _ in entries()] == ["2026-03-04"]


def test_a_file_whose_name_is_no_utf8_comes_in(team: Team, blog: Channel, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_text(HOURS + GOOD)
    run(path, "--team", "tideline")
    assert ImportBatch.objects.get().file_name == "caf\N{REPLACEMENT CHARACTER}.csv"


def test_the_bar_is_for_terminals_only(team: Team, blog: Channel, path: Path) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    err = Terminal()
    call_command("import", str(path), "--team", "tideline", stdout=io.StringIO(), stderr=err)
    assert "[##############################] 100%  1 rows" in err.getvalue()
    assert err.getvalue().endswith("\r\x1b[K")
