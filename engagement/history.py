"""From the ledger to what is estimated: the worth of a channel, and each metric of its goals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import numpy as np
from django.db.models import Q

from engagement.ledger import Ledger, LedgerWeek, WeekAhead
from engagement.returns import estimate as returns
from tracker.calendar import WEEK
from tracker.models import Channel, Goal, Team

# A longer gap without hours and responses parts what is known now from what was known once.
LONGEST_SILENCE_WEEKS = 26
# How long a metric is still estimated by itself after its goal fell due: the plan of the half
# year that has just ended is looked back upon while the next one runs.
GOAL_MEMORY = 26 * WEEK
# In person hardly anything comes by itself. Both are judgement, and wide enough to be overruled.
EXPECTED_SHARES = {
    Channel.Medium.ONLINE: returns.Share(0.3, 0.16),
    Channel.Medium.IN_PERSON: returns.Share(0.6, 0.25),
}
# Where no plan speaks of a week to come, the hours are expected to go on as in so many last ones.
LATELY_WEEKS = 4


def still_asked_about(current_week: date) -> Q:
    """Goals whose metric is estimated by itself while `current_week` (a Monday) runs."""
    return Q(due_on__gte=current_week - GOAL_MEMORY)


def metrics_asked_about(*, team: Team, current_week: date) -> dict[int | None, set[int]]:
    """
    Metric ids that goals of `team` name, by channel id; those under None are of all channels.

    One query.
    """
    named: dict[int | None, set[int]] = {}
    goals = Goal.objects.of_team(team).filter(still_asked_about(current_week)).order_by()
    for channel_id, metric_id in goals.values_list("channel_id", "metric_id"):
        named.setdefault(channel_id, set()).add(metric_id)
    return named


def first_estimated(ledger: Ledger) -> int:
    """
    The index of the week with which the estimate begins: the first after the last long silence.

    Counts of years ago, brought in by an export, say nothing of the weeks since: nobody counted
    then, and a week of which nothing is known is no week of zeros.
    """
    start = silent = 0
    for index, week in enumerate(ledger.weeks[:-1]):
        if week.logged_minutes or week.responses:
            if silent > LONGEST_SILENCE_WEEKS:
                start = index
            silent = 0
        else:
            silent += 1
    return start


def history_of(ledger: Ledger, team: Team, medium: str) -> returns.History:
    """
    A ledger that is not empty, in worth: its full weeks, and the weeks ahead under the plan.

    The running week says nothing yet, and is the first one ahead.
    """
    hour_cost = None if team.hour_cost is None else float(team.hour_cost)
    return history_in(ledger, lambda week: float(week.worth), hour_cost, medium)


def history_of_metric(ledger: Ledger, metric_id: int, medium: str) -> returns.History:
    """The same in counts of one metric, of which no hour has a cost."""
    return history_in(ledger, lambda week: float(week.responses.get(metric_id, 0)), None, medium)


def history_in(
    ledger: Ledger, amount: Callable[[LedgerWeek], float], hour_cost: float | None, medium: str
) -> returns.History:
    start = first_estimated(ledger)
    full = ledger.weeks[start:-1]
    return returns.History(
        first_week=ledger.weeks[start].week,
        hours=np.array([week.logged_minutes / 60 for week in full], dtype=np.float64),
        worth=np.array([amount(week) for week in full], dtype=np.float64),
        events=np.array([week.has_event for week in full], dtype=np.bool_),
        hours_ahead=np.array([expected_hours(week, full) for week in ledger.ahead]),
        events_ahead=np.array([week.has_event for week in ledger.ahead], dtype=np.bool_),
        expected_delay_weeks=ledger.expected_delay_weeks,
        hour_cost=hour_cost,
        share=EXPECTED_SHARES[Channel.Medium(medium)],
    )


def expected_hours(week: LedgerWeek | WeekAhead, before: Sequence[LedgerWeek]) -> float:
    """As the plan says; where there is none, as they went in the last of the weeks `before`."""
    lately = before[-LATELY_WEEKS:]
    if week.has_plan or not lately:
        return week.planned_minutes / 60
    return sum(each.logged_minutes for each in lately) / 60 / len(lately)
