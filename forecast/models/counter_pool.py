"""What counters of a panel teach each other: course of the year, spread from year to year, level.

Every borrowed number leans from a stated default over all counters of the panel to the peers of the
group, and to the series' own whole years, as each of them shows enough. A series never teaches itself
through the pool, and no target enters anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from forecast.models.counting import (
    DEFAULT_DISPERSION,
    HALF,
    MOST_DISPERSION,
    SOFT_TOTAL,
    CountTable,
    Level,
    dispersion_of,
    share_spread,
)
from forecast.targets import Floats

DEFAULT_SHARE_SPREAD = 0.15
"""Intra-class correlation of completion shares where nothing is known: half-way, 0.5 +- 0.19."""

DEFAULT_OWN_SHARE_SPREAD = 0.06
"""The same from year to year within one counter: half-way, 0.5 +- 0.12."""

LEAST_SHARE_SPREAD = 0.005
"""No course is certain: half-way, 0.5 +- 0.035."""

MOST_SHARE_SPREAD = 0.6
"""Beyond this a year would arrive in one or two lots."""

LEAN = 2.0
"""Whole years of others at which they count as much as what they are shrunk toward."""

DISPERSION_DF = 4.0
"""Yearly steps at which an estimate of the dispersion counts as much as what it is shrunk toward."""

LEVEL_DF = 2.0
"""Peers that the default spread of levels (one in logs) stands for."""

LEAST_PEERS = 2
"""Peers needed before their level is used."""

GROWTH_STEPS = 10.0
"""Yearly steps at which the mean growth of the panel's counters is believed half."""

LEAST_GROWTH_TOTAL = 5.0
"""Smaller totals say nothing of growth."""

BEFORE_BATCH_SHARE = 0.02
"""Share of the year that the default course of a batch counter spreads evenly over all months."""

EARLIEST_ANNUALISED = 0.2
"""A peer without a whole year speaks of levels once this share of its year is usually there."""

LEAST_WEIGHT = 1e-9
"""A sum with one member taken out is empty below this, rounding apart."""

Key = tuple[object, ...]

EVERY: Key = ("every",)
"""Pool of all counters, whatever their frequency, for what a year's total does."""


class Course(NamedTuple):
    """How a year of a counter usually fills.

    Parameters
    ----------
    shares : ndarray, shape (periods_per_year,)
        Expected share of the year's events in each period; sums to one.
    spread : float
        Intra-class correlation of a Dirichlet course around them; 0 is certain, 1 all at once.
    is_shared : bool
        Whether another counter of the panel had a whole year to lend.
    """

    shares: Floats
    spread: float
    is_shared: bool

    @property
    def concentration(self) -> float:
        """Total of the Dirichlet parameters."""
        return 1 / self.spread - 1


@dataclass
class _Sums:
    """Weighted sums over a pool, from which one member can be taken out."""

    weight: float = 0.0
    shares: Floats | float = 0.0
    excess: float = 0.0
    binomial: float = 0.0
    steps: float = 0.0
    dispersion: float = 0.0
    levels: tuple[float, float, float] = (0.0, 0.0, 0.0)

    def spread(self, otherwise: float) -> float:
        """Intra-class correlation of the pool's courses around their mean."""
        return _held(self.excess / self.binomial) if self.binomial > 0 else otherwise


