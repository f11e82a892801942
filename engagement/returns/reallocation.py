"""
Where a sum of weekly hours brings most, channel by channel.

Curves may be S-shaped: the next hour on a channel may bring little and the fifth much, so that
going by the best next hour can stop short. The division of a sum among independent uses is the
first example of dynamic programming (Bellman, "Dynamic Programming", 1957, chapter 1), which
needs no particular shape.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engagement.returns.effect import Effect
from engagement.returns.quantiles import Summary, summary_of_draws
from engagement.returns.together import drawn_together

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

MOST_STEPS = 80
STEPS = (0.25, 0.5, 1.0, 2.0, 5.0)  # hours; larger sums in the last one's multiples
NOTHING = 1e-9  # hours: what rounding makes of a sum


@dataclass(frozen=True, slots=True)
class Reallocation:
    """Weekly hours by channel, and what the change is worth a week in the long run."""

    before: FloatArray  # (channels,)
    after: FloatArray  # (channels,)
    next_hour: Summary  # (channels,): the long-run return of one more, at the hours after
    by_channel: Summary  # (channels,): long-run gain over the hours before, negative where cut
    gain: Summary  # (): of all channels together
    p_better: float  # probability that the gain is above nil


def reallocate(
    effects: Sequence[Effect],
    present: FloatArray,
    *,
    total: float,
    least: FloatArray,
    most: FloatArray,
) -> Reallocation:
    """
    The division of `total` weekly hours that brings most on average in the long run.

    `present`, `least` and `most` are weekly hours (channels,); no channel gets less than its
    `least` or more than its `most`, which may be infinite. Sought in steps of a quarter hour or as
    many more as make MOST_STEPS of them, and what is left of a step goes where it brings most.
    Where the present division has this total and lies within the bounds, the answer is never
    worse on average. Raises ValueError where no division keeps to the bounds.
    """
    refuse_impossible(total, least, most)
    after = divided(effects, total, least, most)
    if can_stay(present, total, least, most) and (
        mean_return(effects, after) <= mean_return(effects, present)
    ):
        after = present.copy()
    gained = np.stack(
        [
            np.diff(effect.steady(np.array(hours)), axis=1)[:, 0]
            for effect, *hours in zip(effects, present, after, strict=True)
        ]
    )
    next_hour = np.stack(
        [effect.next_hour(hours) for effect, hours in zip(effects, after, strict=True)]
    )
    together = drawn_together(gained)
    return Reallocation(
        before=present,
        after=after,
        next_hour=summary_of_draws(next_hour, next_hour.mean(axis=1)),
        by_channel=summary_of_draws(gained, gained.mean(axis=1)),
        gain=summary_of_draws(together, gained.mean(axis=1).sum()),
        p_better=float((together > 0).mean()),
    )


def refuse_impossible(total: float, least: FloatArray, most: FloatArray) -> None:
    if not len(least):
        raise ValueError("there is no channel to spend hours on")
    if not np.isfinite([total, *least]).all() or np.isnan(most).any():
        raise ValueError("hours must be numbers")
    if (least < 0).any():
        raise ValueError("no channel can get less than 0 hours a week")
    if (least > most).any():
        raise ValueError("a channel's minimum is above its maximum")
    if total < least.sum() - NOTHING:
        raise ValueError(
            f"the minimums add up to {least.sum():g} hours a week, which is more than {total:g}"
        )
    if total > most.sum() + NOTHING:
        raise ValueError(
            f"the maximums add up to {most.sum():g} hours a week, which is less than {total:g}"
        )


def can_stay(present: FloatArray, total: float, least: FloatArray, most: FloatArray) -> bool:
    within = (present >= least - NOTHING) & (present <= most + NOTHING)
    return bool(within.all()) and abs(float(present.sum()) - total) <= NOTHING


def mean_return(effects: Sequence[Effect], hours: FloatArray) -> float:
    """Long-run worth a week of steady hours (channels,)."""
    return sum(
        float(effect.steady(np.array([level])).mean())
        for effect, level in zip(effects, hours, strict=True)
    )


def divided(
    effects: Sequence[Effect], total: float, least: FloatArray, most: FloatArray
) -> FloatArray:
    """(channels,): the best division in whole steps from `least`, and then what is left of them."""
    free = max(total - float(least.sum()), 0.0)
    step = step_for(free)
    steps = int((free + NOTHING / 10) / step)
    ladder = np.arange(steps + 1) * step
    levels = np.minimum(least[:, np.newaxis] + ladder, most[:, np.newaxis])
    means = np.stack(
        [effect.steady(own).mean(axis=0) for effect, own in zip(effects, levels, strict=True)]
    )
    # Steps beyond a maximum bring nothing; they are part of the rest.
    taken = best_steps(means)
    after = levels[np.arange(len(taken)), taken]
    return with_rest(effects, after, total - float(after.sum()), most)


def step_for(free: float) -> float:
    """The smallest of STEPS of which MOST_STEPS are enough for `free` hours."""
    for step in STEPS:
        if free <= step * MOST_STEPS + NOTHING:
            return step
    return float(STEPS[-1] * np.ceil(free / (STEPS[-1] * MOST_STEPS)))


def best_steps(means: FloatArray) -> IndexArray:
    """
    (channels,): how many steps each takes, all of them together, for the largest sum.

    `means` (channels, steps + 1) is what a channel brings with 0, 1 … steps. Channel by channel,
    the best that those so far make of every number of steps: channels x steps² sums.
    """
    channels, columns = means.shape
    spent = np.arange(columns)
    own = spent[:, np.newaxis] - spent  # [all, others]: what is left for the channel itself
    best = means[0]
    choices = np.empty((channels, columns), dtype=np.intp)
    choices[0] = spent
    for channel in range(1, channels):
        sums = np.where(own >= 0, means[channel][own] + best, -np.inf)
        others = sums.argmax(axis=1)
        best = sums[spent, others]
        choices[channel] = spent - others
    taken = np.empty(channels, dtype=np.intp)
    left = columns - 1
    for channel in range(channels - 1, -1, -1):
        taken[channel] = choices[channel, left]
        left -= int(taken[channel])
    return taken


def with_rest(
    effects: Sequence[Effect], hours: FloatArray, rest: float, most: FloatArray
) -> FloatArray:
    """`hours` with less than a step, or what steps cut short left over, where it brings most."""
    filled = hours.copy()
    for _ in effects:  # each time either the rest is spent or a channel is full
        more = np.maximum(np.minimum(most - filled, rest), 0.0)
        gains = [
            np.diff(effect.steady(np.array([level, level + extra])), axis=1).mean() / extra
            if extra > 0
            else -np.inf
            for effect, level, extra in zip(effects, filled, more, strict=True)
        ]
        chosen = int(np.argmax(gains))
        filled[chosen] += more[chosen]
        rest -= float(more[chosen])
    return filled
