"""How soon an hour's effect comes, and how sure that is."""

from __future__ import annotations

import numpy as np

from engagement.returns.batch import weeks_until
from engagement.returns.carryover import KERNELS
from engagement.returns.effect import Effect
from engagement.returns.quantiles import HIGH, LOW


def interval_of_pace(effect: Effect, share: float) -> tuple[float, float] | None:
    """
    5% and 95% quantiles of the weeks until `share` of an hour's effect has come.

    Over the draws in which there is an effect; None if there is one in none of them.
    """
    kernels = effect.kernel[effect.amount > 0]
    if not len(kernels):
        return None
    weeks = np.array([weeks_until(kernel, share) for kernel in KERNELS])[kernels]
    low, high = np.quantile(weeks, [LOW, HIGH], method="inverted_cdf")
    return float(low), float(high)
