"""`zhibiao forecast`: tables of history and targets in, a table of answers out; no database.

Each target is asked as of its own day: only values known by then count, also for the pool it is
judged in. The layout of the tables is documented in docs/methods.md.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import forecast
from forecast.targets import Comparator, TargetKind
from monitor.errors import IngestError, PeriodError
from monitor.periods import Frequency, Period
from monitor.register import resolve_start

Progress = Callable[[int, int], None]

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
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Answer targets from files.

    Parameters
    ----------
    history, targets, series : Path
        CSV or Parquet.
    seed, n_draws : int
        Of the draws.
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
    asked = _read(targets, *_TARGETS)
    answers: dict[str, dict[str, Any]] = {}
    done = 0
    for as_of, group in asked.groupby("as_of", sort=True):
        day = _day(targets, str(as_of))
        panel, frequencies = _panel(values[values["known_on"] <= pd.Timestamp(day)], described, history)
        questions = [_question(targets, row, frequencies) for row in group.to_dict("records")]
        known = [question for question in questions if question is not None]
        for answer in forecast.answer(panel, known, seed=seed, n_draws=n_draws):
            answers[answer.question_id] = _answer_row(answer, frequencies, known_series=known)
        done += len(group)
        if progress is not None:
            progress(done, len(asked))
    order = [str(target_id) for target_id in asked["target_id"]]
    return pd.DataFrame([answers.get(target_id, _unknown(target_id)) for target_id in order])


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
    periods = {text: _period(path, text) for text in table["period"].astype(str).unique()}
    table["period"] = table["period"].astype(str).map(periods)
    table["value"] = _numbers(path, table["value"])
    ends = pd.to_datetime(table["period"].map(lambda period: period.end))
    given = pd.to_datetime(table["known_on"], errors="coerce") if "known_on" in table else ends
    table["known_on"] = given.fillna(ends)
    # A later release of a period replaces an earlier one once it is known.
    return table.sort_values("known_on", kind="stable")


def _read_series(path: Path | None) -> dict[str, dict[str, Any]]:
    if path is None:
        return {}
    table = _read(path, *_SERIES)
    records = table.astype(object).where(table.notna(), None).to_dict("records")
    return {
        str(record["series_id"]): {str(key): value for key, value in record.items()} for record in records
    }


def _numbers(path: Path, column: pd.Series[Any]) -> pd.Series[float]:
    numbers = pd.to_numeric(column, errors="coerce")
    wrong = column[numbers.isna() & column.notna()]
    if not wrong.empty:
        raise IngestError(
            str(path), f"{wrong.iloc[0]!r} is not a number (row {wrong.index[0] + 2}).", "Correct the cell."
        )
    return numbers


def _period(path: Path, text: str) -> Period:
    try:
        return Period.parse(text)
    except PeriodError as error:
        raise IngestError(
            str(path), f"{text!r} is not a period.", "Write 2022, 2022-Q3 or 2022-09."
        ) from error


def _day(path: Path, text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError as error:
        raise IngestError(str(path), f"{text!r} is not a day.", "Write 2026-11-21.") from error


def _panel(
    known: pd.DataFrame, described: dict[str, dict[str, Any]], path: Path
) -> tuple[forecast.Panel, dict[str, Frequency]]:
    members, frequencies = [], {}
    for series_id, rows in known.groupby("series_id", sort=False):
        latest = rows.drop_duplicates("period", keep="last")
        periods = list(latest["period"])
        if len({period.frequency for period in periods}) != 1:
            raise IngestError(str(path), f"the series {series_id!r} mixes frequencies.", "Use one a series.")
        frequencies[str(series_id)] = periods[0].frequency
        members.append(
            _series(str(series_id), periods, list(latest["value"]), described.get(str(series_id), {}))
        )
    return forecast.Panel.of(members), frequencies


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


def _question(path: Path, row: dict[Any, Any], frequencies: dict[str, Frequency]) -> forecast.Question | None:
    """The question of one row, or None when nothing of its series is known by then."""
    series_id = str(row["series_id"])
    frequency = frequencies.get(series_id)
    if frequency is None:
        return None
    kind, comparator = TargetKind(row["kind"]), Comparator(row["comparator"])
    value = None if pd.isna(row["value"]) else float(row["value"])
    upper = row.get("value_upper")
    start = row.get("start")
    deadline = Period.containing(_day(path, str(row["deadline"])), frequency)
    begin = (
        None if start is None or pd.isna(start) or start == "" else _start(path, str(start), kind, frequency)
    )
    tolerance = 0.0
    if comparator is Comparator.ABOUT and value is not None:
        is_rate = kind in {
            TargetKind.GROWTH,
            TargetKind.AVERAGE_GROWTH,
            TargetKind.GROWTH_EACH_YEAR,
            TargetKind.CHANGE_PP,
        }
        tolerance = value - forecast.about_floor(value, is_rate=is_rate)
    return forecast.Question(
        question_id=str(row["target_id"]),
        series_id=series_id,
        kind=kind,
        comparator=comparator,
        value=value,
        value_upper=None if upper is None or pd.isna(upper) else float(upper),
        start=None if begin is None else begin.ordinal,
        deadline=deadline.ordinal,
        about_tolerance=tolerance,
    )


def _start(path: Path, text: str, kind: TargetKind, frequency: Frequency) -> Period:
    return resolve_start(str(_period(path, text.removesuffix(".0"))), kind=kind, frequency=frequency)


def _answer_row(
    answer: forecast.Answer, frequencies: dict[str, Frequency], *, known_series: list[forecast.Question]
) -> dict[str, Any]:
    series_of = {question.question_id: question.series_id for question in known_series}
    frequency = frequencies[series_of[answer.question_id]]
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