class CounterPool:
    """Everything the counters of one panel have in common, worked out once.

    Parameters
    ----------
    tables : iterable of CountTable
        All counters of the panel, sorted by series id.
    """

    def __init__(self, tables: Iterable[CountTable]) -> None:
        members = list(tables)
        gathered: dict[Key, list[CountTable]] = defaultdict(list)
        for table in members:
            for key in (EVERY, *_keys(table)):
                gathered[key].append(table)
        self._own = {table.series.series_id: _sums_of([table]) for table in members}
        self._pools = {key: _sums_of(pooled) for key, pooled in gathered.items()}
        self._within = _year_to_year_spread(members)
        self.growth = _mean_growth(members)
        # Levels come last: those of years under way need the courses.
        for key, pooled in gathered.items():
            if key != EVERY and key[-1]:
                self._pools[key].levels = _moments([self._log_level(table) for table in pooled])

    def course(self, table: CountTable) -> Course:
        """Give the course of the year of one counter, and how far it may stray.

        Returns
        -------
        Course
            From its own whole years against the spread between counters; from the group, all counters of
            its frequency and batch months, and the default before that. Places that are never reported
            hand their share to the next.

        Source: Dirichlet-multinomial moments, Mosimann (1962), Biometrika 49, 65-82.
        """
        shares, spread, lent = np.cumsum(default_shares(table)), DEFAULT_SHARE_SPREAD, 0.0
        own = self._own[table.series.series_id]
        for key in _keys(table):
            pool = self._pools[key]
            weight = pool.weight - own.weight
            if weight > LEAST_WEIGHT:
                lean = weight / (weight + LEAN)
                shares = lean * np.asarray(pool.shares - own.shares) / weight + (1 - lean) * shares
                spread = lean * pool.spread(spread) + (1 - lean) * spread
                lent = max(lent, weight)
        shares, spread = self._toward_own(table, shares, spread)
        return Course(_spoken(np.diff(shares, prepend=0.0), table), spread, lent > 0)

    def dispersion(self, table: CountTable) -> float:
        """Squared coefficient of variation of a year's rate beyond Poisson; zero is Poisson itself."""
        found = DEFAULT_DISPERSION
        own = self._own[table.series.series_id]
        worth = DISPERSION_DF / DEFAULT_DISPERSION**2
        for key in (EVERY, *_keys(table)[1:]):
            steps = max(self._pools[key].steps - own.steps, 0.0)
            held = self._pools[key].dispersion - own.dispersion + worth * found
            found = max(held / (steps + worth), 0.0)
        found = (own.dispersion + worth * found) / (own.steps + worth)
        return float(np.clip(found, 0.0, MOST_DISPERSION))

    def peers_level(self, table: CountTable) -> Level | None:
        """Yearly rate that the peers of a group suggest; None with fewer than two of them."""
        if not table.series.group:
            return None
        own = _moments([self._log_level(table)])
        pool = self._pools[_keys(table)[1]].levels
        n, total, squares = (a - b for a, b in zip(pool, own, strict=True))
        if n < LEAST_PEERS:
            return None
        variance = (max(squares - total**2 / n, 0.0) + LEVEL_DF) / (n - 1 + LEVEL_DF)
        return Level(total / n, variance * (1 + 1 / n))

    def has_others(self, table: CountTable) -> bool:
        """Whether another counter of the panel shows how totals vary from year to year."""
        return self._pools[EVERY].steps - self._own[table.series.series_id].steps > LEAST_WEIGHT

    def _toward_own(self, table: CountTable, shares: Floats, spread: float) -> tuple[Floats, float]:
        """Lean to the counter's own whole years as far as counters differ more than years do."""
        rows, totals = table.courses
        if not len(rows):
            return shares, spread
        within = _held(self._within.get(table.kind, DEFAULT_OWN_SHARE_SPREAD))
        between = max(spread - within, LEAST_SHARE_SPREAD)
        own_weight = between / (between + within / len(rows) + 1 / (totals.sum() + 1))
        weights = totals / (totals + SOFT_TOTAL)
        mean = weights @ rows / weights.sum()
        return own_weight * mean + (1 - own_weight) * shares, within + (1 - own_weight) * between

    def _log_level(self, table: CountTable) -> float:
        """Log of the last whole year's total, or of a year under way at its usual completion; or NaN."""
        if table.totals.size:
            return float(np.log(table.totals[-1] + HALF))
        events, known = table.sums.ravel(), np.flatnonzero(np.isfinite(table.sums.ravel()))
        if not known.size:
            return float("nan")
        there = float(self.course(table).shares[: known[-1] % table.per_year + 1].sum())
        if there < EARLIEST_ANNUALISED:
            return float("nan")
        return float(np.log((events[known[-1]] + HALF) / there))


