"""The review of a plan document as it is stored: what was proposed, and every decision of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from monitor.core.records import PlanDocument


class Decision(StrEnum):
    """What a person said of a proposal."""

    PENDING = "pending"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class ReviewEnd(StrEnum):
    """Why a review is no longer open."""

    FINISHED = "finished"
    DROPPED = "dropped"


@dataclass(frozen=True)
class NewPlanReview:
    """A document laid open for review.

    Parameters
    ----------
    document : PlanDocument
        As read.
    plan : mapping
        The entry of the plan its targets belong to, as JSON values.
    is_new_plan : bool
        Whether it was not on record then.
    facts : mapping
        What the document says of itself, as JSON values.
    proposals : sequence of mapping
        What the text proposes, in order; the place in it is what decisions name.
    """

    document: PlanDocument
    plan: Mapping[str, Any] = field(hash=False)
    is_new_plan: bool
    facts: Mapping[str, Any] = field(hash=False)
    proposals: Sequence[Mapping[str, Any]] = field(hash=False)


@dataclass(frozen=True)
class ReviewHead:
    """A stored review without its text.

    Parameters
    ----------
    id : int
    sha256, name : str
        Of the document.
    plan : mapping
        The entry of the plan, as JSON values.
    begun_at, begun_by : datetime.datetime, str
    ended_at, ended_by, ended_as : optional
        None while the review is open.
    """

    id: int
    sha256: str
    name: str
    plan: Mapping[str, Any] = field(hash=False)
    begun_at: dt.datetime
    begun_by: str
    ended_at: dt.datetime | None
    ended_by: str | None
    ended_as: ReviewEnd | None


@dataclass(frozen=True)
class ReviewProgress:
    """How far a review has come, and who decided last."""

    head: ReviewHead
    proposed: int
    decided: int
    last_at: dt.datetime | None
    last_by: str | None


@dataclass(frozen=True)
class NewDecision:
    """What a person says of one proposal.

    Parameters
    ----------
    position : int
        Place among the proposals, from 0.
    decision : Decision
        Pending takes an earlier one back.
    draft : mapping
        The terms as the person left them, as JSON values.
    """

    position: int
    decision: Decision
    draft: Mapping[str, Any] = field(hash=False)


@dataclass(frozen=True)
class RecordedDecision(NewDecision):
    """One that was stored; `sequence` counts the decisions on its proposal from 1."""

    sequence: int
    recorded_at: dt.datetime
    actor: str


@dataclass(frozen=True)
class StoredReview:
    """A review with all it holds.

    Parameters
    ----------
    head : ReviewHead
    content : NewPlanReview
    decisions : mapping of int to RecordedDecision
        The last one on each proposal that has any.
    """

    head: ReviewHead
    content: NewPlanReview
    decisions: Mapping[int, RecordedDecision] = field(hash=False)


@dataclass(frozen=True)
class SeenReview:
    """A review as a person saw it before an act: how many decisions it held, taken back ones too."""

    id: int
    decisions: int
