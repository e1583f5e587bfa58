"""From drawn single periods back to paths as the series reports them."""

from __future__ import annotations

import numpy as np

from forecast.models.base import first_open_period
from forecast.models.libraries.history import History
from forecast.panel import Reporting
from forecast.paths import PathDraws
from forecast.spaces import Space
from forecast.streams import generator, mirrored_normals
from forecast.targets import Bools, Floats


def to_path(history: History, future: Floats, *, until: int, seed: int, name: str) -> PathDraws:
    """Make a path of drawn single periods.

    Parameters
    ----------
    history : History
        The modelled past.
    future : ndarray, shape (n_draws, n_steps)
        Draws on the modelling scale of `history.future(until)`.
    until : int
        Ordinal of the last period wanted.
    seed : int
        Seed of the revision of preliminary figures.
    name : str
        Model that drew them.

    Returns
    -------
    PathDraws
        From the first open period on; sums since January never fall below what is already counted.
    """
    series = history.series
    noise = mirrored_normals(seed, series.series_id, "revision", rows=1, n_draws=len(future))[:, 0]
    open_from = first_open_period(series)
    if series.accumulates and series.reporting is Reporting.YTD:
        drawn = _since_january(history, future, noise, open_from=open_from, until=until)
    else:
        drawn = _by_period(history, future, noise, open_from=open_from, until=until, seed=seed)
    wanted = drawn[:, : max(until + 1 - open_from, 0)]
    return PathDraws(series, open_from, wanted, name)


def _since_january(history: History, future: Floats, noise: Floats, *, open_from: int, until: int) -> Floats:
    series, per_year = history.series, history.series.periods_per_year
    begin = min(open_from, history.last)
    inside = slice(begin - series.first, history.last + 1 - series.first)
    past = revised(series.measured[inside], ~series.is_final[inside], history.space, noise)
    flows = dict(zip(history.future(until).tolist(), history.space.back(future).T, strict=True))
    columns, now = list(past.T), past[:, -1]
    for period in range(history.last + 1, until + 1):
        now = np.zeros_like(now) if period % per_year == 0 else now
        if period in flows:
            now = _held(now + flows[period], now, history)
        columns.append(now if period in flows else np.full_like(now, np.nan))
    return np.stack(columns, axis=1)[:, open_from - begin :]


def _held(now: Floats, before: Floats, history: History) -> Floats:
    """Keep a sum within its bounds, and at least what was there before."""
    series = history.series
    held = np.minimum(now, np.inf if series.upper is None else series.upper)
    return np.maximum(held, before) if series.only_grows else held


def _by_period(
    history: History, future: Floats, noise: Floats, *, open_from: int, until: int, seed: int
) -> Floats:
    series, space = history.series, history.space
    begin = min(open_from, history.last)
    inside = slice(begin - series.first, history.last + 1 - series.first)
    marks = np.zeros(series.values.size, dtype=bool) if series.provisional is None else series.provisional
    past = revised(series.values[inside], marks[inside], space, noise)
    if series.accumulates:
        past = _with_gaps_drawn(past, history, begin, seed)
    else:
        # What follows a doubtful value moves with it; a sum of flows holds it already.
        future = future + (space.forward(past[:, -1]) - history.x[-1])[:, None]
    ahead = np.full((len(future), max(until - history.last, 0)), np.nan)
    ahead[:, history.future(until) - history.last - 1] = space.back(future)
    return np.concatenate([past[:, open_from - begin :], ahead], axis=1)


def _with_gaps_drawn(past: Floats, history: History, begin: int, seed: int) -> Floats:
    """Draw the missing periods of the year under way, for its sum needs them."""
    steps = np.diff(history.filled)
    spread = float(steps.std()) / np.sqrt(2) if steps.size else 0.0
    rng = generator(seed, history.series.series_id, "gaps")
    place = {int(o): i for i, o in enumerate(history.ordinals)}
    result = past.copy()
    for column in np.flatnonzero(np.isnan(past).all(axis=0)):
        if begin + int(column) in place:
            usual = history.filled[place[begin + int(column)]]
            result[:, column] = history.space.back(usual + spread * rng.standard_normal(len(past)))
    return result


def revised(values: Floats, doubtful: Bools, space: Space, noise: Floats) -> Floats:
    """Repeat known values for every draw, with the revision spread on preliminary ones.

    Parameters
    ----------
    values : ndarray, shape (n,)
        Known values; NaN is a gap. [indicator unit]
    doubtful : ndarray of bool, shape (n,)
        Preliminary ones.
    space : Space
        Scale of the spread.
    noise : ndarray, shape (n_draws,)
        Standard normal: preliminary figures of one series are revised together.

    Returns
    -------
    ndarray, shape (n_draws, n)
    """
    repeated = np.repeat(values[None, :], noise.size, axis=0)
    for place in np.flatnonzero(doubtful & np.isfinite(values)):
        repeated[:, place] = space.redrawn(values[place], noise)
    return repeated
