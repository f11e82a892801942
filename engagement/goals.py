"""When each goal will be reached if the plan is kept, from the stored forecasts of its metric."""

from __future__ import annotations

from datetime import datetime

from tracker.models import Team


def forecast_goals(*, team: Team, now: datetime) -> None:
    """
    Bring the goal forecasts of `team` up to date with the stored estimates of their metrics.

    To be called once the estimates are written, outside of any transaction that holds a channel:
    it holds the team's row first, so that of two workers the second sees what the first wrote.
    """
