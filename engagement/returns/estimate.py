"""
The plain estimate: what a channel's hours caused, with an honest interval.

    worth[t] = level + slope * t + effect * S(carry-over(hours))[t] + noise

Carry-over and saturation are not known and seldom told by the data: the model is fitted for
every pair of a small fixed set, and the answers are averaged with weights by how well each
fits. Intervals are the standard error of that average. The effect is never negative. The next
version keeps this door and replaces what is behind it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from engagement.returns.baseline import organic_line
from engagement.returns.carryover import carried_over
from engagement.returns.regression import Fits, fit_effects
from engagement.returns.saturation import HALF_POINTS, saturated
from engagement.returns.verdict import Evidence, Judgement, judge

MODEL_VERSION = "plain-1"

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

WEEK = timedelta(weeks=1)
TAIL = 0.05  # an interval runs from its 5% to its 95% quantile
SHORT_TREND, LONG_TREND = 4, 13  # weeks
RISING_BY = 1.1  # the last 13 weeks' hours against the 13 weeks before


@dataclass(frozen=True, slots=True)
class History:
    """One channel's full weeks, without gaps; all series are (weeks,), index 0 the first week."""

    first_week: date  # a Monday
    hours: FloatArray  # logged
    worth: FloatArray  # of the responses; a week may be negative where a network takes some back
    events: BoolArray  # whether something else explains a jump
    planned_hours: FloatArray  # not read by the plain estimate, which forecasts nothing
    expected_delay_weeks: int = 0  # as the plan says, counted from the first hours
    hour_cost: float | None = None  # in worth; None if the team has not said

    def __post_init__(self) -> None:
        lengths = {len(s) for s in (self.hours, self.worth, self.events, self.planned_hours)}
        if len(lengths) != 1:
            raise ValueError(f"series of different lengths: {sorted(lengths)}")
        if not (np.isfinite(self.hours).all() and np.isfinite(self.worth).all()):
            raise ValueError("hours and worth must be finite numbers")
        if (self.hours < 0).any():
            raise ValueError("hours must not be negative")


@dataclass(frozen=True, slots=True)
class Interval:
    mean: float
    low: float  # 5% quantile
    high: float  # 95% quantile


@dataclass(frozen=True, slots=True)
class Week:
    """What one week shows; worth, and worth per hour."""

    week: date
    baseline: float
    attributed: Interval  # falls due in this week, whenever the hours were spent
    return_per_hour: float | None  # attributed by the week's hours; None without hours
    trend_4: Interval | None  # return per hour of the last 4 weeks; None without hours in them
    trend_13: Interval | None


@dataclass(frozen=True, slots=True)
class Estimate:
    """What the hours of a whole history caused."""

    weeks: tuple[Week, ...]
    hours: float
    attributed: Interval
    return_per_hour: Interval | None  # None without hours
    next_hour: Interval | None  # long-run gain of one more hour a week, at the last 13 weeks' mean
    evidence: Evidence
    judgement: Judgement  # by the cost of an hour, where the history states one
    model_version: str = MODEL_VERSION


