"""What a year under way says about its end: experts and features, all series at once.

Every expert is a forecast of log(year-end / last year-end). Source: docs/methods.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from forecast.growth import mean_known, spread_known
from forecast.season_average import MONTHS, SeasonPrior, fit_seasons
from forecast.targets import Bools, Floats, Ints

FIRST_MONTH, LAST_MONTH = 2, 11
"""Months from which a year-end is forecast; the first is rarely published by itself."""

LEAST_SHARE = 2e-3
"""Less than this share of a year counts as this much, before logs are taken."""

LIMIT = 1.2
"""Experts are held within this growth in logs, either way."""

RECENT_FADING = 0.6
"""Weight of each past year's completion against the year after it, for the recent mean."""

USUAL_COMPLETION_SD, USUAL_GROWTH_SD, USUAL_WEIGHT = 0.03, 0.08, 4
"""Spreads that a series with few years starts from, and the years they count for."""

LUMPY_FROM, LUMPY_STEP = 0.23, 0.03
"""Share of a year in its largest month where a series is as lumpy as smooth, and how fast that turns."""


@dataclass(frozen=True, eq=False)
class YearTables:
    """Cumulative figures of many series, one row a series and year.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        Since January; NaN is unknown.
    """

    values: Floats

    def filled(self) -> YearTables:
        """Without gaps before the last known month of each year.

        A gap follows the usual course of the series' own years, not a straight line: between two known
        months the missing one takes the share it usually has.
        """
        values = self.values
        # A year that ended at nothing says nothing about shares of a year.
        is_empty = values[:, :, -1] <= 0
        if is_empty.any():
            values = np.where(is_empty[:, :, None], np.nan, values)
        return YearTables(_between(values, _usual_course(values)))


@dataclass(frozen=True, eq=False)
class CompletionTable:
    """Experts and features of years under way.

    Parameters
    ----------
    experts, features : ndarray, shapes (n, n_experts), (n, n_features)
    last_total, there : ndarray, shape (n,)
        Last year-end, and what is there by now. [indicator unit]
    """

    experts: Floats
    features: Floats
    last_total: Floats
    there: Floats


def completion_table(values: Floats, months: Ints, prior: SeasonPrior) -> CompletionTable:
    """Experts and features of the last year of each table.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        See `YearTables.filled`; the two years before the last are whole and above zero. What is known of
        the last year after `months` is not looked at.
    months : ndarray of int, shape (n,)
        Last known month, 2 to 11.
    prior : SeasonPrior
        Of the averaged seasonal models.
    """
    past = _Past.of(values, months)
    averaged = _Averaged.of(values, months, prior)
    floor = np.log(np.maximum(past.there, 1e-12 * past.last_total) / past.last_total)
    experts = np.stack([*_simple_experts(past), averaged.mean, *averaged.totals.T], axis=1)
    experts = np.maximum(np.clip(experts, -LIMIT, LIMIT), floor[:, None])
    features = np.stack(_features(past, months, experts, averaged), axis=1)
    return CompletionTable(experts, features, past.last_total, past.there)


def lumpiness(values: Floats) -> Floats:
    """Weight of the lumpy class, 0 to 1, by the largest monthly share of past years.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        Past years; unknown ones NaN.

    Returns
    -------
    ndarray, shape (n,)
        A smooth step: series in between are judged by both classes.
    """
    steps = np.fmax.reduce(np.diff(values, axis=2), axis=2)
    largest = np.fmax(steps, values[:, :, 0]) / values[:, :, -1]
    mean = mean_known(np.where(np.isfinite(largest), largest, np.nan))
    weights: Floats = 1 / (1 + np.exp(-(mean - LUMPY_FROM) / LUMPY_STEP))
    return weights


@dataclass(frozen=True, eq=False)
class _Past:
    """Completions and growths of past years, seen from one month."""

    last_total: Floats
    there: Floats
    then: Floats  # (n, years): there at that month
    totals: Floats  # (n, years)
    log_there: Floats
    log_then: Floats
    completion: Floats  # (n, years): log share there by that month
    growth: Floats  # (n, years - 1)
    quarter: Floats  # growth of the last three months against the same months a year earlier

    @classmethod
    def of(cls, values: Floats, months: Ints) -> _Past:
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
        return np.asarray(np.clip(mean_known(self.growth), -1, 1))

    @cached_property
    def recent_growth(self) -> Floats:
        return np.asarray(np.clip(mean_known(self.growth[:, -3:]), -1, 1))

    @cached_property
    def years(self) -> Floats:
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


@dataclass(frozen=True, eq=False)
class _Averaged:
    """Seasonal models of the year-end, each and averaged."""

    totals: Floats  # (n, n_models)
    mean: Floats
    noise: Floats
    spread: Floats  # within the models
    disagreement: Floats  # between them

    @classmethod
    def of(cls, values: Floats, months: Ints, prior: SeasonPrior) -> _Averaged:
        fitted = fit_seasons(values, months, prior)
        totals, weights = fitted.totals, fitted.weights(prior.log_weights)
        mean = (weights * totals).sum(axis=1)
        return cls(
            totals=totals,
            mean=mean,
            noise=(weights * fitted.noise).sum(axis=1),
            spread=np.sqrt((weights * fitted.variances).sum(axis=1)),
            disagreement=np.sqrt((weights * (totals - mean[:, None]) ** 2).sum(axis=1)),
        )


