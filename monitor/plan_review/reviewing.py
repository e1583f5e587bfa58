"""The review that goes on for days: stored with every decision, taken up again by anybody who may."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pydantic import TypeAdapter

from monitor import commands, queries
from monitor.core.access import Actor
from monitor.core.catalogue import PlanEntry
from monitor.core.errors import EnteredProposalError, TargetRuleError
from monitor.core.records import Plan, PlanDocument
from monitor.core.reviews import (
    Decision,
    NewDecision,
    NewPlanReview,
    RecordedDecision,
    ReviewHead,
    SeenReview,
    StoredReview,
)
from monitor.core.term_rules import TermProblem
from monitor.documents import Document
from monitor.plan_review.opening import (
    PlanChoice,
    beside_ledger,
    departments_of,
    first_draft,
    new_plan_code,
    open_review,
)
from monitor.plan_review.review import Draft, Item, PlanReview, accept, edit
from monitor.plan_review.terms import DraftGap, draft_problems, item_problem
from monitor.store import Store
from monitor.workplan import Candidate, Extraction, PlanFacts, Proposal


@dataclass(frozen=True)
class _Proposed:
    """One proposal as it is stored."""

    candidate: Candidate
    proposals: tuple[Proposal, ...]


_PROPOSED, _FACTS, _DRAFT = TypeAdapter(_Proposed), TypeAdapter(PlanFacts), TypeAdapter(Draft)


@dataclass(frozen=True)
class OngoingReview:
    """A stored review laid beside the ledger of today.

    Parameters
    ----------
    head : ReviewHead
    review : PlanReview
        With the decisions in force.
    decisions : mapping of int to RecordedDecision
        Those decisions, with who made them when.
    problems : tuple of tuple
        What stands against entering each proposal as it is (`draft_problems`).
    """

    head: ReviewHead
    review: PlanReview
    decisions: Mapping[int, RecordedDecision]
    problems: tuple[tuple[DraftGap | TermProblem, ...], ...]

    @property
    def seen(self) -> SeenReview:
        """What a person who looks at it has seen, to be sent with an act on all of it."""
        return SeenReview(self.head.id, sum(each.sequence for each in self.decisions.values()))

    @property
    def clean(self) -> tuple[int, ...]:
        """Positions of open proposals that nothing asks a person's eye for."""
        return tuple(item.position for item in self.review.items if self._is_clean(item))

    def _is_clean(self, item: Item) -> bool:
        return (
            is_open(item)
            and not item.candidate.review
            and not item.same_as
            and not item.conflicts_with
            and not self.problems[item.position]
        )

    def sequence(self, position: int) -> int:
        """Number of the last decision on a proposal, to be sent with the next one; 0 before the first."""
        return self.decisions[position].sequence if position in self.decisions else 0


def begin_review(store: Store, actor: Actor, document: Document, *, choice: PlanChoice | None = None) -> int:
    """Read the proposals of a document and store them for review.

    Parameters and errors are those of `open_review`; a document whose review is open goes on there.

    Returns
    -------
    int
        Id of the review.
    """
    opened = open_review(store, actor, document, choice=choice)
    proposed = [
        _PROPOSED.dump_python(_Proposed(each.candidate, each.proposals), mode="json") for each in opened.items
    ]
    content = NewPlanReview(
        document=PlanDocument(document.sha256, document.name, document.format, document.text),
        plan=opened.plan.model_dump(mode="json"),
        is_new_plan=opened.is_new_plan,
        facts=_FACTS.dump_python(opened.extraction.facts, mode="json"),
        proposals=proposed,
    )
    return commands.begin_plan_review(store, actor, content)


def load_review(store: Store, actor: Actor, review: int) -> OngoingReview:
    """A stored review as it stands, beside the ledger of today.

    Raises
    ------
    NotFoundError, PermissionDeniedError
        If there is none, or it lies outside the actor's scope.
    """
    stored = queries.get_plan_review(store, actor, review)
    loaded = _as_stored(store, actor, stored)
    problems = tuple(draft_problems(loaded, item) for item in loaded.items)
    return OngoingReview(stored.head, loaded, stored.decisions, problems)


def _as_stored(store: Store, actor: Actor, stored: StoredReview) -> PlanReview:
    content = stored.content
    proposed = [_PROPOSED.validate_python(each) for each in content.proposals]
    extraction = Extraction(_FACTS.validate_python(content.facts), tuple(each.candidate for each in proposed))
    plan, is_new = _plan_today(content, queries.get_plans(store, actor))
    review = PlanReview(
        Document(**vars(content.document)),
        extraction,
        plan,
        is_new,
        (),
        queries.get_indicators(store, actor),
        departments_of(store, actor, plan.region),
    )
    items = tuple(
        _item(review, position, each, stored.decisions.get(position))
        for position, each in enumerate(proposed)
    )
    return beside_ledger(replace(review, items=items), store, actor)


