"""Draws from a fitted linear Gaussian state space, all at once.

The libraries' own simulation draws one path at a time; this draws the state after the last value from
its filtered distribution and walks all draws on together.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from forecast.errors import ModelFailedError
from forecast.targets import Floats

ITERATIONS = 200
"""Most steps of an optimiser."""


def fitted(model: Any, *, name: str) -> Any:
    """Fit a statsmodels state space by maximum likelihood.

    Returns
    -------
    statsmodels results
        Of the first of two optimisers that converges.

    Raises
    ------
    ModelFailedError
        If neither converges or the likelihood is not a number.
    """
    for method in ("lbfgs", "powell"):
        results = model.fit(method=method, maxiter=ITERATIONS, disp=0, cov_type="none")
        if results.mle_retvals.get("converged", False) and np.isfinite(results.llf):
            return results
    raise ModelFailedError(name, "the likelihood was not maximised.")


def draw_onward(results: Any, *, n_steps: int, n_draws: int, rng: np.random.Generator) -> Floats:
    """Draw what follows a fitted state space, regressors left out.

    Parameters
    ----------
    results : statsmodels state space results
        With system matrices that do not change over time but for the regressors.
    n_steps, n_draws : int
        Shape of the result.
    rng : numpy.random.Generator
        Of this series and family.

    Returns
    -------
    ndarray, shape (n_draws, n_steps)

    Source: Durbin and Koopman (2012), Time Series Analysis by State Space Methods, sections 3.1 and 4.3.
    """
    system = results.filter_results
    design, transition = system.design[0, :, -1], system.transition[:, :, -1]
    shocks = system.selection[:, :, -1] @ _root(system.state_cov[:, :, -1])
    noise_sd = float(np.sqrt(max(system.obs_cov[0, 0, -1], 0.0)))
    drift = system.state_intercept[:, -1]
    mean, cov = system.predicted_state[:, -1], system.predicted_state_cov[:, :, -1]
    state = mean + rng.standard_normal((n_draws, mean.size)) @ _root(cov).T
    drawn = np.empty((n_draws, n_steps))
    for step in range(n_steps):
        drawn[:, step] = state @ design + noise_sd * rng.standard_normal(n_draws)
        state = state @ transition.T + drift + rng.standard_normal((n_draws, shocks.shape[1])) @ shocks.T
    return drawn


def _root(cov: Floats) -> Floats:
    """Square root of a covariance that may be singular."""
    values, vectors = np.linalg.eigh((cov + cov.T) / 2)
    root: Floats = vectors * np.sqrt(np.maximum(values, 0.0))
    return root
