"""Which rows must be judged together: rules compare series of one family, and parts with their total."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from monitor.core.indicators import Indicator
from monitor.core.records import Region


class Families:
    """Indicators tied to each other, and regions within one another.

    A family is an indicator with all that are tied to it as numerator, denominator or growth rate.
    """

    def __init__(self, indicators: Mapping[str, Indicator], regions: Mapping[str, Region]) -> None:
        self._family = _connected(indicators)
        self._members: dict[str, set[str]] = defaultdict(set)
        for code, family in self._family.items():
            self._members[family].add(code)
        self._parent = {code: region.parent for code, region in regions.items()}
        self._parts: dict[str | None, set[str]] = defaultdict(set)
        for code, parent in self._parent.items():
            self._parts[parent].add(code)

    def family_of(self, indicator: str) -> str:
        """The family of an indicator: the first of its codes."""
        return self._family[indicator]

    def members(self, families: Iterable[str]) -> frozenset[str]:
        """Codes of the indicators of some families."""
        return frozenset().union(*(self._members[family] for family in families))

    def division_of(self, region: str) -> str:
        """The province a region lies in; empty for the provinces themselves and the nation."""
        line = [region]
        while (parent := self._parent.get(line[-1])) is not None:
            line.append(parent)
        return line[-2] if len(line) > 2 else ""

    def kin(self, regions: Iterable[str]) -> frozenset[str]:
        """These regions, the totals they are parts of, and the other parts."""
        found = set(regions)
        for region in tuple(found):
            parent = self._parent.get(region)
            if parent is not None:
                found |= {parent} | self._parts[parent]
        return frozenset(found)


def _connected(indicators: Mapping[str, Indicator]) -> dict[str, str]:
    """Every code to the first code it is tied to, directly or through others."""
    tied: dict[str, set[str]] = {code: {code} for code in indicators}
    for indicator in indicators.values():
        others = (indicator.numerator, indicator.denominator, indicator.growth_indicator)
        for other in others:
            if other in tied and tied[other] is not tied[indicator.code]:
                joined = tied[other] | tied[indicator.code]
                tied |= dict.fromkeys(joined, joined)
    return {code: min(group) for code, group in tied.items()}
