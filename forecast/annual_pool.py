"""The annual pool: what thousands of short histories together say about each of them.

Arrays in, arrays out; `forecast.models.annual` puts series in and takes paths out. Source:
docs/methods.md, section 3.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from forecast.chunks import Columns, in_chunks
from forecast.coefficients import AnnualCoefficients
from forecast.gate import Gate
from forecast.growth import Growth, growth_table, held_spikes, spread_known
from forecast.model_average import pool_evidence
from forecast.peers import group_drifts
from forecast.targets import Bools, Floats, Ints
from forecast.trend_average import TrendPrior, fit_trends

HORIZONS = 5
"""Years ahead that the gate has learned; later ones go on from the fifth."""

SHORTEST = 3
"""Values a history needs."""

STRENGTHS = (0.0, 0.25, 0.5, 0.75, 1.0)
"""How far the trend may be damped toward the growth of the group instead of toward none."""

ASKED_OF_POOL = 400
"""Series, evenly chosen, that answer for the whole pool: more change nothing but the time."""

PAST_ORIGINS = 3
"""Years that the pool's own forecasts are checked back."""

FEWEST_CHECKED = 5
"""Fewer series of a past year say nothing about the pool."""

PSEUDO_CASES = 100.0
"""Checked forecasts that the pretrained spread counts for against the pool's own."""

HELD_AT = 4.0
"""Residuals are held here before they are squared."""

PSEUDO_SERIES = 10.0
"""Weight of the wider pool in a group's log variance, in series."""

LONGEST_CALENDAR = 60
"""Years before the pool's last one after which a series' own last year counts as that long ago."""

DECIMALS = 11
"""Of locations and spreads, on the modelling scale."""


@dataclass(frozen=True, eq=False)
class Histories:
    """Annual histories on their modelling scale.

    Parameters
    ----------
    table : ndarray, shape (n, LONGEST)
        See `forecast.growth.align`: right-aligned, three values or more, gaps between them filled.
    is_known : ndarray of bool, shape (n, LONGEST)
        Which of them are values, not filled gaps; the last always is.
    last_years : ndarray of int, shape (n,)
        Year of each last value.
    groups : ndarray of int, shape (n,)
        Number of each series' group of peers, from 0 without holes.
    """

    table: Floats
    is_known: Bools
    last_years: Ints
    groups: Ints

    @cached_property
    def held(self) -> Floats:
        """The table with spikes held, which is what the models see; shape as `table`."""
        return held_spikes(self.table)

    @property
    def counts(self) -> Ints:
        """Known values of each series."""
        return np.asarray(np.isfinite(self.table).sum(axis=1), dtype=np.intp)

    def shortened(self, years: int) -> tuple[Histories, Ints]:
        """The histories as they stood some years earlier, and which had a value then and were long enough."""
        now = self.table.shape[1] - 1
        kept = np.flatnonzero((self.counts - years >= SHORTEST + 2) & self.is_known[:, now - years])
        table = np.full((kept.size, self.table.shape[1]), np.nan)
        table[:, years:] = self.table[kept, : now + 1 - years]
        is_known = np.zeros(table.shape, dtype=bool)
        is_known[:, years:] = self.is_known[kept, : now + 1 - years]
        groups = _renumbered(self.groups[kept])
        return Histories(table, is_known, self.last_years[kept] - years, groups), kept

    def moves(self, rows: Ints, *, back: int, ahead: int) -> Floats:
        """What became of some rows in `ahead` years from so many years back; NaN where it is unknown."""
        now = self.table.shape[1] - 1
        then = now - back + ahead
        moved = self.table[rows, then] - self.table[rows, now - back]
        return np.where(self.is_known[rows, then], moved, np.nan)

    def chosen(self, most: int) -> Histories:
        """About so many series: whole groups, evenly chosen; very large ones are thinned."""
        if len(self.table) <= most:
            return self
        n_groups = int(self.groups.max()) + 1
        n_kept = max(round(n_groups * most / len(self.table)), 1)
        asked = np.linspace(0, n_groups - 1, n_kept).astype(np.intp)
        kept = np.flatnonzero(np.isin(self.groups, asked))
        if kept.size > 2 * most:
            kept = kept[np.linspace(0, kept.size - 1, most).astype(np.intp)]
        groups = _renumbered(self.groups[kept])
        return Histories(self.table[kept], self.is_known[kept], self.last_years[kept], groups)

    def drifts(self) -> Floats:
        """Mean yearly growth of each series' group, shape (n,)."""
        steps = np.diff(self.held, axis=1)
        behind = np.minimum(int(self.last_years.max()) - self.last_years, LONGEST_CALENDAR)
        calendar = np.full((len(steps), steps.shape[1] + int(behind.max())), np.nan)
        for lag in np.unique(behind):
            rows = np.flatnonzero(behind == lag)
            end = calendar.shape[1] - int(lag)
            calendar[rows, end - steps.shape[1] : end] = steps[rows]
        return group_drifts(calendar, self.groups)


