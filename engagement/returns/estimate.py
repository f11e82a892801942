"""
What a channel's hours caused, and what may be expected of them: the door of this package.

See `posterior` for the model. Channels are estimated many at a time, which is some times faster
than one by one and gives the same digits: a channel's answer rests on its own weeks alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from engagement.returns.carryover import KERNELS, LAGS, MEMORIES, MEMORY_KERNEL, carried_over
from engagement.returns.effect import Effect
from engagement.returns.evenness import marathon_index
from engagement.returns.posterior import MEMORY_OF, SHAPE_OF, Panel, fit
from engagement.returns.quantiles import (
    HIGH,
    LOW,
    MIDDLE,
    Summary,
    draw,
    gamma_quantile,
    missing,
    nil,
    summary_of_amounts,
    summary_of_draws,
    summary_of_moments,
)
from engagement.returns.saturation import SHAPES, slopes, values
from engagement.returns.verdict import Evidence, Judgement, judge

MODEL_VERSION = "mixture-2"

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]

WEEK = timedelta(weeks=1)
CHANNELS_AT_ONCE = 24  # a batch's arrays stay near the processor, and under 100 MB
RECENT_WEEKS = 13
SHORT_TREND, LONG_TREND = 4, 13
CURVE_STEPS = 10  # of the response curve, from 0 to twice the recent level
BANK_WEEKS = 13  # how far ahead the carry-over in the bank is told
RISING_BY = 1.1  # the last 13 weeks' hours against the 13 weeks before


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


def panel_of(histories: Sequence[History]) -> Panel:
    def stacked(series: str) -> FloatArray:
        return np.stack([np.asarray(getattr(h, series), dtype=np.float64) for h in histories])

    return Panel(
        hours=stacked("hours"),
        worth=stacked("worth"),
        events=stacked("events"),
        hours_ahead=stacked("hours_ahead"),
        events_ahead=stacked("events_ahead"),
    )


class Batch:
    """Channels with equally many weeks, each with hours in one of them."""

    def __init__(self, histories: Sequence[History]) -> None:
        self.histories = histories
        self.panel = panel_of(histories)
        self.posterior = fit(self.panel)
        self.draws = draw(self.posterior)
        self.hours = self.panel.hours.sum(axis=1)
        self.recent = self.panel.hours[:, -RECENT_WEEKS:].mean(axis=1)

    def estimates(self) -> list[Estimate]:
        panel, posterior = self.panel, self.posterior
        scale = posterior.scale[:, np.newaxis]
        known = posterior.features[:, : panel.weeks]
        everything = known.sum(axis=1)
        gain = self.gain_of_an_hour()
        attributed = self.drawn(everything).times(posterior.scale)
        next_hour = self.drawn(gain).times(posterior.scale)
        p_flattening = self.p_flattening(gain, everything / self.hours[:, np.newaxis])
        gain_if_even = self.drawn(self.evenly() - everything).times(posterior.scale)
        by_week, trend_4, trend_13 = self.by_week(known)
        levels = self.recent[:, np.newaxis] * np.linspace(0.0, 2.0, CURVE_STEPS + 1)
        curve = summary_of_amounts(posterior, self.in_the_long_run(levels)).times(scale)
        bank = summary_of_amounts(posterior, self.if_stopped()).times(scale)
        ahead = self.counted_ahead().times(scale)
        total_mean = np.maximum(posterior.total_mean, 0.0) * scale
        total_variance = posterior.total_variance * scale**2
        effects = self.effects()
        kernel = self.kernel()
        baseline = posterior.baseline[:, : panel.weeks] * scale
        with np.errstate(divide="ignore", invalid="ignore"):
            per_hour_by_week = np.where(panel.hours > 0, by_week.mean / panel.hours, np.nan)
        per_hour = attributed.times(1.0 / self.hours)
        index = marathon_index(panel.hours)
        estimates = []
        for c, history in enumerate(self.histories):
            evidence = evidence_of(history, per_hour.at(c), next_hour.at(c), p_flattening[c])
            estimates.append(
                Estimate(
                    hours=float(self.hours[c]),
                    baseline=baseline[c],
                    by_week=by_week.at(c),
                    return_per_hour_by_week=per_hour_by_week[c],
                    trend_4=trend_4.at(c),
                    trend_13=trend_13.at(c),
                    attributed=attributed.at(c),
                    return_per_hour=per_hour.at(c),
                    next_hour=next_hour.at(c),
                    p_effect=float(1.0 - posterior.p_nil[c]),
                    kernel=kernel[c],
                    half_life_weeks=weeks_until(kernel[c], 0.5),
                    ninety_percent_weeks=weeks_until(kernel[c], 0.9),
                    curve_hours=levels[c],
                    curve=curve.at(c),
                    bank=bank.at(c),
                    marathon_index=float(index[c]),
                    gain_if_even=gain_if_even.at(c),
                    ahead=ahead.at(c),
                    total_ahead_mean=total_mean[c],
                    total_ahead_variance=total_variance[c],
                    effect=effects[c],
                    noise=float(posterior.noise[c] * posterior.scale[c]),
                    drift=float(posterior.drift[c] * posterior.scale[c]),
                    evidence=evidence,
                    judgement=judge(evidence, least_return=history.hour_cost),
                )
            )
        return estimates

    def drawn(self, amounts: FloatArray) -> Summary:
        """Of effect x amounts (channels, hypotheses), in multiples of the channel's scale."""
        mean = (amounts * self.posterior.effect_mean).sum(axis=1)
        return summary_of_draws(self.draws.of(amounts), mean)

    def gain_of_an_hour(self) -> FloatArray:
        """(channels, hypotheses): long-run worth of one more weekly hour at the recent level."""
        typical = self.posterior.typical
        steep = slopes((self.recent / typical)[:, np.newaxis])[:, :, 0]
        gain: FloatArray = (
            np.repeat(steep, len(MEMORIES), axis=1)
            / self.posterior.raw_mean
            / typical[:, np.newaxis]
        )
        return gain

    def p_flattening(self, gain: FloatArray, average: FloatArray) -> FloatArray:
        """(channels,): probability that the next hour brings under half of the average one."""
        flat = self.draws.of(gain) < 0.5 * self.draws.of(average)
        share: FloatArray = flat.mean(axis=1)
        return share

    def in_the_long_run(self, levels: FloatArray) -> FloatArray:
        """(channels, levels, hypotheses): worth a week of steady hours (channels, levels)."""
        effort = levels / self.posterior.typical[:, np.newaxis]
        counted = values(effort[..., np.newaxis])[..., 0]  # (c, levels, shapes)
        amounts: FloatArray = (
            np.repeat(counted, len(MEMORIES), axis=2) / self.posterior.raw_mean[:, np.newaxis]
        )
        return amounts

    def evenly(self) -> FloatArray:
        """(channels, hypotheses): worth of the window, had its hours been spread evenly."""
        mean = self.hours[:, np.newaxis] / self.panel.weeks
        total: FloatArray = self.in_the_long_run(mean)[:, 0] * self.panel.weeks
        return total

    def by_week(self, known: FloatArray) -> tuple[Summary, Summary, Summary]:
        """
        Attributed by week, and return per hour over the last 4 and 13 weeks: (channels, weeks).

        Means are exact, variances those of a quarter of the draws.
        """
        posterior = self.posterior
        mean = (known @ posterior.effect_mean[:, :, np.newaxis])[:, :, 0]
        drawn = np.take_along_axis(known, self.draws.hypothesis[:, np.newaxis, ::4], axis=2)
        drawn *= self.draws.effect[:, np.newaxis, ::4]
        attributed = summary_of_moments(posterior, mean, mean**2 + variance_of(drawn))
        hours_so_far = np.cumsum(self.panel.hours, axis=1)
        mean_so_far = np.cumsum(mean, axis=1)
        np.cumsum(drawn, axis=1, out=drawn)
        trends = []
        for span in (SHORT_TREND, LONG_TREND):
            lately = window(mean_so_far, span)
            doubt = variance_of(window(drawn, span))
            caused = summary_of_moments(posterior, lately, lately**2 + doubt)
            spent = window(hours_so_far, span)
            with np.errstate(divide="ignore", invalid="ignore"):
                per_hour = np.where(spent > 0, posterior.scale[:, np.newaxis] / spent, np.nan)
            trends.append(caused.times(per_hour))
        return attributed.times(posterior.scale[:, np.newaxis]), trends[0], trends[1]

    def if_stopped(self) -> FloatArray:
        """(channels, BANK_WEEKS, hypotheses): what still comes of hours that were spent."""
        typical = self.posterior.typical[:, np.newaxis]
        earlier = np.zeros((len(self.hours), LAGS))
        spent = np.concatenate([earlier, self.panel.hours], axis=1)[:, -LAGS:] / typical
        effort = np.concatenate([spent, np.zeros((len(self.hours), BANK_WEEKS))], axis=1)
        at_work = carried_over(effort, np.zeros(len(self.hours)))[:, LAGS:]
        left: FloatArray = values(at_work).reshape(*at_work.shape[:2], -1)
        left /= self.posterior.raw_mean[:, np.newaxis]
        return left

    def counted_ahead(self) -> Summary:
        """(channels, ahead): forecast of what will be counted."""
        mean, variance = self.posterior.ahead_mean, self.posterior.ahead_variance
        step = (step_of(self.panel.worth) / self.posterior.scale)[:, np.newaxis]
        quantiles = [
            in_steps(gamma_quantile(mean, variance, np.array(p)), step) for p in (LOW, MIDDLE, HIGH)
        ]
        return Summary(np.maximum(mean, 0.0), *quantiles)

    def effects(self) -> list[Effect]:
        """Of each channel, every second draw: enough for quantiles of 5 and 95%."""
        posterior = self.posterior
        hypothesis = self.draws.hypothesis[:, ::2]
        raw_mean = np.take_along_axis(posterior.raw_mean, hypothesis, axis=1)
        amount = self.draws.effect[:, ::2] * posterior.scale[:, np.newaxis] / raw_mean
        return [
            Effect(
                typical=float(posterior.typical[c]),
                kernel=MEMORY_KERNEL[MEMORY_OF[hypothesis[c]]],
                shape=SHAPE_OF[hypothesis[c]],
                amount=amount[c],
            )
            for c in range(len(self.hours))
        ]

    def kernel(self) -> FloatArray:
        """(channels, LAGS): the carry-over, averaged over the hypotheses with an effect."""
        weight = self.posterior.weight.sum(axis=1).reshape(len(self.hours), len(SHAPES), -1)
        # One product a channel: a product of matrices would round a lone channel differently.
        by_kernel = (weight.sum(axis=1)[:, np.newaxis] @ KERNELS[MEMORY_KERNEL])[:, 0]
        shares: FloatArray = by_kernel / by_kernel.sum(axis=1, keepdims=True)
        return shares


