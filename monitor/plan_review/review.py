"""A review as plain values: what is proposed, what the ledger holds, what a person decided."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from forecast.targets import Comparator, TargetKind
from monitor.core.catalogue import PlanEntry
from monitor.core.errors import NotFoundError, TargetRuleError
from monitor.core.indicators import Indicator
from monitor.core.ledger import Commitment
from monitor.core.reviews import Decision
from monitor.documents import Document
from monitor.workplan import Candidate, Extraction, Proposal


@dataclass(frozen=True)
class Draft:
    """The terms a proposal would enter the ledger with; a person may change each.

    Parameters
    ----------
    indicator : str or None
        Code; None until a person or the catalogue's aliases name one.
    value, value_upper : float or None
        In `unit`, as the plan writes it.
    unit : str
        A unit the ledger knows: 亿元, 家, %.
    start : str or None
        Base period, or first counted one.
    """

    indicator: str | None
    region: str
    kind: TargetKind
    comparator: Comparator
    value: float | None
    value_upper: float | None
    unit: str
    start: str | None
    deadline: dt.date | None
    departments: tuple[str, ...]
    commitment: Commitment


@dataclass(frozen=True)
class Item:
    """One proposal under review.

    Parameters
    ----------
    position : int
        Place among the proposals, from 0.
    candidate : Candidate
        What the text says, with its quote and span.
    proposals : tuple of Proposal
        Indicators its name may stand for, likeliest first.
    draft : Draft
        What would be entered.
    decision : Decision
    entered_as : str or None
        Code of the target this very place of this document was entered as before.
    same_as, conflicts_with : tuple of str
        Codes of targets on the ledger that say the same, or otherwise, of the same thing.
    """

    position: int
    candidate: Candidate
    proposals: tuple[Proposal, ...]
    draft: Draft
    decision: Decision = Decision.PENDING
    entered_as: str | None = None
    same_as: tuple[str, ...] = ()
    conflicts_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class PlanReview:
    """A document under review.

    Parameters
    ----------
    document : Document
    extraction : Extraction
    plan : PlanEntry
        The plan the targets belong to; registered with them if `is_new_plan`.
    items : tuple of Item
    indicators : mapping of str to Indicator
        Of the catalogue, for the names of codes and the units they measure.
    departments : mapping of str to str
        Code of each department of the plan's region by its name.
    """

    document: Document
    extraction: Extraction
    plan: PlanEntry
    is_new_plan: bool
    items: tuple[Item, ...]
    indicators: Mapping[str, Indicator] = field(default_factory=dict)
    departments: Mapping[str, str] = field(default_factory=dict)

    def item(self, position: int) -> Item:
        """The proposal at a position.

        Raises
        ------
        NotFoundError
            If there is none.
        """
        if not 0 <= position < len(self.items):
            raise NotFoundError("proposal", str(position + 1), f"There are {len(self.items)}.")
        return self.items[position]


def accept(review: PlanReview, position: int) -> PlanReview:
    """The review with a proposal accepted as its draft stands.

    Raises
    ------
    TargetRuleError
        If the draft names no indicator or no deadline: a person must map it first.
    """
    item = review.item(position)
    if item.draft.indicator is None:
        raise TargetRuleError(
            f"Proposal {position + 1} ({item.candidate.indicator_name}) names no indicator; "
            "choose its code first."
        )
    if item.draft.deadline is None:
        raise TargetRuleError(
            f"Proposal {position + 1} ({item.candidate.indicator_name}) has no deadline; give one first."
        )
    return _with(review, replace(item, decision=Decision.ACCEPTED))


def edit(review: PlanReview, position: int, **changes: Any) -> PlanReview:
    """The review with fields of a draft changed; the decision stays.

    Parameters
    ----------
    changes
        Fields of `Draft`.

    Raises
    ------
    NotFoundError
        If the indicator is not in the catalogue.
    """
    item = review.item(position)
    code = changes.get("indicator")
    if code is not None and code not in review.indicators:
        raise NotFoundError("indicator", code, known=review.indicators)
    return _with(review, replace(item, draft=replace(item.draft, **changes)))


def reject(review: PlanReview, position: int) -> PlanReview:
    """The review with a proposal rejected."""
    return _with(review, replace(review.item(position), decision=Decision.REJECTED))


def pending(review: PlanReview) -> tuple[Item, ...]:
    """The proposals nobody has decided yet, without those entered before and repeats of others."""
    return tuple(
        item
        for item in review.items
        if item.decision is Decision.PENDING and item.entered_as is None and item.candidate.repeat_of is None
    )


def _with(review: PlanReview, item: Item) -> PlanReview:
    items = list(review.items)
    items[item.position] = item
    return replace(review, items=tuple(items))
