"""Rows that read as figures, held as columns: what most rows are asked for is asked of a whole column.

A `Candidate` is made of a row only when a rule, a report or a person looks at that row.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import compress
from typing import NamedTuple, TypeVar, overload

from monitor.core.indicators import Indicator
from monitor.core.periods import Period
from monitor.core.records import Status
from monitor.ingest.candidates import Candidate
from monitor.ingest.cells import PartialDate
from monitor.ingest.fields import Place

S = TypeVar("S")
T = TypeVar("T")


class FigureColumns(NamedTuple):
    """What rows say, one entry for each row in each column; the fields are those of a `Candidate`."""

    indicator: Sequence[Indicator]
    region: Sequence[str]
    period: Sequence[Period]
    value: Sequence[float]
    status: Sequence[Status]
    published: Sequence[PartialDate | None]
    definition_basis: Sequence[str]
    embargo_until: Sequence[dt.date | None]
    origin: Sequence[str]
    note: Sequence[str]
    known_on: Sequence[dt.date]

    def where(self, kept: Sequence[bool]) -> FigureColumns:
        """Those of some of the rows."""
        return FigureColumns._make(tuple(compress(column, kept)) for column in self)


class FigureRows(Sequence[Candidate]):
    """Rows that read as figures, in file order.

    Parameters
    ----------
    columns : FigureColumns
        What they say.
    places : sequence of Place
        Where rows stand; asked only for those that are looked at.
    at : sequence of int
        Which of the places is that of each row.
    """

    def __init__(self, columns: FigureColumns, places: Sequence[Place], at: Sequence[int]) -> None:
        self.columns = columns
        self._places = places
        self._at = at
        self._made: dict[int, Candidate] = {}

    @classmethod
    def of(cls, rows: Sequence[Candidate]) -> FigureRows:
        """Rows that are candidates already."""
        if isinstance(rows, FigureRows):
            return rows
        columns = ([getattr(row, name) for row in rows] for name in FigureColumns._fields)
        found = cls(FigureColumns._make(columns), [row.place for row in rows], range(len(rows)))
        found._made = dict(enumerate(rows))
        return found

    def __len__(self) -> int:
        return len(self._at)

    @overload
    def __getitem__(self, at: int) -> Candidate: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Candidate]: ...
    def __getitem__(self, at: int | slice) -> Candidate | Sequence[Candidate]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        number = self._at[at]
        if number not in self._made:
            *said, _ = (column[at] for column in self.columns)
            self._made[number] = Candidate(self._places[number], *said)  # type: ignore[arg-type]
        return self._made[number]

    def __iter__(self) -> Iterator[Candidate]:
        return (self[at] for at in range(len(self)))

    def where(self, kept: Sequence[bool]) -> FigureRows:
        """Some of the rows; candidates that were made stay the same."""
        found = FigureRows(self.columns.where(kept), self._places, tuple(compress(self._at, kept)))
        found._made = self._made
        return found

    def without(self, rows: Iterable[Candidate]) -> FigureRows:
        """The rows but for some of them, which were looked at before."""
        out = {id(row) for row in rows}
        numbers = {number for number, row in self._made.items() if id(row) in out}
        return self.where([number not in numbers for number in self._at])

    def replaced(self, rows: Mapping[int, Candidate]) -> FigureRows:
        """The same with other candidates at some places."""
        if not rows:
            return self
        columns = [list(column) for column in self.columns]
        for at, row in rows.items():
            for column, name in zip(columns, FigureColumns._fields, strict=True):
                column[at] = getattr(row, name)
        found = FigureRows(FigureColumns._make(columns), self._places, self._at)
        found._made = self._made | {self._at[at]: row for at, row in rows.items()}
        return found


def each(values: Sequence[S], answer: Callable[[S], T]) -> list[T]:
    """What a function answers of every value, asked once for the same object."""
    keys = list(map(id, values))
    answers = {key: answer(value) for key, value in dict(zip(keys, values, strict=True)).items()}
    if len(answers) == 1:
        return [*answers.values()] * len(keys)
    return list(map(answers.__getitem__, keys))
