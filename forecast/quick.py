"""Questions about many series at once, answered without drawing each series by itself.

Covers what almost every target asks: a level, a sum of years or a yearly growth against a floor or a
ceiling, of a series on plain logs. Everything else goes the long way, through `forecast.attainment`; both
ways read the same templates. Source: docs/methods.md, section 5.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from forecast.outlook import Outlook
from forecast.panel import Measure, Series
from forecast.questions import QUANTILE_LEVELS, Answer, Question, Reason
from forecast.spaces import LARGEST_EXPONENT
from forecast.targets import LEAST_SIZE, RELATIVE_EQUALITY, Comparator, Floats, Ints, TargetKind

FLOORS = frozenset({Comparator.AT_LEAST, Comparator.MORE_THAN})
CEILINGS = frozenset({Comparator.AT_MOST, Comparator.LESS_THAN})
PLAIN_COMPARATORS = FLOORS | CEILINGS
QUICK_KINDS = frozenset({TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.GROWTH})
CHUNK = 256
"""Series whose paths are held in memory together."""


@dataclass(frozen=True, eq=False)
class _Asked:
    """Questions of one kind about rows of an outlook."""

    places: list[int]
    rows: Ints
    columns: Ints
    before: Floats  # known part of a sum


def quick_answers(outlook: Outlook, questions: Mapping[int, Question]) -> dict[int, Answer]:
    """Answer what can be answered quickly.

    Parameters
    ----------
    outlook : Outlook
        Of one model.
    questions : mapping of int to Question
        By their place; any, of series that this model draws.

    Returns
    -------
    dict of int to Answer
        By place.
    """
    sorted_out = _sort_out(outlook, questions)
    found: dict[int, Answer] = {}
    for kind, asked in sorted_out.items():
        if kind is TargetKind.LEVEL:
            found |= _levels(outlook, questions, asked)
        else:
            found |= _drawn(outlook, questions, asked, kind)
    return found


def _sort_out(outlook: Outlook, questions: Mapping[int, Question]) -> dict[TargetKind, _Asked]:
    """Questions that are quick, by kind, with the row, the column and what is already known of a sum."""
    # Plain numbers in columns: ten thousand small tuples would keep the garbage collector busy.
    gathered: dict[TargetKind, tuple[list[int], list[int], list[int], list[float]]] = {}
    row_of, is_plain = outlook.row_of, outlook.is_plain.tolist()
    first, width = outlook.periods[:, 0].tolist(), outlook.width
    for place, question in questions.items():
        if not _is_simple(question):
            continue
        row = row_of.get(question.series_id)
        if row is None or not is_plain[row]:
            continue
        column = question.deadline - first[row]
        if not 0 <= column < width:
            continue
        before = _before(question, outlook.series[row], first[row])
        if before is not None:
            places, rows, columns, known = gathered.setdefault(question.kind, ([], [], [], []))
            places.append(place)
            rows.append(row)
            columns.append(column)
            known.append(before)
    return {
        kind: _Asked(places, np.array(rows), np.array(columns), np.array(known))
        for kind, (places, rows, columns, known) in gathered.items()
    }


def _is_simple(question: Question) -> bool:
    return (
        question.kind in QUICK_KINDS
        and question.comparator in PLAIN_COMPARATORS
        and question.decimals is None
        and question.value is not None
    )


def _before(question: Question, series: Series, first: int) -> float | None:
    """What is known of the quantity before the first forecast value; None where it is not simple."""
    if question.kind is TargetKind.LEVEL:
        return 0.0
    if series.periods_per_year != 1:
        return None
    if question.kind is TargetKind.GROWTH:
        return float(series.values[first - 1 - series.first])
    if series.measure in {Measure.STOCK, Measure.RATIO}:
        return None
    start = question.deadline if question.start is None else question.start
    if start >= first:
        return 0.0 if start == first else None
    known = series.values[max(start - series.first, 0) : first - series.first]
    return float(known.sum()) if start >= series.first and np.isfinite(known).all() else None


def _levels(outlook: Outlook, questions: Mapping[int, Question], asked: _Asked) -> dict[int, Answer]:
    """Levels need no draws at all: the target is placed among the sorted residuals."""
    n_draws = len(outlook.templates[0].draws)
    location, spread = outlook.location[asked.rows, asked.columns], outlook.spread[asked.rows, asked.columns]
    values = np.array([questions[place].value for place in asked.places], dtype=float)
    comparators = [questions[place].comparator for place in asked.places]
    edge = values + _slack(values, comparators)
    floor = outlook.floor[asked.rows]
    with np.errstate(divide="ignore", invalid="ignore"):
        standard = (np.log(np.maximum(edge, 0.0)) - location) / spread
    is_reached = edge <= np.maximum(floor, 0.0)
    # A draw on the edge itself lies above it for at_least and less_than.
    edge_is_above = np.array([one in {Comparator.AT_LEAST, Comparator.LESS_THAN} for one in comparators])
    below = np.empty(len(values))
    shown = np.empty((len(values), len(QUANTILE_LEVELS)))
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
        shown[here] = _quantiles(rising, location[here], spread[here], floor[here])
    below[is_reached] = 0
    is_floor = np.array([one in FLOORS for one in comparators])
    met = np.where(is_floor, n_draws - below, below)
    return _answers(outlook, questions, asked, met=met, n_draws=n_draws, shown=shown)


def _quantiles(rising: Floats, location: Floats, spread: Floats, floor: Floats) -> Floats:
    """Quantiles of the values, interpolated between neighbouring draws as `numpy.quantile` does."""
    place = (rising.size - 1) * np.array(QUANTILE_LEVELS)
    low = np.floor(place).astype(np.intp)
    share = place - low
    ends = []
    for neighbour in (low, np.minimum(low + 1, rising.size - 1)):
        values = _from_logs(location[:, None] + spread[:, None] * rising[neighbour])
        ends.append(np.maximum(values, floor[:, None]))
    between: Floats = (1 - share) * ends[0] + share * ends[1]
    return between


def _slack(values: Floats, comparators: Sequence[Comparator]) -> Floats:
    """The one tolerance of equality, see `forecast.targets.attained`."""
    toward = {
        Comparator.AT_LEAST: -1.0,
        Comparator.LESS_THAN: -1.0,
        Comparator.MORE_THAN: 1.0,
        Comparator.AT_MOST: 1.0,
    }
    signs = np.array([toward[one] for one in comparators])
    slack: Floats = signs * RELATIVE_EQUALITY * np.maximum(LEAST_SIZE, np.abs(values))
    return slack


def _drawn(
    outlook: Outlook, questions: Mapping[int, Question], asked: _Asked, kind: TargetKind
) -> dict[int, Answer]:
    """Sums and growths: paths of some series at a time, all of their questions together."""
    n_draws = len(outlook.templates[0].draws)
    values = np.array([questions[place].value for place in asked.places], dtype=float)
    comparators = [questions[place].comparator for place in asked.places]
    edge = values + _slack(values, comparators)
    is_floor = np.array([one in FLOORS for one in comparators])
    is_open = np.array([one in {Comparator.MORE_THAN, Comparator.LESS_THAN} for one in comparators])
    met = np.empty(len(values))
    shown = np.empty((len(values), len(QUANTILE_LEVELS)))
    for begin in range(0, len(values), CHUNK):
        chunk = slice(begin, begin + CHUNK)
        drawn = _quantities(outlook, asked, kind, chunk)
        above = np.where(is_open[chunk, None], drawn > edge[chunk, None], drawn >= edge[chunk, None])
        under = np.where(is_open[chunk, None], drawn < edge[chunk, None], drawn <= edge[chunk, None])
        met[chunk] = np.where(is_floor[chunk], above.sum(axis=1), under.sum(axis=1))
        shown[chunk] = np.quantile(drawn, QUANTILE_LEVELS, axis=1).T
    return _answers(outlook, questions, asked, met=met, n_draws=n_draws, shown=shown)


def _quantities(outlook: Outlook, asked: _Asked, kind: TargetKind, chunk: slice) -> Floats:
    """Draws of the compared quantity, shape (n_questions, n_draws)."""
    rows, columns = asked.rows[chunk], asked.columns[chunk]
    template = outlook.templates[0].draws.T
    if kind is TargetKind.CUMULATIVE:
        total = np.repeat(asked.before[chunk, None], template.shape[1], axis=1)
        for column in range(int(columns.max()) + 1):
            here = np.flatnonzero(columns >= column)
            total[here] += _paths(outlook, rows[here], np.full(here.size, column), template)
        return total
    later = _paths(outlook, rows, columns, template)
    is_first = columns == 0
    earlier = _paths(outlook, rows, np.maximum(columns - 1, 0), template)
    earlier[is_first] = asked.before[chunk][is_first, None]
    grown: Floats = 100 * (later / earlier - 1)
    return grown


def _paths(outlook: Outlook, rows: Ints, columns: Ints, template: Floats) -> Floats:
    logs = outlook.location[rows, columns, None] + outlook.spread[rows, columns, None] * template[columns]
    return _from_logs(logs)


def _from_logs(logs: Floats) -> Floats:
    values: Floats = np.exp(np.clip(logs, -LARGEST_EXPONENT, LARGEST_EXPONENT))
    return values


def _answers(
    outlook: Outlook,
    questions: Mapping[int, Question],
    asked: _Asked,
    *,
    met: Floats,
    n_draws: int,
    shown: Floats,
) -> dict[int, Answer]:
    probabilities = ((met + 0.5) / (n_draws + 1)).tolist()
    observed_to = outlook.observed_to[asked.rows].tolist()
    counts = outlook.n_observations[asked.rows].tolist()
    quantiles = zip(*shown.T.tolist(), strict=True)
    columns = zip(asked.places, probabilities, quantiles, observed_to, counts, strict=True)
    return {
        place: Answer(
            questions[place].question_id, probability, of_value, last, count, outlook.name, Reason.OK
        )
        for place, probability, of_value, last, count in columns
    }
