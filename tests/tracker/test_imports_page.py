from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from tests.tracker.importing import bring, entries
from tests.workers import Worker
from tracker.models import Channel, ImportBatch, Metric, Team, TimeEntry, User
from tracker.tasks import import_batch

PAGE = "/t/tideline/imports/"
HOURS = "date,channel,activity,minutes,posts,note,person\n"
TOGGL = (
    "User,Email,Project,Task,Description,Start date,Start time,End date,End time,Duration,Tags\n"
)


def toggl(project: str, day: str = "2026-03-03") -> str:
    return f"Bob,bob@example.com,{project},,,{day},09:00:00,{day},10:00:00,01:00:00,\n"


def upload(client: Client, text: str, name: str = "export.csv") -> HttpResponse:
    file = SimpleUploadedFile(name, text.encode())
    return client.post(PAGE, {"file": file})  # type: ignore[return-value]  # a test's response is one


def the_batch() -> ImportBatch:
    return ImportBatch.objects.get()


def run_the_worker() -> None:
    """What the worker would do on the message, in this process."""
    import_batch(the_batch().pk)


@pytest.fixture
def as_bob(client: Client, bob: User) -> Client:
    client.force_login(bob)
    return client


def test_an_empty_page_says_what_can_be_imported_and_how(as_bob: Client) -> None:
    page = as_bob.get(PAGE).content.decode()
    assert "Nothing imported yet" in page
    for words in ("Toggl Track", "Clockify", "X by tweet", "YouTube Studio", "Advanced mode"):
        assert words in page
    assert '<span class="tag" title="Proven on real export files">file</span>' in page


def test_a_file_that_is_clear_is_previewed_at_once(
    as_bob: Client, team: Team, blog: Channel
) -> None:
    bring(team, TOGGL + toggl("Blog"))
    ImportBatch.objects.update(format="gone")  # an import whose format we know no longer
    response = upload(as_bob, TOGGL + toggl("Blog") + toggl("blog", "2026-03-21") + "x\n")
    batch = ImportBatch.objects.get(state="waiting")
    assert (response.status_code, response["Location"]) == (302, f"{PAGE}{batch.pk}/")
    page = " ".join(as_bob.get(response["Location"]).content.decode().split())
    assert "Toggl Track, 3 rows, 3 Mar 2026 – 21 Mar 2026, 2 projects" in page
    assert "it has 1 cell, the header names 11" in page
    assert "would be taken" in page
    assert TimeEntry.objects.count() == 1
    assert "gone, batch" in as_bob.get(PAGE).content.decode()


def test_unknown_projects_are_asked_for_once_and_remembered(
    as_bob: Client, blog: Channel, meetup: Channel
) -> None:
    text = TOGGL + toggl("Website") + toggl("Website", "2026-03-04") + toggl("Talks", "2026-03-05")
    address = upload(as_bob, text)["Location"]
    page = as_bob.get(address).content.decode()
    assert page.count('<option value="Blog">') == 3  # Website, Talks, all other rows

    shown = as_bob.post(address, {"map-0": "Blog", "preview": "1"})
    assert shown.status_code == 200
    assert (
        "<li>Row 4: project &#x27;Talks&#x27; is no channel of tideline</li>"
        in shown.content.decode()
    )
    assert the_batch().state == "waiting"

    as_bob.post(address, {"map-0": "Blog", "map-1": "Meetup"})
    run_the_worker()
    assert [(channel, minutes) for _, channel, minutes in entries()] == [
        ("Blog", 60),
        ("Blog", 60),
        ("Meetup", 60),
    ]
    address = upload(as_bob, TOGGL + toggl("Talks", "2026-03-09"))["Location"]
    assert '<option value="Meetup" selected>' in as_bob.get(address).content.decode()


def test_the_order_of_dates_is_asked_for_where_it_is_open(as_bob: Client, blog: Channel) -> None:
    address = upload(as_bob, HOURS + "03/04/2026,Blog,create,30,,,\n")["Location"]
    page = as_bob.get(address).content.decode()
    assert "How is 03/04/2026 meant?" in page
    assert "3 April 2026" in page
    assert "4 March 2026" in page
    assert as_bob.post(address, {}).status_code == 422
    assert the_batch().state == "waiting"
    as_bob.post(address, {"dates": "dmy"})
    run_the_worker()
    assert [f"{day}" for day, _, _ in entries()] == ["2026-04-03"]


