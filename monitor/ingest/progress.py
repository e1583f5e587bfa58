"""How far a load is."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[int, int], None]
"""Told (rows done, rows in all)."""

_STAGES = 3
_TIMES_TOLD = 100


class Meter:
    """Counts a row as a third done when it is read, judged and stored each.

    Parameters
    ----------
    expected : int
        Rows in all, as far as the reader can tell before reading them.
    """

    def __init__(self, progress: Progress | None, *, expected: int) -> None:
        self._progress = progress
        self._passed = 0
        self._told = 0
        self.total = expected

    def advance(self, rows: int) -> None:
        """So many rows have passed one more stage; told about a hundred times a load."""
        self._passed += rows
        done = min(self._passed // _STAGES, self.total)
        if (done - self._told) * _TIMES_TOLD >= max(self.total, 1):
            self._tell(done)

    def finish(self) -> None:
        """All is done; refused rows have skipped the last stage."""
        self._tell(self.total)

    def _tell(self, done: int) -> None:
        self._told = done
        if self._progress is not None:
            self._progress(done, self.total)
