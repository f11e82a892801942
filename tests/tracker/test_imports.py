from __future__ import annotations

import io
import os
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.utils import timezone

from engagement.models import Response
from tests.tracker.importing import bring, counts, entries, refusals
from tests.workers import url_of_test_database
from tracker import imports
from tracker.files import CannotImportError, Choices
from tracker.imports import go_on, preview_file, undo_import
from tracker.models import Channel, Goal, ImportBatch, Metric, StaleWeek, Team, TimeEntry, User

HOURS = "date,channel,activity,minutes,posts,note,person\n"
COUNTS = "date,channel,metric,count\n"


def hours(first: int, last: int) -> str:
    """A row a day, one of them on each of these days of 2026."""
    start = date(2026, 1, 1)
    return "".join(
        f"{start + timedelta(days=n)},Blog,create,{30 + n % 60},,,Ann\n" for n in range(first, last)
    )


@pytest.fixture
def chunks_of_ten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(imports, "CHUNK_ROWS", 10)


def test_a_batch_tells_what_became_of_its_rows(
    team: Team, blog: Channel, bob: User, chunks_of_ten: None
) -> None:
    text = HOURS + hours(0, 25) + "never,Blog,create,30,,,Ann\n" + hours(25, 30)
    batch, outcome = bring(team, text, person=bob)
    assert (batch.state, batch.format, batch.file_name) == ("done", "hours", "export.csv")
    assert (batch.taken, batch.known, batch.refused, batch.read) == (30, 0, 1, 31)
    assert batch.refusals == [{"row": 27, "to": 27, "count": 1, "reason": "'never' is not a date"}]
    assert (batch.person, batch.percent, batch.error) == (bob, 100, "")
    assert batch.finished_at is not None
    assert counts(outcome) == (30, 0, 1)


def test_the_same_file_twice_changes_nothing(
    team: Team, blog: Channel, comments: Metric, chunks_of_ten: None
) -> None:
    responses = COUNTS + "2026-03-03,Blog,Comments,4\n"
    bring(team, HOURS + hours(0, 25))
    bring(team, responses)
    before = list(TimeEntry.objects.values()), list(Response.objects.values())
    StaleWeek.objects.all().delete()
    assert counts(bring(team, HOURS + hours(0, 25))[1]) == (0, 25, 0)
    assert counts(bring(team, responses)[1]) == (0, 1, 0)
    assert (list(TimeEntry.objects.values()), list(Response.objects.values())) == before
    assert not StaleWeek.objects.exists()


def test_taking_back_leaves_exactly_what_was_there_before(
    team: Team, blog: Channel, chunks_of_ten: None
) -> None:
    bring(team, HOURS + hours(0, 12))
    before = list(TimeEntry.objects.order_by("pk").values())
    second, outcome = bring(team, HOURS + hours(5, 20))
    assert counts(outcome) == (8, 7, 0)
    StaleWeek.objects.all().delete()

    undo_import(second)

    assert list(TimeEntry.objects.order_by("pk").values()) == before
    second.refresh_from_db()
    assert (second.state, second.undone_at is not None, second.taken) == ("undone", True, 8)
    # The days that the second file brought are 13 to 20 January 2026.
    assert set(StaleWeek.objects.values_list("channel_id", "week")) == {
        (blog.pk, date(2026, 1, 12)),
        (blog.pk, date(2026, 1, 19)),
    }
    assert counts(bring(team, HOURS + hours(5, 20))[1]) == (8, 7, 0)


def test_an_import_is_taken_back_once(team: Team, blog: Channel) -> None:
    batch, _ = bring(team, HOURS + hours(0, 2))
    undo_import(batch)
    with pytest.raises(CannotImportError) as caught:
        undo_import(batch)
    assert str(caught.value) == f"batch {batch.pk} has been taken back already"


