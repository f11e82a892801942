"""What is asked and what is answered: a channel's history, and what its hours caused."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from engagement.returns.effect import Effect
from engagement.returns.quantiles import Summary
from engagement.returns.verdict import Evidence, Judgement

MODEL_VERSION = "mixture-2"

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

WEEK = timedelta(weeks=1)
CURVE_STEPS = 10  # of the response curve, from 0 to twice the recent level
BANK_WEEKS = 13  # how far ahead the carry-over in the bank is told


@dataclass(frozen=True, slots=True)
class Share:
    """
    What the effort may have caused of all that came, if anything, before the weeks are looked at.

    A normal, cut off at zero.
    """

    mean: float
    deviation: float


USUAL_SHARE = Share(0.3, 0.16)


@dataclass(frozen=True, slots=True)
class History:
    """One channel's full weeks without gaps, (weeks,), and the weeks ahead, (ahead,)."""

    first_week: date  # a Monday
    hours: FloatArray  # logged, >= 0
    worth: FloatArray  # of the responses; may be negative where a network takes some back
    events: BoolArray  # whether something else explains a jump
    hours_ahead: FloatArray = field(default_factory=lambda: np.zeros(0))  # as planned
    events_ahead: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=np.bool_))
    expected_delay_weeks: int = 0  # as the plan says, counted from the first hours
    hour_cost: float | None = None  # in worth; None if the team has not said
    share: Share = USUAL_SHARE

    def __post_init__(self) -> None:
        if len({len(self.hours), len(self.worth), len(self.events)}) != 1:
            raise ValueError("hours, worth and events must have one length")
        if len(self.hours_ahead) != len(self.events_ahead):
            raise ValueError("hours and events of the weeks ahead must have one length")
        hours = np.concatenate([self.hours, self.hours_ahead])
        if not (np.isfinite(hours).all() and np.isfinite(self.worth).all()):
            raise ValueError("hours and worth must be finite numbers")
        if (hours < 0).any():
            raise ValueError("hours must not be negative")


@dataclass(frozen=True, slots=True)
class Estimate:
    """
    What the hours of a whole history caused, and what may come; amounts in worth.

    A Summary of (weeks,) or so has a number for each; one of a single quantity has shape ().
    Returns per hour are nan where there were no hours.
    """

    hours: float
    baseline: FloatArray  # (weeks,): what would have come anyway
    by_week: Summary  # (weeks,): attributed; falls due then, whenever the hours were spent
    return_per_hour_by_week: FloatArray  # (weeks,): the week's attributed by the week's hours
    trend_4: Summary  # (weeks,): return per hour of the last 4 weeks
    trend_13: Summary
    attributed: Summary
    return_per_hour: Summary
    next_hour: Summary  # long-run gain of one more hour a week, at the recent level
    p_effect: float
    kernel: FloatArray  # (LAGS,): share of an hour's effect by week after; nan without an effect
    half_life_weeks: float  # until half of an hour's effect has come
    ninety_percent_weeks: float
    curve_hours: FloatArray  # (CURVE_STEPS + 1,): steady hours a week
    curve: Summary  # what they cause a week in the long run
    bank: Summary  # (BANK_WEEKS,): what past hours still bring if none follows
    marathon_index: float
    gain_if_even: Summary  # what the same hours spread evenly would have brought more
    ahead: Summary  # (ahead,): what will be counted under the plan, noise included
    total_ahead_mean: FloatArray  # (ahead,): of all that will be counted up to that week
    total_ahead_variance: FloatArray  # (ahead,)
    effect: Effect | None  # None without hours
    noise: float  # standard deviation of a usual week, in worth
    drift: float  # standard deviation of the baseline's change from week to week
    evidence: Evidence
    judgement: Judgement  # by the cost of an hour, where the history states one
    model_version: str = MODEL_VERSION
