"""A bank of damped exponential smoothers with moving seasons, all series and all smoothers in one pass.

Monthly flows are smoothed in logs: level, damped slope, a share of the usual yearly growth, and twelve
seasonal factors that start from the series' own past years. Each smoother forecasts the months that are
left; its one-step errors say how far it is to be trusted. Source: docs/methods.md, section 4;
error-correction form after Hyndman, Koehler, Ord and Snyder (2008), chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forecast.targets import Bools, Floats, Ints

MONTHS = 12

Singles = NDArray[np.float32]

SMOOTHERS = np.array(
    [
        # level, slope, damping, season, share of the yearly growth
        (0.05, 0.0, 1.0, 0.30, 0.7),
        (0.15, 0.0, 1.0, 0.08, 0.0),
        (0.15, 0.0, 1.0, 0.30, 0.7),
        (0.30, 0.0, 1.0, 0.08, 0.7),
        (0.50, 0.0, 1.0, 0.08, 0.0),
        (0.80, 0.0, 1.0, 0.08, 0.0),
        (0.30, 0.04, 0.97, 0.08, 0.0),
        (0.50, 0.15, 0.85, 0.30, 0.0),
    ]
)

_LEVEL, _SLOPE, _DAMPING = (SMOOTHERS[:, k : k + 1].astype(np.float32) for k in range(3))
_SEASON = (SMOOTHERS[:, 3:4] * (1 - SMOOTHERS[:, 0:1])).astype(np.float32)
_SLOPING = slice(int(np.flatnonzero(SMOOTHERS[:, 1] > 0)[0]), None)
"""The smoothers that carry a slope stand last."""

YEARS_BACK = 5
"""Past years that are smoothed."""

FADING = 0.8
"""Weight of each year's seasons against the year after it."""

LEAST_SEASON = 0.03
"""Floor of a seasonal factor: a month that never brought anything may still bring a little."""

LEAST_FLOW = 0.002
"""Floor of a monthly flow, as a share of the mean month of last year."""

LARGEST_ERROR = 1.0
"""One-step errors are held here, in logs."""

COUNTED_MONTHS = 40
"""A longer record does not make a smoother more trusted."""


@dataclass(frozen=True, eq=False)
class Smoothed:
    """What the bank says of the year-end.

    Parameters
    ----------
    totals : ndarray, shape (n, n_smoothers)
        log(year-end / last year-end) by each smoother.
    weights : ndarray, shape (n, n_smoothers)
        Trust, by the likelihood of one-step errors.
    error : ndarray, shape (n,)
        Weighted mean squared one-step error.
    spread : ndarray, shape (n,)
        Standard deviation of log(year-end) that the one-step errors imply, with the disagreement.
    """

    totals: Floats
    weights: Floats
    error: Floats
    spread: Floats


def smooth(values: Floats, months: Ints) -> Smoothed:
    """Run the bank.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        Cumulative figures without gaps inside a year; the last year is the one asked about, earlier
        years that are unknown are NaN. The year before is whole and above zero.
    months : ndarray of int, shape (n,)
        Last known month of the last year, 1 to 11.

    Returns
    -------
    Smoothed
    """
    recent = values[:, max(values.shape[1] - 1 - YEARS_BACK, 0) :]
    flows = np.diff(recent, axis=2, prepend=0.0)
    last_total = recent[:, -2, -1]
    there = recent[np.arange(len(recent)), -1, months - 1] / last_total
    state = _State.begin(flows, recent[:, :-1, -1])
    # In mean months of last year: free of units, and small enough for single precision.
    series = np.log(np.maximum(MONTHS * flows / last_total[:, None, None], LEAST_FLOW))
    last = recent.shape[1] - 1
    known = np.isfinite(series)
    known[:, last] &= np.arange(MONTHS)[None] < months[:, None]
    # Single precision halves the time; the experts need four digits.
    columns = np.where(known, series, 0.0).transpose(1, 2, 0).astype(np.float32)
    ahead = np.zeros((MONTHS, len(SMOOTHERS), len(recent)), dtype=np.float32)
    for year in range(recent.shape[1]):
        for month in range(MONTHS):
            expected = state.expect(month)
            heard = known[:, year, month]
            if year == last and not heard.all():
                ahead[month] = np.where(heard, 0.0, np.exp(np.clip(expected, -30.0, 60.0)))
            state.learn(columns[year, month], heard, expected, month, counts=year > 0)
    return _sum_up(state, ahead, there)


