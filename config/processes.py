"""Child processes that end with this one, however it ends."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

# The leader of the group holds the read end of a pipe from us. When the pipe closes, because
# we closed it or because we are gone, it kills every process of its group, itself included.
# It must outlive a signal that is meant for us or for the whole machine.
LEADER = ["/bin/sh", "-c", "trap '' HUP INT QUIT TERM; read -r _; kill -KILL 0"]


class ProcessGroup:
    """
    Processes in a group of their own, which a keyboard interrupt does not reach.

    The group is killed when the context ends, and also when this process is killed with -9:
    nothing has to be written down, so nothing can be stale at the next start. What a child
    starts itself belongs to the group too, unless it moves away (PostgreSQL's backends do;
    they watch their postmaster).
    """

    def __init__(self) -> None:
        self._leader = subprocess.Popen(
            LEADER,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            process_group=0,
        )
        self._children: list[subprocess.Popen[bytes]] = []

    def start(
        self,
        command: Sequence[str | Path],
        *,
        log: Path,
        environment: Mapping[str, str] | None = None,
        user: int | None = None,
    ) -> subprocess.Popen[bytes]:
        """
        Start `command` with its output appended to `log`; `environment` replaces ours.

        `user` is the number of the user and of the group that it runs as, for root only.
        """
        with log.open("ab") as output:
            child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=environment,
                process_group=self._leader.pid,
                user=user,
                group=user,
                extra_groups=None if user is None else [],
            )
        self._children.append(child)
        return child

    def is_guarded(self) -> bool:
        """Whether the leader still watches over the group."""
        return self._leader.poll() is None

    def stop(self, children: Sequence[subprocess.Popen[bytes]], *, seconds: float) -> bool:
        """Ask `children` to end, and wait for them; False if one still runs after `seconds`."""
        for child in children:
            child.terminate()
        until = time.monotonic() + seconds
        for child in children:
            try:
                child.wait(max(0, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                return False
        return True

    def close(self) -> None:
        """Kill whatever is left of the group and bury it."""
        if self._leader.stdin:
            self._leader.stdin.close()
        self._leader.wait()
        for child in self._children:
            child.kill()  # for the case that the leader had been killed before
            child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()
