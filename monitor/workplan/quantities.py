"""Quantities in a repaired text: number, unit, range and comparator, wherever they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from forecast.targets import Comparator
from monitor.workplan.lexicon import alternatives
from monitor.workplan.numerals import SCALES, parse_numeral

COUNT_UNITS = (
    "家次 户次 场次 件次 人次 台次 项次 批次 个 家 户 项 件 名 人 位 次 场 期 篇 种 所 座 台 套 "
    "部 处 支 条 款 批 份 例 株 只 头 "
    "册 门 单 笔 起 颗 辆 架 间 栋 幢 宗 班 枚 张 节 人年"
).split()
_MONEY = {"元": "CNY", "元人民币": "CNY", "美元": "USD"}
_SHARES = {"%": "percent", "个百分点": "pp", "百分点": "pp", "‰": "permille"}
_SIZES = {
    "平方米": "square_metre",
    "平米": "square_metre",
    "平方公里": "square_kilometre",
    "公顷": "hectare",
    "亩": "mu",
    "公里": "kilometre",
    "吨标准煤": "tce",
    "吨": "tonne",
    "千瓦": "kilowatt",
    "个工作日": "day",
    "工作日": "day",
    "天": "day",
    "小时": "hour",
    "分钟": "minute",
    "倍": "times",
}
UNIT_BASES = {**dict.fromkeys(COUNT_UNITS, "count"), **_MONEY, **_SHARES, **_SIZES}

TIME_BASES = frozenset({"day", "hour", "minute"})
EVENT_UNITS = frozenset("家次 户次 场次 件次 人次 台次 项次 批次 次 场 期 节 班".split())

_NUM = (
    r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
    r"|[零〇一二两三四五六七八九十百千]+(?:点[零〇一二三四五六七八九]+)?)"
)
_SCALE = alternatives([*(scale for scale in SCALES if scale)])
_NOT_A_UNIT = (
    r"(?!(?<=项)目|(?<=个)[人体性税]|(?<=家)[庭园电]|(?<=名)[单牌师校录义]|(?<=次)[级生数月]|(?<=场)[所景馆]|(?<=部)[门分]|(?<=条)[件例]"
    r"|(?<=种)[业子]|(?<=位)[居于列]|(?<=户)[籍外]|(?<=期)[间末货]|(?<=座)谈|(?<=所)有|(?<=款)项|(?<=支)[持撑行出]|(?<=份)额|(?<=门)槛|(?<=单)[位个]"
    r"|(?<=起)步|(?<=批)[准复]|(?<=次)(?:全会|会议|党代会|代表大会|全体)|(?<=人)[民口工均]|(?<=件)[套]|(?<=班)子|(?<=节)[点能约]|(?<=头)部|(?<=天)[府津])"
)
_UNIT = alternatives(UNIT_BASES) + _NOT_A_UNIT
_FUZZ = r"[多余来几]?"
_CUT_SCALE_AFTER = r"(?=[、,。;)\s]|$|以上|左右|以内|以下|大关)"

QUANTITY = re.compile(
    rf"(?P<low>{_NUM}){_FUZZ}(?P<low_scale>{_SCALE})?(?P<low_unit>{_UNIT})?\s*(?:[-~—–―至到]|--)\s*"
    rf"(?P<high>{_NUM}){_FUZZ}(?P<high_scale>{_SCALE})?(?:(?P<high_unit>{_UNIT})|{_CUT_SCALE_AFTER})"
    rf"|百分之(?P<share>{_NUM})"
    rf"|(?P<denominator>[二两三四五六七八九十\d]+)分之(?P<numerator>[一二两三四五六七八九\d]+)"
    rf"|(?P<tenths>[一二两三四五六七八九1-9])成(?=[以左的,。;、)]|$)(?P<tenths_half>半)?"
    rf"|(?P<half>一半|半数)(?=[以的,。;、)]|$)"
    rf"|(?<=[到破超达])(?P<unitary>[百千]?亿)元(?=级|大关|以上)"
    rf"|(?:(?<=全国)|(?<=全[省市区县])|(?<=[省市国内]))?(?:前|第)(?P<rank>{_NUM})[位名强](?![单校师牌录义])"
    rf"|翻(?P<doublings>[一两二三四]?)番"
    rf"|(?P<number>{_NUM}){_FUZZ}(?P<scale>{_SCALE})?(?:(?P<unit>{_UNIT})|(?P<bare>{_CUT_SCALE_AFTER}))"
)

_FLOOR_BEFORE = {
    Comparator.AT_LEAST: "不低于 不少于 不小于 至少 不得低于 不得少于 最低 ≥ 大于等于",
    Comparator.MORE_THAN: "突破 超过 超 高于 大于 逾 多于 超出 >",
    Comparator.AT_MOST: "不超过 不高于 不大于 不多于 不得超过 最多 至多 ≤ 小于等于",
    Comparator.LESS_THAN: "低于 少于 小于 <",
    Comparator.ABOUT: "约 大约 约为 近",
}
_ABOUT_IN_A_WORD = re.compile(r"[签预合节条契制集简]约$|(?:最|临|附|邻|接)近$")
_BEFORE = {word: sign for sign, words in _FLOOR_BEFORE.items() for word in words.split()}
_BEFORE_PATTERN = re.compile(rf"(?P<word>{alternatives(_BEFORE)})(?:约|近)?$")
_AFTER = {
    "以上": Comparator.AT_LEAST,
    "及以上": Comparator.AT_LEAST,
    "左右": Comparator.ABOUT,
    "上下": Comparator.ABOUT,
    "以下": Comparator.AT_MOST,
    "以内": Comparator.AT_MOST,
    "之内": Comparator.AT_MOST,
    "之间": None,
    "大关": None,
}
_AFTER_PATTERN = re.compile(rf"(?:\([^()\d]{1, 2}\))?(?P<word>{alternatives(_AFTER)})?")


@dataclass(frozen=True)
class Quantity:
    """One quantity of the repaired text.

    Parameters
    ----------
    start, end : int
        Span of number and unit, with the comparator before and after it. [repaired text]
    number_start, number_end : int
        Span of number and unit alone.
    value, value_upper : float
        In `base` units; the upper end of a range.
    base : str
        CNY, percent, pp, count, times, day, square_metre, ...
    unit : str
        As written, with its scale: 亿元, 万家, %.
    comparator : Comparator or None
        None where the text says nothing: a bare number.
    is_chinese : bool
        Whether the number is written in Chinese numerals or words.
    lead : str
        The word of comparison before the number: 突破, 不低于.
    decimals : int
        Decimals as written.
    """

    start: int
    end: int
    number_start: int
    number_end: int
    value: float
    value_upper: float | None
    base: str
    unit: str
    comparator: Comparator | None
    is_chinese: bool
    lead: str = ""
    decimals: int = 0


def find_quantities(text: str, start: int = 0, end: int | None = None) -> Iterator[Quantity]:
    """Every quantity with a unit, in order.

    Parameters
    ----------
    text : str
        Repaired text.
    start, end : int
        Span to search; all of it by default.

    Examples
    --------
    >>> [(q.value, q.base, str(q.comparator)) for q in find_quantities("突破40亿元,增长12%左右,5-10家")]
    [(4000000000.0, 'CNY', 'more_than'), (12.0, 'percent', 'about'), (5.0, 'count', 'between')]
    """
    for match in QUANTITY.finditer(text, start, len(text) if end is None else end):
        found = _read(match, text)
        if found is not None:
            yield found


def _read(match: re.Match[str], text: str) -> Quantity | None:
    if _is_part_of_a_word(match, text):
        return None
    value = _value(match)
    if value is None:
        return None
    low, high, base, unit = value
    before = _before(text, match.start())
    after = _AFTER_PATTERN.match(text, match.end())
    end = after.end() if after else match.end()
    return Quantity(
        start=before.start() if before else match.start(),
        end=end,
        number_start=match.start(),
        number_end=match.end(),
        value=low,
        value_upper=high,
        base=base,
        unit=unit,
        comparator=_comparator(before, after, is_range=high is not None),
        is_chinese=not match.group()[0].isdigit(),
        lead=before.group("word") if before else "",
        decimals=_decimals(match.group()),
    )


def _before(text: str, start: int) -> re.Match[str] | None:
    """The comparator that ends at `start`; the 约 of 签约 is none."""
    window = text[max(0, start - 6) : start]
    if _ABOUT_IN_A_WORD.search(window):
        return None
    return _BEFORE_PATTERN.search(text, max(0, start - 6), start)


def _decimals(written: str) -> int:
    point = re.search(r"\.(\d+)", written)
    return len(point.group(1)) if point else 0


_WORD_BEFORE = re.compile(r"[A-Za-z\d.+*/:第〔\[]$|\d-$|-\d*$")


def _is_part_of_a_word(match: re.Match[str], text: str) -> bool:
    """G60, 第三批, 1163+5, a telephone number, the 二类 of 二类以上."""
    before = text[max(0, match.start() - 2) : match.start()]
    if _WORD_BEFORE.search(before) and not before.endswith(("%+",)):
        return True
    return text[match.end() : match.end() + 1] in "+" and match.end() < len(text)


def _comparator(
    before: re.Match[str] | None, after: re.Match[str] | None, *, is_range: bool
) -> Comparator | None:
    if is_range:
        return Comparator.BETWEEN
    word = after.group("word") if after else None
    if word and _AFTER[word] is not None:
        return _AFTER[word]
    return _BEFORE[before.group("word")] if before else None


def _value(match: re.Match[str]) -> tuple[float, float | None, str, str] | None:
    parts = match.groupdict()
    if parts["low"]:
        return _range_value(parts)
    if parts["number"]:
        return _plain_value(parts)
    if parts["share"]:
        share = parse_numeral(parts["share"])
        return None if share is None else (share, None, "percent", "%")
    return _worded_value(parts)


def _plain_value(parts: dict[str, str | None]) -> tuple[float, float | None, str, str] | None:
    number = parse_numeral(parts["number"] or "")
    scale, unit = parts["scale"] or "", parts["unit"]
    if number is None or (
        unit is None and scale not in {"万", "亿", "千万", "百万", "万亿", "百亿", "千亿", "十亿"}
    ):
        return None
    base = UNIT_BASES[unit] if unit else "unstated"
    return _scaled(number, scale), None, base, scale + (unit or "")


def _scaled(number: float, scale: str) -> float:
    # Products of decimal fractions must not pick up binary dust: 2.45 x 1e12, 85.6 x 1e8.
    return float(Decimal(repr(number)) * Decimal(SCALES[scale]))


def _range_value(parts: dict[str, str | None]) -> tuple[float, float | None, str, str] | None:
    low, high = parse_numeral(parts["low"] or ""), parse_numeral(parts["high"] or "")
    unit, scale = parts["high_unit"], parts["high_scale"] or ""
    if low is None or high is None or unit is None:
        return None
    low_scale = parts["low_scale"] if parts["low_scale"] or parts["low_unit"] else scale
    lower, upper = _scaled(low, low_scale or ""), _scaled(high, scale)
    if lower >= upper or (low >= 1900 and unit in {"年"}):
        return None
    return lower, upper, UNIT_BASES[unit], scale + unit


def _worded_value(
    parts: dict[str, str | None],
) -> tuple[float, float | None, str, str] | None:
    if parts["denominator"]:
        below, above = parse_numeral(parts["denominator"]), parse_numeral(parts["numerator"] or "")
        return None if not below or above is None else (100 * above / below, None, "percent", "%")
    if parts["rank"]:
        place = parse_numeral(parts["rank"])
        return None if place is None else (place, None, "rank", "位")
    if parts["unitary"]:
        return SCALES[parts["unitary"]], None, "CNY", "亿元"
    if parts["tenths"]:
        tenths = parse_numeral(parts["tenths"]) or 0
        return 10 * tenths + (5 if parts["tenths_half"] else 0), None, "percent", "%"
    if parts["half"]:
        return 50.0, None, "percent", "%"
    times = parse_numeral(parts["doublings"] or "一") or 1
    return 2.0**times, None, "times", "倍"
