"""From a proposal to a draft, and from a draft to the terms of the ledger."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from enum import StrEnum

from pydantic import ValidationError

from forecast.targets import KINDS_WITH_WINDOW, Comparator, TargetKind
from monitor.core.catalogue import Citation, TargetEntry
from monitor.core.errors import PeriodError, TargetRuleError, UnitError, UserFacingError
from monitor.core.indicators import Indicator
from monitor.core.ledger import Terms
from monitor.core.periods import Period
from monitor.core.register import base_unit_of_kind, target_terms
from monitor.core.term_rules import TermProblem, TermRule, TermsError, check_terms
from monitor.core.units import Unit, unit_named
from monitor.plan_review.review import Draft, Item, PlanReview
from monitor.workplan import Candidate, ReviewReason

_PLAIN_UNITS = {"pp": "个百分点", "percent": "%", "times": "倍", "CNY": "元", "count": "count"}
_MIRRORED = {
    Comparator.AT_LEAST: Comparator.AT_MOST,
    Comparator.MORE_THAN: Comparator.LESS_THAN,
    Comparator.AT_MOST: Comparator.AT_LEAST,
    Comparator.LESS_THAN: Comparator.MORE_THAN,
}


def draft_of(
    candidate: Candidate, *, region: str, indicator: Indicator | None, departments: Mapping[str, str]
) -> Draft:
    """The draft a proposal starts from.

    Parameters
    ----------
    candidate : Candidate
    region : str
        Code of the plan's region.
    indicator : Indicator or None
        The one proposed.
    departments : mapping of str to str
        Codes by name; a name that is none of them is left for the person.
    """
    unit = ledger_unit(candidate, indicator)
    factor = unit.factor if candidate.unit not in {"pp", "percent", "times"} else 1.0
    draft = Draft(
        indicator=candidate.indicator,
        region=region,
        kind=candidate.kind,
        comparator=candidate.comparator,
        value=_scaled(candidate.value, factor),
        value_upper=_scaled(candidate.value_upper, factor),
        unit=unit.name,
        start=candidate.window_start if candidate.kind in KINDS_WITH_WINDOW else None,
        deadline=candidate.deadline,
        departments=_department_codes(candidate.responsible, departments),
        commitment=candidate.commitment,
    )
    return _downwards(draft) if ReviewReason.DECLINE in candidate.review else draft


def ledger_unit(candidate: Candidate, indicator: Indicator | None) -> Unit:
    """The written unit where the ledger knows it, else its base."""
    wanted = base_unit_of_kind(candidate.kind, indicator_unit=indicator.base_unit) if indicator else None
    if wanted == "per_10k_people" and candidate.unit == "count":
        return unit_named("件/万人")
    for name in (candidate.written_unit, _PLAIN_UNITS.get(candidate.unit, candidate.unit)):
        try:
            found = unit_named(name)
        except UnitError:
            continue
        if wanted is None or found.base == wanted:
            return found
    # The unit does not measure what the indicator does: the check of the draft says so.
    return Unit(candidate.written_unit or candidate.unit, candidate.unit, 1.0)


def _scaled(value: float | None, factor: float) -> float | None:
    return None if value is None else round(value / factor, 9)


def _downwards(draft: Draft) -> Draft:
    """下降 13.5 % is growth of at most -13.5 %."""
    if draft.value is None:
        return draft
    low, high = draft.value, draft.value_upper
    mirrored = replace(draft, comparator=_MIRRORED.get(draft.comparator, draft.comparator))
    return replace(
        mirrored, value=-low if high is None else -high, value_upper=None if high is None else -low
    )


def _department_codes(names: str | None, departments: Mapping[str, str]) -> tuple[str, ...]:
    told = re.split(r"[、,,;;]", names or "")
    return tuple(dict.fromkeys(departments[name.strip()] for name in told if name.strip() in departments))


def draft_terms(review: PlanReview, item: Item, *, code: str) -> tuple[TargetEntry, Terms]:
    """The terms of an accepted draft.

    Parameters
    ----------
    code : str
        Of the new target.

    Raises
    ------
    TargetRuleError, UnitError
        If they make no sense for the indicator.
    """
    draft = item.draft
    indicator = review.indicators.get(draft.indicator or "")
    if indicator is None or draft.deadline is None:
        raise TargetRuleError(f"Proposal {item.position + 1} names no indicator or no deadline.")
    entry = _entry(draft, item.candidate, code)
    terms = target_terms(entry, indicator)
    check_terms(terms, indicator, target=code, plan_start=Period.parse(review.plan.period_start).start)
    return entry, terms


def _entry(draft: Draft, candidate: Candidate, code: str) -> TargetEntry:
    facts = {
        "code": code,
        **vars(draft),
        "citations": (citation_of(candidate),),
    }
    try:
        return TargetEntry.model_validate(facts)
    except ValidationError as error:
        told = "; ".join(str(each["msg"]) for each in error.errors())
        raise TargetRuleError(f"{candidate.indicator_name}: {told}.") from error


def citation_of(candidate: Candidate) -> Citation:
    """Where the plan states it, and the number as written."""
    return Citation(
        clause=candidate.clause or "原文", written=re.sub(r"\s+", " ", candidate.value_as_written)
    )


def item_problem(review: PlanReview, item: Item) -> str | None:
    """What stands against entering a draft as it is, in one sentence, or None."""
    try:
        draft_terms(review, item, code="x")
    except UserFacingError as error:
        return str(error).removeprefix("Target x: ")
    return None


class DraftGap(StrEnum):
    """What a draft lacks, or says in a unit that does not measure its indicator."""

    NO_INDICATOR = "no_indicator"
    NO_DEADLINE = "no_deadline"
    NO_VALUE = "no_value"
    NO_UPPER = "no_upper"
    UPPER_UNASKED = "upper_unasked"
    MILESTONE = "milestone"
    OTHER_UNIT = "other_unit"


def draft_problems(review: PlanReview, item: Item) -> tuple[DraftGap | TermProblem, ...]:
    """The same as facts, for words in any language; empty where the draft can be entered."""
    gaps = tuple(_gaps(review, item.draft))
    if gaps:
        return gaps
    try:
        draft_terms(review, item, code="x")
    except TermsError as error:
        return error.problems
    except UnitError:
        return (DraftGap.OTHER_UNIT,)
    except (PeriodError, TargetRuleError) as error:
        return (TermProblem("start", str(item.draft.start), str(error), TermRule.START_A_PERIOD),)
    return ()


def _gaps(review: PlanReview, draft: Draft) -> Iterator[DraftGap]:
    if draft.kind is TargetKind.MILESTONE:
        yield DraftGap.MILESTONE
    if draft.indicator not in review.indicators:
        yield DraftGap.NO_INDICATOR
    if draft.deadline is None:
        yield DraftGap.NO_DEADLINE
    if draft.value is None and draft.kind is not TargetKind.DIRECTION:
        yield DraftGap.NO_VALUE
    if draft.comparator is Comparator.BETWEEN and draft.value_upper is None:
        yield DraftGap.NO_UPPER
    if draft.comparator is not Comparator.BETWEEN and draft.value_upper is not None:
        yield DraftGap.UPPER_UNASKED
