"""The model families by name, and the pooled engine as one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from forecast.engine import DEFAULT_MODELS, forecast_paths
from forecast.errors import UnknownModelError
from forecast.models.base import Model
from forecast.models.libraries.components import Components
from forecast.models.libraries.ets import Ets
from forecast.models.libraries.prophet import ProphetFamily
from forecast.models.libraries.sarimax import Sarimax
from forecast.panel import Panel
from forecast.paths import PathDraws

POOLED = "pooled"
"""Name of the default: the pooled engine that draws every series in one pass."""


@dataclass(frozen=True)
class Pooled:
    """The default engine behind the interface of a family, to be compared and combined.

    Parameters
    ----------
    models : tuple of Model
        See `forecast.engine.forecast_paths`; those of `models_trained` draw with other coefficients.
    """

    name: str = POOLED
    models: tuple[Model, ...] = DEFAULT_MODELS

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw every asked series with the default models; see `forecast.models.base.Model`."""
        return forecast_paths(panel, series_ids, until=until, n_draws=n_draws, seed=seed, models=self.models)


FAMILIES: Mapping[str, Model] = MappingProxyType(
    {model.name: model for model in (Pooled(), Ets(), Components(), Sarimax(), ProphetFamily())}
)
"""Every family that can be named; all but the pooled engine cost a fit per series."""


def models_named(
    names: Sequence[str], *, drivers: Mapping[str, tuple[str, ...]] | None = None
) -> tuple[Model, ...]:
    """Give model families by name.

    Parameters
    ----------
    names : sequence of str
        Keys of `FAMILIES`.
    drivers : mapping of str to tuple of str, or None
        Driver series ids by target series id, for `sarimax`.

    Returns
    -------
    tuple of Model
        In the order of the names.

    Raises
    ------
    UnknownModelError
        If a name is none of them.
    """
    for name in names:
        if name not in FAMILIES:
            raise UnknownModelError(name, known=tuple(FAMILIES))
    with_drivers: dict[str, Model] = {"sarimax": Sarimax(drivers=drivers)} if drivers else {}
    return tuple(with_drivers.get(name, FAMILIES[name]) for name in names)
