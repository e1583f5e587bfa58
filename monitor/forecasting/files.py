"""`zhibiao forecast`: tables of history and targets in, a table of answers out; no database.

Each target is asked as of its own day: only values known by then count, also for the pool it is
judged in. The layout of the tables is documented in docs/methods.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pandas as pd

import forecast
from forecast.targets import Comparator, TargetKind
from monitor.core.errors import IngestError, PeriodError, TargetRuleError
from monitor.core.periods import Frequency, Period
from monitor.core.register import resolve_start
from monitor.forecasting.spreading import LOCAL, Group, answer_groups

Progress = Callable[[int, int], None]

_FIRST_ROW = 2
"""The heading is row 1."""
_RATE_KINDS = frozenset(
    {TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR, TargetKind.CHANGE_PP}
)
_OUT_LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
_HISTORY = ({"series_id", "period", "value"}, {"known_on"})
_SERIES = (
    {"series_id"},
    {"measure", "reporting", "group", "lower", "upper", "numerator", "denominator", "batch_months"},
)
_TARGETS = (
    {"target_id", "series_id", "as_of", "kind", "comparator", "value"},
    {"value_upper", "start", "deadline"},
)


def answer_files(
    history: Path,
    targets: Path,
    series: Path | None,
    *,
    seed: int,
    n_draws: int = 2000,
    engine: str = LOCAL,
    processes: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Answer targets from files.

    Parameters
    ----------
    history, targets, series : Path
        CSV or Parquet.
    seed, n_draws : int
        Of the draws.
    engine : str
        `local`, or `tcp://host:port` of a Dask scheduler; the numbers are the same.
    processes : int, optional
        Of `local`; by default decided by the work.
    progress : callable, optional
        Told (targets done, targets in all).

    Returns
    -------
    DataFrame
        One row a target, in the order of the file: target_id, probability_met, q05 ... q95,
        observed_to, n_observations, method, reason.

    Raises
    ------
    IngestError
        If a file cannot be read, or a row in it cannot be understood.
    """
    values = _read_history(history)
    described = _read_series(series)
    rows = _read_targets(targets)
    # Everything is checked before the first draw; the days below only take parts of it.
    frequencies = {one.series_id: _frequency(one) for one in _members(values, described, history, series)}
    asked = [_Asked(row, _question(targets, row, frequencies)) for row in rows]
    days = sorted({row["as_of"] for row in rows})
    order: list[_Asked] = []

    def groups() -> Iterator[Group]:
        for day in days:
            members = _members(values[values["known_on"] <= pd.Timestamp(day)], described, history, series)
            known = {one.series_id for one in members}
            of_day = [one for one in asked if one.row["as_of"] == day and one.row["series_id"] in known]
            order.extend(of_day)
            yield Group(members, tuple(one.question for one in of_day if one.question is not None))

    found: dict[int, dict[str, Any]] = {}
    answered = answer_groups(
        groups(), count=len(days), engine=engine, seed=seed, n_draws=n_draws, processes=processes
    )
    for answers in answered:
        for answer in answers:
            row = order[len(found)].row
            found[row["row"]] = _answer_row(answer, frequencies[row["series_id"]])
        if progress is not None:
            progress(len(found), len(rows))
    return pd.DataFrame([found.get(row["row"], _unknown(row["target_id"])) for row in rows])


@dataclass(frozen=True)
class _Asked:
    """A row of TARGETS and its question; None where HISTORY never mentions the series."""

    row: dict[str, Any]
    question: forecast.Question | None


def _read(path: Path, required: set[str], optional: set[str]) -> pd.DataFrame:
    """A table with text cells stripped; missing and unknown columns are refused."""
    if not path.is_file():
        raise IngestError(str(path), "there is no such file.", "Check the path.")
    try:
        table = pd.read_parquet(path) if path.suffix == ".parquet" else pd.read_csv(path, dtype=str)
    except (ValueError, OSError, UnicodeDecodeError) as error:
        raise IngestError(
            str(path), f"it cannot be read as a table ({error}).", "Give CSV or Parquet."
        ) from error
    missing, unknown = required - set(table.columns), set(table.columns) - required - optional
    if missing or unknown:
        problem = f"columns missing: {sorted(missing) or 'none'}; unknown: {sorted(unknown) or 'none'}."
        raise IngestError(str(path), problem, f"Allowed: {', '.join(sorted(required | optional))}.")
    return table


