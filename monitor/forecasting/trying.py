"""What changed terms would mean, asked of paths already drawn, and a total split into equal chances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

import forecast
from monitor.core.policy import Policy
from monitor.forecasting.cases import Case, reached_already, with_value
from monitor.forecasting.estimates import Drawn
from monitor.forecasting.figures import about_allowance, pace_facts
from monitor.forecasting.trends import Trend

REACHED = "reached"
"""Reason of a target that can no longer be missed, though its deadline's figure is not out."""


@dataclass(frozen=True)
class Prospect:
    """Where a target would stand under some terms. [base units of the kind]

    Parameters
    ----------
    probability : float or None
        None where nothing can be said; `reason` says why.
    reason : str
        Of the forecast's answer, or `REACHED`.
    value, value_period : float and str, or None
        The latest comparable quantity.
    gap : float or None
        That value less the target.
    pace : dict or None
        Required pace beside those on record: facts of `DetailCode.PACE`.
    """

    probability: float | None
    reason: str
    value: float | None
    value_period: str | None
    gap: float | None
    pace: dict[str, Any] | None


def prospect_of(case: Case, drawn: Drawn) -> Prospect:
    """Chance, gap and pace of one case."""
    answer = forecast.answer_from_paths(drawn.paths, [case.question])[0]
    path = drawn.paths.get(case.series_id)
    probability, reason = answer.probability_met, answer.reason.value
    if answer.reason is forecast.Reason.OK and reached_already(case) is not None:
        probability, reason = 1.0, REACHED
    if path is None or case.known is None or not path.series.n_observations:
        return Prospect(probability, reason, None, None, None, None)
    trend = Trend.of(case, path.series)
    figures = trend.figures()
    return Prospect(
        probability,
        reason,
        value=figures.get("value"),
        value_period=figures.get("value_period"),
        gap=figures.get("gap"),
        pace=pace_facts(trend),
    )


def chances_of_values(
    case: Case, drawn: Drawn, values: Sequence[float], policy: Policy
) -> tuple[float | None, ...]:
    """probability_met of a case for many target values. [base unit of the kind]"""
    questions = [with_value(case, value, policy).question for value in values]
    return tuple(forecast.probabilities_from_paths(drawn.paths, questions))


def likely_range(case: Case, drawn: Drawn, *, share: float) -> tuple[float, float] | None:
    """The middle `share` of the compared quantity, or None without draws. [base unit of the kind]"""
    if case.series_id not in drawn.paths:
        return None
    compared = forecast.compared_draws(drawn.paths, case.question)[0]
    known = compared[np.isfinite(compared)]
    if known.size < 2:
        return None
    low, high = np.quantile(known, [(1 - share) / 2, (1 + share) / 2])
    return float(low), float(high)


def can_be_shared(case: Case, drawn: Drawn) -> bool:
    """Whether a part has draws a share can be taken from."""
    if case.series_id not in drawn.paths:
        return False
    return bool(np.isfinite(forecast.compared_draws(drawn.paths, case.question)[0]).any())


def equal_chances(
    cases: Sequence[Case],
    drawn: Drawn,
    total: float,
    *,
    least: Mapping[str, float],
    most: Mapping[str, float],
) -> forecast.EqualShares:
    """Shares of a total that are equally likely to be met. [base unit of the kind]

    Parameters
    ----------
    cases : sequence of Case
        One per part, all with draws (see `can_be_shared`), asked of one region each.
    least, most : mapping of region code to float
        Limits people set; both equal hold a share fixed.

    Raises
    ------
    ValueError
        If the limits leave no room for the total.
    """
    parts = []
    for case in cases:
        compared = forecast.compared_draws(drawn.paths, case.question)[0]
        _, share = about_allowance(case)
        parts.append(compared / (1 - share if case.question.higher_is_better else 1 + share))
    regions = [case.terms.region for case in cases]
    return forecast.equal_chance_shares(
        parts,
        total,
        lower=[least.get(region) for region in regions],
        upper=[most.get(region) for region in regions],
    )


def round_keeping_sum(values: Sequence[float], total: float, *, decimals: int) -> tuple[float, ...]:
    """Round shares so that they still add up (see `forecast.round_keeping_sum`)."""
    return forecast.round_keeping_sum(values, total, decimals=decimals)
