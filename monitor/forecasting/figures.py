"""The numbers and sentences that stand beside a probability: value, gap, pace, other rules, data state."""

from __future__ import annotations

import math
from collections.abc import Container
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import forecast
from forecast.targets import Comparator, TargetKind
from monitor.core.freshness import expected_publication, freshness_of, next_reported
from monitor.core.judging import Estimate, Unfirm
from monitor.core.reasons import DetailCode, Reason
from monitor.core.snapshot import Snapshot
from monitor.core.units import unit_named
from monitor.forecasting.cases import Case
from monitor.forecasting.rules_of_thumb import (
    extrapolated,
    growth_rate_rule,
    last_year_share,
    rule_years,
    straight_line,
)
from monitor.forecasting.trends import Trend

SURE = 0.8
_RULE_WORDS = {
    forecast.GrowthRateVerdict.ACHIEVED: "on_track",
    forecast.GrowthRateVerdict.ON_TRACK: "on_track",
    forecast.GrowthRateVerdict.ACCELERATION_NEEDED: "slow",
    forecast.GrowthRateVerdict.LIMITED_PROGRESS: "insufficient",
    forecast.GrowthRateVerdict.DETERIORATION: "away",
}


@dataclass(frozen=True)
class Beside:
    """Everything that stands beside an estimate."""

    figures: dict[str, Any]
    details: tuple[Reason, ...]
    data_details: tuple[Reason, ...]


def figures_of(
    case: Case,
    estimate: Estimate,
    path: forecast.PathDraws | None,
    compared: NDArray[np.float64],
    snapshot: Snapshot,
) -> Beside:
    """Work out what a screen shows beside the probability.

    Parameters
    ----------
    path : forecast.PathDraws or None
        Of the case's series; None when nothing is known.
    compared : ndarray, shape (n_draws,)
        Draws of the compared quantity; empty when there are none.
    """
    data = _data_details(case, estimate, snapshot)
    figures: dict[str, Any] = {"expected_on": expected_publication(case.deadline, case.indicator).isoformat()}
    for reason in data:
        if reason.code is DetailCode.LATE_DATA:
            figures["late_days"] = reason.facts["days"]
    if path is None or case.known is None or not path.series.n_observations:
        return Beside(figures, tuple(data), tuple(data))
    trend = Trend.of(case, path.series)
    figures.update(trend.figures())
    last_year = last_year_share(trend)
    if last_year is not None:
        figures["last_year_share"] = {"share": last_year.achieved, "due": last_year.due}
    at_this_rate = extrapolated(trend)
    if at_this_rate is not None:
        figures["extrapolated"] = at_this_rate
    details = [
        *_outcome_range(estimate),
        *_pace(trend),
        *data,
        *_straight_line(trend),
        *_growth_rate_rule(trend),
        *_tolerance(case),
        *_judged_on(case, snapshot),
        *_safe_value(case, estimate, compared),
        *_before_first_batch(case, snapshot),
    ]
    return Beside(_without_nan(figures), tuple(_clean(entry) for entry in details), tuple(data))


def _clean(reason: Reason) -> Reason:
    return Reason(reason.code, _without_nan(reason.facts))


def _without_nan(facts: dict[str, Any]) -> dict[str, Any]:
    """NaN is nothing to show, and no JSON."""
    return {
        key: None if isinstance(value, float) and math.isnan(value) else value for key, value in facts.items()
    }


def _outcome_range(estimate: Estimate) -> list[Reason]:
    if estimate.quantiles is None or estimate.reason != "ok":
        return []
    q = estimate.quantiles
    return [Reason(DetailCode.OUTCOME_RANGE, {"q10": q[0.10], "q50": q[0.50], "q90": q[0.90]})]


def _pace(trend: Trend) -> list[Reason]:
    facts = pace_facts(trend)
    return [] if facts is None else [Reason(DetailCode.PACE, facts)]


def pace_facts(trend: Trend) -> dict[str, Any] | None:
    """Facts of `DetailCode.PACE`; None where no pace is required or none can be told."""
    found = trend.pace()
    if found is None or math.isnan(found.pace.required):
        return None
    pace = found.pace
    facts = {
        "required": pace.required,
        "achieved_last": pace.last,
        "achieved_mean3": pace.mean_of_last_three,
        "best": pace.best,
        "reached": pace.n_reached,
        "of": pace.n_compared,
        "per": found.per,
        "unit": found.unit,
    }
    return _without_nan(facts)


def _data_details(case: Case, estimate: Estimate, snapshot: Snapshot) -> list[Reason]:
    """What is known up to when, what is due and not in, and when the next figure is expected.

    Only of periods as far as the deadline's; nothing of a settled target.
    """
    known = snapshot.series(case.indicator.code, case.terms.region)
    if known is None or known.last is None or estimate.reason == "settled":
        return []
    last = known.last[0]
    if last >= case.deadline:
        return [Reason(DetailCode.DATA_STATE, {"observed_to": str(last), "missing": []})]
    fresh = freshness_of(last, case.indicator, as_of=snapshot.as_of, until=case.deadline)
    missing, upcoming = [], fresh.next
    for _ in range(fresh.missed):
        missing.append(str(upcoming))
        upcoming = next_reported(upcoming, case.indicator)
    facts: dict[str, Any] = {"observed_to": str(last), "missing": missing}
    if upcoming <= case.deadline:
        facts["next_period"] = str(upcoming)
        facts["expected_on"] = expected_publication(upcoming, case.indicator).isoformat()
    details = [Reason(DetailCode.DATA_STATE, facts)]
    if fresh.missed:
        late = {"days": (snapshot.as_of - fresh.expected_on).days, "period": str(fresh.next)}
        details.append(Reason(DetailCode.LATE_DATA, late))
    return details


