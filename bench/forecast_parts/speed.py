"""Seconds for ten thousand series, in the package, on the command line and in single-series libraries."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import pandas as pd

import forecast as fc
from forecast_parts.peers import seconds_a_series
from forecast_parts.tasks import Told, forecast_files

N_GROUPS = 20
ANNUAL_YEARS, MONTHLY_YEARS = 15, 8
LAST_YEAR = 2025
MONTH_KNOWN = 6
WHATIF_REPEATS = 200
MANY_QUESTIONS = 20_000
N_WHATIF = 200
"""Series of the pool behind the paths of a what-if; drawing them is not timed."""

Panels = Callable[[], fc.Panel]


@dataclass(frozen=True)
class Times:
    """Repeats of one measurement. [s]"""

    name: str
    seconds: tuple[float, ...]
    n_questions: int

    @property
    def smallest(self) -> float:
        return min(self.seconds)

    @property
    def median(self) -> float:
        return median(self.seconds)


@dataclass(frozen=True)
class Speed:
    """Everything that was timed."""

    n_series: int
    engine: dict[str, Times]
    command: dict[str, tuple[Told, ...]]
    whatif: dict[str, Times]
    peers: dict[str, dict[str, float]]
    n_peers: int


def measure_speed(scratch: Path, *, n_series: int, repeats: int, n_peers: int) -> Speed:
    """Time the engine, the command line, a what-if and the libraries, on made-up series."""
    annual, monthly = annual_values(n_series), monthly_values(n_series)
    annual_panel: Panels = partial(_annual_panel, annual)
    monthly_panel: Panels = partial(_monthly_panel, monthly)
    cases = {
        "annual, one level target": (annual_panel, one_level(annual_panel(), LAST_YEAR + 3)),
        "annual, five targets": (annual_panel, five_targets(annual_panel())),
        "year to date, one level target": (monthly_panel, one_level(monthly_panel(), LAST_YEAR * 12 + 11)),
    }
    engine = {
        name: Times(
            name,
            tuple(_seconds_to_answer(panel, questions) for _ in range(_fewer(repeats, len(questions)))),
            len(questions),
        )
        for name, (panel, questions) in cases.items()
    }
    command = {
        name: _through_command(scratch, panel(), questions, repeats=_fewer(repeats, len(questions)))
        for name, (panel, questions) in cases.items()
    }
    return Speed(
        n_series=n_series,
        engine=engine,
        command=command,
        whatif=_whatifs(_annual_panel(annual[:N_WHATIF]), _monthly_panel(monthly[:N_WHATIF])),
        peers={
            "annual": seconds_a_series(annual_panel(), n_steps=5, n_series=n_peers, names=("ets", "prophet")),
            "year to date": seconds_a_series(
                monthly_panel(), n_steps=12 - MONTH_KNOWN, n_series=n_peers, names=("ets", "prophet")
            ),
        },
        n_peers=n_peers,
    )


def _fewer(repeats: int, n_questions: int) -> int:
    """Long measurements are repeated three times at most."""
    return min(repeats, 3) if n_questions > MANY_QUESTIONS else repeats


def annual_values(n: int) -> np.ndarray:
    """Growing series of several groups, each group with a growth of its own."""
    rng = np.random.default_rng(1)
    growth = 0.02 + 0.004 * (np.arange(n) % N_GROUPS)
    steps = growth[:, None] + rng.normal(0, 0.08, (n, ANNUAL_YEARS))
    return np.exp(rng.normal(5, 1, (n, 1)) + np.cumsum(steps, axis=1))


def monthly_values(n: int) -> np.ndarray:
    """Sums since January with a season; January is never reported and some cells are missing."""
    rng = np.random.default_rng(2)
    season = np.exp(0.3 * np.sin(np.arange(12)[None, :] + (np.arange(n) % N_GROUPS)[:, None]))
    yearly = np.exp(rng.normal(5, 1, (n, 1)) + np.cumsum(rng.normal(0.03, 0.05, (n, MONTHLY_YEARS)), axis=1))
    flows = yearly[:, :, None] * season[:, None, :] * np.exp(rng.normal(0, 0.1, (n, MONTHLY_YEARS, 12)))
    sums = np.cumsum(flows, axis=2)
    missing = rng.random(sums.shape) < 0.08
    missing[:, :, 11] = missing[:, -1, MONTH_KNOWN - 1] = False
    sums[missing] = np.nan
    sums[:, :, 0] = np.nan
    return sums.reshape(n, -1)[:, : 12 * (MONTHLY_YEARS - 1) + MONTH_KNOWN]


def _annual_panel(values: np.ndarray) -> fc.Panel:
    first = LAST_YEAR + 1 - values.shape[1]
    return fc.Panel.of(
        fc.Series(f"s{k:05d}", 1, first, row, group=f"g{k % N_GROUPS}") for k, row in enumerate(values)
    )


def _monthly_panel(values: np.ndarray) -> fc.Panel:
    first = LAST_YEAR * 12 + MONTH_KNOWN - values.shape[1]
    return fc.Panel.of(
        fc.Series(f"s{k:05d}", 12, first, row, reporting=fc.Reporting.YTD, group=f"g{k % N_GROUPS}")
        for k, row in enumerate(values)
    )


def one_level(panel: fc.Panel, deadline: int) -> list[fc.Question]:
    """A level at the deadline, a little above the last year-end."""
    return [_ask(one, fc.TargetKind.LEVEL, 1.08 * float(_year_ends(one)[-1]), deadline) for one in panel]


def five_targets(panel: fc.Panel) -> list[fc.Question]:
    """The five targets of the task generator: levels in 1, 3 and 5 years, a sum of 3, growth in year 2."""
    kinds = fc.TargetKind
    asked = []
    for one in panel:
        last = float(one.values[-1])
        asked += [_ask(one, kinds.LEVEL, last * 1.05**h, LAST_YEAR + h) for h in (1, 3, 5)]
        asked.append(_ask(one, kinds.CUMULATIVE, 3.3 * last, LAST_YEAR + 3, start=LAST_YEAR + 1))
        asked.append(_ask(one, kinds.GROWTH, 5.0, LAST_YEAR + 2))
    return asked


def _ask(
    series: fc.Series, kind: fc.TargetKind, value: float, deadline: int, *, start: int | None = None
) -> fc.Question:
    name = f"{series.series_id}-{kind}-{deadline}"
    return fc.Question(name, series.series_id, kind, fc.Comparator.AT_LEAST, value, deadline, start)


def _year_ends(series: fc.Series) -> np.ndarray:
    ends = series.values[series.parts == series.periods_per_year - 1]
    return ends[np.isfinite(ends)]


def _seconds_to_answer(panel: Panels, questions: Sequence[fc.Question]) -> float:
    """Seconds inside `forecast.answer`, on a panel that nothing was worked out of before.

    Garbage is not looked for meanwhile, as in `zhibiao forecast` and in `timeit`.
    """
    fresh = panel()
    gc.collect()
    gc.disable()
    try:
        began = time.perf_counter()
        fc.answer(fresh, questions, seed=0)
        return time.perf_counter() - began
    finally:
        gc.enable()


def _through_command(
    scratch: Path, panel: fc.Panel, questions: Sequence[fc.Question], *, repeats: int
) -> tuple[Told, ...]:
    """The same through files, each time in a new process; what the command line tells on standard error."""
    history, targets, series = (
        scratch / f"speed_{name}.parquet" for name in ("history", "targets", "series")
    )
    _history_table(panel).to_parquet(history)
    _targets_table(panel, questions).to_parquet(targets)
    described = [(one.series_id, str(one.measure), str(one.reporting), one.group) for one in panel]
    pd.DataFrame(described, columns=["series_id", "measure", "reporting", "group"]).to_parquet(series)
    out = scratch / "speed_out.parquet"
    return tuple(forecast_files(history, targets, "--series", series, "--out", out) for _ in range(repeats))


def _history_table(panel: fc.Panel) -> pd.DataFrame:
    names, periods, values = [], [], []
    for one in panel:
        known = np.flatnonzero(np.isfinite(one.values))
        names += [one.series_id] * known.size
        periods += [_period(int(one.first + k), one.periods_per_year) for k in known]
        values.append(one.values[known])
    return pd.DataFrame({"series_id": names, "period": periods, "value": np.concatenate(values)})


def _period(ordinal: int, per_year: int) -> str:
    year, part = divmod(ordinal, per_year)
    return str(year) if per_year == 1 else f"{year}-{part + 1:02d}"


def _targets_table(panel: fc.Panel, questions: Sequence[fc.Question]) -> pd.DataFrame:
    per_year = next(iter(panel)).periods_per_year
    as_of = f"{LAST_YEAR}-12-31" if per_year == 1 else f"{LAST_YEAR}-{MONTH_KNOWN:02d}-30"
    return pd.DataFrame(
        {
            "target_id": [one.question_id for one in questions],
            "series_id": [one.series_id for one in questions],
            "as_of": as_of,
            "kind": [str(one.kind) for one in questions],
            "comparator": [str(one.comparator) for one in questions],
            "value": [one.value for one in questions],
            "start": ["" if one.start is None else str(one.start) for one in questions],
            "deadline": [f"{one.deadline // per_year}-12-31" for one in questions],
        }
    )


def _whatifs(annual: fc.Panel, monthly: fc.Panel) -> dict[str, Times]:
    """A changed target on drawn paths, and the value that has an 80 % chance."""
    year_end = one_level(monthly, LAST_YEAR * 12 + 11)[:1]
    return {
        f"{name}: {what}": times
        for name, panel, questions in (
            ("annual", annual, five_targets(annual)[:5]),
            ("year to date", monthly, year_end),
        )
        for what, times in _whatif(panel, questions).items()
    }


def _whatif(panel: fc.Panel, questions: Sequence[fc.Question]) -> dict[str, Times]:
    series_id = questions[0].series_id
    until = {series_id: max(one.deadline for one in questions)}
    paths = fc.forecast_paths(panel, [series_id], until=until, seed=0)

    def ask() -> None:
        fc.answer_from_paths(paths, [questions[0]])

    def ask_all() -> None:
        fc.answer_from_paths(paths, questions)

    def seek() -> None:
        fc.value_with_probability(fc.compared_draws(paths, questions[0])[0], probability=0.8)

    found = {"one target": _repeat(ask, 1), "value with an 80 % chance": _repeat(seek, 1)}
    if len(questions) > 1:
        found[f"{len(questions)} targets at once"] = _repeat(ask_all, len(questions))
    return found


def _repeat(act: Callable[[], None], n_questions: int) -> Times:
    seconds = []
    for _ in range(WHATIF_REPEATS):
        began = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - began)
    return Times("what-if", tuple(seconds), n_questions)
