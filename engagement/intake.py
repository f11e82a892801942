"""Recording responses that come from outside: a file, the API, a typed count."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import Max, Sum

from engagement.models import Response
from tracker.models import ImportBatch, Metric, Team
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

__all__ = ["RefusedFact", "ResponseFact", "Tally", "preview_responses", "record_responses"]

LARGEST_COUNT = 2**31 - 1  # what an integer holds in PostgreSQL
LAST_REVISION = 2**15 - 1


@dataclass(frozen=True, slots=True)
class ResponseFact:
    """The count of one metric on one channel and day, as a source tells it now."""

    day: date
    channel_id: int
    metric_id: int
    count: int
    key: str  # the source's name for it, the same at every repeat


@dataclass(frozen=True, slots=True)
class KeptCount:
    """The present value of one key: the sum of its revisions, and who brought the last."""

    fact: ResponseFact
    revision: int
    batch_id: int | None


def record_responses(
    *,
    team: Team,
    facts: Sequence[ResponseFact],
    source: str,
    batch: ImportBatch | None = None,
) -> Tally:
    """
    Record what is new in the facts; returns what became of each.

    Rows are only added. A new (team, source, key) becomes revision 0; another count for a
    known key becomes a new revision with the difference and counts as taken, so that a key's
    revisions sum to its present value; the same count again is known. A known key on another
    channel, metric or day is refused. All in one transaction, with the marks for the weeks
    that changed. Raises ValueError naming the id where a channel or a metric is not the
    team's; then nothing is recorded.
    """
    with transaction.atomic():
        wait_for_turn(team)
        tally, new = compare(team=team, facts=facts, source=source, batch=batch)
        Response.objects.bulk_create(
            Response(
                team=team,
                channel_id=growth.fact.channel_id,
                metric_id=growth.fact.metric_id,
                day=growth.fact.day,
                count=growth.fact.count,
                source=source,
                source_key=growth.fact.key,
                revision=growth.revision,
                batch=batch,
            )
            for growth in new
        )
        mark_stale(team=team, weeks=((row.fact.channel_id, row.fact.day) for row in new))
    return tally


def preview_responses(*, team: Team, facts: Sequence[ResponseFact], source: str) -> Tally:
    """What `record_responses` would say now; writes nothing."""
    tally, _ = compare(team=team, facts=facts, source=source, batch=None)
    return tally


def compare(
    *, team: Team, facts: Sequence[ResponseFact], source: str, batch: ImportBatch | None
) -> tuple[Tally, list[KeptCount]]:
    """The tally of `facts` against what is kept, and the revisions to add."""
    channels = channel_names(team, {fact.channel_id for fact in facts})
    metrics = dict(Metric.objects.of_team(team).values_list("pk", "name"))
    refuse_strangers(team, "metric", {fact.metric_id for fact in facts} - metrics.keys())
    kept = kept_counts(team, source, (fact.key for fact in facts))
    batch_id = batch.pk if batch else None
    tally, new = Tally(), []
    for fact in facts:
        before = kept.get(fact.key)
        growth = fact.count - (before.fact.count if before else 0)
        revision = before.revision + 1 if before else 0
        if problem := key_problem(fact.key) or problem_of(fact.count, growth, revision):
            tally.refuse(fact.key, problem)
        elif before and (moved := list(moves_between(before.fact, fact, channels, metrics))):
            tally.refuse(fact.key, already(moved, before.batch_id, batch))
        elif before and not growth:
            tally.known += 1
        else:
            kept[fact.key] = KeptCount(fact, revision, batch_id)
            tally.taken_keys.append(fact.key)
            new.append(KeptCount(replace(fact, count=growth), revision, batch_id))
    return tally, new


def kept_counts(team: Team, source: str, keys: Iterable[str]) -> dict[str, KeptCount]:
    kept = {}
    for part in slices(sorted(set(keys))):
        rows = Response.objects.of_team(team).filter(source=source, source_key__in=part)
        values = rows.order_by().values("source_key", "day", "channel_id", "metric_id")
        for row in values.annotate(sum=Sum("count"), last=Max("revision"), by=Max("batch_id")):
            fact = ResponseFact(
                day=row["day"],
                channel_id=row["channel_id"],
                metric_id=row["metric_id"],
                count=row["sum"],
                key=row["source_key"],
            )
            kept[fact.key] = KeptCount(fact, row["last"], row["by"])
    return kept


def moves_between(
    kept: ResponseFact, told: ResponseFact, channels: dict[int, str], metrics: dict[int, str]
) -> Iterable[str]:
    if kept.channel_id != told.channel_id:
        yield f"on {channels[kept.channel_id]}, now on {channels[told.channel_id]}"
    if kept.metric_id != told.metric_id:
        yield f"as {metrics[kept.metric_id]}, now as {metrics[told.metric_id]}"
    if kept.day != told.day:
        yield f"on {kept.day}, now on {told.day}"


def problem_of(count: int, growth: int, revision: int) -> str | None:
    """Why the database would not take the count, in words."""
    if abs(count) > LARGEST_COUNT or abs(growth) > LARGEST_COUNT:
        return f"{count} is more than can be counted ({LARGEST_COUNT})"
    if revision > LAST_REVISION:
        return f"its count has been corrected {LAST_REVISION} times, no more can be kept"
    return None
