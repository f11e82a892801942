"""Stored estimates with what they say of the weeks to come, as the worker would write them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engagement.models import Estimate, MetricEstimate, WeeklyTrend
from engagement.outlook import fields_of
from engagement.returns.effect import Effect
from engagement.returns.estimate import History, estimate
from tests.engagement.records import NOW, THIS_WEEK
from tests.engagement.stored import week_row
from tracker.calendar import WEEK
from tracker.models import Channel, Metric

AHEAD = 26


def a_history(seed: int, *, weeks: int = 40, planned: float = 3.0, effect: float = 4.0) -> History:
    """Hours in bursts up to THIS_WEEK, and responses that follow them at once; none with 0 hours."""
    chance = np.random.default_rng([seed, weeks])
    hours = chance.gamma(2.0, 1.5, weeks).round(1) if effect else np.zeros(weeks)
    worth = np.maximum(chance.normal(20.0 + effect * np.sqrt(hours), 2.0), 0.0).round()
    return History(
        first_week=THIS_WEEK - weeks * WEEK,
        hours=hours,
        worth=worth,
        events=np.zeros(weeks, dtype=np.bool_),
        hours_ahead=np.full(AHEAD, planned),
        events_ahead=np.zeros(AHEAD, dtype=np.bool_),
    )


def store(channel: Channel, history: History, metric: Metric | None = None) -> Effect | None:
    """
    The channel's weeks, its estimate and, with `metric`, the metric's.

    Returns what hours bring, in more digits than are kept.
    """
    answer = estimate(history)
    WeeklyTrend.objects.bulk_create(
        [
            week_row(
                channel.pk,
                history.first_week + index * WEEK,
                team=channel.team,
                logged_minutes=round(60 * hours),
                responses={str(metric.pk): int(worth)} if metric else {},
            )
            for index, (hours, worth) in enumerate(zip(history.hours, history.worth, strict=True))
        ]
    )
    values = fields_of(answer, history) | {"team": channel.team, "computed_at": NOW}
    Estimate.objects.create(channel=channel, **values)
    if metric is not None:
        MetricEstimate.objects.create(channel=channel, metric=metric, **values)
    return answer.effect


def close(found: Sequence[float], expected: Sequence[float]) -> bool:
    """To the six digits of what is kept, and what sums of them lose."""
    scale = max(1.0, *(abs(each) for each in expected))
    return bool(np.allclose(found, expected, rtol=1e-4, atol=1e-4 * scale))
