"""The numbers and sentences that stand beside a probability: value, gap, pace, other rules, data state."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

import forecast
from forecast.targets import Comparator, TargetKind
from monitor.forecasting.cases import Case
from monitor.forecasting.trends import Trend
from monitor.freshness import expected_publication, freshness_of, next_reported
from monitor.judging import Estimate
from monitor.reasons import DetailCode, Reason
from monitor.snapshot import Snapshot

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
    data = _data_details(case, snapshot)
    figures: dict[str, Any] = {"expected_on": expected_publication(case.deadline, case.indicator).isoformat()}
    for reason in data:
        if reason.code is DetailCode.LATE_DATA:
            figures["late_days"] = reason.facts["days"]
    if path is None or case.known is None or not path.series.n_observations:
        return Beside(figures, tuple(data), tuple(data))
    trend = Trend.of(case, path.series)
    figures.update(trend.figures())
    details = [
        *_outcome_range(estimate),
        *_pace(trend),
        *data,
        *_straight_line(trend, snapshot),
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
    found = trend.pace()
    if found is None or math.isnan(found.pace.required):
        return []
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
    return [Reason(DetailCode.PACE, facts)]


def _data_details(case: Case, snapshot: Snapshot) -> list[Reason]:
    """What is known up to when, what is due and not in, and when the next figure is expected."""
    known = snapshot.series(case.indicator.code, case.terms.region)
    if known is None or known.last is None:
        return []
    last = known.last[0]
    fresh = freshness_of(last, case.indicator, as_of=snapshot.as_of)
    missing, upcoming = [], fresh.next
    for _ in range(fresh.missed):
        missing.append(str(upcoming))
        upcoming = next_reported(upcoming, case.indicator)
    facts = {
        "observed_to": str(last),
        "missing": missing,
        "next_period": str(upcoming),
        "expected_on": expected_publication(upcoming, case.indicator).isoformat(),
    }
    details = [Reason(DetailCode.DATA_STATE, facts)]
    if fresh.missed:
        late = {"days": (snapshot.as_of - fresh.expected_on).days, "period": str(fresh.next)}
        details.append(Reason(DetailCode.LATE_DATA, late))
    return details


def _straight_line(trend: Trend, snapshot: Snapshot) -> list[Reason]:
    line = trend.straight_line(snapshot.as_of)
    if line is None:
        return []
    facts = {"share": line.achieved, "due": line.due, "ahead": line.achieved - line.due}
    return [Reason(DetailCode.STRAIGHT_LINE, facts)]


def _growth_rate_rule(trend: Trend) -> list[Reason]:
    rule = trend.growth_rate_rule()
    if rule is None or math.isnan(rule.ratio):
        return []
    facts = {
        "actual": rule.actual_pct,
        "required": rule.required_pct,
        "ratio": rule.ratio,
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
    value = forecast.value_with_probability(
        compared,
        probability=sure,
        comparator=question.comparator,
        higher_is_better=question.higher_is_better,
        decimals=question.decimals,
    )
    return value if math.isfinite(value) else None


def _before_first_batch(case: Case, snapshot: Snapshot) -> list[Reason]:
    months = case.indicator.batch_months
    last = case.known.last if case.known else None
    if not months or last is None or snapshot.as_of.year != case.deadline.year:
        return []
    if snapshot.as_of.month >= min(months):
        return []
    return [Reason(DetailCode.BEFORE_FIRST_BATCH, {"month": min(months)})]