def test_what_later_imports_build_on_is_taken_back_after_them(
    team: Team, blog: Channel, comments: Metric
) -> None:
    first, _ = bring(team, COUNTS + "2026-03-03,Blog,Comments,4\n")
    second, _ = bring(team, COUNTS + "2026-03-03,Blog,Comments,6\n")
    third, _ = bring(team, COUNTS + "2026-03-03,Blog,Comments,7\n2026-03-04,Blog,Comments,1\n")

    with pytest.raises(CannotImportError) as caught:
        undo_import(first)
    assert str(caught.value) == (
        f"batch {third.pk} has added to the counts of batch {first.pk}: "
        f"take batch {third.pk} back first"
    )
    assert Response.objects.count() == 4
    for batch in (third, second, first):
        undo_import(batch)
    assert not Response.objects.exists()


def test_a_metric_that_an_import_made_goes_with_it_unless_somebody_cares(
    team: Team, blog: Channel
) -> None:
    text = COUNTS + "".join(
        f"2026-03-03,Blog,{name},1\n" for name in ("Likes", "Leads", "Replies", "Shares")
    )
    first, _ = bring(team, text)
    Metric.objects.filter(name="Leads").update(worth=40)
    goal = Goal.objects.create(
        team=team,
        metric=Metric.objects.get(name="Replies"),
        target=10,
        starts_on=date(2026, 3, 1),
        due_on=date(2026, 4, 1),
    )
    second, _ = bring(team, COUNTS + "2026-03-04,Blog,Shares,1\n")

    undo_import(first)
    assert set(Metric.objects.values_list("name", flat=True)) == {"Leads", "Replies", "Shares"}
    goal.delete()
    undo_import(second)
    assert set(Metric.objects.values_list("name", flat=True)) == {"Leads"}


def test_a_preview_says_what_would_happen_and_writes_nothing(
    team: Team, blog: Channel, chunks_of_ten: None
) -> None:
    bring(team, HOURS + hours(0, 12))
    tables = (ImportBatch, TimeEntry, Response, Metric, StaleWeek)
    before = [list(table.objects.values()) for table in tables]
    for text, expected in (
        (HOURS + hours(5, 20) + "x\n", (8, 7, 1)),
        (COUNTS + "2026-03-03,Blog,Likes,4\n2026-03-03,Blog,Applause,4\n", (1, 0, 1)),
    ):
        outcome = preview_file(team=team, file=io.BytesIO(text.encode()), choices=Choices())
        assert counts(outcome) == expected
        assert [list(table.objects.values()) for table in tables] == before
        assert counts(bring(team, text)[1]) == expected
        before = [list(table.objects.values()) for table in tables]
    assert outcome.notes == ["Will be made, worth 0: Likes."]


def test_rows_that_are_refused_for_one_reason_are_told_together(team: Team, blog: Channel) -> None:
    wrong = "2026-03-03,Nowhere,create,30,,,Ann\n"
    _, outcome = bring(team, HOURS + wrong * 3 + hours(0, 1) + wrong + "x\n" + "y\n")
    told = "channel 'Nowhere' is no channel of tideline; add --map \"Nowhere=CHANNEL\" or --channel"
    assert refusals(outcome) == [
        f"rows 2 to 4: {told}",
        f"row 6: {told}",
        "rows 7 to 8: it has 1 cell, the header names 7",
    ]
    assert counts(outcome) == (1, 0, 6)


def test_of_many_refusals_the_first_are_kept_and_all_are_counted(
    team: Team, blog: Channel, chunks_of_ten: None
) -> None:
    text = HOURS + "".join(f"day {n},Blog,create,30,,,Ann\n" for n in range(300))
    batch, outcome = bring(team, text)
    assert (len(batch.refusals), batch.refused, outcome.log.more) == (200, 300, 100)


@pytest.mark.parametrize(
    ("choices", "reason"),
    [
        (Choices(channel="Blgo"), "tideline has no channel 'Blgo'; it has Blog, Meetup"),
        (Choices(mapping={"a": "b"}), "tideline has no channel 'b'; it has Blog, Meetup"),
    ],
)
def test_a_choice_that_the_team_does_not_have_stops_before_anything_is_written(
    team: Team, blog: Channel, meetup: Channel, choices: Choices, reason: str
) -> None:
    with pytest.raises(CannotImportError) as caught:
        imports.import_file(
            team=team,
            file=io.BytesIO((HOURS + hours(0, 1)).encode()),
            file_name="a.csv",
            choices=choices,
        )
    assert str(caught.value) == reason
    assert not ImportBatch.objects.exists()


