"""From an estimate to a flag with its reasons. Pure: the same facts always give the same verdict."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from monitor.core.flags import Flag, Shown, Thresholds, decide_colour
from monitor.core.freshness import Freshness
from monitor.core.reasons import Reason, ReasonCode
from monitor.core.records import MilestoneReport


@dataclass(frozen=True)
class Estimate:
    """What the forecast said about one question.

    Parameters
    ----------
    probability_met : float or None
        None when no honest probability exists; `reason` says why.
    quantiles : dict of float to float, or None
        Quantiles of the compared quantity.
    observed_to : str or None
        Last period that entered.
    method : str
        Model, or "observed" when every value that enters is known and final.
    reason : str
        ok, settled, no_data, too_short, missing_base, no_peers.
    """

    probability_met: float | None
    quantiles: dict[float, float] | None
    observed_to: str | None
    n_observations: int
    method: str
    reason: str


@dataclass(frozen=True)
class Verdict:
    """Flag and leading reason."""

    flag: Flag
    reason: Reason


@dataclass(frozen=True)
class Unfirm:
    """A figure that enters the target and is too weak to settle it.

    Parameters
    ----------
    value : float
        Of the indicator. [base unit]
    status : str
        preliminary or year_inferred.
    quantity : float or None
        The compared quantity it gives, where it is the deadline's figure.
    is_reached : bool or None
        Whether that quantity reaches the target.
    """

    period: str
    value: float
    status: str
    quantity: float | None
    is_reached: bool | None

    @property
    def facts(self) -> dict[str, Any]:
        """What its sentence needs."""
        facts: dict[str, Any] = {"period": self.period, "value": self.value, "status": self.status}
        if self.quantity is not None:
            facts["quantity"] = self.quantity
        if self.is_reached is not None:
            facts["reached"] = self.is_reached
        return facts


@dataclass(frozen=True)
class Situation:
    """Everything a verdict depends on besides the estimate.

    Parameters
    ----------
    expected_publication : datetime.date
        Day the deadline's figure is usually out.
    freshness : Freshness or None
        State of the series as far as the deadline's period; None without any figure.
    unfirm : Unfirm or None
        The figure for which a target past its deadline still waits: the deadline's, else a base.
    reached_already : float or None
        Amount counted by settling figures, where it can no longer fall below the target.
    has_gap_at_deadline : bool
        Whether later figures are out and the deadline's never was.
    needed, needed_years : int
        Values, or full years of a series reported within the year, that a forecast needs.
    full_years : int or None
        Full years there are; None for an annual series.
    missing_period : str or None
        Base period without a value.
    definition : dict or None
        Period, old and new basis of a change that cut the series off.
    needs_published_rate : bool
        Whether the answer waits for a published growth rate.
    """

    as_of: dt.date
    deadline: dt.date
    expected_publication: dt.date
    freshness: Freshness | None
    unfirm: Unfirm | None
    reached_already: float | None
    has_gap_at_deadline: bool
    needed: int
    needed_years: int
    full_years: int | None
    missing_period: str | None
    definition: dict[str, Any] | None
    needs_published_rate: bool
    indicator: str


def judge_milestone(deadline: dt.date, report: MilestoneReport | None, *, as_of: dt.date) -> Verdict:
    """A milestone is due, done or overdue; it has no probability."""
    if report is not None and report.done_on <= as_of:
        return Verdict(Flag.DONE, Reason(ReasonCode.MILESTONE_DONE, {"done_on": report.done_on.isoformat()}))
    if as_of > deadline:
        days = (as_of - deadline).days
        return Verdict(Flag.OVERDUE, Reason(ReasonCode.MILESTONE_OVERDUE, {"days_overdue": days}))
    return Verdict(Flag.DUE, Reason(ReasonCode.MILESTONE_DUE, {"days_left": (deadline - as_of).days}))


def judge(
    estimate: Estimate,
    situation: Situation,
    earlier: Sequence[Shown],
    *,
    thresholds: Thresholds,
    grey_after_missed: int,
) -> Verdict:
    """Flag of a quantified target.

    Settled targets come first, then targets whose deadline has passed, then what cannot be judged,
    then the colours with their hysteresis.
    """
    settled = _settled(estimate, situation)
    if settled is not None:
        return settled
    grey = _grey(estimate, situation, grey_after_missed)
    if grey is not None:
        return grey
    if situation.as_of > situation.deadline:
        return Verdict(Flag.AWAITING, _awaited(situation))
    probability = estimate.probability_met
    if probability is None:  # `_grey` answers for every estimate without a probability
        raise AssertionError(estimate.reason)
    return _colour(probability, earlier, thresholds)


def _awaited(situation: Situation) -> Reason:
    """What a target past its deadline waits for: a firm figure, else any."""
    if situation.unfirm is not None:
        return Reason(ReasonCode.UNFIRM_FIGURE, situation.unfirm.facts)
    return Reason(ReasonCode.FIGURE_NOT_OUT, _not_out(situation))


def _not_out(situation: Situation) -> dict[str, Any]:
    """A day that has passed is never announced: then the days since are told."""
    facts: dict[str, Any] = {
        "deadline": situation.deadline.isoformat(),
        "expected_on": situation.expected_publication.isoformat(),
    }
    days = (situation.as_of - situation.expected_publication).days
    return {**facts, "days_overdue": days} if days > 0 else facts


def _settled(estimate: Estimate, situation: Situation) -> Verdict | None:
    quantity = estimate.quantiles[0.5] if estimate.quantiles else None
    facts = {"quantity": quantity, "period": estimate.observed_to}
    if estimate.reason == "settled":
        if estimate.probability_met == 1.0:
            return Verdict(Flag.MET, Reason(ReasonCode.REACHED, facts))
        return Verdict(Flag.MISSED, Reason(ReasonCode.NOT_REACHED, facts))
    if situation.reached_already is not None:
        early = {"quantity": situation.reached_already, "period": estimate.observed_to, "early": True}
        return Verdict(Flag.MET, Reason(ReasonCode.REACHED, early))
    return None


_GREY_CODES = {
    "no_data": ReasonCode.NO_DATA,
    "unknown_series": ReasonCode.NO_DATA,
    "too_short": ReasonCode.TOO_SHORT,
    "missing_base": ReasonCode.MISSING_BASE,
    "no_peers": ReasonCode.NO_PEERS,
}


def _grey(estimate: Estimate, situation: Situation, grey_after_missed: int) -> Verdict | None:
    if situation.has_gap_at_deadline:
        return Verdict(Flag.GREY, Reason(ReasonCode.FIGURE_NOT_OUT, _not_out(situation)))
    if estimate.probability_met is None:
        return Verdict(Flag.GREY, _why_no_estimate(estimate, situation))
    fresh = situation.freshness
    if fresh is not None and fresh.is_silent(silent_after_missed=grey_after_missed):
        facts = {
            "days_overdue": (situation.as_of - fresh.expected_on).days,
            "last_period": str(fresh.last),
            "missed": fresh.missed,
        }
        return Verdict(Flag.GREY, Reason(ReasonCode.SILENT, facts))
    return None


def _why_no_estimate(estimate: Estimate, situation: Situation) -> Reason:
    code = _GREY_CODES.get(estimate.reason, ReasonCode.NO_DATA)
    if code is ReasonCode.NO_DATA and situation.needs_published_rate:
        return Reason(ReasonCode.NEEDS_PUBLISHED_RATE, {})
    if code is ReasonCode.TOO_SHORT and situation.definition is not None:
        return Reason(ReasonCode.DEFINITION_CHANGED, situation.definition)
    facts: dict[ReasonCode, dict[str, Any]] = {
        ReasonCode.NO_DATA: {"indicator": situation.indicator},
        ReasonCode.TOO_SHORT: _shortness(estimate, situation),
        ReasonCode.MISSING_BASE: {"period": situation.missing_period},
        ReasonCode.NO_PEERS: {},
    }
    return Reason(code, facts[code])


def _shortness(estimate: Estimate, situation: Situation) -> dict[str, Any]:
    """Values there are and needed; full years for a series reported within the year."""
    if situation.full_years is None:
        return {"n": estimate.n_observations, "needed": situation.needed}
    return {"n": situation.full_years, "needed": situation.needed_years, "full_years": True}


def _colour(probability: float, earlier: Sequence[Shown], thresholds: Thresholds) -> Verdict:
    flag = decide_colour(probability, earlier, thresholds=thresholds)
    bare = thresholds.colour(probability)
    if flag is not bare and flag is not earlier[-1].flag:  # a red on its way to green
        return Verdict(flag, Reason(ReasonCode.RECOVERING, {"probability": probability}))
    if flag is not bare:
        facts = {"probability": probability, "shown": flag.value, "bare": bare.value}
        return Verdict(flag, Reason(ReasonCode.HELD_BY_HYSTERESIS, facts))
    code, line = {
        Flag.GREEN: (ReasonCode.ABOVE_GREEN_LINE, {"green_at": thresholds.green_at}),
        Flag.YELLOW: (ReasonCode.BELOW_GREEN_LINE, {"green_at": thresholds.green_at}),
        Flag.RED: (ReasonCode.BELOW_YELLOW_LINE, {"yellow_at": thresholds.yellow_at}),
    }[flag]
    return Verdict(flag, Reason(code, {"probability": probability, **line}))
