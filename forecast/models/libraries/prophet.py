"""Prophet: a trend with change points and a yearly season, its uncertainty by its own simulation."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecast.models.libraries.family import LibraryFamily
from forecast.models.libraries.history import History, Ordinals
from forecast.panel import Panel
from forecast.streams import generator
from forecast.targets import Floats

MOST_CHANGE_POINTS = 25
VALUES_PER_CHANGE_POINT = 3


@dataclass(frozen=True)
class ProphetFamily(LibraryFamily):
    """Prophet on the modelling scale.

    Source: Taylor and Letham (2018), Forecasting at scale, The American Statistician 72, 37-45.
    """

    name: str = "prophet"

    def n_parameters(self, history: History) -> int:
        """Level, slope and two numbers per wave of the season; change points are held by their prior."""
        return 2 + 2 * _waves(history)

    def simulate(self, panel: Panel, history: History, *, n_steps: int, n_draws: int, seed: int) -> Floats:
        """Draw trend changes and noise ahead; see `LibraryFamily.simulate`."""
        import pandas as pd
        from prophet import Prophet

        known = np.isfinite(history.x)
        model = Prophet(
            yearly_seasonality=_waves(history) or False,
            weekly_seasonality=False,
            daily_seasonality=False,
            n_changepoints=min(MOST_CHANGE_POINTS, history.n_known // VALUES_PER_CHANGE_POINT),
            uncertainty_samples=n_draws,
        )
        past = pd.DataFrame({"ds": _dates(history, history.ordinals[known]), "y": history.x[known]})
        model.fit(past, seed=_small(seed, history, "fit"))
        future = pd.DataFrame({"ds": _dates(history, history.ahead(n_steps))})
        rng = generator(seed, history.series.series_id, self.name)
        return _drawn(model, future, int(rng.integers(2**32)))


def _drawn(model: Any, future: Any, seed: int) -> Floats:
    """Draw under numpy's global generator, which Prophet uses, and leave that as it was found."""
    before = np.random.get_state()  # noqa: NPY002
    try:
        np.random.seed(seed)  # noqa: NPY002
        return np.asarray(model.predictive_samples(future)["yhat"], dtype=float).T
    finally:
        np.random.set_state(before)  # noqa: NPY002


def _small(seed: int, history: History, purpose: str) -> int:
    """A seed that Stan takes."""
    return zlib.crc32(f"{seed}|{history.series.series_id}|{purpose}".encode()) % 2**31


def _waves(history: History) -> int:
    """Waves of the yearly season that its periods can tell apart."""
    return (history.season - 1) // 2


def _dates(history: History, ordinals: Ordinals) -> Any:
    """First days of periods."""
    per_year = history.series.periods_per_year
    months = ordinals // per_year * 12 + ordinals % per_year * (12 // per_year)
    return (months - 1970 * 12).astype("datetime64[M]").astype("datetime64[s]")
