"""
What the estimate costs, and how it fares where the truth is known: `make bench`.

Times are of this machine on this day; ratios are of one and the same run. Every bar is printed
with what was asked, what was measured, over all and from seed to seed, and met or missed.
"""

from __future__ import annotations

import argparse
import os
import platform
import resource
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from engagement.returns.effect import Effect
from engagement.returns.estimate import MODEL_VERSION, History, estimate, estimate_many
from engagement.returns.forecast import brought_by_week
from engagement.returns.quantiles import summary_of_draws
from engagement.returns.reallocation import reallocate
from engagement.returns.together import summary_together
from tests.engagement.returns.bars import (
    FOREIGN_FORMS,
    NO_EFFECT,
    OWN_FORMS,
    Bar,
    Reading,
    Rule,
    missed_by,
    readings,
)
from tests.engagement.returns.calibration import Measures, Score, measures, overall, score_of
from tests.engagement.returns.simulator import (
    FAMILIES,
    FIRST_WEEK,
    FOREIGN_FAMILIES,
    Series,
)

CHANNELS, WEEKS = 500, 104
TEAM, AHEAD = 8, 13  # a team's channels, and the weeks that a what-if looks at
RUNS = 5
BATCH = Bar(f"{CHANNELS} channels of {WEEKS} weeks", most=0.5, below=True, unit="s")
SINGLE = Bar(f"one channel of {WEEKS} weeks", most=10.0, below=True, unit="ms")
PEAK = Bar("peak memory", most=500.0, below=True, unit="MB")
WHAT_IF = Bar(f"what-if for {TEAM} channels", most=5.0, below=True, unit="ms")

FAMILY_LINE = "{:18} {:>4} {:>6} {:>6} {:>6} {:>6} {:>6} {:>8}  {:>6} {:>6} {:>6} {:>6} {:>7}  {}"
BAR_LINE = "{:32} {:>15} {:>11} {:>20}  {:7} {}"


def machine() -> None:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    print(f"{processor()}, {cores} cores, {platform.system()} {platform.machine()}")
    print(f"Python {platform.python_version()}, numpy {np.__version__}, model {MODEL_VERSION}")


def processor() -> str:
    """The model's name as Linux tells it, elsewhere as Python does."""
    listed = Path("/proc/cpuinfo")
    if listed.exists():
        for line in listed.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or "unknown processor"


def seconds(work: Callable[[], object]) -> list[float]:
    """Processor time of RUNS runs after one that is not counted, in order."""
    work()
    taken = []
    for _ in range(RUNS):
        begun = time.process_time()
        work()
        taken.append(time.process_time() - begun)
    return sorted(taken)


