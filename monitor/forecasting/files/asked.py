"""TARGETS: one question a row; a row that cannot be asked is noted and stays grey."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TypeVar

import numpy as np

import forecast
from forecast.targets import Comparator, TargetKind, has_ceiling
from monitor.core.errors import PeriodError, TargetRuleError
from monitor.core.periods import Frequency, Period
from monitor.core.register import decimals_of
from monitor.core.term_rules import resolve_start
from monitor.forecasting.evidence import Evidence
from monitor.forecasting.files.columns import (
    Bools,
    Days,
    Ints,
    Numbers,
    Words,
    date_of,
    days_of,
    numbers_of,
    words_of,
)
from monitor.forecasting.files.problems import Problems
from monitor.forecasting.files.tables import Columns, Table, clean, read_table

COLUMNS = Columns(
    ("target_id", "series_id", "as_of", "kind", "comparator", "value", "deadline"), ("value_upper", "start")
)
BAD_INPUT = "bad_input"
NO_DATA = forecast.Reason.NO_DATA.value
_RATE_KINDS = frozenset(
    {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR, TargetKind.CHANGE_PP}
)
_KINDS_IN_UNIT = frozenset({TargetKind.LEVEL, TargetKind.NET_INCREASE})
"""Compared in the unit of the series: a rate where the series is one."""
_WITHOUT_VALUE = frozenset({TargetKind.DIRECTION, TargetKind.MILESTONE})
_NOWHERE = -1


@dataclass(frozen=True)
class Asked:
    """The rows of TARGETS.

    Parameters
    ----------
    target_ids : list of str
        As given.
    as_of : ndarray of int, shape (n_rows,)
        Day, `columns.NO_DAY` where there is none.
    series : ndarray of int, shape (n_rows,)
        Place of the series among the names of the evidence; -1 where it is not among them.
    questions : list of Question or None
        None where nothing can be asked; `reasons` says why.
    reasons : list of str
        `bad_input`, `no_data`, or "" where there is a question.
    """

    target_ids: list[str]
    as_of: Ints
    series: Ints
    questions: list[forecast.Question | None]
    reasons: list[str]

    def __len__(self) -> int:
        return len(self.target_ids)


def read_asked(path: Path, evidence: Evidence, history: Path, problems: Problems) -> Asked:
    """Read TARGETS, note every row that cannot be asked, and make questions of the others.

    Raises
    ------
    IngestError
        If the file as a whole is no such table.
    """
    rows = _Rows(read_table(path, COLUMNS), evidence, problems)
    rows.check(history)
    questions: list[forecast.Question | None] = [None] * len(rows.table)
    is_known = rows.is_known
    for row in np.flatnonzero(~rows.is_wrong & is_known).tolist():
        questions[row] = rows.question(row)
    reasons = [
        "" if question is not None else (BAD_INPUT if is_wrong else NO_DATA)
        for question, is_wrong in zip(questions, (rows.is_wrong | rows.is_sunk).tolist(), strict=True)
    ]
    return Asked(rows.ids_as_given, rows.as_of.ordinals, rows.series, questions, reasons)


_Word = TypeVar("_Word", bound=StrEnum)


class _Rows:
    """The cells of TARGETS, checked."""

    def __init__(self, table: Table, evidence: Evidence, problems: Problems) -> None:
        self.table, self.evidence, self.problems = table, evidence, problems
        self.is_wrong: Bools = np.zeros(len(table), dtype=bool)
        self.ids, self.names = words_of(table, "target_id"), words_of(table, "series_id")
        self.kinds, self.comparators = words_of(table, "kind"), words_of(table, "comparator")
        self.starts = words_of(table, "start")
        self.as_of, self.deadline = days_of(table, "as_of"), days_of(table, "deadline")
        self.value, self.upper = numbers_of(table, "value"), numbers_of(table, "value_upper")
        places = {name: place for place, name in enumerate(evidence.names)}
        self.series: Ints = np.array([places.get(name, _NOWHERE) for name in self.names.words])[
            self.names.codes
        ]
        self._kind_of = _enum_by_word(TargetKind)
        self._comparator_of = _enum_by_word(Comparator)
        self._begins: dict[tuple[str, TargetKind, int], int] = {}

    @property
    def ids_as_given(self) -> list[str]:
        """Ids exactly as written, so that they can be joined on."""
        given = self.table.columns["target_id"]
        return ["" if each is None else str(each) for each in given.to_pylist()]

    @property
    def is_known(self) -> Bools:
        """Whether something usable was known of the series on the day."""
        first, bad = self.evidence.first_known, self.evidence.bad_from
        day = self.as_of.ordinals
        return np.asarray(
            (self.series >= 0) & (first[self.series] <= day) & (day < bad[self.series]), dtype=bool
        )

    @property
    def is_sunk(self) -> Bools:
        """Whether something wrong was known of the series on the day."""
        bad = self.evidence.bad_from[self.series]
        return np.asarray((self.series >= 0) & (bad <= self.as_of.ordinals), dtype=bool)

    def check(self, history: Path) -> None:
        """Note every row that makes no sense, by column."""
        ragged = np.zeros(len(self.table), dtype=bool)
        ragged[self.table.ragged] = True
        self._note(
            ragged,
            "target_id",
            "the row of target {} has not as many cells as the heading.",
            "Quote a cell that holds a comma; write 1234.5, not 1,234.5.",
        )
        for column, cells in (("target_id", self.ids), ("series_id", self.names)):
            self._note(cells.is_empty, column, f"{column} is empty.", "Fill the cell.")
        counts = np.bincount(self.ids.codes, minlength=len(self.ids.words))
        self._note(
            (counts[self.ids.codes] > 1) & ~self.ids.is_empty,
            "target_id",
            "target {} comes more than once.",
            "Give each row an id of its own.",
        )
        self._check_days()
        self._check_word("kind", self.kinds, [each.value for each in TargetKind])
        self._check_word("comparator", self.comparators, [each.value for each in Comparator])
        self._check_values()
        unknown = (self.series < 0) & ~self.names.is_empty
        self._note(
            unknown,
            "series_id",
            f"series {{}} has no row in {history}.",
            "Correct the id, or add its figures.",
            is_grave=False,
        )

    def _check_days(self) -> None:
        for column, days in (("as_of", self.as_of), ("deadline", self.deadline)):
            self._note(
                words_of(self.table, column).is_empty, column, f"{column} is empty.", "Write 2026-12-31."
            )
            self._note(days.is_wrong, column, "{} is not a day.", "Write 2026-12-31.")
        both = _given(self.as_of) & _given(self.deadline)
        self._note(
            both & (self.deadline.ordinals < self.as_of.ordinals),
            "deadline",
            "the deadline {} is before as_of.",
            "Ask on the deadline or before it.",
        )

    def _check_word(self, column: str, cells: Words, allowed: list[str]) -> None:
        self._note(cells.is_empty, column, f"{column} is empty.", f"Allowed: {', '.join(allowed)}.")
        self._note(
            ~cells.among({"", *allowed}),
            column,
            f"{column} {{}} is unknown.",
            f"Allowed: {', '.join(allowed)}.",
        )

    def _check_values(self) -> None:
        for column, numbers in (("value", self.value), ("value_upper", self.upper)):
            self._note(numbers.is_wrong, column, "{} is not a finite number.", "Write 1234.5 without unit.")
        needs_value = ~self.kinds.among({kind.value for kind in _WITHOUT_VALUE})
        self._note(
            needs_value & _missing(self.value), "value", "value is empty.", "Write what is to be reached."
        )
        is_between = needs_value & self.comparators.among({Comparator.BETWEEN.value})
        self._note(
            is_between & _missing(self.upper),
            "value_upper",
            "between needs value_upper, which is empty.",
            "Give the upper end.",
        )
        self._note(
            self.kinds.among({TargetKind.DIRECTION.value})
            & self.comparators.among({Comparator.BETWEEN.value, Comparator.ABOUT.value}),
            "comparator",
            "a direction is not {}.",
            "Write more_than or at_least for a rise, less_than or at_most for a fall.",
        )
        self._note(
            is_between & (self.upper.values < self.value.values),
            "value_upper",
            "value_upper {} is below value.",
            "Give the lower end first.",
        )

    def _note(self, wrong: Bools, column: str, sentence: str, remedy: str, *, is_grave: bool = True) -> None:
        """Tell of rows; `{}` in the sentence stands for the cell. What is grave makes its row `bad_input`."""
        places = np.flatnonzero(wrong)
        if not places.size:
            return
        if is_grave:
            self.is_wrong[places] = True
        self.problems.add(self.table, places, column, sentence, remedy)

    def question(self, row: int) -> forecast.Question | None:
        """The question of one row; None, and noted, where its window makes no sense."""
        kind = self._kind_of[self.kinds[row]]
        comparator = self._comparator_of[self.comparators[row]]
        per_year = int(self.evidence.periods_per_year[self.series[row]])
        value, upper = float(self.value.values[row]), float(self.upper.values[row])
        try:
            return forecast.Question(
                question_id=self.ids[row],
                series_id=self.names[row],
                kind=kind,
                comparator=comparator,
                value=None if np.isnan(value) else value,
                value_upper=None if np.isnan(upper) else upper,
                start=self._begin(self.starts[row], kind, per_year),
                deadline=_ordinal(int(self.deadline.ordinals[row]), per_year),
                higher_is_better=kind is not TargetKind.DIRECTION or not has_ceiling(comparator),
                about_tolerance=self._tolerance(row, kind) if comparator is Comparator.ABOUT else 0.0,
            )
        except (forecast.ForecastError, PeriodError, TargetRuleError) as error:
            wrong = np.zeros(len(self.table), dtype=bool)
            wrong[row] = True
            sentence = str(error).replace("{", "{{").replace("}", "}}")
            self._note(wrong, "start" if self.starts[row] else "value", sentence, "Correct the row.")
            return None

    def _tolerance(self, row: int, kind: TargetKind) -> float:
        """What `about` allows below the value: half its last written digit where it is a rate."""
        series = self.evidence.templates[self.evidence.template_of[self.series[row]]]
        is_ratio = series.measure is forecast.Measure.RATIO and kind in _KINDS_IN_UNIT
        value = float(self.value.values[row])
        if np.isnan(value):
            return 0.0
        written = clean(str(self.table.columns["value"][row])).replace("−", "-")
        decimals = decimals_of(Decimal(written))
        return forecast.about_tolerance(
            value, written_decimals=decimals, is_rate=is_ratio or kind in _RATE_KINDS
        )

    def _begin(self, text: str, kind: TargetKind, per_year: int) -> int | None:
        if not text:
            return None
        key = (text, kind, per_year)
        if key not in self._begins:
            self._begins[key] = resolve_start(text, kind=kind, frequency=frequency_of(per_year)).ordinal
        return self._begins[key]


def _enum_by_word(words: type[_Word]) -> dict[str, _Word]:
    return {word.value: word for word in words}


def _given(days: Days) -> Bools:
    return np.asarray(days.ordinals >= 0, dtype=bool)


def _missing(numbers: Numbers) -> Bools:
    return np.isnan(numbers.values) & ~numbers.is_wrong


@lru_cache(maxsize=4096)
def _ordinal(day: int, per_year: int) -> int:
    return Period.containing(date_of(day), frequency_of(per_year)).ordinal


@cache
def frequency_of(per_year: int) -> Frequency:
    """The frequency with so many periods a year."""
    return next(each for each in Frequency if each.periods_per_year == per_year)
