"""`manage.py up` as a process: what it starts, how all of it ends, and what it refuses."""

from __future__ import annotations

import http.client
import json
import os
import re
import secrets
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from tests.workers import url_of_postgres_database

MANAGE = Path(settings.BASE_DIR) / "manage.py"
START_SECONDS = 90
MARK = "LONGRUN_TEST_MARK"

on_postgresql = connection.vendor == "postgresql"


class Up:
    """One `up` on a port and in a data folder of its own, whose processes carry a mark."""

    def __init__(
        self, data: Path, *, options: tuple[str, ...] = (), environ: dict[str, str] | None = None
    ) -> None:
        self.data = data
        self.environment = environment() | (environ or {})
        self.port = free_port()
        self.mark = secrets.token_hex(8)
        self.options = options
        self.said = data.parent / f"said-{self.mark}.txt"
        self.groups: set[int] = set()

    def start(self) -> Up:
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                command("--port", str(self.port), "--data", str(self.data), *self.options),
                env=self.environment | {MARK: self.mark},
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        return self

    def wait_until_it_answers(self) -> Up:
        wait_until(lambda: "Ctrl-C stops it" in self.said.read_text(), up=self)
        return self

    def processes(self) -> set[int]:
        """
        The numbers of every process of this `up`, itself included, but for zombies.

        They carry the mark, or are in the process group of one that does: Valkey writes over
        its environment to show its title.
        """
        groups = groups_of_processes()
        mark = self.mark.encode()
        self.groups |= {
            groups[number] for number in groups if mark in read_of_process(number, "environ")
        }
        return {number for number, group in groups.items() if group in self.groups}

    def get(self, path: str) -> tuple[int, bytes]:
        site = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            site.request("GET", path)
            answer = site.getresponse()
            return answer.status, answer.read()
        finally:
            site.close()


def command(*options: str) -> list[str]:
    return [sys.executable, str(MANAGE), "up", *options]


def environment() -> dict[str, str]:
    """Ours without what the suite has set, so that `up` finds its embedded defaults."""
    own = {
        "DATABASE_URL",
        "REDIS_URL",
        "LONGRUN_DATA",
        "LONGRUN_PRODUCTION",
        "DJANGO_SETTINGS_MODULE",
    }
    return {name: value for name, value in os.environ.items() if name not in own}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def groups_of_processes() -> dict[int, int]:
    """The process group of every process on this machine that is no zombie."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                stat = (folder / "stat").read_text()
            except OSError:
                continue  # it has ended since
            state, _, group = stat.rpartition(")")[2].split()[:3]
            if state != "Z":
                found[int(folder.name)] = int(group)
    return found


def read_of_process(number: int, name: str) -> bytes:
    """The file `name` that the kernel shows of process `number`; empty for one that has ended."""
    try:
        return Path(f"/proc/{number}/{name}").read_bytes()
    except OSError:
        return b""


def wait_until(condition: Callable[[], bool], *, up: Up, seconds: float = START_SECONDS) -> float:
    """Wait for `condition` and say how many seconds it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, up.said.read_text()
        time.sleep(0.02)
    return time.monotonic() - begun


@contextmanager
def started(
    data: Path, *, options: tuple[str, ...] = (), environ: dict[str, str] | None = None
) -> Iterator[Up]:
    """An `Up` that has started but may not answer yet; whatever is left of it is killed."""
    system = Up(data, options=options, environ=environ).start()
    try:
        yield system
    finally:
        for number in system.processes():
            with suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        system.process.wait()


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


@pytest.mark.skipif(not on_postgresql, reason="LONGRUN_TEST_DATABASE is not postgres")
def test_it_runs_on_postgresql(tmp_path: Path, transactional_db: None) -> None:
    name = f"up_{secrets.token_hex(4)}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        environ = {"DATABASE_URL": url_of_postgres_database(name)}
        with started(tmp_path / "data", options=("--demo",), environ=environ) as system:
            system.wait_until_it_answers()
            status, body = system.get("/healthz/")
            assert (status, json.loads(body)) == (200, {"database": True, "broker": True})
        assert not (system.data / "longrun.sqlite3").exists()
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


def processes_named(system: Up, word: bytes) -> list[int]:
    return [
        number
        for number in sorted(system.processes())
        if word in read_of_process(number, "cmdline")
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


def test_settings_that_lack_something_are_one_line(tmp_path: Path) -> None:
    assert refusal("--data", str(tmp_path), LONGRUN_PRODUCTION="1") == (
        2,
        ["manage.py: LONGRUN_PRODUCTION is set, so SECRET_KEY and ALLOWED_HOSTS must be set too"],
    )
