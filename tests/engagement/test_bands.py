from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engagement.bands import Band, sum_of_independent, sum_of_one_cause

sizes = st.floats(0, 1e6)
bands = st.builds(
    lambda mean, below, above: Band(mean, mean - below, mean + above),
    st.floats(-1e6, 1e6),
    sizes,
    sizes,
)


def test_half_widths_of_independent_parts_add_up_by_their_squares_on_each_side() -> None:
    parts = [Band(10, 7, 18), Band(20, 16, 35)]

    assert sum_of_independent(parts) == Band(30, 30 - 5, 30 + 17)


def test_half_widths_of_one_cause_add_up_as_they_are() -> None:
    parts = [Band(10, 7, 18), Band(20, 16, 35)]

    assert sum_of_one_cause(parts) == Band(30, 30 - 7, 30 + 23)


@pytest.mark.parametrize("total", [sum_of_independent, sum_of_one_cause])
def test_one_part_of_unknown_width_makes_the_width_unknown(total: object) -> None:
    assert callable(total)
    assert total([Band(10, 7, 18), Band(20)]) == Band(30)


@given(st.lists(bands, min_size=1, max_size=12))
def test_independent_parts_are_surer_together_than_parts_of_one_cause(parts: list[Band]) -> None:
    apart, alike = sum_of_independent(parts), sum_of_one_cause(parts)

    assert apart.mean == alike.mean
    assert apart.below is not None
    assert alike.below is not None
    assert apart.below <= alike.below * (1 + 1e-9) + 1e-3


@given(bands)
def test_a_single_part_stays_what_it_is(band: Band) -> None:
    total = sum_of_independent([band])

    assert total.mean == band.mean
    assert total.low == pytest.approx(band.low, abs=1e-6)
    assert total.high == pytest.approx(band.high, abs=1e-6)


def test_a_multiple_has_a_multiple_of_the_width() -> None:
    assert Band(10, 7, 18).times(2) == Band(20, 14, 36)
    assert Band(10).times(2) == Band(20)