def speed() -> list[Reading]:
    histories = made_up(CHANNELS)
    many = seconds(lambda: estimate_many(histories))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    one = seconds(lambda: estimate(histories[0]))
    loop = seconds(lambda: [estimate(history) for history in histories])
    print(f"a loop over the {CHANNELS}: {loop[RUNS // 2]:.3f} s on one core, ", end="")
    print(f"{loop[RUNS // 2] / many[RUNS // 2]:.1f} times as long as one call for all of them")
    return [
        Reading(BATCH, many[RUNS // 2], tuple(many)),
        Reading(SINGLE, one[RUNS // 2] * 1000, tuple(each * 1000 for each in one)),
        Reading(PEAK, peak),
        later_questions(),
    ]


def made_up(channels: int) -> list[History]:
    chance = np.random.default_rng(1)
    return [
        History(
            first_week=FIRST_WEEK,
            hours=chance.gamma(2.0, 2.0, WEEKS),
            worth=chance.poisson(100, WEEKS).astype(np.float64),
            events=np.zeros(WEEKS, dtype=np.bool_),
        )
        for _ in range(channels)
    ]


def later_questions() -> Reading:
    """What a team asks of the draws that are kept: what if, and where the hours would do best."""
    histories = made_up(TEAM)
    effects = [each.effect for each in estimate_many(histories) if each.effect is not None]
    before = np.stack([history.hours for history in histories])
    lately = before[:, -AHEAD:].mean(axis=1)
    taken = [each * 1000 for each in seconds(lambda: what_if(effects, before, 1.5 * lately))]
    most = 2.0 * lately
    division = seconds(
        lambda: reallocate(
            effects, lately, total=float(lately.sum()), least=np.zeros(TEAM), most=most
        )
    )
    print(f"{lately.sum():.0f} hours divided anew among {TEAM} channels: ", end="")
    print(f"{division[RUNS // 2] * 1000:.1f} ms")
    return Reading(WHAT_IF, taken[RUNS // 2], tuple(taken))


def what_if(effects: Sequence[Effect], before: Series, hours: Series) -> None:
    """Steady `hours` (channels,) against the last week's, by channel and together, with bands."""
    scenarios = np.stack(
        [np.tile(each[:, np.newaxis], AHEAD) for each in (before[:, -1], hours)], axis=1
    )
    brought = brought_by_week(effects, before, scenarios).sum(axis=3)
    difference = brought[:, 1] - brought[:, 0]
    summary_of_draws(difference, difference.mean(axis=1))
    summary_together(difference)


def calibration(
    families: Sequence[str], rules: Sequence[Rule], seeds: Sequence[range], *, foreign: bool
) -> list[Reading]:
    print(f"{'':23} {'estimate':-^43}  {'lagged regression':-^27} {'ratio':-^7}")
    print(
        FAMILY_LINE.format(
            *("family", "n", "held", "claims", "error", "score", "hour", "forecast"),
            *("held", "claims", "error", "score", "error", "bars"),
        )
    )
    by_seed: list[Mapping[str, list[Measures]]] = [
        {family: measures(family, numbers, foreign=foreign) for family in families}
        for numbers in seeds
    ]
    scores = [
        score_of(family, [each for seed in by_seed for each in seed[family]]) for family in families
    ]
    for each in scores:
        missed = missed_by(each, rules)
        print(row_of(each, f"missed: {', '.join(missed)}" if missed else "met"))
    print(row_of(overall(scores), ""))
    return readings(rules, by_seed)


def row_of(score: Score, bars: str) -> str:
    def number(value: float) -> str:
        return "" if np.isnan(value) else f"{value:.2f}"

    has_claims = score.family == NO_EFFECT
    return FAMILY_LINE.format(
        score.family,
        score.channels,
        f"{score.coverage:.0%}",
        f"{score.claims:.0%}" if has_claims else "",
        number(score.error),
        number(score.interval_score),
        f"{score.next_hour:.0%}",
        f"{score.forecast:.0%}",
        f"{score.regression_coverage:.0%}",
        f"{score.regression_claims:.0%}" if has_claims else "",
        number(score.regression_error),
        number(score.regression_interval_score),
        number(score.naive_error),
        bars,
    )


def print_bars(title: str, told: Sequence[Reading], spread: str) -> None:
    print(f"\n{title}")
    print(BAR_LINE.format("bar", "asked", "measured", spread, "", ""))
    for each in told:
        values = [each.bar.told(value) for value in sorted(each.by_seed)]
        print(
            BAR_LINE.format(
                each.bar.name,
                each.bar.asked,
                each.bar.told(each.value),
                f"{values[0]} to {values[-1]}" if values else "",
                "met" if each.met else "MISSED",
                each.where,
            )
        )


def main(channels: int, seeds: Sequence[int]) -> None:
    machine()
    cost = speed()
    numbers = [range(seed * 10_000, seed * 10_000 + channels) for seed in seeds]
    print(f"\n{channels} channels a family for each of the seeds {', '.join(map(str, seeds))}")
    print("\nForms of the estimator's own kind")
    own = calibration(FAMILIES, OWN_FORMS, numbers, foreign=False)
    print("\nForeign forms: none is on the estimator's grid")
    foreign = calibration(FOREIGN_FAMILIES, FOREIGN_FORMS, numbers, foreign=True)
    print(
        "\nheld: the 90% interval of attributed responses holds the truth. claims: it excludes nil."
        "\nerror: median relative error. score: interval score by the organic total. hour, forecast:"
        "\n90% intervals of the next hour's return and of the counts 8 weeks ahead hold the truth."
        "\nlagged regression: least squares on hours of five weeks. ratio: responses / hours."
    )
    print_bars("Cost, on one core", cost, "run to run")
    print_bars("Own kind of form", own, "seed to seed")
    print_bars("Foreign forms", foreign, "seed to seed")
    told = [*cost, *own, *foreign]
    missed = sum(not each.met for each in told)
    print(f"\n{len(told) - missed} of {len(told)} bars met.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--channels", type=int, default=40, help="a family and seed (40)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    options = parser.parse_args()
    main(options.channels, options.seeds)
