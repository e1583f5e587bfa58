"""From what a cell says to the indicator, region or origin it means."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from monitor.core.corrections import Corrections
from monitor.core.indicators import Indicator
from monitor.core.records import Origin, Region
from monitor.ingest.cells import name_key, plain, shown
from monitor.ingest.columns import Column
from monitor.ingest.findings import RowProblem, RuleId


@dataclass(frozen=True)
class LoadContext:
    """The catalogue a file is read against.

    Parameters
    ----------
    indicators, regions, origins : mapping
        By code.
    default_origin : str or None
        Origin of rows that name none; None stands for the file itself, `file:<name>`.
    source : str
        Code of the source the load is filed under.
    corrections : Corrections
        Known errors of sources.
    """

    indicators: Mapping[str, Indicator]
    regions: Mapping[str, Region]
    origins: Mapping[str, Origin]
    default_origin: str | None = None
    source: str = "files"
    corrections: Corrections = field(default_factory=Corrections)


_MOST_SEARCHES = 100


class _Names:
    """Codes by every name that leads to them."""

    def __init__(self, codes: Iterable[str], names: Iterable[tuple[str, str]]) -> None:
        self._codes = frozenset(codes)
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._written: dict[str, str] = {code.casefold(): code for code in self._codes}
        for name, code in names:
            self._by_name[name_key(name)].add(code)
            self._written.setdefault(name_key(name), f"{name} ({code})")
        self._similar: dict[str, tuple[str, ...]] = {}

    def codes_for(self, text: str) -> tuple[str, ...]:
        """All codes the text may mean, in order; a code means itself alone."""
        code = plain(text)
        return (code,) if code in self._codes else tuple(sorted(self._by_name.get(name_key(text), ())))

    def similar_to(self, text: str) -> tuple[str, ...]:
        """A few names that look alike; searched for the first unknown names only, since it is slow."""
        if text not in self._similar:
            if len(self._similar) >= _MOST_SEARCHES:
                return ()
            close = difflib.get_close_matches(name_key(text)[:80], self._written, n=3, cutoff=0.6)
            self._similar[text] = tuple(self._written[key] for key in close)
        return self._similar[text]


class Lookup:
    """Resolves cells against a `LoadContext`."""

    def __init__(self, context: LoadContext, *, default_origin: str) -> None:
        self._context = context
        self._default_origin = default_origin
        self._indicators = _Names(context.indicators, _indicator_names(context.indicators.values()))
        self._regions = _Names(context.regions, _region_names(context.regions.values()))

    def indicator(self, text: str) -> Indicator:
        """The indicator of that code, Chinese name, English name or alias.

        Raises
        ------
        RowProblem
            If no indicator, or more than one, goes by that name.
        """
        codes = self._indicators.codes_for(text)
        if len(codes) == 1:
            return self._context.indicators[codes[0]]
        if codes:
            raise _ambiguous(RuleId.AMBIGUOUS_INDICATOR, Column.INDICATOR, text, codes)
        raise _unknown(
            RuleId.UNKNOWN_INDICATOR,
            Column.INDICATOR,
            text,
            self._indicators.similar_to(text),
            where="configs/indicators/",
        )

    def region(self, text: str) -> str:
        """Code of the region of that code, full or short name.

        Raises
        ------
        RowProblem
            If no region, or more than one, goes by that name.
        """
        codes = self._regions.codes_for(text)
        if len(codes) == 1:
            return codes[0]
        if codes:
            named = tuple(f"{code} ({self._context.regions[code].name_zh})" for code in codes)
            raise _ambiguous(RuleId.AMBIGUOUS_REGION, Column.REGION, text, named)
        raise _unknown(
            RuleId.UNKNOWN_REGION,
            Column.REGION,
            text,
            self._regions.similar_to(text),
            where="configs/regions.yaml",
        )

    def origin(self, text: str) -> str:
        """The recorded origin of that code; the default one where the cell is empty.

        Raises
        ------
        RowProblem
            If the code is not recorded.
        """
        code = plain(text)
        if not code:
            return self._default_origin
        if code not in self._context.origins and code != self._default_origin:
            raise RowProblem(
                RuleId.UNKNOWN_ORIGIN,
                Column.ORIGIN,
                text,
                reason=f"The origin {shown(text)!r} is not recorded.",
                remedy="Record publisher, title and address of the origin first, or leave the cell empty.",
            )
        return code


def _indicator_names(indicators: Iterable[Indicator]) -> Iterable[tuple[str, str]]:
    for indicator in indicators:
        for name in (indicator.name_zh, indicator.name_en, *indicator.aliases):
            yield name, indicator.code


def _region_names(regions: Iterable[Region]) -> Iterable[tuple[str, str]]:
    for region in regions:
        for name in (region.name_zh, region.short_zh, region.name_en):
            yield name, region.code


def _ambiguous(rule: RuleId, column: Column, text: str, candidates: tuple[str, ...]) -> RowProblem:
    return RowProblem(
        rule,
        column,
        text,
        reason=f"The {column} {shown(text)!r} may mean {' or '.join(candidates)}.",
        remedy="Write the code of the one that is meant.",
    )


def _unknown(rule: RuleId, column: Column, text: str, similar: tuple[str, ...], *, where: str) -> RowProblem:
    hint = f"Did you mean {' or '.join(similar)}? " if similar else ""
    return RowProblem(
        rule,
        column,
        text,
        reason=f"No {column} goes by {shown(text)!r}.",
        remedy=f"{hint}Write a code or name of {where}, or add it there.",
    )
