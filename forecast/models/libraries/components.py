"""Unobserved components: a level and a slope that wander, and a season that drifts (statsmodels)."""

from __future__ import annotations

from dataclasses import dataclass

from forecast.models.libraries.family import LibraryFamily
from forecast.models.libraries.history import History
from forecast.models.libraries.state_space import draw_onward, fitted
from forecast.panel import Panel
from forecast.streams import generator
from forecast.targets import Floats


@dataclass(frozen=True)
class Components(LibraryFamily):
    """Local linear trend on the modelling scale; gaps stay gaps.

    Source: Harvey (1989), Forecasting, Structural Time Series Models and the Kalman Filter, section 2.3.
    """

    name: str = "components"

    def n_parameters(self, history: History) -> int:
        """Variances of level, slope and noise, and of the season."""
        return 3 if history.season == 1 else 4

    def simulate(self, panel: Panel, history: History, *, n_steps: int, n_draws: int, seed: int) -> Floats:
        """Draw the filtered state onward; see `LibraryFamily.simulate`."""
        from statsmodels.tsa.statespace.structural import UnobservedComponents

        seasonal = {"seasonal": history.season} if history.season > 1 else {}
        results = fitted(UnobservedComponents(history.x, "lltrend", **seasonal), name=self.name)
        rng = generator(seed, history.series.series_id, self.name)
        return draw_onward(results, n_steps=n_steps, n_draws=n_draws, rng=rng)