def _simple_experts(past: _Past) -> list[Floats]:
    growth, recent, pace = past.mean_growth, past.recent_growth, past.pace
    left, usual = past.left[:, -1], past.usually_left

    def plus(rest: Floats) -> Floats:
        raised: Floats = np.log(np.maximum(past.there + rest, 1e-12 * past.last_total) / past.last_total)
        return raised

    zero = np.zeros(len(growth))
    return [
        zero,
        recent,
        growth,
        pace,
        past.recent_ladder,
        past.ladder,
        plus(left),
        plus(left * np.exp(recent)),
        plus(left * np.exp(np.clip(pace, -1, 1) / 2)),
        plus(left * np.exp(past.quarter)),
        plus(usual * np.exp(growth)),
        zero + 0.05,
        zero - 0.05,
    ]


def _features(past: _Past, months: Ints, experts: Floats, averaged: _Averaged) -> list[Floats]:
    growth, pace, recent = past.mean_growth, past.pace, past.recent_growth
    left, usual = past.left[:, -1], past.usually_left
    ladder_square, growth_square = past.spreads(months)
    season = months / MONTHS
    jumps = np.abs(np.diff(past.completion, axis=1))
    return [
        np.ones(len(growth)),
        np.log(spread_known(past.completion) + 0.005),
        np.log(spread_known(past.growth) + 0.01),
        np.log(mean_known(jumps) + 0.005),
        np.log(left / past.last_total),
        season,
        season**2,
        1 / past.years,
        np.log(experts[:, :11].std(axis=1) + 0.003),
        np.clip(np.abs(pace - recent), 0, 1),
        np.clip(np.log(left / usual), -2, 2),
        np.clip(pace, -1, 1),
        recent,
        np.log(growth_square * ladder_square / (growth_square + ladder_square)) / 2,
        growth_square / (growth_square + ladder_square),  # trust in the ladder
        np.log(averaged.noise + 1e-5) / 2,
        np.log(averaged.disagreement + 0.003),
        np.log(np.abs(averaged.mean - experts[:, 5]) + 0.003),
        np.log(averaged.spread + 0.002),
    ]


def _between(values: Floats, clock: Floats) -> Floats:
    """Fill gaps between known months of a year along a clock, shape (n, 13), that starts at zero."""
    gaps, before, after = _gaps(np.isfinite(values))
    is_inside = after // MONTHS == gaps // MONTHS
    gaps, before, after = gaps[is_inside], before[is_inside], after[is_inside]
    year = gaps // MONTHS
    january = year * MONTHS
    flat, clocks = values.ravel(), clock.ravel()
    begin = np.where(before >= january, flat[before], 0.0)
    to_clock = year // values.shape[1] * (MONTHS + 1) + 1 - january
    started = clocks[to_clock + np.maximum(before, january - 1)]
    passed, left = clocks[to_clock + gaps] - started, clocks[to_clock + after] - started
    share = np.minimum(passed / np.maximum(left, 1e-12), 1.0)
    filled = flat.copy()
    filled[gaps] = begin + (flat[after] - begin) * share
    return filled.reshape(values.shape)


def _gaps(known: Bools) -> tuple[Ints, Ints, Ints]:
    """Flat places of what is unknown, of the last known one before each and of the first known one after it.

    -1 and the size of `known` where there is none.
    """
    heard = np.concatenate([[-1], np.flatnonzero(known), [known.size]])
    gaps = np.flatnonzero(~known)
    passed = gaps - np.arange(gaps.size)  # known ones before each gap
    return gaps, heard[passed], heard[passed + 1]


def _usual_course(values: Floats) -> Floats:
    """Mean cumulative share of each series' whole years by month, rising from zero to one, shape (n, 13)."""
    shares = values / values[:, :, -1:]
    known = np.isfinite(shares)
    counts = known.sum(axis=1, dtype=np.int8)
    mean = np.where(known, shares, 0.0).sum(axis=1) / np.maximum(counts, 1)
    course = np.concatenate([np.zeros((len(values), 1)), mean], axis=1)
    is_known = np.concatenate([np.ones((len(values), 1), dtype=bool), counts > 0], axis=1)
    is_known[:, -1], course[:, -1] = True, 1.0
    return np.maximum.accumulate(_along_line(course, is_known), axis=1)


def _along_line(course: Floats, is_known: Bools) -> Floats:
    """Months that no year reports lie on the line between those that some do; the ends are known."""
    gaps, before, after = _gaps(is_known)
    line = course.copy()
    flat = line.reshape(-1)
    flat[gaps] = flat[before] + (flat[after] - flat[before]) * ((gaps - before) / (after - before))
    return line
