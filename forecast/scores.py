"""How good probabilities and distributions turned out to be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from forecast.targets import Floats


@dataclass(frozen=True)
class ReliabilityBin:
    """Targets whose probability fell in one bin.

    Parameters
    ----------
    lower, upper : float
        Ends of the bin; the upper one belongs to it.
    n : int
        Targets in it.
    mean_probability, share_met : float
        What was said and what came true; NaN in an empty bin.
    """

    lower: float
    upper: float
    n: int
    mean_probability: float
    share_met: float


@dataclass(frozen=True)
class BrierParts:
    """A Brier score divided: reliability - resolution + uncertainty.

    Parameters
    ----------
    reliability : float
        How far what was said lies from what came true, in the mean over bins; 0 is perfect.
    resolution : float
        How far the bins differ from the base rate; more is better.
    uncertainty : float
        What always saying the base rate scores.
    """

    reliability: float
    resolution: float
    uncertainty: float


def brier(probabilities: ArrayLike, met: ArrayLike) -> float:
    """Mean squared difference between probability and outcome.

    Parameters
    ----------
    probabilities, met : array, shape (n,)
        Probabilities, and outcomes as 0 or 1.

    Returns
    -------
    float
        0 is perfect; always saying one half scores 0.25.

    Raises
    ------
    ValueError
        If the shapes differ, nothing is given, or a number is missing.

    Source: Brier (1950), Monthly Weather Review 78, 1-3.
    """
    said, came = _paired(probabilities, met)
    return float(((said - came) ** 2).mean())


def crps_from_draws(draws: ArrayLike, actual: float) -> float:
    """Continuous ranked probability score of a sample.

    Parameters
    ----------
    draws : array, shape (n_draws,)
        Draws of the forecast. [unit]
    actual : float
        What happened. [unit]

    Returns
    -------
    float
        E|X - y| - E|X - X'| / 2 over the sample. [unit]

    Source: Gneiting and Raftery (2007), JASA 102, 359-378, equation 21.
    """
    x = np.sort(np.asarray(draws, dtype=float))
    n = x.size
    spread = float((x * (2 * np.arange(1, n + 1) - n - 1)).sum()) / n**2
    return float(np.abs(x - actual).mean()) - spread


def crps_from_quantiles(quantiles: ArrayLike, levels: ArrayLike, actual: float) -> float:
    """Approximate the continuous ranked probability score from some quantiles.

    Parameters
    ----------
    quantiles, levels : array, shape (n_levels,)
        Quantiles [unit] and their levels, increasing.
    actual : float
        What happened. [unit]

    Returns
    -------
    float
        Twice the quantile score integrated over the levels given by the midpoint rule. [unit]

    Source: Laio and Tamea (2007), Hydrology and Earth System Sciences 11, 1267-1277.
    """
    q, level = np.asarray(quantiles, dtype=float), np.asarray(levels, dtype=float)
    ends = np.concatenate([[0.0], (level[1:] + level[:-1]) / 2, [1.0]])
    loss = np.where(actual >= q, level * (actual - q), (1 - level) * (q - actual))
    return float(2 * (loss * np.diff(ends)).sum())


def coverage(lower: ArrayLike, upper: ArrayLike, actual: ArrayLike) -> float:
    """Share of outcomes inside their band, ends included.

    Parameters
    ----------
    lower, upper, actual : array, shape (n,)
        Band and outcome. [unit]

    Returns
    -------
    float
        Between 0 and 1.
    """
    y = np.asarray(actual, dtype=float)
    return float(((y >= np.asarray(lower, dtype=float)) & (y <= np.asarray(upper, dtype=float))).mean())


def reliability(probabilities: ArrayLike, met: ArrayLike, *, n_bins: int = 5) -> list[ReliabilityBin]:
    """Compare what was said with what came true, bin by bin.

    Parameters
    ----------
    probabilities, met : array, shape (n,)
        Probabilities, and outcomes as 0 or 1.
    n_bins : int
        Bins of equal width; 0 belongs to the first.

    Returns
    -------
    list of ReliabilityBin
        From low to high, empty ones included.

    Raises
    ------
    ValueError
        As `brier`.
    """
    said, came = _paired(probabilities, met)
    place = np.clip(np.ceil(said * n_bins - 1e-12).astype(int) - 1, 0, n_bins - 1)
    return [_bin(said[place == k], came[place == k], k / n_bins, (k + 1) / n_bins) for k in range(n_bins)]


def brier_parts(bins: Sequence[ReliabilityBin]) -> BrierParts:
    """Divide the Brier score of the binned probabilities, each read as the mean of its bin.

    Parameters
    ----------
    bins : sequence of ReliabilityBin
        From `reliability`; empty ones count nothing.

    Returns
    -------
    BrierParts
        They add up to the Brier score exactly where all probabilities of a bin are equal.

    Raises
    ------
    ValueError
        If every bin is empty.

    Source: Murphy (1973), Journal of Applied Meteorology 12, 595-600.
    """
    filled = [each for each in bins if each.n]
    if not filled:
        raise ValueError("needs at least one probability")
    share = np.array([each.n for each in filled]) / sum(each.n for each in filled)
    said = np.array([each.mean_probability for each in filled])
    came = np.array([each.share_met for each in filled])
    base = float((share * came).sum())
    return BrierParts(
        reliability=float((share * (said - came) ** 2).sum()),
        resolution=float((share * (came - base) ** 2).sum()),
        uncertainty=base * (1 - base),
    )


NORMAL_975 = 1.959964
"""Normal quantile of a 95 % interval."""


def wilson_interval(share: float, n: int) -> tuple[float, float]:
    """95 % interval of a share of `n` independent cases.

    Parameters
    ----------
    share : float
        Share observed, 0..1.
    n : int
        Cases, at least one.

    Returns
    -------
    tuple of float
        Both ends within 0..1; a share of 0 or 1 keeps an interval.

    Raises
    ------
    ValueError
        If there is no case or the share is none.

    Source: Wilson (1927), Journal of the American Statistical Association 22, 209-212.
    """
    if n < 1 or not 0 <= share <= 1:
        raise ValueError(f"needs a share of 0 to 1 and at least one case, not {share} of {n}")
    z = NORMAL_975
    spread = z * z / n
    middle = (share + spread / 2) / (1 + spread)
    half = z / (1 + spread) * float(np.sqrt(share * (1 - share) / n + spread / (4 * n)))
    return max(middle - half, 0.0), min(middle + half, 1.0)


def _bin(said: Floats, came: Floats, lower: float, upper: float) -> ReliabilityBin:
    if not said.size:
        return ReliabilityBin(lower, upper, 0, float("nan"), float("nan"))
    return ReliabilityBin(lower, upper, said.size, float(said.mean()), float(came.mean()))


def _paired(probabilities: ArrayLike, met: ArrayLike) -> tuple[Floats, Floats]:
    said, came = np.asarray(probabilities, dtype=float), np.asarray(met, dtype=float)
    if said.shape != came.shape or not said.size or not np.isfinite(said + came).all():
        raise ValueError(f"needs as many probabilities as outcomes, none missing: {said.shape}, {came.shape}")
    return said, came
