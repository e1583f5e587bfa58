"""The within-year pool: how years under way end, learned from thousands of past ones.

Arrays in, arrays out; `forecast.models.within_year` puts series in and takes paths out. Source:
docs/methods.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import numpy as np

from forecast.annual_pool import ASKED_OF_POOL, DECIMALS, FEWEST_CHECKED, PSEUDO_CASES
from forecast.chunks import Columns, in_chunks
from forecast.coefficients import Coefficients, YearCoefficients
from forecast.completion_experts import YearTables, completion_table, lumpiness
from forecast.targets import Floats, Ints

YEARS = 8
"""Years that are looked at, the one under way among them."""

PAST_YEARS = 3
"""Years back that the pool's own forecasts are checked."""

HELD_AT = 2.0
"""Residuals are held here before the own record is drawn up: it says how wide the middle is, not the tails."""

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
    (filled,) = in_chunks(lambda values: (YearTables(values).filled().values,), tables.values)
    found = _predict(filled, months, learned)
    local = _local_record(filled, months, learned)
    return YearOutlooks(
        np.round(found.location + local.shift * found.spread, DECIMALS),
        np.round(found.spread * local.widening, DECIMALS),
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
    return YearOutlooks(*in_chunks(partial(_predict_rows, learned), filled, months))


def _predict_rows(learned: Coefficients, filled: Floats, months: Ints) -> Columns:
    """The fields of `YearOutlooks` of some rows."""
    known = completion_table(filled, months, learned.seasons)
    lumpy = lumpiness(filled[:, :-1])
    smooth_at, smooth_spread = learned.smooth.gate.predict(known.experts, known.features)
    lumpy_at, lumpy_spread = learned.lumpy.gate.predict(known.experts, known.features)
    location = (1 - lumpy) * smooth_at + lumpy * lumpy_at
    spread = (1 - lumpy) * smooth_spread + lumpy * lumpy_spread
    return location, spread, known.last_total, known.there, lumpy


@dataclass(frozen=True)
class _Record:
    """How the pool's own past years came out against forecasts made in the same months.

    Parameters
    ----------
    shift : float
        Mean standardised residual beyond the pretrained ones': by how much all of them were too low.
    widening : float
        How much wider they had to be than the pretrained spread.
    """

    shift: float
    widening: float


def _local_record(filled: Floats, months: Ints, learned: Coefficients) -> _Record:
    """Check the last three years, each from what was known in the same month of it.

    All series of one year share its shock, so a year counts as one witness of the shift, and one year
    without any is joined; the widening is joined with 100 cases of the training pool.
    """
    shifts: list[float] = []
    total, cases = PSEUDO_CASES, PSEUDO_CASES
    for back in range(1, PAST_YEARS + 1):
        rows = _checkable(filled, back)
        if rows.size < FEWEST_CHECKED:
            break
        found = _predict(filled[rows, : filled.shape[1] - back], months[rows], learned)
        truth = np.log(filled[rows, -1 - back, -1] / found.last_total)
        errors = np.clip((truth - found.location) / found.spread, -HELD_AT, HELD_AT)
        smooth, lumpy = _usual(learned.smooth, months[rows]), _usual(learned.lumpy, months[rows])
        mean, square = (1 - found.lumpy) * smooth + found.lumpy * lumpy
        shifts.append(float((errors - mean).mean()))
        total += float((errors**2 / square).sum()) / back
        cases += rows.size / back
    return _Record(sum(shifts) / (len(shifts) + 1), float(np.sqrt(total / cases)))


def _checkable(filled: Floats, back: int) -> Ints:
    """Series, at most 400, whose year so far back and the two before it are whole."""
    end = filled.shape[1] - back
    totals = filled[:, max(end - 3, 0) : end, -1]
    if totals.shape[1] < 3:
        return np.empty(0, dtype=np.intp)
    rows = np.flatnonzero(np.isfinite(totals).all(axis=1) & (np.nan_to_num(totals) > 0).all(axis=1))
    if rows.size > ASKED_OF_POOL:
        rows = rows[np.linspace(0, rows.size - 1, ASKED_OF_POOL).astype(np.intp)]
    return rows


def _usual(learned: YearCoefficients, months: Ints) -> Floats:
    """Mean and mean square of the pretrained residuals, shape (2, n): they lean to the upper side."""
    held = np.clip(learned.residuals.quantiles, -HELD_AT, HELD_AT)
    usual: Floats = np.stack([held.mean(axis=1), (held**2).mean(axis=1)])[:, months - 1]
    return usual
