"""Many series laid end to end, so that what is asked of each is worked out for all at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from forecast.targets import Bools, Floats, Ints


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

    @cached_property
    def is_known(self) -> Bools:
        """Whether each value is none of the gaps."""
        return np.isfinite(self.values)

    @cached_property
    def counts(self) -> Ints:
        """Known values of each row."""
        return np.asarray(np.add.reduceat(self.is_known, self.starts, dtype=np.intp))

    @property
    def last_known(self) -> Ints:
        """Place of the last known value within each row; -1 without any."""
        places = np.full(self.starts.size, -1)
        heard = np.flatnonzero(self.counts)
        last = np.flatnonzero(self.is_known)[np.cumsum(self.counts)[heard] - 1]
        places[heard] = last - self.starts[heard]
        return places

    @property
    def smallest(self) -> Floats:
        """Smallest known value of each row; inf without any."""
        filled = np.where(self.is_known, self.values, np.inf)
        return np.asarray(np.minimum.reduceat(filled, self.starts))

    def aligned(self, ends: Ints, *, width: int) -> Floats:
        """The values of each row up to a place, right-aligned.

        Parameters
        ----------
        ends : ndarray of int, shape (n,)
            Place within each row that comes last, from -1 to less than `width` after the row; what lies
            before a row or after it is NaN.
        width : int
            Columns.

        Returns
        -------
        ndarray, shape (n, width)
        """
        margin = np.full(width, np.nan)
        windows = sliding_window_view(np.concatenate([margin, self.values, margin]), width)
        table: Floats = windows[self.starts + ends + 1]
        # A window reaches into the rows beside its own.
        column, begin = np.arange(width), (width - 1 - ends)[:, None]
        table[(column < begin) | (column >= begin + self.sizes[:, None])] = np.nan
        return table
