"""The whole system as a process of its own, as `manage.py up` starts it, for tests about it."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings

MANAGE = Path(settings.BASE_DIR) / "manage.py"
START_SECONDS = 90
MARK = "LONGRUN_TEST_MARK"


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


def processes_named(system: Up, word: bytes) -> list[int]:
    return [
        number
        for number in sorted(system.processes())
        if word in read_of_process(number, "cmdline")
    ]
