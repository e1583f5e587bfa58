"""Values that lie off as if their unit had been mistaken: 万元 for 亿元, a fraction for percent.

Only rows are refused; stored figures never change. A row the database already holds is not refused.
"""

from __future__ import annotations

from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from monitor.core.indicators import Indicator, Measure
from monitor.core.units import from_base
from monitor.ingest.figure_table import Bools, FigureTable, Floats, Ints, at_yearly_pace
from monitor.ingest.findings import RuleId
from monitor.ingest.rules.moves import is_rate, median_by
from monitor.ingest.rules.peers import LEAST_SLIP, first_values
from monitor.ingest.rules.shape import CheckContext, Flagged, flagged

_REFERENCES = 3
_NEAREST = 2
_LEAST_PEERS = 4
_OFF_ITS_RANK = 2.4
_LEAST_RATES = 3
_RATE_OFF = 20.0
_EXTRA_DIGITS = 2


@dataclass(frozen=True)
class Slip:
    """One way to mistake a unit.

    Parameters
    ----------
    rule : RuleId
        Name of the rule.
    least : float
        A value that many powers of ten off both of the two before it is no honest one.
    steps : tuple of int
        Powers of ten between the units; the nearest one is told.
    concerns : callable
        Whether values of an indicator can slip this way.
    size : callable
        What is compared of figures.
    hint : str
        Code of the remark about what is easily mistaken.
    """

    rule: RuleId
    least: float
    steps: tuple[int, ...]
    concerns: Callable[[Indicator], bool]
    size: Callable[[FigureTable, Ints], Floats]
    hint: str


def _is_share(indicator: Indicator) -> bool:
    """A ratio in percent that cannot be negative."""
    is_percent = indicator.measure is Measure.RATIO and indicator.base_unit == "percent"
    return is_percent and not is_rate(indicator)


UNIT_SLIP = Slip(
    RuleId.UNIT_SLIP,
    least=LEAST_SLIP,
    steps=(4, 8),  # between 元, 万元 and 亿元, 家 and 万家
    concerns=lambda indicator: not _is_share(indicator) and not is_rate(indicator),
    size=at_yearly_pace,
    hint="unit",
)
PERCENT_SLIP = Slip(
    RuleId.PERCENT_SLIP,
    least=1.5,  # 30 times off
    steps=(2, 4, 8),  # between a fraction and percent; further off a point was lost as well
    concerns=_is_share,
    size=lambda table, places: table.value[places],
    hint="percent",
)


def unit_slip(table: FigureTable, context: CheckContext) -> Iterator[Flagged]:
    """A value about 10^4 or 10^8 off its neighbours, at yearly pace; a first one, off its peers.

    Where the neighbours lie years away, the peers tell more: a region that has always stood at one
    place among them and now stands more than 250 times off it has slipped.
    """
    for place, powers in _off_its_rank(table):
        yield flagged(
            table,
            place,
            RuleId.UNIT_SLIP,
            other=table.fact(_nearest_of_series(table, place)),
            powers=abs(powers),
            larger=powers > 0,
            hint="unit",
        )
    yield from _slips(table, UNIT_SLIP)
    for first in first_values(table, context):
        if first.is_off:
            peer = table.fact(first.peer)
            powers = round(first.deviation)
            yield flagged(
                table,
                first.place,
                RuleId.UNIT_SLIP,
                other=peer,
                powers=abs(powers),
                larger=powers > 0,
                hint="peers",
            )


def percent_slip(table: FigureTable, _context: CheckContext) -> Iterator[Flagged]:
    """A share about 100 times off its neighbours; a rate given as a fraction, or far beyond all others."""
    yield from _slips(table, PERCENT_SLIP)
    yield from _rates_off(table)


