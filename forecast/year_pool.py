"""The within-year pool: how years under way end, learned from thousands of past ones.

Arrays in, arrays out; `forecast.models.within_year` puts series in and takes paths out. Source:
docs/methods.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.annual_pool import ASKED_OF_POOL, DECIMALS, FEWEST_CHECKED, HELD_AT, PSEUDO_CASES
from forecast.coefficients import Coefficients, YearCoefficients
from forecast.completion_experts import YearTables, completion_table, lumpiness
from forecast.peers import Ints
from forecast.targets import Floats

YEARS = 8
"""Years that are looked at, the one under way among them."""

CLASS_STEPS = 4
"""Steps between the smooth and the lumpy spread of residuals."""


@dataclass(frozen=True, eq=False)
class YearOutlooks:
    """How years under way end.

    Parameters
    ----------
    location, spread : ndarray, shape (n,)
        Of log(year-end / last year-end), to be joined with standardised residuals.
    last_total, there : ndarray, shape (n,)
        Last year-end, and what is there by now. [indicator unit]
    lumpy : ndarray, shape (n,)
        Weight of the lumpy class.
    """

    location: Floats
    spread: Floats
    last_total: Floats
    there: Floats
    lumpy: Floats


def fit_year_outlooks(tables: YearTables, months: Ints, learned: Coefficients) -> YearOutlooks:
    """Forecast the year-end of every series of a pool.

    Parameters
    ----------
    tables : YearTables, of shape (n, YEARS, 12)
        Cumulative figures; the last year is under way, the two before it are whole and above zero.
    months : ndarray of int, shape (n,)
        Last known month of the last year, 2 to 11.
    learned : Coefficients
        Pretrained, or retrained.
    """
    filled = tables.filled().values
    found = _predict(filled, months, learned)
    widening = _local_widening(filled, months, learned)
    return YearOutlooks(
        np.round(found.location, DECIMALS),
        np.round(found.spread * widening, DECIMALS),
        found.last_total,
        found.there,
        found.lumpy,
    )


def residual_quantiles(learned: Coefficients, *, month: int, step: int, n_draws: int) -> Floats:
    """Rising residuals of a month between the smooth class (step 0) and the lumpy one, shape (n_draws,)."""
    share = step / CLASS_STEPS
    smooth = learned.smooth.residuals.spread_of(month - 1, n_draws)
    lumpy = learned.lumpy.residuals.spread_of(month - 1, n_draws)
    return (1 - share) * smooth + share * lumpy


def _predict(filled: Floats, months: Ints, learned: Coefficients) -> YearOutlooks:
    known = completion_table(filled, months)
    lumpy = lumpiness(filled[:, :-1])
    smooth_at, smooth_spread = learned.smooth.gate.predict(known.experts, known.features)
    lumpy_at, lumpy_spread = learned.lumpy.gate.predict(known.experts, known.features)
    return YearOutlooks(
        (1 - lumpy) * smooth_at + lumpy * lumpy_at,
        (1 - lumpy) * smooth_spread + lumpy * lumpy_spread,
        known.last_total,
        known.there,
        lumpy,
    )


def _local_widening(filled: Floats, months: Ints, learned: Coefficients) -> float:
    """How much wider last year's forecasts, made in the same months, had to be than the pretrained spread."""
    totals = filled[:, :-1, -1]
    is_checkable = np.isfinite(totals[:, -3:]).all(axis=1) & (totals[:, -3:] > 0).all(axis=1)
    rows = np.flatnonzero(is_checkable)
    if rows.size > ASKED_OF_POOL:
        rows = rows[np.linspace(0, rows.size - 1, ASKED_OF_POOL).astype(np.intp)]
    if rows.size < FEWEST_CHECKED:
        return 1.0
    found = _predict(filled[rows, :-1], months[rows], learned)
    truth = np.log(totals[rows, -1] / found.last_total)
    errors = np.clip((truth - found.location) / found.spread, -HELD_AT, HELD_AT)
    usual = _squares(learned.smooth, months[rows]) * (1 - found.lumpy)
    usual = usual + _squares(learned.lumpy, months[rows]) * found.lumpy
    return float(np.sqrt(((errors**2 / usual).sum() + PSEUDO_CASES) / (rows.size + PSEUDO_CASES)))


def _squares(learned: YearCoefficients, months: Ints) -> Floats:
    squares: Floats = learned.squares[months - 1]
    return squares
