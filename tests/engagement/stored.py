"""Stored rows as the worker would write them, to be read by pages and charts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from engagement.models import Estimate, MetricEstimate, WeekForecast, WeeklyTrend
from tracker.calendar import WEEK
from tracker.models import Channel, Metric


def week_row(channel_id: int, week: date, **values: Any) -> WeeklyTrend:
    """An unsaved row: an hour logged of an hour planned, 10 responses worth 30, a known trend."""
    known: dict[str, Any] = {
        "planned_minutes": 60,
        "logged_minutes": 60,
        "planned_posts": 0,
        "posts": 0,
        "responses": {"1": 10},
        "worth": 30,
        "baseline": 10.0,
        "attributed": 20.0,
        "return_per_hour": 20.0,
        "trend_4": 20.0,
        "trend_4_low": 15.0,
        "trend_4_high": 28.0,
        "trend_13": 20.0,
        "trend_13_low": 16.0,
        "trend_13_high": 26.0,
        "adherence": 1.0,
    }
    return WeeklyTrend(channel_id=channel_id, week=week, **(known | values))


def store_weeks(channel: Channel, last: date, count: int, **values: Any) -> None:
    """`count` weeks in a row, of which `last` is the newest."""
    rows = [week_row(channel.pk, last - n * WEEK, **values) for n in range(count)]
    for row in rows:
        row.team = channel.team
    WeeklyTrend.objects.bulk_create(rows)


def estimate(channel: Channel, computed_at: datetime, **values: Any) -> Estimate:
    """An unsaved estimate that pays back."""
    return Estimate(team=channel.team, channel=channel, **answer(computed_at, **values))


def metric_estimate(
    channel: Channel, metric: Metric, computed_at: datetime, **values: Any
) -> MetricEstimate:
    """The same of one metric."""
    values = answer(computed_at, **values)
    return MetricEstimate(team=channel.team, channel=channel, metric=metric, **values)


def answer(computed_at: datetime, **values: Any) -> dict[str, Any]:
    known: dict[str, Any] = {
        "model_version": "mixture-1",
        "first_week": date(2026, 1, 5),
        "last_week": date(2026, 11, 9),
        "weeks": 45,
        "hours": 45.0,
        "attributed": 900.0,
        "attributed_low": 700.0,
        "attributed_high": 1200.0,
        "return_per_hour": 20.0,
        "return_per_hour_low": 15.0,
        "return_per_hour_high": 27.0,
        "next_hour": 12.0,
        "next_hour_low": 6.0,
        "next_hour_high": 18.0,
        "verdict": Estimate.Verdict.PAYS_BACK,
        "too_early_until": None,
    }
    return known | {"computed_at": computed_at} | values


def store_estimates(channels: Sequence[Channel], computed_at: datetime) -> None:
    Estimate.objects.bulk_create([estimate(channel, computed_at) for channel in channels])


def store_forecast(channel: Channel, week: date, **values: Any) -> WeekForecast:
    """Made in time, of a week whose end nobody has counted: 20, between 10 and 30."""
    known: dict[str, Any] = {
        "hours": 1.0,
        "mean": 20.0,
        "low": 10.0,
        "high": 30.0,
        "in_hindsight": False,
        "model_version": "mixture-1",
        "made_at": datetime.combine(week, datetime.min.time(), UTC),
    }
    return WeekForecast.objects.create(
        team=channel.team, channel=channel, week=week, **(known | values)
    )
