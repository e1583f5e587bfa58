"""One assessment: the estimate judged, with its reasons and the figures beside it."""

from __future__ import annotations

import hashlib
import json

from monitor.assess.watching import Watched
from monitor.clock import now
from monitor.core.flags import Flag, Shown
from monitor.core.freshness import expected_publication, freshness_of
from monitor.core.judging import Situation, Verdict, judge, judge_milestone
from monitor.core.ledger import published
from monitor.core.policy import Policy
from monitor.core.reasons import DetailCode, Reason, ReasonCode
from monitor.core.records import Assessment
from monitor.core.snapshot import Snapshot
from monitor.forecasting import Case, Forecasted, model_version
from monitor.forecasting.figures import find_unfirm

_AHEAD_OF_DEADLINE = frozenset(
    {DetailCode.PACE, DetailCode.SAFE_VALUE, DetailCode.STRAIGHT_LINE, DetailCode.GROWTH_RATE_RULE}
)
"""Sentences about the way to a deadline; nothing is left of the way once it is past."""

_CAUSE = ("required", "reached", "of", "per", "unit")
"""Facts of the pace that say why a probability is low."""


def versions(policy: Policy, snapshot: Snapshot) -> dict[str, str]:
    """Versions stored with every assessment."""
    return {"catalogue": policy.catalogue_version, "model": model_version(snapshot), "seed": str(policy.seed)}


def draft_milestone(seen: Watched, snapshot: Snapshot, policy: Policy) -> Assessment:
    """A milestone with its state."""
    verdict = judge_milestone(seen.revision.terms.deadline, seen.report, as_of=snapshot.as_of)
    return Assessment(
        target=seen.code,
        as_of=snapshot.as_of,
        run_kind=seen.kind,
        recorded_at=now(),
        revision_sequence=seen.revision.sequence,
        flag=verdict.flag,
        reason=verdict.reason,
        details=(),
        probability_met=None,
        probability_published=None,
        quantiles=None,
        observed_to=None,
        n_observations=0,
        method="",
        figures={},
        change=None,
        input_hash=_digest(seen),
        versions=versions(policy, snapshot),
    )


def _digest(seen: Watched) -> str:
    """Digest of what decides a milestone: its terms and whether it was reported."""
    facts = {"terms": seen.revision.terms.to_json(), "reported": seen.report is not None}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def situation_of(case: Case, found: Forecasted, snapshot: Snapshot) -> Situation:
    """What the verdict depends on besides the estimate."""
    known = case.known
    last = known.last if known else None
    changed = known.definition_changed_in if known else None
    return Situation(
        as_of=snapshot.as_of,
        deadline=case.terms.deadline,
        expected_publication=expected_publication(case.deadline, case.indicator),
        freshness=(
            freshness_of(last[0], case.indicator, as_of=snapshot.as_of, until=case.deadline) if last else None
        ),
        unfirm=find_unfirm(case, found.figures),
        reached_already=found.reached_already,
        has_gap_at_deadline=found.has_gap_at_deadline,
        needed=found.needed,
        needed_years=found.needed_years,
        full_years=found.full_years,
        missing_period=found.missing_period,
        definition=(
            {"period": str(changed), "old": known.earlier_basis, "new": last[1].definition_basis}
            if known and last and changed
            else None
        ),
        needs_published_rate=case.rate_without_data,
        indicator=case.indicator.code,
    )


def draft_quantified(
    seen: Watched,
    case: Case,
    found: Forecasted,
    *,
    probability_published: float | None,
    snapshot: Snapshot,
    policy: Policy,
) -> Assessment:
    """A quantified target with its verdict; its change is divided later."""
    earlier = [Shown(past.flag, past.probability_met) for past in seen.same_terms]
    verdict = judge(
        found.estimate,
        situation_of(case, found, snapshot),
        earlier,
        thresholds=policy.thresholds,
        grey_after_missed=policy.grey_after_missed,
    )
    estimate = found.estimate
    shows_probability = verdict.flag is not Flag.GREY
    return Assessment(
        target=seen.code,
        as_of=snapshot.as_of,
        run_kind=seen.kind,
        recorded_at=now(),
        revision_sequence=seen.revision.sequence,
        flag=verdict.flag,
        reason=_with_cause(verdict.reason, found),
        details=_details(seen, found, verdict, probability_published),
        probability_met=found.shown_probability if shows_probability else None,
        probability_published=probability_published if shows_probability else None,
        quantiles=estimate.quantiles if shows_probability else None,
        observed_to=estimate.observed_to,
        n_observations=estimate.n_observations,
        method=estimate.method,
        figures=found.figures,
        change=None,
        input_hash=found.input_hash,
        versions=versions(policy, snapshot),
    )


def _with_cause(reason: Reason, found: Forecasted) -> Reason:
    """A probability below a line is no news by itself: the pace it would take says why."""
    if reason.code not in {ReasonCode.BELOW_GREEN_LINE, ReasonCode.BELOW_YELLOW_LINE}:
        return reason
    pace = next((entry.facts for entry in found.details if entry.code is DetailCode.PACE), {})
    return Reason(reason.code, {**reason.facts, **{name: pace[name] for name in _CAUSE if name in pace}})


def _left_out(verdict: Verdict) -> frozenset[DetailCode]:
    """What is not told of a target past its deadline; no range where a figure is in, however weak."""
    if verdict.flag is not Flag.AWAITING:
        return frozenset()
    if verdict.reason.code is ReasonCode.UNFIRM_FIGURE:
        return _AHEAD_OF_DEADLINE | {DetailCode.OUTCOME_RANGE}
    return _AHEAD_OF_DEADLINE


def _details(
    seen: Watched, found: Forecasted, verdict: Verdict, probability_published: float | None
) -> tuple[Reason, ...]:
    told = found.data_details if verdict.flag is Flag.GREY else found.details
    left_out = _left_out(verdict)
    details = [entry for entry in told if entry.code not in left_out]
    details += [Reason(DetailCode.CONFLICT, facts) for facts in seen.conflicts]
    first = published(seen.target.history).terms
    if probability_published is not None:
        facts = {
            "probability_published": probability_published,
            "value": first.value,
            "deadline": first.deadline.isoformat(),
        }
        details.append(Reason(DetailCode.PUBLISHED_TARGET, facts))
    return tuple(details)
