"""
What would have come without the effort: level, slope, slow change, season, events.

All in a linear form with shrinkage priors, for series that are scaled to a mean of about one.
The slow change is a random walk in its Karhunen-Loeve form: on [0, D] Brownian motion is
sum_k sqrt(2 D) sin((k - 1/2) pi t / D) / ((k - 1/2) pi) * N(0, 1) (Ash and Gardner, "Topics in
Stochastic Processes", 1975, section 1.4), of which the first terms carry all that is slow.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]

WALK_TERMS = 8
WALK_AHEAD = 26  # weeks after the last one in which the walk still moves
WEEKS_PER_YEAR = 52.18
SEASON_NEEDS = 52  # weeks; in less than a year no season can be told from a change

# How far the walk goes in one week, in noise standard deviations; averaged over.
STIFFNESSES: FloatArray = np.array([0.02, 0.08, 0.3])

# Prior standard deviations, relative to the channel's mean.
LEVEL, TREND, EVENT = 10.0, 1.0, 1.0
SEASON = (0.15, 0.15, 0.075, 0.075)  # cosine and sine of the year, then of the half-year


def terms(events: FloatArray, weeks: int) -> tuple[FloatArray, FloatArray]:
    """
    The baseline's columns (channels, weeks and future weeks, terms), and prior deviations.

    `events` is (channels, weeks and future weeks); the first `weeks` of them are known. The
    deviations are (terms - WALK_TERMS,), the walk's own come with its stiffness.
    """
    channels, every = events.shape
    at = np.arange(every, dtype=np.float64)
    columns = [np.ones(every), at / weeks - 0.5]
    deviations = [LEVEL, TREND]
    if weeks >= SEASON_NEEDS:
        for harmonic in (1, 2):
            angle = 2.0 * np.pi * harmonic / WEEKS_PER_YEAR * at
            columns += [np.cos(angle), np.sin(angle)]
        deviations += SEASON
    fixed = len(columns)
    design = np.empty((channels, every, fixed + 1 + WALK_TERMS))
    design[:, :, :fixed] = np.stack(columns, axis=1)
    design[:, :, fixed] = events
    design[:, :, fixed + 1 :] = walk(every, weeks)
    return design, np.array([*deviations, EVENT])


def walk(every: int, weeks: int) -> FloatArray:
    """(every, WALK_TERMS): the walk's terms, of unit variance after `weeks` weeks."""
    domain = (weeks + WALK_AHEAD) / weeks
    at = np.minimum(np.arange(every) / weeks, domain)[:, np.newaxis]
    frequency = (np.arange(1, WALK_TERMS + 1) - 0.5) * np.pi
    series: FloatArray = np.sqrt(2.0 * domain) * np.sin(frequency * at / domain) / frequency
    return series
