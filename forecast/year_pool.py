"""The within-year pool: how years under way end, learned from thousands of past ones.

Arrays in, arrays out; `forecast.models.within_year` puts series in and takes paths out. Source:
docs/methods.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import partial

import numpy as np

from forecast.annual_pool import ASKED_OF_POOL, DECIMALS, FEWEST_CHECKED, PSEUDO_CASES
from forecast.chunks import Columns, in_chunks
from forecast.coefficients import Coefficients, YearCoefficients
from forecast.completion_experts import YearTables, completion_table
from forecast.targets import Floats, Ints
from forecast.year_classes import CLASSES, class_weights

YEARS = 8
"""Years that are looked at, the one under way among them."""

PAST_YEARS = 3
"""Years back that the pool's own forecasts are checked."""

HELD_AT = 2.0
"""Residuals are held here before the own record is drawn up: it judges the middle, not the tails."""

LUMPY_DOUBT = 1.2
"""Lumpy years are wider by this than the own record says: the simulated ones that their gates have learned
from repeat more exactly, and what the series of a year share is seen in three past years at most."""

MOST_SPREAD = 0.4
"""A gate's spread is held here, in logs: for years unlike any it has learned from it would run away."""

CLASS_STEPS = 4
"""Steps between the residuals of one class and those of another."""


@dataclass(frozen=True, eq=False)
class YearOutlooks:
    """How years under way end.

    Parameters
    ----------
    location, spread : ndarray, shape (n,)
        Of log(year-end / last year-end), to be joined with standardised residuals.
    last_total, there : ndarray, shape (n,)
        Last year-end, and what is there by now. [indicator unit]
    classes : ndarray, shape (n, 3)
        Weight of each class of `forecast.year_classes`.
    """

    location: Floats
    spread: Floats
    last_total: Floats
    there: Floats
    classes: Floats

    def cut(self, rows: slice) -> YearOutlooks:
        """Some of the rows."""
        return YearOutlooks(*(getattr(self, one.name)[rows] for one in fields(self)))


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
    past = _PastYears.of(tables.values, months)
    # The pool's own past years are forecast along with the one under way, in one pass.
    both = YearOutlooks(
        *in_chunks(
            partial(_predict_rows, learned),
            np.concatenate([tables.values, past.tables]),
            np.concatenate([months, months[past.rows]]),
        )
    )
    found, then = both.cut(slice(len(months))), both.cut(slice(len(months), None))
    local = _local_record(past, then, months[past.rows], learned)
    return YearOutlooks(
        np.round(found.location + local.shift * found.spread, DECIMALS),
        np.round(found.spread * local.widening * LUMPY_DOUBT ** (1 - found.classes[:, 0]), DECIMALS),
        found.last_total,
        found.there,
        found.classes,
    )


def residual_quantiles(learned: Coefficients, *, month: int, shares: Floats, n_draws: int) -> Floats:
    """Rising residuals of a month where each class has a share, shape (n_draws,); `shares` has shape (3,)."""
    drawn = [one.residuals.spread_of(month - 1, n_draws) for one in learned.classes]
    mixed: Floats = shares @ np.stack(drawn)
    return mixed


def _predict_rows(learned: Coefficients, tables: Floats, months: Ints) -> Columns:
    """The fields of `YearOutlooks` of some rows."""
    filled = YearTables(tables).filled().values
    known = completion_table(filled, months, learned.seasons)
    classes = class_weights(filled[:, :-1])
    location, spread = np.zeros(len(months)), np.zeros(len(months))
    for name, one, weights in zip(CLASSES, learned.classes, classes.T, strict=True):
        if not weights.any():
            continue
        rows = slice(None) if weights.all() else np.flatnonzero(weights)
        seen = known.seen_by(name, filled, months, rows)
        at, width = one.gate.predict(seen.experts, seen.features)
        location[rows] += weights[rows] * at
        spread[rows] += weights[rows] * np.minimum(width, MOST_SPREAD)
    return location, spread, known.last_total, known.there, classes


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


@dataclass(frozen=True, eq=False)
class _PastYears:
    """Past years of some series as they were known then, each as if it were under way.

    Parameters
    ----------
    tables : ndarray, shape (n, YEARS, 12)
        Moved, so that the year asked about comes last, and cut at the month.
    year_ends : ndarray, shape (n,)
        How those years ended. [indicator unit]
    rows, back : ndarray of int, shape (n,)
        Series in the pool, and how many years ago the year was.
    """

    tables: Floats
    year_ends: Floats
    rows: Ints
    back: Ints

    @classmethod
    def of(cls, tables: Floats, months: Ints) -> _PastYears:
        """The last three years, as far back as enough series were whole then."""
        none = np.empty(0, dtype=np.intp)
        parts = [(tables[:0], tables[:0, 0, 0], none, none)]
        for back in range(1, PAST_YEARS + 1):
            rows = _checkable(tables, months, back)
            if rows.size < FEWEST_CHECKED:
                break
            then = _as_known(tables[rows], months[rows], back)
            parts.append((then, tables[rows, -1 - back, -1], rows, np.full(rows.size, back)))
        return cls(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _as_known(tables: Floats, months: Ints, back: int) -> Floats:
    """Tables as they were in the same month so many years ago."""
    moved = np.full_like(tables, np.nan)
    moved[:, back:] = tables[:, :-back]
    moved[:, -1][np.arange(tables.shape[2])[None] >= months[:, None]] = np.nan
    return moved


def _local_record(past: _PastYears, found: YearOutlooks, months: Ints, learned: Coefficients) -> _Record:
    """Compare what came in past years with what was forecast in the same month of each.

    All series of one year share its shock, so a year counts as one witness of the shift, and one year
    without any is joined; the widening is joined with 100 cases of the training pool.
    """
    truth = np.log(past.year_ends / found.last_total)
    errors = np.clip((truth - found.location) / found.spread, -HELD_AT, HELD_AT)
    usual = np.stack([_usual(one, months) for one in learned.classes])  # (3, 2, n)
    mean, square = (found.classes.T[:, None] * usual).sum(axis=0)
    witnesses = [float((errors - mean)[past.back == years].mean()) for years in np.unique(past.back)]
    total = PSEUDO_CASES + float((errors**2 / square / past.back).sum())
    cases = PSEUDO_CASES + float((1 / past.back).sum())
    return _Record(sum(witnesses) / (len(witnesses) + 1), float(np.sqrt(total / cases)))


def _checkable(tables: Floats, months: Ints, back: int) -> Ints:
    """Series, at most 400, with the month so far back known, and that year and the two before it whole."""
    end = tables.shape[1] - back
    totals = tables[:, max(end - 3, 0) : end, -1]
    if totals.shape[1] < 3:
        return np.empty(0, dtype=np.intp)
    there = tables[np.arange(len(tables)), end - 1, months - 1]
    asked = np.column_stack([totals, there])
    rows = np.flatnonzero(np.isfinite(asked).all(axis=1) & (np.nan_to_num(asked) > 0).all(axis=1))
    if rows.size > ASKED_OF_POOL:
        rows = rows[np.linspace(0, rows.size - 1, ASKED_OF_POOL).astype(np.intp)]
    return rows


def _usual(learned: YearCoefficients, months: Ints) -> Floats:
    """Mean and mean square of the pretrained residuals, shape (2, n): they lean to the upper side."""
    held = np.clip(learned.residuals.quantiles, -HELD_AT, HELD_AT)
    usual: Floats = np.stack([held.mean(axis=1), (held**2).mean(axis=1)])[:, months - 1]
    return usual
