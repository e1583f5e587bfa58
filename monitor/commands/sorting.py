"""Sort figures about to be stored: new, revised, confirmed, or there already. Pure."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.indicators import Indicator
from monitor.core.loading import NewObservation
from monitor.core.records import Status
from monitor.core.units import unit_named

SeriesPeriod = tuple[str, str, str]
"""Indicator, region, period."""


class Standing(StrEnum):
    """What a figure is beside those already stored."""

    NEW = "new"
    REVISED = "revised"
    CONFIRMED = "confirmed"
    UNCHANGED = "unchanged"


@dataclass(frozen=True)
class Known:
    """A stored release, as far as sorting needs it."""

    known_on: dt.date
    origin: str
    status: Status
    definition_basis: str
    value: float

    @classmethod
    def of(cls, entry: NewObservation) -> Known:
        """The same of a figure about to be stored."""
        return cls(entry.known_on, entry.origin, entry.status, entry.definition_basis, float(entry.value))


class Sorter:
    """Remembers what is stored, and sorts one figure after another.

    Parameters
    ----------
    indicators : mapping of code to Indicator
        For the decimals values are published with.
    trust : mapping of origin code to int
        1 is best.
    """

    def __init__(self, indicators: Mapping[str, Indicator], *, trust: Mapping[str, int]) -> None:
        self._indicators = indicators
        self._trust = trust
        self._known: dict[SeriesPeriod, list[Known]] = {}
        self.counts: Counter[Standing] = Counter(dict.fromkeys(Standing, 0))

    def remember(self, key: SeriesPeriod, known: Known) -> None:
        """Add a stored release."""
        self._known.setdefault(key, []).append(known)

    def keep(self, rows: Sequence[NewObservation]) -> list[NewObservation]:
        """The figures that are to be stored; `counts` tells how many of which standing there were."""
        keys = [row[:3] for row in rows]
        releases = Counter(keys)
        if not self._known and len(releases) == len(rows):
            self.counts[Standing.NEW] += len(rows)
            return list(rows)
        kept = []
        for key, row in zip(keys, rows, strict=True):
            standing = self._standing(key, row)
            self.counts[standing] += 1
            if standing is not Standing.UNCHANGED:
                kept.append(row)
                if releases[key] > 1:
                    self.remember(key, Known.of(row))
        return kept

    def _standing(self, key: SeriesPeriod, row: NewObservation) -> Standing:
        stored = self._known.get(key)
        if not stored:
            return Standing.NEW
        release = Known.of(row)
        if release in stored:
            return Standing.UNCHANGED
        same = [known for known in stored if self._is_same_release(known, release, row.indicator)]
        if same:
            # The best source of a release is kept whatever the order of loading; others add nothing.
            best = min(self._trust[known.origin] for known in same)
            return Standing.CONFIRMED if self._trust[release.origin] < best else Standing.UNCHANGED
        repeats = self._rounded(self._before(stored, release), row.indicator) == self._rounded(
            release, row.indicator
        )
        return Standing.CONFIRMED if repeats else Standing.REVISED

    def _is_same_release(self, known: Known, release: Known, indicator: str) -> bool:
        """Same day, same definition, equally firm, and the same value at published decimals."""
        return (
            known.known_on == release.known_on
            and known.definition_basis == release.definition_basis
            and known.status.settles == release.status.settles
            and self._rounded(known, indicator) == self._rounded(release, indicator)
        )

    def _before(self, stored: list[Known], release: Known) -> Known:
        """The release in force just before this one; before all of them, the first that follows."""

        def rank(known: Known) -> tuple[dt.date, int]:
            return known.known_on, -self._trust[known.origin]

        earlier = [known for known in stored if known.known_on <= release.known_on]
        return max(earlier, key=rank) if earlier else min(stored, key=rank)

    def _rounded(self, known: Known, indicator: str) -> float:
        described = self._indicators[indicator]
        return round(known.value / unit_named(described.display_unit).factor, described.decimals)
