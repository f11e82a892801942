"""The bars that the estimate is held to on channels whose truth is known, met or missed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from tests.engagement.returns.calibration import Measures, Score, overall, score_of

NO_EFFECT = "no effect"


@dataclass(frozen=True, slots=True)
class Bar:
    """What is asked for: at least `least` and at most `most`, both included unless `below`."""

    name: str
    least: float = 0.0
    most: float = float("inf")
    below: bool = False  # strictly under `most`
    unit: str = ""  # "%" for shares

    def is_met(self, value: float) -> bool:
        if np.isnan(value):
            return False
        under = value < self.most if self.below else value <= self.most
        return self.least <= value and under

    def told(self, value: float) -> str:
        return f"{value:.1%}" if self.unit == "%" else f"{value:.3f}{self.unit and ' ' + self.unit}"

    @property
    def asked(self) -> str:
        def plain(value: float) -> str:
            return (
                f"{value:.0%}" if self.unit == "%" else f"{value:g}{self.unit and ' ' + self.unit}"
            )

        if self.least and np.isfinite(self.most):
            return f"{plain(self.least)} to {plain(self.most)}"
        if self.least:
            return f"at least {plain(self.least)}"
        return f"{'below' if self.below else 'at most'} {plain(self.most)}"


@dataclass(frozen=True, slots=True)
class Reading:
    """A bar with what was measured, over all seeds together and from seed to seed."""

    bar: Bar
    value: float
    by_seed: tuple[float, ...] = ()
    where: str = ""  # the worst family

    @property
    def met(self) -> bool:
        return self.bar.is_met(self.value)


@dataclass(frozen=True, slots=True)
class Rule:
    bar: Bar
    value: Callable[[Sequence[Score]], float]
    worst: str = ""  # the measure whose worst family is meant


def of_all(measure: str) -> Callable[[Sequence[Score]], float]:
    return lambda scores: float(getattr(overall(scores), measure))


def of_worst(measure: str) -> Callable[[Sequence[Score]], float]:
    return lambda scores: float(min(getattr(each, measure) for each in scores))


def false_claims(scores: Sequence[Score]) -> float:
    return next(each.claims for each in scores if each.family == NO_EFFECT)


OWN_FORMS = (
    Rule(Bar("attributed held, over all", 0.88, 0.95, unit="%"), of_all("coverage")),
    Rule(Bar("attributed held, worst", 0.80, unit="%"), of_worst("coverage"), "coverage"),
    Rule(Bar("claims where there is nothing", most=0.03, unit="%"), false_claims),
    Rule(Bar("median relative error", most=0.27), of_all("error")),
    Rule(Bar("next hour held, over all", 0.88, unit="%"), of_all("next_hour")),
    Rule(Bar("next hour held, worst", 0.80, unit="%"), of_worst("next_hour"), "next_hour"),
    Rule(Bar("forecast held, 8 weeks ahead", 0.86, 0.94, unit="%"), of_all("forecast")),
    Rule(Bar("interval score", most=0.75, below=True), of_all("interval_score")),
)
FOREIGN_FORMS = (
    Rule(Bar("attributed held, over all", 0.86, 0.95, unit="%"), of_all("coverage")),
    Rule(Bar("attributed held, worst", 0.75, unit="%"), of_worst("coverage"), "coverage"),
    Rule(Bar("next hour held, over all", 0.84, unit="%"), of_all("next_hour")),
)


def readings(
    rules: Sequence[Rule], by_seed: Sequence[Mapping[str, Sequence[Measures]]]
) -> list[Reading]:
    """Each rule's, from the measures of each seed by family; all seeds have the same families."""
    pooled = [
        score_of(family, [each for seed in by_seed for each in seed[family]])
        for family in by_seed[0]
    ]
    alone = [[score_of(family, each) for family, each in seed.items()] for seed in by_seed]
    return [
        Reading(
            bar=rule.bar,
            value=rule.value(pooled),
            by_seed=tuple(rule.value(scores) for scores in alone),
            where=worst_family(pooled, rule.worst) if rule.worst else "",
        )
        for rule in rules
    ]


def worst_family(scores: Sequence[Score], measure: str) -> str:
    return min(scores, key=lambda each: float(getattr(each, measure))).family


def missed_by(score: Score, rules: Sequence[Rule]) -> list[str]:
    """The bars of single families that `score` misses."""
    missed = [
        rule.worst.replace("_", " ")
        for rule in rules
        if rule.worst and not rule.bar.is_met(float(getattr(score, rule.worst)))
    ]
    claims = [rule for rule in rules if rule.value is false_claims and score.family == NO_EFFECT]
    return missed + ["claims" for rule in claims if not rule.bar.is_met(score.claims)]
