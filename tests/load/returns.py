"""
What the estimate costs, and how it fares where the truth is known: `make bench`.

Times are of this machine on this day; the ratio to a plain loop is of one and the same run.
"""

from __future__ import annotations

import argparse
import platform
import resource
import time
from collections.abc import Callable

import numpy as np

from engagement.returns.estimate import History, estimate, estimate_many
from tests.engagement.returns.calibration import Score, overall, score
from tests.engagement.returns.simulator import (
    FAMILIES,
    FIRST_WEEK,
    FOREIGN_FAMILIES,
)

CHANNELS, WEEKS = 500, 104
RUNS = 5
LINE = "{:20} {:>8} {:>9} {:>7} {:>7} {:>9} {:>10} {:>9} {:>12}"


def seconds(work: Callable[[], object]) -> list[float]:
    """Processor time of RUNS runs after one that is not counted, in order."""
    work()
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return sorted(taken)


def speed() -> None:
    chance = np.random.default_rng(1)
    histories = [
        History(
            first_week=FIRST_WEEK,
            hours=chance.gamma(2.0, 2.0, WEEKS),
            worth=chance.poisson(100, WEEKS).astype(np.float64),
            events=np.zeros(WEEKS, dtype=np.bool_),
        )
        for _ in range(CHANNELS)
    ]
    many = seconds(lambda: estimate_many(histories))
    one = seconds(lambda: estimate(histories[0]))
    loop = seconds(lambda: [estimate(history) for history in histories])
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{platform.machine()}, Python {platform.python_version()}, numpy {np.__version__}")
    print(f"{CHANNELS} channels of {WEEKS} weeks in one call: {in_words(many)} s on one core")
    print(f"one channel: {in_words([each * 1000 for each in one])} ms")
    print(f"a loop over the {CHANNELS}: {in_words(loop)} s, {loop[2] / many[2]:.1f} times as long")
    print(f"peak memory {peak:.0f} MB")


def in_words(ordered: list[float]) -> str:
    """Median, smallest and largest of an ordered list."""
    return f"{ordered[len(ordered) // 2]:.3f} ({ordered[0]:.3f} to {ordered[-1]:.3f})"


def calibration(channels: int, seeds: tuple[int, ...]) -> None:
    print(f"\nCalibration, {channels} channels a family for each of the seeds {seeds}")
    for title, families, foreign in (
        ("own forms", FAMILIES, False),
        ("foreign forms", FOREIGN_FAMILIES, True),
    ):
        print(f"\n{title}")
        print(
            LINE.format(
                *("family", "channels", "coverage", "claims", "error"),
                *("int.score", "next hour", "forecast", "naive error"),
            )
        )
        numbers = [seed * 10_000 + n for seed in seeds for n in range(channels)]
        scores = [score(family, numbers, foreign=foreign) for family in families]
        for each in [*scores, overall(scores)]:
            print(row_of(each))
    print(
        "\ncoverage: the 90% interval of attributed responses holds the truth. claims: it excludes"
        "\nnil. error: median relative error. int.score: interval score by the organic total."
        "\nnext hour, forecast: their 90% intervals hold the truth. naive error: of responses / hours."
    )


def row_of(each: Score) -> str:
    return LINE.format(
        each.family,
        each.channels,
        f"{each.coverage:.0%}",
        f"{each.claims:.0%}" if each.family == "no effect" else "",
        "" if np.isnan(each.error) else f"{each.error:.2f}",
        f"{each.interval_score:.2f}",
        f"{each.next_hour:.0%}",
        f"{each.forecast:.0%}",
        "" if np.isnan(each.naive_error) else f"{each.naive_error:.2f}",
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=40, help="a family and seed (40)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    speed()
    calibration(options.channels, tuple(options.seeds))
