"""What people do without this estimator, to be better than: a ratio, and a lagged regression."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

from engagement.returns.estimate import History

Series = npt.NDArray[np.float64]

LAGS = 5  # an hour's own week, and four after it
WEEKS_PER_YEAR = 52.18
SEASON_NEEDS = 52  # weeks


@dataclass(frozen=True, slots=True)
class Attributed:
    """Responses that the hours caused, and the ends of a 90% interval; none is below nothing."""

    amount: float
    low: float
    high: float


def ratio(history: History) -> float:
    """All responses, as if the hours had brought every one of them; it knows no interval."""
    return float(history.worth.sum())


def lagged_regression(history: History) -> Attributed:
    """
    Responses on the hours of this week and the four before, by ordinary least squares.

    Beside them stand a constant, a trend, a yearly season where there is a year, and the events.
    The interval of the sum over lags is that of a linear combination of coefficients under
    Student's t (Greene, "Econometric Analysis", 7th edition, 2012, section 4.5.1). Lags are left
    out, longest first, where weeks are too few to leave two over. That hours take nothing away is
    known to whoever does this, so that what lies below nil is cut off: in the rival's favour.
    """
    weeks = len(history.hours)
    other = surroundings(history)
    lags = max(1, min(LAGS, weeks - other.shape[1] - 2))
    padded = np.concatenate([np.zeros(lags - 1), history.hours])
    lagged = np.lib.stride_tricks.sliding_window_view(padded, lags)[:, ::-1]
    design = np.concatenate([lagged, other], axis=1)
    coefficients, _, rank, _ = np.linalg.lstsq(design, history.worth)
    freedom = weeks - int(rank)
    if freedom < 1:
        return Attributed(0.0, 0.0, ratio(history))
    residual = history.worth - design @ coefficients
    hours = np.concatenate([lagged.sum(axis=0), np.zeros(other.shape[1])])
    # The pseudo-inverse serves where two columns say the same, as lstsq does.
    variance = residual @ residual / freedom * (hours @ np.linalg.pinv(design.T @ design) @ hours)
    amount = float(hours @ coefficients)
    reach = float(stdtrit(freedom, 0.95) * np.sqrt(variance))
    return Attributed(max(amount, 0.0), max(amount - reach, 0.0), max(amount + reach, 0.0))


def surroundings(history: History) -> Series:
    """(weeks, terms): constant, trend, season and events."""
    weeks = len(history.hours)
    at = np.arange(weeks)
    columns = [np.ones(weeks), at / weeks]
    if weeks >= SEASON_NEEDS:
        angle = 2.0 * np.pi * at / WEEKS_PER_YEAR
        columns += [np.cos(angle), np.sin(angle)]
    if history.events.any():
        columns.append(history.events.astype(np.float64))
    return np.stack(columns, axis=1)
