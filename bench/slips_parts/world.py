"""The figures that ship as rows at the door, and how they are judged load by load."""

from __future__ import annotations

import csv
import datetime as dt
import zlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from monitor.config import load_catalogue
from monitor.core.indicators import Indicator
from monitor.core.records import Observation, Origin, Region
from monitor.ingest.candidates import Candidate
from monitor.ingest.checks import CheckResult, run_checks
from monitor.ingest.columns import resolve_columns
from monitor.ingest.families import Families
from monitor.ingest.fields import Place
from monitor.ingest.lookup import LoadContext, Lookup
from monitor.ingest.normalise import Normaliser
from monitor.ingest.readers import read_file
from monitor.ingest.rules import CheckContext
from monitor.ingest.stored import StoredFigures

MOMENT = dt.datetime(2026, 11, 22, tzinfo=dt.UTC)
TODAY = dt.date(2027, 12, 31)


@dataclass(frozen=True)
class World:
    """One catalogue with the rows of its files, in file order."""

    name: str
    indicators: dict[str, Indicator]
    regions: dict[str, Region]
    trust: dict[str, int]
    files: dict[str, list[Candidate]]
    families: Families = field(init=False)
    _entries: dict[int, Observation] = field(default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "families", Families(self.indicators, self.regions))

    @property
    def rows(self) -> list[Candidate]:
        return [row for rows in self.files.values() for row in rows]

    def entry(self, row: Candidate) -> Observation:
        """The row as the database would hold it."""
        key = id(row)
        if key not in self._entries:
            self._entries[key] = Observation(**row.observation()._asdict(), recorded_at=MOMENT)
        return self._entries[key]

    def judge(
        self, rows: Sequence[Candidate], stored: Iterable[Candidate] = (), *, today: dt.date = TODAY
    ) -> CheckResult:
        """Rows of one family beside the stored rows of it."""
        figures = StoredFigures([self.entry(row) for row in stored], trust=self.trust)
        return run_checks(rows, CheckContext(today, figures, self.regions, self.indicators))

    def by_family(self, rows: Iterable[Candidate]) -> dict[str, list[Candidate]]:
        groups: dict[str, list[Candidate]] = defaultdict(list)
        for row in rows:
            groups[self.families.family_of(row.indicator.code)].append(row)
        return groups


def read_world(name: str, configs: Path, data: Path) -> World:
    catalogue = load_catalogue(configs)
    regions = {
        each.code: Region(each.code, each.name_zh, each.short_zh, each.name_en, each.level, each.parent)
        for each in catalogue.regions
    }
    with (data / "origins.csv").open(encoding="utf-8-sig", newline="") as file:
        origins = {
            row["code"]: Origin(row["code"], row["publisher"], row["title"], None, None, int(row["trust"]))
            for row in csv.DictReader(file)
        }
    lookup = Lookup(LoadContext(catalogue.indicators, regions, origins), default_origin="bench")
    normaliser = Normaliser(lookup)
    files = {}
    for path in sorted((data / "observations").glob("*.csv")):
        rows = [
            normaliser.row(Place(table, resolve_columns(table.file, table.sheet, table.header), row))
            for table in read_file(path).tables
            for row in table.rows
        ]
        files[path.name] = [row for row in rows if isinstance(row, Candidate)]
        assert len(files[path.name]) == len(rows), f"{path}: not every row reads as a figure"
    trust = {code: origin.trust for code, origin in origins.items()}
    return World(name, catalogue.indicators, regions, trust, files)


def is_clean(row: Candidate) -> bool:
    """Whether the file does not itself say that the figure was a mistake."""
    return "mistaken" not in row.note


def is_tuned_on(row: Candidate) -> bool:
    """Whether the series belongs to the half thresholds were set on."""
    return zlib.crc32(f"{row.indicator.code}|{row.region}".encode()) % 2 == 0


def stopped(result: CheckResult) -> dict[int, str]:
    """Rows that would not be stored, with the rule."""
    return {id(row): finding.rule.value for row, finding in (*result.refused, *result.held)}
