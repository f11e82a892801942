"""When each goal will be reached if the plan is kept, from the stored forecasts of its metric."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import F, Q, Sum
from django.db.models.functions import TruncWeek

from engagement.history import still_asked_about
from engagement.lately import NOTHING_LATELY, Lately, read_lately
from engagement.ledger import WEEKS_AHEAD
from engagement.models import GoalForecast, MetricEstimate
from engagement.outlook import effect_of, forecast_of, short
from engagement.returns import estimate as returns
from engagement.returns.effect import Effect
from engagement.returns.forecast import (
    as_lately,
    brought_by_week,
    first_week_at,
    p_reached,
    p_reached_by_week,
    prolonged,
    total_at,
)
from engagement.returns.quantiles import HIGH, LOW, MIDDLE
from tracker.calendar import WEEK, monday_of
from tracker.models import Goal, Team

FloatArray = npt.NDArray[np.float64]
Dates = tuple[date | None, date | None, date | None]  # of 5, 50 and 95%

HOURS_A_WEEK = (2, 4, 8, 16)
# What GoalForecast.counted can hold. No target lies beyond, so it is reached all the same.
MOST_COUNTED = 2**31 - 1
WRITTEN = [
    "team",
    "model_version",
    "last_week",
    "counted",
    "p_by_due",
    "reached_early",
    "reached",
    "reached_late",
    "patience",
    "computed_at",
]


@dataclass(frozen=True, slots=True)
class Source:
    """What one channel will bring of one metric, from the running week on; (weeks,)."""

    channel_id: int
    mean: FloatArray  # of all counts up to the end of each week
    variance: FloatArray
    effect: Effect | None  # None where no hour has ever been spent
    before: FloatArray  # (WEEKS,): hours of the weeks before
    planned: FloatArray  # hours


@dataclass(frozen=True, slots=True)
class Prospect:
    """A goal that is still open: what is missing, and when counting begins, in weeks from now."""

    goal: Goal
    missing: int
    start: float
    due: float


def forecast_goals(*, team: Team, now: datetime) -> None:
    """
    Bring the goal forecasts of `team` up to date with the stored estimates of their metrics.

    Belongs inside the transaction that wrote the estimates and holds the row of `team`. A second
    run changes nothing but the time of computing. A goal whose channels are not all computed by
    today's model keeps the forecast that it has; one that nothing can be said of has none. As many
    queries for many goals as for one.
    """
    current_week = monday_of(team.day_at(now))
    goals = list(Goal.objects.of_team(team).filter(still_asked_about(current_week)).order_by("pk"))
    counted = counted_by_week(team, goals, current_week)
    estimates = read_estimates(team, goals)
    lately = read_lately(team=team, current_week=current_week)
    rows, left = [], []
    for goal in goals:
        values = decided(goal, counted[goal.pk], current_week)
        if values is None:
            covered = [
                estimate
                for estimate in estimates
                if estimate.metric_id == goal.metric_id and covers(goal, estimate)
            ]
            sources = sources_of(covered, lately, current_week)
            if len(sources) < len(covered):
                left.append(goal.pk)
                continue
            values = foreseen(goal, counted[goal.pk], sources, current_week)
        if values is not None:
            rows.append(
                GoalForecast(
                    team=team,
                    goal=goal,
                    model_version=returns.MODEL_VERSION,
                    last_week=current_week - WEEK,
                    counted=max(-MOST_COUNTED, min(sum(counted[goal.pk].values()), MOST_COUNTED)),
                    computed_at=now,
                    **values,
                )
            )
    GoalForecast.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["goal"], update_fields=WRITTEN
    )
    kept = [*left, *(row.goal_id for row in rows)]
    GoalForecast.objects.of_team(team).exclude(goal__in=kept).delete()


def counted_by_week(
    team: Team, goals: Sequence[Goal], current_week: date
) -> dict[int, dict[date, int]]:
    """Counts by goal id and week, oldest first, of full weeks between its two days. One query."""
    counted: dict[int, dict[date, int]] = {goal.pk: {} for goal in goals}
    for goal_id, week, count in (
        Goal.objects.of_team(team)
        .filter(
            Q(channel__isnull=True) | Q(metric__responses__channel=F("channel")),
            pk__in=counted,
            metric__responses__day__gte=F("starts_on"),
            metric__responses__day__lte=F("due_on"),
            metric__responses__day__lt=current_week,
        )
        .order_by()
        .values_list("pk", TruncWeek("metric__responses__day"))
        .annotate(Sum("metric__responses__count"))
    ):
        counted[goal_id][week] = count
    return {goal_id: dict(sorted(weeks.items())) for goal_id, weeks in counted.items()}


def read_estimates(team: Team, goals: Sequence[Goal]) -> list[MetricEstimate]:
    """By metric that a goal names. One query."""
    return list(
        MetricEstimate.objects.of_team(team)
        .filter(metric__in={goal.metric_id for goal in goals})
        .select_related("channel")
        .only("channel", "channel__archived_at", "metric", "model_version", "forecast", "effect")
        .order_by("channel_id")
    )


def covers(goal: Goal, estimate: MetricEstimate) -> bool:
    """Of a goal of all channels, those that are in use: nobody computes the others any more."""
    if goal.channel_id is not None:
        return estimate.channel_id == goal.channel_id
    return estimate.channel.archived_at is None


def decided(goal: Goal, counted: dict[date, int], current_week: date) -> dict[str, Any] | None:
    """The forecast of a goal that has been reached, or is over; None of one that is open."""
    total = 0
    for week, count in counted.items():
        total += count
        if total >= goal.target:
            return values(1.0, (week, week, week))
    if goal.due_on < current_week:
        return values(0.0, (None, None, None))
    return None


def values(
    p_by_due: float, dates: Dates, patience: Iterable[dict[str, Any]] = ()
) -> dict[str, Any]:
    early, likely, late = dates
    return {
        "p_by_due": short(p_by_due),
        "reached_early": early,
        "reached": likely,
        "reached_late": late,
        "patience": list(patience),
    }


def sources_of(
    estimates: Sequence[MetricEstimate], lately: dict[int, Lately], current_week: date
) -> list[Source]:
    """Those of today's model that reach beyond now, from the running week on."""
    sources = []
    for estimate in estimates:
        if estimate.model_version != returns.MODEL_VERSION:
            continue
        recent = lately.get(estimate.channel_id, NOTHING_LATELY)
        forecast = forecast_of(estimate)
        if not forecast:
            mean, variance = as_lately(recent.counts(estimate.metric_id), WEEKS_AHEAD)
            planned = np.zeros(len(mean))
        else:
            passed = sum(week.week < current_week for week in forecast)
            if passed == len(forecast):
                continue
            mean = np.array([week.total_mean for week in forecast])
            variance = np.array([week.total_variance for week in forecast])
            if passed:
                mean = mean[passed:] - mean[passed - 1]
                variance = variance[passed:] - variance[passed - 1]
            planned = np.array([week.hours for week in forecast[passed:]])
        sources.append(
            Source(
                channel_id=estimate.channel_id,
                mean=mean,
                variance=variance,
                effect=effect_of(estimate),
                before=recent.hours,
                planned=planned,
            )
        )
    return sources


