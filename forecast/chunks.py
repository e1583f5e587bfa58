"""The same work on many rows, some rows at a time: their state stays near the processor, and two share it."""

from __future__ import annotations

import math
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

ROWS = 3000
"""Most rows that are worked together."""

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
    n_rows = len(columns[0])
    if n_rows <= ROWS:
        return work(*columns)
    size = math.ceil(n_rows / (THREADS * math.ceil(n_rows / (THREADS * ROWS))))
    rows = [slice(begin, begin + size) for begin in range(0, n_rows, size)]
    # Chunks and the threads of a matrix product would wait for each other.
    with _pools().limit(limits=1, user_api="blas"), ThreadPoolExecutor(THREADS) as threads:
        parts = list(threads.map(lambda some: work(*(column[some] for column in columns)), rows))
    return tuple(np.concatenate(pieces) for pieces in zip(*parts, strict=True))


@cache
def _pools() -> ThreadpoolController:
    """Threads of the libraries that are loaded."""
    return ThreadpoolController()