def _read_history(path: Path) -> pd.DataFrame:
    table = _read(path, *_HISTORY)
    _check_filled(path, table, "series_id", "period")
    table["series_id"] = table["series_id"].astype(str)
    texts = table["period"].astype(str)
    periods = {text: _period(path, text, row=_row_of(texts == text)) for text in texts.unique()}
    table["period"] = texts.map(periods)
    table["value"] = _numbers(path, table["value"])
    ends = pd.to_datetime(table["period"].map(lambda period: period.end))
    given = _dates(path, table["known_on"]) if "known_on" in table else ends
    table["known_on"] = given.fillna(ends)
    # A later release of a period replaces an earlier one once it is known.
    return table.sort_values("known_on", kind="stable")


def _read_series(path: Path | None) -> dict[str, dict[str, Any]]:
    if path is None:
        return {}
    table = _read(path, *_SERIES)
    _check_filled(path, table, "series_id")
    return {str(record["series_id"]): record for record in _records(table)}


def _read_targets(path: Path) -> list[dict[str, Any]]:
    """Rows with their number in the file, text ids, and `as_of` as a day."""
    table = _read(path, *_TARGETS)
    _check_filled(path, table, "target_id", "series_id", "as_of", "kind", "comparator")
    table["target_id"], table["series_id"] = table["target_id"].astype(str), table["series_id"].astype(str)
    rows = _records(table)
    for row in rows:
        row["as_of"] = _day(path, row["as_of"], row=row["row"])
    return rows


