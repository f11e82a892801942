"""`manage.py up` as a process: what it starts, how all of it ends, and what it refuses."""

from __future__ import annotations

import http.client
import json
import os
import secrets
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings

MANAGE = Path(settings.BASE_DIR) / "manage.py"
START_SECONDS = 90
MARK = "LONGRUN_TEST_MARK"


class Up:
    """One `up` on a port and in a data folder of its own, whose processes carry a mark."""

    def __init__(self, data: Path, *, options: tuple[str, ...] = ()) -> None:
        self.data = data
        self.port = free_port()
        self.mark = secrets.token_hex(8)
        self.options = options
        self.said = data.parent / f"said-{self.mark}.txt"
        self.groups: set[int] = set()

    def start(self) -> Up:
        with self.said.open("wb") as output:
            self.process = subprocess.Popen(
                command("--port", str(self.port), "--data", str(self.data), *self.options),
                env=environment() | {MARK: self.mark},
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
        self.groups |= {groups[number] for number in groups if mark in environment_of(number)}
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


def environment_of(number: int) -> bytes:
    """What process `number` was started with; nothing for one that has ended."""
    try:
        return Path(f"/proc/{number}/environ").read_bytes()
    except OSError:
        return b""


def wait_until(condition: Callable[[], bool], *, up: Up, seconds: float = START_SECONDS) -> float:
    """Wait for `condition` and say how many seconds it took."""
    begun = time.monotonic()
    while not condition():
        assert time.monotonic() < begun + seconds, up.said.read_text()
        time.sleep(0.02)
    return time.monotonic() - begun


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Callable[..., Up]]:
    """Makes an `Up` that has started; whatever is left of it is killed at the end."""
    made: list[Up] = []

    def start(data: Path = tmp_path / "data", options: tuple[str, ...] = ()) -> Up:
        made.append(Up(data, options=options))
        return made[-1].start()

    yield start
    for each in made:
        for number in each.processes():
            os.kill(number, signal.SIGKILL)
        each.process.wait()


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


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_it_answers_and_ends_whole_within_5_seconds(
    up: Callable[..., Up], end: signal.Signals
) -> None:
    system = up().wait_until_it_answers()
    status, body = system.get("/healthz/")
    assert (status, json.loads(body)) == (200, {"database": True, "broker": True})
    # up, the group's leader, Valkey, gunicorn and its 2, the worker and its 2, beat
    wait_until(lambda: len(system.processes()) == 10, up=system)

    begun = time.monotonic()
    os.kill(system.process.pid, end)
    status = system.process.wait()

    assert time.monotonic() - begun < 5
    assert system.processes() == set()
    assert status == 0
    assert system.said.read_text().splitlines()[1:] == [
        f"Longrun is at http://127.0.0.1:{system.port}/",
        f"Ctrl-C stops it. What it logs is in {system.data / 'log'}.",
        "Longrun has stopped.",
    ]


def test_killed_it_leaves_nothing_behind_and_starts_again_at_once(up: Callable[..., Up]) -> None:
    system = up().wait_until_it_answers()

    os.kill(system.process.pid, signal.SIGKILL)
    system.process.wait()
    wait_until(lambda: system.processes() == set(), up=system, seconds=2)

    again = up(system.data).wait_until_it_answers()
    assert again.get("/healthz/")[0] == 200


def test_it_can_be_stopped_while_it_is_still_starting(up: Callable[..., Up]) -> None:
    system = up()
    wait_until(lambda: "Preparing" in system.said.read_text(), up=system)

    system.process.terminate()

    assert system.process.wait(timeout=5) == 0
    assert system.processes() == set()


def test_a_child_that_dies_is_started_again(up: Callable[..., Up]) -> None:
    system = up().wait_until_it_answers()
    [valkey] = processes_named(system, b"valkey-server")

    os.kill(valkey, signal.SIGKILL)

    wait_until(lambda: processes_named(system, b"valkey-server") not in ([], [valkey]), up=system)
    wait_until(lambda: system.get("/healthz/")[0] == 200, up=system)


def test_a_child_that_keeps_dying_stops_the_whole_with_one_line(up: Callable[..., Up]) -> None:
    system = up().wait_until_it_answers()

    def kill_beat() -> bool:
        for number in processes_named(system, b"beat"):
            os.kill(number, signal.SIGKILL)
        return system.process.poll() is not None

    wait_until(kill_beat, up=system)

    assert system.process.returncode == 1
    assert system.processes() == set()
    assert system.said.read_text().splitlines()[3:] == [
        "CommandError: Longrun stopped: beat keeps ending (status -9); "
        f"see {system.data / 'log' / 'beat.log'}"
    ]


def processes_named(system: Up, word: bytes) -> list[int]:
    return [
        number
        for number in sorted(system.processes())
        if word in Path(f"/proc/{number}/cmdline").read_bytes()
    ]


# --- what it refuses ----------------------------------------------------------------------


@pytest.mark.parametrize("port", ["abc", "0", "65536", "-1", "8000.5", "٨٠٠٠", ""])
def test_a_port_is_a_number_from_1_to_65535(tmp_path: Path, port: str) -> None:
    assert refusal(f"--port={port}", "--data", str(tmp_path)) == (
        2,
        [f"CommandError: --port {port!r} is not a whole number from 1 to 65535."],
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


def test_one_folder_has_one_up(up: Callable[..., Up]) -> None:
    system = up().wait_until_it_answers()

    assert refusal("--port", str(free_port()), "--data", str(system.data)) == (
        2,
        [
            f"CommandError: Longrun is already running on {system.data} (process "
            f"{system.process.pid}); stop that one, or name another folder with --data DIR."
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
