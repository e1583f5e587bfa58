"""What the database already holds of a group of indicators, for rules to judge rows against."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping

from monitor.core.loading import NewObservation
from monitor.core.records import Observation
from monitor.ingest.candidates import Candidate

_UNKNOWN_TRUST = 1_000


class StoredFigures:
    """Stored releases of one group of indicators, in all regions.

    Parameters
    ----------
    observations : iterable of Observation
        Every release known on the day of the load, of the indicators that are judged together
        (`monitor.ingest.families`): peers, parts of a total and both sides of a ratio too.
    trust : mapping of origin code to int
        1 is best.
    """

    def __init__(
        self, observations: Iterable[Observation] = (), *, trust: Mapping[str, int] | None = None
    ) -> None:
        self._trust = dict(trust or {})
        self.entries = tuple(observations)
        self.releases: dict[Hashable, Observation] = {release_of(entry): entry for entry in self.entries}

    def holds(self, row: Candidate) -> bool:
        """Whether this very release is stored: it changes nothing, so there is nothing to refuse."""
        return bool(self.releases) and release_of(row) in self.releases

    def trust_of(self, origin: str) -> int:
        """Trust of an origin; one that is not recorded ranks last."""
        return self._trust.get(origin, _UNKNOWN_TRUST)


def release_of(entry: Observation | NewObservation | Candidate) -> Hashable:
    """What makes two releases one and the same, as the store sorts them."""
    code = entry.indicator if isinstance(entry.indicator, str) else entry.indicator.code
    figure = code, entry.region, str(entry.period), float(entry.value)
    return figure, entry.known_on, entry.origin, entry.status, entry.definition_basis
