"""What is wrong in the files of `zhibiao forecast`: gathered, so that all of it is told at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from monitor.core.errors import Refusal
from monitor.forecasting.files.tables import Table

Ints = NDArray[np.int64]

MOST_SHOWN = 20
"""Problems of one file that are told; the rest is counted."""
_LONGEST_SHOWN = 40


class Problems:
    """Problems found in files, in the order in which they were looked for."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[str, list[Refusal]] = {}

    def add(
        self, table: Table, places: Ints, column: str, sentence: str | Callable[[int], str], remedy: str
    ) -> None:
        """Note one problem for each of some rows.

        Parameters
        ----------
        table : Table
            The file.
        places : ndarray of int
            Places of the rows in it.
        column : str
            Where they are wrong.
        sentence : str or callable
            What is wrong, `{}` standing for the cell; or made from the place of the row. Asked only
            for the problems that are told.
        remedy : str
            What to do.
        """
        kept = self._kept.setdefault(str(table.path), [])
        for place in places[: max(MOST_SHOWN - len(kept), 0)].tolist():
            cell = str(table.columns[column][place]) if column in table.columns else ""
            reason = sentence.format(shown(cell)) if isinstance(sentence, str) else sentence(place)
            row = int(table.rows[place])
            kept.append(Refusal(str(table.path), None, row, column, column, cell, reason, remedy))
        self.count += places.size

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
