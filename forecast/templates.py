"""Standardised residual paths: one table of draws that every series of a model shares.

A model says where a path goes and how far it may stray; the table says how residuals are spread at each
horizon and how they hang together. Sorting the table once answers any level target exactly, without
drawing anything for a single series. Source: docs/methods.md, section 5.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from scipy.special import ndtri

from forecast.streams import generator
from forecast.targets import Floats, Ints


@dataclass(frozen=True, eq=False)
class Residuals:
    """Quantiles of standardised residuals, and their correlation across horizons.

    Parameters
    ----------
    levels : ndarray, shape (n_levels,)
        Between 0 and 1, rising.
    quantiles : ndarray, shape (n_columns, n_levels)
        By horizon (annual) or by month (within the year), pooled with the neighbours.
    correlation : ndarray, shape (n_columns, n_columns)
        Of normal scores across horizons; the identity where only one column is drawn at a time.
    """

    levels: Floats
    quantiles: Floats
    correlation: Floats

    def spread_of(self, column: int, n_draws: int) -> Floats:
        """Residuals of one column at the levels (i + 1/2) / n_draws, rising, shape (n_draws,)."""
        wanted = (np.arange(n_draws) + 0.5) / n_draws
        return np.asarray(np.interp(wanted, self.levels, self.quantiles[column]))

    def extended(self, n_columns: int) -> Residuals:
        """The same for more horizons: beyond the last one residuals go on as a random walk."""
        known = len(self.quantiles)
        if n_columns <= known:
            return Residuals(
                self.levels, self.quantiles[:n_columns], self.correlation[:n_columns, :n_columns]
            )
        ahead = np.arange(1, n_columns + 1.0)
        correlation = np.sqrt(np.minimum.outer(ahead, ahead) / np.maximum.outer(ahead, ahead))
        correlation[:known, :known] = self.correlation
        fade = np.sqrt(known / ahead[known:])
        correlation[:known, known:] = np.outer(self.correlation[:, -1], fade)
        correlation[known:, :known] = correlation[:known, known:].T
        more = np.repeat(self.quantiles[-1:], n_columns - known, axis=0)
        return Residuals(self.levels, np.concatenate([self.quantiles, more]), correlation)


@dataclass(frozen=True, eq=False)
class Template:
    """Residual paths.

    Parameters
    ----------
    draws : ndarray, shape (n_draws, n_columns)
        Standardised; each column holds exactly the pooled quantiles, in a joint order.
    """

    draws: Floats

    @cached_property
    def rising(self) -> Floats:
        """Each column sorted, shape as `draws`."""
        return np.sort(self.draws, axis=0)

    def balanced(self, rows: Ints) -> Floats:
        """Draws with a symmetric spread, for a series that has no way up, shape as `draws`."""
        mirror = np.empty_like(self.order)
        mirror[self.order] = self.order[::-1]
        balanced: Floats = (self.draws[rows] - self.draws[mirror[rows]]) / 2
        return balanced

    @cached_property
    def order(self) -> Ints:
        """Rows from the lowest first value to the highest: more horizons leave it as it is."""
        return np.argsort(self.draws[:, 0], kind="stable")


def make_template(residuals: Residuals, *, n_columns: int, n_draws: int, seed: int) -> Template:
    """Draw residual paths, the same for every series.

    Parameters
    ----------
    residuals : Residuals
        Their distribution.
    n_columns, n_draws : int
        Horizons and paths.
    seed : int
        Of the joint order alone: the spread at each horizon does not depend on it. More horizons leave
        the first ones as they are.

    Returns
    -------
    Template
    """
    return _template(_Key(residuals), n_columns, n_draws, seed)


class _Key:
    """Residuals as a cache key: by identity, kept alive by the cache."""

    def __init__(self, residuals: Residuals) -> None:
        self.residuals = residuals

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Key) and other.residuals is self.residuals

    def __hash__(self) -> int:
        return id(self.residuals)


@lru_cache(maxsize=32)
def _template(key: _Key, n_columns: int, n_draws: int, seed: int) -> Template:
    residuals = key.residuals.extended(n_columns)
    half = (n_draws + 1) // 2
    scores = generator(seed, "", "residual paths").standard_normal((n_columns, half))
    mirrored = np.concatenate([scores, -scores], axis=1)[:, :n_draws]
    # A triangular factor keeps the first horizons as they are when more are asked for.
    joint = np.linalg.cholesky(residuals.correlation + 1e-9 * np.eye(n_columns)) @ mirrored
    ranks = np.argsort(np.argsort(joint, axis=1, kind="stable"), axis=1)
    columns = [residuals.spread_of(h, n_draws)[ranks[h]] for h in range(n_columns)]
    return Template(np.stack(columns, axis=1))


def rows_for(template: Template, *, series_id: str, group: str, common: float, seed: int) -> Ints:
    """Which residual path each draw of a series takes.

    Parameters
    ----------
    template : Template
        Shared paths.
    series_id, group : str
        Series of one group share part of their ranks: a good year for one is rather a good one for all.
    common : float
        Share of the variance of the ranks' normal scores that is common to the group.
    seed : int
        See `forecast.streams`.

    Returns
    -------
    ndarray of int, shape (n_draws,)
        A permutation of the rows, so that the spread of the series is that of the template.
    """
    n_draws = len(template.draws)
    own = generator(seed, series_id, "path order").standard_normal(n_draws)
    if group and common > 0:
        shared = generator(seed, group, "common path order").standard_normal(n_draws)
        own = np.sqrt(1 - common) * own + np.sqrt(common) * shared
    return np.asarray(template.order[np.argsort(np.argsort(own, kind="stable"))])


def normal_scores(values: Floats) -> Floats:
    """Normal scores of a sample, by rank."""
    ranks = np.argsort(np.argsort(values, kind="stable"))
    return np.asarray(ndtri((ranks + 0.5) / values.size))
