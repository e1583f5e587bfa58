"""Learning again from local series."""

from dataclasses import replace

import numpy as np
import pytest

from forecast import AnnualPool, WithinYearPool, answer, retrain, shipped

from .builders import level, monthly, panel, simulated_walks, ytd_rows

DAY = "2026-11-21"


def months(n, *, seed):
    """Simulated monthly series with a surge in December, the last year known to August."""
    rng = np.random.default_rng(seed)
    found = []
    for i in range(n):
        totals = 100 * np.exp(np.cumsum(rng.normal(0.08, 0.1, 7)))
        rows = [ytd_rows([total], rng.dirichlet([20.0] * 11 + [120.0]))[0] for total in totals]
        rows[-1] = rows[-1][:8]
        found.append(monthly(f"m{i}", rows, first_year=2017))
    return found


def test_few_series_leave_the_shipped_coefficients_alone():
    start, found = shipped(), retrain(panel(*simulated_walks(3, 8, seed=1)), through=DAY)
    assert found.annual is start.annual
    assert found.classes == start.classes


def test_many_series_move_the_annual_coefficients_the_same_way_twice():
    pool = panel(*simulated_walks(120, 12, seed=2, drift=0.12, sd=0.05))
    one, other = retrain(pool, through=DAY), retrain(pool, through=DAY)
    assert np.array_equal(one.annual.gate.choice, other.annual.gate.choice)
    assert not np.allclose(one.annual.gate.choice, shipped().annual.gate.choice)
    assert "120 local series" in one.sources[-1]


def test_short_series_alone_teach_no_far_horizon():
    found = retrain(panel(*simulated_walks(100, 7, seed=6)), through=DAY)
    assert found.annual is shipped().annual
    assert found.trained_through == DAY


def test_what_was_learned_can_be_forecast_with():
    pool = panel(*simulated_walks(80, 12, seed=3), *months(40, seed=4))
    learned = retrain(pool, through=DAY)
    models = (AnnualPool(learned.annual), WithinYearPool(learned))
    questions = [level(150, 2024, series_id="s0"), level(150, 2023 * 12 + 11, series_id="m0")]
    learned_now, shipped_ones = (
        answer(pool, questions, seed=1, models=models),
        answer(pool, questions, seed=1),
    )
    for now, before in zip(learned_now, shipped_ones, strict=True):
        assert now.method == before.method
        assert now.quantiles != before.quantiles


def test_gaps_do_not_make_a_lumpy_year_smooth():
    whole = months(60, seed=5)
    place = np.arange(whole[0].values.size)
    gone = (place % 12 == 10) & (place // 12 != 5)  # November, before the surge, but for one year
    gapped = [replace(one, values=np.where(gone, np.nan, one.values)) for one in whole]
    learned = retrain(panel(*gapped), through=DAY)
    assert learned.smooth is shipped().smooth
    assert learned.surge is not shipped().surge


def test_only_the_class_that_was_seen_moves():
    learned = retrain(panel(*months(60, seed=5)), through=DAY)
    assert learned.smooth is shipped().smooth
    assert learned.batch is shipped().batch
    assert learned.surge.gate.choice != pytest.approx(shipped().surge.gate.choice)


def test_local_batches_move_the_gate_of_batches():
    rng = np.random.default_rng(7)
    found = []
    for i in range(60):
        totals = 100 * np.exp(np.cumsum(rng.normal(0.08, 0.1, 7)))
        rows = []
        for total in totals:
            course = np.full(12, 0.002)
            course[[5 + rng.integers(0, 2), 10]] += rng.dirichlet([20, 20])
            rows.append(ytd_rows([total], course / course.sum())[0])
        rows[-1] = rows[-1][:8]
        found.append(monthly(f"b{i}", rows, first_year=2017))
    learned = retrain(panel(*found), through=DAY)
    assert learned.smooth is shipped().smooth
    assert learned.surge is shipped().surge
    assert learned.batch.gate.choice != pytest.approx(shipped().batch.gate.choice)
