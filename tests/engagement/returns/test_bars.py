"""A bench that prints `met` must be able to print `missed`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.engagement.returns.bars import (
    FOREIGN_FORMS,
    OWN_FORMS,
    Bar,
    missed_by,
    readings,
)
from tests.engagement.returns.calibration import Measures, score_of

GOOD = Measures(
    held=True,
    claimed=False,
    error=0.2,
    interval_score=0.5,
    next_hour=True,
    forecast=0.9,
    ratio_error=2.0,
    regression_held=False,
    regression_claimed=True,
    regression_error=0.9,
    regression_interval_score=3.0,
)
WRONG = replace(GOOD, held=False, next_hour=False, claimed=True)


@pytest.mark.parametrize(
    ("bar", "met", "missed", "asked"),
    [
        (Bar("", 0.88, 0.95, unit="%"), [0.88, 0.95], [0.879, 0.951], "88% to 95%"),
        (Bar("", 0.8, unit="%"), [0.8, 1.0], [0.79], "at least 80%"),
        (Bar("", most=0.27), [0.0, 0.27], [0.271, float("nan")], "at most 0.27"),
        (Bar("", most=0.5, below=True, unit="s"), [0.499], [0.5, 0.6], "below 0.5 s"),
    ],
)
def test_a_bar_is_met_up_to_its_ends(
    bar: Bar, met: list[float], missed: list[float], asked: str
) -> None:
    assert [bar.is_met(value) for value in met] == [True] * len(met)
    assert [bar.is_met(value) for value in missed] == [False] * len(missed)
    assert bar.asked == asked


def test_the_worst_family_is_named_and_seeds_are_told_apart() -> None:
    # Of 10 channels a seed: steady holds all, bursts 9 and then 5 of them.
    first = {"steady": [GOOD] * 10, "bursts": [GOOD] * 9 + [WRONG]}
    second = {"steady": [GOOD] * 10, "bursts": [GOOD] * 5 + [WRONG] * 5}
    over_all, worst, next_hour = readings(FOREIGN_FORMS, [first, second])
    assert (over_all.value, over_all.by_seed, over_all.met) == (0.85, (0.95, 0.75), False)
    assert (worst.value, worst.by_seed, worst.where, worst.met) == (
        0.7,
        (0.9, 0.5),
        "bursts",
        False,
    )
    assert (next_hour.value, next_hour.met) == (0.85, True)


def test_claims_are_read_where_there_is_nothing_to_claim() -> None:
    true_claims = [replace(GOOD, claimed=True)] * 10
    by_family = {"steady": true_claims, "no effect": [replace(GOOD, error=float("nan"))] * 10}
    by_name = {each.bar.name: each for each in readings(OWN_FORMS, [by_family])}
    assert by_name["claims where there is nothing"].value == 0
    assert by_name["median relative error"].value == 0.2
    assert not by_name["attributed held, over all"].met, "all of them held: too wide"


def test_a_family_says_which_bars_it_misses() -> None:
    assert missed_by(score_of("steady", [GOOD]), OWN_FORMS) == []
    assert missed_by(score_of("steady", [WRONG]), OWN_FORMS) == ["coverage", "next hour"]
    assert missed_by(score_of("no effect", [WRONG]), OWN_FORMS) == [
        "coverage",
        "next hour",
        "claims",
    ]
    assert missed_by(score_of("steady", [WRONG]), FOREIGN_FORMS) == ["coverage"]
