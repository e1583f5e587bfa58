"""`configs/` as one checked catalogue."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from monitor.config.places import check_departments, check_plans, check_regions
from monitor.config.reading import Reading, read_list, read_one
from monitor.config.sources import Sourced, Sources
from monitor.config.targets import check_indicators, check_targets
from monitor.core.catalogue import (
    DepartmentEntry,
    DepartmentFile,
    Entry,
    FlagRules,
    IndicatorEntry,
    IndicatorFile,
    PlanEntry,
    RegionEntry,
    RegionFile,
    TargetEntry,
)
from monitor.core.errors import ConfigError, ConfigProblem
from monitor.core.indicators import Indicator

_Head = TypeVar("_Head", bound=Entry)
_Item = TypeVar("_Item", IndicatorEntry, RegionEntry, DepartmentEntry, TargetEntry)


@dataclass(frozen=True)
class Catalogue:
    """Everything `configs/` says about what is watched, checked against itself.

    Parameters
    ----------
    indicators : dict of str to Indicator
        By code.
    regions, departments, plans : tuple of entries
        In the order of the files; a plan holds its targets.
    flags : FlagRules
        Thresholds and hysteresis.
    version : str
        First 16 hexadecimal digits of the SHA-256 of the content; comments and order do not count.
    """

    indicators: dict[str, Indicator]
    regions: tuple[RegionEntry, ...]
    departments: tuple[DepartmentEntry, ...]
    plans: tuple[PlanEntry, ...]
    flags: FlagRules
    version: str


def load_catalogue(configs_dir: Path) -> Catalogue:
    """Read and check the catalogue of a workspace.

    Parameters
    ----------
    configs_dir : Path
        Folder with `indicators/*.yaml`, `regions.yaml`, `departments.yaml`, `plans/*.yaml` and
        `flags.yaml`; other files in it are not read here.

    Raises
    ------
    ConfigError
        With every problem of every file.
    """
    reader = _Reader(Path(configs_dir))
    indicators = reader.folder("indicators", IndicatorFile, IndicatorEntry, "indicators")
    regions = reader.file("regions.yaml", RegionFile, RegionEntry, "regions")
    departments = reader.file("departments.yaml", DepartmentFile, DepartmentEntry, "departments")
    plans = reader.folder("plans", PlanEntry, TargetEntry, "targets")
    flags, found = read_one(reader.root / "flags.yaml", FlagRules, shown_as=reader.shown("flags.yaml"))
    sources = _sources(indicators, regions, departments, plans)
    problems = [
        *reader.problems,
        *found,
        *check_indicators(sources),
        *check_regions(sources),
        *check_departments(sources),
        *check_plans(sources),
        *check_targets(sources),
    ]
    if problems or flags is None:
        raise ConfigError(problems)
    return _catalogue(sources, plans, flags)


class _Reader:
    """Reads the files of one configuration folder and gathers their problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[ConfigProblem] = []

    def shown(self, relative: str) -> str:
        """The file as messages name it."""
        prefix = "configs/" if self.root.parent.name == "configs" else ""
        return f"{prefix}{self.root.name}/{relative}"

    def file(
        self, relative: str, head: type[_Head], item: type[_Item], key: str
    ) -> list[Reading[_Head, _Item]]:
        """One file of entries."""
        reading = read_list(
            self.root / relative, head=head, item=item, key=key, shown_as=self.shown(relative)
        )
        self.problems += reading.problems
        return [reading]

    def folder(
        self, name: str, head: type[_Head], item: type[_Item], key: str
    ) -> list[Reading[_Head, _Item]]:
        """Every `.yaml` file of a folder, by name; a file named otherwise is refused."""
        readings = []
        for path in sorted((self.root / name).glob("*")):
            if path.suffix == ".yaml":
                readings += self.file(f"{name}/{path.name}", head, item, key)
            elif not path.name.startswith("."):
                self.problems.append(
                    ConfigProblem(
                        self.shown(f"{name}/{path.name}"), "", "a file that is not read", "names in .yaml"
                    )
                )
        return readings


def _sources(
    indicators: Sequence[Reading[IndicatorFile, IndicatorEntry]],
    regions: Sequence[Reading[RegionFile, RegionEntry]],
    departments: Sequence[Reading[DepartmentFile, DepartmentEntry]],
    plans: Sequence[Reading[PlanEntry, TargetEntry]],
) -> Sources:
    """All entries with the file each came from."""
    return Sources(
        indicators=_sourced(indicators),
        regions=_sourced(regions),
        departments=_sourced(departments),
        plans=tuple(Sourced(plan.file, plan.head) for plan in plans if plan.head is not None),
        targets=_sourced(plans),
        refused_codes=frozenset().union(
            *(
                reading.refused_codes
                for readings in (indicators, regions, departments, plans)
                for reading in readings
            )
        ),
    )


def _sourced(readings: Sequence[Reading[_Head, _Item]]) -> tuple[Sourced[_Item], ...]:
    return tuple(Sourced(reading.file, item) for reading in readings for item in reading.items)


def _catalogue(
    sources: Sources, plans: Sequence[Reading[PlanEntry, TargetEntry]], flags: FlagRules
) -> Catalogue:
    whole_plans = tuple(
        plan.head.model_copy(update={"targets": plan.items}) for plan in plans if plan.head is not None
    )
    regions = tuple(sourced.entry for sourced in sources.regions)
    departments = tuple(sourced.entry for sourced in sources.departments)
    indicators = tuple(sourced.entry for sourced in sources.indicators)
    return Catalogue(
        indicators={entry.code: _indicator(entry) for entry in indicators},
        regions=regions,
        departments=departments,
        plans=whole_plans,
        flags=flags,
        version=_version(indicators, regions, departments, whole_plans, flags),
    )


def _indicator(entry: IndicatorEntry) -> Indicator:
    fields = {
        name: getattr(entry, name) for name in IndicatorEntry.model_fields if name not in ("unit", "bounds")
    }
    return Indicator(base_unit=entry.unit, lower=entry.bounds.lower, upper=entry.bounds.upper, **fields)


def _version(
    indicators: Sequence[IndicatorEntry],
    regions: Sequence[RegionEntry],
    departments: Sequence[DepartmentEntry],
    plans: Sequence[PlanEntry],
    flags: FlagRules,
) -> str:
    content: dict[str, object] = {"flags": flags.model_dump(mode="json")}
    lists: dict[str, Sequence[IndicatorEntry | RegionEntry | DepartmentEntry | PlanEntry]] = {
        "indicators": indicators,
        "regions": regions,
        "departments": departments,
        "plans": plans,
    }
    for name, entries in lists.items():
        content[name] = [
            entry.model_dump(mode="json") for entry in sorted(entries, key=lambda entry: entry.code)
        ]
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
