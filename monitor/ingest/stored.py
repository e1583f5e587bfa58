"""What the database already holds of the series of a file, for rules to judge its rows against."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence

from monitor.core.loading import NewObservation
from monitor.core.records import Observation
from monitor.core.releases import values_in_force
from monitor.ingest.normalise import Candidate

_AFTER_ALL_STORED = dt.datetime.max.replace(tzinfo=dt.UTC)


class StoredFigures:
    """Stored releases of some series.

    A file is judged against what is stored besides its own releases, so that loading it again finds
    what the first load found.

    Parameters
    ----------
    observations : iterable of Observation
        Every release known on the day of the load.
    trust : mapping of origin code to int
        1 is best.
    """

    def __init__(
        self, observations: Iterable[Observation] = (), *, trust: Mapping[str, int] | None = None
    ) -> None:
        self._trust = dict(trust or {})
        self._series: dict[tuple[str, str], list[Observation]] = defaultdict(list)
        for entry in observations:
            self._series[entry.indicator, entry.region].append(entry)
        self._held = {_release(entry) for entries in self._series.values() for entry in entries}

    def holds(self, row: Candidate) -> bool:
        """Whether this very release is stored: it changes nothing, so there is nothing to refuse."""
        return bool(self._held) and _release(row.observation()) in self._held

    def beside(self, rows: Sequence[Candidate]) -> tuple[Observation, ...]:
        """Values in force of the one series of these rows, without the releases the rows repeat."""
        return values_in_force(self._others(rows), trust=self._trust)

    def in_force_after(self, rows: Sequence[Candidate]) -> list[tuple[Observation, Candidate | None]]:
        """Values in force of the one series of these rows once they are stored; each with its row."""
        given = [_as_stored(row.observation()) for row in rows]
        row_of = {id(entry): row for entry, row in zip(given, rows, strict=True)}
        chosen = values_in_force([*self._others(rows), *given], trust=self._trust)
        return [(entry, row_of.get(id(entry))) for entry in chosen]

    def _others(self, rows: Sequence[Candidate]) -> list[Observation]:
        stored = self._series.get((rows[0].indicator.code, rows[0].region), [])
        repeated = {_release(row.observation()) for row in rows} if stored else set()
        return [entry for entry in stored if _release(entry) not in repeated]


def _release(entry: Observation | NewObservation) -> Hashable:
    """What makes two releases one and the same, as the store sorts them."""
    figure = entry.indicator, entry.region, entry.period, float(entry.value)
    return figure, entry.known_on, entry.origin, entry.status, entry.definition_basis


def _as_stored(entry: NewObservation) -> Observation:
    """The figure as the last one stored; among equals the later one counts."""
    return Observation(**vars(entry), recorded_at=_AFTER_ALL_STORED)
