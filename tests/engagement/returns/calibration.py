"""How an estimate fares on channels whose truth is known: the measures of the calibration table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from engagement.returns.estimate import Estimate, estimate_many
from engagement.returns.scoring import hits, interval_scores
from tests.engagement.returns.rivals import lagged_regression, ratio
from tests.engagement.returns.simulator import Channel, simulate


@dataclass(frozen=True, slots=True)
class Measures:
    """One channel's; errors are relative, and nan without an effect."""

    held: bool  # the 90% interval of attributed holds the truth
    claimed: bool  # that interval excludes nil
    error: float  # of the median of attributed
    interval_score: float  # by the organic total
    next_hour: bool  # the 90% interval of the next hour holds the truth
    forecast: float  # share of the weeks ahead whose 90% interval holds the count
    ratio_error: float
    regression_held: bool
    regression_claimed: bool
    regression_error: float
    regression_interval_score: float


@dataclass(frozen=True, slots=True)
class Score:
    """Shares of channels, and means over them, of one family; errors are medians."""

    family: str
    channels: int
    coverage: float
    claims: float
    error: float
    interval_score: float
    next_hour: float
    forecast: float
    naive_error: float  # of responses by hours, if all of them were the hours' work
    regression_coverage: float
    regression_claims: float
    regression_error: float
    regression_interval_score: float


def score(family: str, seeds: Sequence[int], *, foreign: bool = False) -> Score:
    return score_of(family, measures(family, seeds, foreign=foreign))


def measures(family: str, seeds: Sequence[int], *, foreign: bool = False) -> list[Measures]:
    """Of the channel of each seed, estimated together."""
    channels = [simulate(family, seed, foreign=foreign) for seed in seeds]
    estimates = estimate_many([channel.history for channel in channels])
    return [measured(c, e) for c, e in zip(channels, estimates, strict=True)]


def measured(channel: Channel, estimate: Estimate) -> Measures:
    attributed, next_hour, ahead = estimate.attributed, estimate.next_hour, estimate.ahead
    rival = lagged_regression(channel.history)
    return Measures(
        held=holds(attributed.q05, attributed.q95, channel.attributed),
        claimed=float(attributed.q05) > 0,
        error=relative_error(float(attributed.q50), channel),
        interval_score=interval_score(attributed.q05, attributed.q95, channel),
        next_hour=holds(next_hour.q05, next_hour.q95, channel.next_hour),
        forecast=float(hits(ahead.q05, ahead.q95, channel.counted_ahead).mean()),
        ratio_error=relative_error(ratio(channel.history), channel),
        regression_held=holds(rival.low, rival.high, channel.attributed),
        regression_claimed=rival.low > 0,
        regression_error=relative_error(rival.amount, channel),
        regression_interval_score=interval_score(rival.low, rival.high, channel),
    )


def holds(low: object, high: object, truth: float) -> bool:
    return bool(hits(np.asarray(low), np.asarray(high), np.asarray(truth)))


def relative_error(amount: float, channel: Channel) -> float:
    return abs(amount / channel.attributed - 1.0) if channel.attributed > 0 else float("nan")


def interval_score(low: object, high: object, channel: Channel) -> float:
    """Of attributed, by the organic total: width + 20 x miss."""
    raw = interval_scores(np.asarray(low), np.asarray(high), np.asarray(channel.attributed))
    return float(raw) / channel.organic


def score_of(family: str, measured: Sequence[Measures]) -> Score:
    return Score(
        family=family,
        channels=len(measured),
        coverage=mean(each.held for each in measured),
        claims=mean(each.claimed for each in measured),
        error=median(each.error for each in measured),
        interval_score=mean(each.interval_score for each in measured),
        next_hour=mean(each.next_hour for each in measured),
        forecast=mean(each.forecast for each in measured),
        naive_error=median(each.ratio_error for each in measured),
        regression_coverage=mean(each.regression_held for each in measured),
        regression_claims=mean(each.regression_claimed for each in measured),
        regression_error=median(each.regression_error for each in measured),
        regression_interval_score=mean(each.regression_interval_score for each in measured),
    )


def mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))


def median(values: Iterable[float]) -> float:
    """Of those that are numbers; nan without one."""
    known = [value for value in values if not np.isnan(value)]
    return float(np.median(known)) if known else float("nan")


def overall(scores: Sequence[Score]) -> Score:
    """Means over families; the errors over those with an effect."""

    def over(measure: str) -> float:
        return float(np.nanmean([getattr(each, measure) for each in scores]))

    counted = {"family", "channels", "claims", "regression_claims"}
    return Score(
        family="all",
        channels=sum(each.channels for each in scores),
        claims=float("nan"),  # said of families without an effect only
        regression_claims=float("nan"),
        **{name: over(name) for name in Score.__slots__ if name not in counted},
    )
