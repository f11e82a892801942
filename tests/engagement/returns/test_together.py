from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from engagement.returns.estimate import estimate
from engagement.returns.quantiles import GOLDEN
from engagement.returns.together import PAIRS, drawn_together, order, prime, summary_together
from tests.engagement.returns.simulator import FAMILIES, simulate


def test_an_order_is_a_permutation() -> None:
    for position in range(30):
        assert sorted(order(position)) == list(range(PAIRS))
    assert [prime(position) for position in range(8)] == [2, 3, 5, 7, 11, 13, 17, 19]


def test_the_variance_of_a_sum_is_the_sum_of_variances() -> None:
    channels = [simulate(family, 1).history for family in FAMILIES if family != "no effect"]
    effects = [estimate(channel).effect for channel in channels]
    drawn = np.stack([e.steady(np.array([e.typical]))[:, 0] for e in effects if e is not None])
    drawn /= drawn.std(axis=1, keepdims=True)
    # At unlike positions, for a channel's place among its neighbours must not matter.
    nothing = np.zeros((7, drawn.shape[1]))
    ratios = [
        drawn_together(np.stack([drawn[a], *nothing[:gap], drawn[b]])).var() / 2.0
        for a, b in combinations(range(len(drawn)), 2)
        for gap in (0, 3, 7)
    ]
    assert np.mean(ratios) == pytest.approx(1.0, abs=0.01)
    assert 0.95 < min(ratios) < max(ratios) < 1.05
    assert drawn_together(drawn).var() == pytest.approx(len(drawn), rel=0.05)


def test_no_two_of_a_dozen_channels_follow_each_other() -> None:
    size = np.arange(200.0)
    level = size * GOLDEN % 1.0  # as draws are spread within a hypothesis
    for draws in (size, level, np.where(size < 40, 0.0, np.exp(3.0 * level))):
        met = np.stack([draws[order(position) * 200 // PAIRS] for position in range(12)])
        assert np.abs(np.corrcoef(met) - np.eye(12)).max() < 0.05


def test_the_same_draws_on_two_channels_are_no_certainty() -> None:
    drawn = np.repeat(np.arange(200.0)[np.newaxis], 2, axis=0)
    together = summary_together(drawn)
    assert float(together.mean) == 199.0
    # The sum of two uniform variables is triangular: 5% lie below the root of 0.1 of the range.
    low = 200 * np.sqrt(0.1)
    # Three standard deviations of such a quantile of PAIRS independent draws.
    scatter = 3 * np.sqrt(0.05 * 0.95 / PAIRS) / (low / 200**2)
    assert float(together.q05) == pytest.approx(low, abs=scatter)
    assert float(together.q95) == pytest.approx(398 - low, abs=scatter)


def test_a_single_channel_keeps_its_draws() -> None:
    drawn = np.array([[3.0, 1.0, 2.0, 7.0]])
    values, times = np.unique(drawn_together(drawn), return_counts=True)
    assert values.tolist() == [1.0, 2.0, 3.0, 7.0]
    assert set(times) == {PAIRS // 4}
