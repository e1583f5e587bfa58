"""Exponential smoothing with a damped trend (statsmodels)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.errors import ModelFailedError
from forecast.models.libraries.family import LibraryFamily
from forecast.models.libraries.history import History
from forecast.panel import Panel
from forecast.streams import generator
from forecast.targets import Floats

LEAST_FOR_HEURISTIC = 10
"""Fewer values than this, and statsmodels cannot choose starting values by itself."""

LEAST_LEVEL_WEIGHT = 0.4
"""Smallest weight of the latest value in an annual level: with a handful of values the likelihood likes
a fixed line that misses the latest one, and one-year CRPS is 50 % worse (docs/families.md, section 1)."""


@dataclass(frozen=True)
class Ets(LibraryFamily):
    """Additive errors, damped trend, additive season below a year, on the modelling scale.

    Source: Hyndman, Koehler, Ord and Snyder (2008), Forecasting with Exponential Smoothing, chapter 3.
    """

    name: str = "ets"

    def n_parameters(self, history: History) -> int:
        """Two smoothing weights, the damping, and the first slope."""
        return 4

    def simulate(self, panel: Panel, history: History, *, n_steps: int, n_draws: int, seed: int) -> Floats:
        """Draw with the fitted innovations; see `LibraryFamily.simulate`."""
        results = _fit(history)
        rng = generator(seed, history.series.series_id, self.name)
        drawn = results.simulate(n_steps, anchor="end", repetitions=n_draws, rng=rng)
        return np.asarray(drawn, dtype=float).reshape(n_steps, n_draws).T


def _fit(history: History) -> Any:
    from statsmodels.tsa.exponential_smoothing.ets import ETSModel

    x = history.filled
    start: dict[str, Any] = {}
    if x.size < LEAST_FOR_HEURISTIC:
        slope = float(x[-1] - x[0]) / (x.size - 1)
        start = {"initialization_method": "known", "initial_level": float(x[0]) - slope}
        start["initial_trend"] = slope
    bounds = {"smoothing_level": (LEAST_LEVEL_WEIGHT, 0.9999)} if history.season == 1 else None
    seasonal = {"seasonal": "add", "seasonal_periods": history.season} if history.season > 1 else {}
    model = ETSModel(x, error="add", trend="add", damped_trend=True, bounds=bounds, **seasonal, **start)
    for maxiter in (200, 2000):
        results = model.fit(disp=0, maxiter=maxiter)
        if results.mle_retvals["converged"] and np.isfinite(results.llf):
            return results
    raise ModelFailedError("ets", "the likelihood was not maximised.")
