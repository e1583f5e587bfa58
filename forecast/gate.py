"""A pooled gate: experts mixed by softmax weights, with a spread of its own.

The outcome y of an example with expert forecasts e (K of them) and features f is modelled as
y ~ location + spread x Student t, where location = sum_k w_k e_k, w = softmax(A z), log spread = b z and
z are the features, standardised. All examples of a pool share A and b: what a short series cannot teach
about itself, thousands of others can. Source: docs/methods.md, section 3; mixtures of experts after
Jacobs, Jordan, Nowlan and Hinton (1991), Neural Computation 3, 79-87.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from forecast.model_average import shares_of
from forecast.targets import Floats

TAIL_DF = 4.0
"""Degrees of freedom of the loss: one wild year does not bend the weights."""

LOG_SPREAD_BOUNDS = (-7.0, 2.0)
"""A spread is held within these, in logs of the experts' unit: none is surer than one part in a thousand."""

WILDEST = 1.5
"""Outcomes are held within this growth in logs while a gate is fitted; draws of a year-end within as much."""

ITERATIONS, MEMORY = 300, 50
"""Most steps of L-BFGS, and how many of the last ones it remembers."""

LEAST_SQUARE = 1e-3
"""Mean square of the features along a direction of the search; less is taken for this much."""


@dataclass(frozen=True, eq=False)
class Gate:
    """Fitted weights of a gate.

    Parameters
    ----------
    centre, width : ndarray, shape (n_features,)
        Standardisation of the features; the first feature is the constant 1 (centre 0, width 1).
    choice : ndarray, shape (n_experts, n_features)
        A: what makes an expert trusted.
    spread : ndarray, shape (n_features,)
        b: what makes an outcome uncertain.
    """

    centre: Floats
    width: Floats
    choice: Floats
    spread: Floats

    def predict(self, experts: Floats, features: Floats) -> tuple[Floats, Floats]:
        """Location and spread of every example.

        Parameters
        ----------
        experts : ndarray, shape (n, n_experts)
        features : ndarray, shape (n, n_features)

        Returns
        -------
        tuple of ndarray, shape (n,)
            Both in the unit of the experts.
        """
        z = (features - self.centre) / self.width
        location = (shares_of(z @ self.choice.T) * experts).sum(axis=1)
        return location, np.exp(np.clip(z @ self.spread, *LOG_SPREAD_BOUNDS))


def fit_gate(
    experts: Floats,
    features: Floats,
    outcomes: Floats,
    *,
    weights: Floats | None = None,
    ridge: float,
    toward: Gate | None = None,
) -> Gate:
    """Fit a gate by penalised maximum likelihood.

    Parameters
    ----------
    experts, features, outcomes : ndarray, shapes (n, n_experts), (n, n_features), (n,)
        Examples; every number finite.
    weights : ndarray, shape (n,), or None
        Of the examples; None counts each once.
    ridge : float
        Penalty on the squared distance of the coefficients from those of `toward`, or from zero.
    toward : Gate or None
        Coefficients to shrink toward; their standardisation is kept.

    Returns
    -------
    Gate
        Deterministic: no random start.

    Raises
    ------
    ValueError
        If there are no examples.
    """
    if not outcomes.size:
        raise ValueError("a gate needs examples")
    centre, width = (toward.centre, toward.width) if toward is not None else _standardisation(features)
    z = (features - centre) / width
    share = np.full(outcomes.size, 1.0) if weights is None else weights * (outcomes.size / weights.sum())
    n_experts, n_features = experts.shape[1], z.shape[1]
    if toward is not None:
        anchor = np.concatenate([toward.choice.ravel(), toward.spread])
        begin = anchor
    else:
        anchor = np.zeros((n_experts + 1) * n_features)
        begin = anchor.copy()
        begin[n_experts * n_features] = np.log(np.median(np.abs(outcomes - experts.mean(axis=1))) + 1e-3)
    found = _minimum(_Cases(z, experts, outcomes, share, ridge, anchor), begin)
    return Gate(centre, width, choice=found[:-1], spread=found[-1])


@dataclass(frozen=True, eq=False)
class _Cases:
    """What the loss is worked out from: standardised features, experts, outcomes, shares, penalty."""

    z: Floats
    experts: Floats
    outcomes: Floats
    share: Floats
    ridge: float
    anchor: Floats


def _standardisation(features: Floats) -> tuple[Floats, Floats]:
    centre, width = features.mean(axis=0), features.std(axis=0) + 1e-9
    centre[0], width[0] = 0.0, 1.0
    return centre, width


def _minimum(cases: _Cases, begin: Floats) -> Floats:
    """Coefficients of the least loss, shape (n_experts + 1, n_features); the last row is the spread's.

    The search goes along directions in which the features are equally large: the loss is the same in any
    coordinates, but features that move together make it a narrow valley in theirs.
    """
    squares, directions = np.linalg.eigh((cases.z * cases.share[:, None]).T @ cases.z / cases.share.sum())
    roots = np.sqrt(np.maximum(squares, LEAST_SQUARE))
    into, back = directions * roots, (directions / roots).T

    def searched(moved: Floats) -> tuple[float, Floats]:
        value, gradient = _loss((moved.reshape(-1, len(roots)) @ back).ravel(), cases)
        return value, (gradient.reshape(-1, len(roots)) @ back.T).ravel()

    solved = minimize(
        searched,
        (begin.reshape(-1, len(roots)) @ into).ravel(),
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": ITERATIONS, "maxcor": MEMORY},
    )
    found: Floats = solved.x.reshape(-1, len(roots)) @ back
    return found


def _loss(packed: Floats, cases: _Cases) -> tuple[float, Floats]:
    """Mean penalised negative log likelihood of the examples, and its gradient."""
    z, experts, outcomes, share = cases.z, cases.experts, cases.outcomes, cases.share
    n_experts, n_features = experts.shape[1], z.shape[1]
    choice = packed[: n_experts * n_features].reshape(n_experts, n_features)
    weights = shares_of(z @ choice.T)
    location = (weights * experts).sum(axis=1)
    free = z @ packed[n_experts * n_features :]
    log_spread = np.clip(free, *LOG_SPREAD_BOUNDS)
    spread = np.exp(log_spread)
    error = (outcomes - location) / spread
    pull = (TAIL_DF + 1) / (TAIL_DF + error**2)
    off = packed - cases.anchor
    value = share @ ((TAIL_DF + 1) / 2 * np.log1p(error**2 / TAIL_DF) + log_spread) + cases.ridge * off @ off
    by_location = -share * pull * error / spread
    by_spread = np.where(free == log_spread, share * (1 - pull * error**2), 0.0)  # at a bound nothing moves
    by_choice = (weights * (experts - location[:, None]) * by_location[:, None]).T @ z
    gradient = np.concatenate([by_choice.ravel(), z.T @ by_spread]) + 2 * cases.ridge * off
    return float(value) / outcomes.size, gradient / outcomes.size
