"""What a text of a bureau's table may mean: an indicator, a region, a period, a unit, or a known word."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.errors import UnitError
from monitor.core.units import unit_named
from monitor.ingest.cells import is_missing, is_number, name_key, plain
from monitor.ingest.fields import CELL_ERRORS
from monitor.ingest.layouts.periods import PeriodWords, head_words
from monitor.ingest.lookup import LoadContext

TOTALS = frozenset(
    {"合计", "总计", "合计数", "全市", "全省", "全区", "全县", "全市合计", "全省合计", "小计", "本市"}
)
SERIAL_WORDS = frozenset({"序号", "编号", "行次", "栏次", "代码", "no", "no."})
UNIT_WORDS = frozenset({"单位", "计量单位", "unit"})
NOTE_WORDS = frozenset({"备注", "说明", "note"})
BESIDE_WORDS = (
    "责任",
    "牵头",
    "部门",
    "科室",
    "处室",
    "填报",
    "报送",
    "联系",
    "负责",
    "电话",
)
_NEUTRAL = frozenset(
    [
        "数值",
        "数量",
        "数据",
        "绝对量",
        "绝对值",
        "绝对数",
        "总量",
        "指标值",
        "完成数",
        "完成情况",
        "实绩",
        "实际完成",
        "本期",
        "本期数",
    ]
)
_COMPARED = re.compile(
    r"(?P<of>.*?)(?:(?:较|比)?(?:上年|去年)?(?:同期|同比|环比)|(?:比|较)(?:上年|去年)|增速|增长|增幅|增减|±|排名|位次|名次|排位"
    r"|占比|比重|完成率|完成进度|进度|(?:全?年度?)?(?:目标|计划|任务)|上年|去年)"
    r"(?:增速|增长|增幅|增减|同期|同比|排名|位次|数|率|值|额|量|[±%()（）])*"
)
_COMPARED_WITHIN = frozenset({"", "全省", "全市", "全国", "当月", "累计", "本月", "年度", "年均"})
_UNIT_LINE = re.compile(r"(?:计量)?单位[:：]\s*(?P<units>[^)）\]】]+)")
_IN_BRACKETS = re.compile(r"[(（\[【](?:(?:计量)?单位[:：]?)?\s*(?P<units>[^()（）\[\]【】]+)[)）\]】]")
_NUMBERING = re.compile(
    r"^(?:[一二三四五六七八九十]+、|[(（][一二三四五六七八九十\d]+[)）]、?|\d{1,2}[、.](?!\d))\s*"
)
_PART_OF = re.compile(r"^(?:#|其中[:：]?)\s*")
_MARKERS = re.compile(r"[*＊†‡①-⑳]+$")
_YEAR = re.compile(r"(?:19|20|21)\d{2}")


class Axis(StrEnum):
    """What labels name."""

    INDICATOR = "indicator"
    REGION = "region"
    PERIOD = "period"


CORNER_WORDS = {
    Axis.REGION: ("地区", "区县", "县区", "市州", "县市", "城市", "省份", "区域", "region"),
    Axis.INDICATOR: ("指标", "项目", "名称", "indicator"),
    Axis.PERIOD: ("月份", "年份", "时期", "时间", "年度", "period"),
}
"""Words of a head that say what the labels below it name."""


@dataclass(frozen=True)
class Label:
    """One text and everything it may mean.

    Parameters
    ----------
    text : str
        Without numbering, unit and marks of footnotes.
    indicators, regions : tuple of str
        Codes it names; several where the name is ambiguous.
    period : PeriodWords or None
        The period it names.
    units : tuple of str
        Units it gives beside its name, or alone.
    is_total, is_part, is_compared, is_neutral : bool
        合计; 其中; a rate, rank or target beside the figure; a word that says nothing of its own.
    """

    text: str
    indicators: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    period: PeriodWords | None = None
    units: tuple[str, ...] = ()
    is_total: bool = False
    is_part: bool = False
    is_compared: bool = False
    is_neutral: bool = False

    @property
    def is_known(self) -> bool:
        """Whether it says anything that is understood."""
        return (
            bool(self.indicators or self.regions or self.period or self.is_total or self.is_compared)
            or self.is_neutral
            or (bool(self.units) and not self.text)
        )


class Labels:
    """Reads texts against a catalogue, each once."""

    def __init__(self, context: LoadContext) -> None:
        self.context = context
        self._indicators: dict[str, set[str]] = defaultdict(set)
        self._regions: dict[str, set[str]] = defaultdict(set)
        for indicator in context.indicators.values():
            names = (
                indicator.name_zh,
                indicator.name_en,
                indicator.short_zh,
                indicator.short_en,
                indicator.code,
            )
            for name in filter(None, (*names, *indicator.aliases)):
                self._indicators[name_key(name)].add(indicator.code)
        for region in context.regions.values():
            for name in (region.name_zh, region.short_zh, region.name_en, region.code):
                self._regions[name_key(name)].add(region.code)
        self._read: dict[str, Label] = {}
        self._titles: dict[tuple[int, str], tuple[str, ...]] = {}

    def label(self, text: str) -> Label:
        """Everything a cell may mean."""
        if text not in self._read:
            self._read[text] = self._label(text)
        return self._read[text]

    def _label(self, text: str) -> Label:
        name = _NUMBERING.sub("", _MARKERS.sub("", text.strip()))
        whole = self._codes(self._indicators, name)
        without, units = (name, ()) if whole else _without_unit(name)
        is_part = bool(_PART_OF.match(without))
        without = _NUMBERING.sub("", _PART_OF.sub("", without)).strip()
        indicators = whole or self._codes(self._indicators, without)
        key = name_key(without)
        return Label(
            text=without,
            indicators=indicators,
            regions=self._codes(self._regions, without),
            period=None if is_part else head_words(without),
            units=units,
            is_total=key in TOTALS,
            is_part=is_part,
            is_compared=not indicators and self._is_compared(key),
            is_neutral=key in _NEUTRAL,
        )

    def _is_compared(self, key: str) -> bool:
        """A rate, rank or target, alone (同比增长) or of a known indicator (技术合同成交额增速)."""
        found = _COMPARED.fullmatch(key)
        return found is not None and (found["of"] in _COMPARED_WITHIN or found["of"] in self._indicators)

    def _codes(self, names: dict[str, set[str]], text: str) -> tuple[str, ...]:
        return tuple(sorted(names.get(name_key(text), ()))) if text else ()

    def indicators_in(self, title: str) -> tuple[str, ...]:
        """Codes of the one indicator a title speaks of; several if its name is ambiguous, none if two."""
        return self._in_title(self._indicators, title)

    def regions_in(self, title: str) -> tuple[str, ...]:
        """Codes of the one region a title speaks of."""
        return self._in_title(self._regions, title)

    def _in_title(self, names: dict[str, set[str]], title: str) -> tuple[str, ...]:
        key = (id(names), title)
        if key not in self._titles:
            self._titles[key] = _one_of(names, title)
        return self._titles[key]


def _one_of(names: dict[str, set[str]], title: str) -> tuple[str, ...]:
    """The longest names first, so that a name inside a longer one does not count."""
    rest = name_key(title)
    found: set[tuple[str, ...]] = set()
    for name in sorted(names, key=len, reverse=True):
        if len(name) > 1 and name in rest:
            rest = rest.replace(name, "\n")
            found.add(tuple(sorted(names[name])))
    return next(iter(found)) if len(found) == 1 else ()


def _without_unit(text: str) -> tuple[str, tuple[str, ...]]:
    """A name and the units that stand in brackets behind it, or that are all of it."""
    if is_unit(text):
        return "", (plain(text),)
    for found in _IN_BRACKETS.finditer(text):
        units = _units(found["units"])
        if units:
            return f"{text[: found.start()]}{text[found.end() :]}".strip(), units
    name, mark, unit = text.replace("，", ",").rpartition(",")
    if mark and is_unit(unit):
        return name.strip(), (plain(unit),)
    return text, ()


def units_in(line: str) -> tuple[str, ...]:
    """Units of a line such as `单位：亿元、家`, or of the brackets in a title."""
    found = _UNIT_LINE.search(line)
    if found:
        return _units(found["units"])
    return next((units for each in _IN_BRACKETS.finditer(line) if (units := _units(each["units"]))), ())


def _units(text: str) -> tuple[str, ...]:
    """The units of a list, if everything in it is one."""
    words = [word for word in re.split(r"[、,，;；\s]+", text.strip()) if word]
    return tuple(plain(word) for word in words) if words and all(map(is_unit, words)) else ()


def is_unit(text: str) -> bool:
    """Whether a text is a unit and nothing else."""
    try:
        unit_named(text)
    except UnitError:
        return False
    return True


def axes_named_in(head: str) -> list[Axis]:
    """What a head says its labels name: 地区 a region, 指标名称 an indicator."""
    key = name_key(head)
    return [axis for axis, words in CORNER_WORDS.items() if any(word in key for word in words)]


def is_value(text: str) -> bool:
    """Whether a cell stands where a figure stands: a number, a missing mark, an error, a formula."""
    return bool(text) and (is_number(text) or is_missing(text) or text in CELL_ERRORS or text.startswith("="))


def is_year(text: str) -> bool:
    """Whether a number may be a year."""
    return bool(_YEAR.fullmatch(plain(text)))


def distinct(texts: Iterable[str]) -> list[str]:
    """Texts that are not empty, each once, in order."""
    return list(dict.fromkeys(text for text in texts if text))
