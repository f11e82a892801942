"""
Setting goals and taking them back.

Whoever computes what came back looks at the metrics that goals name one by one, so a goal that
comes, changes or goes leaves its channels marked.
"""

from __future__ import annotations

from datetime import date

from django.db import transaction

from tracker.models import Goal
from tracker.stale import mark_stale, mark_team_stale


@transaction.atomic
def save_goal(*, goal: Goal, today: date) -> Goal:
    """Save a new or changed goal; the channels that it covers, or did, are computed again."""
    before = Goal.objects.of_team(goal.team).filter(pk=goal.pk).first()
    if before is not None and before.channel_id != goal.channel_id:
        _mark_covered(before, today)
    goal.save()
    _mark_covered(goal, today)
    return goal


@transaction.atomic
def delete_goal(*, goal: Goal, today: date) -> None:
    """Take a goal back."""
    _mark_covered(goal, today)
    goal.delete()


def _mark_covered(goal: Goal, today: date) -> None:
    if goal.channel_id is None:
        mark_team_stale(team=goal.team, day=today)
    else:
        mark_stale(team=goal.team, weeks=[(goal.channel_id, today)])
