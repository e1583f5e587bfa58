"""What a short annual history says about its growth: experts and features, all series at once.

Histories come right-aligned on their modelling scale (log, count, logit or level), so a difference is a
growth. Every expert is a forecast of x(h) - x(0). Source: docs/methods.md, section 3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.targets import Floats

LONGEST = 25
"""Values that are looked at: older ones say little about the next five years."""

OUTLIER_LIMIT = 4.0
"""Robust standard deviations beyond which a step is held."""

MAD_TO_SD = 1.4826
"""Standard deviation of a normal sample over its median absolute deviation."""

LEAST_SPREAD = 0.01
"""Floor of a robust standard deviation, on the modelling scale."""

LIMIT = 1.6
"""Experts are held within this growth in logs, either way."""

DAMPING = 0.7
"""Share of the last growth that a damped expert carries over each year."""


def align(histories: Sequence[Floats]) -> Floats:
    """Lay histories right-aligned, shape (n, LONGEST); NaN before their first value."""
    table = np.full((len(histories), LONGEST), np.nan)
    for row, history in zip(table, histories, strict=True):
        last = history[-LONGEST:]
        row[LONGEST - last.size :] = last
    return table


def held_spikes(table: Floats) -> Floats:
    """Hold steps that are far out of a series' usual ones, keeping its last value.

    Parameters
    ----------
    table : ndarray, shape (n, LONGEST)
        See `align`.

    Returns
    -------
    ndarray, shape (n, LONGEST)
        A step further from the median step than `OUTLIER_LIMIT` robust standard deviations is held there, so
        that a year like 92, 941, 227 neither carries the trend away nor blinds the spread. Robust: the
        largest of 1.4826 x median absolute deviation, half the plain standard deviation, and `LEAST_SPREAD`.
    """
    steps = np.diff(table, axis=1)
    middle = row_medians(steps)
    off = steps - middle[:, None]
    robust = np.maximum(MAD_TO_SD * row_medians(np.abs(off)), spread_known(steps) / 2)
    limit = OUTLIER_LIMIT * np.maximum(robust, LEAST_SPREAD)[:, None]
    is_out = np.abs(off) > limit
    rows = np.flatnonzero(is_out.any(axis=1))
    if not rows.size:
        return table
    held = middle[rows, None] + np.clip(off[rows], -limit[rows], limit[rows])
    back = np.cumsum(np.where(np.isfinite(held), held, 0.0)[:, ::-1], axis=1)[:, ::-1]
    result = table.copy()
    result[rows, :-1] = np.where(np.isfinite(table[rows, :-1]), table[rows, -1:] - back, np.nan)
    return result


def row_medians(values: Floats) -> Floats:
    """Medians of what is known in each row; NaN sorts last."""
    rising = np.sort(values, axis=1)
    counts = np.maximum(np.isfinite(values).sum(axis=1), 1)
    rows = np.arange(len(values))
    medians: Floats = (rising[rows, (counts - 1) // 2] + rising[rows, counts // 2]) / 2
    return medians


def mean_known(values: Floats) -> Floats:
    """Row means of what is known, zero where nothing is."""
    known = np.isfinite(values)
    means: Floats = np.where(known, values, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    return means


def spread_known(values: Floats) -> Floats:
    """Row standard deviations of what is known, zero for fewer than two values."""
    known = np.isfinite(values)
    squared = np.where(known, values - mean_known(values)[:, None], 0.0) ** 2
    spreads: Floats = np.sqrt(squared.sum(axis=1) / np.maximum(known.sum(axis=1) - 1, 1))
    return spreads


@dataclass(frozen=True, eq=False)
class Growth:
    """What a history shows whatever the horizon; every field of shape (n,).

    Parameters
    ----------
    mean, recent, middle, last : ndarray
        Steps a year: all, the last three, the last five, the last one.
    straight, straight_recent, straight_last : ndarray
        The same on levels, as a share of the last value: all, the last four, the last one.
    line, level : ndarray
        Slope of the least-squares line, and its height now less the last value.
    average : ndarray
        Mean of the history less its last value.
    spread, recent_spread, persistence : ndarray
        Standard deviation of the steps, of the last four, and their autocorrelation.
    counts : ndarray
        Known values.
    """

    mean: Floats
    recent: Floats
    middle: Floats
    last: Floats
    straight: Floats
    straight_recent: Floats
    straight_last: Floats
    line: Floats
    level: Floats
    average: Floats
    spread: Floats
    recent_spread: Floats
    persistence: Floats
    counts: Floats

    @classmethod
    def of(cls, histories: Floats) -> Growth:
        """Read histories, shape (n, LONGEST): see `align`; three known values a row or more, no gaps."""
        steps = np.diff(histories, axis=1)
        now = histories[:, -1]
        straight = np.diff(np.exp(np.clip(histories - now[:, None], -30.0, 30.0)), axis=1)
        line, level = _trend_line(histories)
        mean = mean_known(steps)
        return cls(
            mean=mean,
            recent=mean_known(steps[:, -3:]),
            middle=mean_known(steps[:, -5:]),
            last=steps[:, -1],
            straight=mean_known(straight),
            straight_recent=mean_known(straight[:, -4:]),
            straight_last=straight[:, -1],
            line=line,
            level=level - now,
            average=mean_known(histories) - now,
            spread=spread_known(steps),
            recent_spread=spread_known(steps[:, -4:]),
            persistence=_persistence(steps, mean),
            counts=np.isfinite(histories).sum(axis=1).astype(float),
        )


def growth_table(
    seen: Growth, trend_mean: Floats, trend_variance: Floats, *, horizon: int
) -> tuple[Floats, Floats]:
    """Experts and features of every series at one horizon.

    Parameters
    ----------
    seen : Growth
        Of n histories.
    trend_mean, trend_variance : ndarray, shape (n,)
        Averaged trend models (`forecast.trend_average`) at the horizon, less the last value.
    horizon : int
        Years ahead.

    Returns
    -------
    tuple of ndarray, shapes (n, n_experts) and (n, n_features)
    """
    damped = DAMPING * (1 - DAMPING**horizon) / (1 - DAMPING)
    zero = np.zeros(seen.mean.size)
    experts = [
        zero,
        seen.mean * horizon,
        seen.recent * horizon,
        seen.middle * horizon,
        seen.last * horizon,
        seen.last * damped,
        -seen.last * damped / 2,
        seen.level + seen.line * horizon,
        seen.average,
        _log_of(1 + horizon * seen.straight),
        _log_of(1 + horizon * seen.straight_recent),
        _log_of(1 + horizon * seen.straight_last),
        seen.mean * damped,
        zero + 0.06 * horizon,
        zero - 0.03 * horizon,
        trend_mean,
        trend_mean * 0.7,
    ]
    table = np.clip(np.stack(experts, axis=1), -LIMIT, LIMIT)
    features = [
        np.ones(zero.size),
        np.log(seen.spread + 0.004),
        np.log(seen.recent_spread + 0.004),
        zero + np.log(horizon),
        zero + np.log(horizon) ** 2,
        1 / seen.counts,
        seen.persistence,
        np.log(table[:, :12].std(axis=1) / horizon + 0.003),
        np.log(np.abs(seen.level) + 0.01),
        np.clip(seen.mean, -0.3, 0.3),
        np.clip(seen.recent - seen.mean, -0.3, 0.3),
        np.clip(seen.last - seen.mean, -0.5, 0.5),
        np.log(np.abs(seen.last - seen.mean) + 0.01),
        np.log(trend_variance + 1e-6) / 2,
    ]
    return table, np.stack(features, axis=1)


def _log_of(ratio: Floats) -> Floats:
    logs: Floats = np.log(np.maximum(ratio, 0.05))
    return logs


def _trend_line(histories: Floats) -> tuple[Floats, Floats]:
    """Slope of the least-squares line through each row, and its height at the last value."""
    known = np.isfinite(histories)
    years = np.arange(histories.shape[1]) - histories.shape[1] + 1.0
    centre = np.where(known, years, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    off = np.where(known, years - centre[:, None], 0.0)
    slope = np.where(known, histories * off, 0.0).sum(axis=1) / np.maximum((off**2).sum(axis=1), 1e-9)
    return slope, mean_known(histories) - slope * centre


def _persistence(steps: Floats, mean: Floats) -> Floats:
    """Lag-one autocorrelation of the steps, shrunk to zero for quiet series."""
    later, earlier = steps[:, 1:] - mean[:, None], steps[:, :-1] - mean[:, None]
    later, earlier = np.where(np.isfinite(later), later, 0.0), np.where(np.isfinite(earlier), earlier, 0.0)
    shares: Floats = (later * earlier).sum(axis=1) / ((later**2).sum(axis=1) + 1e-4)
    return shares