def _renumbered(groups: Ints) -> Ints:
    return np.unique(groups, return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class Outlooks:
    """Where paths go, and how far they may stray.

    Parameters
    ----------
    location, spread : ndarray, shape (n, n_ahead)
        Of x(h) - x(0), to be joined with standardised residuals.
    """

    location: Floats
    spread: Floats


def fit_outlooks(pool: Histories, learned: AnnualCoefficients, *, ahead: int) -> Outlooks:
    """Forecast every series of a pool.

    Parameters
    ----------
    pool : Histories
        Everything known.
    learned : AnnualCoefficients
        Pretrained, or retrained.
    ahead : int
        Years.

    Returns
    -------
    Outlooks
        One row a series, rounded far below any use: all of the pool is always forecast together, and the
        order of sums inside a matrix product must not show.
    """
    asked = pool.chosen(ASKED_OF_POOL)
    strength = damping_strength(asked, learned)
    widening = local_widening(asked, learned, strength=strength)
    levels = _log_variances(pool, learned.log_variance)
    found = _predict(pool.held, pool.drifts(), levels, learned, strength=strength, ahead=ahead)
    return Outlooks(np.round(found.location, DECIMALS), np.round(found.spread * widening, DECIMALS))


def damping_strength(pool: Histories, learned: AnnualCoefficients) -> float:
    """How strongly the pool's own evidence damps trends toward the growth of the group.

    Returns
    -------
    float
        Mean of `STRENGTHS`, weighted by the root of their likelihood: members of a group share shocks,
        so their evidence counts for less than as many independent series would.
    """
    drifts = pool.drifts()
    evidence = np.array([_evidence(pool, drifts, learned, strength) for strength in STRENGTHS])
    weights = np.exp((evidence - evidence.max()) / 2)
    return float(weights @ np.array(STRENGTHS) / weights.sum())


def local_widening(pool: Histories, learned: AnnualCoefficients, *, strength: float) -> float:
    """How much wider the pool's own past forecasts had to be than the pretrained spread says.

    Each of the last three years is forecast from what the pool knew then. Mean squared residuals,
    relative to those of the training pool, are joined with 100 cases of the latter.

    Returns
    -------
    float
        Factor on every spread.
    """
    total, cases = PSEUDO_CASES, PSEUDO_CASES
    for years in range(1, PAST_ORIGINS + 1):
        past, kept = pool.shortened(years)
        if kept.size < FEWEST_CHECKED:
            break
        levels = _log_variances(past, learned.log_variance)
        found = _predict(past.held, past.drifts(), levels, learned, strength=strength, ahead=years)
        for h in range(years):
            truth = pool.moves(kept, back=years, ahead=h + 1)
            residuals = (truth - found.location[:, h]) / found.spread[:, h]
            squares = np.clip(residuals[np.isfinite(truth)], -HELD_AT, HELD_AT) ** 2
            # The horizons of one origin overlap, so later ones count for less.
            total += float(squares.sum() / learned.squares[h]) / (h + 1)
            cases += squares.size / (h + 1)
    return float(np.sqrt(total / cases))


@dataclass(frozen=True, eq=False)
class PastTables:
    """What a pool looked like some years before its end.

    Parameters
    ----------
    kept : ndarray of int, shape (n,)
        Rows of the pool that were long enough then.
    seen : Growth
        Of their detrended histories.
    mean, variance : ndarray, shape (n, n_ahead)
        Of the averaged trend models on them.
    lean : ndarray, shape (n,)
        Yearly growth that was taken out.
    """

    kept: Ints
    seen: Growth
    mean: Floats
    variance: Floats
    lean: Floats


def past_tables(pool: Histories, learned: AnnualCoefficients, *, years: int) -> PastTables | None:
    """Read a pool as it stood some years earlier; None when too few series were long enough."""
    past, kept = pool.shortened(years)
    if kept.size < FEWEST_CHECKED:
        return None
    drifts = past.drifts()
    lean = damping_strength(past.chosen(ASKED_OF_POOL), learned) * drifts
    table = _detrended(past.held, lean)
    variance = own_and_pool(table, _log_variances(past, learned.log_variance))
    ahead = min(years, HORIZONS)
    moments = trend_moments(table, drifts - lean, variance, learned.trend, ahead=ahead)
    return PastTables(kept, Growth.of(table), *moments, lean)


def _detrended(table: Floats, lean: Floats) -> Floats:
    """Histories without a yearly growth of each, their last values where they were."""
    return table - lean[:, None] * np.arange(1 - table.shape[1], 1)


def _by_length(table: Floats) -> Iterator[tuple[Ints, Floats]]:
    """Rows of one length after another, with their known values."""
    counts = np.isfinite(table).sum(axis=1)
    for length in np.unique(counts):
        rows = np.flatnonzero(counts == length)
        yield rows, table[rows, table.shape[1] - length :]


def trend_moments(
    table: Floats, drift: Floats, variance: Floats, prior: TrendPrior, *, ahead: int
) -> tuple[Floats, Floats]:
    """Mean and variance of x(h) - x(0) under the averaged trend models, each (n, ahead)."""
    mean, spread = np.empty((len(table), ahead)), np.empty((len(table), ahead))
    for rows, values in _by_length(table):
        fitted = fit_trends(values - values[:, :1], drift[rows], variance[rows], prior, ahead=ahead)
        here, spread[rows] = fitted.average(prior.log_weights)
        mean[rows] = here + values[:, :1] - values[:, -1:]
    return mean, spread


def own_and_pool(table: Floats, log_variance: Floats | float) -> Floats:
    """Variance of the steps that the trend models start from: half own, half the pool's, in logs."""
    steps = np.diff(table, axis=1)
    own = np.log(spread_known(steps) ** 2 + 1e-8)
    variances: Floats = np.exp((own + log_variance) / 2)
    return variances


def gated(table: Floats, mean: Floats, variance: Floats, gate: Gate) -> Outlooks:
    """The gate's word on every horizon of the trend moments."""
    seen = Growth.of(table)
    found = [
        gate.predict(*growth_table(seen, mean[:, h], variance[:, h], horizon=h + 1))
        for h in range(mean.shape[1])
    ]
    return Outlooks(np.stack([one[0] for one in found], axis=1), np.stack([one[1] for one in found], axis=1))


def _predict(
    table: Floats,
    drifts: Floats,
    levels: Floats,
    learned: AnnualCoefficients,
    *,
    strength: float,
    ahead: int,
) -> Outlooks:
    """Forecast detrended histories, and put the damped part of the group's growth back."""
    lean = strength * drifts
    table = _detrended(table, lean)
    variance = own_and_pool(table, levels)
    told = partial(_predict_rows, learned, min(ahead, HORIZONS))
    found = _prolonged(Outlooks(*in_chunks(told, table, drifts - lean, variance)), ahead)
    return Outlooks(found.location + lean[:, None] * np.arange(1, ahead + 1), found.spread)


def _predict_rows(
    learned: AnnualCoefficients, ahead: int, table: Floats, drift: Floats, variance: Floats
) -> Columns:
    """The fields of `Outlooks` of some detrended histories."""
    found = gated(table, *trend_moments(table, drift, variance, learned.trend, ahead=ahead), learned.gate)
    return found.location, found.spread


def _prolonged(found: Outlooks, ahead: int) -> Outlooks:
    """Beyond the last learned horizon: half its last yearly growth, and a spread that grows as a walk's."""
    near = found.location.shape[1]
    if ahead <= near:
        return found
    further = np.arange(1, ahead - near + 1)
    slope = (found.location[:, -1:] - found.location[:, -2:-1]) / 2
    location = found.location[:, -1:] + slope * further
    spread = found.spread[:, -1:] * np.sqrt((near + further) / near)
    return Outlooks(
        np.concatenate([found.location, location], axis=1), np.concatenate([found.spread, spread], axis=1)
    )


def _evidence(pool: Histories, drifts: Floats, learned: AnnualCoefficients, strength: float) -> float:
    lean = strength * drifts
    table = _detrended(pool.held, lean)
    variance = own_and_pool(table, _log_variances(pool, learned.log_variance))
    left = drifts - lean
    total = 0.0
    for rows, values in _by_length(table):
        fitted = fit_trends(values - values[:, :1], left[rows], variance[rows], learned.trend, ahead=1)
        total += pool_evidence(fitted.log_evidence, learned.trend.log_weights)
    return total


def _log_variances(pool: Histories, wider: float) -> Floats:
    """Mean log variance of the steps in each series' group, shrunk to the pool's and the training pool's."""
    own = np.log(spread_known(np.diff(pool.held, axis=1)) ** 2 + 1e-8)
    overall = (own.sum() + PSEUDO_SERIES * wider) / (own.size + PSEUDO_SERIES)
    counts = np.bincount(pool.groups)
    sums = np.bincount(pool.groups, weights=own)
    means: Floats = ((sums + PSEUDO_SERIES * overall) / (counts + PSEUDO_SERIES))[pool.groups]
    return means
