"""
How well forecasts held: the score of an interval, and the naive intervals to be better than.

A forecast that beats neither "same as the last weeks" nor "same as a year ago" is worth nothing,
however good it looks beside what happened.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

ALPHA = 0.1  # an interval of 90% is missed in one week of ten
LAST_WEEKS = 4
YEAR_WEEKS = 52
# A band of past errors needs some of them, and those of long ago say little of today's.
LEAST_ERRORS, MOST_ERRORS = 8, 52


@dataclass(frozen=True, slots=True)
class Interval:
    """The 5% and 95% quantiles of a week's worth."""

    low: float
    high: float


def hits(low: FloatArray, high: FloatArray, counted: FloatArray) -> BoolArray:
    """Whether each of `counted` lies in its interval, ends included; arrays of one shape."""
    inside: BoolArray = (low <= counted) & (counted <= high)
    return inside


def interval_scores(
    low: FloatArray, high: FloatArray, counted: FloatArray, alpha: float = ALPHA
) -> FloatArray:
    """
    The interval score of each central (1 - alpha) interval, in the unit of worth; less is better.

    Its width, and 2 / alpha for each unit by which it was missed: Gneiting and Raftery, "Strictly
    Proper Scoring Rules, Prediction, and Estimation", JASA 102, 2007, section 6.2, equation 43.
    It is proper: nobody gains by stating another interval than the one that is believed.
    Arrays of one shape; nan where any of the three is nan.
    """
    missed = np.maximum(low - counted, 0.0) + np.maximum(counted - high, 0.0)
    scores: FloatArray = (high - low) + 2.0 / alpha * missed
    return scores


def same_as_last_weeks(worth: FloatArray) -> Interval | None:
    """
    The naive interval of the week after `worth` (weeks,): the mean of the last 4 weeks.

    A moving average of order 4 carried forward (Hyndman and Athanasopoulos, "Forecasting:
    Principles and Practice", 3rd edition, 2021, section 5.2 on simple methods, 5.5 on intervals
    from past residuals). None before there are LEAST_ERRORS of its own errors: 12 weeks.
    """
    if len(worth) < LAST_WEEKS + LEAST_ERRORS:
        return None
    so_far = np.concatenate([[0.0], np.cumsum(worth)])
    means = (so_far[LAST_WEEKS:] - so_far[:-LAST_WEEKS]) / LAST_WEEKS  # the last one is ahead
    return around(float(means[-1]), worth[LAST_WEEKS:] - means[:-1], worth)


def same_as_last_year(worth: FloatArray) -> Interval | None:
    """
    The seasonal naive interval of the week after `worth` (weeks,): the week 52 weeks before it.

    Hyndman and Athanasopoulos, 3rd edition, 2021, section 5.2 (seasonal naive method). None
    before there are LEAST_ERRORS of its own errors: 60 weeks.
    """
    if len(worth) < YEAR_WEEKS + LEAST_ERRORS:
        return None
    return around(float(worth[-YEAR_WEEKS]), worth[YEAR_WEEKS:] - worth[:-YEAR_WEEKS], worth)


def around(centre: float, errors: FloatArray, worth: FloatArray) -> Interval:
    """
    `centre` with the 5% and 95% quantiles of the last MOST_ERRORS of `errors` (oldest first).

    Quantiles of Weibull's plotting positions i / (n + 1) (type 6 of Hyndman and Fan, "Sample
    Quantiles in Statistical Packages", The American Statistician 50, 1996): the next of errors
    that could have come in any order lies below such a quantile with just that probability. No
    end lies below nothing, unless a week of `worth` did: the model knows that as well.
    """
    ordered = np.sort(errors[-MOST_ERRORS:])
    places = np.arange(1, len(ordered) + 1) / (len(ordered) + 1)
    low, high = centre + np.interp([ALPHA / 2, 1.0 - ALPHA / 2], places, ordered)
    least = min(0.0, float(worth.min()))
    return Interval(max(float(low), least), max(float(high), least))


@dataclass(frozen=True, slots=True)
class Intervals:
    """Forecasts and what came, (weeks,) each, in one order; a naive one that is not known is nan."""

    low: FloatArray
    high: FloatArray
    last_weeks_low: FloatArray
    last_weeks_high: FloatArray
    last_year_low: FloatArray
    last_year_high: FloatArray
    counted: FloatArray


@dataclass(frozen=True, slots=True)
class Comparison:
    """Forecast and naive interval over the very same weeks; scores are means, None without any."""

    weeks: int
    score: float | None
    naive_hits: int
    naive_score: float | None

    @property
    def ratio(self) -> float | None:
        """Below 1 where the forecast was better; None if the naive one was right to the digit."""
        if self.score is None or not self.naive_score:
            return None
        return self.score / self.naive_score


@dataclass(frozen=True, slots=True)
class Record:
    """How forecasts held that are over: their number, hits, mean interval score, and rivals."""

    weeks: int
    hits: int
    score: float | None  # None without a week
    last_weeks: Comparison
    last_year: Comparison

    @property
    def share(self) -> float | None:
        """Of the weeks, the part whose interval held; it should be nine tenths."""
        return self.hits / self.weeks if self.weeks else None


def record_of(intervals: Intervals) -> Record:
    """The record of forecasts whose weeks are counted; no week among them has an unknown count."""
    low, high, counted = intervals.low, intervals.high, intervals.counted
    scores = interval_scores(low, high, counted)
    return Record(
        weeks=len(counted),
        hits=int(hits(low, high, counted).sum()),
        score=mean_of(scores),
        last_weeks=compared(scores, intervals.last_weeks_low, intervals.last_weeks_high, counted),
        last_year=compared(scores, intervals.last_year_low, intervals.last_year_high, counted),
    )


def compared(
    scores: FloatArray, low: FloatArray, high: FloatArray, counted: FloatArray
) -> Comparison:
    """Of forecasts with these `scores` with naive intervals, where those are known."""
    naive = interval_scores(low, high, counted)
    both = ~np.isnan(naive)
    return Comparison(
        weeks=int(both.sum()),
        score=mean_of(scores[both]),
        naive_hits=int(hits(low, high, counted).sum()),
        naive_score=mean_of(naive[both]),
    )


def mean_of(scores: FloatArray) -> float | None:
    return float(scores.mean()) if len(scores) else None
