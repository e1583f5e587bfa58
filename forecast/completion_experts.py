"""What a year under way says about its end: experts and features, all series at once.

Every expert is a forecast of log(year-end / last year-end). Source: docs/methods.md, section 4.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from forecast.batch_experts import batch_columns
from forecast.growth import mean_known, spread_known
from forecast.past_completions import PastCompletions
from forecast.season_average import MONTHS, SeasonPrior, fit_seasons
from forecast.targets import Bools, Floats, Ints

FIRST_MONTH, LAST_MONTH = 2, 11
"""Months from which a year-end is forecast; the first is rarely published by itself."""

LIMIT = 1.2
"""Experts are held within this growth in logs, either way."""


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

    def seen_by(self, year_class: str, values: Floats, months: Ints, rows: Ints | slice) -> CompletionTable:
        """What the gate of a class sees of some rows: with batches, their standings too.

        Parameters
        ----------
        year_class : str
            Of `forecast.year_classes`.
        values, months
            What the table was made of.
        rows : ndarray of int, shape (m,), or slice
            Rows of the table.
        """
        seen = CompletionTable(*(getattr(self, one.name)[rows] for one in fields(self)))
        if year_class != "batch":
            return seen
        found = batch_columns(values[rows], months[rows])
        return replace(
            seen,
            experts=np.concatenate([seen.experts, _held(found.experts, seen.there, seen.last_total)], axis=1),
            features=np.concatenate([seen.features, found.features], axis=1),
        )


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
    past = PastCompletions.of(values, months)
    averaged = _Averaged.of(values, months, prior)
    experts = np.stack([*_simple_experts(past), averaged.mean, *averaged.totals.T], axis=1)
    experts = _held(experts, past.there, past.last_total)
    features = np.stack(_features(past, months, experts, averaged), axis=1)
    return CompletionTable(experts, features, past.last_total, past.there)


def _held(experts: Floats, there: Floats, last_total: Floats) -> Floats:
    """Experts within the limit and never below what is there."""
    floor = np.log(np.maximum(there, 1e-12 * last_total) / last_total)
    held: Floats = np.maximum(np.clip(experts, -LIMIT, LIMIT), floor[:, None])
    return held


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


def _simple_experts(past: PastCompletions) -> list[Floats]:
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


def _features(past: PastCompletions, months: Ints, experts: Floats, averaged: _Averaged) -> list[Floats]:
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
