"""What peers say: the mean growth of a group, as far as its own shocks let it be known.

Source: docs/methods.md, section 3.
"""

from __future__ import annotations

import numpy as np

from forecast.growth import mean_known, row_medians
from forecast.targets import Floats, Ints

PSEUDO_SERIES = 5
"""Weight of the pooled variances against those of one group, in series and in years."""

TRIMMED_TO_FULL = 1.6
"""Variance of a normal sample over that of the same sample held at its 10 and 90 % quantiles, roughly."""

LEAST_MEMBERS = 3
"""From so many members on a group's mean is a median and its spread is its own."""


def group_drifts(steps: Floats, groups: Ints) -> Floats:
    """Mean yearly growth of each series' group, shrunk toward that of all groups.

    Parameters
    ----------
    steps : ndarray, shape (n, n_years)
        Yearly steps on the modelling scale, right-aligned to one calendar; NaN is unknown.
    groups : ndarray of int, shape (n,)
        Number of the group of each series, from 0 without holes.

    Returns
    -------
    ndarray, shape (n,)
        Random-effects mean after DerSimonian and Laird (1986). The sampling variance of a group's mean is
        that among its members over their number plus that of its yearly medians over the years: members
        share the shocks of their year, so thirty provinces are not thirty independent witnesses.
    """
    own = mean_known(steps)
    order = np.argsort(groups, kind="stable")
    ends = np.cumsum(np.bincount(groups))[:-1]
    members_of = np.split(order, ends)
    summaries = [_summary(own[rows], steps[rows]) for rows in members_of]
    means, within, between_years, members, years = (
        np.array(column) for column in zip(*summaries, strict=True)
    )
    if len(members_of) == 1:
        return np.full(len(own), means[0])
    sampling = _pooled(within, members) / members + _pooled(between_years, years) / np.maximum(years, 1)
    return _random_effects(means, np.maximum(sampling, 1e-10))[groups]


def _summary(own: Floats, steps: Floats) -> tuple[float, float, float, int, int]:
    """Mean, variance among members, variance of yearly medians, members and years of one group."""
    members = own.size
    counts = np.isfinite(steps).sum(axis=0)
    seen = counts >= (max(2, 0.3 * members) if members >= LEAST_MEMBERS else 1)
    medians = row_medians(steps[:, seen].T)
    between_years = float(medians.var(ddof=1)) if medians.size > 1 else np.nan
    if members < LEAST_MEMBERS:
        return float(own.mean()), np.nan, between_years, members, int(seen.sum())
    held = np.clip(own, *np.quantile(own, [0.1, 0.9]))
    within = TRIMMED_TO_FULL * float(held.var(ddof=1))
    return float(np.median(own)), within, between_years, members, int(seen.sum())


def _pooled(variances: Floats, counts: Floats) -> Floats:
    """Variances of groups, shrunk toward their common one."""
    known = np.isfinite(variances)
    common = float(np.median(variances[known])) if known.any() else 0.01
    df = np.maximum(counts - 1, 0)
    pooled: Floats = (np.where(known, variances, 0.0) * df * known + common * PSEUDO_SERIES) / (
        df * known + PSEUDO_SERIES
    )
    return pooled


def _random_effects(means: Floats, sampling: Floats) -> Floats:
    weights = 1 / sampling
    fixed = (weights * means).sum() / weights.sum()
    excess = (weights * (means - fixed) ** 2).sum() - (means.size - 1)
    room = weights.sum() - (weights**2).sum() / weights.sum()
    between = max(float(excess / room), 0.0) if room > 0 else 0.0
    weights = 1 / (sampling + between)
    centre = (weights * means).sum() / weights.sum()
    trust = between / (between + sampling)
    shrunk: Floats = trust * means + (1 - trust) * centre
    return shrunk
