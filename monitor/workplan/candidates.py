"""What the extraction proposes: a target with its quote, and why a person must look at it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import Commitment


class ReviewReason(StrEnum):
    """Why a person must look at a proposal."""

    NO_INDICATOR = "no_indicator"
    UNSURE_INDICATOR = "unsure_indicator"
    OCR_REPAIR = "ocr_repair"
    NO_DEADLINE = "no_deadline"
    NO_NAME = "no_name"
    NO_BASELINE = "no_baseline"
    DECLINE = "decline"
    CONFLICT = "conflict"
    REPEAT = "repeat"
    CONFLICT_WITH_LEDGER = "conflict_with_ledger"
    INHERITED_NAME = "inherited_name"
    GLUED_CELLS = "glued_cells"


_FIELDS = (
    "quote", "start", "end", "value_start", "value_end", "clause", "indicator_name", "indicator", "kind",
    "comparator", "value", "value_upper", "unit", "value_as_written", "window_start", "deadline", "region",
    "responsible", "commitment", "baseline_value", "confidence", "review", "repeat_of", "conflicts_with",
)  # fmt: skip


@dataclass(frozen=True)
class Candidate:
    """A proposed target; offsets are code points of the text as read.

    Parameters
    ----------
    quote, start, end : str, int, int
        The words of the plan, and where they stand.
    value_start, value_end, value_as_written : int, int, str
        The number in them, with its unit and comparator.
    clause : str
        Where in the plan: 二/(一)/3.
    indicator_name : str
        What is counted, in the plan's words.
    indicator : str or None
        Proposed code of the catalogue.
    kind, comparator : TargetKind, Comparator
    value, value_upper : float
        In `unit`.
    unit : str
        CNY, count, percent, pp, times, rank, day, square_metre, ...
    written_unit : str
        As written: 亿元, 万家.
    written_decimals : int
        Decimals as written.
    window_start : str or None
        First year of the window, for kinds that have one.
    deadline : datetime.date or None
    region, responsible : str or None
        Place and departments, in the plan's words.
    commitment : Commitment
    baseline_year, baseline_value : int or None, float or None
        What the sentence or table starts from, in `unit`.
    confidence : float
        Between 0 and 1: how plain the words are.
    review : tuple of ReviewReason
        Why a person must look.
    repeat_of : int or None
        Position of the first proposal that says the same.
    conflicts_with : tuple of int
        Positions of proposals that say otherwise.
    """

    quote: str
    start: int
    end: int
    value_start: int
    value_end: int
    value_as_written: str
    clause: str
    indicator_name: str
    kind: TargetKind
    comparator: Comparator
    value: float | None
    value_upper: float | None
    unit: str
    written_unit: str
    written_decimals: int
    window_start: str | None
    deadline: dt.date | None
    region: str | None
    responsible: str | None
    commitment: Commitment
    baseline_year: int | None = None
    baseline_value: float | None = None
    indicator: str | None = None
    confidence: float = 1.0
    review: tuple[ReviewReason, ...] = ()
    repeat_of: int | None = None
    conflicts_with: tuple[int, ...] = ()

    @classmethod
    def field_names(cls) -> tuple[str, ...]:
        """The names of the format, in order."""
        return _FIELDS

    def to_json(self) -> dict[str, Any]:
        """Plain values under the names of the format."""
        return {
            "quote": self.quote,
            "start": self.start,
            "end": self.end,
            "value_start": self.value_start,
            "value_end": self.value_end,
            "clause": self.clause,
            "indicator_name": self.indicator_name,
            "indicator": self.indicator,
            "kind": self.kind.value,
            "comparator": self.comparator.value,
            "value": self.value,
            "value_upper": self.value_upper,
            "unit": self.unit,
            "value_as_written": self.value_as_written,
            "window_start": self.window_start,
            "deadline": None if self.deadline is None else self.deadline.isoformat(),
            "region": self.region,
            "responsible": self.responsible,
            "commitment": self.commitment.value,
            "baseline_value": self.baseline_value,
            "confidence": round(self.confidence, 2),
            "review": [reason.value for reason in self.review],
            "repeat_of": self.repeat_of,
            "conflicts_with": list(self.conflicts_with),
        }

    def with_review(self, *reasons: ReviewReason) -> Candidate:
        """The same with more reasons to look at it."""
        added = tuple(reason for reason in reasons if reason not in self.review)
        return replace(self, review=(*self.review, *added)) if added else self
