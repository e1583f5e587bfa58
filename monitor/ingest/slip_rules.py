"""Values that move as if their unit had been mistaken: 万元 for 亿元, a fraction for percent.

Only rows are refused; stored figures never change. A row the database already holds is not refused.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from monitor.core.indicators import Indicator, Measure
from monitor.core.records import Status
from monitor.ingest.columns import Column
from monitor.ingest.figures import Figure, figure_of, grouped, series_key, stored_figure
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.row_rules import as_written
from monitor.ingest.rules import CheckContext, Flagged
from monitor.ingest.stored import StoredFigures

_UNITS_THAT_SLIP = frozenset({"CNY", "count", "person_year"})
_REFERENCES = 3


@dataclass(frozen=True)
class Slip:
    """One way to mistake a unit.

    Parameters
    ----------
    rule : RuleId
        Name of the rule.
    steps : tuple of int
        Powers of ten between the units.
    tolerance : float
        How far, in powers of ten, a move may lie from a step.
    concerns : callable
        Whether values of an indicator can slip this way.
    size : callable
        What is compared of a figure.
    hint : str
        What is easily mistaken.
    """

    rule: RuleId
    steps: tuple[int, ...]
    tolerance: float
    concerns: Callable[[Indicator], bool]
    size: Callable[[Figure], float]
    hint: str


def _is_share(indicator: Indicator) -> bool:
    """A ratio in percent that cannot be negative; growth rates move a hundredfold and mean it."""
    is_percent = indicator.measure is Measure.RATIO and indicator.base_unit == "percent"
    return is_percent and indicator.lower is not None and indicator.lower >= 0


UNIT_SLIP = Slip(
    RuleId.UNIT_SLIP,
    steps=(4, 8),  # between 元, 万元 and 亿元, 家 and 万家
    tolerance=0.7,  # 10^4 means 2,000 to 50,000
    concerns=lambda indicator: indicator.base_unit in _UNITS_THAT_SLIP,
    size=lambda figure: figure.at_yearly_pace,
    hint="万元 and 亿元 are easily mistaken.",
)
PERCENT_SLIP = Slip(
    RuleId.PERCENT_SLIP,
    steps=(2,),  # between a fraction and percent
    tolerance=0.3,  # 10^2 means 50 to 200
    concerns=_is_share,
    size=lambda figure: figure.value,
    hint="0.0345 and 3.45 % are easily mistaken, and so is a lost decimal point.",
)


def unit_slip(candidates: Sequence[Candidate], context: CheckContext) -> Iterator[Flagged]:
    """A value that moves by about 10^4 or 10^8 against its neighbours, at yearly pace."""
    yield from _slips(candidates, context, UNIT_SLIP)


def percent_slip(candidates: Sequence[Candidate], context: CheckContext) -> Iterator[Flagged]:
    """A share that moves by about 100 against its neighbours."""
    yield from _slips(candidates, context, PERCENT_SLIP)


def _slips(candidates: Sequence[Candidate], context: CheckContext, slip: Slip) -> Iterator[Flagged]:
    """Rows that move by about a step of the slip against their neighbours.

    Stored values in force say which level is right: the nearest three, the same period included.
    Those that the file replaces by rows marked revised say nothing, so that a series stored in a
    wrong unit can be put right as a whole. Where nothing is stored, the rows at the level most rows
    share are kept; where no level has a majority, all rows of the series are stopped, because
    nothing says which are right.
    """
    for rows in grouped(candidates, series_key):
        if not slip.concerns(rows[0].indicator):
            continue
        chain = _chain(rows, context.stored)
        levels = _levels([math.log10(slip.size(figure)) for figure in chain], slip)
        if len(set(levels)) > 1:
            yield from _slipped(chain, levels, context.stored, slip)


def _chain(rows: Sequence[Candidate], stored: StoredFigures) -> list[Figure]:
    """Rows of one series and the stored figures to compare them with, in order of time."""
    indicator = rows[0].indicator
    revised = {str(row.period) for row in rows if row.status is Status.REVISED}
    references = (
        stored_figure(entry, indicator) for entry in stored.beside(rows) if entry.period not in revised
    )
    figures = (*references, *map(figure_of, rows))
    return sorted((figure for figure in figures if figure.value > 0), key=lambda figure: figure.order)


def _levels(logs: Sequence[float], slip: Slip) -> list[int]:
    """How many powers of ten each value lies off the first one's unit: 0, or a step up or down."""
    levels: list[int] = []
    adjusted: list[float] = []
    for value in logs:
        move = value - median(adjusted[-_REFERENCES:]) if adjusted else 0.0
        step = next((size for size in slip.steps if abs(abs(move) - size) <= slip.tolerance), 0)
        levels.append(step if move > 0 else -step)
        adjusted.append(value - levels[-1])
    return levels


def _slipped(
    chain: Sequence[Figure], levels: Sequence[int], stored: StoredFigures, slip: Slip
) -> Iterator[Flagged]:
    is_held = [figure.row is None or stored.holds(figure.row) for figure in chain]
    references = [index for index, held in enumerate(is_held) if held]
    majority = _majority(levels)
    for index, figure in enumerate(chain):
        right = _levels_around(index, levels, references) if references else majority
        if figure.row is None or is_held[index] or levels[index] in right:
            continue
        wanted = right or set(levels) - {levels[index]}
        other = next(at for at in _nearest_first(index, len(chain)) if levels[at] in wanted)
        yield figure.row, _finding(figure.row, chain[other], levels[index] - levels[other], slip)


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


def _finding(row: Candidate, other: Figure, powers: int, slip: Slip) -> Finding:
    moved = "larger" if powers > 0 else "smaller"
    remedy = f"Compare value and unit of both rows with the publication; {slip.hint}"
    if other.row is None:
        remedy = (
            f"Compare value and unit with the publication; {slip.hint} "
            "If the stored figures are wrong, give all of them again in one file, marked revised."
        )
    return Finding(
        slip.rule,
        Column.VALUE,
        row.place.text(Column.VALUE),
        f"{as_written(row)} for {row.period} is about 10^{abs(powers)} times {moved} than "
        f"{other.written} for {other.period} ({other.where}).",
        remedy,
    )
