"""Verdicts of the rules that planning offices use, on the tasks of a folder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.optimize import brentq

import forecast as fc
from forecast_parts.tasks import Folder, asked_by_series

BASE_YEARS = 5
"""The base of the growth-rate rule lies so many years back, or at the first figure."""

YES = {fc.GrowthRateVerdict.ACHIEVED, fc.GrowthRateVerdict.ON_TRACK}


def verdicts_of(folders: Sequence[Folder]) -> pd.DataFrame:
    """Say by rule and target what the rules say.

    Returns
    -------
    DataFrame
        `seed`, `target_id`, `growth_verdict` (a word) and `growth_rate_rule` (1 achieved or on track, 0 not),
        `last_year_share` (1 or 0; none where last year's figure of the month is missing).
    """
    rows = []
    for folder in folders:
        for asked in asked_by_series(folder):
            for question in asked.questions:
                verdict = growth_verdict(asked.series, question)
                rows.append(
                    {
                        "seed": folder.seed,
                        "target_id": question.question_id,
                        "growth_verdict": str(verdict),
                        "growth_rate_rule": float(verdict in YES),
                        "last_year_share": share_verdict(asked.series, question),
                    }
                )
    return pd.DataFrame(rows)


def growth_verdict(series: fc.Series, question: fc.Question) -> fc.GrowthRateVerdict:
    """The growth-rate rule, on year-ends.

    A cumulative target stands for the steady growth from now on that adds up to it, a growth target for that
    growth in every year since the base: both become the level they lead to at the deadline.
    """
    years = year_ends(series)
    last = max(years)
    base = max(min(years), last - BASE_YEARS)
    ahead = question.deadline // series.periods_per_year - last
    return fc.growth_rate_rule(
        base=years[base],
        latest=years[last],
        target=_level_at_deadline(
            question, base=years[base], latest=years[last], elapsed=last - base, ahead=ahead
        ),
        years_elapsed=last - base,
        years_in_all=last - base + ahead,
    ).verdict


def _level_at_deadline(
    question: fc.Question, *, base: float, latest: float, elapsed: int, ahead: int
) -> float:
    value = float(question.value or 0.0)
    if question.kind is fc.TargetKind.GROWTH:
        return base * max(1 + value / 100, 1e-6) ** (elapsed + ahead)
    if question.kind is fc.TargetKind.CUMULATIVE:
        steps = np.arange(1, ahead + 1)
        growth = brentq(lambda g: float((latest * (1 + g) ** steps).sum()) - value, -0.999, 99.0)
        return latest * (1 + growth) ** ahead
    return value


def share_verdict(series: fc.Series, question: fc.Question) -> float:
    """Last year's share of the year by now as the share that is due; annual targets have none."""
    now = series.observed_to
    if series.periods_per_year == 1 or now is None:
        return float("nan")
    ends = year_ends(series)
    before = now - series.periods_per_year - series.first
    at_this_month = series.values[before] if before >= 0 else np.nan
    total = ends.get(now // series.periods_per_year - 1, np.nan)
    if not np.isfinite(at_this_month + total):
        return float("nan")
    share = fc.last_year_share(
        float(series.values[now - series.first]),
        float(question.value or 0.0),
        ytd_last_year=float(at_this_month),
        total_last_year=float(total),
    )
    return float(share.is_on_schedule)


def year_ends(series: fc.Series) -> dict[int, float]:
    """Known values of the last period of each year, by year."""
    per_year = series.periods_per_year
    where = np.flatnonzero(np.isfinite(series.values) & (series.parts == per_year - 1))
    return {int((series.first + k) // per_year): float(series.values[k]) for k in where}
