"""What keeps a library's draws sane: quiet fits, no certainty without width, no path to infinity."""

from __future__ import annotations

import logging
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from forecast.errors import ModelFailedError
from forecast.models.libraries.history import History
from forecast.streams import mirrored_normals, student_scales
from forecast.targets import Floats

LEAST_STEP_SD = 0.01
"""Floor of the spread of one step: the floor of the pooled models (docs/methods.md, section 8)."""

LEAST_DF = 3.0
"""However few values, the spread is not taken to be more doubtful than this Student t."""

RANGES_AWAY = 3.0
"""Draws are held within this many ranges of the known values (and one unit more) of the last one."""

_ONE_AT_A_TIME = threading.RLock()
"""Warning filters, numpy's global generator (Prophet) and logger settings belong to the whole process."""

_NOISY = ("cmdstanpy", "prophet", "prophet.plot", "prophet.forecaster")


@contextmanager
def quietly() -> Iterator[None]:
    """Fit one model at a time in this process, without a word on stderr."""
    with _ONE_AT_A_TIME, warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        loggers = [logging.getLogger(name) for name in _NOISY]
        before = [(one.propagate, one.level) for one in loggers]
        for one in loggers:
            one.propagate = False
            # cmdstanpy gives itself a talking handler where it finds none.
            if not one.handlers:
                one.addHandler(logging.NullHandler())
            one.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            for one, (propagates, level) in zip(loggers, before, strict=True):
                one.propagate = propagates
                one.setLevel(level)


def guarded(draws: Floats, history: History, *, n_parameters: int, seed: int, name: str) -> Floats:
    """Allow for what the library leaves out, and refuse what cannot be.

    Parameters
    ----------
    draws : ndarray, shape (n_draws, n_steps)
        As the library simulates them, on the modelling scale.
    history : History
        The modelled past.
    n_parameters : int
        Estimated from it; the library draws as if they were known.
    seed : int
        Of the added noise.
    name : str
        Of the model, for the error.

    Returns
    -------
    ndarray, shape (n_draws, n_steps)
        Spread by Student's t around the median path, never narrower than a random walk with the least
        step, never piled up on a bound, never further away than the past allows.

    Raises
    ------
    ModelFailedError
        If a draw is not a number.

    Source: docs/families.md, section 1.
    """
    if not np.isfinite(draws).all():
        raise ModelFailedError(name, "it drew values that are not numbers.")
    widened = _with_least_spread(
        _doubting_the_spread(draws, history, n_parameters=n_parameters, seed=seed), history, seed
    )
    widened = _off_the_bounds(widened, history)
    centre = float(history.filled[-1])
    reach = RANGES_AWAY * float(np.nanmax(history.x) - np.nanmin(history.x)) + 1.0
    return np.clip(widened, centre - reach, centre + reach)


def _doubting_the_spread(draws: Floats, history: History, *, n_parameters: int, seed: int) -> Floats:
    n, series_id = history.n_known, history.series.series_id
    df = max(n - n_parameters, LEAST_DF)
    scales = student_scales(seed, series_id, "library spread", df=df, n_draws=len(draws))
    middle = np.median(draws, axis=0)
    widened: Floats = middle + (draws - middle) * (np.sqrt(max(n / df, 1.0)) * scales)[:, None]
    return widened


def _with_least_spread(draws: Floats, history: History, seed: int) -> Floats:
    n_draws, n_steps = draws.shape
    if not n_steps:
        return draws
    steps = np.arange(1, n_steps + 1)
    missing = LEAST_STEP_SD**2 - float((draws.var(axis=0) / steps).min())
    if missing <= 0:
        return draws
    rows = mirrored_normals(seed, history.series.series_id, "least", rows=n_steps, n_draws=n_draws)
    widened: Floats = draws + np.sqrt(missing) * np.cumsum(rows, axis=1)
    return widened


def _off_the_bounds(draws: Floats, history: History) -> Floats:
    """Keep the median path of a bounded share a standard deviation off its bounds, or where it has been.

    A trend on the logit scale would otherwise carry every draw onto the bound: a certainty.
    """
    space = history.space
    if space.kind != "logit":
        return draws
    spread = draws.std(axis=0)
    bottom, top = space.forward([space.bottom, space.top])
    least = np.minimum(bottom + spread, float(np.nanmin(history.x)))
    most = np.maximum(top - spread, float(np.nanmax(history.x)))
    middle = np.median(draws, axis=0)
    held: Floats = draws + np.clip(middle, least, most) - middle
    return held