def test_a_file_about_one_channel_asks_which(as_bob: Client, team: Team, blog: Channel) -> None:
    for name in ("Film", "Shorts"):
        Channel.objects.create(team=team, name=name, kind="youtube", medium="online")
    address = upload(as_bob, "Date,Views\n2026-03-03,40\n")["Location"]
    assert "which of your channels it is about" in as_bob.get(address).content.decode()
    assert as_bob.post(address, {"channel": ""}).status_code == 422
    assert as_bob.post(address, {"channel": "Nobody's"}).status_code == 422
    as_bob.post(address, {"channel": "Shorts"})
    run_the_worker()
    assert (the_batch().state, the_batch().taken) == ("done", 1)


def test_the_person_who_brings_hours_is_who_did_them_where_nobody_is_named(
    as_bob: Client, blog: Channel, bob: User
) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    as_bob.post(address)
    run_the_worker()
    assert TimeEntry.objects.get().person == bob


def test_a_started_import_tells_how_far_it_is_and_asks_again(as_bob: Client, blog: Channel) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    assert as_bob.post(address)["Location"] == address
    ImportBatch.objects.update(percent=40)
    page = as_bob.get(address).content.decode()
    assert 'hx-trigger="every 2s"' in page
    assert '<progress class="bar" max="100" value="40"' in page
    part = as_bob.get(address, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div class="stack is-narrow" id="import-state" hx-get=')
    run_the_worker()
    part = as_bob.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "every 2s" not in part
    assert "Done" in part


def test_started_twice_it_is_imported_once(as_bob: Client, blog: Channel) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    as_bob.post(address)
    page = as_bob.post(address, follow=True).content.decode()
    assert "It is running already, or through." in page
    run_the_worker()
    run_the_worker()
    assert (the_batch().taken, the_batch().known, TimeEntry.objects.count()) == (1, 0, 1)


def test_an_interrupted_import_can_go_on(as_bob: Client, blog: Channel) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    as_bob.post(address)
    assert "Go on with it" not in as_bob.get(address).content.decode()
    ImportBatch.objects.update(progress_at=timezone.now() - timedelta(minutes=4))
    assert "Go on with it" in as_bob.get(address).content.decode()
    as_bob.post(address)
    assert "Go on with it" not in as_bob.get(address).content.decode()
    run_the_worker()
    assert the_batch().state == "done"


def test_without_a_worker_to_tell_nothing_is_started(
    as_bob: Client, blog: Channel, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    nobody_listens = Celery(broker="redis://127.0.0.1:1/0", set_as_current=False)
    nobody_listens.conf.broker_transport_options = settings.CELERY_BROKER_TRANSPORT_OPTIONS
    monkeypatch.setattr("tracker.uploads.current_app", nobody_listens)
    page = as_bob.post(address, follow=True).content.decode()
    assert "The worker can&#x27;t be reached" in page
    assert the_batch().state == "waiting"


def test_taking_back_is_asked_and_then_done(
    as_bob: Client, team: Team, bob: User, blog: Channel
) -> None:
    batch, _ = bring(team, HOURS + "2026-03-03,Blog,create,30,,,Ann\n", person=bob)
    question = as_bob.get(f"{PAGE}{batch.pk}/undo/").content.decode()
    assert "Everything that this import brought is removed" in question
    assert TimeEntry.objects.count() == 1
    page = as_bob.post(f"{PAGE}{batch.pk}/undo/", follow=True).content.decode()
    assert "export.csv is taken back." in page
    assert not TimeEntry.objects.exists()
    page = as_bob.post(f"{PAGE}{batch.pk}/undo/", follow=True).content.decode()
    assert f"Batch {batch.pk} has been taken back already." in page


def test_a_file_that_was_not_started_is_discarded(as_bob: Client, blog: Channel) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    name = the_batch().upload
    assert default_storage.exists(name)
    as_bob.post(f"{address}discard/")
    assert not ImportBatch.objects.exists()
    assert not default_storage.exists(name)


def test_a_started_import_is_not_discarded(as_bob: Client, blog: Channel) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    as_bob.post(address)
    as_bob.post(f"{address}discard/")
    assert the_batch().state == "running"
    run_the_worker()
    assert the_batch().state == "done"


def test_a_file_that_the_worker_does_not_find_is_told_without_its_path(
    as_bob: Client, blog: Channel
) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    as_bob.post(address)
    default_storage.delete(the_batch().upload)
    run_the_worker()
    batch = the_batch()
    assert (batch.state, batch.error) == (
        "failed",
        "the file is gone: take this import back and bring it again",
    )


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.csv", b"", "a.csv: it is empty"),
        ("a.zip", b"PK\x03\x04....", "a.zip: it is a zip archive or a workbook"),
        ("a.png", b"\x89PNG\x00\x01", "a.png: it is not a text file"),
        ("a.csv", b"name,colour\nsea,blue\n", "a.csv: no row within its first 20 is a header"),
    ],
)
def test_what_is_no_export_is_told_and_not_kept(
    as_bob: Client, name: str, data: bytes, reason: str
) -> None:
    response = as_bob.post(PAGE, {"file": SimpleUploadedFile(name, data)})
    assert response.status_code == 422
    assert reason in response.content.decode()
    assert not ImportBatch.objects.exists()


