"""Every number of an estimate, for channels with equally many weeks at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from engagement.returns.answer import BANK_WEEKS, CURVE_STEPS, WEEK, Estimate, History
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
    summary_of_amounts,
    summary_of_draws,
    summary_of_moments,
)
from engagement.returns.saturation import SHAPES, slopes, values
from engagement.returns.verdict import Evidence, judge

FloatArray = npt.NDArray[np.float64]

RECENT_WEEKS = 13
SHORT_TREND, LONG_TREND = 4, 13
RISING_BY = 1.1  # the last 13 weeks' hours against the 13 weeks before


def panel_of(histories: Sequence[History]) -> Panel:
    def stacked(series: str) -> FloatArray:
        return np.stack([np.asarray(getattr(h, series), dtype=np.float64) for h in histories])

    return Panel(
        hours=stacked("hours"),
        worth=stacked("worth"),
        events=stacked("events"),
        hours_ahead=stacked("hours_ahead"),
        events_ahead=stacked("events_ahead"),
        share_mean=np.array([history.share.mean for history in histories]),
        share_deviation=np.array([history.share.deviation for history in histories]),
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

        Means are exact, variances those of every sixth draw.
        """
        posterior = self.posterior
        mean = (known @ posterior.effect_mean[:, :, np.newaxis])[:, :, 0]
        drawn = np.take_along_axis(known, self.draws.hypothesis[:, np.newaxis, ::6], axis=2)
        drawn *= self.draws.effect[:, np.newaxis, ::6]
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
    Introduction to Probability Theory and Its Applications", volume 1, 1968, chapter VII).
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
