"""Rows that claim to be one release of one figure and differ."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Hashable, Iterator

import numpy as np

from monitor.ingest.candidates import Candidate
from monitor.ingest.figure_table import FigureTable
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_SAME = 1e-9


def duplicate_row_disagrees(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """Rows of one release of one figure that differ; none of them is believed."""
    rows = np.flatnonzero(table.is_row)
    again = table.same_as_next(rows, table.series, table.end, table.frequency, table.known_on)
    if not again.any():
        return
    groups: dict[Hashable, list[int]] = defaultdict(list)
    for at in np.flatnonzero(again | np.roll(again, 1)):
        place = int(rows[at])
        groups[_release(table.row_at(place))].append(place)
    for places in groups.values():
        first = table.row_at(places[0])
        if all(_agrees(table.row_at(place), first) for place in places[1:]):
            continue
        others = [table.fact(place) for place in sorted(places, key=lambda place: table.source[place])]
        yield from (flagged(table, place, RuleId.DUPLICATE_ROW_DISAGREES, others=others) for place in places)


def _release(row: Candidate) -> Hashable:
    """What makes a release one and the same, as the store sees it."""
    series = row.indicator.code, row.region, row.definition_basis, row.origin
    return series, row.period, row.known_on, row.status


def _agrees(one: Candidate, other: Candidate) -> bool:
    return math.isclose(one.value, other.value, rel_tol=_SAME) and one.embargo_until == other.embargo_until
