"""`manage.py import`: bring a file of hours or responses in, or take an import back."""

from __future__ import annotations

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandError

from tracker.files import CannotImportError, Choices
from tracker.files.dates import DateOrder
from tracker.imports import Outcome, import_file, preview_file, undo_import
from tracker.models import ImportBatch, Team

BAR_WIDTH = 30
STOPPED_BY_HAND = 130
MOST_LINES_SHOWN = 100


class Command(BaseCommand):
    help = "Import hours or responses from a CSV file, recognised by its content."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument("--team", metavar="SLUG")
        parser.add_argument(
            "--channel", default="", metavar="NAME", help="For rows that name no channel you have."
        )
        parser.add_argument(
            "--map",
            action="append",
            default=[],
            metavar="PROJECT=CHANNEL",
            help="Put a project (or tag) of the file on a channel; may be given several times.",
        )
        parser.add_argument(
            "--format", default="", metavar="NAME", help="Take the file for this, don't look."
        )
        parser.add_argument(
            "--dates",
            choices=[order.value for order in DateOrder],
            help="How 03/04/2026 is meant, where the file doesn't tell.",
        )
        parser.add_argument("--dry-run", action="store_true", help="Say what would happen.")
        parser.add_argument("--undo", type=int, metavar="BATCH", help="Take that import back.")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["undo"] is not None:
            self.undo(options)
            return
        path: Path | None = options["file"]
        if path is None or not options["team"]:
            raise CommandError("say which FILE to import and --team, or --undo BATCH", returncode=2)
        team = self.team(options["team"])
        try:
            with path.open("rb") as file:
                self.bring_in(team, file, path, options)
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}", returncode=2) from error
        except CannotImportError as error:
            self.clear_bar()
            raise CommandError(f"{path}: {error}", returncode=2) from error
        except KeyboardInterrupt as error:
            self.clear_bar()
            raise CommandError(
                f"{path}: stopped; what was through is in, import it again to go on",
                returncode=STOPPED_BY_HAND,
            ) from error

    def bring_in(self, team: Team, file: IO[bytes], path: Path, options: dict[str, Any]) -> None:
        choices = Choices(
            channel=options["channel"],
            mapping=dict(self.mapping(said) for said in options["map"]),
            dates=DateOrder(options["dates"]) if options["dates"] else None,
        )
        if options["dry_run"]:
            outcome = preview_file(
                team=team,
                file=file,
                choices=choices,
                format_name=options["format"],
                on_progress=self.show_bar,
            )
            end = "Nothing was written."
        else:
            batch, outcome = import_file(
                team=team,
                file=file,
                # A name that is no UTF-8 can be opened, but not kept.
                file_name=os.fsencode(path.name).decode(errors="replace"),
                choices=choices,
                format_name=options["format"],
                on_progress=self.show_bar,
            )
            end = f"This is batch {batch.pk}; --undo {batch.pk} takes it back."
        self.clear_bar()
        self.tell(outcome, end)

    def undo(self, options: dict[str, Any]) -> None:
        batches = ImportBatch.objects.select_related("team").filter(pk=options["undo"])
        if options["team"]:
            batches = batches.of_team(self.team(options["team"]))
        batch = batches.first()
        if batch is None:
            raise CommandError(f"there is no batch {options['undo']}", returncode=2)
        try:
            undo_import(batch)
        except CannotImportError as error:
            raise CommandError(str(error), returncode=2) from error
        self.stdout.write(f"Batch {batch.pk} ({batch.file_name}) is taken back.")

    def team(self, slug: str) -> Team:
        team = Team.objects.filter(slug=slug).first()
        if team is None:
            raise CommandError(f"there is no team {slug!r}", returncode=2)
        return team

    def mapping(self, said: str) -> tuple[str, str]:
        label, equals, channel = said.rpartition("=")
        if not equals or not label.strip() or not channel.strip():
            raise CommandError(f"--map {said!r} is not of the form PROJECT=CHANNEL", returncode=2)
        return label, channel

    def tell(self, outcome: Outcome, end: str) -> None:
        for line in outcome.log.lines[:MOST_LINES_SHOWN]:
            self.stderr.write(str(line))
        told = sum(line.count for line in outcome.log.lines[:MOST_LINES_SHOWN])
        if more := outcome.log.count - told:
            self.stderr.write(f"and {more:,} more")
        for note in outcome.notes:
            self.stdout.write(note)
        rows = "1 row" if outcome.rows == 1 else f"{outcome.rows:,} rows"
        self.stdout.write(
            f"{outcome.format.label}, {rows}: {outcome.taken:,} taken, "
            f"{outcome.known:,} known already, {outcome.log.count:,} refused. {end}"
        )

    def show_bar(self, rows: int, percent: int) -> None:
        """On a terminal only: a log file is no place for a bar."""
        if self.stderr.isatty():
            done = "#" * (BAR_WIDTH * percent // 100)
            self.stderr.write(f"\r[{done:<{BAR_WIDTH}}] {percent:3d}%  {rows:,} rows", ending="")
            self.stderr.flush()

    def clear_bar(self) -> None:
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")
