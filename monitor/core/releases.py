"""Which release of a period counts: the one in force on a day, and the one a target is judged on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from monitor.core.records import Observation, Status

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
