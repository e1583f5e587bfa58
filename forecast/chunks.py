"""The same work on many rows, some rows at a time: their state stays near the processor, and two share it."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROWS = 6000
"""Rows that are worked together."""

THREADS = 2
"""Chunks that are worked at once; which thread works one changes no number."""

Columns = tuple[NDArray[Any], ...]


def in_chunks(work: Callable[..., Columns], *columns: NDArray[Any]) -> Columns:
    """Do row-wise work on all rows.

    Parameters
    ----------
    work : callable
        Takes the same rows of every column and answers with columns of as many rows. No row may depend
        on another.
    columns : ndarray, shape (n, ...)

    Returns
    -------
    tuple of ndarray, shape (n, ...)
        What `work` answers, joined.
    """
    rows = [slice(begin, begin + ROWS) for begin in range(0, len(columns[0]), ROWS)]
    if len(rows) <= 1:
        return work(*columns)
    with ThreadPoolExecutor(THREADS) as threads:
        parts = list(threads.map(lambda some: work(*(column[some] for column in columns)), rows))
    return tuple(np.concatenate(pieces) for pieces in zip(*parts, strict=True))
