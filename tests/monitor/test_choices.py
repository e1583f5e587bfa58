"""The model an indicator asks for draws its series, and only its series."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

import forecast
from monitor.core.indicators import ForecastModel
from monitor.core.snapshot import Snapshot
from monitor.forecasting.cases import series_id_of
from monitor.forecasting.choices import chosen_model
from tests.builders import an_indicator

YEARS = np.array([100.0, 108, 113, 125, 131, 140, 155, 160])
UNTIL = 2026


def drawn(**changes):
    """Paths of one indicator with the changes and of an ordinary one, both in the same region."""
    indicators = {"asked": an_indicator("asked", **changes), "plain": an_indicator("plain")}
    keys = [(code, "510000") for code in indicators]
    snapshot = Snapshot(dt.date(2026, 1, 1), indicators, {}, dict.fromkeys(keys, ()), {})
    ids = [series_id_of(*key) for key in keys]
    panel = forecast.Panel.of(forecast.Series(one, 1, 2016, YEARS) for one in ids)
    model = chosen_model(snapshot, panel, ids)
    paths = model.paths(panel, ids, until=dict.fromkeys(ids, UNTIL), n_draws=100, seed=1)
    plain = forecast.Pooled().paths(panel, ids, until=dict.fromkeys(ids, UNTIL), n_draws=100, seed=1)
    assert np.array_equal(paths[ids[1]].draws, plain[ids[1]].draws)
    return paths[ids[0]], plain[ids[0]]


def test_without_a_choice_the_pooled_engine_draws():
    path, plain = drawn()
    assert path.method == plain.method
    assert np.array_equal(path.draws, plain.draws)


@pytest.mark.parametrize(
    ("changes", "method"),
    [
        ({"model": ForecastModel.ETS}, "ets"),
        ({"model": ForecastModel.SARIMAX}, "sarimax"),
    ],
)
def test_the_chosen_family_draws(changes, method):
    path, _ = drawn(**changes)
    assert path.method == method


def test_the_combination_takes_the_weights_of_its_class():
    path, plain = drawn(model=ForecastModel.COMBINATION)
    assert set(path.method.split("+")) == {plain.method, *forecast.DEFAULT_WEIGHTS["annual/flow"]} - {
        forecast.POOLED
    }


def test_a_driver_that_is_not_there_leaves_the_series_to_the_pooled_engine():
    path, plain = drawn(model=ForecastModel.SARIMAX, drivers=("nobody",))
    assert np.array_equal(path.draws, plain.draws)


def test_the_names_are_those_of_the_families():
    assert {model.value for model in ForecastModel} == {*forecast.FAMILIES, "combination"}
    for shares in forecast.DEFAULT_WEIGHTS.values():
        assert set(shares) <= set(forecast.FAMILIES)
        assert sum(shares.values()) == pytest.approx(1.0, abs=0.005)
