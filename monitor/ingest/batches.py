"""Rows of a file set aside by what must be judged together, and given back in batches of bounded size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from operator import itemgetter
from typing import NamedTuple

from monitor.ingest.columns import resolve_columns
from monitor.ingest.families import Families
from monitor.ingest.fields import Place
from monitor.ingest.findings import finding_of, plain_finding
from monitor.ingest.normalise import Normaliser
from monitor.ingest.progress import Meter
from monitor.ingest.raw import RawFile, RawRow, RawTable
from monitor.ingest.staging import PlainRow, Staging

_MOST_TOGETHER = 20_000
_ROWS_OF_A_STEP = 1_000


class Cluster(NamedTuple):
    """Rows that are never separated: of one family, and of one province, or the provinces and the nation.

    Rows that do not name both are figures of no series and stand in a cluster of their own.
    """

    family: str
    division: str


_OF_NO_SERIES = Cluster("", "")


@dataclass(frozen=True)
class Batch:
    """Clusters that are judged at once.

    Parameters
    ----------
    clusters : tuple of Cluster
        Whole families, unless one is too large.
    is_divided : bool
        Whether a family among them is too large to be judged at once: rows of its other divisions
        are then seen only where they are stored.
    """

    clusters: tuple[Cluster, ...]
    is_divided: bool

    @property
    def families(self) -> frozenset[str]:
        """Families of its rows."""
        return frozenset(cluster.family for cluster in self.clusters) - {""}


class StagedRows:
    """The rows of a file, set aside as they were read.

    Raises
    ------
    IngestError
        If a column is unknown or a required one is missing, or the file breaks off in the middle.
    """

    def __init__(
        self, raw: RawFile, staging: Staging, normaliser: Normaliser, families: Families, meter: Meter
    ) -> None:
        self._staging = staging
        self._tables = [
            (table, resolve_columns(table.file, table.sheet, table.header)) for table in raw.tables
        ]
        self._sizes: Counter[Cluster] = Counter()
        division_of = lru_cache(maxsize=None)(families.division_of)
        self._count = 0
        for at, (table, names) in enumerate(self._tables):
            for row in table.rows:
                series = normaliser.series(Place(table, names, row))
                cluster = _OF_NO_SERIES
                if series is not None:
                    indicator, region = series
                    cluster = Cluster(families.family_of(indicator.code), division_of(region))
                staging.add(cluster, [_plain(self._count, at, table, row)])
                self._sizes[cluster] += 1
                self._count += 1
                if self._count % _ROWS_OF_A_STEP == 0:
                    meter.advance(_ROWS_OF_A_STEP)
        meter.total = self._count
        meter.advance(self._count % _ROWS_OF_A_STEP)

    def __len__(self) -> int:
        """Rows of all tables."""
        return self._count

    def batches(self) -> Iterator[Batch]:
        """As many whole families at a time as may be judged at once, and larger ones by their divisions."""
        together: list[Cluster] = []
        size, is_divided = 0, False
        for clusters in self._inseparable():
            more = sum(self._sizes[cluster] for cluster in clusters)
            if together and size + more > _MOST_TOGETHER:
                yield Batch(tuple(together), is_divided)
                together, size, is_divided = [], 0, False
            together += clusters
            size += more
            is_divided = is_divided or len(clusters) < len(self._clusters_of[clusters[0].family])
        if together:
            yield Batch(tuple(together), is_divided)

    def places(self, batch: Batch) -> list[tuple[int, Place]]:
        """Rows of a batch in file order, each with its place in that order."""
        rows = [row for cluster in batch.clusters for row in self._staging.rows(cluster)]
        return [self._place(row) for row in sorted(rows, key=itemgetter(0))]

    @property
    def _clusters_of(self) -> dict[str, list[Cluster]]:
        families: dict[str, list[Cluster]] = defaultdict(list)
        for cluster in self._sizes:
            families[cluster.family].append(cluster)
        return families

    def _inseparable(self) -> Iterator[list[Cluster]]:
        """Whole families in order of the file; the divisions of a large one, provinces and nation first."""
        for clusters in self._clusters_of.values():
            if sum(self._sizes[cluster] for cluster in clusters) <= _MOST_TOGETHER:
                yield clusters
            else:
                yield from ([cluster] for cluster in sorted(clusters))

    def _place(self, plain: PlainRow) -> tuple[int, Place]:
        order, at, number, where, problems, cells = plain
        table, names = self._tables[at]
        if isinstance(cells, list):
            cells = dict(zip(table.header, cells, strict=True))
        return order, Place(table, names, RawRow(number, cells, where, tuple(map(finding_of, problems))))


def _plain(order: int, at: int, table: RawTable, row: RawRow) -> PlainRow:
    """A row as JSON values; the names of its cells only where they are not those of the header."""
    cells = row.cells
    is_ordinary = tuple(cells) == table.header
    problems = [plain_finding(problem) for problem in row.problems]
    return [order, at, row.number, row.where, problems, list(cells.values()) if is_ordinary else cells]
