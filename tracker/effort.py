"""Recording hours that come from outside: a file, the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from tracker.durations import clock
from tracker.models import Activity, ImportBatch, Membership, Team, TimeEntry
from tracker.models.effort import MINUTES_PER_DAY
from tracker.recording import (
    RefusedFact,
    Tally,
    already,
    channel_names,
    key_problem,
    refuse_strangers,
    slices,
    wait_for_turn,
)
from tracker.stale import mark_stale

__all__ = ["EffortFact", "RefusedFact", "Tally", "preview_entries", "record_entries"]

LONGEST_NOTE = TimeEntry._meta.get_field("note").max_length or 0
LONGEST_LABEL = TimeEntry._meta.get_field("person_label").max_length or 0
ACTIVITIES = frozenset(Activity.values)
MOST_POSTS = 32_767  # what a small integer holds in PostgreSQL


@dataclass(frozen=True, slots=True)
class EffortFact:
    """Minutes of one person on one channel, activity and day, as a source tells them."""

    day: date
    channel_id: int
    person_id: int | None  # a member of the team ...
    person_label: str  # ... or who the source says it was
    activity: str
    minutes: int
    posts: int
    note: str
    key: str  # the source's name for it, the same at every repeat


@dataclass(frozen=True, slots=True)
class KeptEntry:
    """An entry that is there already, as the fact that it was, and the batch that brought it."""

    fact: EffortFact
    batch_id: int | None


def record_entries(
    *,
    team: Team,
    facts: Sequence[EffortFact],
    source: str,
    confirmation: str,
    batch: ImportBatch | None = None,
) -> Tally:
    """
    Record the facts that are new; returns what became of each.

    All in one transaction, with the marks for the weeks that changed. A fact is known by
    (team, source, key): told again with the same values it counts as known; with others it is
    refused, and the entry stays as it is. Some thousands of facts a call are fit. Raises
    ValueError naming the id where a channel or a person is not the team's; then nothing is
    recorded.
    """
    with transaction.atomic():
        wait_for_turn(team)
        tally, new = compare(team=team, facts=facts, source=source, batch=batch)
        TimeEntry.objects.bulk_create(
            TimeEntry(
                team=team,
                channel_id=fact.channel_id,
                person_id=fact.person_id,
                person_label=fact.person_label,
                activity=fact.activity,
                day=fact.day,
                minutes=fact.minutes,
                posts=fact.posts,
                note=fact.note,
                confirmation=confirmation,
                source=source,
                source_key=fact.key,
                batch=batch,
            )
            for fact in new
        )
        mark_stale(team=team, weeks=((fact.channel_id, fact.day) for fact in new))
    return tally


def preview_entries(*, team: Team, facts: Sequence[EffortFact], source: str) -> Tally:
    """What `record_entries` would say now; writes nothing."""
    tally, _ = compare(team=team, facts=facts, source=source, batch=None)
    return tally


def compare(
    *, team: Team, facts: Sequence[EffortFact], source: str, batch: ImportBatch | None
) -> tuple[Tally, list[EffortFact]]:
    """The tally of `facts` against what is kept, and those of them that are new."""
    names = channel_names(team, {fact.channel_id for fact in facts})
    people = {fact.person_id for fact in facts if fact.person_id is not None}
    if people:
        members = Membership.objects.filter(team=team, user__in=people)
        refuse_strangers(team, "person", people - set(members.values_list("user_id", flat=True)))
    kept = kept_entries(team, source, (fact.key for fact in facts))
    tally, new = Tally(), []
    for fact in facts:
        if problem := key_problem(fact.key) or problem_of(fact):
            tally.refuse(fact.key, problem)
        elif (before := kept.get(fact.key)) is None:
            kept[fact.key] = KeptEntry(fact, batch.pk if batch else None)
            tally.taken_keys.append(fact.key)
            new.append(fact)
        elif differences := list(differences_between(before.fact, fact, names)):
            tally.refuse(fact.key, already(differences, before.batch_id, batch))
        else:
            tally.known += 1
    return tally, new


def kept_entries(team: Team, source: str, keys: Iterable[str]) -> dict[str, KeptEntry]:
    kept = {}
    for part in slices(sorted(set(keys))):
        rows = TimeEntry.objects.of_team(team).filter(source=source, source_key__in=part)
        for row in rows.values_list(
            "day",
            "channel_id",
            "person_id",
            "person_label",
            "activity",
            "minutes",
            "posts",
            "note",
            "source_key",
            "batch_id",
        ):
            fact = EffortFact(*row[:-1])
            kept[fact.key] = KeptEntry(fact, row[-1])
    return kept


def differences_between(kept: EffortFact, told: EffortFact, names: dict[int, str]) -> Iterable[str]:
    if kept.minutes != told.minutes:
        yield f"with {clock(kept.minutes)}, now {clock(told.minutes)}"
    if kept.posts != told.posts:
        yield f"with {kept.posts} posts, now {told.posts}"
    if kept.day != told.day:
        yield f"on {kept.day}, now on {told.day}"
    if kept.channel_id != told.channel_id:
        yield f"on {names[kept.channel_id]}, now on {names[told.channel_id]}"
    if kept.activity != told.activity:
        yield f"as {Activity(kept.activity).label!r}, now as {Activity(told.activity).label!r}"
    if kept.note != told.note:
        yield "with another note"
    # Somebody who was a mere name when the entry came may have joined or left the team since.
    if kept.person_id != told.person_id and not kept.person_label and not told.person_label:
        yield "for another person"


def problem_of(fact: EffortFact) -> str | None:
    """Why the database would not take `fact`, in words."""
    if not 0 <= fact.minutes <= MINUTES_PER_DAY:
        return f"{fact.minutes} minutes; a day has 0 to {MINUTES_PER_DAY}"
    if not 0 <= fact.posts <= MOST_POSTS:
        return f"{fact.posts} posts; 0 to {MOST_POSTS} can be counted"
    if not fact.minutes and not fact.posts:
        return "neither minutes nor posts"
    if fact.person_id is None and not fact.person_label:
        return "nobody is named who did it"
    if len(fact.person_label) > LONGEST_LABEL:
        return f"the person's name has {len(fact.person_label)} characters, {LONGEST_LABEL} fit"
    if len(fact.note) > LONGEST_NOTE:
        return f"the note has {len(fact.note)} characters, {LONGEST_NOTE} fit"
    if fact.activity not in ACTIVITIES:
        return f"{fact.activity!r} is no activity; there are {', '.join(filter(None, Activity.values))}"
    if "\0" in fact.note or "\0" in fact.person_label:
        return "the text holds a NUL character"
    return None