def _slips(table: FigureTable, slip: Slip) -> Iterator[Flagged]:
    """Rows that lie off their neighbours by about a step of the slip.

    Stored values in force say which level is right: the nearest three, the same period included.
    Those that the file replaces by rows marked revised say nothing, so that a series stored in a
    wrong unit can be put right as a whole. Where nothing is stored, the rows at the level most rows
    share are kept; where no level has a majority, all rows of the series are stopped, because
    nothing says which are right.
    """
    for chain, logs in _wide_series(table, slip):
        levels = _levels([float(each) for each in logs], slip)
        if len(set(levels)) > 1:
            yield from _slipped(table, [int(place) for place in chain], levels, slip)


def _wide_series(table: FigureTable, slip: Slip) -> Iterator[tuple[Ints, Floats]]:
    """Series whose figures lie far enough apart for a slip, in order of time, as powers of ten."""
    chosen = table.of_indicators([slip.concerns(each) for each in table.indicators])
    references = table.stood & ~_revised_by_rows(table)
    if slip is UNIT_SLIP:
        chosen[[place for place, _ in _off_its_rank(table)]] = False
    places = np.flatnonzero(chosen & (table.value > 0) & (table.is_row | references))
    if not len(places):
        return
    places = places[np.lexsort((table.known_on[places], table.end[places], table.series[places]))]
    logs = np.log10(slip.size(table, places))
    series = table.series[places]
    starts = np.flatnonzero(np.concatenate([[True], series[1:] != series[:-1]]))
    spread = np.maximum.reduceat(logs, starts) - np.minimum.reduceat(logs, starts)
    ends = np.concatenate([starts[1:], [len(places)]])
    for at in np.flatnonzero(spread >= slip.least):
        part = slice(starts[at], ends[at])
        if table.is_new[places[part]].any():
            yield places[part], logs[part]


def _off_its_rank(table: FigureTable) -> list[tuple[int, int]]:
    """New figures in force far off their usual place among the other regions, and by how many powers."""
    if "off_its_rank" not in table.worked_out:
        chain = table.chain[table.value[table.chain] > 0]
        chain = chain[table.of_indicators([UNIT_SLIP.concerns(each) for each in table.indicators])[chain]]
        logs = np.log10(at_yearly_pace(table, chain))
        middle, regions = median_by(table.indicator[chain] * 1_000_000 + table.end[chain], logs)
        chain, beside = chain[regions > _LEAST_PEERS], (logs - middle)[regions > _LEAST_PEERS]
        usual, years = median_by(table.series[chain], beside)
        off = beside - usual
        is_off = (np.abs(off) >= _OFF_ITS_RANK) & (years > _REFERENCES) & table.is_new[chain]
        found_off = [(int(chain[at]), round(float(off[at]))) for at in np.flatnonzero(is_off)]
        # Where most regions have slipped, the middle has, and an honest one only seems to be off.
        table.worked_out["off_its_rank"] = [
            (place, powers) for place, powers in found_off if _leaves_its_past(table, place)
        ]
    found: list[tuple[int, int]] = table.worked_out["off_its_rank"]
    return found


def _leaves_its_past(table: FigureTable, place: int) -> bool:
    """Whether the figure lies more than ten times off the nearest one of its series."""
    pair = np.array([place, _nearest_of_series(table, place)])
    logs = np.log10(np.maximum(at_yearly_pace(table, pair), 1e-300))
    return bool(abs(logs[0] - logs[1]) > 1)


def _nearest_of_series(table: FigureTable, place: int) -> int:
    others = table.chain[(table.series[table.chain] == table.series[place]) & (table.chain != place)]
    return int(others[np.argmin(np.abs(table.end[others] - table.end[place]))])


def _revised_by_rows(table: FigureTable) -> Bools:
    """Stored figures of periods for which the file has a row marked revised."""
    key = table.series * 1_000_000 + table.end
    return ~table.is_row & np.isin(key, key[table.is_row & table.is_revised])


def _levels(logs: Sequence[float], slip: Slip) -> list[int]:
    """How many powers of ten each value lies off the first one's unit: 0, or a step up or down."""
    levels: list[int] = []
    adjusted: list[float] = []
    for value in logs:
        move = min((value - each for each in adjusted[-_NEAREST:]), key=abs, default=0.0)
        step = 0 if abs(move) < slip.least else min(slip.steps, key=lambda size: abs(abs(move) - size))
        levels.append(step if move > 0 else -step)
        adjusted.append(value - levels[-1])
    return levels


