"""SERIES: what is known of each series beside its figures; a row that is wrong takes its series out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

import forecast
from monitor.forecasting.evidence import ALWAYS
from monitor.forecasting.files.columns import Bools, Ints, Words, numbers_of, words_of
from monitor.forecasting.files.history import History
from monitor.forecasting.files.problems import Problems
from monitor.forecasting.files.tables import Columns, Table, read_table

COLUMNS = Columns(
    ("series_id",),
    ("measure", "reporting", "group", "lower", "upper", "numerator", "denominator", "batch_months"),
)
_NOWHERE = -1


def read_described(
    path: Path | None, names: Sequence[str], bad_from: Ints, problems: Problems
) -> tuple[list[forecast.Series], Ints]:
    """Read SERIES for the series of a history.

    Parameters
    ----------
    path : Path or None
        None describes nothing.
    names : sequence of str
        Series of the history, ascending; a row about another one is checked, then left alone.
    bad_from : ndarray of int
        Set to `ALWAYS` for series whose row is wrong.

    Returns
    -------
    templates, template_of
        See `forecast.bulk.panel_in_bulk`; what no row describes has the defaults.

    Raises
    ------
    IngestError
        If the file as a whole is no such table.
    """
    templates = [_template()]
    template_of = np.zeros(len(names), dtype=np.int64)
    if path is None:
        return templates, template_of
    facts = _Facts(read_table(path, COLUMNS), problems)
    places = {name: place for place, name in enumerate(names)}
    at = np.array([places.get(name, _NOWHERE) for name in facts.names], dtype=np.int64)
    bad_from[at[facts.is_wrong & (at >= 0)]] = ALWAYS
    known: dict[tuple[object, ...], int] = {}
    for row in np.flatnonzero(~facts.is_wrong & (at >= 0)).tolist():
        key = facts.key(row)
        if key not in known:
            known[key] = len(templates)
            templates.append(facts.template(row))
        template_of[at[row]] = known[key]
    return templates, template_of


def refuse_beyond(
    figures: History, templates: Sequence[forecast.Series], template_of: Ints, problems: Problems
) -> None:
    """Note figures that their own series cannot have: beyond its bounds, or counts below zero."""
    is_counter = np.array([one.measure is forecast.Measure.COUNTER for one in templates])
    stated = np.array([-np.inf if one.lower is None else one.lower for one in templates])
    lower = np.where(is_counter, np.maximum(stated, 0.0), stated)
    upper = np.array([np.inf if one.upper is None else one.upper for one in templates])
    described = template_of[figures.series]
    wrong = np.flatnonzero((figures.values < lower[described]) | (figures.values > upper[described]))
    if not wrong.size:
        return
    sentence = "{} is beyond what its series can be (lower, upper; counts are not below zero)."
    problems.add(figures.table, figures.places[wrong], "value", sentence, "Correct the figure or SERIES.")
    np.minimum.at(figures.bad_from, figures.series[wrong], figures.known[wrong])


def _template(**facts: object) -> forecast.Series:
    return forecast.Series("template", 1, 0, np.empty(0), **facts)  # type: ignore[arg-type]


class _Facts:
    """The cells of SERIES, checked."""

    def __init__(self, table: Table, problems: Problems) -> None:
        self.table, self.problems = table, problems
        self.is_wrong: Bools = np.zeros(len(table), dtype=bool)
        self.text = {
            name: words_of(table, name)
            for name in (
                "series_id",
                "measure",
                "reporting",
                "group",
                "numerator",
                "denominator",
                "batch_months",
            )
        }
        self.lower, self.upper = numbers_of(table, "lower"), numbers_of(table, "upper")
        ids = self.text["series_id"]
        self.names = [ids.words[code] for code in ids.codes.tolist()]
        self.months = [_months(text) for text in self.text["batch_months"].words]
        self._check()

    def key(self, row: int) -> tuple[object, ...]:
        """Equal for rows that say the same of their series."""
        cells = (int(words.codes[row]) for name, words in self.text.items() if name != "series_id")
        return (*cells, _bound(self.lower.values[row]), _bound(self.upper.values[row]))

    def template(self, row: int) -> forecast.Series:
        """The facts of one row."""
        return _template(
            measure=forecast.Measure(self.text["measure"][row] or "flow"),
            reporting=forecast.Reporting(self.text["reporting"][row] or "period"),
            group=self.text["group"][row],
            lower=_bound(self.lower.values[row]),
            upper=_bound(self.upper.values[row]),
            batch_months=self.months[self.text["batch_months"].codes[row]] or (),
            numerator=self.text["numerator"][row] or None,
            denominator=self.text["denominator"][row] or None,
        )

    def _check(self) -> None:
        ids = self.text["series_id"]
        self._note(
            self._at(self.table.ragged),
            "series_id",
            "the row has not as many cells as the heading.",
            "Quote a cell that holds a comma.",
        )
        self._note(ids.is_empty, "series_id", "series_id is empty.", "Name the series.")
        self._check_repeated(ids)
        self._check_words("measure", [each.value for each in forecast.Measure])
        self._check_words("reporting", [each.value for each in forecast.Reporting])
        for column, numbers in (("lower", self.lower), ("upper", self.upper)):
            self._note(numbers.is_wrong, column, "{} is not a finite number.", "Correct the cell.")
        self._note(
            self.lower.values >= self.upper.values,
            "upper",
            "the upper bound {} is not above the lower one.",
            "Correct the bounds.",
        )
        parts = {name: self.text[name].is_empty for name in ("numerator", "denominator")}
        for column, other in (("numerator", "denominator"), ("denominator", "numerator")):
            self._note(
                parts[column] & ~parts[other], column, f"there is a {other}, but no {column}.", "Give both."
            )
        wrong = np.array([each is None for each in self.months], dtype=bool)[self.text["batch_months"].codes]
        self._note(wrong, "batch_months", "{} are not months.", "Write months from 1 to 12, such as 11 12.")

    def _check_words(self, column: str, allowed: list[str]) -> None:
        self._note(
            ~self.text[column].among({"", *allowed}),
            column,
            f"{column} {{}} is unknown.",
            f"Allowed: {', '.join(allowed)}.",
        )

    def _check_repeated(self, ids: Words) -> None:
        counts = np.bincount(ids.codes, minlength=len(ids.words))
        self._note(
            (counts[ids.codes] > 1) & ~ids.is_empty,
            "series_id",
            "series {} is described more than once.",
            "Keep one row a series.",
        )

    def _at(self, places: Ints) -> Bools:
        marks = np.zeros(len(self.table), dtype=bool)
        marks[places] = True
        return marks

    def _note(self, wrong: Bools, column: str, sentence: str, remedy: str) -> None:
        """Tell of rows; `{}` in the sentence stands for the cell."""
        places = np.flatnonzero(wrong)
        if not places.size:
            return
        self.is_wrong[places] = True
        self.problems.add(self.table, places, column, sentence, remedy)


def _months(text: str) -> tuple[int, ...] | None:
    """Months between commas, semicolons or spaces; None if one is no month."""
    parts = text.replace(";", " ").replace(",", " ").replace("、", " ").split()
    if not all(part.isdecimal() and 1 <= int(part) <= 12 for part in parts):
        return None
    return tuple(int(part) for part in parts)


def _bound(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
