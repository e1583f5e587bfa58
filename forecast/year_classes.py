"""What kind of year a monthly series has: smooth, with surges, or in batches.

Classes are weights, not switches: a series between two of them is judged by both. Source: docs/methods.md,
section 4.
"""

from __future__ import annotations

import numpy as np

from forecast.growth import mean_known, row_medians
from forecast.targets import Floats

CLASSES = ("smooth", "surge", "batch")
"""Even months; one or two months that bring much of the year; a few months that bring almost all of it."""

LUMPY_FROM, LUMPY_TO = 0.15, 0.31
"""Share of a year in its largest month up to which a series is smooth, and from which it is not."""

BATCH_FROM, BATCH_TO = 0.025, 0.01
"""Share of a year in its middle month down to which a lumpy series surges, and from which it has batches."""


def class_weights(values: Floats) -> Floats:
    """How much each series belongs to each class.

    Parameters
    ----------
    values : ndarray, shape (n, n_years, 12)
        Cumulative figures of past years without gaps; unknown years NaN.

    Returns
    -------
    ndarray, shape (n, 3)
        In the order of `CLASSES`; rows add up to one. Means over the years, and smooth steps between.
    """
    totals = values[:, :, -1]
    largest = np.fmax(np.fmax.reduce(np.diff(values, axis=2), axis=2), values[:, :, 0]) / totals
    lumpy = _risen(_mean(largest), LUMPY_FROM, LUMPY_TO)
    batch = np.zeros(len(values))
    rows = np.flatnonzero(lumpy > 0)
    steps = np.diff(values[rows], axis=2)
    middle = row_medians(steps.reshape(-1, steps.shape[2])).reshape(totals[rows].shape) / totals[rows]
    batch[rows] = lumpy[rows] * _risen(_mean(middle), BATCH_FROM, BATCH_TO)
    return np.stack([1 - lumpy, lumpy - batch, batch], axis=1)


def _mean(shares: Floats) -> Floats:
    return mean_known(np.where(np.isfinite(shares), shares, np.nan))


def _risen(value: Floats, begin: float, end: float) -> Floats:
    """A smooth step from 0 at `begin` to 1 at `end`."""
    part = np.clip((value - begin) / (end - begin), 0.0, 1.0)
    risen: Floats = part**2 * (3 - 2 * part)
    return risen
