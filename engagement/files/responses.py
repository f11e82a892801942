"""Responses out of files: what a row says, and how it is kept as counts and taken back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import ClassVar

from django.db.models import Exists, OuterRef, Q, QuerySet

from engagement.files.metrics import MetricChooser, UnknownMetricError
from engagement.intake import ResponseFact, preview_responses, record_responses
from engagement.models import Response
from tracker.files import CannotImportError, Choices, FileFormat, Refusal, Row, RowTally, row_tally
from tracker.files.channels import ChannelChooser, UnknownChannelError
from tracker.files.hours import digest
from tracker.models import Goal, ImportBatch, Metric, Team, User
from tracker.recording import wait_for_turn
from tracker.stale import mark_stale

MISSING = {"", "-", "--", "nan", "n/a"}
COUNT = re.compile(r"(-?[0-9]{1,18})(?:\.0+)?")


class Span(StrEnum):
    """What a count covers: one day, or all time since something was published on that day."""

    DAY = "day"
    LIFETIME = "lifetime"


@dataclass(frozen=True, slots=True)
class CountFact:
    """One count, in the file's own words."""

    day: date
    channel: str
    metric: str  # the name of a known metric, or of one that the team may have
    count: int
    span: Span
    subject: str  # what was counted besides the metric: the id of a post or video, or nothing

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.channel,)


def read_count(text: str) -> int | None:
    """
    A count such as `1376` or `1376.0`; None where the file says that it does not know.

    ValueError where it is something else: `1,376` and `0.5` are not guessed at.
    """
    if text.casefold() in MISSING:
        return None
    if (match := COUNT.fullmatch(text)) is None:
        raise ValueError(f"{text!r} is not a whole number")
    return int(match[1])


class ResponsesKeeper:
    """Keeps rows of counts as responses."""

    def __init__(self, *, team: Team, choices: Choices, source: str, kind: str | None) -> None:
        self._team = team
        self._source = source
        self._channels = ChannelChooser(team=team, choices=choices)
        self._metrics = MetricChooser(team, source=source if kind else None)
        self._only = self._channels.the_one(kind) if kind else None
        self._met: set[int] = set()
        self._clashes: dict[tuple[int, int, Span], str] = {}

    @property
    def notes(self) -> list[str]:
        said = [self._only[1]] if self._only and self._only[1] else []
        return said + self._metrics.notes

    def keep(self, rows: Sequence[Row[CountFact]], batch: ImportBatch) -> RowTally:
        self._metrics.make({fact.metric for row in rows for fact in row.facts}, batch)
        keys, facts, refusals = self.resolve(rows)
        found = record_responses(team=self._team, facts=facts, source=self._source, batch=batch)
        return row_tally(keys, found, refusals)

    def preview(self, rows: Sequence[Row[CountFact]]) -> RowTally:
        self._metrics.foresee({fact.metric for row in rows for fact in row.facts})
        keys, facts, refusals = self.resolve(rows)
        there = [fact for fact in facts if not self._metrics.is_foreseen(fact.metric_id)]
        found = preview_responses(team=self._team, facts=there, source=self._source)
        found.taken_keys += [
            fact.key for fact in facts if self._metrics.is_foreseen(fact.metric_id)
        ]
        return row_tally(keys, found, refusals)

    def pass_over(self, rows: Sequence[Row[CountFact]]) -> None:
        self._metrics.foresee({fact.metric for row in rows for fact in row.facts})
        self.resolve(rows)

    def resolve(
        self, rows: Sequence[Row[CountFact]]
    ) -> tuple[list[tuple[str, int]], list[ResponseFact], list[Refusal]]:
        """Each fact's key with its row, what the rows mean in this team, and what means nothing."""
        keys: list[tuple[str, int]] = []
        facts: list[ResponseFact] = []
        refusals: list[Refusal] = []
        for row in rows:
            try:
                resolved = [self.resolved(fact) for fact in row.facts]
            except (UnknownChannelError, UnknownMetricError, ValueError) as error:
                refusals.append(Refusal(row.number, str(error)))
                continue
            facts += resolved
            keys += [(fact.key, row.number) for fact in resolved]
        return keys, facts, refusals

    def resolved(self, fact: CountFact) -> ResponseFact:
        if self._only:
            channel_id = self._only[0].pk
        else:
            channel_id, _ = self._channels.choose(fact.labels, noun="channel")
        metric_id = self._metrics.find(fact.metric)
        if clash := self.clash(channel_id, metric_id, fact):
            raise ValueError(clash)
        # A post's id is the network's own; a day's count is told apart by its channel alone.
        subject = fact.subject or f"{channel_id}/{fact.day}"
        # A network calls a metric the same for ever, while the team may rename its own.
        metric = fact.metric.casefold() if self._only else metric_id
        key = f"{fact.span}/{subject}/{metric}"
        if (met := digest(key)) in self._met:
            raise ValueError("an earlier row of this file has told the same count already")
        self._met.add(met)
        return ResponseFact(
            day=fact.day, channel_id=channel_id, metric_id=metric_id, count=fact.count, key=key
        )

    def clash(self, channel_id: int, metric_id: int, fact: CountFact) -> str:
        """Why the count would be counted twice, if it would; asked once for a channel and metric."""
        told = (channel_id, metric_id, fact.span)
        if told not in self._clashes:
            other = Span.DAY if fact.span is Span.LIFETIME else Span.LIFETIME
            there = Response.objects.of_team(self._team).filter(
                channel=channel_id,
                metric=metric_id,
                source=self._source,
                source_key__startswith=f"{other}/",
            )
            batch_id = there.values_list("batch_id", flat=True).first()
            self._clashes[told] = (
                ""
                if batch_id is None
                else f"the channel's {fact.metric.lower()} are there already by {OTHER[other]} "
                f"(batch {batch_id}), this would count them twice: take that batch back first"
            )
        return self._clashes[told]


