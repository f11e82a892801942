"""A real Celery worker on the test database, for tests about what happens in the worker."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from celery import current_app
from django.db import connection

from config import children
from config.processes import ProcessGroup

START_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Worker:
    """A running worker: its process, to be killed, and its log, to be read."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """End the worker and its pool at once, as the kernel does when memory is short."""
        os.killpg(os.getpgid(self.process.pid), signal.SIGKILL)
        self.process.wait()


@pytest.fixture
def worker(transactional_db: None, tmp_path: Path) -> Generator[Worker, None, None]:
    """A worker with two processes that takes from every queue; the queues are empty at first."""
    with running_worker(log=tmp_path / "worker.log") as started:
        yield started


@contextmanager
def running_worker(*, log: Path, concurrency: int = 2) -> Generator[Worker, None, None]:
    """
    Empty the queues, start a worker and wait until it takes tasks; kill it at the end.

    Belongs in a transactional test: the worker sees what has been committed and nothing else.
    """
    with current_app.connection_for_write() as broker:
        for queue in children.QUEUES:
            broker.default_channel.queue_purge(queue)
    node = f"test-{os.urandom(4).hex()}@localhost"
    command = children.worker(concurrency, name=node)
    environment = children.environment() | {"DATABASE_URL": url_of_test_database()}
    with ProcessGroup() as processes:
        process = processes.start(command, log=log, environment=environment)
        until = time.monotonic() + START_SECONDS
        while not current_app.control.ping(destination=[node], timeout=0.2):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"the worker did not start; it said:\n{log.read_text()}")
        yield Worker(process=process, log=log)


def url_of_test_database() -> str:
    """The URL that makes another process use the database of this test run."""
    name = connection.settings_dict["NAME"]
    return f"sqlite:///{name}" if connection.vendor == "sqlite" else url_of_postgres_database(name)


def url_of_postgres_database(name: str) -> str:
    """The URL of the database `name` on the PostgreSQL server of this test run."""
    base, question_mark, options = os.environ["DATABASE_URL"].partition("?")
    return base.rpartition("/")[0] + f"/{name}{question_mark}{options}"
