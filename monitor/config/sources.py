"""Entries with the file each came from, and the checks every kind of entry shares."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, Protocol, TypeVar

from monitor.core.catalogue import DepartmentEntry, IndicatorEntry, PlanEntry, RegionEntry, TargetEntry
from monitor.core.errors import ConfigProblem, PeriodError
from monitor.core.periods import Period, last_day_of_partial_date

_FEW = 12


class _HasCode(Protocol):
    @property
    def code(self) -> str: ...


Item = TypeVar("Item", bound=_HasCode)


@dataclass(frozen=True)
class Sourced(Generic[Item]):
    """An entry and the file it stands in."""

    file: str
    entry: Item

    def problem(self, listed: str, field: str, *, found: str, allowed: str) -> ConfigProblem:
        """A problem with one field of the entry, which stands in the list `listed` (or by itself)."""
        path = f"{listed}[{self.entry.code}].{field}" if listed else field
        return ConfigProblem(self.file, path, found, allowed)


@dataclass(frozen=True)
class Sources:
    """All valid entries of a configuration folder."""

    indicators: tuple[Sourced[IndicatorEntry], ...]
    regions: tuple[Sourced[RegionEntry], ...]
    departments: tuple[Sourced[DepartmentEntry], ...]
    plans: tuple[Sourced[PlanEntry], ...]
    targets: tuple[Sourced[TargetEntry], ...]
    refused_codes: frozenset[str]

    @cached_property
    def known_indicators(self) -> frozenset[str]:
        """Codes that may be referred to; those of refused entries count."""
        return self._known(self.indicators)

    @cached_property
    def known_regions(self) -> frozenset[str]:
        """As `known_indicators`."""
        return self._known(self.regions)

    @cached_property
    def known_departments(self) -> frozenset[str]:
        """As `known_indicators`."""
        return self._known(self.departments)

    @cached_property
    def known_plans(self) -> frozenset[str]:
        """As `known_indicators`."""
        return self._known(self.plans)

    @cached_property
    def known_targets(self) -> frozenset[str]:
        """As `known_indicators`."""
        return self._known(self.targets)

    def _known(self, entries: Iterable[Sourced[Any]]) -> frozenset[str]:
        return self.refused_codes.union(sourced.entry.code for sourced in entries)


def by_code(entries: Iterable[Sourced[Item]]) -> dict[str, Sourced[Item]]:
    """Entries by code; of repeated ones the first."""
    found: dict[str, Sourced[Item]] = {}
    for sourced in entries:
        found.setdefault(sourced.entry.code, sourced)
    return found


def duplicates(entries: Sequence[Sourced[Item]], listed: str) -> list[ConfigProblem]:
    """Codes that stand twice, with both files."""
    first = by_code(entries)
    return [
        sourced.problem(
            listed,
            "code",
            found=f"the code {sourced.entry.code!r}, which {first[sourced.entry.code].file} has too",
            allowed="each code once",
        )
        for sourced in entries
        if sourced is not first[sourced.entry.code]
    ]


def unknown(
    sourced: Sourced[Item], listed: str, field: str, code: str | None, *, known: Collection[str], what: str
) -> list[ConfigProblem]:
    """The problem that `code` names nothing known; none if it is empty or known."""
    if code is None or code in known:
        return []
    allowed = f"{what}{did_you_mean(code, known)}"
    return [sourced.problem(listed, field, found=f"{code!r}, which is not there", allowed=allowed)]


def did_you_mean(code: str, known: Collection[str]) -> str:
    """The nearest known codes, or all of them where there are few."""
    near = difflib.get_close_matches(code, sorted(known), n=3, cutoff=0.6)
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f" ({', '.join(sorted(known))})" if 0 < len(known) <= _FEW else ""


def check_period(sourced: Sourced[Item], listed: str, field: str, text: str | None) -> list[ConfigProblem]:
    """The problem that a text is no period (the year 0000, for one)."""
    if text is None or _can(Period.parse, text):
        return []
    return [sourced.problem(listed, field, found=repr(text), allowed="a period: 2022, 2022-Q3 or 2022-09")]


def check_date(sourced: Sourced[Item], listed: str, field: str, text: str | None) -> list[ConfigProblem]:
    """The problem that a text is no date of the calendar (2022-02-30, for one)."""
    if text is None or _can(last_day_of_partial_date, text):
        return []
    allowed = "a date of the calendar, whole or partial: 2022-08-31, 2022-08 or 2022"
    return [sourced.problem(listed, field, found=repr(text), allowed=allowed)]


def _can(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except PeriodError:
        return False
    return True


def circles(parents: Mapping[str, str | None]) -> list[str]:
    """Codes that are their own ancestor."""
    return [code for code in parents if _returns_to(code, parents)]


def _returns_to(code: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    above = parents.get(code)
    while above is not None and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above)
    return False
