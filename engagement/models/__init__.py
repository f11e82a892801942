"""What came back, and what the worker has computed from it."""

from engagement.models.conversation import Contact, Conversation, Topic
from engagement.models.estimate import Estimate, GoalForecast, MetricEstimate, WeekForecast
from engagement.models.response import Response
from engagement.models.trend import RefreshState, WeeklyTrend

__all__ = [
    "Contact",
    "Conversation",
    "Estimate",
    "GoalForecast",
    "MetricEstimate",
    "RefreshState",
    "Response",
    "Topic",
    "WeekForecast",
    "WeeklyTrend",
]
