"""Counters with little or no history: meetings held, projects won, results registered.

A year's events are Poisson around a rate that differs from year to year (gamma), and fall on its periods
along a Dirichlet course, both learned from comparable counters (`forecast.models.counting`). What is there
by now, earlier years of the counter and the level of its peers make the posterior of the rate; a target
never enters. Source: docs/methods.md, section 7; Poisson-gamma in McCullagh and Nelder (1989), section 6.2.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple

import numpy as np
from scipy.special import betaincinv

from forecast.models.base import first_open_period, without_draws
from forecast.models.counter_pool import CounterPool, Course
from forecast.models.counting import (
    HALF,
    CountTable,
    Level,
    count_table,
    is_count,
    own_level,
)
from forecast.panel import Panel, Reporting, Series
from forecast.paths import PathDraws
from forecast.questions import Reason
from forecast.spaces import REVISION_SD
from forecast.streams import generator, mirrored_normals
from forecast.targets import Bools, Floats

ENOUGH_WHOLE_YEARS = 3
"""A counter reported within the year goes to the pooled models from this many whole years on."""

ENOUGH_ANNUAL_VALUES = 4
"""An annual counter goes to the pooled models from this many values on."""

MOSTLY_ZEROS = 0.5
"""A longer counter stays here while more than this share of its yearly totals is zero."""

DRIFT_SD = 0.15
"""Lasting change of a counter's level from one year to the next, in logs."""

GROWTH_SD = 0.10
"""Spread of a counter's own yearly growth around the mean of the panel's counters, in logs."""

LEAST_COMPLETION = 0.08
"""Without earlier years or peers a year is forecast once this share of it is usually there (a month)."""

LEAST_LONELY_COMPLETION = 0.25
"""The same where no other counter lends its course: a single early figure says nothing."""

CONFLICT_LIMIT = 2.0
"""What is there and what was expected, further apart than this many standard deviations, lose trust in
the expectation until they are not (Birge 1932, as in the chain ladder)."""

N_SHARES = 100
"""Points at which the share of the year that is there by now is weighed."""

TAIL_DF = 4.0
"""Degrees of freedom of the Student t that weighs such a share against the expected rate."""

LEAST_RATE = 1e-300
"""Rates are held above this before their logs are taken."""

LARGEST_RATE = 1e12
"""Rates are held below this, far past any count, within what Poisson draws can hold."""


class Begun(NamedTuple):
    """What a year under way shows.

    Parameters
    ----------
    events : float
        Events reported.
    share : float
        Share of a year that the reported periods usually hold; zero before the first batch.
    """

    events: float
    share: float


@dataclass(frozen=True)
class Counter:
    """Over-dispersed counts, for counters too short (or too empty) for the pooled models."""

    name: str = "counter"
    enough_whole_years: int = ENOUGH_WHOLE_YEARS

    def paths(
        self, panel: Panel, series_ids: Sequence[str], *, until: Mapping[str, int], n_draws: int, seed: int
    ) -> dict[str, PathDraws]:
        """Draw paths of the short counters among `series_ids`; see `forecast.models.base.Model`."""
        tables = {s.series_id: count_table(s) for s in panel if is_count(s)}
        served = [one for one in series_ids if one in tables and self._serves(tables[one])]
        if not served:
            return {}
        pool = CounterPool(tables.values())
        return {one: _Count(tables[one], pool, n_draws, seed).path(until[one], self.name) for one in served}

    def _serves(self, table: CountTable) -> bool:
        """Whether a counter is too short, or too empty, for the pooled models."""
        enough = ENOUGH_ANNUAL_VALUES if table.per_year == 1 else self.enough_whole_years
        return table.totals.size < enough or bool((table.totals == 0).mean() > MOSTLY_ZEROS)


