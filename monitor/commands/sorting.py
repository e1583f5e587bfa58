"""Sort figures about to be stored: new, revised, confirmed, or there already. Pure."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from operator import itemgetter

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


class _Releases:
    """Stored releases of one figure, kept so that each question about them is a look-up.

    A figure may have hundreds of them, and a file may bring as many again.
    """

    def __init__(self) -> None:
        self._all: set[Known] = set()
        self._best_trust: dict[Hashable, int] = {}
        self._in_order: list[tuple[dt.date, int, int, float]] = []

    def add(self, known: Known, rounded: float, *, trust: int) -> None:
        """One more."""
        same = _what_makes_it_the_same(known, rounded)
        self._best_trust[same] = min(trust, self._best_trust.get(same, trust))
        # Of one day the better trust stands; of those alike the one that came first.
        insort(self._in_order, (known.known_on, -trust, -len(self._in_order), rounded))
        self._all.add(known)

    def __contains__(self, known: Known) -> bool:
        return known in self._all

    def best_trust(self, known: Known, rounded: float) -> int | None:
        """The best source that gave this release: same day, definition and firmness, same published value."""
        return self._best_trust.get(_what_makes_it_the_same(known, rounded))

    def before(self, known: Known) -> float:
        """The value in force just before a release; before all of them, that of the first."""
        day = known.known_on
        until = bisect_right(self._in_order, day, key=itemgetter(0)) or bisect_right(
            self._in_order, self._in_order[0][:2], key=itemgetter(slice(2))
        )
        return self._in_order[until - 1][3]


def _what_makes_it_the_same(known: Known, rounded: float) -> Hashable:
    return known.known_on, known.definition_basis, known.status.settles, rounded


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
        self._trust = trust
        self._known: dict[SeriesPeriod, _Releases] = defaultdict(_Releases)
        self._published = cache(
            lambda code: (unit_named(indicators[code].display_unit).factor, indicators[code].decimals)
        )
        self.counts: Counter[Standing] = Counter(dict.fromkeys(Standing, 0))

    def remember(self, key: SeriesPeriod, known: Known) -> None:
        """Add a stored release."""
        self._known[key].add(known, self._rounded(key, known), trust=self._trust[known.origin])

    def keep(self, rows: Sequence[NewObservation]) -> list[NewObservation]:
        """The figures that are to be stored; `counts` tells how many of which standing there were."""
        keys = [row[:3] for row in rows]
        releases = Counter(keys)
        if not self._known and len(releases) == len(rows):
            self.counts[Standing.NEW] += len(rows)
            return list(rows)
        kept = []
        for key, row in zip(keys, rows, strict=True):
            release = Known.of(row)
            standing = self._standing(key, release)
            self.counts[standing] += 1
            if standing is not Standing.UNCHANGED:
                kept.append(row)
                if releases[key] > 1:
                    self.remember(key, release)
        return kept

    def _standing(self, key: SeriesPeriod, release: Known) -> Standing:
        if key not in self._known:
            return Standing.NEW
        stored = self._known[key]
        if release in stored:
            return Standing.UNCHANGED
        rounded = self._rounded(key, release)
        best = stored.best_trust(release, rounded)
        if best is not None:
            # The best source of a release is kept whatever the order of loading; others add nothing.
            return Standing.CONFIRMED if self._trust[release.origin] < best else Standing.UNCHANGED
        return Standing.CONFIRMED if stored.before(release) == rounded else Standing.REVISED

    def _rounded(self, key: SeriesPeriod, known: Known) -> float:
        """The value at the decimals the indicator is published with."""
        factor, decimals = self._published(key[0])
        return round(known.value / factor, decimals)