def _slipped(
    table: FigureTable, chain: Sequence[int], levels: Sequence[int], slip: Slip
) -> Iterator[Flagged]:
    is_held = [not table.is_new[place] for place in chain]
    references = [index for index, held in enumerate(is_held) if held]
    majority = _majority(levels)
    for index, place in enumerate(chain):
        right = _levels_around(index, levels, references) if references else majority
        if is_held[index] or levels[index] in right:
            continue
        wanted = right or set(levels) - {levels[index]}
        other = next(at for at in _nearest_first(index, len(chain)) if levels[at] in wanted)
        powers = levels[index] - levels[other]
        yield flagged(
            table,
            place,
            slip.rule,
            other=table.fact(chain[other]),
            powers=abs(powers),
            larger=powers > 0,
            hint=slip.hint,
        )


def _majority(levels: Sequence[int]) -> set[int]:
    """The level more than half of all share, if there is one."""
    common, count = Counter(levels).most_common(1)[0]
    return {common} if count * 2 > len(levels) else set()


def _levels_around(index: int, levels: Sequence[int], references: Sequence[int]) -> set[int]:
    """The level of most of the nearest references; where they are at odds, each of theirs."""
    at = bisect(references, index)
    window = references[max(at - _REFERENCES, 0) : at + _REFERENCES]
    nearest = sorted(window, key=lambda reference: abs(reference - index))[:_REFERENCES]
    counts = Counter(levels[reference] for reference in nearest)
    return {level for level, count in counts.items() if count == max(counts.values())}


def _nearest_first(index: int, length: int) -> Iterator[int]:
    """Other places of a sequence, from near to far, the earlier of two first."""
    for distance in range(1, length):
        yield from (at for at in (index - distance, index + distance) if 0 <= at < length)


def _rates_off(table: FigureTable) -> Iterator[Flagged]:
    """Rates far beyond all others of their series, or far below and written with more digits.

    A rate may honestly come near zero, but then it is published with its usual decimals: 0.095 where
    9.5 and 8.7 stand is a fraction.
    """
    rates = table.of_indicators([is_rate(each) for each in table.indicators])
    places = np.flatnonzero(rates & (table.value != 0) & (table.is_row | table.stood))
    series = table.series[places]
    for start, end in _runs(series):
        run = places[start:end]
        sizes = np.abs(table.value[run])
        if len(run) <= _LEAST_RATES or sizes.max() < _RATE_OFF * sizes.min():
            continue
        for at in np.flatnonzero(table.is_new[run]):
            others = np.delete(sizes, at)
            if _is_rate_off(table, int(run[at]), float(sizes[at]), others):
                nearest = int(run[at - 1 if at else 1])
                usual = median(others.tolist())
                yield flagged(
                    table,
                    int(run[at]),
                    RuleId.PERCENT_SLIP,
                    other=table.fact(nearest),
                    powers=max(round(abs(float(np.log10(sizes[at] / usual)))), 1),
                    larger=bool(sizes[at] > usual),
                    hint="percent",
                )


def _is_rate_off(table: FigureTable, place: int, size: float, others: Floats) -> bool:
    usual = float(np.median(others))
    if size > _RATE_OFF * max(float(others.max()), 1.0):
        return True
    indicator = table.indicator_at(place)
    shown = from_base(float(table.value[place]), indicator.display_unit)
    is_finer = abs(round(shown, indicator.decimals + _EXTRA_DIGITS - 1) - shown) > 1e-12
    return is_finer and size < usual / _RATE_OFF


def _runs(keys: Ints) -> Iterator[tuple[int, int]]:
    """Start and end of each run of equal keys."""
    if not len(keys):
        return
    starts = np.flatnonzero(np.concatenate([[True], keys[1:] != keys[:-1]]))
    yield from zip(starts.tolist(), [*starts[1:].tolist(), len(keys)], strict=True)
