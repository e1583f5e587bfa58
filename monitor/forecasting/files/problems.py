"""What is wrong in the files of `zhibiao forecast`: gathered, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path

from monitor.core.errors import Refusal

MOST_SHOWN = 20
"""Problems of one file that are told; the rest is counted."""
_LONGEST_SHOWN = 40


class Problems:
    """Problems found in files, in the order in which they were looked for."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[str, list[Refusal]] = {}

    def add(
        self,
        path: Path,
        rows: Iterable[int],
        column: str,
        *,
        rule: str,
        says: Callable[[int], tuple[str, str]],
        remedy: str,
    ) -> None:
        """Note one problem for each of some rows.

        Parameters
        ----------
        path : Path
            File.
        rows : iterable of int
            Row numbers as a person counts them.
        column : str
            Where it is wrong.
        rule : str
            Name of the check.
        says : callable
            From the place of a row among `rows` to what was found there and the sentence about it;
            asked only for the problems that are told.
        remedy : str
            What to do.
        """
        numbers = list(rows)
        kept = self._kept.setdefault(str(path), [])
        for place, row in islice(enumerate(numbers), max(MOST_SHOWN - len(kept), 0)):
            found, reason = says(place)
            kept.append(Refusal(str(path), None, int(row), column, rule, found, reason, remedy))
        self.count += len(numbers)

    @property
    def shown(self) -> tuple[Refusal, ...]:
        """The first problems of each file, in the order of its rows."""
        return tuple(
            problem for kept in self._kept.values() for problem in sorted(kept, key=lambda one: one.row or 0)
        )

    @property
    def untold(self) -> int:
        """How many more there are."""
        return self.count - len(self.shown)


def shown(text: object) -> str:
    """A cell for a message: quoted, without control characters, not endless."""
    written = str(text)
    return repr(written if len(written) <= _LONGEST_SHOWN else f"{written[:_LONGEST_SHOWN]}…")
