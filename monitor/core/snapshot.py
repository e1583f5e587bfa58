"""Everything known on one day, ready to be asked: the input of an assessment as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from monitor.core.indicators import Indicator
from monitor.core.records import Observation, Region
from monitor.core.runs import TrainedModel
from monitor.core.series import KnownSeries, assemble

SeriesKey = tuple[str, str]
"""Indicator code and region code."""


@dataclass(frozen=True)
class Snapshot:
    """The figures known on `as_of`, grouped by indicator and region.

    Parameters
    ----------
    as_of : datetime.date
        The day asked for.
    indicators, regions : mapping
        The catalogue in force.
    releases : mapping of (indicator, region) to observations
        Every release known on the day, oldest first.
    trust : mapping of origin code to int
        1 is best; decides between releases of one day.
    trained : TrainedModel or None
        The last training up to the day; None draws with the coefficients that ship.
    """

    as_of: dt.date
    indicators: Mapping[str, Indicator]
    regions: Mapping[str, Region]
    releases: Mapping[SeriesKey, tuple[Observation, ...]]
    trust: Mapping[str, int]
    trained: TrainedModel | None = None
    _assembled: dict[SeriesKey, KnownSeries] = field(default_factory=dict, repr=False, compare=False)

    def series(self, indicator: str, region: str) -> KnownSeries | None:
        """The series in force, or None when not a single figure is known."""
        key = (indicator, region)
        if key not in self.releases:
            return None
        if key not in self._assembled:
            self._assembled[key] = assemble(
                self.releases[key], self.indicators[indicator], region, trust=self.trust
            )
        return self._assembled[key]

    def regions_with(self, indicator: str) -> tuple[str, ...]:
        """Regions that have any figure of the indicator, in code order."""
        return tuple(sorted(region for code, region in self.releases if code == indicator))

    def peers_of(self, indicator: str, region: str) -> tuple[str, ...]:
        """Other regions of the same level (and, below provinces, the same parent) with figures."""
        here = self.regions[region]
        return tuple(
            code
            for code in self.regions_with(indicator)
            if code != region
            and self.regions[code].level == here.level
            and (here.level == "province" or self.regions[code].parent == here.parent)
        )

    def keeping(self, wanted: Callable[[Observation], bool]) -> Snapshot:
        """The same day with only the releases that satisfy `wanted`."""
        kept = {
            key: chosen
            for key, entries in self.releases.items()
            if (chosen := tuple(entry for entry in entries if wanted(entry)))
        }
        return Snapshot(self.as_of, self.indicators, self.regions, kept, self.trust, self.trained)


def group_releases(observations: Iterable[Observation]) -> dict[SeriesKey, tuple[Observation, ...]]:
    """Releases by series, oldest first within each."""
    grouped: dict[SeriesKey, list[Observation]] = {}
    for entry in observations:
        grouped.setdefault((entry.indicator, entry.region), []).append(entry)
    return {
        key: tuple(sorted(entries, key=lambda entry: (entry.period, entry.known_on, entry.recorded_at)))
        for key, entries in grouped.items()
    }
