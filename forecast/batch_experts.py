"""Where a year of batches stands when these may come a month early or late: experts and features.

A batch that is usually there by the end of September and is not there yet says little about the year: it
may come in October. So what is there is compared with each past year as it stood in the same month, a month
before and a month after. Each of these *standings* is one component of a mixture,

    log(year-end / last year-end) | standing ~ Normal(log there - log share there then, kernel variance),

joined with the growth of past years, Normal(recent growth, its variance): a product of normal densities is
one. Its weight follows from how well the two agree and from what the last month has brought, both by
Student's t. A batch that has not come a month after the latest past year's is explained by none of them, and
that *surprise* is told too. January is rarely published by itself: with February it is one month here, and
before that there is nothing. Source: docs/methods.md, section 4.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from forecast.growth import mean_known, row_medians, spread_known
from forecast.model_average import shares_of
from forecast.past_completions import LEAST_SHARE, PastCompletions
from forecast.season_average import MONTHS
from forecast.targets import Floats, Ints

SHIFTS = np.array([-1, 0, 1])
"""Months by which batches may have moved against a past year."""

SHIFT_WEIGHTS = np.array([0.25, 0.5, 0.25])
"""How much each is believed in before anything is seen."""

KERNEL_SD = 0.05
"""Standard deviation of the log share of the year around a past one, at half of the year."""

LEAST_KERNEL_SD = 0.003
"""The same where everything has come."""

PATH_SD = 0.07
"""By how much the part of what is there that came before the last month differs between like standings."""

GROWTH_DF, PATH_DF = 8.0, 4.0
"""Degrees of freedom with which standings are weighed: none is ruled out by one surprise."""

MOST_SURPRISE = 8.0
"""What no standing explains, in logs, counts as this much."""

FARTHEST = 3.0
"""Standings further than this from last year, in logs, count as this far."""

MOST_BROUGHT = 3.0
"""A month that brings more than so many times last year's total counts as this much."""


class BatchColumns(NamedTuple):
    """What moving batches say, for their gate.

    Parameters
    ----------
    experts, features : ndarray, shapes (n, 2), (n, 10)
    """

    experts: Floats
    features: Floats


def batch_columns(values: Floats, months: Ints) -> BatchColumns:
    """Experts and features of the last year of each table.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        Cumulative figures without gaps, as for `forecast.completion_experts.completion_table`.
    months : ndarray of int, shape (n,)
        Last known month, 2 to 11. Nothing after it in the last year is looked at.
    """
    past = PastCompletions.of(values, months)
    standings = _Standings.of(values, months, past)
    alone = standings.mean(standings.totals)
    joined = standings.mean(standings.grown)
    disagreement = standings.mean((standings.totals - alone[:, None]) ** 2)
    spread = standings.mean((standings.grown - joined[:, None]) ** 2 + standings.variances)
    usual = np.diff(standings.course, axis=2)
    surprise = np.clip(standings.surprise, 0.0, MOST_SURPRISE)
    usual_spread = np.abs(past.completion - row_medians(past.completion)[:, None])
    features = [
        np.log(np.abs(alone - past.ladder) + 0.01),
        np.log(np.sqrt(disagreement) + 0.003),
        np.log(np.sqrt(spread) + 0.003),
        np.log(_brought(mean_known(usual[:, :, 1])) + 0.02),  # what the month usually brings
        np.log(_brought(mean_known(usual[:, :, 2])) + 0.02),  # and the next one
        np.log(_brought(standings.brought) + 0.02),
        np.log(spread_known(past.completion) + 0.0005),
        np.log(row_medians(usual_spread) + 0.0005),
        surprise,
        surprise * (1 - months / MONTHS),  # and what time is left to make up for it
    ]
    return BatchColumns(np.stack([alone, joined], axis=1), np.stack(features, axis=1))


def _brought(share: Floats) -> Floats:
    """A correction downward brings nothing."""
    return np.clip(share, 0.0, MOST_BROUGHT)


