"""HISTORY: figures and the day each became known; what is wrong is noted against its series alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from monitor.core.errors import PeriodError
from monitor.core.periods import Period
from monitor.forecasting.evidence import ALWAYS, NEVER
from monitor.forecasting.files.columns import Bools, Floats, Ints, Words, days_of, numbers_of, words_of
from monitor.forecasting.files.problems import Problems, shown
from monitor.forecasting.files.tables import Columns, Table, read_table

COLUMNS = Columns(("series_id", "period", "value"), ("known_on",))
FIRST_YEAR, LAST_YEAR = 1800, 2200
"""A year outside is a slip of the pen, and would stretch its series over centuries of gaps."""
_FREQUENCIES = (1, 4, 12)
_NO_PERIOD = -1


@dataclass(frozen=True)
class History:
    """Figures that can be used; see `monitor.forecasting.evidence.Evidence` for the fields.

    `places` are those of the figures among the rows of `table`.
    """

    names: list[str]
    periods_per_year: Ints
    first_known: Ints
    bad_from: Ints
    series: Ints
    period: Ints
    known: Ints
    values: Floats
    table: Table
    places: Ints
    n_gaps: int

    @property
    def n_rows(self) -> int:
        """Rows of the file."""
        return len(self.table)


@dataclass
class _Rows:
    """The rows of the file while they are checked; `bad_from` grows with what is found."""

    table: Table
    problems: Problems
    series: Words
    period: Ints
    per_year: Ints
    known: Ints
    bad_from: Ints

    def note(self, places: Ints, column: str, sentence: str | Callable[[int], str], remedy: str) -> None:
        """Tell of rows and take their series out from the day the row was known."""
        self.problems.add(self.table, places, column, sentence, remedy)
        np.minimum.at(self.bad_from, self.series.codes[places], self.known[places])


def read_history(path: Path, problems: Problems) -> History:
    """Read HISTORY and note every row that cannot be used.

    Raises
    ------
    IngestError
        If the file as a whole is no such table.
    """
    table = read_table(path, COLUMNS)
    rows, values, is_gap = _read_rows(table, problems)
    _refuse_mixed(rows)
    order = np.argsort(_sort_key(rows), kind="stable")
    _refuse_repeated(rows, order)
    kept = order[(rows.known < rows.bad_from[rows.series.codes])[order]]
    return _history(rows, values, kept, n_gaps=int(is_gap.sum()))


def _read_rows(table: Table, problems: Problems) -> tuple[_Rows, Floats, Bools]:
    """Cells as codes, ordinals and numbers; what cannot be read is noted."""
    series, cells = words_of(table, "series_id"), words_of(table, "period")
    periods = [_period(text) for text in cells.words]
    ordinal, per_year, end = (
        np.array(each, dtype=np.int64)[cells.codes] for each in zip(*periods, strict=True)
    )
    given = days_of(table, "known_on", partial=True)
    # A row whose day cannot be told may have been known at any time.
    known = np.where(given.ordinals >= 0, given.ordinals, np.where(given.is_wrong, ALWAYS, end))
    known[table.ragged] = ALWAYS
    numbers = numbers_of(table, "value")
    bad_from = np.full(len(series.words), NEVER, dtype=np.int64)
    rows = _Rows(table, problems, series, ordinal, per_year, known, bad_from)
    _note_unreadable(rows, numbers.is_wrong, given.is_wrong)
    is_gap = np.isnan(numbers.values) & ~numbers.is_wrong
    return rows, numbers.values, is_gap


def _note_unreadable(rows: _Rows, wrong_value: Bools, wrong_day: Bools) -> None:
    def many_cells(place: int) -> str:
        return f"the row of series {shown(rows.series[place])} has not as many cells as the heading."

    separators = "Quote a cell that holds a comma; write 1234.5, not 1,234.5."
    rows.note(rows.table.ragged, "value", many_cells, separators)
    rows.note(np.flatnonzero(rows.series.is_empty), "series_id", "series_id is empty.", "Name the series.")
    years = f"Write 2022, 2022-Q3 or 2022-09, from {FIRST_YEAR} to {LAST_YEAR}."
    rows.note(np.flatnonzero(rows.period == _NO_PERIOD), "period", "{} is not a period.", years)
    plain = "Write 1234.5 without unit and separators; leave the cell empty for a gap."
    rows.note(np.flatnonzero(wrong_value), "value", "{} is not a finite number.", plain)
    rows.note(np.flatnonzero(wrong_day), "known_on", "{} is not a day.", "Write 2026-11-21.")


def _period(text: str) -> tuple[int, int, int]:
    """Ordinal, periods a year and last day; no period was known always."""
    try:
        period = Period.parse(text)
    except PeriodError:
        return _NO_PERIOD, 0, ALWAYS
    if not FIRST_YEAR <= period.year <= LAST_YEAR:
        return _NO_PERIOD, 0, ALWAYS
    return period.ordinal, period.frequency.periods_per_year, period.end.toordinal()


def _sort_key(rows: _Rows) -> Ints:
    """Series, period and day in one number; 15 and 22 bits hold all ordinals of the years allowed."""
    return np.asarray((rows.series.codes << 37) + ((rows.period + 1) << 22) + rows.known, dtype=np.int64)


def _frequencies(rows: _Rows) -> tuple[Ints, Ints]:
    """Of each series the frequency that was known first, and the day a second one was known."""
    first = np.full((len(_FREQUENCIES), len(rows.series.words)), NEVER, dtype=np.int64)
    for place, per_year in enumerate(_FREQUENCIES):
        own = rows.per_year == per_year
        if own.any():
            np.minimum.at(first[place], rows.series.codes[own], rows.known[own])
    return np.array(_FREQUENCIES)[first.argmin(axis=0)], np.sort(first, axis=0)[1]


def _refuse_mixed(rows: _Rows) -> None:
    """A series of two frequencies cannot be used once the second one is known."""
    own, _ = _frequencies(rows)
    codes = rows.series.codes
    is_other = (rows.per_year > 0) & (rows.per_year != own[codes])
    others = np.flatnonzero(is_other)
    if not others.size:
        return
    _, leaders = np.unique(codes[others], return_index=True)
    words = {1: "annual", 4: "quarterly", 12: "monthly"}

    def mixed(place: int) -> str:
        series, this = words[int(own[codes[place]])], words[int(rows.per_year[place])]
        return f"series {shown(rows.series[place])} is {series}, and this period is {this}."

    rows.note(others[np.sort(leaders)], "period", mixed, "Give each frequency a series of its own.")
    np.minimum.at(rows.bad_from, codes[others], rows.known[others])


def _refuse_repeated(rows: _Rows, order: Ints) -> None:
    """One period, known on one day, can have one figure only."""
    key = _sort_key(rows)[order]
    repeated = np.flatnonzero((key[1:] == key[:-1]) & (rows.period[order][1:] != _NO_PERIOD)) + 1
    if not repeated.size:
        return
    earlier = dict(zip(order[repeated].tolist(), rows.table.rows[order[repeated - 1]].tolist(), strict=True))
    has_days = "known_on" in rows.table.columns
    same_day, remedy = (
        (", known on the same day", "Keep one of them, or give the later release its own known_on.")
        if has_days
        else ("", "Keep one of them; releases need a column known_on.")
    )

    def again(place: int) -> str:
        return (
            f"series {shown(rows.series[place])} has this period already in row {earlier[place]}{same_day}."
        )

    rows.note(order[repeated], "period", again, remedy)


def _history(rows: _Rows, values: Floats, kept: Ints, *, n_gaps: int) -> History:
    codes = rows.series.codes
    own, _ = _frequencies(rows)
    first_known = np.full(len(rows.series.words), NEVER, dtype=np.int64)
    np.minimum.at(first_known, codes, rows.known)
    return History(
        names=rows.series.words,
        periods_per_year=own,
        first_known=first_known,
        bad_from=rows.bad_from,
        series=codes[kept],
        period=rows.period[kept],
        known=rows.known[kept],
        values=values[kept],
        table=rows.table,
        places=kept,
        n_gaps=n_gaps,
    )
