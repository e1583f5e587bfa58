"""What became of the rows of a file: figures to store, rows refused, held or warned; set aside on disk."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Generic, TypeVar

from monitor.core.errors import Refusal, Severity
from monitor.core.loading import NewObservation, RowWithCells
from monitor.core.records import KnownOnBasis, Status
from monitor.ingest.correcting import Met
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.progress import Meter
from monitor.ingest.staging import PlainRow, Staging

T = TypeVar("T")
_STATUSES = {status.value: status for status in Status}
_BASES = {basis.value: basis for basis in KnownOnBasis}


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

    def accept(self, rows: Iterable[Candidate]) -> None:
        """Figures of one batch; series by series, each in file order, as the store looks them up."""
        ordered = sorted(rows, key=lambda row: (row.indicator.code, row.region))
        self._staging.add(self._figures, [_plain_figure(row.observation()) for row in ordered])
        self.origins.update(row.origin for row in ordered)

    def flag(self, severity: Severity, rows: Iterable[tuple[int, Refusal, Mapping[str, str]]]) -> None:
        """Rows of one batch, each with its place in the file, what is wrong, and its cells."""
        ordered = sorted(rows, key=itemgetter(0))
        if ordered:
            key = object()
            self._flagged[severity].append(key)
            self._staging.add(key, [[order, vars(wrong), dict(cells)] for order, wrong, cells in ordered])

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
    return _refusal(plain), plain[2]


def _refusal(plain: PlainRow) -> Refusal:
    return Refusal.from_plain(plain[1])


def _plain_figure(entry: NewObservation) -> PlainRow:
    return [
        entry.indicator,
        entry.region,
        entry.period,
        entry.value,
        entry.status.value,
        entry.published_on,
        entry.known_on.isoformat(),
        entry.known_on_basis.value,
        entry.definition_basis,
        entry.embargo_until.isoformat() if entry.embargo_until else None,
        entry.origin,
        entry.note,
    ]


def _figure(plain: PlainRow) -> NewObservation:
    indicator, region, period, value, status, published_on, known_on, basis, *rest = plain
    definition_basis, embargo_until, origin, note = rest
    return NewObservation(
        indicator=indicator,
        region=region,
        period=period,
        value=value,
        status=_STATUSES[status],
        published_on=published_on,
        known_on=dt.date.fromisoformat(known_on),
        known_on_basis=_BASES[basis],
        definition_basis=definition_basis,
        embargo_until=dt.date.fromisoformat(embargo_until) if embargo_until else None,
        origin=origin,
        note=note,
    )