@dataclass(frozen=True, eq=False)
class _Count:
    """One counter on its way from what is known to the last period asked for."""

    table: CountTable
    pool: CounterPool
    n_draws: int
    seed: int
    dispersion: float = field(init=False)
    course: Course = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "dispersion", self.pool.dispersion(self.table))
        object.__setattr__(self, "course", self.pool.course(self.table))

    @property
    def series(self) -> Series:
        return self.table.series

    @property
    def per_year(self) -> int:
        return self.table.per_year

    @cached_property
    def reported(self) -> Floats:
        """Reported values by year, shape (n_years, periods_per_year)."""
        return self.series.by_year(self.series.values)

    @cached_property
    def year(self) -> int:
        """First year whose total is still open."""
        last = self.series.observed_to
        return self.table.first_year if last is None else (last + 1) // self.per_year

    def path(self, until: int, name: str) -> PathDraws:
        if not self.series.n_observations:
            return without_draws(self.series, Reason.NO_DATA, name)
        level, seen = self._level(), self._seen()
        if not self._says_enough(level, seen):
            return without_draws(self.series, Reason.TOO_SHORT, name)
        rate, share = self._rate_now(level, seen)
        start = first_open_period(self.series)
        begin = start // self.per_year
        years = range(begin, max(until // self.per_year, begin) + 1)
        blocks = [self._year(year, self._rate(year, rate, level), share) for year in years]
        drawn = np.concatenate(blocks, axis=1)[:, start - begin * self.per_year :]
        return PathDraws(self.series, start, drawn[:, : max(until + 1 - start, 0)], name)

    def _level(self) -> Level | None:
        """Log of this year's expected rate, from earlier years and the peers' level."""
        own = own_level(
            self.table,
            year=self.year,
            growth=self.pool.growth,
            dispersion=self.dispersion,
            drift_sd=DRIFT_SD,
        )
        peers = self.pool.peers_level(self.table)
        if own is None or peers is None:
            return own or peers
        weight = peers.variance / (own.variance + peers.variance)
        return Level(weight * own.mean + (1 - weight) * peers.mean, weight * own.variance)

    def _seen(self) -> Begun:
        """What this year shows so far, and the share of a year that it usually is."""
        row = self.year - self.table.first_year
        if not 0 <= row < len(self.reported):
            return Begun(0.0, 0.0)
        known = np.flatnonzero(np.isfinite(self.reported[row]))
        if not known.size:
            return Begun(0.0, 0.0)
        is_ytd = self.series.reporting is Reporting.YTD
        count = self.reported[row, known[-1]] if is_ytd else self.reported[row, known].sum()
        covered = np.arange(known[-1] + 1) if is_ytd else known
        share = float(self.course.shares[covered].sum())
        # Before the first batch whatever was counted says nothing of the year (DESIGN, section 5).
        return Begun(float(count), share if known[-1] >= self.series.first_batch else 0.0)

    def _says_enough(self, level: Level | None, seen: Begun) -> bool:
        """Whether anything but a default would speak."""
        if level is None:
            least = LEAST_COMPLETION if self.course.is_shared else LEAST_LONELY_COMPLETION
            return seen.share >= least
        is_lone_value = self.series.n_observations == 1 and self.per_year == 1
        return not is_lone_value or self.pool.has_others(self.table)

    def _rate_now(self, level: Level | None, seen: Begun) -> tuple[Floats, Floats]:
        """Draw this year's rate and the share of it that is there by now, each of shape (n_draws,)."""
        prior = self._prior(level, seen)
        shares = self._shares_there(seen)
        weights = _weigh(shares, prior, seen)
        bounds = np.cumsum(weights) / weights.sum()
        random = generator(self.seed, self.series.series_id, "counter rate")
        even = (random.permutation(self.n_draws) + 0.5) / self.n_draws
        share = shares[np.minimum(np.searchsorted(bounds, even), shares.size - 1)]
        strength = 1 / prior.variance if prior is not None else HALF
        exposure = strength / np.exp(prior.mean) if prior is not None else 0.0
        drawn = random.standard_gamma(strength + (seen.events if seen.share > 0 else 0.0), self.n_draws)
        return np.asarray(np.minimum(drawn / (exposure + share), LARGEST_RATE)), share

    def _prior(self, level: Level | None, seen: Begun) -> Level | None:
        """Widen the expected rate by the year's own dispersion, and where what is there contradicts it."""
        if level is None:
            return None
        variance = level.variance + self.dispersion
        if seen.share > 0:
            off = np.log((seen.events + HALF) / seen.share) - level.mean
            doubt = variance + 1 / (seen.events + HALF) + self.course.spread * (1 - seen.share) / seen.share
            variance *= max(off**2 / doubt / CONFLICT_LIMIT**2, 1.0)
        return Level(level.mean, max(variance, 1e-6))

    def _shares_there(self, seen: Begun) -> Floats:
        """Equally likely shares of the year that may be there, shape (N_SHARES,) or (1,)."""
        if not 0 < seen.share < 1 - 1e-9:
            return np.array([seen.share])
        total = self.course.concentration
        levels = (np.arange(N_SHARES) + 0.5) / N_SHARES
        shares = betaincinv(total * seen.share, total * (1 - seen.share), levels)
        return np.asarray(np.clip(shares, 1e-6, 1 - 1e-9))

    def _rate(self, year: int, now: Floats, level: Level | None) -> Floats:
        """Draw the rate of a year: this one's, or a later (or patchy earlier) one's."""
        ahead = year - self.year
        if ahead == 0:
            return now
        lasting, growth = self._lasting(now, level)
        drift = self._normals("counter drift", rows=max(ahead, 0) + 1)
        log_rate = lasting + growth * ahead + DRIFT_SD * drift[:, 1:].sum(axis=1)
        if self.dispersion > 0:
            random = generator(self.seed, self.series.series_id, f"counter year {year}")
            effect = random.standard_gamma(1 / self.dispersion, self.n_draws) * self.dispersion
            log_rate = log_rate + np.log(np.maximum(effect, LEAST_RATE))
        return np.asarray(np.exp(np.minimum(log_rate, np.log(LARGEST_RATE))))

    def _normals(self, purpose: str, *, rows: int) -> Floats:
        return mirrored_normals(self.seed, self.series.series_id, purpose, rows=rows, n_draws=self.n_draws)

    def _lasting(self, now: Floats, level: Level | None) -> tuple[Floats, Floats]:
        """Part of this year's rate that lasts, in logs, and the yearly growth, draw by draw."""
        z = self._normals("counter level", rows=2)
        growth = self.pool.growth + GROWTH_SD * z[:, 1]
        logs = np.log(np.maximum(now, LEAST_RATE))
        if level is None:
            return logs, growth
        kept = level.variance / (level.variance + self.dispersion)
        spread = np.sqrt(kept * self.dispersion)
        return level.mean + kept * (logs - level.mean) + spread * z[:, 0], growth

    def _year(self, year: int, rate: Floats, share: Floats) -> Floats:
        """Reported values of one year's periods, known ones included, shape (n_draws, periods_per_year)."""
        known = self._known(year)
        is_ytd = self.series.reporting is Reporting.YTD and self.per_year > 1
        finite = np.flatnonzero(np.isfinite(known).all(axis=0))
        is_open = np.asarray(np.isnan(known).all(axis=0), dtype=bool).copy()
        if is_ytd and finite.size:
            is_open[: finite[-1]] = False
        if not is_open.any():
            return known
        there = share if year == self.year and finite.size else self._usual(is_open)
        drawn = self._split(year, rate * (1 - there), is_open)
        if is_ytd:
            base = known[:, finite[-1]] if finite.size else np.zeros(self.n_draws)
            drawn = base[:, None] + np.cumsum(drawn, axis=1)
        drawn[:, self._unsaid(year)] = np.nan
        return self._within_bounds(np.where(is_open, drawn, known))

    def _unsaid(self, year: int) -> Bools:
        """Periods of a year left without a draw: those never reported, and those before the first report."""
        parts = np.arange(self.per_year)
        first = self.series.first + int(np.flatnonzero(np.isfinite(self.series.values))[0])
        silent = np.isin(parts, list(self.series.silent_parts))
        return np.asarray(silent | (year * self.per_year + parts < first), dtype=bool)

    def _usual(self, is_open: Bools) -> Floats:
        return np.full(self.n_draws, 1 - float(self.course.shares[is_open].sum()))

    def _split(self, year: int, expected: Floats, is_open: Bools) -> Floats:
        """Draw events still to come and give each a period, shape (n_draws, periods_per_year)."""
        random = generator(self.seed, self.series.series_id, f"counter events {year}")
        events = random.poisson(np.maximum(expected, 0.0)).astype(float)
        shares = self.course.shares[is_open]
        if not shares.any():
            shares = np.full(shares.size, 1 / shares.size)
        weights = self.course.concentration * shares
        sums = np.cumsum(random.standard_gamma(weights, (self.n_draws, shares.size)), axis=1)
        # Gammas of a tiny shape may all be zero: such a draw follows the expected course.
        sums[sums[:, -1] <= 0] = np.cumsum(shares)
        filled = np.floor(events[:, None] * (sums / sums[:, -1:]) + random.random(self.n_draws)[:, None])
        filled = np.minimum(filled, events[:, None])
        filled[:, 1:] -= filled[:, :-1].copy()
        added = np.zeros((self.n_draws, self.per_year))
        added[:, is_open] = filled
        return added

    def _known(self, year: int) -> Floats:
        """Reported values of a year for every draw, preliminary ones with their revision spread."""
        row = year - self.table.first_year
        if not 0 <= row < len(self.reported):
            return np.full((self.n_draws, self.per_year), np.nan)
        known = np.repeat(self.reported[row][None, :], self.n_draws, axis=0)
        if self.series.provisional is None:
            return known
        marks = self.series.by_year(self.series.provisional.astype(float))[row] == 1
        noise = self._normals("revision", rows=1)
        for part in np.flatnonzero(marks & np.isfinite(self.reported[row])).tolist():
            known[:, part] = self._revised(known, part, marks, noise[:, 0])
        return known

    def _revised(self, known: Floats, part: int, marks: Bools, noise: Floats) -> Floats:
        """Revise a preliminary figure, within the figures of the same year around it."""
        values = np.round(known[:, part] * np.exp(REVISION_SD * noise))
        if self.series.reporting is Reporting.PERIOD or self.per_year == 1:
            return values
        before, after = known[:, :part], known[:, part + 1 :][:, ~marks[part + 1 :]]
        low = np.nanmax(before, axis=1) if np.isfinite(before).any() else 0.0
        high = np.nanmin(after, axis=1) if np.isfinite(after).any() else np.inf
        return np.asarray(np.minimum(np.maximum(values, low), high))

    def _within_bounds(self, values: Floats) -> Floats:
        lower, upper = self.series.lower, self.series.upper
        low, high = 0.0 if lower is None else lower, np.inf if upper is None else upper
        return np.asarray(np.clip(values, low, high))


def _weigh(shares: Floats, prior: Level | None, seen: Begun) -> Floats:
    """Weigh shares of the year by the rate that each implies, shape as `shares`."""
    if shares.size == 1:
        return np.ones(1)
    if prior is None:
        # Without an expected rate the prior of the rate is free of scale; a tiny share would stand for
        # an unheard-of year, so its weight falls with the square root.
        return np.sqrt(shares)
    off = np.log((seen.events + HALF) / shares) - prior.mean
    spread = prior.variance + 1 / (seen.events + HALF)
    weights: Floats = (1 + off**2 / spread / TAIL_DF) ** (-(TAIL_DF + 1) / 2)
    return weights
