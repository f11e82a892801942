"""What came back, and what the worker has computed from it."""

from engagement.models.conversation import Contact, Conversation, Topic
from engagement.models.response import Response
from engagement.models.trend import Estimate, RefreshState, WeeklyTrend

__all__ = [
    "Contact",
    "Conversation",
    "Estimate",
    "RefreshState",
    "Response",
    "Topic",
    "WeeklyTrend",
]
