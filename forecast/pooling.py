"""Empirical Bayes: what the other series of the pool say about the mean and the spread of one.

Sources: Smyth (2004), Linear models and empirical Bayes methods for assessing differential expression,
Stat. Appl. Genet. Mol. Biol. 3(1) art. 3, section 6.2 (variances); DerSimonian and Laird (1986),
Meta-analysis in clinical trials, Controlled Clinical Trials 7, 177-188 (means).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import digamma, polygamma

from forecast.targets import Floats

MIN_PEERS = 5
"""Fewer other series than this say nothing about one."""

MOST_PRIOR_DF = 30.0
LEAST_PRIOR_DF = 1.0
"""Strength of the pooled variance in degrees of freedom; never taken as beyond doubt, nor as nothing."""

LONELY_DF = 2.0
"""Weight, in degrees of freedom, of the default spread for a series without a pool."""


@dataclass(frozen=True)
class Sample:
    """What one series says by itself.

    Parameters
    ----------
    series_id, group, kind : str
        Series, its peers' name ("" for none), and the scale on which its spread is comparable.
    mean : float
        Own mean.
    variance : float
        Own variance of one draw around the mean; ignored when `df` is 0.
    df : float
        Degrees of freedom of the variance.
    exposure : float
        Draws behind the mean: its sampling variance is variance / exposure.
    """

    series_id: str
    group: str
    kind: str
    mean: float
    variance: float
    df: float
    exposure: float


@dataclass(frozen=True)
class Shrunk:
    """A sample after its pool has spoken: Student t with `df` degrees of freedom."""

    mean: float
    mean_variance: float
    variance: float
    df: float


@dataclass(frozen=True)
class Pool:
    """What a set of samples has in common.

    Parameters
    ----------
    variance, df : float
        Scaled inverse chi-square prior of the variance.
    mean, mean_variance : float
        Common mean and its sampling variance.
    between : float
        Variance of the true means of series around the common one.
    members : frozenset of str
        Samples it was made from.
    """

    variance: float
    df: float
    mean: float
    mean_variance: float
    between: float
    members: frozenset[str]


def shrink(
    samples: Sequence[Sample],
    *,
    min_df: float,
    least_sd: float,
    default_sd: float,
    least_between_sd: float,
    share_means_without_group: bool,
) -> dict[str, Shrunk]:
    """Shrink each sample toward its pool, with the strength the pool itself shows.

    Parameters
    ----------
    samples : sequence of Sample
        Everything known; order does not matter beyond rounding, so pass it sorted.
    min_df : float
        Samples with fewer degrees of freedom learn from the pool without teaching it; without a pool
        they are left out.
    least_sd : float
        Floor of every spread: nothing is certain.
    default_sd : float
        Typical spread, for a sample that has no pool.
    least_between_sd : float
        Floor of the spread of true means: a pool never speaks for a series entirely.
    share_means_without_group : bool
        Whether a sample without enough peers in its group takes its mean from all samples of its
        kind; spreads always do.

    Returns
    -------
    dict of str to Shrunk
        By series id; samples with too little evidence are absent.

    Source: docs/methods.md, section 8.
    """
    least = least_sd**2
    by_group = _pools(samples, _group_key, min_df, least, least_between_sd)
    by_kind = _pools(samples, lambda s: s.kind, min_df, least, least_between_sd)
    result = {}
    for sample in samples:
        near = _speaking(by_group.get(_group_key(sample)), sample)
        far = near or _speaking(by_kind.get(sample.kind), sample)
        lender = near or (far if share_means_without_group else None)
        if lender is None and sample.df < max(min_df - 1, 1):
            continue
        variance, df = _variance(sample, far, least, default_sd**2)
        mean, mean_variance = _mean(sample, lender, variance)
        if np.isfinite(mean):
            result[sample.series_id] = Shrunk(mean, mean_variance, variance, df)
    return result


def prior_of_variance(variances: Floats, df: Floats) -> tuple[float, float]:
    """Fit the scaled inverse chi-square prior of variances by the moments of their logs.

    Parameters
    ----------
    variances, df : ndarray, shape (n,)
        Sample variances above zero and their degrees of freedom.

    Returns
    -------
    tuple of float
        Prior variance and its degrees of freedom, the latter held between 1 and 30.

    Source: Smyth (2004), section 6.2.
    """
    logs = np.log(variances) - digamma(df / 2) + np.log(df / 2)
    spread = float(logs.var(ddof=1) - polygamma(1, df / 2).mean()) if logs.size > 1 else 0.0
    prior_df = 2 * _inverse_trigamma(spread) if spread > 0 else MOST_PRIOR_DF
    prior_df = float(np.clip(prior_df, LEAST_PRIOR_DF, MOST_PRIOR_DF))
    level = float(logs.mean() + digamma(prior_df / 2) - np.log(prior_df / 2))
    return float(np.exp(level)), prior_df


def between_means(means: Floats, variances: Floats) -> tuple[float, float, float]:
    """Random-effects mean of several means.

    Parameters
    ----------
    means, variances : ndarray, shape (n,)
        Sample means and their sampling variances, above zero.

    Returns
    -------
    tuple of float
        Common mean, its sampling variance, and the variance of true means around it.

    Source: DerSimonian and Laird (1986).
    """
    weights = 1 / variances
    fixed = float((weights * means).sum() / weights.sum())
    excess = float((weights * (means - fixed) ** 2).sum()) - (means.size - 1)
    spread = float(weights.sum() - (weights**2).sum() / weights.sum())
    between = max(excess / spread, 0.0) if spread > 0 else 0.0
    weights = 1 / (variances + between)
    return float((weights * means).sum() / weights.sum()), float(1 / weights.sum()), between


def _group_key(sample: Sample) -> str:
    return f"{sample.kind}/{sample.group}" if sample.group else ""


def _pools(
    samples: Sequence[Sample],
    key: Callable[[Sample], str],
    min_df: float,
    least: float,
    least_between_sd: float,
) -> dict[str, Pool]:
    gathered: dict[str, list[Sample]] = defaultdict(list)
    for sample in samples:
        if key(sample) and sample.df >= min_df:
            gathered[key(sample)].append(sample)
    return {
        name: _pool(members, least, least_between_sd)
        for name, members in gathered.items()
        if len(members) >= MIN_PEERS
    }


def _pool(members: Sequence[Sample], least: float, least_between_sd: float) -> Pool:
    own = np.array([max(m.variance, least) for m in members])
    df = np.array([m.df for m in members])
    variance, prior_df = prior_of_variance(own, df)
    settled = (prior_df * variance + df * own) / (prior_df + df)
    exposure = np.array([m.exposure for m in members])
    mean, mean_variance, between = between_means(np.array([m.mean for m in members]), settled / exposure)
    names = frozenset(m.series_id for m in members)
    return Pool(variance, prior_df, mean, mean_variance, max(between, least_between_sd**2), names)


def _speaking(pool: Pool | None, sample: Sample) -> Pool | None:
    """The pool, if it holds enough series besides this one."""
    if pool is None or len(pool.members - {sample.series_id}) < MIN_PEERS:
        return None
    return pool


def _variance(sample: Sample, pool: Pool | None, least: float, default: float) -> tuple[float, float]:
    own = max(sample.variance, least) if sample.df > 0 else least
    if pool is not None:
        df = pool.df + sample.df
        return max((pool.df * pool.variance + sample.df * own) / df, least), df
    # Without a pool the default joins on the log scale, so that a long quiet series stays quiet.
    df = LONELY_DF + sample.df
    return float(np.exp((LONELY_DF * np.log(default) + sample.df * np.log(own)) / df)), df


def _mean(sample: Sample, pool: Pool | None, variance: float) -> tuple[float, float]:
    own_variance = variance / sample.exposure if sample.exposure > 0 else np.inf
    if pool is None:
        return (sample.mean, own_variance) if np.isfinite(own_variance) else (np.nan, np.inf)
    if not np.isfinite(own_variance):
        return pool.mean, pool.between + pool.mean_variance
    weight = pool.between / (pool.between + own_variance)
    mean = weight * sample.mean + (1 - weight) * pool.mean
    return mean, weight * own_variance + (1 - weight) ** 2 * pool.mean_variance


def _inverse_trigamma(value: float) -> float:
    """Solve trigamma(x) = value by Newton's method (Smyth 2004, appendix)."""
    x = 0.5 + 1 / value
    for _ in range(50):
        current = float(polygamma(1, x))
        step = current * (1 - current / value) / float(polygamma(2, x))
        x += step
        if abs(step) < 1e-8 * x:
            break
    return x