OTHER = {Span.DAY: "day", Span.LIFETIME: "post"}


class ResponsesFormat(FileFormat[CountFact]):
    """A format that brings responses."""

    brings = "responses"
    kind: ClassVar[str | None] = None  # the kind of channel, where the rows name none

    def keeper(self, *, team: Team, choices: Choices, person: User | None) -> ResponsesKeeper:
        return ResponsesKeeper(team=team, choices=choices, source=self.name, kind=self.kind)

    def take_back(self, batch: ImportBatch) -> None:
        wait_for_turn(batch.team)
        responses = Response.objects.of_team(batch.team).filter(batch=batch)
        refuse_if_built_upon(batch, responses)
        days = responses.order_by().values_list("channel_id", "day").distinct()
        mark_stale(team=batch.team, weeks=list(days))
        responses.delete()
        drop_unused_metrics(batch)


def refuse_if_built_upon(batch: ImportBatch, responses: QuerySet[Response]) -> None:
    """CannotImportError where a later revision says what has changed since `batch`."""
    earlier = responses.filter(
        source=OuterRef("source"),
        source_key=OuterRef("source_key"),
        revision__lt=OuterRef("revision"),
    )
    later = (
        Response.objects.of_team(batch.team)
        .filter(source=batch.format, revision__gt=0)
        .exclude(batch=batch)
        .filter(Exists(earlier))
    )
    last = later.order_by("-pk").first()
    if last is not None:
        raise CannotImportError(
            f"batch {last.batch_id} has added to the counts of batch {batch.pk}: "
            f"take batch {last.batch_id} back first"
        )


def drop_unused_metrics(batch: ImportBatch) -> None:
    """Drop the metrics that this import or one taken back before it made, where nobody cares."""
    Metric.objects.of_team(batch.team).filter(
        Q(batch=batch) | Q(batch__state=ImportBatch.State.UNDONE),
        ~Exists(Response.objects.filter(metric=OuterRef("pk"))),
        ~Exists(Goal.objects.filter(metric=OuterRef("pk"))),
        worth=0,
    ).delete()
