"""Starts the programs of the system, keeps them running, and stops them."""

from __future__ import annotations

import http.client
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from subprocess import Popen

from config.processes import ProcessGroup

START_SECONDS = 60.0
LOOK_SECONDS = 0.2
# A program that was killed, for want of memory say, is started again; one that ends again and
# again can't run here, and going round in circles would hide that from whoever is watching.
RESTARTS = 3
WITHIN_SECONDS = 60.0


class ChildFailedError(Exception):
    """A program can't be kept running; the message is one line that names its log."""


@dataclass(slots=True)
class Child:
    """One program that runs: how it was started, and where it writes."""

    name: str
    command: Sequence[str]
    log: Path
    process: Popen[bytes]
    # The others need it to the end: it is stopped after them.
    stays: bool
    # When it had to be started again, in monotonic seconds.
    restarts: deque[float] = field(default_factory=deque)


class Supervisor:
    """The children of one `up`, which share an environment and a folder for their logs."""

    def __init__(
        self, processes: ProcessGroup, *, logs: Path, environment: Mapping[str, str]
    ) -> None:
        self._processes = processes
        self._logs = logs
        self._environment = environment
        self._children: list[Child] = []

    def start(self, name: str, command: Sequence[str], *, stays: bool = False) -> None:
        """Start `command` as the child `name`; one that `stays` is stopped after the others."""
        log = self._logs / f"{name}.log"
        process = self._run(command, log)
        self._children.append(
            Child(name=name, command=command, log=log, process=process, stays=stays)
        )

    def wait_until(self, condition: Callable[[], bool], *, name: str) -> None:
        """Wait until `condition()`, which the child `name` brings about."""
        until = time.monotonic() + START_SECONDS
        child = next(child for child in self._children if child.name == name)
        while not condition():
            self.look()
            if time.monotonic() > until:
                raise ChildFailedError(
                    f"{name} did not answer in {START_SECONDS:.0f} s; see {child.log}"
                )
            time.sleep(0.05)

    def look(self) -> None:
        """Start again what has ended; raises ChildFailedError for what keeps ending."""
        if not self._processes.is_guarded():
            raise ChildFailedError("the process that guards the others was killed")
        for child in self._children:
            status = child.process.poll()
            if status is None:
                continue
            now = time.monotonic()
            while child.restarts and child.restarts[0] < now - WITHIN_SECONDS:
                child.restarts.popleft()
            if len(child.restarts) >= RESTARTS:
                raise ChildFailedError(
                    f"{child.name} keeps ending (status {status}); see {child.log}"
                )
            child.restarts.append(now)
            child.process = self._run(child.command, child.log)

    def stop(self) -> None:
        """Ask all to end and kill what has not ended in time; waits 3.5 s at the most."""
        for stays, seconds in ((False, 2.5), (True, 1.0)):
            group = [child.process for child in self._children if child.stays is stays]
            self._processes.stop(group, seconds=seconds)
        self._processes.close()

    def _run(self, command: Sequence[str], log: Path) -> Popen[bytes]:
        return self._processes.start(command, log=log, environment=self._environment)


def answers(port: int, *, host: str) -> bool:
    """Whether the site on 127.0.0.1:`port` says that it is healthy, being asked for as `host`."""
    site = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        # As a proxy would ask: in production plain HTTP is sent on to HTTPS.
        site.request("GET", "/healthz/", headers={"Host": host, "X-Forwarded-Proto": "https"})
        return site.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        site.close()
