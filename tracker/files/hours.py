"""Hours out of files: what a row says, and how it is kept as time entries and taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import blake2b
from typing import ClassVar

from tracker.effort import EffortFact, preview_entries, record_entries
from tracker.files import Choices, FileFormat, Refusal, Row, RowTally, row_tally
from tracker.files.channels import ChannelChooser, UnknownChannelError
from tracker.models import ImportBatch, Membership, Team, TimeEntry, User
from tracker.recording import wait_for_turn
from tracker.stale import mark_stale

NOBODY = "not said"


@dataclass(frozen=True, slots=True)
class HoursFact:
    """Minutes of one person on one day, in the file's own words."""

    day: date
    channel: str  # the project, or the channel's name
    tags: tuple[str, ...]
    person: str  # an e-mail address, a name, or nothing
    name: str  # the name beside an e-mail address, or nothing
    activity: str
    minutes: int
    posts: int
    note: str
    moment: str  # when it was; with the person it tells one entry from another

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.channel, *self.tags)


def digest(*words: str) -> int:
    """Eight bytes of a hash: a million of them fit into memory, and none is met twice."""
    return int.from_bytes(blake2b("\x1f".join(words).encode(), digest_size=8).digest(), "big")


class Ordinals:
    """Counts how often something was met; what was met once costs one number in a set."""

    def __init__(self) -> None:
        self._met: set[int] = set()
        self._again: Counter[int] = Counter()

    def next(self, key: int) -> int:
        """1 when `key` is met for the first time, then 2, 3, …"""
        if key not in self._met:
            self._met.add(key)
            return 1
        self._again[key] += 1
        return self._again[key] + 1


class People:
    """The team's members by e-mail address and, where only one bears it, by name."""

    def __init__(self, team: Team, importer: User | None) -> None:
        self._importer = importer
        members = Membership.objects.filter(team=team).select_related("user")
        users = [membership.user for membership in members]
        names = Counter(user.name.casefold() for user in users)
        self._by_name = {
            user.name.casefold(): user.pk
            for user in users
            if user.name and names[user.name.casefold()] == 1
        }
        self._by_email = {user.email: user.pk for user in users}
        self.unsaid = 0  # facts that named nobody

    def find(self, fact: HoursFact) -> tuple[int | None, str]:
        """A member's id, or else a label for who it was."""
        said = fact.person or fact.name
        if not said:
            self.unsaid += 1
            return (self._importer.pk, "") if self._importer else (None, NOBODY)
        found = (
            self._by_email.get(fact.person.casefold())
            or self._by_name.get(fact.person.casefold())
            or self._by_name.get(fact.name.casefold())
        )
        return (found, "") if found else (None, said)


class HoursKeeper:
    """Keeps rows of hours as time entries."""

    def __init__(
        self,
        *,
        team: Team,
        choices: Choices,
        person: User | None,
        source: str,
        noun: str,
        content_in_key: bool,
    ) -> None:
        self._team = team
        self._source = source
        self._noun = noun
        self._content_in_key = content_in_key
        self._chooser = ChannelChooser(team=team, choices=choices)
        self._people = People(team, person)
        self._ordinals = Ordinals()

    @property
    def notes(self) -> list[str]:
        if not (unsaid := self._people.unsaid):
            return []
        rows = "1 entry names" if unsaid == 1 else f"{unsaid:,} entries name"
        return [f"{rows} nobody who did it."]

    def keep(self, rows: Sequence[Row[HoursFact]], batch: ImportBatch) -> RowTally:
        facts, refusals = self.resolve(rows)
        found = record_entries(
            team=self._team,
            facts=[fact for fact, _ in facts],
            source=self._source,
            confirmation=TimeEntry.Confirmation.IMPORTED,
            batch=batch,
        )
        return row_tally(((fact.key, row) for fact, row in facts), found, refusals)

    def preview(self, rows: Sequence[Row[HoursFact]]) -> RowTally:
        facts, refusals = self.resolve(rows)
        found = preview_entries(
            team=self._team, facts=[fact for fact, _ in facts], source=self._source
        )
        return row_tally(((fact.key, row) for fact, row in facts), found, refusals)

    def pass_over(self, rows: Sequence[Row[HoursFact]]) -> None:
        self.resolve(rows)

    def resolve(
        self, rows: Sequence[Row[HoursFact]]
    ) -> tuple[list[tuple[EffortFact, int]], list[Refusal]]:
        """What the rows mean in this team, each fact with its row; and rows that mean nothing."""
        facts: list[tuple[EffortFact, int]] = []
        refusals: list[Refusal] = []
        for row in rows:
            try:
                facts += [(self.resolved(fact), row.number) for fact in row.facts]
            except UnknownChannelError as error:
                refusals.append(Refusal(row.number, str(error)))
        return facts, refusals

    def resolved(self, fact: HoursFact) -> EffortFact:
        channel_id, identity = self._chooser.choose(fact.labels, noun=self._noun)
        person_id, label = self._people.find(fact)
        words = [fact.moment, (fact.person or fact.name).casefold()]
        if self._content_in_key:
            words += [identity, fact.activity, str(fact.minutes), str(fact.posts), fact.note]
        key = digest(*words)
        return EffortFact(
            day=fact.day,
            channel_id=channel_id,
            person_id=person_id,
            person_label=label,
            activity=fact.activity,
            minutes=fact.minutes,
            posts=fact.posts,
            note=fact.note,
            key=f"{fact.moment}/{key:016x}/{self._ordinals.next(key)}",
        )


class HoursFormat(FileFormat[HoursFact]):
    """A format that brings hours."""

    brings = "hours"
    noun: ClassVar[str] = "project"  # what it calls the thing that becomes a channel
    content_in_key: ClassVar[bool] = False  # where a day, and no instant, is all that is told

    def keeper(self, *, team: Team, choices: Choices, person: User | None) -> HoursKeeper:
        return HoursKeeper(
            team=team,
            choices=choices,
            person=person,
            source=self.name,
            noun=self.noun,
            content_in_key=self.content_in_key,
        )

    def take_back(self, batch: ImportBatch) -> None:
        wait_for_turn(batch.team)
        entries = TimeEntry.objects.of_team(batch.team).filter(batch=batch)
        days = entries.order_by().values_list("channel_id", "day").distinct()
        mark_stale(team=batch.team, weeks=list(days))
        entries.delete()
