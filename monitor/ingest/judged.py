"""What became of the rows of a file: figures to store, rows refused, held or warned; set aside on disk."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import Generic, TypeVar

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
_STATUSES = {status.value: status for status in Status}
_BASES = {basis.value: basis for basis in KnownOnBasis}
_day = lru_cache(maxsize=10_000)(dt.date.fromordinal)


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
    def figures(self) -> SetAside[NewObservation]:
        """Figures to store."""
        return SetAside(self._staging, (self._figures,), self._stored)

    def flagged(self, severity: Severity) -> SetAside[RowWithCells]:
        """Rows that a rule refused or held, in file order."""
        return SetAside(self._staging, self._flagged[severity], _refusal_with_cells)

    @property
    def warnings(self) -> SetAside[Refusal]:
        """What is unusual about figures to store, in file order."""
        return SetAside(self._staging, self._flagged[Severity.WARN], _refusal)

    def _stored(self, plain: PlainRow) -> NewObservation:
        self._meter.advance(1)
        return _figure(plain)


def _refusal_with_cells(plain: PlainRow) -> RowWithCells:
    refusal, cells = json.loads(plain[1])
    return Refusal.from_plain(refusal), cells


def _refusal(plain: PlainRow) -> Refusal:
    return _refusal_with_cells(plain)[0]


def _plain_figures(rows: FigureRows) -> list[PlainRow]:
    """Series by series, each in file order."""
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


def _figure(plain: PlainRow) -> NewObservation:
    indicator, region, period, value, status, published_on, known_on, basis, *rest = plain
    definition_basis, embargo_until, origin, note = rest
    return NewObservation(
        indicator,
        region,
        period,
        value,
        _STATUSES[status],
        published_on,
        _day(known_on),
        _BASES[basis],
        definition_basis,
        embargo_until and _day(embargo_until),
        origin,
        note,
    )
