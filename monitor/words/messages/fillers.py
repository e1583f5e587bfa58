"""Which sentence of the catalogue a reason takes, and what fills its places."""

from __future__ import annotations

import calendar
import math
from collections.abc import Callable

from forecast.targets import KINDS_FROM_FIRST_COUNTED, TargetKind
from monitor.core.periods import Period
from monitor.core.reasons import DetailCode, ReasonCode
from monitor.core.records import Status
from monitor.words import display
from monitor.words.display import Language
from monitor.words.messages.pacing import Filled, pace, pace_head, pace_record
from monitor.words.messages.speaker import Say, basis_word, counted
from monitor.words.messages.statement import (
    has_several_years,
    outcome_statement,
    target_amount,
    told_kind,
    window_text,
)


def _plain(say: Say) -> Filled:
    """A sentence without places to fill."""
    return say.reason.code.value, {}


def _line(say: Say, line: str) -> dict[str, str]:
    """Probability and line; a digit more where rounding would put the one on the other."""
    probability, limit = say.percent("probability"), say.percent(line)
    if probability == limit and say.facts["probability"] < say.facts[line]:
        probability = display.number(math.floor(say.facts["probability"] * 1000) / 10, 1) + "%"
    return {"probability": probability, "line": limit}


def _held(say: Say) -> Filled:
    names = {name: say.flag(name) for name in ("shown", "bare")}
    return "held_by_hysteresis", {"probability": say.percent("probability"), **names}


def _below(say: Say, line: str) -> dict[str, str]:
    """As `_line`, with the pace it would take where that is known and not already there."""
    return {**_line(say, line), "cause": _cause(say)}


def _cause(say: Say) -> str:
    if not say.has("required") or not say.has("per"):
        return ""
    head = pace_head(say, "cause")
    record = pace_record(say)
    if head is None:
        return ""
    return head + (say.texts.terms["part_join"] + record if record else "")


def _settled(say: Say) -> Filled:
    reached = say.reason.code is ReasonCode.REACHED
    word = "reaches_early" if reached and say.facts.get("early") else "reaches" if reached else "falls_short"
    period = say.period("period") if say.has("period") else say.deadline()
    filled = {"period": period, "verdict": say.texts.terms[word]}
    if say.context.terms.kind is TargetKind.DIRECTION:
        return _settled_direction(say, filled)
    filled["target"] = target_amount(say.context, say.language)
    if not say.has("quantity"):
        return "settled_without_value", filled
    return "settled_with_value", {**filled, "outcome": _outcome(say)}


def _settled_direction(say: Say, filled: dict[str, str]) -> Filled:
    if not say.has("quantity"):
        return "settled_direction_bare", filled
    filled["quantity"] = say.difference("quantity")
    if not has_several_years(say.context):
        return "settled_direction", filled
    return "settled_direction_years", {**filled, "period": window_text(say.context, say.language)}


def _outcome(say: Say) -> str:
    period = str(say.facts["period"]) if say.has("period") else None
    return outcome_statement(say.context, say.language, say.facts["quantity"], period=period)


def _unfirm(say: Say) -> Filled:
    filled = {
        "deadline": say.context.terms.deadline.isoformat(),
        "status": say.texts.statuses[str(say.facts.get("status") or Status.PRELIMINARY.value)],
    }
    if not say.has("quantity"):
        key = "unfirm_base" if _is_base(say) else "unfirm_value"
        return key, {**filled, "period": say.period("period"), "value": say.level("value")}
    if say.context.terms.kind is TargetKind.DIRECTION:
        told = {"period": say.period("period"), "quantity": say.difference("quantity")}
        return "unfirm_direction", {**filled, **told}
    word = "reaches" if say.facts.get("reached") else "falls_short"
    told = {
        "outcome": _outcome(say),
        "verdict": say.texts.terms[word],
        "target": target_amount(say.context, say.language),
    }
    return "unfirm_deadline", {**filled, **told}


def _is_base(say: Say) -> bool:
    """Whether the period lies before the first counted one."""
    terms, period = say.context.terms, Period.parse(str(say.facts["period"]))
    if terms.kind in {TargetKind.LEVEL, TargetKind.CUMULATIVE, TargetKind.RANK}:
        return False
    if terms.start is None:
        return period.year < terms.deadline.year
    start = Period.parse(terms.start)
    if terms.kind in KINDS_FROM_FIRST_COUNTED:
        return period.end < start.start
    return period.end <= start.end


