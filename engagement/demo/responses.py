"""
What came back to Tideline: daily counts per channel and metric, drawn around the truth.

A week's expected count is what comes anyway plus what the hours caused; what is counted
scatters more than chance alone would have it, as counts of people do (gamma-Poisson).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from engagement.demo.channels import CHANNELS, ChannelStory
from engagement.demo.hours import SEED, Logged, logged_hours
from engagement.demo.story import EVENTS, UNEXPLAINED, WEEKS, WORTH
from engagement.demo.truth import MetricTruth, Series

DAILY_NOISE = 0.22  # Coefficient of variation of a day's rate, beside what the week shares.
WANDER = 0.05  # Standard deviation of the slow wandering of the organic level.


@dataclass(frozen=True, slots=True)
class Counted:
    """One response row."""

    channel: str
    metric: str
    day: int
    count: int


def event_lift(channel: ChannelStory) -> Series:
    """The lift of events that `channel` could feel, per week; 1 where nothing happened."""
    factors = np.ones(WEEKS)
    for event in EVENTS:
        if event.channel not in (None, channel.name):
            continue
        for after, factor in enumerate(event.lift):
            if event.week + after < WEEKS:
                factors[event.week + after] *= factor
    return factors


def slow_wander(channel_number: int) -> Series:
    """A smooth multiplicative drift of the organic level that nobody can explain; about 1."""
    draw = np.random.default_rng([SEED, 2, channel_number])
    steps = draw.normal(0, 1, WEEKS + 24)
    smooth = np.convolve(steps, np.hanning(26)[1:-1], mode="valid")[:WEEKS]
    drift: Series = 1 + WANDER * (smooth - smooth.mean()) / smooth.std()
    return drift


def organic_counts(channel: ChannelStory, metric: MetricTruth) -> Series:
    """Expected counts per week without any hours, events and drift included."""
    drift = slow_wander(CHANNELS.index(channel))
    return channel.truth.organic(metric, event_lift(channel)) * drift


def true_baseline(channel: ChannelStory) -> Series:
    """Expected worth per week without any hours; shape (WEEKS,)."""
    worth = np.zeros(WEEKS)
    for metric in channel.truth.metrics:
        worth += WORTH[metric.metric] * organic_counts(channel, metric)
    return worth


def true_attributed(channel: ChannelStory, entries: Sequence[Logged]) -> Series:
    """Expected worth per week that the logged hours caused; shape (WEEKS,)."""
    return channel.truth.attributed(logged_hours(entries, channel.name))


def all_counts(entries: Sequence[Logged]) -> list[Counted]:
    """Every response of the two years, the current week whole; by channel, metric and day."""
    counts: list[Counted] = []
    for number, channel in enumerate(CHANNELS):
        draw = np.random.default_rng([SEED, 3, number])
        caused = true_attributed(channel, entries)
        shape = 1 / channel.truth.weekly_noise**2
        shared = draw.gamma(shape, 1 / shape, WEEKS)
        for metric in channel.truth.metrics:
            expected = organic_counts(channel, metric)
            expected = expected + caused * metric.caused_share / WORTH[metric.metric]
            for (name, week), factor in UNEXPLAINED.items():
                if name == channel.name:
                    expected[week] *= factor
            counts += daily(channel, metric.metric, expected * shared, entries, draw)
    return counts


def daily(
    channel: ChannelStory,
    metric: str,
    expected: Series,
    entries: Sequence[Logged],
    draw: np.random.Generator,
) -> list[Counted]:
    """Spread weekly expectations over the days and draw what was counted on each."""
    weights = np.tile(np.asarray(channel.weekdays) / sum(channel.weekdays), (WEEKS, 1))
    if channel.evenings:
        met_on = np.zeros((WEEKS, 7))
        for entry in entries:
            if entry.channel == channel.name and entry.activity == "meet":
                met_on[divmod(entry.day, 7)] += entry.minutes
        met = met_on.sum(axis=1) > 0
        # Half of what a week brings is said on the evening itself or on the day after.
        spoken = met_on[met] / met_on[met].sum(axis=1, keepdims=True)
        weights[met] = 0.5 * weights[met] + 0.3 * spoken + 0.2 * np.roll(spoken, 1, axis=1)
    shape = 1 / DAILY_NOISE**2
    rates = expected[:, None] * weights * draw.gamma(shape, 1 / shape, (WEEKS, 7))
    drawn = draw.poisson(rates)
    return [
        Counted(channel=channel.name, metric=metric, day=7 * week + weekday, count=count)
        for week in range(channel.truth.first_week, WEEKS)
        for weekday in range(7)
        if (count := int(drawn[week, weekday])) or always_counted(channel, metric)
    ]


def always_counted(channel: ChannelStory, metric: str) -> bool:
    """Whether a day without any is told as 0: networks do so, people who type in do not."""
    return channel.medium == "online" and metric not in ("Leads", "Trials")
