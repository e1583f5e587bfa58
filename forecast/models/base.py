"""What every model family offers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, runtime_checkable

import numpy as np

from forecast.outlook import Outlook
from forecast.panel import Panel, Series
from forecast.paths import PathDraws
from forecast.questions import Reason
from forecast.targets import Floats

FURTHEST = 60
"""Years past the last value that are drawn; nothing is said beyond."""


class Model(Protocol):
    """A family of models that draws paths."""

    @property
    def name(self) -> str:
        """Name under which answers report the model."""

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of some series of a panel.

        Parameters
        ----------
        panel : Panel
            Everything known; the pool.
        series_ids : sequence of str
            Series of the panel to draw; each holds at least one value.
        until : mapping of str to int
            Ordinal of the last period to draw, by series.
        n_draws : int
            Number of draws.
        seed : int
            Draws depend on it and on the series id alone, never on the order or choice of series.

        Returns
        -------
        dict of str to PathDraws
            A series this family does not serve (its frequency, its measure) is absent; one it serves
            and cannot forecast has no columns and a reason.
        """


@runtime_checkable
class PooledModel(Model, Protocol):
    """A family that forecasts a whole panel at once, before anything is drawn for one series."""

    @property
    def periods_per_year(self) -> int:
        """Frequency of the series it serves: nothing is worked out where nobody asks for one of them."""

    def outlook(self, panel: Panel, *, until: Mapping[str, int], n_draws: int, seed: int) -> Outlook | None:
        """Say where the paths of every series of a panel that this family serves go.

        Parameters
        ----------
        panel : Panel
            Everything known; the pool.
        until : mapping of str to int
            Ordinals of the last periods that will be asked for.
        n_draws, seed : int
            Of the residual paths.

        Returns
        -------
        Outlook or None
            None without a series to serve.
        """

    def draw(
        self,
        outlook: Outlook,
        panel: Panel,
        series_ids: Sequence[str],
        *,
        until: Mapping[str, int],
        seed: int,
    ) -> dict[str, PathDraws]:
        """Draw paths of the series among `series_ids` that an outlook of the same panel holds."""


def paths_of_pool(
    model: PooledModel,
    panel: Panel,
    series_ids: Sequence[str],
    *,
    until: Mapping[str, int],
    n_draws: int,
    seed: int,
) -> dict[str, PathDraws]:
    """Draw paths of single series of a pooled model; see `Model.paths`."""
    outlook = model.outlook(panel, until=until, n_draws=n_draws, seed=seed)
    return {} if outlook is None else model.draw(outlook, panel, series_ids, until=until, seed=seed)


def as_counted(series: Series, values: Floats) -> Floats:
    """Drawn values as the series reports them: whole numbers where a counter has never been anything else."""
    return np.rint(values) if series.counts_whole else values


def first_open_period(series: Series) -> int:
    """Ordinal of the first measured period that is preliminary or still unknown.

    Gaps before the last known value are not open: they stay unknown.
    """
    known = np.flatnonzero(np.isfinite(series.measured))
    if not known.size:
        return series.first
    if series.provisional is not None:
        doubtful = known[~series.is_final[known]]
        if doubtful.size:
            return series.first + int(doubtful[0])
    return series.first + int(known[-1]) + 1


def without_draws(series: Series, reason: Reason, name: str) -> PathDraws:
    """Make a path that says why there are no draws."""
    empty: Floats = np.empty((0, 0))
    return PathDraws(series, first_open_period(series), empty, name, reason)
