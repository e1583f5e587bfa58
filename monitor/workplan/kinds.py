"""The kind of target that the words around a number state."""

from __future__ import annotations

import re

from forecast.targets import TargetKind
from monitor.workplan.grammar import STEADY_NAMES, Predicate, Reading, pace_word, trimmed_noun
from monitor.workplan.lexicon import ACTIONS, DECLINES, EVENT_VERBS, alternatives
from monitor.workplan.quantities import EVENT_UNITS, Quantity

_GROWTH_NAMES = re.compile(r"(?:增速|增长率|增幅|涨幅|增长速度|降幅|下降率|增长)(?:\([^)]*\))?$")
_CUMULATIVE = re.compile(r"累计|五年共|三年共|总计")


def kind_of(quantity: Quantity, reading: Reading, inherited: Predicate | None) -> TargetKind:
    """The kind of target a reading states.

    Parameters
    ----------
    quantity : Quantity
        Number and unit.
    reading : Reading
        Its words.
    inherited : Predicate or None
        The verb of the number before it in the sentence, for one without a verb of its own.

    Returns
    -------
    TargetKind
    """
    plain = _KIND_OF_BASE.get(quantity.base)
    if plain is not None:
        return plain
    if quantity.base in {"percent", "permille"}:
        return _kind_of_share(reading, inherited)
    predicate = reading.predicate
    if predicate.role == "growth":
        return TargetKind.NET_INCREASE if "增" in predicate.verb else TargetKind.LEVEL
    used = predicate if predicate.role != "none" or inherited is None else inherited
    if used.role == "net":
        return TargetKind.NET_INCREASE
    if _CUMULATIVE.search(reading.left + reading.noun) and not _is_stock_so_far(quantity, reading):
        return TargetKind.CUMULATIVE
    return _kind_of_amount(quantity, reading, used.role)


_KIND_OF_BASE = {
    "rank": TargetKind.RANK,
    "pp": TargetKind.CHANGE_PP,
    "times": TargetKind.MULTIPLE,
}


def _kind_of_amount(quantity: Quantity, reading: Reading, role: str) -> TargetKind:
    """Money is a level unless it is new; things are a level where a stock is told, else they add up."""
    if role == "new":
        return TargetKind.NET_INCREASE
    if quantity.base == "CNY":
        return TargetKind.LEVEL
    if role == "level":
        return _kind_of_level(quantity, reading)
    is_steady = bool(STEADY_NAMES.search(reading.noun))
    if role == "stock" or (is_steady and role == "none"):
        return TargetKind.LEVEL
    happens = quantity.unit.lstrip("万千百") in EVENT_UNITS or quantity.unit in {"项", "件", "篇"}
    return TargetKind.CUMULATIVE if role == "action" or happens else TargetKind.LEVEL


_STOCK_NOUNS = re.compile(
    r"(?:企业|平台|机构|实验室|中心|基地|孵化器|空间|人才|工作站|载体|研究院|团队|高企|园区)(?:数量?|总数)?$"
)


def _is_stock_so_far(quantity: Quantity, reading: Reading) -> bool:
    """高新技术企业累计达到 500 家 is a stock; only what happens adds up."""
    if quantity.base != "count" or reading.predicate.role != "level" or reading.is_number_first:
        return False
    noun = trimmed_noun(reading.noun)
    return bool(_STOCK_NOUNS.search(noun)) and not re.match(rf"{ACTIONS}|毕业", noun)


def _kind_of_share(reading: Reading, inherited: Predicate | None) -> TargetKind:
    predicate = reading.predicate
    if (
        predicate.role == "none"
        and inherited is not None
        and inherited.role == "growth"
        and not STEADY_NAMES.search(reading.noun)
    ):
        predicate = inherited
    grows = predicate.role == "growth" or bool(_GROWTH_NAMES.search(reading.noun))
    if not grows:
        return TargetKind.LEVEL
    pace = predicate.pace or pace_word(reading.left)
    if "年均" in pace or "平均" in pace or "年均" in reading.noun:
        return TargetKind.AVERAGE_GROWTH
    return TargetKind.GROWTH_EACH_YEAR if pace else TargetKind.GROWTH


_EVENT_HEAD = re.compile(rf"^{alternatives(EVENT_VERBS)}(?!机构|平台|中心|企业数|业)")


def _kind_of_level(quantity: Quantity, reading: Reading) -> TargetKind:
    if STEADY_NAMES.search(reading.noun):
        return TargetKind.LEVEL
    happens = _EVENT_HEAD.match(reading.noun) or re.search(r"平台服务企业$|服务企业$", reading.noun)
    if happens or (quantity.unit in {"场", "场次", "次", "期"} and "能力" not in reading.noun):
        return TargetKind.CUMULATIVE
    return TargetKind.LEVEL


def is_decline(reading: Reading) -> bool:
    """Whether growth is meant downwards."""
    return reading.predicate.verb in DECLINES or bool(re.search(r"(?:降幅|下降率)$", reading.noun))
