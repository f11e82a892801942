"""
What was estimated, as rows; and a team's channels held against one another.

Nothing else writes estimates. Written in bulk: as many queries for many channels as for one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db.models import Model

from engagement.ledger import Ledger, LedgerWeek
from engagement.models import Estimate, MetricEstimate
from engagement.outlook import fields_of
from engagement.returns import estimate as returns
from engagement.returns.verdict import Verdict, bar_without_cost, judge_effect
from tracker.models import Team

# What an upsert never changes: a row's own key, and what finds it.
KEYS = frozenset({"id", "channel", "metric"})


def estimate_row(
    *, ledger: Ledger, history: returns.History, answer: returns.Estimate, now: datetime
) -> Estimate:
    """The answer on a channel's worth; its team is for the caller to name."""
    values = values_of(ledger, history, answer, lambda week: bool(week.responses))
    return Estimate(channel_id=ledger.channel_id, computed_at=now, **values)


def metric_estimate_row(
    *,
    metric_id: int,
    ledger: Ledger,
    history: returns.History,
    answer: returns.Estimate,
    now: datetime,
) -> MetricEstimate:
    """The answer on a channel's counts of one metric; its team is for the caller to name."""
    values = values_of(ledger, history, answer, lambda week: metric_id in week.responses)
    return MetricEstimate(
        channel_id=ledger.channel_id, metric_id=metric_id, computed_at=now, **values
    )


def values_of(
    ledger: Ledger,
    history: returns.History,
    answer: returns.Estimate,
    was_counted: Callable[[LedgerWeek], bool],
) -> dict[str, Any]:
    values = fields_of(answer, history)
    full = ledger.weeks[len(ledger.weeks) - 1 - len(history.hours) : -1]
    if not any(was_counted(week) for week in full):
        # What nobody has counted may have come all the same.
        values |= {"verdict": Verdict.TOO_EARLY, "too_early_until": None}
    return values


def fields_written(model: type[Model]) -> list[str]:
    return [field.name for field in model._meta.concrete_fields if field.name not in KEYS]


def store_estimates(
    *, team: Team, channel_ids: Collection[int], estimates: Collection[Estimate]
) -> None:
    """Write the estimates of these channels; take away those of channels that have none."""
    for estimate in estimates:
        estimate.team = team
    Estimate.objects.bulk_create(
        estimates,
        update_conflicts=True,
        unique_fields=["channel"],
        update_fields=fields_written(Estimate),
    )
    without = set(channel_ids) - {estimate.channel_id for estimate in estimates}
    if without:
        Estimate.objects.of_team(team).filter(channel__in=without).delete()


def store_metric_estimates(
    *, team: Team, channel_ids: Collection[int], estimates: Collection[MetricEstimate]
) -> None:
    """Write all estimates by metric of these channels; take away those that no goal asks for."""
    for estimate in estimates:
        estimate.team = team
    MetricEstimate.objects.bulk_create(
        estimates,
        update_conflicts=True,
        unique_fields=["channel", "metric"],
        update_fields=fields_written(MetricEstimate),
    )
    asked = {(estimate.channel_id, estimate.metric_id) for estimate in estimates}
    kept = MetricEstimate.objects.of_team(team).filter(channel__in=channel_ids).order_by()
    unasked = [
        pk
        for pk, channel_id, metric_id in kept.values_list("pk", "channel_id", "metric_id")
        if (channel_id, metric_id) not in asked
    ]
    if unasked:
        MetricEstimate.objects.of_team(team).filter(pk__in=unasked).delete()


def judge_by_median(*, team: Team) -> None:
    """
    Hold every effect that `team` has seen against the team's median channel.

    Only where no cost of an hour is stated. The outcome rests on the stored estimates alone, in
    whatever order they came; so `team` must be held, or two workers that finish two channels
    would each judge by a median without the other.
    """
    if team.hour_cost is not None:
        return
    seen = list(
        Estimate.objects.of_team(team)
        .exclude(verdict__in=(Verdict.TOO_EARLY, Verdict.NO_EFFECT_SEEN))
        .only("verdict", "next_hour", "next_hour_high", "hours_rising", "p_flattening")
        .order_by("pk")
    )
    bar = bar_without_cost([e.next_hour for e in seen if e.next_hour is not None])
    changed: dict[Verdict, list[int]] = defaultdict(list)
    for estimate in seen:
        verdict = judge_effect(
            hours_rising=estimate.hours_rising,
            next_hour_high=estimate.next_hour_high,
            p_flattening=estimate.p_flattening,
            least_return=bar,
        )
        if verdict != estimate.verdict:
            changed[verdict].append(estimate.pk)
    for verdict, keys in changed.items():
        Estimate.objects.of_team(team).filter(pk__in=keys).update(verdict=verdict)
