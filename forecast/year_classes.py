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
    lumpy = _risen(mean_known(largest), LUMPY_FROM, LUMPY_TO)
    batch = np.zeros(len(values))
    rows = np.flatnonzero(lumpy > 0)
    steps = np.diff(values[rows], axis=2)
    middle = row_medians(steps.reshape(-1, steps.shape[2])).reshape(totals[rows].shape) / totals[rows]
    batch[rows] = lumpy[rows] * _risen(mean_known(middle), BATCH_FROM, BATCH_TO)
    return np.stack([1 - lumpy, lumpy - batch, batch], axis=1)


def split_by_class(values: Floats, judged: Floats) -> dict[str, Floats]:
    """Series that are nearest to each class.

    Parameters
    ----------
    values : ndarray, shape (n, ...)
        What is split.
    judged : ndarray, shape (n, n_years, 12)
        See `class_weights`.
    """
    nearest = class_weights(judged).argmax(axis=1)
    return {name: values[nearest == number] for number, name in enumerate(CLASSES)}


def _risen(value: Floats, begin: float, end: float) -> Floats:
    """A smooth step from 0 at `begin` to 1 at `end`."""
    part = np.clip((value - begin) / (end - begin), 0.0, 1.0)
    risen: Floats = part**2 * (3 - 2 * part)
    return risen