def estimate(history: History) -> Estimate:
    """
    Estimate one channel. Any history has an answer; one that tells nothing has a wide one.

    Events and runs of zeros, a single week or none at all are fine. The same input gives the
    same output to the last digit; no other channel has a part in it.
    """
    hours, worth = history.hours, history.worth
    total_hours = float(hours.sum())
    effects = possible_effects(history) if total_hours > 0 else no_effects(len(hours))
    counting = effects.counting  # (shapes, weeks)
    expected = effects.weigh(counting)
    baseline = organic_line(worth - expected.mean, ~history.events)
    total = effects.weigh(counting.sum(axis=1, keepdims=True)).at(0)
    per_hour = divided(total, total_hours) if total_hours > 0 else None
    recent = float(hours[-LONG_TREND:].mean()) if len(hours) else 0.0
    gain = effects.gain_of_an_hour(recent)
    next_hour = effects.weigh(gain).at(0) if total_hours > 0 else None
    evidence = Evidence(
        as_of=history.first_week + len(hours) * WEEK,
        effort_since=history.first_week + int(np.argmax(hours > 0)) * WEEK
        if total_hours > 0
        else None,
        expected_delay_weeks=history.expected_delay_weeks,
        worth_per_hour=float(worth.sum()) / total_hours if total_hours > 0 else None,
        return_per_hour_low=per_hour.low if per_hour else None,
        return_per_hour_high=per_hour.high if per_hour else None,
        next_hour_high=next_hour.high if next_hour else None,
        hours_rising=are_rising(hours),
        p_flattening=effects.p_flattening(gain, total_hours),
    )
    short = trailing(effects, hours, SHORT_TREND)
    long = trailing(effects, hours, LONG_TREND)
    weeks = tuple(
        Week(
            week=history.first_week + t * WEEK,
            baseline=float(baseline[t]),
            attributed=expected.at(t),
            return_per_hour=float(expected.mean[t] / hours[t]) if hours[t] > 0 else None,
            trend_4=short[t],
            trend_13=long[t],
        )
        for t in range(len(hours))
    )
    return Estimate(
        weeks=weeks,
        hours=total_hours,
        attributed=total,
        return_per_hour=per_hour,
        next_hour=next_hour,
        evidence=evidence,
        judgement=judge(evidence, least_return=history.hour_cost),
    )


@dataclass(frozen=True, slots=True)
class Intervals:
    """Intervals of many quantities; arrays are (quantities,)."""

    mean: FloatArray
    low: FloatArray
    high: FloatArray

    def at(self, index: int) -> Interval:
        return Interval(float(self.mean[index]), float(self.low[index]), float(self.high[index]))


