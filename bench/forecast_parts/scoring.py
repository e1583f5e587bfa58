"""Scores with standard errors that know which targets hang together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from forecast.backtest import clustered_se
from forecast.scores import reliability
from forecast.targets import Floats

N_RESAMPLES = 2000
LEAST_IN_BIN = 50
"""Bins with fewer targets are shown and not judged, as in the generator's own score."""


@dataclass(frozen=True)
class Estimate:
    """A figure with its standard error and the number of targets behind it."""

    value: float
    se: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} ({self.se:.3f})"


def mean_of(values: Floats, clusters: pd.Series) -> Estimate:
    """Mean with a standard error clustered by series."""
    if not values.size:
        return Estimate(float("nan"), float("nan"), 0)
    return Estimate(float(values.mean()), clustered_se(values, clusters.tolist()), values.size)


def brier_of(said: pd.Series, rows: pd.DataFrame) -> Estimate:
    """Brier score of probabilities against the outcomes of the same rows."""
    return mean_of((said.to_numpy(float) - rows.met.to_numpy(float)) ** 2, rows.cluster)


def ratio_of(said: pd.Series, reference: pd.Series, rows: pd.DataFrame) -> Estimate:
    """Brier score over that of a reference on the same rows; both redrawn together, series by series."""
    met = rows.met.to_numpy(float)
    losses = pd.DataFrame(
        {"own": (said.to_numpy(float) - met) ** 2, "other": (reference.to_numpy(float) - met) ** 2}
    )
    sums = losses.groupby(rows.cluster.to_numpy()).sum().to_numpy()
    rng = np.random.default_rng(0)
    weights = rng.multinomial(len(sums), np.full(len(sums), 1 / len(sums)), size=N_RESAMPLES)
    drawn = weights @ sums
    whole = sums.sum(axis=0)
    return Estimate(float(whole[0] / whole[1]), float((drawn[:, 0] / drawn[:, 1]).std(ddof=1)), len(rows))


def coverage_of(rows: pd.DataFrame, lower: str, upper: str) -> Estimate:
    """Share of outcomes inside a band, with its standard error."""
    known = rows[rows[lower].notna() & rows[upper].notna()]
    # Quantiles and outcomes are compared to nine digits: a settled figure lies on its own band.
    slack = 1e-9 * known.actual.abs()
    inside = (known.actual >= known[lower] - slack) & (known.actual <= known[upper] + slack)
    return mean_of(inside.to_numpy(float), known.cluster)


@dataclass(frozen=True)
class Gap:
    """The largest distance between what was said and what came true, over the bins with enough targets."""

    value: float
    n_bins: int
    bins: tuple[tuple[int, float, float], ...]

    def __str__(self) -> str:
        return f"{self.value:.3f}" if self.n_bins else "–"


def gap_of(rows: pd.DataFrame) -> Gap:
    """Reliability in five bins; see `Gap`."""
    bins = reliability(rows.p.to_numpy(float), rows.met.to_numpy(float))
    judged = [abs(one.mean_probability - one.share_met) for one in bins if one.n >= LEAST_IN_BIN]
    return Gap(
        max(judged, default=float("nan")),
        len(judged),
        tuple((one.n, one.mean_probability, one.share_met) for one in bins),
    )


def calibrated(verdicts: pd.Series, rows: pd.DataFrame) -> pd.Series:
    """Turn verdicts into hit rates learned from the other half of the series; none stays none.

    The most that a rule which says only a word can be credited with.
    """
    halves = pd.Series(pd.util.hash_array(rows.cluster.to_numpy(object)) % 2, index=rows.index)
    found = pd.Series(np.nan, index=rows.index)
    for half in (0, 1):
        taught = rows.met[halves != half].groupby(verdicts[halves != half]).agg(["sum", "size"])
        rates = (taught["sum"] + 0.5) / (taught["size"] + 1)
        here = halves == half
        found[here] = verdicts[here].map(rates).astype(float)
    return found
