"""Where a team's channels stand, as it is stored: what hours bring, what was spent, the plan."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np
import numpy.typing as npt

from engagement.lately import NOTHING_LATELY, Lately, read_lately
from engagement.models import Estimate
from engagement.outlook import effect_of, forecast_of
from engagement.returns.effect import Effect
from engagement.returns.estimate import MODEL_VERSION
from tracker.calendar import monday_of
from tracker.models import Team

FloatArray = npt.NDArray[np.float64]


class BeingComputedError(Exception):
    """The stored estimates are not those of today's model and week; the worker will see to it."""


class NothingKnownError(ValueError):
    """No hour was ever spent there, so nobody can say what one brings."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a team's channels stand; those in use of which something is known, by their ids."""

    first_week: date  # the running week
    channel_ids: tuple[int, ...]
    effects: tuple[Effect, ...]
    before: FloatArray  # (channels, WEEKS): hours of the full weeks before
    planned: FloatArray  # (channels, weeks ahead): hours
    unknown: tuple[int, ...]  # channels on which no hour was ever spent

    def plan_over(self, weeks: int) -> FloatArray:
        """(channels, weeks): planned hours from the running week on."""
        reach = self.planned.shape[1]
        if not 1 <= weeks <= reach:
            raise ValueError(f"the plan can be looked at for 1 to {reach} weeks")
        return self.planned[:, :weeks]


def read_standing(*, team: Team, now: datetime) -> Standing:
    """What is stored of the channels of `team` that are in use. Two queries."""
    current_week = monday_of(team.day_at(now))
    rows = list(
        Estimate.objects.of_team(team)
        .filter(channel__archived_at__isnull=True)
        .only("channel", "model_version", "forecast", "effect")
        .order_by("channel_id")
    )
    return standing_of(rows, read_lately(team=team, current_week=current_week), current_week)


def standing_of(
    rows: Sequence[Estimate], lately: Mapping[int, Lately], current_week: date
) -> Standing:
    known: list[tuple[int, Effect, FloatArray]] = []
    unknown: list[int] = []
    for row in rows:
        # Asked first: a row of an early model has no draws, and had hours all the same.
        if row.model_version != MODEL_VERSION:
            raise BeingComputedError(
                f"the estimate of channel {row.channel_id} is of model {row.model_version}; it is "
                f"being computed anew by {MODEL_VERSION}"
            )
        effect = effect_of(row)
        if effect is None:
            unknown.append(row.channel_id)
            continue
        planned = {week.week: week.hours for week in forecast_of(row)}
        if current_week not in planned:
            raise BeingComputedError(
                f"the forecast of channel {row.channel_id} is not of the week of {current_week}; "
                f"it is being computed anew"
            )
        ahead = np.array([hours for week, hours in planned.items() if week >= current_week])
        known.append((row.channel_id, effect, ahead))
    if not known:
        raise NothingKnownError("no hour was ever spent on a channel that is in use")
    reach = min(len(ahead) for _, _, ahead in known)
    return Standing(
        first_week=current_week,
        channel_ids=tuple(channel_id for channel_id, _, _ in known),
        effects=tuple(effect for _, effect, _ in known),
        before=np.stack([lately.get(pk, NOTHING_LATELY).hours for pk, _, _ in known]),
        planned=np.stack([ahead[:reach] for _, _, ahead in known]),
        unknown=tuple(unknown),
    )