class _Standings(NamedTuple):
    """Past years in the months around the one of today, and the mixture they make.

    Parameters
    ----------
    course : ndarray, shape (n, n_past, 4)
        Share of each past year that was there two months before, one before, in the same month and one
        after; unknown ones NaN, nothing before February.
    brought : ndarray, shape (n,)
        What the last month has brought, as a share of last year.
    totals, grown, variances, weights : ndarray, shape (n, n_past x 3)
        log(year-end / last year-end) by the share alone, joined with the growth of past years, the variance
        of the latter, and the weight of the standing: none where it is unknown.
    surprise : ndarray, shape (n,)
        How badly the standings explain what is there: minus the log of their mean likelihood, up to what
        all likelihoods share; mostly below zero in an ordinary year.
    """

    course: Floats
    brought: Floats
    totals: Floats
    grown: Floats
    variances: Floats
    weights: Floats
    surprise: Floats

    @classmethod
    def of(cls, values: Floats, months: Ints, past: PastCompletions) -> _Standings:
        course = _course(values, months)
        before, shares = _flat(course[:, :, :-1]), _flat(course[:, :, 1:])
        shares = np.where(shares > 0, shares, np.nan)
        totals = (past.log_there - np.log(past.last_total))[:, None] - np.log(shares)
        totals = np.clip(totals, -FARTHEST, FARTHEST)
        kernel = KERNEL_SD**2 * (1 - shares) / shares + LEAST_KERNEL_SD**2
        _, growth_square = past.spreads(months)
        growth, square = past.recent_growth[:, None], growth_square[:, None]
        there_before = np.where(months > 2, values[np.arange(len(values)), -1, months - 2], 0.0)
        part = there_before / np.where(past.there > 0, past.there, np.nan)
        log_weights = (
            np.tile(np.log(SHIFT_WEIGHTS), course.shape[1])
            + _log_density(totals - growth, kernel + square, GROWTH_DF)
            + _log_likeness(part[:, None] - np.minimum(before / shares, 1.0))
        )
        log_weights = np.where(np.isfinite(log_weights), log_weights, -np.inf)
        return cls(
            course=course,
            brought=(past.there - there_before) / past.last_total,
            totals=totals,
            grown=(totals * square + growth * kernel) / (square + kernel),
            variances=square * kernel / (square + kernel),
            weights=shares_of(log_weights),
            surprise=np.log(past.years) - np.logaddexp.reduce(log_weights, axis=1),
        )

    def mean(self, of: Floats) -> Floats:
        """Mean over the standings, shape (n,)."""
        mean: Floats = np.where(self.weights > 0, self.weights * of, 0.0).sum(axis=1)
        return mean


def _course(values: Floats, months: Ints) -> Floats:
    """Shares of past years around the month of today; see `_Standings`."""
    rows, years = np.arange(len(values))[:, None, None], np.arange(values.shape[1] - 1)[None, :, None]
    places = (months[:, None] - 1 + np.arange(SHIFTS[0] - 1, SHIFTS[-1] + 1))[:, None, :]
    year_ends = values[:, :-1, MONTHS - 1 :]
    shares = np.clip(values[rows, years, np.maximum(places, 0)] / year_ends, LEAST_SHARE, 1.0)
    course: Floats = np.where(places >= 1, shares, 0.0 * year_ends)
    return course


def _flat(shares: Floats) -> Floats:
    return shares.reshape(len(shares), -1)


def _log_density(error: Floats, variance: Floats | float, df: float) -> Floats:
    """Student's t, up to what all standings share."""
    density: Floats = -np.log(variance) / 2 - (df + 1) / 2 * np.log1p(error**2 / (variance * df))
    return density


def _log_likeness(difference: Floats) -> Floats:
    """How alike the last month is; where nothing is there yet all are alike."""
    return _log_density(np.where(np.isfinite(difference), difference, 0.0), PATH_SD**2, PATH_DF)
