"""Sums since January where a month is missing from a flow that is reported by period.

A missing month hides every later sum of its year. It is taken to be what it usually is, at the pace of the
months of its year that are known: their sum / their usual share x its own usual share. Shares and their
spread are those of the series' own whole years. Only forecasts read the estimates; a target is never
settled by one.
Source: docs/methods.md, section 1.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from forecast.panel import Reporting, Series
from forecast.targets import Bools, Floats

LEAST_SPREAD, USUAL_SPREAD = 0.05, 0.3
"""Relative standard deviation of a month around its usual share: the least, and that with one whole year."""


class EstimatedSums(NamedTuple):
    """Sums since January, missing months estimated.

    Parameters
    ----------
    values : ndarray, shape (n_periods,)
        As `Series.measured`, and the estimates; NaN is unknown. [indicator unit]
    spread : ndarray, shape (n_periods,)
        Standard deviation that the estimated months give each sum, as a share of it; zero without any.
    """

    values: Floats
    spread: Floats


def estimated_sums(series: Series) -> EstimatedSums:
    """Sum a series within its years, missing months estimated where its own years say how.

    Parameters
    ----------
    series : Series
        Any; only flows and counters reported by period below a year have something to estimate.

    Returns
    -------
    EstimatedSums
        Estimates stand in years in which no more periods are missing than known, once a whole year is known.
    """
    measured = series.measured
    as_known = EstimatedSums(measured, np.zeros(measured.size))
    if not series.accumulates or series.reporting is Reporting.YTD or series.observed_to is None:
        return as_known
    if np.isfinite(measured[: series.observed_to - series.first + 1]).all():
        return as_known
    lead = series.first % series.periods_per_year
    table = series.by_year(series.values)
    table[:, sorted(series.silent_parts)] = 0.0  # what is never reported is part of the next one
    missing = _missing(series, table, lead)
    whole = np.isfinite(table).all(axis=1) & (table.sum(axis=1) > 0) & (table >= 0).all(axis=1)
    if not missing.any() or not whole.any():
        return as_known
    shares = table[whole] / table[whole].sum(axis=1, keepdims=True)
    usual = shares.mean(axis=0)
    pace = _pace(table, missing, usual)
    filled = np.where(missing, pace[:, None] * usual, table)
    sums = np.cumsum(filled, axis=1)
    doubt = np.sqrt(np.cumsum(np.where(missing, filled, 0.0) ** 2, axis=1)) * _relative_spread(shares, usual)
    with np.errstate(invalid="ignore", divide="ignore"):
        spread = np.where(sums > 0, doubt / sums, 0.0)
    inside = slice(lead, lead + measured.size)
    is_known = np.isfinite(measured)
    return EstimatedSums(
        np.where(is_known, measured, sums.ravel()[inside]),
        np.where(is_known, 0.0, np.nan_to_num(spread.ravel()[inside])),
    )


def _missing(series: Series, table: Floats, lead: int) -> Bools:
    """Places up to the last known one that hold nothing, in years that know as many others at least."""
    last = lead + int(np.flatnonzero(np.isfinite(series.values))[-1])
    places = np.arange(table.size).reshape(table.shape)
    missing: Bools = np.isnan(table) & (places <= last)
    if not series.silent_parts.issuperset(range(lead)):
        missing[0] = False  # the series begins inside this year
    known = (np.isfinite(table) & (places <= last)).sum(axis=1) - len(series.silent_parts)
    missing[missing.sum(axis=1) > known] = False
    return missing


def _pace(table: Floats, missing: Bools, usual: Floats) -> Floats:
    """Size of each year by the months that are known, shape (n_years,); NaN where these say nothing."""
    known = np.isfinite(table)
    share = (known * usual).sum(axis=1)
    told = np.where(known, table, 0.0).sum(axis=1)
    usable = (share > 0) & missing.any(axis=1) & (told > 0)
    return np.where(usable, told / np.where(usable, share, 1.0), np.nan)


def _relative_spread(shares: Floats, usual: Floats) -> float:
    """How far a month strays from its usual share of the year, as a share of it."""
    n_years = len(shares)
    if n_years < 2:
        return USUAL_SPREAD
    strays = shares[:, usual > 0] / usual[usual > 0] - 1
    spread = float(np.sqrt((strays**2).mean() * n_years / (n_years - 1)))
    return max(spread, LEAST_SPREAD)
