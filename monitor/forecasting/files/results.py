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
"""Quantiles that are told."""

_CHOSEN = {level: forecast.QUANTILE_LEVELS.index(level) for level in LEVELS}
_UNKNOWN = (np.nan,) * len(forecast.QUANTILE_LEVELS)
_NOTHING = forecast.Answer("", None, None, None, 0, "", forecast.Reason.NO_DATA)
"""Stands where nothing was asked; the row has a reason of its own."""

_TEXT_SUFFIXES = (".csv", ".txt", "")


def to_table(asked: Asked, answers: Sequence[forecast.Answer | None], evidence: Evidence) -> pd.DataFrame:
    """Answers as a table; rows without one keep their reason.

    Parameters
    ----------
    answers : sequence of Answer or None
        By row of TARGETS; None where nothing was asked.
    """
    told = [_NOTHING if answer is None else answer for answer in answers]
    per_year = evidence.periods_per_year[asked.series].tolist()
    quantiles: Floats = np.array(
        [_UNKNOWN if each.quantiles is None else each.quantiles for each in told]
    ).reshape(-1, len(_UNKNOWN))
    return pd.DataFrame(
        {
            "target_id": asked.target_ids,
            "probability_met": np.array([each.probability_met for each in told], dtype=float),
            **{f"q{round(100 * level):02d}": quantiles[:, place] for level, place in _CHOSEN.items()},
            "observed_to": pd.Series(
                [_written(each.observed_to, n) for each, n in zip(told, per_year, strict=True)], dtype="str"
            ),
            "n_observations": [each.n_observations for each in told],
            "method": [each.method for each in told],
            "reason": [given or each.reason.value for given, each in zip(asked.reasons, told, strict=True)],
        }
    )


@cache
def _written(ordinal: int | None, per_year: int) -> str | None:
    return None if ordinal is None else str(Period.from_ordinal(ordinal, frequency_of(per_year)))


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
