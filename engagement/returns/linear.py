"""
The weighted normal equations of all hypotheses at once, with the baseline integrated out.

The conjugate normal linear model: Gelman et al., "Bayesian Data Analysis", 3rd edition, 2013,
section 14.8. Channels c, stiffnesses s, terms of the baseline, hypotheses h.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from engagement.returns.baseline import WALK_TERMS
from engagement.returns.noise import INFORMATION

FloatArray = npt.NDArray[np.float64]

PRIOR_FREEDOM = 2.0  # of the noise variance, centred on a rough first reading


class Linear:
    """
    The weighted normal equations with the baseline integrated out, for every stiffness.

    With `information` i, `agreement` a and `misfit` m the weighted sum of squares is
    m - 2 effect a + effect² i for each hypothesis. `weights` (c, weeks) are those of the weeks,
    `noise` (c,) is the standard deviation of a usual one.
    """

    def __init__(
        self,
        design: FloatArray,
        features: FloatArray,
        worth: FloatArray,
        weights: FloatArray,
        noise: FloatArray,
        deviations: FloatArray,
        stiffnesses: FloatArray,
    ) -> None:
        weeks = worth.shape[1]
        self.stiffnesses = stiffnesses
        self.noise_squared = noise**2
        self.freedom = INFORMATION * weeks + PRIOR_FREEDOM
        known, counting = design[:, :weeks], features[:, :weeks]
        weighted = (known * weights[:, :, np.newaxis]).transpose(0, 2, 1)
        of_features, of_worth = weighted @ counting, weighted @ worth[:, :, np.newaxis]
        variances = prior_variances(deviations, noise, weeks, stiffnesses)
        precision = (weighted @ known)[:, np.newaxis] + np.eye(design.shape[2]) * (
            1.0 / variances[..., np.newaxis]
        )
        root = np.linalg.cholesky(precision)
        # A triangle of some twenty rows: its inverse serves the features and the forecast.
        self.inverse_root = np.linalg.inv(root)  # (c, s, terms, terms)
        self.feature_part = self.inverse_root @ of_features[:, np.newaxis]  # (c, s, terms, h)
        self.worth_part = (self.inverse_root @ of_worth[:, np.newaxis])[..., 0]  # (c, s, terms)
        weighted_worth = weights * worth
        square = np.einsum("ct,cth,cth->ch", weights, counting, counting)
        product = (weighted_worth[:, np.newaxis] @ counting)[:, 0]
        total = (weighted_worth * worth).sum(axis=1)
        explained = (self.worth_part[:, :, np.newaxis] @ self.feature_part)[:, :, 0]
        self.information = np.maximum(
            square[:, np.newaxis]
            - np.einsum("csth,csth->csh", self.feature_part, self.feature_part),
            1e-9,
        )
        self.agreement = product[:, np.newaxis] - explained
        self.misfit = np.maximum(
            total[:, np.newaxis] - np.square(self.worth_part).sum(axis=2), 1e-9
        )
        self.log_determinant = -np.log(np.diagonal(root, axis1=2, axis2=3)).sum(
            axis=2
        ) - 0.5 * np.log(variances).sum(axis=2)


def prior_variances(
    deviations: FloatArray, noise: FloatArray, weeks: int, stiffnesses: FloatArray
) -> FloatArray:
    """(channels, stiffnesses, terms): prior variances of the baseline, in noise variances."""
    variances = np.empty((len(noise), len(stiffnesses), len(deviations) + WALK_TERMS))
    variances[:, :, : len(deviations)] = ((deviations / noise[:, np.newaxis]) ** 2)[:, np.newaxis]
    variances[:, :, len(deviations) :] = (stiffnesses**2 * weeks)[:, np.newaxis]
    return variances
