"""Questions about many series at once, answered without drawing each series by itself.

Covers what almost every target asks: a level, a sum of years or a yearly growth against a floor or a
ceiling, of a series on plain logs. Everything else goes the long way, through `forecast.attainment`; both
ways read the same templates. Source: docs/methods.md, section 5.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from itertools import repeat

import numpy as np

from forecast.outlook import Outlook
from forecast.panel import Measure, Series
from forecast.questions import QUANTILE_LEVELS, Answer, Question, Reason
from forecast.spaces import LARGEST_EXPONENT
from forecast.targets import LEAST_SIZE, RELATIVE_EQUALITY, Bools, Comparator, Floats, Ints, TargetKind

FLOORS = (Comparator.AT_LEAST, Comparator.MORE_THAN)
CEILINGS = (Comparator.AT_MOST, Comparator.LESS_THAN)
PLAIN_COMPARATORS = FLOORS + CEILINGS
OPEN_COMPARATORS = (Comparator.MORE_THAN, Comparator.LESS_THAN)
"""On the edge itself these are not reached. Tuples, for members of an enum are slow to hash."""

QUICK_KINDS = (TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.GROWTH)
CHUNK = 32
"""Series whose paths are held in memory together: few enough for the cache of a processor."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """Questions of one kind about rows of an outlook."""

    places: list[int]
    questions: list[Question]
    rows: Ints
    columns: Ints
    before: Floats  # known part of a sum

    @cached_property
    def is_floor(self) -> Bools:
        """Questions that ask for something above the edge; the others ask for something below it."""
        return np.array([one.comparator in FLOORS for one in self.questions])

    @cached_property
    def is_open(self) -> Bools:
        """Questions that a quantity on the edge itself does not reach."""
        return np.array([one.comparator in OPEN_COMPARATORS for one in self.questions])

    @property
    def edge(self) -> Floats:
        """Target values with the one tolerance of equality, see `forecast.targets.attained`."""
        values = np.array([one.value for one in self.questions], dtype=float)
        slack = RELATIVE_EQUALITY * np.maximum(LEAST_SIZE, np.abs(values))
        edge: Floats = np.where(self.is_floor == self.is_open, values + slack, values - slack)
        return edge


def quick_answers(outlook: Outlook, questions: Mapping[int, Question]) -> dict[int, Answer]:
    """Answer what can be answered quickly.

    Parameters
    ----------
    outlook : Outlook
        Of one model.
    questions : mapping of int to Question
        By their place; any, also of series that the outlook does not hold.

    Returns
    -------
    dict of int to Answer
        By place.
    """
    found: dict[int, Answer] = {}
    for kind, asked in _sort_out(outlook, questions).items():
        found |= _levels(outlook, asked) if kind is TargetKind.LEVEL else _drawn(outlook, asked, kind)
    return found


def _sort_out(outlook: Outlook, questions: Mapping[int, Question]) -> dict[TargetKind, _Asked]:
    """Questions that are quick, by kind, with the row, the column and what is already known of a sum."""
    places, asked = list(questions), list(questions.values())
    row_of = outlook.row_of
    rows = np.array([row_of.get(one.series_id, -1) for one in asked], dtype=np.intp)
    columns = np.array([one.deadline for one in asked], dtype=np.intp) - outlook.periods[rows, 0]
    is_quick = (rows >= 0) & outlook.is_plain[rows] & (columns >= 0) & (columns < outlook.width)
    is_quick &= _are_simple(asked)
    kinds = [one.kind for one in asked]
    found = {}
    for kind in QUICK_KINDS:
        chosen = np.flatnonzero(is_quick & np.array([one is kind for one in kinds], dtype=bool))
        before = _before(outlook, kind, [asked[k] for k in chosen.tolist()], rows[chosen])
        is_simple = ~np.isnan(before)
        chosen = chosen[is_simple]
        if chosen.size:
            found[kind] = _Asked(
                [places[k] for k in chosen.tolist()],
                [asked[k] for k in chosen.tolist()],
                rows[chosen],
                columns[chosen],
                before[is_simple],
            )
    return found


def _are_simple(questions: list[Question]) -> Bools:
    return np.array(
        [
            one.comparator in PLAIN_COMPARATORS and one.decimals is None and one.value is not None
            for one in questions
        ],
        dtype=bool,
    )


def _before(outlook: Outlook, kind: TargetKind, questions: list[Question], rows: Ints) -> Floats:
    """What is known of each quantity before the first forecast value; NaN where it is not simple."""
    if kind is TargetKind.LEVEL:
        return np.zeros(rows.size)
    known_part = _base if kind is TargetKind.GROWTH else _sum_so_far
    series = [outlook.series[row] for row in rows.tolist()]
    first = outlook.periods[rows, 0].tolist()
    return np.array(list(map(known_part, questions, series, first)), dtype=float)


def _base(_: Question, series: Series, first: int) -> float:
    """The last known year, of which the first forecast one is a growth."""
    return float(series.values[first - 1 - series.first]) if series.periods_per_year == 1 else math.nan


def _sum_so_far(question: Question, series: Series, first: int) -> float:
    """The counted years that are known."""
    if series.periods_per_year != 1 or series.measure in {Measure.STOCK, Measure.RATIO}:
        return math.nan
    start = question.deadline if question.start is None else question.start
    if start >= first:
        return 0.0 if start == first else math.nan
    known = series.values[max(start - series.first, 0) : first - series.first]
    return float(known.sum()) if start >= series.first and np.isfinite(known).all() else math.nan


def _levels(outlook: Outlook, asked: _Asked) -> dict[int, Answer]:
    """Levels need no draws at all: the target is placed among the sorted residuals."""
    n_draws = len(outlook.templates[0].draws)
    location, spread = outlook.location[asked.rows, asked.columns], outlook.spread[asked.rows, asked.columns]
    floor, edge = outlook.floor[asked.rows], asked.edge
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.log(np.maximum(edge, 0.0)) - location
        standard = np.where(np.abs(away) > outlook.reach, np.copysign(np.inf, away), away / spread)
    # A draw on the edge itself lies above it for at_least and less_than.
    edge_is_above = asked.is_floor != asked.is_open
    below = np.empty(edge.size)
    shown = np.empty((edge.size, len(QUANTILE_LEVELS)))
    of_template = outlook.template_of[asked.rows]
    for key in np.unique(of_template * outlook.width + asked.columns):
        template, column = divmod(int(key), outlook.width)
        here = (of_template == template) & (asked.columns == column)
        rising = outlook.templates[template].rising[:, column]
        below[here] = np.where(
            edge_is_above[here],
            np.searchsorted(rising, standard[here], side="left"),
            np.searchsorted(rising, standard[here], side="right"),
        )
        shown[here] = _quantiles(outlook, rising, location[here], spread[here], floor[here])
    below[edge <= np.maximum(floor, 0.0)] = 0
    met = np.where(asked.is_floor, n_draws - below, below)
    return _answers(outlook, asked, met=met, n_draws=n_draws, shown=shown)


def _quantiles(outlook: Outlook, rising: Floats, location: Floats, spread: Floats, floor: Floats) -> Floats:
    """Quantiles of the values of n questions about one column, shape (n, n_levels)."""
    low, high, share = _neighbours(rising.size)
    ends = []
    for neighbour in (low, high):
        values = _from_logs(location[:, None] + outlook.held(spread[:, None] * rising[neighbour]))
        ends.append(np.maximum(values, floor[:, None]))
    return _between(ends[0], ends[1], share)


def _neighbours(n_draws: int) -> tuple[Ints, Ints, Floats]:
    """Between which sorted draws each quantile lies, and how far, as `numpy.quantile` has it."""
    place = (n_draws - 1) * np.array(QUANTILE_LEVELS)
    low = np.floor(place).astype(np.intp)
    return low, np.minimum(low + 1, n_draws - 1), place - low


def _between(low: Floats, high: Floats, share: Floats) -> Floats:
    """So far between two draws, from the nearer one, so that equal draws are met and quantiles never fall."""
    step = high - low
    between: Floats = np.where(share < 0.5, low + step * share, high - step * (1 - share))
    return between


def _drawn(outlook: Outlook, asked: _Asked, kind: TargetKind) -> dict[int, Answer]:
    """Sums and growths: paths of some series at a time, all of their questions together."""
    n_draws = len(outlook.templates[0].draws)
    low, high, share = _neighbours(n_draws)
    # On the edge itself at_least and at_most are reached, the open ones are not.
    strict = asked.is_floor == asked.is_open
    edge = np.where(strict, np.nextafter(asked.edge, np.inf), asked.edge)[:, None]
    above = np.empty(len(edge))
    shown = np.empty((len(edge), len(QUANTILE_LEVELS)))
    for begin in range(0, len(edge), CHUNK):
        chunk = slice(begin, begin + CHUNK)
        drawn = _quantities(outlook, asked, kind, chunk)
        above[chunk] = np.count_nonzero(drawn >= edge[chunk], axis=1)
        drawn.sort(axis=1)  # sorting all is several times quicker than partitioning at the levels
        shown[chunk] = _between(drawn[:, low], drawn[:, high], share)
    met = np.where(asked.is_floor, above, n_draws - above)
    return _answers(outlook, asked, met=met, n_draws=n_draws, shown=shown)


def _quantities(outlook: Outlook, asked: _Asked, kind: TargetKind, chunk: slice) -> Floats:
    """Draws of the compared quantity, shape (n_questions, n_draws)."""
    rows, columns = asked.rows[chunk], asked.columns[chunk]
    template = outlook.templates[0].draws.T
    if kind is TargetKind.CUMULATIVE:
        total = np.repeat(asked.before[chunk, None], template.shape[1], axis=1)
        for column in range(int(columns.max()) + 1):
            here = np.flatnonzero(columns >= column)
            total[here] += _paths(outlook, rows[here], column, template[column])
        return total
    grown = np.empty((rows.size, template.shape[1]))
    for column in np.unique(columns).tolist():
        here = np.flatnonzero(columns == column)
        later = _paths(outlook, rows[here], column, template[column])
        if column:
            later /= _paths(outlook, rows[here], column - 1, template[column - 1])
        else:
            later /= asked.before[chunk][here, None]
        grown[here] = 100 * (later - 1)
    return grown


def _paths(outlook: Outlook, rows: Ints, column: int, residuals: Floats) -> Floats:
    """Values of some rows in one column, shape (n, n_draws)."""
    logs = outlook.held(outlook.spread[rows, column, None] * residuals)
    logs += outlook.location[rows, column, None]
    return _from_logs(logs)


def _from_logs(logs: Floats) -> Floats:
    """Values of logs, in the place of these: thousands of paths are quicker without copies."""
    np.clip(logs, -LARGEST_EXPONENT, LARGEST_EXPONENT, out=logs)
    return np.exp(logs, out=logs)


def _answers(
    outlook: Outlook, asked: _Asked, *, met: Floats, n_draws: int, shown: Floats
) -> dict[int, Answer]:
    rows = zip(
        [one.question_id for one in asked.questions],
        ((met + 0.5) / (n_draws + 1)).tolist(),
        zip(*shown.T.tolist(), strict=True),
        outlook.observed_to[asked.rows].tolist(),
        outlook.n_observations[asked.rows].tolist(),
        repeat(outlook.name),
        repeat(Reason.OK),
        strict=False,  # the last two have no end
    )
    # As `Answer._make` does it, without a call of Python for each.
    return dict(zip(asked.places, map(partial(tuple.__new__, Answer), rows), strict=True))
