"""
What hours bring, as draws that can be kept: enough to answer later questions without the data.

A draw names a kernel and a saturation shape of the grid and an amount. Indices mean something
to the model that drew them only, so draws are kept and read together with its version.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from engagement.returns.carryover import KERNELS, LAGS, lagged
from engagement.returns.saturation import slopes, values

FloatArray = npt.NDArray[np.float64]
IndexArray = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Effect:
    """
    Equally likely draws of what hours bring on one channel; arrays (draws,).

    Steady hours h bring `amount * shape(h / typical)` a week in the long run, in the unit of
    worth; a draw without an effect has the amount 0. Draws of two channels know nothing of each
    other: pair them in any order that does not follow both.
    """

    typical: float  # hours, > 0
    kernel: IndexArray  # into carryover.KERNELS
    shape: IndexArray  # into saturation.SHAPES
    amount: FloatArray  # >= 0

    def steady(self, levels: FloatArray) -> FloatArray:
        """(draws, levels): worth a week of steady hours (levels,), once all of it has come."""
        effort = np.asarray(levels, dtype=np.float64) / self.typical
        brought: FloatArray = self.amount[:, np.newaxis] * values(effort)[self.shape]
        return brought

    def next_hour(self, level: float) -> FloatArray:
        """(draws,): long-run worth a week of one more weekly hour at steady hours `level`."""
        effort = np.array([level / self.typical])
        gained: FloatArray = self.amount * slopes(effort)[self.shape, 0] / self.typical
        return gained

    def by_week(self, before: FloatArray, hours: FloatArray) -> FloatArray:
        """
        (draws, weeks): worth that falls due in each week of `hours` (weeks,).

        `before` are the hours of the weeks before, oldest first; of more than LAGS - 1 the last
        ones count, and weeks that are missing count as none.
        """
        earlier = np.concatenate([np.zeros(LAGS - 1), before])[-(LAGS - 1) :]
        spent = np.concatenate([earlier, hours]) / self.typical
        at_work = lagged(spent[np.newaxis], len(hours))[0] @ KERNELS.T  # (weeks, kernels)
        counted = values(at_work)  # (weeks, shapes, kernels)
        due: FloatArray = self.amount[:, np.newaxis] * counted[:, self.shape, self.kernel].T
        return due
