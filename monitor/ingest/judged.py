"""What became of the rows of a file: figures to store, rows refused, held or warned; set aside on disk."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Any, Generic, TypeVar

from monitor.core.errors import Refusal, Severity
from monitor.core.loading import NewObservation, RowWithCells
from monitor.core.records import KnownOnBasis, Status
from monitor.ingest.candidates import known_on_basis
from monitor.ingest.correcting import Met
from monitor.ingest.figure_rows import FigureRows, each
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.progress import Meter
from monitor.ingest.staging import PlainRow, Staging

T = TypeVar("T")
_day = lru_cache(maxsize=10_000)(lambda ordinal: None if ordinal is None else dt.date.fromordinal(ordinal))
_FROM_PLAIN: Mapping[str, Callable[[Any], Any]] = {
    "status": {status.value: status for status in Status}.__getitem__,
    "known_on": _day,
    "known_on_basis": {basis.value: basis for basis in KnownOnBasis}.__getitem__,
    "embargo_until": _day,
}
"""Columns of figures that are set aside as something plainer."""


@dataclass(frozen=True)
class SetAside(Generic[T]):
    """Rows read back from disk each time one goes through them."""

    staging: Staging
    keys: Sequence[object]
    read: Callable[[PlainRow], T]

    def __len__(self) -> int:
        """How many there are."""
        return sum(self.staging.counts[key] for key in self.keys)

    def __iter__(self) -> Iterator[T]:
        """Each of them, in the order of their first values."""
        return map(self.read, self.staging.merged(self.keys))


@dataclass(frozen=True)
class Figures:
    """Figures to store, read back from disk each time one goes through them; the meter is told."""

    staging: Staging
    key: object
    meter: Meter

    def __len__(self) -> int:
        """How many there are."""
        return self.staging.counts[self.key]

    def __iter__(self) -> Iterator[NewObservation]:
        """Each of them, batch by batch."""
        for piece in self.staging.pieces(self.key):
            columns = dict(zip(NewObservation._fields, zip(*piece, strict=True), strict=True))
            columns |= {name: tuple(map(read, columns[name])) for name, read in _FROM_PLAIN.items()}
            yield from map(NewObservation._make, zip(*columns.values(), strict=True))
            self.meter.advance(len(piece))


class JudgedRows:
    """Takes what the checks decide, batch by batch, and gives it back for the load.

    Parameters
    ----------
    meter : Meter
        Told when figures are taken to be stored.
    hold : Finding, optional
        Why nothing of the file may be stored.
    """

    def __init__(self, staging: Staging, meter: Meter, *, hold: Finding | None = None) -> None:
        self.hold = hold
        self.broken: Counter[RuleId] = Counter()
        self.met: list[Met] = []
        self._figures = object()
        self._staging = staging
        self._meter = meter
        self._flagged: dict[Severity, list[object]] = {severity: [] for severity in Severity}
        self.origins: Counter[str] = Counter()

    def accept(self, rows: FigureRows) -> None:
        """Figures of one batch; series by series, each in file order, as the store looks them up."""
        self._staging.add(self._figures, _plain_figures(rows))
        self.origins.update(rows.columns.origin)

    def flag(self, severity: Severity, rows: Iterable[tuple[int, Refusal, Mapping[str, str]]]) -> None:
        """Rows of one batch, each with its place in the file, what is wrong, and its cells."""
        ordered = sorted(rows, key=itemgetter(0))
        if ordered:
            key = object()
            self._flagged[severity].append(key)
            written = ((order, json.dumps([vars(wrong), dict(cells)])) for order, wrong, cells in ordered)
            self._staging.add(key, list(written))

    @property
    def figures(self) -> Figures:
        """Figures to store."""
        return Figures(self._staging, self._figures, self._meter)

    def flagged(self, severity: Severity) -> SetAside[RowWithCells]:
        """Rows that a rule refused or held, in file order."""
        return SetAside(self._staging, self._flagged[severity], _refusal_with_cells)

    @property
    def warnings(self) -> SetAside[Refusal]:
        """What is unusual about figures to store, in file order."""
        return SetAside(self._staging, self._flagged[Severity.WARN], _refusal)


def _refusal_with_cells(plain: PlainRow) -> RowWithCells:
    refusal, cells = json.loads(plain[1])
    return Refusal.from_plain(refusal), cells


def _refusal(plain: PlainRow) -> Refusal:
    return _refusal_with_cells(plain)[0]


def _plain_figures(rows: FigureRows) -> list[PlainRow]:
    """Entries of `NewObservation`, series by series, each in file order."""
    said = rows.columns
    indicator = each(said.indicator, lambda found: found.code)
    series = list(zip(indicator, said.region, strict=True))
    columns = (
        indicator,
        said.region,
        each(said.period, str),
        said.value,
        each(said.status, lambda status: status.value),
        each(said.published, lambda published: published.text if published else None),
        each(said.known_on, dt.date.toordinal),
        each(said.published, lambda published: known_on_basis(published).value),
        said.definition_basis,
        each(said.embargo_until, lambda day: day.toordinal() if day else None),
        said.origin,
        said.note,
    )
    plain = list(zip(*columns, strict=True))
    return [plain[at] for at in sorted(range(len(plain)), key=series.__getitem__)]
