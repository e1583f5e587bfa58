"""Seasonal ARIMA with other series of the panel as regressors (statsmodels)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from forecast.errors import ModelFailedError
from forecast.models.libraries.family import LibraryFamily, least_values
from forecast.models.libraries.history import History, history_of
from forecast.models.libraries.state_space import draw_onward, fitted
from forecast.panel import Panel
from forecast.streams import generator, mirrored_normals
from forecast.targets import Floats

VALUES_PER_DRIVER = 3
"""Known values a target needs for every driver, beyond what it needs by itself."""


@dataclass(frozen=True)
class Sarimax(LibraryFamily):
    """ARIMA(0,1,1) with drift, airline model below a year; named drivers enter as regressors.

    Parameters
    ----------
    drivers : mapping of str to tuple of str
        Series ids of the drivers, by series id of the target. A driver has the target's frequency; its
        unknown future is drawn from its own forecast, row by row with the target's paths.

    Source: Box, Jenkins and Reinsel (1994), Time Series Analysis, section 9.2.
    """

    drivers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    name: str = "sarimax"

    def n_parameters(self, history: History) -> int:
        """Moving averages, drift and regressors."""
        return 2 + len(self.drivers.get(history.series.series_id, ()))

    def simulate(self, panel: Panel, history: History, *, n_steps: int, n_draws: int, seed: int) -> Floats:
        """Draw the filtered state onward and add what the drivers bring; see `LibraryFamily.simulate`."""
        names = self.drivers.get(history.series.series_id, ())
        known = [self._driver(panel, history, one) for one in names]
        begin = max(int(one.ordinals[0]) for one in (history, *known))
        history = history.since(begin)
        if history.n_known < least_values(history) + VALUES_PER_DRIVER * len(known):
            raise ModelFailedError(self.name, "target and drivers have too few periods in common.")
        drawn = [
            self._regressor(panel, one, history, n_steps=n_steps, n_draws=n_draws, seed=seed) for one in known
        ]
        results = fitted(_model(history, [np.median(d[:, :-n_steps], axis=0) for d in drawn]), name=self.name)
        rng = generator(seed, history.series.series_id, self.name)
        future = draw_onward(results, n_steps=n_steps, n_draws=n_draws, rng=rng)
        for place, columns in enumerate(drawn):
            noise = mirrored_normals(
                seed, history.series.series_id, f"driver {place}", rows=1, n_draws=n_draws
            )
            future = future + _brought(results, place, columns, noise, n_steps)
        return future

    def _driver(self, panel: Panel, history: History, name: str) -> History:
        driver = panel.find(name)
        known = None if driver is None else history_of(driver)
        if known is None or known.series.periods_per_year != history.series.periods_per_year:
            raise ModelFailedError(self.name, f"driver {name!r} has no figures of the same frequency.")
        if known.n_known < least_values(known):
            raise ModelFailedError(self.name, f"driver {name!r} is too short to be forecast.")
        return known

    def _regressor(
        self, panel: Panel, driver: History, history: History, *, n_steps: int, n_draws: int, seed: int
    ) -> Floats:
        """A driver at every modelled period of the target, past and future, shape (n_draws, n + n_steps)."""
        wanted = np.concatenate([history.ordinals, history.ahead(n_steps)])
        ahead = driver.future(int(wanted[-1]))
        plain = Sarimax(name=f"{self.name} driver")
        future = plain.draw(panel, driver, n_steps=ahead.size, n_draws=n_draws, seed=seed)
        whole = np.concatenate(
            [np.broadcast_to(driver.filled, (n_draws, driver.filled.size)), future], axis=1
        )
        # Where the two are silent at different places, the driver's latest figure stands in.
        latest = np.searchsorted(np.concatenate([driver.ordinals, ahead]), wanted, side="right") - 1
        level = float(driver.filled.mean())
        size = float(driver.filled.std()) or 1.0
        columns: Floats = (whole[:, latest] - level) / size
        return columns


def _model(history: History, regressors: list[Floats]) -> Any:
    from statsmodels.tsa.statespace.sarimax import SARIMAX

    seasonal = {"seasonal_order": (0, 1, 1, history.season)} if history.season > 1 else {"trend": "c"}
    exog = np.stack(regressors, axis=1) if regressors else None
    return SARIMAX(history.x, exog=exog, order=(0, 1, 1), **seasonal)


def _brought(results: Any, place: int, columns: Floats, noise: Floats, n_steps: int) -> Floats:
    """What one driver adds to the future; doubt about its coefficient counts from the last period on."""
    at = list(results.model.param_names).index(f"x{place + 1}")
    coefficient = float(results.params[at])
    doubt = _standard_error(results, at)
    moved = columns[:, -n_steps:] - columns[:, [-n_steps - 1]]
    added: Floats = coefficient * columns[:, -n_steps:] + doubt * noise * moved
    return added


def _standard_error(results: Any, at: int) -> float:
    """Of one coefficient; its own size where the likelihood does not tell."""
    variance = float(np.asarray(results.cov_params_approx)[at, at])
    return float(np.sqrt(variance)) if variance > 0 else abs(float(results.params[at]))