def step_of(worth: FloatArray) -> FloatArray:
    """(channels,): the least week that is not nil, where all are multiples of it; else 0."""
    size = np.abs(worth)
    least = np.where(size > 0, size, np.inf).min(axis=1, keepdims=True)
    steps = worth / least
    whole = np.abs(steps - np.rint(steps)).max(axis=1) < 1e-6
    # Weeks that are all but the same tell of no steps.
    differing = (np.diff(np.sort(np.rint(steps), axis=1), axis=1) > 0).sum(axis=1) >= 3
    return np.where(whole & differing, least[:, 0], 0.0)


def in_steps(quantile: FloatArray, step: FloatArray) -> FloatArray:
    """
    Of a count that comes in steps, from the quantile of a continuous quantity.

    The least count k with F(k + 1/2) >= p, the usual correction for continuity (Feller, "An
    Introduction to Probability Theory and Its Applications", volume 1, 1968, section VII.2).
    """
    divisor = np.where(step > 0, step, 1.0)
    stepped: FloatArray = np.where(
        step > 0, np.maximum(np.ceil(quantile / divisor - 0.5), 0.0) * divisor, quantile
    )
    return stepped


def variance_of(drawn: FloatArray) -> FloatArray:
    """Over the last axis; some times as fast as numpy's own."""
    mean = drawn.mean(axis=-1)
    variance: FloatArray = np.maximum(
        np.einsum("...d,...d->...", drawn, drawn) / drawn.shape[-1] - mean * mean, 0.0
    )
    return variance