def test_another_teams_channel_is_not_found(team: Team, other_team: Team, blog: Channel) -> None:
    Channel.objects.create(team=other_team, name="Secret", kind="blog", medium="online")
    with pytest.raises(CannotImportError) as caught:
        bring(team, HOURS + hours(0, 1), channel="Secret")
    assert str(caught.value) == "tideline has no channel 'Secret'; it has Blog"


def test_an_unknown_format_or_header_names_those_that_are_known(team: Team, blog: Channel) -> None:
    with pytest.raises(CannotImportError) as caught:
        bring(team, HOURS, format_name="tooggl")
    assert str(caught.value) == (
        "there is no format 'tooggl'; there are clockify, hours, responses, toggl, x-posts, youtube"
    )
    with pytest.raises(CannotImportError) as caught:
        bring(team, "name,colour\n")
    assert str(caught.value) == (
        "no row within its first 20 is a header that is known; it begins with 'name,colour'; "
        "known are Clockify, Longrun hours, Longrun responses, Toggl Track, X by tweet, "
        "YouTube Studio"
    )
    with pytest.raises(CannotImportError, match=r"known are Toggl Track$"):
        bring(team, HOURS, format_name="toggl")


def test_a_header_without_rows_is_an_import_of_nothing(team: Team, blog: Channel) -> None:
    batch, outcome = bring(team, HOURS)
    assert counts(outcome) == (0, 0, 0)
    assert batch.state == "done"


def test_a_file_that_breaks_off_later_on_is_seen_before_anything_is_written(
    team: Team, blog: Channel, chunks_of_ten: None
) -> None:
    with pytest.raises(CannotImportError) as caught:
        bring(team, HOURS + hours(0, 25) + "x" * 1_000_001)
    assert str(caught.value) == "line 27 is longer than 1,000,000 characters: is it a CSV file?"
    assert not ImportBatch.objects.exists()


