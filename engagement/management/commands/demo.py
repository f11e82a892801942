"""`manage.py demo`: the demo team, loaded once."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from engagement.demo.load import AlreadyLoadedError, PersonTakenError, load
from engagement.demo.story import OWNER_EMAIL

# Without what looks alike when it is read aloud or copied from a screen.
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


class Command(BaseCommand):
    help = (
        "Load the demo team once: two years of hours, responses and conversations of a team "
        f"called Tideline. Prints the password of {OWNER_EMAIL} as its last word. A team that is "
        "there already stays as it is."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--password-file",
            metavar="PATH",
            help="also write the password into this file, readable by its owner only",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        password = made_up_password()
        try:
            with transaction.atomic():
                load(now=timezone.now(), password=password)
                if options["password_file"]:
                    # Inside, so that a file which can't be written leaves no team behind that
                    # nobody can sign in to.
                    keep(password, Path(options["password_file"]))
        except AlreadyLoadedError as there:
            # On the other stream: standard output ends with a password or is empty.
            self.stderr.write(f"{there}; nothing was changed")
            return
        except PersonTakenError as taken:
            raise CommandError(str(taken), returncode=2) from taken
        except OSError as refused:
            raise CommandError(
                f"the password can't be written to {options['password_file']}: "
                f"{refused.strerror}; nothing was loaded",
                returncode=2,
            ) from refused
        self.stdout.write(f"Sign in as {OWNER_EMAIL} with the password {password}")


def made_up_password() -> str:
    """Four groups of four letters and digits; some 79 bits."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(4))


def keep(password: str, path: Path) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        os.fchmod(file.fileno(), 0o600)  # The file may have been there with another mode.
        file.write(password + "\n")
