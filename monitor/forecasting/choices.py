"""Which family of models draws which series: the `model` of each indicator, the pooled engine else."""

from __future__ import annotations

from collections.abc import Iterable

import forecast
from monitor.core.indicators import ForecastModel
from monitor.core.snapshot import Snapshot
from monitor.forecasting.cases import series_id_of
from monitor.forecasting.training import pooled_engine


def chosen_model(
    snapshot: Snapshot, panel: forecast.Panel, series_ids: Iterable[str]
) -> forecast.Combination:
    """Give the model that draws a panel as its indicators ask.

    Parameters
    ----------
    snapshot : Snapshot
        Its indicators name their model and drivers.
    panel : forecast.Panel
        Series by the ids of `series_id_of`.
    series_ids : iterable of str
        Series to be drawn; a family is fitted only for those among them that ask for it.

    Returns
    -------
    forecast.Combination
        Its default is the pooled engine, as trained; paths of series that ask for nothing are that
        engine's, to the last digit.
    """
    wanted = frozenset(series_ids)
    chosen: dict[str, forecast.Weights] = {}
    drivers: dict[str, tuple[str, ...]] = {}
    for code, region in snapshot.releases:
        indicator, series_id = snapshot.indicators[code], series_id_of(code, region)
        series = panel.find(series_id)
        if indicator.model is ForecastModel.POOLED or series is None or series_id not in wanted:
            continue
        if indicator.model is ForecastModel.COMBINATION:
            chosen[series_id] = forecast.DEFAULT_WEIGHTS.get(forecast.class_of(series), {})
        else:
            chosen[series_id] = {indicator.model.value: 1.0}
        if indicator.drivers:
            drivers[series_id] = tuple(series_id_of(driver, region) for driver in indicator.drivers)
    names = sorted({name for shares in chosen.values() for name in shares} - {forecast.POOLED})
    return forecast.Combination(
        members=forecast.models_named(names, drivers=drivers), chosen=chosen, default=pooled_engine(snapshot)
    )
