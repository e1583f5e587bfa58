"""Does an 80 % band hold about four fifths of what comes? On simulated series only, with generous limits."""

import numpy as np
import pytest

from forecast import Reporting, Series, coverage, forecast_paths

from .builders import annual, panel

LEAST, MOST = 0.70, 0.90
N_SERIES = 300
TENTHS = [0.1, 0.9]


def walks_with_drift(rng, length):
    drift, sd = rng.normal(0.05, 0.03, (N_SERIES, 1)), np.exp(rng.normal(-2.5, 0.5, (N_SERIES, 1)))
    return np.cumsum(drift + sd * rng.standard_normal((N_SERIES, length)), axis=1)


def momentum(rng, length):
    """Growth that carries on in part: AR(1) with 0.5."""
    steps = np.zeros((N_SERIES, length))
    noise = 0.06 * rng.standard_normal((N_SERIES, length))
    for t in range(1, length):
        steps[:, t] = 0.5 * steps[:, t - 1] + noise[:, t]
    return np.cumsum(0.04 + steps, axis=1)


def reverting(rng, length):
    """AR(1) with 0.6 around a line."""
    off = np.zeros((N_SERIES, length))
    noise = 0.08 * rng.standard_normal((N_SERIES, length))
    for t in range(1, length):
        off[:, t] = 0.6 * off[:, t - 1] + noise[:, t]
    return off + 0.03 * np.arange(length)


@pytest.mark.parametrize("simulate", [walks_with_drift, momentum, reverting])
@pytest.mark.parametrize("known", [6, 15])
def test_annual_bands_hold_what_comes(simulate, known):
    ahead = 3
    table = 100 * np.exp(simulate(np.random.default_rng(20), known + 20 + ahead)[:, 20:])
    series = [annual(f"s{i:03}", row[:known], group=f"g{i % 10}") for i, row in enumerate(table)]
    ids = [s.series_id for s in series]
    paths = forecast_paths(panel(*series), ids, until=ahead, n_draws=400, seed=1)
    for h in (0, ahead - 1):
        low, high = np.quantile([paths[one].draws[:, h] for one in ids], TENTHS, axis=1)
        assert LEAST < coverage(low, high, table[:, known + h]) < MOST


@pytest.mark.parametrize("months", [3, 8])
def test_bands_of_years_under_way_hold_how_they_end(months):
    rng = np.random.default_rng(21)
    years, n = 6, N_SERIES
    season = rng.dirichlet(np.full(12, 50.0), n)[:, None, :]
    totals = np.exp(np.cumsum(rng.normal(0.05, 0.08, (n, years, 1)), axis=1))
    shares = season * np.exp(rng.normal(0, 0.05, (n, years, 12)))
    sums = 100 * np.cumsum(totals * shares, axis=2).reshape(n, -1)
    cut = 12 * (years - 1) + months
    series = [
        Series(f"m{i:03}", 12, 2019 * 12, row[:cut], reporting=Reporting.YTD) for i, row in enumerate(sums)
    ]
    ids = [s.series_id for s in series]
    paths = forecast_paths(panel(*series), ids, until=12 - months, n_draws=400, seed=1)
    assert {p.method for p in paths.values()} == {"within_year_pool"}
    low, high = np.quantile([paths[one].draws[:, -1] for one in ids], TENTHS, axis=1)
    assert LEAST < coverage(low, high, sums[:, -1]) < MOST
