"""Rows of a batch as lines: columns of text where rows are ordinary, places where one is looked at."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count, repeat
from typing import NamedTuple, overload

from monitor.ingest.columns import Column
from monitor.ingest.fields import Place
from monitor.ingest.findings import Finding, finding_of, plain_finding
from monitor.ingest.raw import RawLine, RawRow, RawTable
from monitor.ingest.staging import PlainRow

NamedTable = tuple[RawTable, dict[Column, str]]
"""A table, and the columns as it names them."""


class OrdinaryLines(NamedTuple):
    """Lines of one table whose cells are those of its header.

    Parameters
    ----------
    at : sequence of int
        Their places among the lines of the batch.
    texts : mapping of Column to sequence of str
        The cells of each column that is there, one for each line.
    """

    at: Sequence[int]
    texts: Mapping[Column, Sequence[str]]


class Lines(Sequence[Place]):
    """Lines in file order; a `Place` is made of each that somebody looks at.

    Parameters
    ----------
    tables : sequence of NamedTable
        The tables the lines are of.
    rows : sequence of PlainRow
        As `plain_lines` makes them.
    """

    def __init__(self, tables: Sequence[NamedTable], rows: Sequence[PlainRow]) -> None:
        self._tables = tables
        self._rows = rows
        ordinary: dict[int, list[int]] = defaultdict(list)
        self.others: list[int] = []
        for at, (_, table, _, cells, _, problems) in enumerate(rows):
            (self.others if problems or not isinstance(cells, list) else ordinary[table]).append(at)
        self._ordinary = ordinary

    def ordinary(self) -> Iterator[OrdinaryLines]:
        """Those whose cells are just those of their header; `others` lists the places of the rest."""
        for number, at in self._ordinary.items():
            table, names = self._tables[number]
            columns = list(zip(*(self._rows[each][3] for each in at), strict=True))
            place_of = {name: place for place, name in enumerate(table.header)}
            yield OrdinaryLines(at, {column: columns[place_of[name]] for column, name in names.items()})

    def __len__(self) -> int:
        return len(self._rows)

    @overload
    def __getitem__(self, at: int) -> Place: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[Place]: ...
    def __getitem__(self, at: int | slice) -> Place | Sequence[Place]:
        if isinstance(at, slice):
            return [self[each] for each in range(*at.indices(len(self)))]
        order, number, row, cells, where, problems = self._rows[at]
        table, names = self._tables[number]
        named = dict(zip(table.header, cells, strict=True)) if isinstance(cells, list) else cells
        found = tuple(map(finding_of, json.loads(problems))) if problems else ()
        return Place(table, names, RawRow(row, named, where, found), order)


def plain_lines(first: int, table: int, lines: Iterable[RawLine]) -> Iterator[PlainRow]:
    """Lines with their places in the file and the number of their table, as they are set aside."""
    numbers, cells, where, problems = zip(*lines, strict=True)
    written = map(_written, problems) if any(problems) else repeat("")
    return zip(count(first), repeat(table), numbers, cells, where, written)


def _written(problems: Iterable[Finding]) -> str:
    found = [plain_finding(problem) for problem in problems]
    return json.dumps(found) if found else ""