def test_a_file_above_the_limit_is_refused(as_bob: Client, settings: Settings) -> None:
    settings.UPLOAD_LIMIT_BYTES = 100
    response = upload(as_bob, HOURS * 10)
    assert response.status_code == 422
    assert "over this page 100\xa0bytes go in" in response.content.decode()


def test_a_file_that_does_not_fit_into_memory_comes_by_way_of_the_disk(
    as_bob: Client, blog: Channel, settings: Settings
) -> None:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 50
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n" * 50)["Location"]
    assert "Longrun hours, 50 rows" in as_bob.get(address).content.decode()
    as_bob.post(address)
    run_the_worker()
    assert the_batch().taken == 50


def test_a_file_under_a_dangerous_name_stays_in_its_folder(as_bob: Client, blog: Channel) -> None:
    upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n", name="../../evil<b>.csv")
    batch = the_batch()
    assert batch.upload.startswith("imports/")
    assert Path(default_storage.path(batch.upload)).parent == Path(settings.MEDIA_ROOT) / "imports"
    assert "<b>" not in as_bob.get(PAGE).content.decode()


def test_an_old_file_that_nobody_started_is_thrown_away(as_bob: Client, blog: Channel) -> None:
    upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")
    old = the_batch()
    ImportBatch.objects.update(created_at=timezone.now() - timedelta(days=8))
    upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")
    assert the_batch().pk != old.pk
    assert not default_storage.exists(old.upload)


def test_an_old_file_whose_import_was_interrupted_is_thrown_away(
    as_bob: Client, blog: Channel
) -> None:
    address = upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")["Location"]
    as_bob.post(address)
    old = the_batch()
    ImportBatch.objects.update(
        created_at=timezone.now() - timedelta(days=8),
        progress_at=timezone.now() - timedelta(days=8),
    )
    upload(as_bob, HOURS + "2026-03-03,Blog,create,30,,,\n")
    assert not default_storage.exists(old.upload)
    old.refresh_from_db()
    assert (old.state, old.upload, old.error) == (
        "failed",
        "",
        "It was interrupted; importing the file again takes the rest.",
    )