@dataclass(frozen=True, slots=True)
class Effects:
    """The effect of an hour under every shape, and how far each shape is believed."""

    counting: FloatArray  # (shapes, weeks): hours that count after carry-over and saturation
    weights: FloatArray  # (shapes,), sum 1
    effect: FloatArray  # (shapes,): worth per counting hour; may be negative
    error: FloatArray  # (shapes,), finite
    most: FloatArray  # (shapes,): the effect under which the effort caused everything
    typical: float  # hours of a week with effort
    quantile: float  # standard errors from the mean to the 95% quantile

    def weigh(self, amounts: FloatArray) -> Intervals:
        """
        Intervals of effect x amounts, where `amounts` is (shapes, quantities), all >= 0.

        Mean and variance of the mixture: the shapes' own errors, and their disagreement.
        """
        weights = self.weights[:, np.newaxis]
        values = self.effect[:, np.newaxis] * amounts
        centre = (weights * values).sum(axis=0)
        second = (weights * ((self.error[:, np.newaxis] * amounts) ** 2 + values**2)).sum(axis=0)
        reach = self.quantile * np.sqrt(np.maximum(second - centre**2, 0.0))
        cap = (weights * self.most[:, np.newaxis] * amounts).sum(axis=0)
        possible = np.clip(self.effect, 0.0, self.most)[:, np.newaxis] * amounts
        mean = (weights * possible).sum(axis=0)
        low = np.minimum(np.clip(centre - reach, 0.0, cap), mean)
        high = np.maximum(np.clip(centre + reach, 0.0, cap), mean)
        return Intervals(mean, low, high)

    def gain_of_an_hour(self, hours: float) -> FloatArray:
        """(shapes, 1): counting hours that one more hour a week adds in the long run."""
        if not self.typical:
            return np.zeros((len(self.weights), 1))
        more, now = (saturated(np.array([h]), self.typical) for h in (hours + 1.0, hours))
        return np.tile(more - now, (len(self.weights) // len(HALF_POINTS), 1))

    def p_flattening(self, gain: FloatArray, total_hours: float) -> float:
        """How far shapes are believed in which the next hour brings under half of the average."""
        if not total_hours:
            return 0.0
        flat = gain[:, 0] < 0.5 * self.counting.sum(axis=1) / total_hours
        return float((self.weights * flat).sum())


def no_effects(weeks: int) -> Effects:
    """Without hours there is nothing to cause anything."""
    nothing = np.zeros(1)
    return Effects(np.zeros((1, weeks)), np.ones(1), nothing, nothing, nothing, 0.0, 0.0)


def possible_effects(history: History) -> Effects:
    """Fit every pair of kernel and half-point; `history` has hours."""
    hours = history.hours
    typical = float(hours[hours > 0].mean())
    at_work = carried_over(hours)
    # (kernels, half-points, weeks) as one list of shapes.
    counting = saturated(at_work, typical).transpose(1, 0, 2).reshape(-1, len(hours))
    fits = fit_effects(history.worth, counting, ~history.events)
    caused_at_most = max(float(history.worth.sum()), 0.0)
    # A slow shape has hardly begun to count in a short history; to credit everything to that
    # little would promise wonders, so at least half of what the hours will count for is taken.
    in_the_end = np.tile(saturated(hours, typical).sum(axis=1), len(counting) // len(HALF_POINTS))
    most = caused_at_most / np.maximum(counting.sum(axis=1), in_the_end / 2)
    quantile = student_quantile(fits.degrees_of_freedom)
    # Where an error is wider than from nil to everything, the data say nothing: the effect is
    # then anything between, and its middle stands for it.
    unknown = fits.standard_error > most
    effect = np.where(unknown, most / 2, fits.effect)
    error = np.where(unknown, most / quantile, fits.standard_error)
    weights = believed(fits, int((~history.events).sum()))
    return Effects(counting, weights, effect, error, most, typical, quantile)


def believed(fits: Fits, weeks: int) -> FloatArray:
    """
    (shapes,): each shape's likelihood at its best fit, as a share of them all.

    `loss ** (-weeks / 2)`, the concentrated likelihood of a regression with unknown noise.
    """
    least = float(fits.loss.min())
    if least <= 0:
        likelihood = (fits.loss <= 0).astype(np.float64)
    else:
        likelihood = (least / fits.loss) ** (weeks / 2)
    shares: FloatArray = likelihood / likelihood.sum()
    return shares


def student_quantile(freedom: int) -> float:
    """
    The 95% quantile of Student's t; below three degrees of freedom that of three.

    Cornish and Fisher's expansion, Abramowitz and Stegun 26.7.5.
    """
    z, n = NormalDist().inv_cdf(1 - TAIL), max(freedom, 3)
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
    )


def trailing(effects: Effects, hours: FloatArray, span: int) -> list[Interval | None]:
    """Return per hour over the last `span` weeks, at every week; fewer weeks at the start."""
    spent = summed(hours[np.newaxis, :], span)[0]
    caused = effects.weigh(summed(effects.counting, span))
    return [
        divided(caused.at(t), float(spent[t])) if spent[t] > 0 else None for t in range(len(hours))
    ]


def summed(series: FloatArray, span: int) -> FloatArray:
    """Sums over a moving window of `span`, (rows, weeks); a window without hours sums to 0."""
    padded = np.concatenate([np.zeros((len(series), span - 1)), series], axis=1)
    if not series.shape[1]:
        return series
    windows = np.lib.stride_tricks.sliding_window_view(padded, span, axis=1)
    return np.asarray(windows.sum(axis=2))


def divided(interval: Interval, hours: float) -> Interval:
    return Interval(interval.mean / hours, interval.low / hours, interval.high / hours)


def are_rising(hours: FloatArray) -> bool:
    """Whether the last 13 weeks took clearly more hours than the 13 weeks before them."""
    if len(hours) < 2 * LONG_TREND:
        return False
    now, before = hours[-LONG_TREND:], hours[-2 * LONG_TREND : -LONG_TREND]
    return math.fsum(now) > RISING_BY * math.fsum(before)
