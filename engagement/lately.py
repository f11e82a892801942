"""What was spent and counted in the last weeks, as far back as hours still work."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from engagement.models import WeeklyTrend
from engagement.returns.batch import RECENT_WEEKS
from engagement.returns.carryover import LAGS
from tracker.calendar import WEEK
from tracker.models import Team

FloatArray = npt.NDArray[np.float64]

WEEKS = LAGS - 1


@dataclass(frozen=True, slots=True)
class Lately:
    """One channel's full weeks before the running one, the last of them last."""

    hours: FloatArray  # (WEEKS,): logged; 0 where nothing is known
    responses: tuple[dict[str, int], ...]  # by week that has a row, as WeeklyTrend keeps them

    def counts(self, metric_id: int) -> FloatArray:
        """(weeks,): of the last RECENT_WEEKS, or as many as there are."""
        recent = self.responses[-RECENT_WEEKS:]
        return np.array([week.get(str(metric_id), 0) for week in recent], dtype=np.float64)


NOTHING_LATELY = Lately(np.zeros(WEEKS), ())


def read_lately(*, team: Team, current_week: date) -> dict[int, Lately]:
    """By channel id, up to the week before `current_week` (a Monday). One query."""
    first = current_week - WEEKS * WEEK
    hours: dict[int, FloatArray] = {}
    responses: dict[int, list[dict[str, int]]] = {}
    for channel_id, week, minutes, counts in (
        WeeklyTrend.objects.of_team(team)
        .between(first, current_week - WEEK)
        .order_by("channel_id", "week")
        .values_list("channel_id", "week", "logged_minutes", "responses")
    ):
        own = hours.setdefault(channel_id, np.zeros(WEEKS))
        own[(week - first) // WEEK] = minutes / 60
        responses.setdefault(channel_id, []).append(counts)
    return {
        channel_id: Lately(own, tuple(responses[channel_id])) for channel_id, own in hours.items()
    }
