"""
Channels whose truth is known, in nine families, in the estimator's own forms and in foreign ones.

Written from the description of the families and not from the estimator: what hours cause is
drawn from kernels and saturations of which some are on the estimator's grid, some are not, and
with `foreign` none is (gamma-shaped carry-over with tails past 13 weeks, powers and ratios).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from engagement.returns.estimate import History

Series = npt.NDArray[np.float64]
Curve = Callable[[Series], Series]

FAMILIES = (
    "steady",
    "bursts",
    "no effect",
    "growth",
    "launches",
    "viral weeks",
    "delayed, S-shaped",
    "small counts",
    "short",
)
FOREIGN_FAMILIES = tuple(name for name in FAMILIES if name not in {"no effect", "short"})
AHEAD = 8
FIRST_WEEK = date(2023, 1, 2)


@dataclass(frozen=True, slots=True)
class Channel:
    """What an estimator may see, and what is true."""

    history: History  # with AHEAD weeks of planned hours
    counted_ahead: Series
    attributed: float  # over the known weeks, expected counts
    organic: float  # the same of what would have come anyway
    next_hour: float  # long-run gain of one more hour a week at the mean of the last 13 weeks


def simulate(family: str, seed: int, *, foreign: bool = False) -> Channel:
    """One channel; the same arguments give the same channel."""
    chance = np.random.default_rng([seed, FAMILIES.index(family), int(foreign)])
    weeks = int(chance.integers(8, 15) if family == "short" else chance.integers(60, 131))
    every = weeks + AHEAD
    usual = chance.uniform(2.0, 10.0)
    events = np.zeros(every)
    hours = hours_of(family, chance, every, usual)
    organic = organic_of(family, chance, every)
    if family == "launches":
        for _ in range(int(chance.integers(3, 7))):
            week = int(chance.integers(0, every))
            events[week] = 1.0
            hours[week] = usual * chance.uniform(2.0, 3.5)
        organic = organic * (1.0 + events * chance.uniform(0.5, 1.5))
    kernel, curve = forms(family, chance, foreign=foreign)
    counting = curve(np.convolve(hours / usual, kernel)[:every])
    share = (
        0.0 if family == "no effect" else float(np.exp(chance.uniform(np.log(0.1), np.log(1.5))))
    )
    effect = share * organic[:weeks].mean() / max(counting[:weeks].mean(), 1e-9)
    caused = effect * counting
    counted = chance.poisson((organic + caused) * noise_of(family, chance, every, weeks))
    recent = hours[max(0, weeks - 13) : weeks].mean() / usual
    around = np.array([max(recent - 1e-4, 0.0), recent + 1e-4])
    below, above = curve(around)
    return Channel(
        history=History(
            first_week=FIRST_WEEK,
            hours=hours[:weeks],
            worth=counted[:weeks].astype(np.float64),
            events=events[:weeks] > 0,
            hours_ahead=hours[weeks:],
            events_ahead=events[weeks:] > 0,
        ),
        counted_ahead=counted[weeks:].astype(np.float64),
        attributed=float(caused[:weeks].sum()),
        organic=float(organic[:weeks].sum()),
        next_hour=float(effect * (above - below) / (around[1] - around[0]) / usual),
    )


def hours_of(family: str, chance: np.random.Generator, every: int, usual: float) -> Series:
    mood = np.zeros(every)
    steps = chance.normal(size=every)
    for week in range(every):
        mood[week] = 0.7 * (mood[week - 1] if week else 0.0) + 0.7 * steps[week]
    hours = usual * np.exp(0.35 * mood * chance.uniform(0.6, 1.4))
    if family == "bursts":
        hours = usual * 0.4 * np.exp(0.2 * chance.normal(size=every))
        for _ in range(max(3, every // 14)):
            start, length = int(chance.integers(0, every - 3)), int(chance.integers(1, 4))
            hours[start : start + length] = usual * chance.uniform(2.0, 5.0)
    if family == "growth" or (family == "no effect" and chance.random() < 0.4):
        hours = hours * np.linspace(0.5, chance.uniform(1.5, 3.0), every)
    hours[chance.random(every) < 0.04] = 0.0
    return hours


def organic_of(family: str, chance: np.random.Generator, every: int) -> Series:
    if family == "small counts":
        level = chance.uniform(1.0, 3.0)
    else:
        level = float(np.exp(chance.uniform(np.log(20.0), np.log(600.0))))
    rise = chance.uniform(0.5, 1.5) if family == "growth" else chance.uniform(-0.3, 0.4)
    drift = np.cumsum(chance.normal(size=every)) * chance.uniform(0.0, 0.02)
    organic: Series = (
        level * (1.0 + rise * np.linspace(0.0, 1.0, every)) * np.exp(drift - drift.mean())
    )
    if chance.random() < 0.5:
        season = np.sin(2.0 * np.pi * (np.arange(every) / 52.18 + chance.random()))
        organic = organic * (1.0 + chance.uniform(0.05, 0.2) * season)
    return organic


def forms(family: str, chance: np.random.Generator, *, foreign: bool) -> tuple[Series, Curve]:
    """The kernel and the saturation that are true."""
    if foreign:
        lags = np.arange(40) + 0.5
        kernel = lags ** (chance.uniform(1.0, 3.0) - 1.0) * np.exp(-lags / chance.uniform(0.8, 3.5))
        if chance.random() < 0.5:
            exponent = chance.uniform(0.4, 0.9)
            return kernel / kernel.sum(), lambda z: z**exponent
        half = chance.uniform(0.3, 2.5)
        return kernel / kernel.sum(), lambda z: z / (half + z)
    weeks_after = np.arange(26)
    if family == "delayed, S-shaped":
        kernel = chance.uniform(0.6, 0.9) ** ((weeks_after - chance.uniform(2.0, 6.0)) ** 2)
        half, power = chance.uniform(0.6, 1.4), chance.uniform(1.6, 3.0)
        return kernel / kernel.sum(), lambda z: z**power / (half**power + z**power)
    if chance.random() < 0.7:
        kernel = chance.uniform(0.0, 0.8) ** weeks_after
    else:
        kernel = chance.uniform(0.3, 0.8) ** ((weeks_after - chance.uniform(1.0, 4.0)) ** 2)
    rate = np.log(2.0) / chance.uniform(0.5, 2.5)
    return kernel / kernel.sum(), lambda z: 1.0 - np.exp(-rate * z)


def noise_of(family: str, chance: np.random.Generator, every: int, weeks: int) -> Series:
    """Factors on the expected counts: overdispersed, heavy-tailed, now and then viral."""
    spread = chance.uniform(0.08, 0.3)
    if chance.random() < 0.6:
        noise = chance.gamma(1.0 / spread**2, spread**2, every)
    else:
        noise = np.exp(spread * np.clip(chance.standard_t(5, every), -8.0, 8.0))
    if family == "viral weeks":
        for _ in range(int(chance.integers(2, 5))):
            noise[int(chance.integers(0, weeks))] *= chance.uniform(2.0, 5.0)
    return noise
