"""OUT: one row a target, in the order of TARGETS; a file appears whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

import forecast
from monitor.core.errors import UsageError
from monitor.core.periods import Period
from monitor.forecasting.evidence import Evidence
from monitor.forecasting.files.asked import Asked, frequency_of
from monitor.forecasting.files.columns import Floats
from monitor.forecasting.files.tables import PARQUET_SUFFIXES

LEVELS = (0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95)
_TEXT_SUFFIXES = (".csv", ".txt", "")
_CHOSEN = [forecast.QUANTILE_LEVELS.index(level) for level in LEVELS]


def to_table(asked: Asked, answers: Sequence[forecast.Answer | None], evidence: Evidence) -> pd.DataFrame:
    """Answers as a table; rows without one keep their reason.

    Parameters
    ----------
    answers : sequence of Answer or None
        By row of TARGETS; None where nothing was asked.
    """
    given = [(row, answer) for row, answer in enumerate(answers) if answer is not None]
    quantiles: Floats = np.full((len(asked), len(LEVELS)), np.nan)
    met: Floats = np.full(len(asked), np.nan)
    counts = np.zeros(len(asked), dtype=np.int64)
    methods, observed_to, reasons = [""] * len(asked), [""] * len(asked), list(asked.reasons)
    for row, answer in given:
        if answer.quantiles is not None:
            quantiles[row] = [answer.quantiles[place] for place in _CHOSEN]
        if answer.probability_met is not None:
            met[row] = answer.probability_met
        if answer.observed_to is not None:
            observed_to[row] = _written(answer.observed_to, int(evidence.periods_per_year[asked.series[row]]))
        counts[row], methods[row], reasons[row] = answer.n_observations, answer.method, answer.reason.value
    return pd.DataFrame(
        {
            "target_id": asked.target_ids,
            "probability_met": met,
            **{f"q{round(100 * level):02d}": quantiles[:, place] for place, level in enumerate(LEVELS)},
            "observed_to": pd.Series(observed_to, dtype="str").replace("", None),
            "n_observations": counts,
            "method": methods,
            "reason": reasons,
        }
    )


@cache
def _written(ordinal: int, per_year: int) -> str:
    return str(Period.from_ordinal(ordinal, frequency_of(per_year)))


def check_out(path: Path) -> None:
    """Refuse a file that cannot be written, before the work is done.

    Raises
    ------
    UsageError
        If the suffix is neither CSV's nor Parquet's.
    OSError
        If the folder does not exist.
    """
    if path.suffix.lower() not in (*_TEXT_SUFFIXES, *PARQUET_SUFFIXES):
        raise UsageError(f"--out {path}: the ending {path.suffix!r} is not written; choose .csv or .parquet.")
    if path.is_dir() or not path.resolve().parent.is_dir():
        raise (IsADirectoryError if path.is_dir() else FileNotFoundError)(
            2, "no such folder, or a folder itself"
        )


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write CSV or Parquet, by the suffix: under another name first, so that no half of it is ever seen.

    Raises
    ------
    OSError
        If it cannot be written.
    """
    write: Callable[[Any], None] = (
        (lambda where: table.to_parquet(where, index=False))
        if path.suffix.lower() in PARQUET_SUFFIXES
        else (lambda where: table.to_csv(where, index=False))
    )
    real = path.resolve()
    if real.exists() and not real.is_file():  # a pipe or a device is written to, never replaced
        write(real)
        return
    with tempfile.NamedTemporaryFile(dir=real.parent, prefix=f".{real.name}.", delete=False) as opened:
        beside = Path(opened.name)
    try:
        write(beside)
        beside.chmod(real.stat().st_mode if real.exists() else 0o666 & ~_umask())
        beside.replace(real)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _umask() -> int:
    """What the process takes from the rights of new files; it can be read only by setting it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
