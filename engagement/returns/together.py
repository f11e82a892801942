"""What channels bring together, whose draws know nothing of each other."""

from __future__ import annotations

from functools import cache

import numpy as np
import numpy.typing as npt

from engagement.returns.quantiles import Summary, summary_of_draws

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]

PAIRS = 4000


def summary_together(drawn: FloatArray) -> Summary:
    """Of the sum over channels, (...) from `drawn` (channels, ..., draws); see `drawn_together`."""
    return summary_of_draws(drawn_together(drawn), drawn.mean(axis=-1).sum(axis=0))


def drawn_together(drawn: FloatArray) -> FloatArray:
    """
    (..., PAIRS): draws of the sum over the first axis of `drawn` (channels, ..., draws).

    The draws of each channel are met with those of the others by `order`, in which no channel
    follows another, and each draw is used PAIRS / draws times. So the variance of a sum is within
    a few percent the sum of the variances. A single channel's draws stay what they are.
    """
    total = np.zeros((*drawn.shape[1:-1], PAIRS))
    for position in range(len(drawn)):
        total += drawn[position][..., order(position) * drawn.shape[-1] // PAIRS]
    return total


@cache
def order(position: int) -> IndexArray:
    """
    (PAIRS,): a permutation for the channel at `position`, the same on every machine.

    The ranks of the fractions of n² times the root of a prime, which fill the unit cube evenly
    (Weyl, "Über die Gleichverteilung von Zahlen mod. Eins", Mathematische Annalen 77, 1916). With n
    in the place of n² they would form lattices, in which some pairs of channels rise together.
    """
    at = np.arange(PAIRS, dtype=np.float64)
    fractions = at * at * np.sqrt(prime(position)) % 1.0
    ranks = np.empty(PAIRS, dtype=np.intp)
    ranks[np.argsort(fractions, kind="stable")] = np.arange(PAIRS)
    return ranks


@cache
def prime(position: int) -> int:
    """2, 3, 5, 7 … by position from 0."""
    candidate = prime(position - 1) + 1 if position else 2
    while any(candidate % prime(smaller) == 0 for smaller in range(position)):
        candidate += 1
    return candidate