def _missing_base(say: Say) -> Filled:
    return (
        ("missing_base", {"period": say.period("period")}) if say.has("period") else ("missing_base_any", {})
    )


def _figure_not_out(say: Say) -> Filled:
    filled = {"deadline": say.context.terms.deadline.isoformat()}
    if say.has("days_overdue"):
        return "figure_not_out_overdue", {**filled, "days": say.counted("days_overdue", "day")}
    if say.has("expected_on"):
        return "figure_not_out_expected", {**filled, "month": say.month("expected_on")}
    return "figure_not_out", filled


def _silent(say: Say) -> Filled:
    filled = {"days": say.counted("days_overdue", "day")}
    if not say.has("last_period"):
        return "silent", filled
    filled["period"] = say.period("last_period")
    if not say.has("missed"):
        return "silent_since", filled
    return "silent_missed", {**filled, "missed": say.counted("missed", "release")}


def _no_peers(say: Say) -> Filled:
    if say.has("needed"):
        have = int(say.facts.get("have") or 0)
        return "no_peers_few", {
            "have": counted(have, "region", say.language),
            "needed": str(say.facts["needed"]),
        }
    return "no_peers", {}


def _outcome_range(say: Say) -> Filled:
    kind = say.context.terms.kind
    told = say.difference if kind is TargetKind.DIRECTION else say.quantity
    names = say.texts.quantities
    what = names.get(told_kind(say.context).value, names[TargetKind.LEVEL.value])
    filled = {"low": told("q10"), "high": told("q90"), "what": what}
    if say.has("q50"):
        return "outcome_range_median", {**filled, "median": told("q50")}
    return "outcome_range", filled


def _data_state(say: Say) -> Filled:
    parts: list[str] = []
    texts = say.texts.sentences
    if say.has("missing"):
        periods = [str(period) for period in say.facts["missing"]]
        parts.append(texts["data_missing"].format(periods=_periods(periods, say)))
    elif say.has("observed_to"):
        parts.append(texts["data_to"].format(period=say.period("observed_to")))
    if say.has("next_period") and say.has("expected_on"):
        month, period = say.month("expected_on"), say.period("next_period")
        parts.append(texts["data_next"].format(period=period, month=month))
    return "data_state", {"parts": say.texts.terms["clause_join"].join(parts) or texts["data_none"]}


def _periods(periods: list[str], say: Say) -> str:
    """2024、2025 年 for a few years; first to last for many."""
    if len(periods) > 4:
        ends = (display.period_text(periods[0], say.language), display.period_text(periods[-1], say.language))
        return say.texts.terms["range"].format(first=ends[0], last=ends[1])
    join = say.texts.terms["list_join"]
    if all(len(period) == 4 for period in periods):
        return join.join(periods) + say.texts.terms["year_suffix"]
    return join.join(display.period_text(period, say.language) for period in periods)


def _late_data(say: Say) -> Filled:
    filled = {"days": say.counted("days", "day")}
    if say.has("period"):
        return "late_data_period", {**filled, "period": say.period("period")}
    return "late_data", filled


def _straight_line(say: Say) -> Filled:
    points = display.whole_percent(say.facts["share"]) - display.whole_percent(say.facts["due"])
    key = (
        "straight_line_even"
        if points == 0
        else "straight_line_ahead"
        if points > 0
        else "straight_line_behind"
    )
    return key, {"share": say.whole("share"), "due": say.whole("due"), "points": f"{abs(points):,}"}


def _growth_rate_rule(say: Say) -> Filled:
    filled = {
        "actual": display.number(say.facts["actual"], 1) + "%",
        "required": display.number(say.facts["required"], 1) + "%",
        "ratio": display.number(say.facts["ratio"], 2),
        "verdict": say.texts.verdicts[str(say.facts["verdict"])],
    }
    if not say.has("years"):
        return "growth_rate_rule", filled
    return "growth_rate_rule_years", {**filled, "years": say.counted("years", "year")}


def _tolerance(say: Say) -> Filled:
    key = "tolerance_ceiling" if say.context.is_lower_better else "tolerance"
    return key, {"floor": say.quantity("floor", extra=1)}