def foreseen(
    goal: Goal, counted: dict[date, int], sources: Sequence[Source], current_week: date
) -> dict[str, Any] | None:
    """
    The forecast of an open goal; None where no channel covers it, or it begins later than is seen.

    Channels are taken to err independently: their means and variances add up.
    """
    if not sources:
        return None
    weeks = min(len(source.mean) for source in sources)
    prospect = Prospect(
        goal=goal,
        missing=goal.target - sum(counted.values()),
        start=max((goal.starts_on - current_week) / WEEK, 0.0),
        due=(goal.due_on + timedelta(days=1) - current_week) / WEEK,
    )
    if prospect.start >= weeks:
        return None
    mean = np.sum([source.mean[:weeks] for source in sources], axis=0)
    variance = np.sum([source.variance[:weeks] for source in sources], axis=0)
    known = int(np.ceil(max(prospect.due, weeks)))
    bounds = np.array([prospect.start, prospect.due])
    means = total_at(prolonged(mean, known), bounds)
    variances = total_at(prolonged(variance, known, squares=True), bounds)
    by_due = p_reached(np.diff(means), np.diff(variances), np.array([prospect.missing]))
    return values(
        float(by_due[0]),
        dates_of(prospect, mean, variance, current_week),
        patience_of(prospect, sources, mean, variance, current_week),
    )


def dates_of(
    prospect: Prospect, mean: FloatArray, variance: FloatArray, current_week: date
) -> Dates:
    """The weeks (Mondays) in which it is reached with a probability of 5, 50 and 95%."""
    at_start = np.array([prospect.start])
    probability = p_reached_by_week(
        np.maximum(mean - total_at(mean, at_start), 0.0),
        np.maximum(variance - total_at(variance, at_start), 0.0),
        prospect.missing,
    )
    weeks = [first_week_at(probability, level) for level in (LOW, MIDDLE, HIGH)]
    early, likely, late = (None if n is None else current_week + n * WEEK for n in weeks)
    return early, likely, late


def patience_of(
    prospect: Prospect,
    sources: Sequence[Source],
    mean: FloatArray,
    variance: FloatArray,
    current_week: date,
) -> list[dict[str, Any]]:
    """
    The same weeks, were HOURS_A_WEEK spent on one channel from now on, and on others as planned.

    Each draw of what hours bring moves the total; what they scatter comes on top of the plan's own
    variance, as if the two knew nothing of each other, so that a change is told a little less
    surely than the plan. A channel on which no hour was ever spent can't be said anything of.
    """
    weeks = len(mean)
    known = [(source, source.effect) for source in sources if source.effect is not None]
    if not known:
        return []
    scenarios = np.stack(
        [
            [source.planned[:weeks], *(np.full(weeks, hours) for hours in HOURS_A_WEEK)]
            for source, _ in known
        ]
    )
    due = brought_by_week(
        [effect for _, effect in known],
        np.stack([source.before for source, _ in known]),
        scenarios.astype(np.float64),
    )
    more = np.cumsum(due[:, 1:] - due[:, :1], axis=3)  # (channels, levels, draws, weeks)
    shifts, scatters = more.mean(axis=2), more.var(axis=2)
    listed = []
    for (source, _), shift, scatter in zip(known, shifts, scatters, strict=True):
        for hours, moved, spread in zip(HOURS_A_WEEK, shift, scatter, strict=True):
            early, likely, late = (
                None if day is None else day.isoformat()
                for day in dates_of(prospect, mean + moved, variance + spread, current_week)
            )
            listed.append(
                {
                    "channel": source.channel_id,
                    "hours": hours,
                    "early": early,
                    "likely": likely,
                    "late": late,
                }
            )
    return listed