def default_shares(table: CountTable) -> Floats:
    """Course without any evidence: even, or even over the batch months.

    Returns
    -------
    ndarray, shape (periods_per_year,)
        Sums to one.
    """
    per_year = table.per_year
    even = np.full(per_year, 1 / per_year)
    if not table.series.batch_months:
        return even
    batches = np.zeros(per_year)
    np.add.at(batches, (np.array(table.series.batch_months) - 1) * per_year // 12, 1.0)
    shares: Floats = (1 - BEFORE_BATCH_SHARE) * batches / batches.sum() + BEFORE_BATCH_SHARE * even
    return shares


def _held(spread: float) -> float:
    return float(np.clip(spread, LEAST_SHARE_SPREAD, MOST_SHARE_SPREAD))


def _keys(table: CountTable) -> list[Key]:
    """Pools that a counter borrows its course from, the general one first."""
    general: Key = (*table.kind, "")
    return [general, (*table.kind, table.series.group)] if table.series.group else [general]


def _sums_of(members: Sequence[CountTable]) -> _Sums:
    """Sum a pool up; courses only where all members report at one frequency."""
    sums = _Sums()
    for table in members:
        weight, dispersion = dispersion_of(table.totals)
        sums.steps += weight
        sums.dispersion += weight * dispersion
    if len({table.per_year for table in members}) == 1:
        _add_courses(sums, members)
    return sums


def _add_courses(sums: _Sums, members: Sequence[CountTable]) -> None:
    for table in members:
        rows, totals = table.courses
        weights = totals / (totals + SOFT_TOTAL)
        sums.weight += float(weights.sum())
        sums.shares = np.asarray(sums.shares + weights @ rows)
    if sums.weight > 0:
        for table in members:
            excess, binomial = share_spread(*table.courses, np.asarray(sums.shares / sums.weight))
            sums.excess += excess
            sums.binomial += binomial


def _year_to_year_spread(tables: Sequence[CountTable]) -> dict[Key, float]:
    """Spread of courses around each counter's own mean, by kind."""
    found: dict[Key, Floats] = {}
    for table in tables:
        rows, totals = table.courses
        if len(rows) > 1:
            excess, binomial = share_spread(rows, totals, rows.mean(axis=0), df_lost=1)
            parts = np.array([excess, binomial, len(rows) - 1.0])
            found[table.kind] = found.get(table.kind, np.zeros(3)) + parts
    return {
        kind: float((steps * max(excess / binomial, 0.0) + LEAN * DEFAULT_OWN_SHARE_SPREAD) / (steps + LEAN))
        for kind, (excess, binomial, steps) in found.items()
        if binomial > 0
    }


def _mean_growth(tables: Sequence[CountTable]) -> float:
    """Mean yearly growth of the panel's counters in logs, shrunk toward none."""
    steps = [
        float(np.clip(np.log(after / before), -1, 1))
        for table in tables
        for before, after, years in zip(
            table.totals[:-1], table.totals[1:], np.diff(table.years), strict=True
        )
        if years == 1 and min(before, after) >= LEAST_GROWTH_TOTAL
    ]
    return sum(steps) / (len(steps) + GROWTH_STEPS)


def _moments(values: Sequence[float]) -> tuple[float, float, float]:
    """Number, sum and sum of squares of the known ones."""
    known = [v for v in values if np.isfinite(v)]
    return float(len(known)), float(sum(known)), float(sum(v * v for v in known))


def _spoken(shares: Floats, table: CountTable) -> Floats:
    """Hand the share of places that are never reported to the next that is (December's to the one before)."""
    shares = np.maximum(shares, 0.0)
    for part in sorted(table.series.silent_parts):
        heir = part + 1 if part + 1 < shares.size else part - 1
        shares[heir] += shares[part]
        shares[part] = 0.0
    return np.asarray(shares / shares.sum())