def _records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values, empty cells as None, with `row`, their number in the file."""
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return [
        {**{str(key): value for key, value in record.items()}, "row": number}
        for number, record in enumerate(records, start=_FIRST_ROW)
    ]


def _row_of(wanted: pd.Series[bool]) -> int:
    """Number in the file of the first row that is meant."""
    return int(wanted.to_numpy().argmax()) + _FIRST_ROW


def _check_filled(path: Path, table: pd.DataFrame, *columns: str) -> None:
    for column in columns:
        empty = table[column].isna()
        if empty.any():
            raise _refusal(path, _row_of(empty), f"{column} is empty.", "Fill the cell.")


def _refusal(path: Path, row: int, problem: str, remedy: str) -> IngestError:
    return IngestError(str(path), f"row {row}: {problem}", remedy)


def _numbers(path: Path, column: pd.Series[Any]) -> pd.Series[float]:
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = (numbers.isna() & column.notna()) | np.isinf(numbers)
    if wrong.any():
        found = column[wrong].iloc[0]
        raise _refusal(path, _row_of(wrong), f"value {found!r} is not a finite number.", "Correct the cell.")
    return numbers


def _dates(path: Path, column: pd.Series[Any]) -> pd.Series[pd.Timestamp]:
    """Days of a column; empty cells stay empty."""
    days = pd.to_datetime(column, errors="coerce")
    wrong = days.isna() & column.notna()
    if wrong.any():
        found = column[wrong].iloc[0]
        raise _refusal(path, _row_of(wrong), f"known_on {found!r} is not a day.", "Write 2026-11-21.")
    return days


def _period(path: Path, text: str, *, row: int) -> Period:
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise _refusal(path, row, f"{text!r} is not a period.", "Write 2022, 2022-Q3 or 2022-09.") from error


def _day(path: Path, value: Any, *, row: int) -> dt.date:
    try:
        return dt.date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise _refusal(path, row, f"{value!r} is not a day.", "Write 2026-11-21.") from error


def _members(
    known: pd.DataFrame, described: dict[str, dict[str, Any]], history: Path, series: Path | None
) -> tuple[forecast.Series, ...]:
    """The series known by a day."""
    members = []
    for name, rows in known.groupby("series_id", sort=False):
        series_id = str(name)
        latest = rows.drop_duplicates("period", keep="last")
        periods = list(latest["period"])
        if len({period.frequency for period in periods}) != 1:
            raise IngestError(str(history), f"the series {name!r} mixes frequencies.", "Use one a series.")
        facts = described.get(series_id, {})
        try:
            members.append(_series(series_id, periods, list(latest["value"]), facts))
        except (forecast.ForecastError, ValueError) as error:
            where = f"row {facts['row']}: " if facts else ""
            remedy = (
                f"Allowed: measure {', '.join(forecast.Measure)}; reporting {', '.join(forecast.Reporting)}; "
                "lower and upper numbers; batch_months 1 to 12."
            )
            raise IngestError(str(series or history), f"{where}{error}", remedy) from error
    return tuple(members)


def _frequency(series: forecast.Series) -> Frequency:
    return next(each for each in Frequency if each.periods_per_year == series.periods_per_year)


def _series(
    series_id: str, periods: list[Period], numbers: list[float], described: dict[str, Any]
) -> forecast.Series:
    ordinals = [period.ordinal for period in periods]
    first = min(ordinals)
    values = np.full(max(ordinals) - first + 1, np.nan)
    values[np.array(ordinals) - first] = numbers
    months = str(described.get("batch_months") or "")
    return forecast.Series(
        series_id=series_id,
        periods_per_year=periods[0].frequency.periods_per_year,
        first=first,
        values=values,
        measure=forecast.Measure(described.get("measure") or "flow"),
        reporting=forecast.Reporting(described.get("reporting") or "period"),
        group=str(described.get("group") or ""),
        lower=_bound(described.get("lower")),
        upper=_bound(described.get("upper")),
        batch_months=tuple(int(month) for month in months.replace(";", " ").replace(",", " ").split()),
        numerator=described.get("numerator") or None,
        denominator=described.get("denominator") or None,
    )


def _bound(value: Any) -> float | None:
    return None if value is None or value == "" else float(value)


def _question(path: Path, row: dict[str, Any], frequencies: dict[str, Frequency]) -> forecast.Question | None:
    """The question of one row, or None where nothing is ever known of its series.

    Raises
    ------
    IngestError
        If a word is unknown, or number, window and deadline do not fit together.
    """
    kind = _word(path, row, "kind", TargetKind)
    comparator = _word(path, row, "comparator", Comparator)
    value, upper = _number(path, row, "value"), _number(path, row, "value_upper")
    start, deadline = row.get("start"), row.get("deadline")
    if deadline in (None, ""):
        raise _refusal(path, row["row"], "deadline is empty.", "Write a day such as 2026-12-31.")
    day = _day(path, deadline, row=row["row"])
    frequency = frequencies.get(row["series_id"])
    if frequency is None:
        return None
    try:
        begin = (
            None
            if start in (None, "")
            else resolve_start(str(start).removesuffix(".0"), kind=kind, frequency=frequency)
        )
        return forecast.Question(
            question_id=row["target_id"],
            series_id=row["series_id"],
            kind=kind,
            comparator=comparator,
            value=value,
            value_upper=upper,
            start=None if begin is None else begin.ordinal,
            deadline=Period.containing(day, frequency).ordinal,
            about_tolerance=_tolerance(kind, comparator, value),
        )
    except (forecast.ForecastError, PeriodError, TargetRuleError) as error:
        raise _refusal(path, row["row"], str(error), "Correct the row.") from error


_Word = TypeVar("_Word", bound=StrEnum)


def _word(path: Path, row: dict[str, Any], column: str, words: type[_Word]) -> _Word:
    try:
        return words(str(row[column]))
    except ValueError as error:
        problem = f"{column} {row[column]!r} is unknown."
        raise _refusal(path, row["row"], problem, f"Allowed: {', '.join(words)}.") from error


def _number(path: Path, row: dict[str, Any], column: str) -> float | None:
    given = row.get(column)
    if given in (None, ""):
        return None
    try:
        return float(given)
    except ValueError as error:
        problem = f"{column} {given!r} is not a number."
        raise _refusal(path, row["row"], problem, "Correct the cell.") from error


def _tolerance(kind: TargetKind, comparator: Comparator, value: float | None) -> float:
    """What `about` allows below the value."""
    if comparator is not Comparator.ABOUT or value is None:
        return 0.0
    return forecast.about_tolerance(value, is_rate=kind in _RATE_KINDS)


def _answer_row(answer: forecast.Answer, frequency: Frequency) -> dict[str, Any]:
    quantiles = dict(zip(forecast.QUANTILE_LEVELS, answer.quantiles or (), strict=False))
    return {
        "target_id": answer.question_id,
        "probability_met": answer.probability_met,
        **{f"q{round(level * 100):02d}": quantiles.get(level) for level in _OUT_LEVELS},
        "observed_to": None
        if answer.observed_to is None
        else str(Period.from_ordinal(answer.observed_to, frequency)),
        "n_observations": answer.n_observations,
        "method": answer.method,
        "reason": answer.reason.value,
    }


def _unknown(target_id: str) -> dict[str, Any]:
    return {
        "target_id": target_id,
        "probability_met": None,
        **{f"q{round(level * 100):02d}": None for level in _OUT_LEVELS},
        "observed_to": None,
        "n_observations": 0,
        "method": "",
        "reason": "no_data",
    }
