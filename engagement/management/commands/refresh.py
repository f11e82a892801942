"""`manage.py refresh`: what the worker does, in the foreground."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from engagement.models import RefreshState
from engagement.refresh import Outcome, mark_all, refresh_due, try_again
from engagement.unreached import mark_unreached
from tracker.models import Channel, Team


class Command(BaseCommand):
    help = (
        "Compute the trends of all channels that have changed, and try those again that were "
        "set aside. Exit status 1 if a channel can't be computed."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--team", metavar="SLUG", help="this team only")
        parser.add_argument(
            "--all", action="store_true", help="every channel, whether it has changed or not"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        team = None if options["team"] is None else self.team_named(options["team"])
        try_again(team=team)
        mark_unreached(now=timezone.now())
        if options["all"]:
            for each in Team.objects.order_by("pk") if team is None else [team]:
                mark_all(team=each, now=timezone.now())
        fresh: set[int] = set()
        while True:  # a channel that fails is set aside at its third time
            tally = refresh_due(clock=timezone.now, team=team, wait=True)
            fresh.update(tally.by_outcome[Outcome.FRESH])
            if not tally.unfinished:
                break
        if options["verbosity"] > 1:
            for channel in Channel.objects.filter(pk__in=fresh).select_related("team"):
                self.stdout.write(f"{channel.team.slug}: {channel.name}")
        self.stdout.write(f"{len(fresh)} channel{'' if len(fresh) == 1 else 's'} computed")
        self.show_set_aside(team)

    def team_named(self, slug: str) -> Team:
        team = Team.objects.filter(slug=slug).first()
        if team is None:
            raise CommandError(f"there is no team {slug!r}", returncode=2)
        return team

    def show_set_aside(self, team: Team | None) -> None:
        states = RefreshState.objects.all() if team is None else RefreshState.objects.of_team(team)
        aside = states.set_aside().select_related("channel", "team").order_by("team", "channel")
        for state in aside:
            self.stderr.write(f"{state.team.slug}: {state.channel.name}: {state.error}")
        if aside:
            count = len(aside)
            raise CommandError(
                f"{count} channel{'' if count == 1 else 's'} can't be computed", returncode=1
            )