def window(so_far: FloatArray, span: int) -> FloatArray:
    """Sums over the last `span` weeks, from sums so far along axis 1; fewer weeks at the start."""
    sums = so_far.copy()
    sums[:, span:] -= so_far[:, :-span]
    return sums


def weeks_until(kernel: FloatArray, share: float) -> float:
    """Weeks from an hour until `share` of its effect has come, evenly within each week."""
    come = np.concatenate([[0.0], np.cumsum(kernel)])
    return float(np.interp(share, come, np.arange(len(come))))


def evidence_of(
    history: History, per_hour: Summary, next_hour: Summary, p_flattening: float
) -> Evidence:
    hours, total = history.hours, float(history.hours.sum())
    return Evidence(
        as_of=history.first_week + len(hours) * WEEK,
        effort_since=history.first_week + int(np.argmax(hours > 0)) * WEEK,
        expected_delay_weeks=history.expected_delay_weeks,
        worth_per_hour=float(history.worth.sum()) / total,
        return_per_hour_low=float(per_hour.q05),
        return_per_hour_high=float(per_hour.q95),
        next_hour_high=float(next_hour.q95),
        hours_rising=are_rising(hours),
        p_flattening=float(p_flattening),
    )


def are_rising(hours: FloatArray) -> bool:
    """Whether the last 13 weeks took clearly more hours than the 13 weeks before them."""
    if len(hours) < 2 * RECENT_WEEKS:
        return False
    now, before = hours[-RECENT_WEEKS:], hours[-2 * RECENT_WEEKS : -RECENT_WEEKS]
    return float(now.sum()) > RISING_BY * float(before.sum())


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