def _plan_today(content: NewPlanReview, plans: Mapping[str, Plan]) -> tuple[PlanEntry, bool]:
    """The plan of the review: on record by now, or new under a code that no other plan took meanwhile."""
    plan = PlanEntry.model_validate(content.plan)
    if not content.is_new_plan:
        return plan, False
    told = (plan.title, plan.region, plan.period_end)
    for held in plans.values():
        if (held.title, held.region, held.period_end) == told:
            return plan.model_copy(update={"code": held.code}), False
    if plan.code not in plans:
        return plan, True
    code = new_plan_code(plan.region, int(plan.period_end[:4]), plans)
    return plan.model_copy(update={"code": code}), True


def _item(review: PlanReview, position: int, proposed: _Proposed, decided: RecordedDecision | None) -> Item:
    candidate, proposals = proposed.candidate, proposed.proposals
    if decided is None:
        return Item(position, candidate, proposals, first_draft(review, candidate))
    draft = _DRAFT.validate_python(decided.draft)
    return Item(position, candidate, proposals, draft, decided.decision)


def decide(
    store: Store,
    actor: Actor,
    review: int,
    position: int,
    decision: Decision,
    *,
    seen: int,
    changes: Mapping[str, Any] | None = None,
) -> int:
    """Decide one proposal, with fields of its draft changed; places that repeat it follow.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner with the plan's region in scope.
    review, position : int
        Which proposal of which review.
    decision : Decision
        Pending keeps the changes and leaves it open.
    seen : int
        `OngoingReview.sequence` of the proposal when the person looked.
    changes : mapping, optional
        Fields of `Draft`.

    Returns
    -------
    int
        How many decisions were new.

    Raises
    ------
    StaleDecisionError
        If somebody else decided it meanwhile.
    EnteredProposalError
        If it is on the ledger by now.
    TargetRuleError, UnitError
        If it is accepted with terms that make no sense.
    EndedReviewError, NotFoundError, PermissionDeniedError
        See `commands.decide_proposals`.
    """
    ongoing = load_review(store, actor, review)
    edited = edit(ongoing.review, position, **(changes or {}))
    item = edited.item(position)
    if item.entered_as is not None:
        raise EnteredProposalError(position, item.entered_as)
    if decision is Decision.ACCEPTED:
        _check_enters(accept(edited, position), position)
    new = [decision_on(item, decision), *_following(ongoing, item, decision)]
    sequences = {each.position: ongoing.sequence(each.position) for each in new}
    return commands.decide_proposals(store, actor, review, new, seen={**sequences, position: seen})


def _check_enters(review: PlanReview, position: int) -> None:
    problem = item_problem(review, review.item(position))
    if problem is not None:
        raise TargetRuleError(problem)


def decision_on(item: Item, decision: Decision) -> NewDecision:
    """A decision on a proposal with its terms, as it is stored."""
    return NewDecision(item.position, decision, _DRAFT.dump_python(item.draft, mode="json"))


def _following(ongoing: OngoingReview, leader: Item, decision: Decision) -> Iterator[NewDecision]:
    """What repeats a proposal and was not decided or changed by itself goes with it."""
    before = ongoing.review.item(leader.position)
    for item in ongoing.review.items:
        if item.candidate.repeat_of != leader.position or item.entered_as is not None:
            continue
        own = first_draft(ongoing.review, item.candidate)
        stood = ongoing.decisions.get(item.position)
        if stood is not None and stood.decision is not before.decision:
            continue
        if item.draft not in (own, _as_repeated(own, before.draft)):
            continue
        yield decision_on(replace(item, draft=_as_repeated(own, leader.draft)), decision)


def _as_repeated(own: Draft, led: Draft) -> Draft:
    """The terms of a proposal at a place that repeats it, with the departments named there."""
    return replace(led, departments=own.departments or led.departments)


def accept_clean(store: Store, actor: Actor, review: int, positions: Collection[int]) -> int:
    """Accept proposals as they stand, those nothing speaks against; the others are left open.

    Parameters
    ----------
    positions : collection of int
        What the person saw as such.

    Returns
    -------
    int
        How many were accepted.

    Raises
    ------
    EndedReviewError, NotFoundError, PermissionDeniedError
        See `commands.decide_proposals`.
    """
    ongoing = load_review(store, actor, review)
    clean = [ongoing.review.item(position) for position in ongoing.clean if position in positions]
    new = [decision_on(item, Decision.ACCEPTED) for item in clean]
    for item in clean:
        new += _following(ongoing, item, Decision.ACCEPTED)
    seen = {each.position: ongoing.sequence(each.position) for each in new}
    commands.decide_proposals(store, actor, review, new, seen=seen)
    return len(clean)


def is_open(item: Item) -> bool:
    """Whether a person still has to decide a proposal."""
    return item.decision is Decision.PENDING and item.entered_as is None
