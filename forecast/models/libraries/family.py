"""What the library families share: one series at a time, and one that fails fails alone."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence

import numpy as np

from forecast.errors import ModelFailedError
from forecast.models.base import without_draws
from forecast.models.libraries.guards import guarded, quietly
from forecast.models.libraries.history import History, history_of
from forecast.models.libraries.reported import to_path
from forecast.panel import Panel, Series
from forecast.paths import PathDraws
from forecast.questions import Reason
from forecast.targets import Floats

LEAST_VALUES = 5
"""Known values an annual series needs."""

LEAST_SEASONS = 2
"""Whole years of known periods a quarterly or monthly series needs."""

LIBRARY_ERRORS = (ValueError, ArithmeticError, RuntimeError, LookupError, TypeError)
"""What statsmodels, Prophet and numpy raise on series they cannot take (LinAlgError is a ValueError)."""


class LibraryFamily(ABC):
    """A family that fits one series at a time with a library."""

    @property
    @abstractmethod
    def name(self) -> str:
        """Name under which answers report the model."""

    @abstractmethod
    def n_parameters(self, history: History) -> int:
        """Number of parameters that the library estimates and then draws as if they were known."""

    @abstractmethod
    def simulate(self, panel: Panel, history: History, *, n_steps: int, n_draws: int, seed: int) -> Floats:
        """Fit and draw.

        Parameters
        ----------
        panel : Panel
            Everything known; only drivers are read from it.
        history : History
            The modelled past, long enough and not constant.
        n_steps : int
            Modelled periods to draw, one or more.
        n_draws, seed : int
            See `forecast.models.base.Model`.

        Returns
        -------
        ndarray, shape (n_draws, n_steps)
            On the modelling scale.

        Raises
        ------
        ModelFailedError
            If the fit does not converge or a driver is missing.
        """

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths one series at a time; see `forecast.models.base.Model`."""
        asked = [panel.series[one] for one in series_ids if one in panel.series]
        return {
            series.series_id: self._path(panel, series, until[series.series_id], n_draws=n_draws, seed=seed)
            for series in asked
        }

    def draw(self, panel: Panel, history: History, *, n_steps: int, n_draws: int, seed: int) -> Floats:
        """Draw a history onward, with every guard.

        Parameters and shapes as `simulate`; a constant history stays where it is, with the least spread.

        Raises
        ------
        ModelFailedError
            Whatever went wrong in the library.
        """
        if not n_steps or history.is_constant:
            draws = np.full((n_draws, n_steps), history.filled[-1])
        else:
            try:
                with quietly():
                    draws = self.simulate(panel, history, n_steps=n_steps, n_draws=n_draws, seed=seed)
            except LIBRARY_ERRORS as error:
                raise ModelFailedError(self.name, f"{type(error).__name__}: {error}") from error
        return guarded(draws, history, n_parameters=self.n_parameters(history), seed=seed, name=self.name)

    def _path(self, panel: Panel, series: Series, until: int, *, n_draws: int, seed: int) -> PathDraws:
        history = history_of(series)
        if history is None or history.n_known < least_values(history):
            return without_draws(series, Reason.TOO_SHORT, self.name)
        n_steps = history.future(until).size
        try:
            future = self.draw(panel, history, n_steps=n_steps, n_draws=n_draws, seed=seed)
        except ModelFailedError:
            return without_draws(series, Reason.MODEL_FAILED, self.name)
        return to_path(history, future, until=until, seed=seed, name=self.name)


def least_values(history: History) -> int:
    """Known periods a history needs before a library may fit it."""
    return max(LEAST_VALUES, LEAST_SEASONS * history.season if history.season > 1 else 0)