@dataclass(eq=False)
class _State:
    """Level, slope and seasons of every smoother and series, and their errors so far."""

    level: Singles  # (n_smoothers, n)
    slope: Singles
    season: Singles  # (12, n_smoothers, n)
    growth: Singles  # (n_smoothers, n)
    squares: Singles
    count: Floats  # (n,)
    started: Bools

    @classmethod
    def begin(cls, flows: Floats, totals: Floats) -> _State:
        n, n_smoothers = len(flows), len(SMOOTHERS)
        fading = FADING ** np.arange(totals.shape[1])[::-1]
        shares = flows[:, :-1] / totals[:, :, None]
        mean = (np.where(np.isfinite(shares), shares, 0.0) * fading[None, :, None]).sum(axis=1)
        mean /= np.maximum(mean.sum(axis=1, keepdims=True), 1e-12)
        season = np.log(np.maximum(MONTHS * mean, LEAST_SEASON)).T
        steps = np.diff(np.log(totals), axis=1)
        known = np.isfinite(steps)
        growth = np.where(known, steps, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
        monthly = np.clip(growth, -0.3, 0.3) / MONTHS
        return cls(
            level=np.zeros((n_smoothers, n), dtype=np.float32),
            slope=np.zeros((n_smoothers, n), dtype=np.float32),
            season=np.repeat(season[:, None, :], n_smoothers, axis=1).astype(np.float32),
            growth=(SMOOTHERS[:, 4:5] * monthly[None]).astype(np.float32),
            squares=np.zeros((n_smoothers, n), dtype=np.float32),
            count=np.zeros(n),
            started=np.zeros(n, dtype=bool),
        )

    def expect(self, month: int) -> Singles:
        """Move on by a month and say what it should bring, in logs."""
        self.slope[_SLOPING] *= _DAMPING[_SLOPING]
        self.level[_SLOPING] += self.slope[_SLOPING]
        self.level += self.growth
        expected: Singles = self.level + self.season[month]
        return expected

    def learn(self, values: Singles, known: Bools, expected: Singles, month: int, *, counts: bool) -> None:
        """Correct level, slope and season by what came."""
        fresh = known & ~self.started
        if fresh.any():
            self.level[:, fresh] = values[fresh] - self.season[month][:, fresh]
            expected[:, fresh] = values[fresh]
            self.started |= fresh
        if not known.any():
            return
        error = np.clip(values - expected, -LARGEST_ERROR, LARGEST_ERROR)
        if not known.all():
            error *= known
        self.level += _LEVEL * error
        self.slope[_SLOPING] += _SLOPE[_SLOPING] * error[_SLOPING]
        self.season[month] += _SEASON * error
        if counts:
            self.squares += error**2
            self.count += known


def _sum_up(state: _State, ahead: Singles, there: Floats) -> Smoothed:
    ahead /= np.float32(MONTHS)
    year_end = np.maximum(there + ahead.sum(axis=0, dtype=float), 1e-12)
    totals = np.log(year_end)
    error = (state.squares.astype(float) + 1e-4) / (state.count + 1)
    scores = -np.minimum(state.count, COUNTED_MONTHS) / 2 * np.log(error)
    weights = np.exp(scores - scores.max(axis=0))
    weights /= weights.sum(axis=0)
    gain = _LEVEL + 3 * _SLOPE
    later, squared = np.zeros_like(ahead[0]), np.zeros_like(ahead[0])
    for month in range(MONTHS - 1, -1, -1):
        squared += (ahead[month] + gain * later) ** 2
        later += ahead[month]
    variance = error * squared / year_end**2
    mean = (weights * totals).sum(axis=0)
    between = (weights * (totals - mean) ** 2).sum(axis=0)
    spread = np.sqrt((weights * variance).sum(axis=0) + between)
    return Smoothed(totals.T, weights.T, (weights * error).sum(axis=0), spread)
