"""Everything that a team invests, and the rows that tell what must be computed again."""

from tracker.models.batch import ImportBatch
from tracker.models.channel import Channel
from tracker.models.effort import Activity, StaleWeek, TimeEntry, Timer
from tracker.models.metric import Metric
from tracker.models.plan import Allocation, Event, Goal, LearningQuestion, Plan, Review
from tracker.models.team import Membership, Team, User
from tracker.models.token import ApiToken

__all__ = [
    "Activity",
    "Allocation",
    "ApiToken",
    "Channel",
    "Event",
    "Goal",
    "ImportBatch",
    "LearningQuestion",
    "Membership",
    "Metric",
    "Plan",
    "Review",
    "StaleWeek",
    "Team",
    "TimeEntry",
    "Timer",
    "User",
]
