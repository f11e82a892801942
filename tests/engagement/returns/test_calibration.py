"""
Quick calibration on channels whose truth is known: limits that a broken estimator exceeds.

The thorough run, with the bars of the README's table, is `make bench`.
"""

from __future__ import annotations

import pytest

from tests.engagement.returns.calibration import overall, score
from tests.engagement.returns.simulator import FAMILIES, FOREIGN_FAMILIES

CHANNELS = range(100, 112)


@pytest.mark.parametrize(
    ("families", "foreign"), [(FAMILIES, False), (FOREIGN_FAMILIES, True)], ids=["own", "foreign"]
)
def test_intervals_hold_the_truth_and_say_something(
    families: tuple[str, ...], foreign: bool
) -> None:
    scores = [score(family, CHANNELS, foreign=foreign) for family in families]
    together = overall(scores)
    assert together.coverage >= 0.85
    assert min(each.coverage for each in scores) >= 0.65
    assert together.next_hour >= 0.83
    assert 0.82 <= together.forecast <= 0.96
    # Not by being wide: half of what sketches of this model reach is no excuse.
    assert together.error <= 0.5
    assert together.interval_score <= 1.1
    assert together.error < together.naive_error / 3


def test_nothing_is_claimed_where_there_is_nothing() -> None:
    assert score("no effect", range(100, 130)).claims <= 0.1
