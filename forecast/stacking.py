"""Many series laid end to end, so that what is asked of each is worked out for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from forecast.targets import Floats, Ints


@dataclass(frozen=True, eq=False)
class Stack:
    """Rows of values, end to end.

    Parameters
    ----------
    values : ndarray, shape (n_values,)
        NaN is a gap.
    starts, sizes : ndarray of int, shape (n,)
        Of each row; no row is empty.
    """

    values: Floats
    starts: Ints
    sizes: Ints

    @classmethod
    def of(cls, rows: Sequence[Floats]) -> Stack:
        """Stack rows; none may be empty, and there must be one."""
        sizes = np.array([row.size for row in rows], dtype=np.intp)
        starts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.intp)
        return cls(np.concatenate(rows), starts, sizes)

    @property
    def counts(self) -> Ints:
        """Known values of each row."""
        return np.asarray(np.add.reduceat(np.isfinite(self.values).astype(np.intp), self.starts))

    @property
    def last_known(self) -> Ints:
        """Place of the last known value within each row; -1 without any."""
        place = np.arange(self.values.size) - np.repeat(self.starts, self.sizes)
        known = np.where(np.isfinite(self.values), place, -1)
        return np.asarray(np.maximum.reduceat(known, self.starts))

    @property
    def smallest(self) -> Floats:
        """Smallest known value of each row; inf without any."""
        filled = np.where(np.isfinite(self.values), self.values, np.inf)
        return np.asarray(np.minimum.reduceat(filled, self.starts))

    def aligned(self, ends: Ints, *, width: int) -> Floats:
        """The values of each row up to a place, right-aligned.

        Parameters
        ----------
        ends : ndarray of int, shape (n,)
            Place within each row that comes last; what lies before a row or after it is NaN.
        width : int
            Columns.

        Returns
        -------
        ndarray, shape (n, width)
        """
        place = ends[:, None] + np.arange(1 - width, 1)
        is_inside = (place >= 0) & (place < self.sizes[:, None])
        wanted = np.where(is_inside, self.starts[:, None] + place, 0)
        return np.where(is_inside, self.values[wanted], np.nan)
