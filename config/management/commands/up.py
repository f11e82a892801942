"""`manage.py up`: the whole system on one machine, until Ctrl-C."""

from __future__ import annotations

import signal
import time
from contextlib import ExitStack
from io import StringIO
from types import FrameType
from typing import Any

import valkey
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connections

from config import children, preflight
from config.embedded import broker_socket
from config.processes import ProcessGroup
from config.supervisor import LOOK_SECONDS, ChildFailedError, Supervisor, answers

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DEMO_SIGN_IN = "demo-password"


class Stopped(BaseException):
    """Somebody asked us to stop."""


def stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


class Command(BaseCommand):
    help = (
        "Start Longrun on this machine: database, broker, web server, worker and beat. "
        "Ctrl-C stops all of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", default="8000", help="port on 127.0.0.1 (8000)")
        # Read by manage.py too, before the settings ask where the data is.
        parser.add_argument("--data", metavar="DIR", help="data folder (LONGRUN_DATA, or var)")
        parser.add_argument(
            "--workers", default="2", metavar="N", help="processes of the worker (2)"
        )
        parser.add_argument("--demo", action="store_true", help="load the demo team, once")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in STOP_SIGNALS:
            # nohup has us ignore the end of the terminal, and that is to stay so.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, stop)
        try:
            with ExitStack() as held:
                self.run(
                    held, demo=options["demo"], port=options["port"], workers=options["workers"]
                )
        except preflight.NotReadyError as error:
            raise CommandError(str(error), returncode=2) from error
        except ChildFailedError as error:
            raise CommandError(f"Longrun stopped: {error}", returncode=1) from error
        except Stopped:
            self.say("Longrun has stopped.")

    def run(self, held: ExitStack, *, port: str, workers: str, demo: bool) -> None:
        """Check, prepare, start and watch; leaves by an exception only, `held` cleans up."""
        port_number = preflight.whole_number(port, name="--port", first=1, last=65535)
        processes_of_worker = preflight.whole_number(workers, name="--workers", first=1, last=64)
        embedded_broker = not settings.REDIS_URL
        preflight.check_packages()
        held.enter_context(preflight.data_folder_of_our_own(settings.DATA_DIR))
        preflight.check_port(port_number)
        if embedded_broker:
            preflight.check_embedded_broker()
        else:
            preflight.check_given_broker()
        preflight.check_database()

        supervisor = Supervisor(
            held.enter_context(ProcessGroup()),
            logs=settings.DATA_DIR / "log",
            environment=children.environment(),
        )
        held.callback(supervisor.stop)
        held.callback(ignore_signals)
        if embedded_broker:
            supervisor.start("valkey", children.valkey(settings.DATA_DIR), stays=True)
            supervisor.wait_until(valkey_answers, name="valkey")
        self.say("Preparing the database and the static files …")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if demo:
            self.load_demo()
        connections.close_all()

        supervisor.start("web", children.web(port_number))
        supervisor.start("worker", children.worker(processes_of_worker))
        supervisor.start("beat", children.beat())
        supervisor.wait_until(lambda: answers(port_number, host=own_host()), name="web")
        self.say(f"Longrun is at http://127.0.0.1:{port_number}/")
        if demo:
            self.say(demo_sign_in())
        self.say(f"Ctrl-C stops it. What it logs is in {settings.DATA_DIR / 'log'}.")
        while True:
            supervisor.look()
            time.sleep(LOOK_SECONDS)

    def load_demo(self) -> None:
        """Load the demo team unless it is there; its password is kept for the next start."""
        self.say("Loading the demo team …")
        # What it says is said again once everything runs, from the file.
        call_command(
            "demo",
            password_file=str(settings.DATA_DIR / DEMO_SIGN_IN),
            stdout=StringIO(),
            stderr=StringIO(),
        )

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def ignore_signals() -> None:
    """Stopping takes a few seconds and needs no second request."""
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


def valkey_answers() -> bool:
    with valkey.Valkey(unix_socket_path=str(broker_socket(settings.DATA_DIR))) as client:
        try:
            return bool(client.ping())
        except valkey.ConnectionError:
            # Not listening yet, or still reading its file.
            return False


def own_host() -> str:
    """A host name that this site answers to."""
    first = settings.ALLOWED_HOSTS[0].lstrip(".")
    return "127.0.0.1" if first == "*" else first


def demo_sign_in() -> str:
    try:
        password = (settings.DATA_DIR / DEMO_SIGN_IN).read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return (
            "Sign in as demo@example.com; its password was printed when the demo was loaded, "
            "`manage.py changepassword demo@example.com` sets another."
        )
    return f"Sign in as demo@example.com with the password {password}"
