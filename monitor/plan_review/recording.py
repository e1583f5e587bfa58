"""Enter the accepted proposals of a review; what was entered before, or is on the ledger, is not added."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from monitor import commands, queries
from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.ledger import Part
from monitor.core.periods import Period
from monitor.core.records import AcceptedTarget, PlanDocument, Target, TargetQuote
from monitor.core.reviews import Decision, SeenReview
from monitor.plan_review.opening import LedgerIndex, compared_with_ledger, says_alike
from monitor.plan_review.review import Draft, Item, PlanReview
from monitor.plan_review.terms import citation_of, draft_terms
from monitor.store import Store

IMPORTED = "据规划文本审核登记 / accepted from the plan document"


@dataclass(frozen=True)
class ImportReport:
    """What an import did.

    Parameters
    ----------
    added : tuple of str
        Codes of the new targets.
    entered_before : int
        Accepted proposals this document had entered already.
    already_held : tuple of str
        Codes of targets on the ledger that say the same as an accepted proposal.
    conflicts : tuple of (str, str)
        New target, and the one on the ledger it disagrees with; both are kept.
    undecided : int
        Proposals nobody decided.
    """

    added: tuple[str, ...]
    entered_before: int
    already_held: tuple[str, ...]
    conflicts: tuple[tuple[str, str], ...]
    undecided: int


def record_review(
    store: Store,
    actor: Actor,
    review: PlanReview,
    *,
    effective_on: dt.date | None = None,
    reason: str = IMPORTED,
    seen: SeenReview | None = None,
) -> ImportReport:
    """Enter what was accepted, in one transaction; doing it twice adds nothing.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner.
    review : PlanReview
        With decisions.
    effective_on : datetime.date, optional
        First day the targets hold; by default the first of the plan's period, or today where that
        lies ahead.
    reason : str
        Kept in the ledger.
    seen : SeenReview, optional
        The stored review the decisions are from; nothing is entered if it went on since.

    Raises
    ------
    StaleDecisionError
        If somebody decided something since the review was looked at.
    TargetRuleError, UnitError
        If an accepted draft makes no sense; nothing is entered then.
    """
    held = queries.get_targets(store, actor, region=review.plan.region)
    chosen = [item for item in review.items if item.decision is Decision.ACCEPTED]
    ledger = LedgerIndex(held)
    fresh = [compared_with_ledger(review, item, ledger) for item in chosen if item.entered_as is None]
    new = [item for item in fresh if not item.same_as and not _repeats_another(item, fresh)]
    accepted = _accepted(review, new, fresh, {target.code for target in held})
    plan = review.plan if review.is_new_plan else review.plan.code
    document = review.document
    opened = commands.accept_targets(
        store,
        actor,
        plan,
        document=PlanDocument(document.sha256, document.name, document.format, document.text),
        accepted=accepted,
        effective_on=effective_on or usual_start(review, today=today(store.clock)),
        reason=reason,
        seen=seen,
    )
    return ImportReport(
        added=tuple(target.code for target in opened),
        entered_before=len(chosen) - len(fresh),
        already_held=tuple(code for item in fresh for code in item.same_as[:1]),
        conflicts=_conflicts(new, opened),
        undecided=sum(item.decision is Decision.PENDING for item in review.items),
    )


def usual_start(review: PlanReview, *, today: dt.date) -> dt.date:
    """First day targets hold unless told otherwise: of the plan's period, or today if that lies ahead."""
    return min(Period.parse(review.plan.period_start).start, today)


def _repeats_another(item: Item, accepted: Iterable[Item]) -> bool:
    """Whether the proposal says again what another accepted one says; it becomes one more citation."""
    first = item.candidate.repeat_of
    return first is not None and any(
        other.position == first and _says_the_same(other.draft, item.draft) for other in accepted
    )


def _is_repeat_of(other: Item, item: Item) -> bool:
    return other.candidate.repeat_of == item.position and _says_the_same(item.draft, other.draft)


def _says_the_same(one: Draft, other: Draft) -> bool:
    """Whether two places of a plan state one target; each may name its own departments."""
    told: dict[str, Any] = {"departments": (), "commitment": other.commitment, "comparator": other.comparator}
    alike = replace(one, **told, value=other.value, value_upper=other.value_upper)
    return says_alike(one, other) and alike == replace(other, departments=())


def _accepted(
    review: PlanReview, new: list[Item], fresh: list[Item], taken: set[str]
) -> list[AcceptedTarget]:
    codes = set(taken)
    found = []
    for item in new:
        code = _code(review, item, codes)
        codes.add(code)
        found.append(_target(review, item, code, fresh))
    return found


def _code(review: PlanReview, item: Item, taken: set[str]) -> str:
    """plan.indicator, with the kind, the year, and at last a number where that is taken."""
    draft = item.draft
    stem = f"{review.plan.code}.{draft.indicator}"
    year = draft.deadline.year if draft.deadline else ""
    for code in (stem, f"{stem}_{year}", f"{stem}_{draft.kind.value}_{year}"):
        if code not in taken:
            return code
    number = 2
    while f"{stem}_{draft.kind.value}_{year}_{number}" in taken:
        number += 1
    return f"{stem}_{draft.kind.value}_{year}_{number}"


def _target(review: PlanReview, item: Item, code: str, fresh: list[Item]) -> AcceptedTarget:
    stated = [item, *(other for other in fresh if _is_repeat_of(other, item))]
    named = dict.fromkeys(code for each in stated for code in each.draft.departments)
    merged = replace(item, draft=replace(item.draft, departments=tuple(named)))
    _, terms = draft_terms(review, merged, code=code)
    citations = [citation_of(each.candidate) for each in stated]
    target = Target(
        code=code,
        plan=review.plan.code,
        title_zh=None,
        title_en=None,
        parent=None,
        part=Part.WHOLE,
        citations=tuple((each.clause, each.written) for each in citations),
        conflicts_with=item.conflicts_with,
        baseline_period=None,
        baseline_value=None,
        note_zh=item.candidate.indicator_name,
        note_en=None,
        history=(),
    )
    return AcceptedTarget(target, terms, tuple(_quote(each) for each in stated))


def _quote(item: Item) -> TargetQuote:
    found = item.candidate
    return TargetQuote(found.quote, found.start, found.end, found.value_start, found.value_end)


def _conflicts(new: list[Item], opened: tuple[Target, ...]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (target.code, other)
        for item, target in zip(new, opened, strict=True)
        for other in item.conflicts_with
    )