def test_memory_does_not_grow_with_the_file(
    team: Team, blog: Channel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """tests/load/import_a_million_rows.py is the real thing; it is run by hand."""
    monkeypatch.setattr(imports, "CHUNK_ROWS", 500)
    peaks = []
    for count in (1_000, 8_000):
        path = tmp_path / f"{count}.csv"
        row = "2026-03-03,Blog,create,30,,{0},Ann {0}\n"
        path.write_text(HOURS + "".join(row.format(f"{n}" * 20) for n in range(count)))
        with path.open("rb") as file:
            tracemalloc.start()
            outcome = preview_file(team=team, file=file, choices=Choices())
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert counts(outcome) == (count, 0, 0)
    # Beyond a chunk or two, a row may leave the number that tells it from its equals.
    assert peaks[1] < 1.5 * peaks[0] + 7_000 * 150


def uploaded(team: Team, text: str) -> ImportBatch:
    return ImportBatch.objects.create(
        team=team,
        format="hours",
        file_name="export.csv",
        upload=default_storage.save("imports/test.csv", ContentFile(text.encode())),
        progress_at=timezone.now(),
    )


def test_an_upload_goes_on_where_it_stood_and_counts_nothing_twice(
    team: Team, blog: Channel, chunks_of_ten: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = HOURS + hours(0, 13) * 2 + "x\n" + hours(13, 20)
    batch = uploaded(team, text)
    keep_chunk, kept = imports.keep_chunk, []

    def keep_two(*given: object) -> None:
        if len(kept) == 2:
            raise SystemExit  # as if somebody had stopped the worker
        kept.append(given)
        keep_chunk(*given)  # type: ignore[arg-type]  # handed on as it came

    with monkeypatch.context() as patched:
        patched.setattr(imports, "keep_chunk", keep_two)
        with pytest.raises(SystemExit):
            go_on(batch)
    assert (batch.state, batch.taken, batch.read) == ("failed", 20, 20)
    assert default_storage.exists(batch.upload)
    ImportBatch.objects.update(state="running")
    batch.refresh_from_db()
    upload = batch.upload
    monkeypatch.setattr(imports, "CHUNK_ROWS", 7)  # other chunks than before

    go_on(batch)

    batch.refresh_from_db()
    assert (batch.state, batch.taken, batch.known, batch.refused) == ("done", 33, 0, 1)
    assert TimeEntry.objects.count() == 33
    assert batch.upload == ""
    assert not default_storage.exists(upload)


def test_two_workers_with_one_batch_do_not_count_twice(
    team: Team, blog: Channel, chunks_of_ten: None
) -> None:
    batch = uploaded(team, HOURS + hours(0, 25))
    late = ImportBatch.objects.get(pk=batch.pk)
    go_on(batch)
    late.upload = default_storage.save("imports/test.csv", ContentFile((HOURS).encode()))
    with pytest.raises(CannotImportError, match="was taken over or taken back while it ran"):
        imports.keep_chunk(
            late,
            [],
            imports.formats()[0].keeper(team=team, choices=Choices(), person=None),
            imports.Outcome(imports.formats()[0]),
            0,
        )
    default_storage.delete(late.upload)
    assert (batch.taken, TimeEntry.objects.count()) == (25, 25)


def test_an_import_without_a_sign_of_life_is_closed_by_the_next(team: Team, blog: Channel) -> None:
    long_ago = timezone.now() - timedelta(minutes=5)
    dead = ImportBatch.objects.create(
        team=team, format="hours", file_name="a.csv", progress_at=long_ago
    )
    alive = ImportBatch.objects.create(
        team=team, format="hours", file_name="b.csv", progress_at=timezone.now()
    )
    bring(team, HOURS + hours(0, 1))
    dead.refresh_from_db()
    alive.refresh_from_db()
    assert (dead.state, alive.state) == ("failed", "running")
    assert dead.error == "It was interrupted; importing the file again takes the rest."


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_it_goes_on_and_doubles_nothing(
    team: Team, blog: Channel, tmp_path: Path
) -> None:
    path = tmp_path / "hours.csv"
    rows = [
        f"{date(2026, 1, 1) + timedelta(days=n % 300)},Blog,create,{1 + n % 90},,,Ann {n}\n"
        for n in range(20_000)
    ]
    path.write_text(HOURS + "".join(rows))
    command = [sys.executable, "manage.py", "import", str(path), "--team", "tideline"]
    chance = random.Random(7)
    killed = 0
    for _ in range(3):
        before = TimeEntry.objects.count()
        process = subprocess.Popen(
            command,
            env=os.environ | {"DATABASE_URL": url_of_test_database()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 60
        while TimeEntry.objects.count() == before and process.poll() is None:
            assert time.monotonic() < until
            time.sleep(0.02)
        time.sleep(chance.random() / 5)
        killed += process.poll() is None
        process.kill()
        process.wait()
        for batch in ImportBatch.objects.all():
            # What a batch says of itself is what there is, at any moment.
            assert batch.taken == TimeEntry.objects.filter(batch=batch).count()
    assert killed
    through = TimeEntry.objects.count()

    _, outcome = bring(team, path.read_text())

    assert counts(outcome) == (20_000 - through, through, 0)
    assert TimeEntry.objects.count() == 20_000
    assert TimeEntry.objects.values("source_key").distinct().count() == 20_000


@pytest.mark.django_db(transaction=True)
def test_the_same_file_twice_at_once_ends_with_one_copy(
    team: Team, blog: Channel, chunks_of_ten: None
) -> None:
    start = threading.Barrier(2)
    outcomes: list[tuple[int, int, int]] = []

    def run() -> None:
        try:
            start.wait()
            outcomes.append(counts(bring(team, HOURS + hours(0, 100))[1]))
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(entries()) == 100
    assert [sum(column) for column in zip(*outcomes, strict=True)] == [100, 100, 0]
