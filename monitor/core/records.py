"""Frozen records that the query layer answers with; screens, mail and command line show these."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Generic, TypeVar

from monitor.core.flags import Flag
from monitor.core.ledger import Part, Revision, Terms
from monitor.core.reasons import ChangeParts, Reason

T = TypeVar("T")


class RunKind(StrEnum):
    """Scheduled runs feed hysteresis and screens; ad-hoc ones and replays neither use nor feed it."""

    SCHEDULED = "scheduled"
    ADHOC = "adhoc"
    REPLAY = "replay"


class PlanState(StrEnum):
    """Whether a plan's window is still open on a day."""

    RUNNING = "running"
    FINISHED = "finished"


class Status(StrEnum):
    """How firm a published figure is."""

    FINAL = "final"
    PRELIMINARY = "preliminary"
    REVISED = "revised"
    DERIVED = "derived"
    YEAR_INFERRED = "year_inferred"

    @property
    def settles(self) -> bool:
        """Whether a target may be judged on such a figure."""
        return self in (Status.FINAL, Status.REVISED, Status.DERIVED)


class KnownOnBasis(StrEnum):
    """Where `known_on` comes from."""

    PUBLISHED = "published"
    PARTIAL_DATE = "partial_date"
    LAG = "lag"


@dataclass(frozen=True)
class Region:
    """A region as the catalogue dates it."""

    code: str
    name_zh: str
    short_zh: str
    name_en: str
    level: str
    parent: str | None


@dataclass(frozen=True)
class Department:
    """A responsible department."""

    code: str
    name_zh: str
    name_en: str
    region: str


@dataclass(frozen=True)
class Plan:
    """A plan document."""

    code: str
    title: str
    title_en: str
    number: str | None
    issuer: str
    region: str
    status: str
    parent: str | None
    issued_on: str | None
    period_start: str
    period_end: str
    source: str


@dataclass(frozen=True)
class Observation:
    """A value of an indicator in a region for a period, as one release gave it. [base unit]"""

    indicator: str
    region: str
    period: str
    value: float
    status: Status
    published_on: str | None
    known_on: dt.date
    known_on_basis: KnownOnBasis
    recorded_at: dt.datetime
    definition_basis: str
    embargo_until: dt.date | None
    origin: str
    note: str


@dataclass(frozen=True)
class Origin:
    """Where figures come from."""

    code: str
    publisher: str
    title: str
    url: str | None
    accessed_on: str | None
    trust: int


@dataclass(frozen=True)
class Target:
    """A target with its whole ledger."""

    code: str
    plan: str
    title_zh: str | None
    title_en: str | None
    parent: str | None
    part: Part
    citations: tuple[tuple[str, str | None], ...]
    conflicts_with: tuple[str, ...]
    baseline_period: str | None
    baseline_value: float | None
    note_zh: str | None
    note_en: str | None
    history: tuple[Revision, ...]


@dataclass(frozen=True)
class PlanDocument:
    """A plan document as read; offsets of quotes are code points of `text`."""

    sha256: str
    name: str
    format: str
    text: str


@dataclass(frozen=True)
class DocumentHead:
    """A stored plan document without its text."""

    sha256: str
    name: str


@dataclass(frozen=True)
class TargetQuote:
    """The words of a document a target stands on."""

    quote: str
    quote_start: int
    quote_end: int
    value_start: int
    value_end: int


@dataclass(frozen=True)
class DocumentQuote:
    """Words of a plan document that state a target, with the name of the document."""

    document: str
    quote: str


@dataclass(frozen=True)
class AcceptedTarget:
    """A target a person accepted from a plan document, with every place that states it."""

    target: Target
    terms: Terms
    quotes: tuple[TargetQuote, ...]


@dataclass(frozen=True)
class Outcome:
    """What became of a target; before `known_on` nobody is told."""

    target: str
    value: float | None
    period: str | None
    known_on: dt.date
    verdict: str
    note: str


@dataclass(frozen=True)
class MilestoneReport:
    """A milestone reported as done."""

    target: str
    done_on: dt.date
    recorded_at: dt.datetime
    actor: str
    reason: str
    document: str


@dataclass(frozen=True)
class TargetNote:
    """What a department said about a target in a period, and what it will do until when.

    Parameters
    ----------
    period : str
        The period reported on, such as 2026-10.
    measure : str
        措施: what will be done; empty where only a note was given.
    due_on : datetime.date or None
        Until when.
    """

    target: str
    period: str
    note: str
    measure: str
    due_on: dt.date | None
    department: str


@dataclass(frozen=True)
class TargetNoteRecord(TargetNote):
    """A note as it was stored."""

    actor: str
    recorded_at: dt.datetime


@dataclass(frozen=True)
class Assessment:
    """The stored answer for one target on one day.

    `probability_published` is the probability of the target as first published, where a revision
    has changed it. `quantiles` are of the compared quantity, keyed by level. `figures` holds the
    numbers screens show beside it (latest value, gap, paces, other rules), in base units.
    """

    target: str
    as_of: dt.date
    run_kind: RunKind
    recorded_at: dt.datetime
    revision_sequence: int
    flag: Flag
    reason: Reason
    details: tuple[Reason, ...]
    probability_met: float | None
    probability_published: float | None
    quantiles: dict[float, float] | None
    observed_to: str | None
    n_observations: int
    method: str
    figures: dict[str, Any]
    change: ChangeParts | None
    input_hash: str
    versions: dict[str, str]


@dataclass(frozen=True)
class FlagChange:
    """A flag change is a row; telling people about it is a separate step."""

    target: str
    as_of: dt.date
    old_flag: Flag | None
    new_flag: Flag
    reason_code: str
    old_probability: float | None
    new_probability: float | None
    change: ChangeParts | None


@dataclass(frozen=True)
class EarlierFlag:
    """What was said of a target on an earlier day, as far as a comparison needs it."""

    as_of: dt.date
    flag: Flag
    probability_met: float | None


@dataclass(frozen=True)
class Fan:
    """Quantiles of the indicator's path from the last known period to the deadline. [base unit]"""

    periods: tuple[str, ...]
    levels: tuple[float, ...]
    values: tuple[tuple[float, ...], ...]
    observed_to: str | None
    required_path: tuple[float, ...]
    method: str


@dataclass(frozen=True)
class Portion(Generic[T]):
    """Some rows of a longer list.

    Parameters
    ----------
    first : int
        Place of the first of them in the list, counted from 0.
    total : int
        Rows of the whole list.
    """

    rows: tuple[T, ...]
    first: int
    total: int
