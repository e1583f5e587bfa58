"""Completions and growths of past years, seen from one month of the year under way.

Source: docs/methods.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecast.growth import mean_known, spread_known
from forecast.season_average import MONTHS
from forecast.targets import Floats, Ints

LEAST_SHARE = 2e-3
"""Less than this share of a year counts as this much, before logs are taken."""

RECENT_FADING = 0.6
"""Weight of each past year's completion against the year after it, for the recent mean."""

USUAL_COMPLETION_SD, USUAL_GROWTH_SD, USUAL_WEIGHT = 0.03, 0.08, 4
"""Spreads that a series with few years starts from, and the years they count for."""


@dataclass(frozen=True, eq=False)
class PastCompletions:
    """Completions and growths of past years, seen from one month.

    Parameters
    ----------
    last_total, there : ndarray, shape (n,)
        Last year-end, and what is there by now. [indicator unit]
    then, totals : ndarray, shape (n, n_past)
        What was there in that month of each past year, and its year-end; unknown ones NaN. [indicator unit]
    log_there, log_then
        Logs of them, of a least share of the year at least.
    completion : ndarray, shape (n, n_past)
        Log share of the year that was there.
    growth : ndarray, shape (n, n_past - 1)
        From year-end to year-end, in logs.
    quarter : ndarray, shape (n,)
        Growth of the last three months against the same months a year earlier, in logs.
    """

    last_total: Floats
    there: Floats
    then: Floats
    totals: Floats
    log_there: Floats
    log_then: Floats
    completion: Floats
    growth: Floats
    quarter: Floats

    @classmethod
    def of(cls, values: Floats, months: Ints) -> PastCompletions:
        """Read tables, shape (n, n_years, 12), whose last year is under way and known up to a month."""
        rows = np.arange(len(values))
        totals = values[:, :-1, -1]
        then = values[:, :-1][rows[:, None], np.arange(totals.shape[1])[None], (months - 1)[:, None]]
        there = values[rows, -1, months - 1]
        last = totals[:, -1]
        log_totals = np.log(totals)
        log_then = np.log(np.maximum(then, LEAST_SHARE * totals))
        before = np.maximum(months - 4, 0)
        has_before = months >= 4
        earlier = np.where(has_before, values[rows, -1, before], 0.0)
        earlier_then = np.where(has_before, values[rows, -2, before], 0.0)
        now = np.log(np.maximum(there - earlier, LEAST_SHARE * last))
        year_ago = np.log(np.maximum(then[:, -1] - earlier_then, LEAST_SHARE * last))
        return cls(
            last_total=last,
            there=there,
            then=then,
            totals=totals,
            log_there=np.log(np.maximum(there, LEAST_SHARE * last)),
            log_then=log_then,
            completion=log_then - log_totals,
            growth=np.diff(log_totals, axis=1),
            quarter=np.clip(now - year_ago, -1.5, 1.5),
        )

    @cached_property
    def left(self) -> Floats:
        """What was left to come in each past year, shape (n, years)."""
        left: Floats = np.maximum(self.totals - self.then, LEAST_SHARE * self.totals)
        return left

    @cached_property
    def usually_left(self) -> Floats:
        """Geometric mean share left, of the size of last year."""
        usual: Floats = np.exp(np.clip(mean_known(np.log(self.left / self.totals)), -9, 0)) * self.last_total
        return usual

    @cached_property
    def pace(self) -> Floats:
        """Growth of what is there against the same month last year, in logs."""
        pace: Floats = np.clip(self.log_there - self.log_then[:, -1], -3, 3)
        return pace

    @property
    def ladder(self) -> Floats:
        """Chain ladder: what is there, divided by the mean completion."""
        return self._laddered(mean_known(self.completion))

    @property
    def recent_ladder(self) -> Floats:
        """The same with recent years counting more."""
        known = np.isfinite(self.completion)
        weights = known * RECENT_FADING ** np.arange(known.shape[1])[::-1]
        mean = (np.where(known, self.completion, 0.0) * weights).sum(axis=1) / np.maximum(
            weights.sum(axis=1), 1e-9
        )
        return self._laddered(mean)

    def _laddered(self, completion: Floats) -> Floats:
        raised: Floats = np.clip(self.log_there - completion - np.log(self.last_total), -3, 3)
        return raised

    @cached_property
    def mean_growth(self) -> Floats:
        """Of all past years, in logs, shape (n,)."""
        return np.asarray(np.clip(mean_known(self.growth), -1, 1))

    @cached_property
    def recent_growth(self) -> Floats:
        """Of the last three, in logs, shape (n,)."""
        return np.asarray(np.clip(mean_known(self.growth[:, -3:]), -1, 1))

    @cached_property
    def years(self) -> Floats:
        """Past years that are known, shape (n,)."""
        return np.asarray(np.isfinite(self.completion).sum(axis=1), dtype=float)

    def spreads(self, months: Ints) -> tuple[Floats, Floats]:
        """Squared predictive spreads of ladder and of yearly growth, shrunk to usual ones."""
        years = self.years
        usual = USUAL_WEIGHT * USUAL_COMPLETION_SD**2 * (1 - months / MONTHS)
        ladder = (spread_known(self.completion) ** 2 * (years - 1) + usual) / (years - 1 + USUAL_WEIGHT)
        steps = np.maximum(years - 2, 0)
        grown = spread_known(self.growth) ** 2 * steps + USUAL_WEIGHT * USUAL_GROWTH_SD**2
        growth = grown / (steps + USUAL_WEIGHT)
        return ladder * (1 + 1 / years), growth * (1 + 1 / np.maximum(years - 1, 1))
