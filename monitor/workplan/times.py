"""When: deadlines, and what already happened."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass

from forecast.targets import TargetKind
from monitor.workplan.heading import FIVE_YEARS, PlanFacts

_ANCHOR = re.compile(
    r"(?P<year>20\d\d)年(?:(?P<month>\d{1,2})月(?P<day>\d{1,2})?日?|(?P<part>上半年|下半年|[一二三四]季度|年?底|末|年末|年初)?)"
    r"|[\"“]?(?P<five>十[二三四五六七])五[\"”]?(?P<five_part>时期|期间|以来|末|期末)?"
    r"|(?P<this>今年|本年度?|当年|年内|全年|年底前?|年末)|(?P<next>明年)|(?P<last>去年|上年度?|上一年度?|过去[一二三四五几]年|一年来|五年来|近年来|近[两三五几]年来?|[一三五]年来)"
    r"|(?P<month_only>(?<!\d)\d{1,2})月(?:底|末|份)|(?P<quarter>[一二三四1-4])季度(?:末|底|前)|(?P<half>上半年)"
)
_BASE_BEFORE = re.compile(r"(?:比|较|由|从|自|与|对比|相对|相比于?|以)(?:全市|全省|全区)?[\"“]?$")
_BASE_AFTER = re.compile(
    r"^(?:[^,;。]{0,12}基础上|的基础|基础上|基数|水平|相比|为基|印发|出台|发布|修订|版|度?预算)"
)
_PROVENANCE = re.compile(
    r"^的(?=[\d一二两三四五六七八九十百千.]|[^,。;]{0,8}(?:增加|提高|提升|增长|下降|降|扩大)(?:到|至))"
)
_TIMES_AS = re.compile(r"(?:达到|是|为|超过|突破|相当于|达)$")


@dataclass(frozen=True)
class Anchor:
    """A moment a text speaks of.

    Parameters
    ----------
    at : int
        Where it stands.
    day : datetime.date
        The last day it can mean.
    is_past : bool
        Whether that lies before the plan begins, or 以来 says that what follows is a report.
    """

    at: int
    day: dt.date
    is_past: bool


def anchors(text: str, start: int, end: int, facts: PlanFacts) -> Iterator[Anchor]:
    """The moments a span speaks of, without those that only serve as a base of comparison.

    Parameters
    ----------
    text : str
        Repaired text.
    start, end : int
        Span.
    facts : PlanFacts
        The years the plan is for decide what is past.
    """
    for match in _ANCHOR.finditer(text, start, end):
        before, after = text[max(0, match.start() - 8) : match.start()], text[match.end() : match.end() + 14]
        is_since = after.startswith("以来") or match.group("five_part") == "以来"
        if not is_since and (_BASE_BEFORE.search(before) or _BASE_AFTER.match(after)):
            continue
        if match.group("year") and (_PROVENANCE.match(after) and _TIMES_AS.search(before)):
            continue
        if _is_named(text, match):
            continue
        found = _day(match, facts)
        if found is not None:
            first = facts.first_year
            yield Anchor(match.start(), found, is_since or (found.year < first if first else False))


def _is_named(text: str, match: re.Match[str]) -> bool:
    """A year inside the name of a document or programme."""
    opened = text.rfind("《", max(0, match.start() - 60), match.start())
    closed = text.find("》", match.end(), match.end() + 60)
    if opened >= 0 and closed >= 0 and text.find("》", opened, match.start()) < 0:
        return True
    named = match.group("five") and re.match(
        r"(?:[一-龥]{0,12}(?:规划|纲要))", text[match.end() : match.end() + 16]
    )
    return bool(named)


def _day(match: re.Match[str], facts: PlanFacts) -> dt.date | None:
    parts = match.groupdict()
    if parts["year"]:
        return _day_of_year(int(parts["year"]), parts)
    if parts["five"]:
        return dt.date(FIVE_YEARS[parts["five"]] + 4, 12, 31)
    year = facts.last_year if facts.first_year == facts.last_year else None
    if year is None:
        return dt.date(facts.first_year - 1, 12, 31) if parts["last"] and facts.first_year else None
    return _day_of_plan(year, parts)


def _day_of_year(year: int, parts: dict[str, str | None]) -> dt.date | None:
    if not 1990 < year < 2061:
        return None
    part = parts["part"] or ""
    if parts["month"]:
        return _month_end(year, int(parts["month"]))
    if part == "上半年":
        return dt.date(year, 6, 30)
    if part.endswith("季度"):
        return _month_end(year, 3 * ("一二三四".index(part[0]) + 1))
    return dt.date(year, 12, 31)


def _day_of_plan(year: int, parts: dict[str, str | None]) -> dt.date | None:
    if parts["this"]:
        return dt.date(year, 12, 31)
    if parts["next"]:
        return dt.date(year + 1, 12, 31)
    if parts["last"]:
        return dt.date(year - 1, 12, 31)
    if parts["half"]:
        return dt.date(year, 6, 30)
    if parts["quarter"]:
        quarter = parts["quarter"]
        return _month_end(year, 3 * (int(quarter) if quarter.isdigit() else "一二三四".index(quarter) + 1))
    return _month_end(year, int(parts["month_only"] or 12))


def _month_end(year: int, month: int) -> dt.date | None:
    if not 1 <= month <= 12:
        return None
    return dt.date(year, month, calendar.monthrange(year, month)[1])


_STRONG_REVIEW = re.compile(r"完成情况|回顾|总结|成效|成就|成绩|进展情况|落实情况|开展情况|执行情况")
_PLANNING = re.compile(r"计划|打算|安排|思路|举措|部署|下一步|要点")
_REVIEW_HEADING = re.compile(
    r"发展环境|现实条件|面临|回顾|总结|成效|成就|完成情况|进展|发展基础|基础(?:和|与|条件)?(?:形势|现状)?$|现状|形势|取得|工作情况|过去|上年|去年|背景|存在的?(?:主要)?问题|短板|不足|亮点"
)
_AHEAD_HEADING = re.compile(
    r"目标|任务|计划|安排|打算|举措|工作重点|重点工作|要点|思路|措施|下一步|指标|行动$|工程$"
)


def is_review_heading(path: tuple[str, ...], facts: PlanFacts) -> bool:
    """Whether headings announce what was done, not what shall be.

    Examples
    --------
    >>> none = PlanFacts(None, None, None, None, 2025, 2025)
    >>> is_review_heading(("一、2024年工作回顾",), none), is_review_heading(("二、主要目标",), none)
    (True, False)
    """
    for heading in path:
        years = [int(year) for year in re.findall(r"20\d\d(?=年)", heading)]
        if facts.first_year and years and max(years) < facts.first_year:
            return True
        if _STRONG_REVIEW.search(heading) and not _PLANNING.search(heading):
            return True
        if _REVIEW_HEADING.search(heading) and not _AHEAD_HEADING.search(heading):
            return True
    return False


_DONE = re.compile(
    r"(?:已|已经)(?:累计|建成|达|有|获|实现|突破|超|完成|形成|引进|培育|集聚|建立|入驻|落地)"
    r"|(?:实现|完成|达到|新增|突破|获批|建成|引进|荣获|培育|创建|组建|转化|举办|开展|选派|兑现|发放)了"
    r"|截至(?:目前|20\d\d年|去年|上年|\d)|截止|首次突破|荣获|获评|跃居|位居|位列|排名第|圆满完成|超额完成|奠定.{0,6}基础"
    r"|全年(?:共|累计)|累计已|(?:共有|现有|目前有|已有|仅有|现已)|均创(?:历史)?新高|仍是|仍然|差距|相差|(?:为|是|仅为)全[国省]的"
)
_WEAKNESS = re.compile(
    r"^(?:当前|目前|但|同时也?(?:要|应)(?:清醒)?看到|与此同时)|仍(?:然|有|不)|还不(?:够|高|强)|不强|差距|短板|薄弱|滞后|偏低|不平衡|缺口"
)
_AHEAD = re.compile(
    r"力争|争取|确保|努力|要(?!素|求|点|件|闻|塞)|将(?!军|来)|目标|到20\d\d年|今年|下一步|拟|计划(?=新|实|到)|预期"
)
_EXACT_COMPARED = re.compile(
    r"(?:同比|比上年|较上年|比去年|较去年|环比)(?:净?增长|提高|上升|增加|提升|下降)了?\d+\.\d"
)


def tells_of_the_past(clause: str) -> bool:
    """Whether a clause by itself reports a result.

    Examples
    --------
    >>> tells_of_the_past("已建成省级平台12家"), tells_of_the_past("力争建成省级平台12家")
    (True, False)
    """
    if _AHEAD.search(clause):
        return False
    if _EXACT_COMPARED.search(clause):
        return not re.search(r"以上|左右|不低于|超过", clause)
    return bool(_DONE.search(clause) or _WEAKNESS.search(clause))


def looks_ahead(clause: str) -> bool:
    """Whether a clause says what shall be."""
    return bool(_AHEAD.search(clause))


def plan_end(facts: PlanFacts) -> dt.date | None:
    """The last day the plan is for."""
    return dt.date(facts.last_year, 12, 31) if facts.last_year else None


_WITH_WINDOW = frozenset(
    {
        TargetKind.CUMULATIVE,
        TargetKind.NET_INCREASE,
        TargetKind.AVERAGE_GROWTH,
        TargetKind.GROWTH_EACH_YEAR,
        TargetKind.CHANGE_PP,
        TargetKind.MULTIPLE,
    }
)
_FROM_FIRST = frozenset({TargetKind.CUMULATIVE, TargetKind.GROWTH_EACH_YEAR})


def window_start(kind: TargetKind, facts: PlanFacts, deadline: dt.date | None) -> str | None:
    """First counted year, or the base year, of a kind that has a window."""
    if kind not in _WITH_WINDOW or facts.first_year is None or deadline is None:
        return None
    first = min(facts.first_year, deadline.year)
    return str(first if kind in _FROM_FIRST else first - 1)
