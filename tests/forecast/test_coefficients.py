"""The coefficients that ship, and learning them again from a small simulated pool."""

import json
from importlib import resources

import numpy as np
import pytest

from forecast.annual_pool import HORIZONS
from forecast.coefficients import Coefficients, from_data, to_data
from forecast.completion_experts import YearTables
from forecast.growth import Growth, align, growth_table
from forecast.pretrained import FILE, shipped
from forecast.training import annual_examples, learn_annual, learn_trend_prior, learn_year, year_examples

LARGEST = 300_000  # bytes


def histories(n=30, length=14, *, seed=3):
    """Random walks in logs; simulated."""
    rng = np.random.default_rng(seed)
    return list(np.cumsum(rng.normal(0.05, 0.1, (n, length)), axis=1))


def learned_annual():
    prior = learn_trend_prior(histories(), drift=0.05, log_variance=-4.6)
    examples = annual_examples(
        histories(),
        prior,
        drift=0.05,
        log_variance=-4.6,
        shortest=5,
        repeats=1,
        generator=np.random.default_rng(1),
    )
    return learn_annual(examples, prior, -4.6)


def year_tables(*, seed=3):
    rng = np.random.default_rng(seed)
    flows = (1 + np.arange(12)) * np.exp(rng.normal(0, 0.2, (25, 5, 12)))
    return YearTables(np.cumsum(flows, axis=2))


def coefficients(annual, year):
    return Coefficients("2020-12-31", ("SIMULATED",), annual, shipped().seasons, year, year, year)


@pytest.fixture(scope="module")
def annual():
    return learned_annual()


@pytest.fixture(scope="module")
def year():
    return learn_year(year_examples(year_tables(), shipped().seasons, "smooth"))


def test_the_shipped_file_is_small_and_says_what_it_was_trained_on():
    text = (resources.files("forecast.pretrained") / FILE).read_text(encoding="utf-8")
    data = json.loads(text)
    assert len(text.encode()) < LARGEST
    assert data["sources"]
    assert all(data["sources"])
    assert np.datetime64(data["trained_through"]) <= np.datetime64("2026-12-31")


def test_simulated_sources_are_labelled():
    assert any("SIMULATED" in one for one in shipped().sources)


def test_the_shipped_file_comes_back_as_it_went():
    data = json.loads((resources.files("forecast.pretrained") / FILE).read_text(encoding="utf-8"))
    assert to_data(from_data(data)) == data


def test_a_missing_part_is_noticed():
    data = to_data(shipped())
    del data["batch"]
    with pytest.raises(KeyError):
        from_data(data)


def test_shipped_quantiles_rise_and_correlations_are_such():
    learned = shipped()
    for part in (learned.annual, *learned.classes):
        assert (np.diff(part.residuals.levels) > 0).all()
        assert (np.diff(part.residuals.quantiles, axis=1) >= 0).all()
        assert np.linalg.eigvalsh(part.residuals.correlation).min() > 0
    assert (learned.annual.squares > 0).all()
    assert np.exp(learned.seasons.log_weights).sum() == pytest.approx(1, abs=1e-3)
    assert np.exp(learned.annual.trend.log_weights).sum() == pytest.approx(1, abs=1e-3)


def test_shipped_gates_fit_the_experts():
    rows = align(histories(3))
    experts, features = growth_table(Growth.of(rows), np.zeros(3), np.full(3, 0.01), horizon=2)
    location, spread = shipped().annual.gate.predict(experts, features)
    assert np.isfinite(location).all()
    assert (spread > 0).all()


def test_training_on_a_small_pool_gives_sane_coefficients(annual, year):
    assert annual.residuals.quantiles.shape[0] == HORIZONS
    assert np.isfinite(annual.residuals.quantiles).all()
    assert (annual.squares > 0).all()
    assert np.exp(annual.trend.log_weights).sum() == pytest.approx(1)
    assert year.residuals.quantiles.shape[0] == 11
    assert np.isfinite(year.residuals.quantiles).all()


def test_training_again_gives_the_same(annual, year):
    again = coefficients(learned_annual(), year)
    first = coefficients(annual, learn_year(year_examples(year_tables(), shipped().seasons, "smooth")))
    assert to_data(again) == to_data(first)


def test_learned_coefficients_can_be_stored(annual, year):
    learned = coefficients(annual, year)
    stored = json.loads(json.dumps(to_data(learned)))
    assert to_data(from_data(stored)) == stored
    np.testing.assert_allclose(from_data(stored).annual.gate.choice, annual.gate.choice, rtol=1e-5)


def test_few_local_examples_stay_near_the_shipped_coefficients(year):
    local = learn_year(
        year_examples(year_tables(seed=8), shipped().seasons, "smooth"), toward=shipped().smooth
    )
    given = shipped().smooth.gate
    near = np.abs(local.gate.choice - given.choice).max()
    free = np.abs(year.gate.choice - given.choice).max()
    assert near < free
    np.testing.assert_array_equal(local.gate.centre, given.centre)
