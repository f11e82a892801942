"""What operators see of what came back: to look at only, see `tracker.admin.LookOnly`."""

from __future__ import annotations

from django.contrib import admin

from engagement.models import (
    Contact,
    Conversation,
    Estimate,
    GoalForecast,
    MetricEstimate,
    RefreshState,
    Response,
    Topic,
    WeekForecast,
    WeeklyTrend,
)
from tracker.admin import LookOnly

admin.site.register(
    (
        Contact,
        Conversation,
        Estimate,
        GoalForecast,
        MetricEstimate,
        RefreshState,
        Response,
        Topic,
        WeekForecast,
        WeeklyTrend,
    ),
    LookOnly,
)
