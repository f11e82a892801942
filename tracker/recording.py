"""What recording hours and recording responses share: the tally, taking turns, looking up keys."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.db import connection

from tracker.models import Channel, ImportBatch, Team, TimeEntry

LONGEST_KEY = TimeEntry._meta.get_field("source_key").max_length or 0
# Where the database sets no limit of its own (PostgreSQL), so that a statement stays readable.
LARGEST_SLICE = 5_000
# The parameters of a look-up that are not keys: the team and the source.
OTHER_PARAMETERS = 9


@dataclass(frozen=True, slots=True)
class RefusedFact:
    """One fact that was not recorded, and why, in one line."""

    key: str
    reason: str


@dataclass(slots=True)
class Tally:
    """What became of a set of facts: taken (new), known (there already), or refused."""

    taken_keys: list[str] = field(default_factory=list)
    known: int = 0
    refusals: list[RefusedFact] = field(default_factory=list)

    @property
    def taken(self) -> int:
        return len(self.taken_keys)

    def refuse(self, key: str, reason: str) -> None:
        self.refusals.append(RefusedFact(key, reason))


def wait_for_turn(team: Team) -> None:
    """
    Let one writer of `team` after the other look up keys and add rows, until it commits.

    Two equal imports at once would otherwise both find a key missing. The lock leaves rows
    that merely refer to the team alone; SQLite lets one transaction write at a time anyway.
    """
    Team.objects.select_for_update(no_key=True).get(pk=team.pk)


def slices(keys: Sequence[str]) -> Iterator[list[str]]:
    """`keys` in lists that fit one statement's parameters."""
    limit = connection.features.max_query_params
    size = limit - OTHER_PARAMETERS if limit else LARGEST_SLICE
    rest = iter(keys)
    while part := list(islice(rest, size)):
        yield part


def channel_names(team: Team, channel_ids: Collection[int]) -> dict[int, str]:
    """The names of all the team's channels; ValueError where one of the ids is not among them."""
    names = dict(Channel.objects.of_team(team).values_list("pk", "name"))
    refuse_strangers(team, "channel", set(channel_ids) - names.keys())
    return names


def refuse_strangers(team: Team, noun: str, ids: set[int]) -> None:
    """ValueError naming the first of `ids`: nothing may be recorded on another team's rows."""
    if ids:
        raise ValueError(f"{noun} {min(ids)} is not one of {team.slug}'s")


def key_problem(key: str) -> str | None:
    """Why `key` can't be kept, if it can't."""
    if not key:
        return "it has no key that would make a repeat harmless"
    if len(key) > LONGEST_KEY:
        return f"its key has {len(key)} characters, {LONGEST_KEY} fit"
    if "\0" in key:
        return "its key holds a NUL character"
    return None


def already(differences: Sequence[str], batch_id: int | None, of_batch: ImportBatch | None) -> str:
    """The line for a fact whose key is known with other values, which are kept."""
    said = "; ".join(differences)
    if batch_id is None:
        return f"already recorded {said}: it stays as it was"
    if of_batch is not None and of_batch.pk == batch_id:
        return f"this file has already told it {said}: the first one stays"
    return (
        f"already imported {said}: take batch {batch_id} back and import again to have the new one"
    )
