"""Histories that are made up, and what two answers have in common."""

from __future__ import annotations

from datetime import date

import numpy as np
from hypothesis import strategies as st

from engagement.returns.estimate import Estimate, History
from engagement.returns.quantiles import Summary

FIRST_WEEK = date(2024, 1, 1)


def history(hours: list[float], worth: list[float], **other: object) -> History:
    return History(
        first_week=FIRST_WEEK,
        hours=np.array(hours, dtype=np.float64),
        worth=np.array(worth, dtype=np.float64),
        events=np.zeros(len(hours), dtype=np.bool_),
        **other,
    )


@st.composite
def histories(draw: st.DrawFn) -> History:
    weeks = draw(st.integers(0, 60))
    hours = draw(st.lists(st.integers(0, 40), min_size=weeks, max_size=weeks))
    worth = draw(st.lists(st.integers(-50, 5000), min_size=weeks, max_size=weeks))
    events = draw(st.lists(st.booleans(), min_size=weeks, max_size=weeks))
    ahead = draw(st.lists(st.integers(0, 40), max_size=30))
    return History(
        first_week=FIRST_WEEK,
        hours=np.array(hours, dtype=np.float64),
        worth=np.array(worth, dtype=np.float64),
        events=np.array(events, dtype=np.bool_),
        hours_ahead=np.array(ahead, dtype=np.float64),
        events_ahead=np.zeros(len(ahead), dtype=np.bool_),
    )


def numbers_of(answer: Estimate) -> list[np.ndarray]:
    """Everything that an estimate says, as arrays."""
    listed = []
    for name in Estimate.__slots__:
        value = getattr(answer, name)
        if isinstance(value, Summary):
            listed += [np.asarray(getattr(value, each)) for each in Summary.__slots__]
        elif isinstance(value, float | np.ndarray):
            listed.append(np.asarray(value))
    return listed


def the_same(one: Estimate, other: Estimate) -> bool:
    return one.judgement == other.judgement and all(
        np.array_equal(a, b, equal_nan=True)
        for a, b in zip(numbers_of(one), numbers_of(other), strict=True)
    )