@pytest.mark.parametrize("is_from_the_command_line", [False, True])
def test_a_member_changes_only_the_imports_that_they_brought(
    as_bob: Client, team: Team, alice: User, blog: Channel, is_from_the_command_line: bool
) -> None:
    text = HOURS + "2026-03-03,Blog,create,30,,,\n"
    done, _ = bring(team, text, person=None if is_from_the_command_line else alice)
    stopped = ImportBatch.objects.create(
        team=team, person=done.person, format="hours", state="failed", upload="imports/a.csv"
    )
    waiting = ImportBatch.objects.create(
        team=team, person=done.person, format="hours", state="waiting", upload="imports/b.csv"
    )
    assert "/undo/" not in as_bob.get(PAGE).content.decode()
    for batch in (done, stopped, waiting):
        address = f"{PAGE}{batch.pk}/"
        page = as_bob.get(address).content.decode()
        for control in ("Take it back", "Go on with it", "Discard the file", ">Import</button>"):
            assert control not in page
        assert as_bob.get(f"{address}undo/").status_code == 403
        for end in ("", "undo/", "discard/"):
            assert as_bob.post(f"{address}{end}").status_code == 403
    states = ImportBatch.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["done", "failed", "waiting"]
    assert TimeEntry.objects.count() == 1


@pytest.mark.parametrize("is_from_the_command_line", [False, True])
def test_an_owner_changes_the_imports_of_all(
    client: Client,
    team: Team,
    alice: User,
    bob: User,
    blog: Channel,
    is_from_the_command_line: bool,
) -> None:
    text = HOURS + "2026-03-03,Blog,create,30,,,\n"
    batch, _ = bring(team, text, person=None if is_from_the_command_line else bob)
    client.force_login(alice)
    assert f"{PAGE}{batch.pk}/undo/" in client.get(PAGE).content.decode()
    assert "Take it back" in client.get(f"{PAGE}{batch.pk}/").content.decode()
    client.post(f"{PAGE}{batch.pk}/undo/")
    assert not TimeEntry.objects.exists()


def test_a_viewer_reads_and_changes_nothing(
    client: Client, team: Team, vera: User, blog: Channel
) -> None:
    batch, _ = bring(team, HOURS + "2026-03-03,Blog,create,30,,,Ann\n")
    client.force_login(vera)
    page = client.get(PAGE).content.decode()
    assert "export.csv" in page
    assert "Take back" not in page
    assert "Look at the file" not in page
    assert client.get(f"{PAGE}{batch.pk}/").status_code == 200
    assert upload(client, HOURS).status_code == 403
    assert client.get(f"{PAGE}{batch.pk}/undo/").status_code == 403
    for address in (f"{PAGE}{batch.pk}/", f"{PAGE}{batch.pk}/undo/", f"{PAGE}{batch.pk}/discard/"):
        assert client.post(address).status_code == 403
    assert TimeEntry.objects.count() == 1


def test_a_stranger_finds_nothing(
    client: Client, team: Team, other_team: Team, charlie: User, blog: Channel
) -> None:
    batch, _ = bring(team, HOURS + "2026-03-03,Blog,create,30,,,Ann\n")
    client.force_login(charlie)
    for team_slug in ("tideline", "undertow"):
        for end in ("", "undo/"):
            address = f"/t/{team_slug}/imports/{batch.pk}/{end}"
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404
    assert client.get(PAGE).status_code == 404
    assert TimeEntry.objects.count() == 1


def test_the_list_costs_the_same_for_one_import_and_for_three(
    as_bob: Client, team: Team, blog: Channel, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    bring(team, HOURS + "x\n")
    # session, user, membership, count and batches of the page, the menu's teams
    with django_assert_num_queries(6):
        as_bob.get(PAGE)
    for day in (3, 4):
        bring(team, HOURS + f"2026-03-0{day},Blog,create,30,,,Ann\nx\n", person=None)
    with django_assert_num_queries(6):
        as_bob.get(PAGE)


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_imports_an_upload(
    worker: Worker, client: Client, bob: User, blog: Channel, comments: Metric
) -> None:
    client.force_login(bob)
    address = upload(client, HOURS + "2026-03-03,Blog,create,30,,,\n" * 3)["Location"]
    client.post(address)
    until = time.monotonic() + 60
    while the_batch().state == "running":
        assert time.monotonic() < until, worker.log.read_text()
        time.sleep(0.1)
    assert (the_batch().state, the_batch().taken) == ("done", 3)
    assert the_batch().upload == ""
