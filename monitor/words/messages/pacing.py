"""Words of a pace: what is needed a year or month, how often it was reached, and the latest average."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from forecast.targets import TargetKind
from monitor.core.indicators import Measure
from monitor.words import display
from monitor.words.display import Language, Scale
from monitor.words.messages.speaker import Say, WordingContext, counted

Filled = tuple[str, dict[str, str]]
"""Key of a sentence, and what fills its places."""


def pace_scale(facts: Mapping[str, Any], context: WordingContext, language: Language) -> Scale:
    """The scale of the figures of a pace: differences of the indicator, or growth in percent."""
    default = context.indicator.base_unit if context.indicator else "count"
    unit = facts.get("unit") or ("percentage_point" if default == "percent" else default)
    row = context.quantity(language)
    if unit == row.base or (unit == "percentage_point" and row.base == "percent"):
        if unit != "percentage_point":
            return row
        return Scale(unit, row.factor, row.decimals, row.gap_unit, row.gap_unit)
    values = [
        abs(value) for key in ("required", "achieved_mean3", "best") if (value := facts.get(key)) is not None
    ]
    decimals = 1 if unit == "percent" else context.indicator.decimals if context.indicator else 2
    display_unit = context.indicator.display_unit if context.indicator else None
    return display.scale_for(
        unit, max(values, default=0.0), language=language, display_unit=display_unit, decimals=decimals
    )


def _pace_verb(say: Say) -> str:
    if say.facts.get("unit") == "percent":
        return "verb_grow"
    indicator = say.context.indicator
    is_counted = indicator is not None and indicator.measure in {Measure.FLOW, Measure.COUNTER}
    is_counted = is_counted and say.facts.get("unit") != "percentage_point"  # a published growth rate
    if say.context.terms.kind is TargetKind.CUMULATIVE or (is_counted and say.facts["per"] == "month"):
        return "verb_complete"
    return "verb_lower" if say.context.is_lower_better else "verb_add"


def pace(say: Say) -> Filled:
    """Needed pace, how often it was reached, latest average."""
    head = pace_head(say, "pace_required") or say.texts.sentences["pace_none"]
    record = pace_record(say)
    if record:
        record = say.texts.terms["clause_join"] + record
    return "pace", {"head": head, "record": record, "recent": _pace_recent(say)}


def pace_head(say: Say, key: str) -> str | None:
    """What is needed a year or month; None where nothing more is."""
    verb = _pace_verb(say)
    required = _pace_sign(say) * say.facts["required"]
    if required <= 0 and verb in ("verb_add", "verb_lower"):
        return None
    terms = say.texts.terms
    amount = _not_zero(pace_scale(say.facts, say.context, say.language), required)
    return say.texts.sentences[key].format(
        per=terms[f"per_{say.facts['per']}"], verb=terms[verb], amount=amount
    )


def _not_zero(scale: Scale, value: float) -> str:
    """An amount with up to two more decimals where it would read as nothing."""
    for extra in range(2):
        if any(digit in "123456789" for digit in scale.number(value, extra=extra)):
            return scale.text(value, extra=extra)
    return scale.text(value, extra=2)


def _pace_sign(say: Say) -> float:
    """A decrease that is wanted is told as a positive number."""
    return -1.0 if say.context.is_lower_better and say.facts.get("unit") != "percent" else 1.0


def pace_record(say: Say) -> str:
    """How often the pace was reached before; nothing where that is unknown."""
    if not say.facts.get("of") or say.facts.get("reached") is None:
        return ""
    per = str(say.facts["per"])
    of = counted(int(say.facts["of"]), per, say.language)
    if not say.facts["reached"]:
        return say.texts.sentences["pace_record_none"].format(of=of, each=say.texts.terms[per])
    return say.texts.sentences["pace_record"].format(of=of, reached=_reached(say))


def _reached(say: Say) -> str:
    """How many of the past periods reached the pace: 5 年; just 5 in English."""
    reached = int(say.facts["reached"])
    return (
        counted(reached, str(say.facts["per"]), say.language) if say.language is Language.ZH else str(reached)
    )


def _pace_recent(say: Say) -> str:
    if say.facts.get("achieved_mean3") is None:
        return ""
    span = counted(3, str(say.facts["per"]), say.language)
    mean = pace_scale(say.facts, say.context, say.language).text(
        _pace_sign(say) * say.facts["achieved_mean3"]
    )
    return say.texts.sentences["pace_recent"].format(span=span, mean=mean)
