"""How far each figure moves on the one it is compared with, and the robust band of such moves.

A figure that counts from January, and a flow within the year, is compared with the same part of an
earlier year; a level with the one before it. Amounts and shares move by the logarithm of their ratio,
rates that may be negative by their difference. The band pools all regions of an indicator: its centre
is the median move of the regions in that period (of the series, of the indicator where they are few),
its scale the median distance from there, the larger of that of the series and that of the indicator.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from monitor.core.indicators import Indicator, Measure, Reporting
from monitor.ingest.figure_table import Bools, FigureTable, Floats, Ints

_MONTHS_OF = np.array([1, 3, 12])
_LAGS = (1, 2, 3)
_LEAST_REGIONS = 5
_LEAST_OWN = 4
_LEAST_POOL = 12
_FLOOR = 0.02
_TO_SCALE = 1.4826


@dataclass(frozen=True, eq=False)
class Moves:
    """One line for each figure in force that has one to be compared with.

    Parameters
    ----------
    place, reference : ndarray of int
        Places of the figure and of the one it is compared with.
    is_new : ndarray of bool
        Whether the figure stands in the file and is not stored.
    is_log : ndarray of bool
        Whether moves are logarithms of ratios.
    lag : ndarray of int
        Months between the two.
    centre, residual, scale : ndarray of float
        Usual move; move less the usual one; scale of the residuals, NaN where the pool is too small.
    """

    place: Ints
    reference: Ints
    is_new: Bools
    is_log: Bools
    lag: Ints
    centre: Floats
    residual: Floats
    scale: Floats


def is_rate(indicator: Indicator) -> bool:
    """Whether values may be negative: a growth rate or a change."""
    is_ratio = indicator.measure is Measure.RATIO or indicator.base_unit in ("percent", "percentage_point")
    return is_ratio and (indicator.lower is None or indicator.lower < 0)


def find_on(table: FigureTable, series: int, end: int) -> int | None:
    """The figure in force of a series with that period end, or None."""
    keys = _keys(table)
    at = int(np.searchsorted(keys, series * _WIDE + end))
    return int(table.chain[at]) if at < len(keys) and keys[at] == series * _WIDE + end else None


def moves_of(table: FigureTable) -> Moves:
    """Moves of all figures in force, worked out once for a table."""
    if "moves" not in table.worked_out:
        table.worked_out["moves"] = _moves(table)
    found = table.worked_out["moves"]
    assert isinstance(found, Moves)  # noqa: S101 - tells the type checker what was put there
    return found


_WIDE = 1_000_000


def _keys(table: FigureTable) -> Ints:
    if "keys" not in table.worked_out:
        table.worked_out["keys"] = table.series[table.chain] * _WIDE + table.end[table.chain]
    found: Ints = table.worked_out["keys"]
    return found


def _moves(table: FigureTable) -> Moves:
    place, reference, lag = _pairs(table)
    rates = table.of_indicators([is_rate(each) for each in table.indicators])[place]
    value, other = table.value[place], table.value[reference]
    usable = rates | ((value > 0) & (other > 0))
    place, reference, lag, rates = place[usable], reference[usable], lag[usable], rates[usable]
    value, other = table.value[place], table.value[reference]
    with np.errstate(divide="ignore", invalid="ignore"):
        move = np.where(rates, value - other, np.log(value / other))
    indicator = table.indicator[place]
    steps = np.where(rates, 1.0, np.maximum(lag / _step(table, place), 1.0))
    centre = _centre(table, place, move / steps) * steps
    residual = move - centre
    scale = _scale(table.series[place], indicator, np.abs(residual) / np.sqrt(steps)) * np.sqrt(steps)
    return Moves(place, reference, table.is_new[place], ~rates, lag, centre, residual, scale)


def _step(table: FigureTable, place: Ints) -> Ints:
    """Months to the figure a figure is compared with."""
    levels = [
        each.reporting is Reporting.PERIOD and each.measure in (Measure.STOCK, Measure.RATIO)
        for each in table.indicators
    ]
    is_level = table.of_indicators(levels)[place]
    return np.where(is_level, _MONTHS_OF[table.frequency[place]], 12)


def _pairs(table: FigureTable) -> tuple[Ints, Ints, Ints]:
    """Figures with the nearest earlier one to compare with, up to three steps back."""
    chain, keys = table.chain, _keys(table)
    step = _step(table, chain)
    reference = np.full(len(chain), -1)
    lag = np.zeros(len(chain), dtype=np.int64)
    for back in _LAGS:
        wanted = keys - step * back
        at = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
        fits = (keys[at] == wanted) & (reference < 0) if len(keys) else np.zeros(0, dtype=bool)
        found = chain[at] if len(keys) else chain
        fits &= table.frequency[found] == table.frequency[chain]
        fits &= (
            (table.basis[found] == table.basis[chain]) | (table.basis[found] == 0) | (table.basis[chain] == 0)
        )
        reference = np.where(fits, found, reference)
        lag = np.where(fits, step * back, lag)
    known = reference >= 0
    return chain[known], reference[known], lag[known]


def _centre(table: FigureTable, place: Ints, move: Floats) -> Floats:
    """Usual move: of the regions in that period, else of the series, else of the indicator."""
    indicator = table.indicator[place]
    centre = median_by(indicator, move)[0]
    for group, least in (
        (table.series[place], _LEAST_OWN),
        (indicator * _WIDE + table.end[place], _LEAST_REGIONS),
    ):
        median, count = median_by(group, move)
        centre = np.where(count >= least, median, centre)
    return centre


def _scale(series: Ints, indicator: Ints, distance: Floats) -> Floats:
    pool, in_pool = median_by(indicator, distance)
    own, n_own = median_by(series, distance)
    scale = np.where(n_own >= _LEAST_OWN, np.maximum(pool, own), pool)
    return np.where(in_pool >= _LEAST_POOL, np.maximum(scale * _TO_SCALE, _FLOOR), np.nan)


def median_by(group: Ints, values: Floats) -> tuple[Floats, Ints]:
    """Median of the values of each one's group, and how many there are."""
    if not len(values):
        return values, group
    order = np.lexsort((values, group))
    sorted_group = group[order]
    starts = np.flatnonzero(np.concatenate([[True], sorted_group[1:] != sorted_group[:-1]]))
    counts = np.diff(np.concatenate([starts, [len(values)]]))
    ordered = values[order]
    middle = (ordered[starts + (counts - 1) // 2] + ordered[starts + counts // 2]) / 2
    median, count = np.empty(len(values)), np.empty(len(values), dtype=np.int64)
    median[order], count[order] = np.repeat(middle, counts), np.repeat(counts, counts)
    return median, count
