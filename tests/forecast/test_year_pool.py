"""Three classes of years in one pool: each is judged by its own gate and residuals."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from forecast import WithinYearPool, shipped
from forecast.completion_experts import YearTables
from forecast.year_classes import CLASSES
from forecast.year_pool import LUMPY_DOUBT, MOST_SPREAD, fit_year_outlooks, residual_quantiles

from .builders import monthly, panel, with_residuals, ytd_rows

COURSES = {
    "smooth": np.full(12, 1 / 12),
    "surge": np.array([0.05] * 11 + [0.45]),
    "batch": np.array([0.001] * 6 + [0.5] + [0.001] * 3 + [0.49, 0.001]),
}


def numbered():
    """Every residual of a class is its number: 1, 2, 3."""
    return with_residuals(
        **{name: lambda old, n=n: np.full_like(old, n) for n, name in enumerate(CLASSES, start=1)}
    )


@pytest.mark.parametrize(
    ("shares", "expected"), [((1, 0, 0), 1), ((0, 1, 0), 2), ((0, 0, 1), 3), ((0.5, 0.25, 0.25), 1.75)]
)
def test_residuals_are_mixed_by_the_shares_of_the_classes(shares, expected):
    found = residual_quantiles(numbered(), month=6, shares=np.array(shares), n_draws=50)
    np.testing.assert_allclose(found, np.full(50, expected))


def series(name, *, first=100.0):
    rng = np.random.default_rng(CLASSES.index(name))
    totals = first * np.exp(np.cumsum(rng.normal(0.05, 0.05, 6)))
    rows = [ytd_rows([total], rng.dirichlet(COURSES[name] * 400))[0] for total in totals]
    rows[-1] = rows[-1][:8]
    return monthly(name, rows, first_year=2018)


def test_every_series_takes_the_residuals_of_its_class():
    found = WithinYearPool(numbered()).outlook(panel(*map(series, CLASSES)), until={}, n_draws=20, seed=1)
    for row, one in enumerate(found.series):
        template = found.templates[found.template_of[row]]
        np.testing.assert_allclose(template.draws, CLASSES.index(one.series_id) + 1)


def pool_of(name, n=40):
    """Whole years of one class and one under way, shape (n, 8, 12)."""
    rng = np.random.default_rng(5)
    totals = 100 * np.exp(np.cumsum(rng.normal(0.05, 0.1, (n, 8)), axis=1))
    flows = rng.dirichlet(COURSES[name] * 200, (n, 8)) * totals[:, :, None]
    return YearTables(np.cumsum(flows, axis=2))


@pytest.mark.parametrize("name", CLASSES)
def test_the_own_record_is_held_against_the_residuals_of_the_class(name):
    tables, months = pool_of(name), np.full(40, 7)
    usual = fit_year_outlooks(tables, months, shipped()).spread
    others = {other: lambda old: old * 3 for other in CLASSES if other != name}
    np.testing.assert_array_equal(fit_year_outlooks(tables, months, with_residuals(**others)).spread, usual)
    wider = fit_year_outlooks(tables, months, with_residuals(**{name: lambda old: old * 3})).spread
    assert (wider < usual).all()


def with_spread(size):
    """Coefficients whose gates all say one spread, with the same residuals."""
    learned = shipped()
    for name in CLASSES:
        one = getattr(learned, name)
        spread = np.zeros_like(one.gate.spread)
        spread[0] = np.log(size)  # of the constant
        gate = replace(one.gate, spread=spread)
        learned = replace(learned, **{name: replace(one, gate=gate, residuals=shipped().smooth.residuals)})
    return learned


def mixed_pool():
    """Between smooth and surges, and between surges and batches."""
    tables = [pool_of(name).values for name in CLASSES]
    between = [(one + other) / 2 for one, other in pairwise(tables)]
    return YearTables(np.concatenate([*tables, *between]))


def test_no_gate_is_less_sure_than_the_most_spread_and_lumpy_years_are_doubted():
    tables, months = mixed_pool(), np.full(200, 7)
    most, wild, less = (
        fit_year_outlooks(tables, months, with_spread(size)) for size in (MOST_SPREAD, 3, MOST_SPREAD / 2)
    )
    assert ((most.classes > 0.01).sum(axis=1) > 1).any()
    np.testing.assert_array_equal(most.spread, wild.spread)
    assert (less.spread < most.spread).all()
    doubt = LUMPY_DOUBT ** (1 - most.classes[:, 0])
    np.testing.assert_allclose(most.spread / doubt, most.spread[0] / doubt[0], rtol=1e-9)
    assert most.spread[most.classes[:, 0] == 0].min() > 1.1 * most.spread[most.classes[:, 0] == 1].max()


@pytest.mark.parametrize("name", CLASSES)
def test_classes_are_told(name):
    found = fit_year_outlooks(pool_of(name), np.full(40, 7), shipped())
    assert (found.classes.argmax(axis=1) == CLASSES.index(name)).mean() > 0.9
