"""A bank of damped exponential smoothers with moving seasons, all series and all smoothers in one pass.

Monthly flows are smoothed in logs: level, damped slope, a share of the usual yearly growth, and twelve
seasonal factors that start from the series' own past years. Each smoother forecasts the months that are
left; its one-step errors say how far it is to be trusted. Source: docs/methods.md, section 4;
error-correction form after Hyndman, Koehler, Ord and Snyder (2008), chapter 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecast.peers import Ints
from forecast.targets import Bools, Floats

MONTHS = 12

SMOOTHERS = np.array(
    [
        # level, slope, damping, season, share of the yearly growth
        (0.05, 0.0, 1.0, 0.08, 0.7),
        (0.05, 0.0, 1.0, 0.30, 0.7),
        (0.15, 0.0, 1.0, 0.08, 0.0),
        (0.15, 0.0, 1.0, 0.30, 0.0),
        (0.15, 0.0, 1.0, 0.08, 0.7),
        (0.15, 0.0, 1.0, 0.30, 0.7),
        (0.30, 0.0, 1.0, 0.08, 0.7),
        (0.30, 0.0, 1.0, 0.30, 0.7),
        (0.50, 0.0, 1.0, 0.08, 0.0),
        (0.50, 0.0, 1.0, 0.30, 0.0),
        (0.80, 0.0, 1.0, 0.08, 0.0),
        (0.80, 0.0, 1.0, 0.30, 0.0),
        (0.30, 0.04, 0.97, 0.08, 0.0),
        (0.30, 0.04, 0.97, 0.30, 0.0),
        (0.50, 0.15, 0.85, 0.08, 0.0),
        (0.50, 0.15, 0.85, 0.30, 0.0),
    ]
)

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
    there = recent[np.arange(len(recent)), -1, months - 1]
    state = _State.begin(flows, recent[:, :-1, -1], last_total)
    series = np.log(np.maximum(flows, LEAST_FLOW * last_total[:, None, None] / MONTHS))
    ahead = np.zeros((MONTHS, len(SMOOTHERS), len(recent)))
    last = recent.shape[1] - 1
    for year in range(recent.shape[1]):
        for month in range(MONTHS):
            known = np.isfinite(series[:, year, month])
            if year == last:
                known = known & (month < months)
            expected = state.expect(month)
            if year == last:
                ahead[month] = np.where(known, 0.0, np.exp(np.clip(expected, -30.0, 60.0)))
            state.learn(series[:, year, month], known, expected, month, counts=year > 0)
    return _sum_up(state, ahead, there, last_total)


@dataclass(eq=False)
class _State:
    """Level, slope and seasons of every smoother and series, and their errors so far."""

    level: Floats  # (n_smoothers, n)
    slope: Floats
    season: Floats  # (12, n_smoothers, n)
    growth: Floats  # (n_smoothers, n)
    squares: Floats
    count: Floats  # (n,)
    started: Bools

    @classmethod
    def begin(cls, flows: Floats, totals: Floats, last_total: Floats) -> _State:
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
            level=np.repeat(np.log(last_total / MONTHS)[None], n_smoothers, axis=0),
            slope=np.zeros((n_smoothers, n)),
            season=np.repeat(season[:, None, :], n_smoothers, axis=1),
            growth=SMOOTHERS[:, 4:5] * monthly[None],
            squares=np.zeros((n_smoothers, n)),
            count=np.zeros(n),
            started=np.zeros(n, dtype=bool),
        )

    def expect(self, month: int) -> Floats:
        """Move on by a month and say what it should bring, in logs."""
        self.slope *= SMOOTHERS[:, 2:3]
        self.level += self.slope
        self.level += self.growth
        expected: Floats = self.level + self.season[month]
        return expected

    def learn(self, values: Floats, known: Bools, expected: Floats, month: int, *, counts: bool) -> None:
        """Correct level, slope and season by what came."""
        fresh = known & ~self.started
        if fresh.any():
            self.level[:, fresh] = values[fresh] - self.season[month][:, fresh]
            expected[:, fresh] = values[fresh]
            self.started |= fresh
        heard = known & self.started
        if not heard.any():
            return
        error = np.clip(np.where(heard, values, 0.0) - expected, -LARGEST_ERROR, LARGEST_ERROR) * heard
        self.level += SMOOTHERS[:, 0:1] * error
        self.slope += SMOOTHERS[:, 1:2] * error
        self.season[month] += (SMOOTHERS[:, 3:4] * (1 - SMOOTHERS[:, 0:1])) * error
        if counts:
            self.squares += error**2
            self.count += heard


def _sum_up(state: _State, ahead: Floats, there: Floats, last_total: Floats) -> Smoothed:
    year_end = np.maximum(there + ahead.sum(axis=0), 1e-12 * last_total)
    totals = np.log(year_end / last_total)
    error = (state.squares + 1e-4) / (state.count + 1)
    scores = -np.minimum(state.count, COUNTED_MONTHS) / 2 * np.log(error)
    weights = np.exp(scores - scores.max(axis=0))
    weights /= weights.sum(axis=0)
    shares = ahead / year_end
    later = shares[::-1].cumsum(axis=0)[::-1] - shares
    carried = shares + (SMOOTHERS[:, 0] + 3 * SMOOTHERS[:, 1])[:, None] * later
    variance = error * (carried**2).sum(axis=0)
    mean = (weights * totals).sum(axis=0)
    between = (weights * (totals - mean) ** 2).sum(axis=0)
    spread = np.sqrt((weights * variance).sum(axis=0) + between)
    return Smoothed(totals.T, weights.T, (weights * error).sum(axis=0), spread)
