"""Totals against their parts, ratios against both their sides."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from monitor.core.indicators import RollUp
from monitor.core.units import unit_named
from monitor.ingest.figure_table import FigureTable
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import moves_of
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_TOLERANCE = 0.01
_UNFIRM_TOLERANCE = 0.05
_USUAL = 2
_PERCENT = 100.0

_At = tuple[int, int, int]
"""Indicator, period end, frequency."""


def total_disagrees(table: FigureTable, context: CheckContext) -> Iterator[Flagged]:
    """A total that is more than one percent off the sum of its parts, where all parts are there.

    Held are the new total and the new part that fits its own past worst. Whether the regions of the
    catalogue make up the whole is seen from other periods in which their sum is the total. Where
    parts are missing, a total below the sum of those that are there is held.
    """
    sums = table.of_indicators([each.roll_up is RollUp.SUM for each in table.indicators])
    children = _children(table.regions, context)
    if not children or not sums.any():
        return
    chain = table.chain[sums[table.chain]]
    figures: dict[_At, dict[int, int]] = defaultdict(dict)
    for place in chain.tolist():
        at = int(table.indicator[place]), int(table.end[place]), int(table.frequency[place])
        figures[at][int(table.region[place])] = place
    makes_up = _made_up(table, figures, children)
    for (indicator, _end, _), there in figures.items():
        for total, parts in children.items():
            if total in there:
                places = [there[part] for part in parts if part in there]
                all_there = len(places) == len(parts) and (indicator, total) in makes_up
                if places and _disagree(table, there[total], places, all_there=all_there):
                    yield from _total_findings(table, there[total], places, all_there=all_there)


def ratio_disagrees(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A ratio in percent that is more than its rounding and one percent off its two sides.

    Five percent where one of the three is preliminary: they are not firmed up on one day.
    """
    numbers = {each.code: number for number, each in enumerate(table.indicators)}
    for number, indicator in enumerate(table.indicators):
        above, below = numbers.get(indicator.numerator or ""), numbers.get(indicator.denominator or "")
        if above is None or below is None or indicator.base_unit != "percent":
            continue
        sides: dict[_At, dict[int, int]] = defaultdict(dict)
        for place in table.chain[np.isin(table.indicator[table.chain], (number, above, below))].tolist():
            at = int(table.region[place]), int(table.end[place]), int(table.frequency[place])
            sides[at][int(table.indicator[place])] = place
        for there in sides.values():
            if len(there) == 3 and table.value[there[below]] != 0:
                yield from _ratio_findings(table, there[number], there[above], there[below])


def _children(regions: Sequence[str], context: CheckContext) -> dict[int, list[int]]:
    """Numbers of the regions of which each region is made; -1 stands for one without any figure."""
    number = {code: at for at, code in enumerate(regions)}
    members: dict[str, list[str]] = defaultdict(list)
    for region in context.regions.values():
        if region.parent is not None:
            members[region.parent].append(region.code)
    return {
        number[total]: [number.get(code, -1) for code in codes]
        for total, codes in members.items()
        if total in number and any(code in number for code in codes)
    }


def _made_up(
    table: FigureTable, figures: Mapping[_At, Mapping[int, int]], children: Mapping[int, list[int]]
) -> set[tuple[int, int]]:
    """Indicators and totals whose parts have added up to the total in two periods, and in most."""
    agreed: dict[tuple[int, int], list[bool]] = defaultdict(list)
    for (indicator, *_), there in figures.items():
        for total, parts in children.items():
            if total in there and all(part in there for part in parts):
                places = [there[part] for part in parts]
                agreed[indicator, total].append(not _disagree(table, there[total], places, all_there=True))
    return {key for key, seen in agreed.items() if sum(seen) >= _USUAL and 2 * sum(seen) > len(seen)}


def _disagree(table: FigureTable, total: int, parts: Sequence[int], *, all_there: bool) -> bool:
    whole, summed = float(table.value[total]), float(table.value[list(parts)].sum())
    room = max(_TOLERANCE * abs(whole), _rounding(table, total) * (len(parts) + 1))
    return abs(whole - summed) > room if all_there else summed - whole > room


def _rounding(table: FigureTable, place: int) -> float:
    """Half the last published digit. [base unit]"""
    indicator = table.indicator_at(place)
    return 0.5 * 10.0**-indicator.decimals * unit_named(indicator.display_unit).factor


def _total_findings(
    table: FigureTable, total: int, parts: Sequence[int], *, all_there: bool
) -> Iterator[Flagged]:
    summed = table.in_display_unit(total, float(table.value[list(parts)].sum()))
    for place in _suspects(table, total, parts):
        yield flagged(
            table,
            place,
            RuleId.TOTAL_DISAGREES,
            total=table.fact(total),
            summed=summed,
            parts=len(parts),
            all_there=all_there,
        )


def _ratio_findings(table: FigureTable, ratio: int, above: int, below: int) -> Iterator[Flagged]:
    expected = _PERCENT * float(table.value[above] / table.value[below])
    firm = bool((table.firmness[[ratio, above, below]] == 2).all())
    room = max((_TOLERANCE if firm else _UNFIRM_TOLERANCE) * abs(expected), 2 * _rounding(table, ratio))
    if abs(float(table.value[ratio]) - expected) <= room:
        return
    for place in _suspects(table, ratio, (above, below)):
        yield flagged(
            table,
            place,
            RuleId.RATIO_DISAGREES,
            ratio=table.fact(ratio),
            numerator=table.fact(above),
            denominator=table.fact(below),
            expected=table.in_display_unit(ratio, expected),
        )


def _suspects(table: FigureTable, made: int, makers: Sequence[int]) -> list[int]:
    """The new rows to hold: what is made of the others, and that of the others that fits its past worst."""
    new = [place for place in makers if table.is_new[place]]
    worst = sorted(new, key=lambda place: -_off(table, place))[:1]
    return [*([made] if table.is_new[made] else []), *worst]


def _off(table: FigureTable, place: int) -> float:
    """How far a figure lies off its own past, in scales; nothing is known of one without a past."""
    moves = moves_of(table)
    at = int(np.searchsorted(moves.place, place))
    if at == len(moves.place) or moves.place[at] != place:
        return 0.0
    return float(np.nan_to_num(abs(moves.residual[at] / moves.scale[at])))
