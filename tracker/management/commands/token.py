"""`manage.py token EMAIL --name NAME`: makes an API token and prints it once, or revokes it."""

from __future__ import annotations

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from tracker.models import ApiToken, User
from tracker.models.token import issue_token

LONGEST_LIFE_DAYS = 3650
LONGEST_NAME = ApiToken._meta.get_field("name").max_length or 0


class Command(BaseCommand):
    help = "Make a token with which a program reaches the API as EMAIL; shown once, kept nowhere."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email", metavar="EMAIL", help="whose token it is")
        parser.add_argument("--name", required=True, help="what it is for: BI, webhook, …")
        parser.add_argument("--read-only", action="store_true", help="it may read and not write")
        parser.add_argument("--expires-in", type=int, metavar="DAYS", help="else it never expires")
        parser.add_argument(
            "--revoke", action="store_true", help="make none: close those of EMAIL called NAME"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            refuse(f"token: nobody has the e-mail address {options['email']!r}; sign up first")
        if options["revoke"]:
            self.revoke(user, options["name"].strip())
            return
        if not user.is_active:
            refuse(f"token: {user.email} is not active, so a token would open nothing")
        name = options["name"].strip()
        if not 0 < len(name) <= LONGEST_NAME:
            refuse(f"token: --name needs 1 to {LONGEST_NAME} characters that say what it is for")
        days = options["expires_in"]
        if days is not None and not 1 <= days <= LONGEST_LIFE_DAYS:
            refuse(f"token: --expires-in takes 1 to {LONGEST_LIFE_DAYS} days, not {days}")
        token, secret = issue_token(
            user=user,
            name=name,
            read_only=options["read_only"],
            expires_at=None if days is None else timezone.now() + timedelta(days=days),
        )
        what = "reads" if token.read_only else "reads and writes"
        until = "until it is revoked" if days is None else f"until {token.expires_at:%Y-%m-%d}"
        self.stderr.write(f"{token.name}: {what} as {user.email} {until}. Shown only now:")
        self.stdout.write(secret)

    def revoke(self, user: User, name: str) -> None:
        open_ones = ApiToken.objects.filter(user=user, name=name, revoked_at__isnull=True)
        if not (count := open_ones.update(revoked_at=timezone.now())):
            refuse(f"token: {user.email} has no open token called {name!r}")
        self.stdout.write(
            f"Tokens of {user.email} called {name!r} that open nothing from now on: {count}."
        )


def refuse(line: str) -> NoReturn:
    raise CommandError(line, returncode=2)
