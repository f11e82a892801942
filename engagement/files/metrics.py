"""The metrics that networks count, and the team's own that answer to them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engagement.models import Response
from tracker.models import ImportBatch, Metric, Team

Depth = Metric.Depth


@dataclass(frozen=True, slots=True)
class KnownMetric:
    """A metric by its usual name, how deep it is, and what else it is called."""

    name: str
    depth: Metric.Depth
    also: tuple[str, ...] = ()


METRICS = (
    KnownMetric("Impressions", Depth.REACH),
    KnownMetric("Views", Depth.REACH, ("video views", "page views", "pageviews")),
    KnownMetric("Followers", Depth.REACH, ("follows", "new followers", "subscribers")),
    KnownMetric("Likes", Depth.REACTION, ("favorites", "favourites", "reactions")),
    KnownMetric("Reposts", Depth.REACTION, ("retweets", "boosts")),
    KnownMetric("Shares", Depth.REACTION),
    KnownMetric("Profile visits", Depth.REACTION, ("profile clicks", "user profile clicks")),
    KnownMetric("Clicks", Depth.REACTION, ("link clicks", "url clicks")),
    KnownMetric("Comments", Depth.CONVERSATION, ("comments added",)),
    KnownMetric("Replies", Depth.CONVERSATION),
    KnownMetric("Mentions", Depth.CONVERSATION),
    KnownMetric("Messages", Depth.CONVERSATION),
    KnownMetric("Leads", Depth.OUTCOME),
    KnownMetric("Sign-ups", Depth.OUTCOME, ("signups", "registrations")),
    KnownMetric("Trials", Depth.OUTCOME),
    KnownMetric("Demos", Depth.OUTCOME, ("demo requests",)),
)


class UnknownMetricError(Exception):
    """A row names a metric that the team lacks and whose depth is not known."""


class MetricChooser:
    """Finds the team's metrics by what a file calls them; makes those that are known and lacking."""

    def __init__(self, team: Team, *, source: str | None) -> None:
        self._team = team
        self._source = source  # of a network; it remembers under which metrics its counts went
        self._known = {
            name.casefold(): known for known in METRICS for name in (known.name, *known.also)
        }
        self._ids: dict[str, int] = {}  # by every name that a metric answers to
        self._foreseen: dict[str, int] = {}  # those to be made, with a number in place of an id
        self._made: list[str] = []
        self.look()

    @property
    def notes(self) -> list[str]:
        said = []
        if self._made:
            said.append(f"Made, and worth 0 until you say more: {', '.join(self._made)}.")
        if self._foreseen:
            said.append(f"Will be made, worth 0: {', '.join(self._foreseen)}.")
        return said

    def look(self) -> None:
        """Read the team's metrics; a metric's own name counts more than what else it is called."""
        metrics = dict(Metric.objects.of_team(self._team).values_list("name", "pk"))
        own = {name.casefold(): pk for name, pk in metrics.items()}
        for name, known in self._known.items():
            names = (name, known.name.casefold(), *(other.casefold() for other in known.also))
            if (pk := next((own[other] for other in names if other in own), None)) is not None:
                self._ids[name] = pk
        self._ids |= own

    def lacking(self, names: Iterable[str]) -> list[KnownMetric]:
        told = {name.casefold() for name in names} - self._ids.keys()
        if self._source:
            for name in sorted(told):
                self.remember(name)
            told -= self._ids.keys()
        return [known for known in METRICS if told & {known.name.casefold(), *known.also}]

    def remember(self, name: str) -> None:
        """Find the metric under which the network's counts of that name went, renamed since."""
        last = (
            Response.objects.of_team(self._team)
            .filter(source=self._source, source_key__endswith=f"/{name}")
            .order_by("-pk")
            .first()
        )
        if last is not None:
            self._ids[name] = last.metric_id

    def make(self, names: Iterable[str], batch: ImportBatch) -> None:
        """Make those that the team lacks, worth nothing until somebody says what one is worth."""
        lacking = self.lacking(names)
        if not lacking:
            return
        # Another import may make the same one at this moment.
        Metric.objects.bulk_create(
            [
                Metric(team=self._team, name=known.name, depth=known.depth, batch=batch)
                for known in lacking
            ],
            ignore_conflicts=True,
        )
        self._made += [known.name for known in lacking]
        self._foreseen.clear()
        self.look()

    def foresee(self, names: Iterable[str]) -> None:
        """Remember those that would be made."""
        for known in self.lacking(names):
            self._foreseen.setdefault(known.name, -len(self._foreseen) - 1)

    def is_foreseen(self, metric_id: int) -> bool:
        return metric_id < 0

    def find(self, name: str) -> int:
        """The metric's id, negative for one that would be made."""
        told = name.strip().casefold()
        if not told:
            raise UnknownMetricError("it names no metric")
        if (pk := self._ids.get(told)) is not None:
            return pk
        if (known := self._known.get(told)) is not None and known.name in self._foreseen:
            return self._foreseen[known.name]
        raise UnknownMetricError(
            f"metric {name!r} is no metric of {self._team.slug}; add it under Channels and metrics"
        )
