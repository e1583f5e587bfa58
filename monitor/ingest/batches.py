"""Rows of a file set aside by what must be judged together, and given back in batches of bounded size."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from monitor.ingest.columns import Column, resolve_columns
from monitor.ingest.families import Families
from monitor.ingest.lines import Lines, plain_lines
from monitor.ingest.normalise import Normaliser
from monitor.ingest.progress import Meter
from monitor.ingest.raw import RawFile, RawLine, RawTable
from monitor.ingest.staging import PlainRow, Staging

_MOST_TOGETHER = 20_000
_ROWS_OF_A_STEP = 1_000
_MOST_SERIES_REMEMBERED = 100_000


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
        self._cluster_of = _remembered_cluster(normaliser, families)
        self._count = 0
        for number, (table, names) in enumerate(self._tables):
            lines = table.lines()
            while some := list(islice(lines, _ROWS_OF_A_STEP)):
                self._set_aside(number, self._clusters(table, names, [line[1] for line in some]), some)
                meter.advance(len(some))
        meter.total = self._count

    def __len__(self) -> int:
        """Rows of all tables."""
        return self._count

    def batches(self) -> Iterator[Batch]:
        """As many whole families at a time as may be judged at once, and larger ones by their divisions."""
        together: list[Cluster] = []
        size, is_divided = 0, False
        families = self._clusters_by_family()
        for clusters in self._inseparable(families):
            more = sum(self._sizes[cluster] for cluster in clusters)
            if together and size + more > _MOST_TOGETHER:
                yield Batch(tuple(together), is_divided)
                together, size, is_divided = [], 0, False
            together += clusters
            size += more
            is_divided = is_divided or len(clusters) < len(families[clusters[0].family])
        if together:
            yield Batch(tuple(together), is_divided)

    def lines(self, batch: Batch) -> Lines:
        """Rows of a batch in file order."""
        rows = [row for cluster in batch.clusters for row in self._staging.rows(cluster)]
        return Lines(self._tables, sorted(rows, key=itemgetter(0)))

    def _clusters(
        self, table: RawTable, names: Mapping[Column, str], cells: Sequence[list[str] | dict[str, str]]
    ) -> Iterable[Cluster]:
        """The cluster of each line."""
        wanted = [names[column] for column in (Column.INDICATOR, Column.REGION)]
        ordinary = [each for each in cells if isinstance(each, list)]
        if len(ordinary) == len(cells):
            places = map(table.header.index, wanted)
            return map(self._cluster_of, *([each[place] for each in ordinary] for place in places))
        rows = (
            each if isinstance(each, dict) else dict(zip(table.header, each, strict=True)) for each in cells
        )
        return [self._cluster_of(*(row.get(name, "") for name in wanted)) for row in rows]

    def _set_aside(self, table: int, clusters: Iterable[Cluster], lines: Sequence[RawLine]) -> None:
        together: dict[Cluster, list[PlainRow]] = defaultdict(list)
        for cluster, row in zip(clusters, plain_lines(self._count, table, lines), strict=True):
            together[cluster].append(row)
        for cluster, rows in together.items():
            self._staging.add(cluster, rows)
            self._sizes[cluster] += len(rows)
        self._count += len(lines)

    def _clusters_by_family(self) -> dict[str, list[Cluster]]:
        families: dict[str, list[Cluster]] = defaultdict(list)
        for cluster in self._sizes:
            families[cluster.family].append(cluster)
        return families

    def _inseparable(self, families: Mapping[str, list[Cluster]]) -> Iterator[list[Cluster]]:
        """Whole families in order of the file; the divisions of a large one, provinces and nation first."""
        for clusters in families.values():
            if sum(self._sizes[cluster] for cluster in clusters) <= _MOST_TOGETHER:
                yield clusters
            else:
                yield from ([cluster] for cluster in sorted(clusters))


def _remembered_cluster(normaliser: Normaliser, families: Families) -> Callable[[str, str], Cluster]:
    """Finds the cluster of an indicator and a region as written; the same few come again and again."""

    def cluster(indicator: str, region: str) -> Cluster:
        series = normaliser.series(indicator, region)
        if series is None:
            return _OF_NO_SERIES
        return Cluster(families.family_of(series[0].code), families.division_of(series[1]))

    return lru_cache(maxsize=_MOST_SERIES_REMEMBERED)(cluster)