def _straight_line(trend: Trend) -> list[Reason]:
    line = straight_line(trend)
    if line is None:
        return []
    facts = {"share": line.achieved, "due": line.due, "ahead": line.achieved - line.due}
    return [Reason(DetailCode.STRAIGHT_LINE, facts)]


def _growth_rate_rule(trend: Trend) -> list[Reason]:
    rule = growth_rate_rule(trend)
    if rule is None or math.isnan(rule.ratio):
        return []
    facts = {
        "actual": rule.actual_pct,
        "required": rule.required_pct,
        "ratio": rule.ratio,
        "years": rule_years(trend),
        "verdict": _RULE_WORDS[rule.verdict],
    }
    return [Reason(DetailCode.GROWTH_RATE_RULE, facts)]


def _tolerance(case: Case) -> list[Reason]:
    question = case.question
    if question.comparator is not Comparator.ABOUT or question.value is None:
        return []
    sign = 1.0 if question.higher_is_better else -1.0
    return [Reason(DetailCode.TOLERANCE, {"floor": question.value - sign * question.about_tolerance})]


def _judged_on(case: Case, snapshot: Snapshot) -> list[Reason]:
    """A later revision of the figure a target was judged on is shown, and changes nothing."""
    if case.settled_by is None or case.known is None:
        return []
    judged = case.known.at(case.deadline)
    now = snapshot.series(case.indicator.code, case.terms.region)
    latest = now.at(case.deadline) if now else None
    if judged is None or latest is None or latest.value == judged.value:
        return []
    facts = {"value": judged.value, "period": str(case.deadline), "latest": latest.value}
    return [Reason(DetailCode.FIRST_RELEASE, facts)]


def _safe_value(case: Case, estimate: Estimate, compared: NDArray[np.float64]) -> list[Reason]:
    value = safe_value(case, compared, sure=SURE)
    if value is None or estimate.reason != "ok":
        return []
    return [Reason(DetailCode.SAFE_VALUE, {"value": value, "level": SURE})]


def safe_value(case: Case, compared: NDArray[np.float64], *, sure: float) -> float | None:
    """The target value that has the chance `sure`, or None where a value has no such meaning."""
    question = case.question
    if question.kind in {TargetKind.RANK, TargetKind.DIRECTION} or question.comparator is Comparator.BETWEEN:
        return None
    if compared.size < 2:
        return None
    tolerance, relative_tolerance = about_allowance(case)
    value = forecast.value_with_probability(
        compared,
        probability=_share_of_draws(sure, compared.size),
        comparator=question.comparator,
        higher_is_better=question.higher_is_better,
        tolerance=tolerance,
        relative_tolerance=relative_tolerance,
        decimals=question.decimals,
    )
    return value if math.isfinite(value) else None


def _share_of_draws(sure: float, n_draws: int) -> float:
    """Share of the draws that must reach a value for it to read as `sure`: (k + 1/2) / (n + 1) of k."""
    return min((sure * (n_draws + 1) - 0.5) / n_draws, 1.0 - 0.5 / n_draws)


def about_allowance(case: Case) -> tuple[float, float]:
    """What `about` allows: an amount for rates and ratios, a share of the target for the rest."""
    question, unit = case.question, case.terms.unit
    if question.comparator is not Comparator.ABOUT or not question.value:
        return 0.0, 0.0
    if unit is not None and unit_named(unit).base in {"percent", "percentage_point"}:
        return question.about_tolerance, 0.0
    return 0.0, question.about_tolerance / abs(question.value)


def find_unfirm(case: Case, figures: dict[str, Any]) -> Unfirm | None:
    """The preliminary or inferred figure that keeps a target open: the deadline's, else the latest base.

    Parameters
    ----------
    figures : dict
        Those of the case, as `figures_of` gives them.
    """
    weak = [
        (period, entry)
        for period, entry in (case.known.values if case.known else ())
        if not entry.status.settles and period.ordinal in _entering(case)
    ]
    if not weak:
        return None
    period, entry = weak[-1]
    is_last = period == case.deadline and figures.get("value_period") == str(period)
    quantity = figures.get("value") if is_last else None
    return Unfirm(
        period=str(period),
        value=entry.value,
        status=entry.status.value,
        quantity=quantity,
        is_reached=None if quantity is None else _is_reached(case, quantity),
    )


def _entering(case: Case) -> Container[int]:
    """Ordinals of the periods whose figures decide; all since the base where yearly rates are chained."""
    question = case.question
    periods = forecast.entering_periods(
        question.kind,
        deadline=question.deadline,
        start=question.start,
        periods_per_year=case.indicator.frequency.periods_per_year,
    )
    return range(periods[0] + 1, periods[-1] + 1) if case.is_chained else periods


def _is_reached(case: Case, quantity: float) -> bool | None:
    question = case.question
    if question.kind is TargetKind.RANK:
        return None
    comparator, value = question.comparison
    met = forecast.attained(
        np.array([quantity]),
        comparator,
        value,
        value_upper=question.value_upper,
        tolerance=question.about_tolerance,
        decimals=question.decimals,
        higher_is_better=question.higher_is_better,
    )
    return bool(met[0])


def _before_first_batch(case: Case, snapshot: Snapshot) -> list[Reason]:
    months = case.indicator.batch_months
    last = case.known.last if case.known else None
    if not months or last is None or snapshot.as_of.year != case.deadline.year:
        return []
    if snapshot.as_of.month >= min(months):
        return []
    return [Reason(DetailCode.BEFORE_FIRST_BATCH, {"month": min(months)})]
