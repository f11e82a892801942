"""`manage.py up` as a process: what it starts, how all of it ends, and what it refuses."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import stat
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from django.db import connection

from tests.systems import (
    START_SECONDS,
    Up,
    command,
    environment,
    free_port,
    processes_named,
    started,
    wait_until,
)

# A system has a database of its own; see test_up_on_postgresql.py for the other one.
pytestmark = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the suite's run on SQLite has it"
)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Up]:
    """An `Up` that answers, for tests that leave it as it is."""
    with started(tmp_path_factory.mktemp("standing") / "data") as system:
        yield system.wait_until_it_answers()


def refusal(*options: str, **environ: str) -> tuple[int, list[str]]:
    """Status and lines of an `up` that does not start."""
    done = subprocess.run(
        command(*options),
        env=environment() | environ,
        capture_output=True,
        text=True,
        timeout=START_SECONDS,
        check=False,
    )
    return done.returncode, (done.stdout + done.stderr).splitlines()


# --- what it starts -----------------------------------------------------------------------


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_and_ends_whole_within_5_seconds(tmp_path: Path, end: signal.Signals) -> None:
    with started(tmp_path / "data", options=("--workers", "3")) as system:
        system.wait_until_it_answers()
        # up, the group's leader, Valkey, gunicorn and its 2, the worker and its 3, beat
        wait_until(lambda: len(system.processes()) == 11, up=system)

        begun = time.monotonic()
        os.kill(system.process.pid, end)
        status = system.process.wait()

        assert time.monotonic() - begun < 5
        assert system.processes() == set()
        assert status == 0
        assert system.said.read_text().splitlines() == [
            "Preparing the database and the static files …",
            f"Longrun is at http://127.0.0.1:{system.port}/",
            f"Ctrl-C stops it. What it logs is in {system.data / 'log'}.",
            "Longrun has stopped.",
        ]


def test_it_can_be_stopped_while_it_is_still_starting(tmp_path: Path) -> None:
    with started(tmp_path / "data") as system:
        wait_until(lambda: "Preparing" in system.said.read_text(), up=system)

        system.process.send_signal(signal.SIGHUP)

        assert system.process.wait(timeout=5) == 0
        assert system.processes() == set()


def test_killed_it_leaves_nothing_behind_and_starts_again_at_once(tmp_path: Path) -> None:
    with started(tmp_path / "data", options=("--demo",)) as system:
        system.wait_until_it_answers()
        wait_until(lambda: len(system.processes()) == 10, up=system)

        os.kill(system.process.pid, signal.SIGKILL)
        system.process.wait()

        wait_until(lambda: system.processes() == set(), up=system, seconds=2)

    password = (system.data / "demo-password").read_text().strip()
    sign_in = f"Sign in as demo@example.com with the password {password}"
    assert stat.S_IMODE((system.data / "demo-password").stat().st_mode) == 0o600
    assert system.said.read_text().splitlines().count(sign_in) == 1
    with started(system.data, options=("--demo",)) as again:
        again.wait_until_it_answers()
        assert again.said.read_text().splitlines().count(sign_in) == 1


def test_health_is_told_to_everybody(standing: Up) -> None:
    status, body = standing.get("/healthz/")

    assert (status, json.loads(body)) == (200, {"database": True, "broker": True})


def test_static_files_are_served_under_names_that_tell_their_content(standing: Up) -> None:
    _, page = standing.get("/accounts/login/")
    names = re.findall(r'/static/[^"]+', page.decode())

    assert len(names) > 3
    assert {(name, standing.get(name)[0]) for name in names} == {(name, 200) for name in names}
    assert [name for name in names if not re.search(r"\.[0-9a-f]{12}\.", name)] == []


def test_a_child_that_dies_is_started_again(standing: Up) -> None:
    [valkey] = processes_named(standing, b"valkey-server")

    os.kill(valkey, signal.SIGKILL)

    wait_until(
        lambda: processes_named(standing, b"valkey-server") not in ([], [valkey]), up=standing
    )
    wait_until(lambda: standing.get("/healthz/")[0] == 200, up=standing)


def test_a_child_that_keeps_dying_stops_the_whole_with_one_line(tmp_path: Path) -> None:
    with started(tmp_path / "data") as system:
        system.wait_until_it_answers()

        def kill_beat() -> bool:
            for number in processes_named(system, b"beat"):
                with suppress(ProcessLookupError):
                    os.kill(number, signal.SIGKILL)
            return system.process.poll() is not None

        wait_until(kill_beat, up=system)

        assert system.process.returncode == 1
        assert system.processes() == set()
        assert system.said.read_text().splitlines()[3:] == [
            "CommandError: Longrun stopped: beat keeps ending (status -9); "
            f"see {system.data / 'log' / 'beat.log'}"
        ]


# --- what it refuses ----------------------------------------------------------------------


def test_a_port_that_is_none_is_named(tmp_path: Path) -> None:
    assert refusal("--port", "65536", "--data", str(tmp_path)) == (
        2,
        ["CommandError: --port '65536' is not a whole number from 1 to 65535."],
    )


def test_a_taken_port_is_named_and_nothing_is_prepared(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        assert refusal("--port", str(port), "--data", str(tmp_path)) == (
            2,
            [
                f"CommandError: Port {port} can't be used (Address already in use); name another "
                "with --port, as in `make run ARGS='--port 8001'`."
            ],
        )
    assert not (tmp_path / "longrun.sqlite3").exists()


def test_an_unwritable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"

    assert refusal("--port", str(free_port()), "--data", str(folder)) == (
        2,
        [
            f"CommandError: The data folder {folder} can't be written (Not a directory); "
            "name another with --data DIR or LONGRUN_DATA."
        ],
    )


def test_one_folder_has_one_up(standing: Up) -> None:
    assert refusal("--port", str(free_port()), "--data", str(standing.data)) == (
        2,
        [
            f"CommandError: Longrun is already running on {standing.data} (process "
            f"{standing.process.pid}); stop that one, or name another folder with --data DIR."
        ],
    )


def test_a_database_that_is_too_new_is_left_alone(tmp_path: Path) -> None:
    database = sqlite3.connect(tmp_path / "longrun.sqlite3")
    with database:
        database.execute(
            "CREATE TABLE django_migrations (id integer PRIMARY KEY, app, name, applied)"
        )
        database.execute(
            "INSERT INTO django_migrations (app, name) VALUES ('tracker', '9999_from_the_future')"
        )
    database.close()

    assert refusal("--port", str(free_port()), "--data", str(tmp_path)) == (
        2,
        [
            "CommandError: The database is too new: it has tracker.9999_from_the_future, which "
            "this version does not know; run the version of Longrun that last used it, or a "
            "later one."
        ],
    )


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "longrun.sqlite3").write_text("Dear diary, " * 100)

    assert refusal("--port", str(free_port()), "--data", str(tmp_path)) == (
        2,
        ["CommandError: The database can't be used: file is not a database"],
    )


def test_a_broker_that_is_set_must_be_there(tmp_path: Path) -> None:
    port = free_port()

    status, lines = refusal(
        *("--port", str(free_port()), "--data", str(tmp_path)),
        REDIS_URL=f"redis://127.0.0.1:{port}/0",
    )

    assert (status, len(lines)) == (2, 1)
    assert lines[0].startswith("CommandError: REDIS_URL is set, but it can't be reached: ")


def test_a_secret_that_can_be_guessed_is_one_line(tmp_path: Path) -> None:
    environ = {"LONGRUN_PRODUCTION": "1", "ALLOWED_HOSTS": "a.example", "SECRET_KEY": "short"}
    assert refusal("--data", str(tmp_path), **environ) == (
        2,
        ["manage.py: SECRET_KEY has 5 characters; production needs 50 or more"],
    )


def test_settings_that_lack_something_are_one_line(tmp_path: Path) -> None:
    assert refusal("--data", str(tmp_path), LONGRUN_PRODUCTION="1") == (
        2,
        ["manage.py: LONGRUN_PRODUCTION is set, so SECRET_KEY and ALLOWED_HOSTS must be set too"],
    )
