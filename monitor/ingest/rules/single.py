"""Rules a single figure must keep: its bounds, its dates, whole numbers of things that are counted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import numpy as np

from monitor.core.indicators import Measure
from monitor.core.units import from_base
from monitor.ingest.columns import Column
from monitor.ingest.figure_table import Bools, FigureTable
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_DUST = 1e-6
_MONTHS_TO_1970 = 1970 * 12
_DAYS_TO_1970 = dt.date(1970, 1, 1).toordinal()


def below_lower_bound(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A value the indicator cannot fall to."""
    lower = np.array([-np.inf if each.lower is None else each.lower for each in table.indicators])
    for place in _rows_where(table, table.value < lower[table.indicator]):
        bound = _as_in_row(table, place, float(lower[table.indicator[place]]))
        yield flagged(table, place, RuleId.BELOW_LOWER_BOUND, bound=bound)


def above_upper_bound(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A value the indicator cannot rise to."""
    upper = np.array([np.inf if each.upper is None else each.upper for each in table.indicators])
    for place in _rows_where(table, table.value > upper[table.indicator]):
        bound = _as_in_row(table, place, float(upper[table.indicator[place]]))
        yield flagged(table, place, RuleId.ABOVE_UPPER_BOUND, bound=bound)


def period_not_begun(table: FigureTable, context: CheckContext) -> Iterator[Flagged]:
    """A figure for a period that lies ahead is an expectation, not an observation."""
    months = np.array([1, 3, 12])[table.frequency]
    this_month = context.today.year * 12 + context.today.month - 1
    for place in _rows_where(table, table.end - months + 1 > this_month):
        yield flagged(table, place, RuleId.PERIOD_NOT_BEGUN, Column.PERIOD)


def future_publication(table: FigureTable, context: CheckContext) -> Iterator[Flagged]:
    """A publication date that lies ahead; a partial one may still end there."""
    for place in _rows_where(table, table.known_on > context.today.toordinal()):
        published = table.row_at(place).published
        if published is not None and published.first > context.today:
            yield flagged(
                table, place, RuleId.FUTURE_PUBLICATION, Column.PUBLISHED_ON, published=published.text
            )


def published_before_period_start(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """Nothing can be observed before it begins."""
    months = np.array([1, 3, 12])[table.frequency]
    first_month = (table.end - months + 1 - _MONTHS_TO_1970).astype("datetime64[M]")
    first_day = first_month.astype("datetime64[D]").astype(np.int64) + _DAYS_TO_1970
    for place in _rows_where(table, table.known_on < first_day):
        row = table.row_at(place)
        if row.published is not None:
            yield flagged(
                table,
                place,
                RuleId.PUBLISHED_BEFORE_PERIOD_START,
                Column.PUBLISHED_ON,
                published=row.published.text,
            )


def fractional_count(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """Half a firm: what is counted comes in whole numbers; a mean of counts is a ratio."""
    counts = [each.base_unit == "count" and each.measure is not Measure.RATIO for each in table.indicators]
    is_broken = np.abs(table.value - np.rint(table.value)) > _DUST
    for place in _rows_where(table, table.of_indicators(counts) & is_broken & ~table.is_held):
        yield flagged(table, place, RuleId.FRACTIONAL_COUNT)


def _as_in_row(table: FigureTable, place: int, bound: float) -> str:
    """A bound in the unit the row is written in."""
    unit = table.row_at(place).place.text(Column.UNIT)
    return f"{from_base(bound, unit):,.12g} {unit}"


def _rows_where(table: FigureTable, breaks: Bools) -> list[int]:
    return [int(place) for place in np.flatnonzero(breaks & table.is_row)]
