"""Releases: which one of a period counts, which figures are one publication, what one changed."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from monitor.core.errors import UsageError
from monitor.core.periods import Period
from monitor.core.records import KnownOnBasis, Observation, Status

_FIRMNESS = {
    Status.FINAL: 2,
    Status.REVISED: 2,
    Status.DERIVED: 2,
    Status.YEAR_INFERRED: 1,
    Status.PRELIMINARY: 0,
}
_UNKNOWN_TRUST = 1_000

_Rank = Callable[[Observation], tuple[Any, ...]]


def values_in_force(
    observations: Iterable[Observation], *, trust: Mapping[str, int]
) -> tuple[Observation, ...]:
    """One observation for each indicator, region and period: the last release known.

    Among releases of one day the better trust wins, then the firmer status (a final figure over a
    preliminary one), then the one stored later.

    Parameters
    ----------
    observations : iterable of Observation
        Releases known on the day asked for, in any order.
    trust : mapping of origin code to int
        1 is best; an origin that is missing ranks last.

    Returns
    -------
    tuple of Observation
        In the order in which their periods first appear.
    """

    def rank(entry: Observation) -> tuple[Any, ...]:
        return (entry.known_on, *_quality(entry, trust), entry.recorded_at, entry.value)

    return _best(observations, rank)


def first_releases(
    observations: Iterable[Observation], *, trust: Mapping[str, int]
) -> tuple[Observation, ...]:
    """One observation for each indicator, region and period: the first release that settles.

    Preliminary figures, and figures whose year was inferred, settle nothing. Among releases of one
    day the better trust wins, then the one stored first.

    Parameters
    ----------
    observations : iterable of Observation
        Releases known on the day asked for, in any order.
    trust : mapping of origin code to int
        1 is best; an origin that is missing ranks last.

    Returns
    -------
    tuple of Observation
        Periods without a settling release are left out.
    """

    def rank(entry: Observation) -> tuple[Any, ...]:
        # Largest wins, so dates count backwards.
        return (
            -entry.known_on.toordinal(),
            *_quality(entry, trust),
            -entry.recorded_at.timestamp(),
            entry.value,
        )

    return _best((entry for entry in observations if entry.status.settles), rank)


def first_release(observations: Iterable[Observation], *, trust: Mapping[str, int]) -> Observation | None:
    """The first settling release among releases of one period, or None while there is none."""
    found = first_releases(observations, trust=trust)
    return found[0] if found else None


def _quality(entry: Observation, trust: Mapping[str, int]) -> tuple[int, int]:
    return -trust.get(entry.origin, _UNKNOWN_TRUST), _FIRMNESS[entry.status]


def _best(observations: Iterable[Observation], rank: _Rank) -> tuple[Observation, ...]:
    """The highest ranking observation of each period."""
    best: dict[tuple[str, str, str], tuple[tuple[Any, ...], Observation]] = {}
    for entry in observations:
        key = (entry.indicator, entry.region, entry.period)
        ranked = rank(entry)
        if key not in best or ranked > best[key][0]:
            best[key] = (ranked, entry)
    return tuple(entry for _, entry in best.values())


class ReleaseKind(StrEnum):
    """What a release is, and what each figure of it is, beside the releases before it."""

    FIRST = "first"
    PRELIMINARY = "preliminary"
    FINAL = "final"
    REVISED = "revised"
    REPEATED = "repeated"


@dataclass(frozen=True)
class Release:
    """One publication: all figures of one origin that became known on one day.

    Parameters
    ----------
    definition_basis : str or None
        Set where the origin gave one period under several definitions that day; each is a release.
    counts : mapping of ReleaseKind to int
        What its figures are.
    is_dated : bool
        False where no publication date is known and the usual lag stands for it.
    """

    origin: str
    known_on: dt.date
    definition_basis: str | None
    counts: Mapping[ReleaseKind, int]
    is_dated: bool
    figures: tuple[Observation, ...]

    @property
    def id(self) -> str:
        """Readable and unique: `origin@2025-12-26`, or `origin@2025-12-26#definition`."""
        basis = f"#{self.definition_basis}" if self.definition_basis else ""
        return f"{self.origin}@{self.known_on}{basis}"

    @property
    def kind(self) -> ReleaseKind:
        """What most of its figures are that say anything new; final where all of them repeat."""
        said = {kind: self.counts.get(kind, 0) for kind in _SAYS_SOMETHING}
        most = max(said.values())
        return next(kind for kind in _SAYS_SOMETHING if said[kind] == most) if most else ReleaseKind.FINAL


_SAYS_SOMETHING = (ReleaseKind.REVISED, ReleaseKind.FINAL, ReleaseKind.FIRST, ReleaseKind.PRELIMINARY)
_SAME = 1e-9


def parse_release_id(text: str) -> tuple[str, dt.date, str | None]:
    """Origin, day and definition of a release id.

    Raises
    ------
    UsageError
        If the text is no such id.

    Examples
    --------
    >>> parse_release_id("yearbook@2025-12-26")
    ('yearbook', datetime.date(2025, 12, 26), None)
    """
    origin, _, rest = text.rpartition("@")
    day, _, basis = rest.partition("#")
    try:
        return origin or _no_release(text), dt.date.fromisoformat(day), basis or None
    except ValueError as error:
        raise UsageError(_not_an_id(text)) from error


def _no_release(text: str) -> str:
    raise UsageError(_not_an_id(text))


def _not_an_id(text: str) -> str:
    return f"{text!r} is no release; write origin@2025-12-26 as `zhibiao releases list` does."


def group_into_releases(observations: Iterable[Observation]) -> tuple[Release, ...]:
    """Every publication among some figures, newest first.

    Parameters
    ----------
    observations : iterable of Observation
        All releases known of the series asked for: what a figure is follows from those before it.
    """
    everything = list(observations)
    kinds = _kinds(everything)
    days: dict[tuple[str, dt.date], list[Observation]] = {}
    for entry in everything:
        days.setdefault((entry.origin, entry.known_on), []).append(entry)
    found = [
        _release(origin, day, basis, figures, kinds)
        for (origin, day), entries in days.items()
        for basis, figures in _by_definition(entries)
    ]
    return tuple(sorted(found, key=lambda release: (-release.known_on.toordinal(), release.id)))


def _by_definition(entries: Sequence[Observation]) -> list[tuple[str | None, list[Observation]]]:
    """One release, or one for each definition where a period stands under several."""
    bases: dict[tuple[str, str, str], set[str]] = {}
    for entry in entries:
        bases.setdefault(_series_period(entry), set()).add(entry.definition_basis)
    if all(len(named) == 1 for named in bases.values()):
        return [(None, list(entries))]
    named = sorted({entry.definition_basis for entry in entries})
    return [(basis, [entry for entry in entries if entry.definition_basis == basis]) for basis in named]


def _release(
    origin: str,
    day: dt.date,
    basis: str | None,
    figures: Sequence[Observation],
    kinds: Mapping[int, ReleaseKind],
) -> Release:
    return Release(
        origin=origin,
        known_on=day,
        definition_basis=basis,
        counts=Counter(kinds[id(entry)] for entry in figures),
        is_dated=all(entry.known_on_basis is not KnownOnBasis.LAG for entry in figures),
        figures=tuple(sorted(figures, key=_series_period)),
    )


def _kinds(observations: Sequence[Observation]) -> dict[int, ReleaseKind]:
    """What each figure is beside the last one of its period that was known on an earlier day."""
    periods: dict[tuple[str, str, str], list[Observation]] = {}
    for entry in sorted(observations, key=lambda each: (each.known_on, each.recorded_at)):
        periods.setdefault(_series_period(entry), []).append(entry)
    return {
        id(entry): _kind(entry, [other for other in entries if other.known_on < entry.known_on])
        for entries in periods.values()
        for entry in entries
    }


def _kind(entry: Observation, earlier: Sequence[Observation]) -> ReleaseKind:
    if entry.status is Status.PRELIMINARY:
        return ReleaseKind.PRELIMINARY
    if not earlier:
        return ReleaseKind.FIRST
    if earlier[-1].status is Status.PRELIMINARY:
        return ReleaseKind.FINAL
    return ReleaseKind.REPEATED if _is_same(earlier[-1].value, entry.value) else ReleaseKind.REVISED


def _series_period(entry: Observation) -> tuple[str, str, str]:
    return entry.indicator, entry.region, entry.period


def _is_same(one: float, other: float) -> bool:
    return abs(one - other) <= _SAME * max(abs(one), abs(other))


@dataclass(frozen=True)
class FigureChange:
    """One period in two releases. [base unit]"""

    indicator: str
    region: str
    period: str
    old: float
    new: float

    @property
    def difference(self) -> float:
        """New less old."""
        return self.new - self.old

    @property
    def share(self) -> float | None:
        """Difference as a share of the old value; None where that was zero."""
        return self.difference / abs(self.old) if self.old else None


@dataclass(frozen=True)
class ReleaseComparison:
    """What one release says beside another.

    Parameters
    ----------
    changed : tuple of FigureChange
        Biggest share first.
    unchanged, only_old, only_new : int
        Periods that read alike, and those that stand in one of the two alone.
    """

    changed: tuple[FigureChange, ...]
    unchanged: int
    only_old: int
    only_new: int


def compare_figures(old: Iterable[Observation], new: Iterable[Observation]) -> ReleaseComparison:
    """Two releases, period by period; each gives one figure for a period."""
    before = {_series_period(entry): entry.value for entry in old}
    after = {_series_period(entry): entry.value for entry in new}
    both = before.keys() & after.keys()
    changed = [
        FigureChange(*key, before[key], after[key]) for key in both if not _is_same(before[key], after[key])
    ]
    return ReleaseComparison(
        changed=tuple(sorted(changed, key=_biggest_first)),
        unchanged=len(both) - len(changed),
        only_old=len(before.keys() - both),
        only_new=len(after.keys() - both),
    )


@dataclass(frozen=True)
class PairedFigure:
    """One period in two releases, or at two times; None where one of them lacks it. [base unit]"""

    indicator: str
    region: str
    period: str
    old: Observation | None
    new: Observation | None

    @property
    def change(self) -> FigureChange | None:
        """What became of the value; None where it reads alike or stands on one side alone."""
        if self.old is None or self.new is None or _is_same(self.old.value, self.new.value):
            return None
        return FigureChange(self.indicator, self.region, self.period, self.old.value, self.new.value)


def pair_figures(old: Iterable[Observation], new: Iterable[Observation]) -> tuple[PairedFigure, ...]:
    """Two releases side by side, by indicator and region, the newest period first."""
    before = {_series_period(entry): entry for entry in old}
    after = {_series_period(entry): entry for entry in new}
    keys = sorted(before.keys() | after.keys(), key=lambda key: Period.parse(key[2]).end, reverse=True)
    keys.sort(key=lambda key: key[:2])
    return tuple(PairedFigure(*key, before.get(key), after.get(key)) for key in keys)


def _biggest_first(change: FigureChange) -> tuple[float, str, str, str]:
    size = float("inf") if change.share is None else abs(change.share)
    return -size, change.indicator, change.region, change.period
