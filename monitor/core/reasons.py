"""Why a flag is what it is: reason codes with facts, worded later per language."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class ReasonCode(StrEnum):
    """The leading reason of an assessment (`reason_code` in every output)."""

    ABOVE_GREEN_LINE = "above_green_line"
    BELOW_GREEN_LINE = "below_green_line"
    BELOW_YELLOW_LINE = "below_yellow_line"
    HELD_BY_HYSTERESIS = "held_by_hysteresis"
    RECOVERING = "recovering"
    REACHED = "reached"
    NOT_REACHED = "not_reached"
    FIGURE_NOT_OUT = "figure_not_out"
    UNFIRM_FIGURE = "unfirm_figure"
    NO_DATA = "no_data"
    TOO_SHORT = "too_short"
    SILENT = "silent"
    MISSING_BASE = "missing_base"
    NEEDS_PUBLISHED_RATE = "needs_published_rate"
    NO_PEERS = "no_peers"
    DEFINITION_CHANGED = "definition_changed"
    MILESTONE_DUE = "milestone_due"
    MILESTONE_DONE = "milestone_done"
    MILESTONE_OVERDUE = "milestone_overdue"


class DetailCode(StrEnum):
    """Further sentences below the leading reason."""

    OUTCOME_RANGE = "outcome_range"
    PACE = "pace"
    DATA_STATE = "data_state"
    LATE_DATA = "late_data"
    STRAIGHT_LINE = "straight_line"
    GROWTH_RATE_RULE = "growth_rate_rule"
    TOLERANCE = "tolerance"
    FIRST_RELEASE = "first_release"
    CONFLICT = "conflict"
    PUBLISHED_TARGET = "published_target"
    SAFE_VALUE = "safe_value"
    BEFORE_FIRST_BATCH = "before_first_batch"


@dataclass(frozen=True)
class Reason:
    """A reason code with the facts its sentence needs (plain JSON values, base units)."""

    code: ReasonCode | DetailCode
    facts: dict[str, Any]


@dataclass(frozen=True)
class ChangeParts:
    """How the change in probability since the last assessment divides; the parts add up exactly."""

    new_data: float
    revised_data: float
    target_edit: float
    time_passing: float
    model: float

    @property
    def total(self) -> float:
        """Change in probability_met, -1..1."""
        return self.new_data + self.revised_data + self.target_edit + self.time_passing + self.model
