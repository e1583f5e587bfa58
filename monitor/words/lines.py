"""A target as the lines of tables and mail show it: one scale, value, target, gap, probability, change."""

from __future__ import annotations

import re
from dataclasses import dataclass

from monitor.core.flags import COLOURS, Flag
from monitor.core.indicators import Measure
from monitor.core.overviews import TargetStatus
from monitor.core.reasons import DetailCode, ReasonCode
from monitor.core.records import Assessment, EarlierFlag
from monitor.words import display, wording
from monitor.words.display import GROWTH_KINDS, Scale
from monitor.words.view import View
from monitor.words.wording import WordingContext, messages

MILESTONE_FLAGS = frozenset({Flag.DUE, Flag.DONE, Flag.OVERDUE})
SETTLED_FLAGS = frozenset({Flag.MET, Flag.MISSED, *MILESTONE_FLAGS})
OPEN_FLAGS = frozenset({*COLOURS, Flag.GREY, Flag.AWAITING})
"""Flags of targets that have a chance, or would have one if the figures were here."""
_LATE = frozenset({DetailCode.LATE_DATA, ReasonCode.SILENT})
_HELD = frozenset({"held_by_hysteresis", "recovering"})
_SIMULATED_SUFFIX = re.compile(r"\s*[（(](?:模拟|simulated|sim\.)[）)]")
_OWN_LEVEL = frozenset({"level", "growth", "average_growth", "growth_each_year"})


@dataclass(frozen=True)
class Line:
    """One target, formatted for one view."""

    status: TargetStatus
    view: View
    flag: Flag
    scale: Scale
    value: float | None
    value_period: str
    gap: float | None
    probability: float | None
    change: int | None

    @property
    def context(self) -> WordingContext:
        """What sentences about this target need."""
        return context_of(self.status)

    @property
    def region(self) -> str:
        """Short name of the region."""
        return self.view.region(self.status.region)

    @property
    def name(self) -> str:
        """The indicator, or the target's own title where there is none."""
        return name_of(self.status, self.view)

    @property
    def short_region(self) -> str:
        """The region in a table; what the badge of the page says is left out."""
        return short_region(self.status, self.view)

    @property
    def short_name(self) -> str:
        """The name in a table; what the badge of the page says is left out."""
        return short_name(self.status, self.view)

    @property
    def is_held(self) -> bool:
        """Whether the colour is an earlier one that the probability has not yet clearly left."""
        return is_held(self.status)

    @property
    def kind(self) -> str:
        """How the indicator is measured against the target; empty for a level."""
        return kind_suffix(self.status, self.view)

    @property
    def is_settled(self) -> bool:
        """Whether the outcome is known, so that a probability would mean nothing."""
        return self.flag in SETTLED_FLAGS

    @property
    def deadline(self) -> str:
        """Deadline as short as it can be."""
        return wording.deadline_text(self.status.terms.deadline)

    @property
    def statement(self) -> str:
        """2027 年 ≥ 2.50%."""
        return wording.target_statement(self.context, self.view.language)

    @property
    def goal(self) -> float | None:
        """Level of the plotted series that meets the target."""
        return goal_of(self.status)


def context_of(status: TargetStatus) -> WordingContext:
    """Terms and indicator of a status."""
    return WordingContext(status.terms, status.indicator)


def name_of(status: TargetStatus, view: View) -> str:
    """The indicator's name, else the title, else the code."""
    title = status.title_zh if view.is_chinese else status.title_en or status.title_zh
    if status.indicator is None or status.is_milestone:
        return title or status.target
    return view.indicator(status.indicator)


def plain(name: str, view: View) -> str:
    """A name without （模拟）, where the badge of the page says it for all."""
    return _SIMULATED_SUFFIX.sub("", name) if view.workspace.simulated else name


def short_region(status: TargetStatus, view: View) -> str:
    """The region's name in tables, the matrix and changes."""
    return plain(view.region(status.region), view)


def short_name(status: TargetStatus, view: View) -> str:
    """The target's name in tables, the matrix and changes."""
    return plain(name_of(status, view), view)


def is_held(status: TargetStatus) -> bool:
    """Whether hysteresis keeps a colour the probability alone would not give."""
    return status.assessment is not None and status.assessment.reason.code.value in _HELD


def kind_suffix(status: TargetStatus, view: View) -> str:
    """年均增速, 累计, 净增; nothing for a level or a milestone."""
    kind = status.terms.kind.value
    return "" if kind in ("level", "milestone") else messages(view.language).kinds[kind]


def goal_of(status: TargetStatus) -> float | None:
    """The target on the scale of the recent values, where the two can be compared."""
    if is_growth(status):
        return status.terms.value
    level = level_of(status)
    return status.terms.value if level is None and status.terms.kind.value in _OWN_LEVEL else level


def level_of(status: TargetStatus) -> float | None:
    """The level of the indicator that meets the target, where the assessment states it."""
    figures = status.assessment.figures if status.assessment else {}
    level = figures.get("target_level")
    return None if level is None else float(level)


def is_growth(status: TargetStatus) -> bool:
    """Whether the target is a growth rate."""
    return status.terms.kind in GROWTH_KINDS


def shows_rates(status: TargetStatus) -> bool:
    """Whether figures and fan are those of the published growth rate, not of the level."""
    return (
        is_growth(status) and status.indicator is not None and status.indicator.growth_indicator is not None
    )


def compares_rates(status: TargetStatus) -> bool:
    """Whether the figures are growth rates, of which neither a pace nor a sum can be told."""
    indicator = status.indicator
    is_ratio = indicator is not None and indicator.measure is Measure.RATIO
    return shows_rates(status) or (is_ratio and is_growth(status))


def flag_of(status: TargetStatus) -> Flag:
    """The flag of the latest assessment; grey if there is none."""
    return status.assessment.flag if status.assessment else Flag.GREY


def line_of(status: TargetStatus, view: View) -> Line:
    """Format one target."""
    value, period = _latest(status)
    target = status.terms.value
    gap = status.assessment.figures.get("gap") if status.assessment else None
    if gap is None and value is not None and target is not None:
        gap = value - target
    return Line(
        status=status,
        view=view,
        flag=flag_of(status),
        scale=display.scale_of(status.terms, status.indicator, view.language, value),
        value=value,
        value_period=period,
        gap=gap,
        probability=status.assessment.probability_met if status.assessment else None,
        change=None if flag_of(status) in SETTLED_FLAGS else change_of(status.previous, status.assessment),
    )


def _latest(status: TargetStatus) -> tuple[float | None, str]:
    """The latest value comparable with the target, and its period."""
    figures = status.assessment.figures if status.assessment else {}
    if figures.get("value") is not None:
        return float(figures["value"]), str(figures.get("value_period") or "")
    if status.recent and status.terms.kind.value in _OWN_LEVEL:
        period, value = status.recent[-1]
        return value, period
    return None, ""


def change_of(previous: EarlierFlag | None, current: Assessment | None) -> int | None:
    """Points since the last assessment, as the two shown probabilities differ."""
    if previous is None or current is None:
        return None
    return display.points_between(previous.probability_met, current.probability_met)


def days_late(status: TargetStatus) -> int:
    """Days a figure of an open target is overdue; 0 if none is, or if it no longer matters."""
    if status.assessment is None or flag_of(status) not in OPEN_FLAGS:
        return 0
    for reason in (status.assessment.reason, *status.assessment.details):
        if reason.code in _LATE:
            return int(reason.facts.get("days") or reason.facts.get("days_overdue") or 0)
    return 0
