"""What the averages of models share: a prior over a grid, learned from a pool, and posterior shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

import numpy as np

from forecast.targets import Floats

Model = TypeVar("Model", bound=tuple[float, ...])


@dataclass(frozen=True)
class ModelPrior(Generic[Model]):
    """What is believed of the models before a series is seen.

    Parameters
    ----------
    grid : tuple
        Models that are averaged.
    log_weights : ndarray, shape (n_models,)
        Their prior log probabilities.
    shape, scale : float
        s2, the variance of the noise, ~ inverse gamma(shape, shape x scale), the scale in the units of
        the models.
    """

    grid: tuple[Model, ...]
    log_weights: Floats
    shape: float
    scale: float


def shares_of(scores: Floats) -> Floats:
    """Shares that sum to 1 in every row, in proportion to the exponentials of scores, shape as `scores`."""
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    shares: Floats = raised / raised.sum(axis=1, keepdims=True)
    return shares


def learn_weights(log_evidence: Floats, begin: Floats, *, pseudo: float, steps: int) -> Floats:
    """Learn the prior probabilities of the models from a pool, by expectation maximisation.

    Parameters
    ----------
    log_evidence : ndarray, shape (n, n_models)
        Of every series of the pool.
    begin : ndarray, shape (n_models,)
        Log probabilities to start from and to shrink toward.
    pseudo : float
        Number of series the beginning counts for.
    steps : int
        Iterations.

    Returns
    -------
    ndarray, shape (n_models,)
        Log probabilities.
    """
    held, log_weights = np.exp(begin), begin
    for _ in range(steps):
        shares = shares_of(log_evidence + log_weights)
        log_weights = np.log((shares.sum(axis=0) + pseudo * held) / (len(shares) + pseudo))
    return log_weights


def pool_evidence(log_evidence: Floats, log_weights: Floats) -> float:
    """Log marginal likelihood of a whole pool under the averaged models."""
    scores = log_evidence + log_weights
    highest = scores.max(axis=1)
    return float((highest + np.log(np.exp(scores - highest[:, None]).sum(axis=1))).sum())