def _first_release(say: Say) -> Filled:
    filled = {"period": say.period("period"), "value": say.level("value")}
    if say.has("latest"):
        return "first_release_latest", {**filled, "latest": say.level("latest")}
    return "first_release", filled


def _conflict(say: Say) -> Filled:
    other = str(say.facts.get("plan") or say.facts["other"])
    if say.has("value"):
        return "conflict_value", {"other": other, "value": say.quantity("value")}
    return "conflict", {"other": other}


def _published_target(say: Say) -> Filled:
    filled = {"probability": say.percent("probability_published")}
    if not say.has("value"):
        return "published_target", filled
    key = "published_target_value_deadline" if say.has("deadline") else "published_target_value"
    return key, {**filled, "value": say.quantity("value"), "deadline": str(say.facts.get("deadline") or "")}


def _safe_value(say: Say) -> Filled:
    return "safe_value", {"level": say.percent("level"), "value": say.quantity("value")}


def _no_data(say: Say) -> Filled:
    if say.context.indicator is None:
        return "no_data", {}
    return "no_data_indicator", {"indicator": say.indicator_name()}


def _too_short(say: Say) -> Filled:
    if not say.facts["n"] and not say.has("full_years"):
        return _no_data(say)
    key, unit = ("too_short_years", "full_year") if say.has("full_years") else ("too_short", "period")
    return key, {"n": say.counted("n", unit), "needed": say.counted("needed", unit)}


def _definition_changed(say: Say) -> Filled:
    return "definition_changed", {
        "period": say.period("period"),
        "old": basis_word(str(say.facts["old"] or display.MISSING), say.language),
        "new": basis_word(str(say.facts["new"] or display.MISSING), say.language),
    }


def _first_batch(say: Say) -> Filled:
    month = int(say.facts["month"])
    return "before_first_batch", {
        "month": str(month) if say.language is Language.ZH else calendar.month_name[month]
    }


FILLERS: dict[ReasonCode | DetailCode, Callable[[Say], Filled]] = {
    ReasonCode.ABOVE_GREEN_LINE: lambda say: ("above_green_line", _line(say, "green_at")),
    ReasonCode.BELOW_GREEN_LINE: lambda say: ("below_green_line", _below(say, "green_at")),
    ReasonCode.BELOW_YELLOW_LINE: lambda say: ("below_yellow_line", _below(say, "yellow_at")),
    ReasonCode.HELD_BY_HYSTERESIS: _held,
    ReasonCode.RECOVERING: lambda say: ("recovering", {"probability": say.percent("probability")}),
    ReasonCode.REACHED: _settled,
    ReasonCode.NOT_REACHED: _settled,
    ReasonCode.FIGURE_NOT_OUT: _figure_not_out,
    ReasonCode.UNFIRM_FIGURE: _unfirm,
    ReasonCode.NO_DATA: _no_data,
    ReasonCode.TOO_SHORT: _too_short,
    ReasonCode.SILENT: _silent,
    ReasonCode.MISSING_BASE: _missing_base,
    ReasonCode.NEEDS_PUBLISHED_RATE: _plain,
    ReasonCode.NO_PEERS: _no_peers,
    ReasonCode.DEFINITION_CHANGED: _definition_changed,
    ReasonCode.MILESTONE_DUE: lambda say: ("milestone_due", {"days": say.counted("days_left", "day")}),
    ReasonCode.MILESTONE_DONE: lambda say: ("milestone_done", {"day": str(say.facts["done_on"])}),
    ReasonCode.MILESTONE_OVERDUE: lambda say: (
        "milestone_overdue",
        {"days": say.counted("days_overdue", "day")},
    ),
    DetailCode.OUTCOME_RANGE: _outcome_range,
    DetailCode.PACE: pace,
    DetailCode.DATA_STATE: _data_state,
    DetailCode.LATE_DATA: _late_data,
    DetailCode.STRAIGHT_LINE: _straight_line,
    DetailCode.GROWTH_RATE_RULE: _growth_rate_rule,
    DetailCode.TOLERANCE: _tolerance,
    DetailCode.FIRST_RELEASE: _first_release,
    DetailCode.CONFLICT: _conflict,
    DetailCode.PUBLISHED_TARGET: _published_target,
    DetailCode.SAFE_VALUE: _safe_value,
    DetailCode.BEFORE_FIRST_BATCH: _first_batch,
}
