"""How an estimate fares on channels whose truth is known: the measures of the calibration table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engagement.returns.estimate import Estimate, estimate_many
from tests.engagement.returns.simulator import Channel, simulate


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of channels, and means over them, of one family."""

    family: str
    channels: int
    coverage: float  # the 90% interval of attributed holds the truth
    claims: float  # that interval excludes nil
    error: float  # median relative error of the median; nan without an effect
    interval_score: float  # mean of (width + 20 x miss) / organic total
    next_hour: float  # the 90% interval of the next hour holds the truth
    forecast: float  # the 90% intervals of the weeks ahead hold the counts
    naive_error: float  # of responses by hours, if all of them were the hours' work


def score(family: str, seeds: Sequence[int], *, foreign: bool = False) -> Score:
    channels = [simulate(family, seed, foreign=foreign) for seed in seeds]
    estimates = estimate_many([channel.history for channel in channels])
    pairs = list(zip(channels, estimates, strict=True))
    effective = [(c, e) for c, e in pairs if c.attributed > 0]
    return Score(
        family=family,
        channels=len(channels),
        coverage=mean(holds(e, c) for c, e in pairs),
        claims=mean(float(e.attributed.q05) > 0 for _, e in pairs),
        error=median(abs(float(e.attributed.q50) / c.attributed - 1.0) for c, e in effective),
        interval_score=mean(interval_score(e, c) / c.organic for c, e in pairs),
        next_hour=mean(
            float(e.next_hour.q05) <= c.next_hour <= float(e.next_hour.q95) for c, e in pairs
        ),
        forecast=mean(
            ((e.ahead.q05 <= c.counted_ahead) & (c.counted_ahead <= e.ahead.q95)).mean()
            for c, e in pairs
        ),
        naive_error=median(c.history.worth.sum() / c.attributed - 1.0 for c, _ in effective),
    )


def holds(estimate: Estimate, channel: Channel) -> bool:
    return float(estimate.attributed.q05) <= channel.attributed <= float(estimate.attributed.q95)


def interval_score(estimate: Estimate, channel: Channel) -> float:
    """Gneiting and Raftery, "Strictly Proper Scoring Rules", JASA 102, 2007, section 6.2."""
    low, high = float(estimate.attributed.q05), float(estimate.attributed.q95)
    miss = max(low - channel.attributed, 0.0) + max(channel.attributed - high, 0.0)
    return high - low + 20.0 * miss


def mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def median(values: Iterable[float]) -> float:
    listed = list(values)
    return float(np.median(listed)) if listed else float("nan")


def overall(scores: Sequence[Score]) -> Score:
    """Means over families; the error over those with an effect."""
    return Score(
        family="all",
        channels=sum(each.channels for each in scores),
        coverage=mean(each.coverage for each in scores),
        claims=float("nan"),
        error=float(np.nanmean([each.error for each in scores])),
        interval_score=mean(each.interval_score for each in scores),
        next_hour=mean(each.next_hour for each in scores),
        forecast=mean(each.forecast for each in scores),
        naive_error=float(np.nanmean([each.naive_error for each in scores])),
    )
