"""
What a channel's hours caused, and what may be expected of them: the door of this package.

See `posterior` for the model. Channels are estimated many at a time, which is some times faster
than one by one and gives the same digits: a channel's answer rests on its own weeks alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np

from engagement.returns.answer import (
    BANK_WEEKS,
    CURVE_STEPS,
    MODEL_VERSION,
    WEEK,
    Estimate,
    History,
    Share,
)
from engagement.returns.batch import Batch
from engagement.returns.carryover import LAGS
from engagement.returns.quantiles import missing, nil
from engagement.returns.verdict import Evidence, judge

__all__ = ["MODEL_VERSION", "WEEK", "Estimate", "History", "Share", "estimate", "estimate_many"]

CHANNELS_AT_ONCE = 24  # a batch's arrays stay near the processor, and under 100 MB


def estimate(history: History) -> Estimate:
    """Estimate one channel; see `estimate_many`."""
    return estimate_many([history])[0]


def estimate_many(histories: Sequence[History]) -> list[Estimate]:
    """
    Estimates in the order of `histories`.

    Any history has an answer; one that tells nothing has a wide one. Those of equal length are
    computed together. The same input gives the same output to the last digit, alone or not.
    """
    answers: dict[int, Estimate] = {}
    alike: dict[tuple[int, int], list[int]] = defaultdict(list)
    for index, history in enumerate(histories):
        if len(history.hours) and (history.hours > 0).any():
            alike[len(history.hours), len(history.hours_ahead)].append(index)
        else:
            answers[index] = without_hours(history)
    for indices in alike.values():
        for start in range(0, len(indices), CHANNELS_AT_ONCE):
            part = indices[start : start + CHANNELS_AT_ONCE]
            batch = Batch([histories[index] for index in part])
            answers.update(zip(part, batch.estimates(), strict=True))
    return [answers[index] for index in range(len(histories))]


def without_hours(history: History) -> Estimate:
    """The answer where nobody spent an hour: it is too early, and nothing was caused."""
    weeks, ahead = len(history.hours), len(history.hours_ahead)
    usual = float(np.median(history.worth)) if weeks else 0.0
    nothing, unknown = nil(()), missing(())
    evidence = Evidence(
        as_of=history.first_week + weeks * WEEK,
        effort_since=None,
        expected_delay_weeks=history.expected_delay_weeks,
        worth_per_hour=None,
        return_per_hour_low=None,
        return_per_hour_high=None,
        next_hour_high=None,
        hours_rising=False,
        p_flattening=0.0,
    )
    return Estimate(
        hours=0.0,
        baseline=np.full(weeks, usual),
        by_week=nil((weeks,)),
        return_per_hour_by_week=np.full(weeks, np.nan),
        trend_4=missing((weeks,)),
        trend_13=missing((weeks,)),
        attributed=nothing,
        return_per_hour=unknown,
        next_hour=unknown,
        p_effect=0.0,
        kernel=np.full(LAGS, np.nan),
        half_life_weeks=float("nan"),
        ninety_percent_weeks=float("nan"),
        curve_hours=np.zeros(CURVE_STEPS + 1),
        curve=nil((CURVE_STEPS + 1,)),
        bank=nil((BANK_WEEKS,)),
        marathon_index=0.0,
        gain_if_even=nothing,
        ahead=missing((ahead,)),
        total_ahead_mean=np.full(ahead, np.nan),
        total_ahead_variance=np.full(ahead, np.nan),
        effect=None,
        noise=float("nan"),
        drift=float("nan"),
        evidence=evidence,
        judgement=judge(evidence, least_return=history.hour_cost),
    )
