"""What a plan says of itself: title, number, issuer, region, and the years it is for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.core.catalogue import RegionEntry
from monitor.core.records import Region
from monitor.workplan.numerals import parse_numeral

FIVE_YEARS = {"十二": 2011, "十三": 2016, "十四": 2021, "十五": 2026, "十六": 2031, "十七": 2036}
"""First year of each five-year plan."""

_TITLE_WORDS = re.compile(
    r"指标|要点|计划|规划|方案|报告|意见|任务|安排|纲要|措施|目标|分解表|责任书|绩效|总结|打算|清单|行动|办法|决定|通知"
)
_RANGE = re.compile(r"(20\d\d)年?\s*[-—–―~至到]+\s*(20\d\d)")
_YEAR = re.compile(r"(?<!\d)(20\d\d)年")
_DATED = re.compile(r"20\d\d年\d{1,2}月|20\d\d-\d\d|20\d\d/\d|20\d\d\.\d")
_FIVE = re.compile(r"[\"“]?(十[二三四五六七])五[\"”]?|第(十[二三四五六七])个五年")
_NUMBER = re.compile(r"([一-龥]{1,10}[〔\[(]20\d\d[〕\])]\d+号)")
_ISSUER = re.compile(
    r"([一-龥]{2,20}?(?:科学技术(?:局|厅|委员会|部|委)|科技(?:局|厅|委|和工业信息化局|创新委员会|创新局)|人民政府(?:办公厅|办公室)?"
    r"|管委会|管理委员会|发展和改革(?:委员会|局)|工业和信息化(?:局|厅)))"
)
_REGION = re.compile(r"([一-龥]{2,8}?(?:特别行政区|自治区|自治州|自治县|新区|地区|省|市|州|盟|县|区|旗))")
_HEADING_MARK = re.compile(r"[一二三四五六七八九十\d]+[、.]|\(|第|附|各")
_SPAN_WORDS = re.compile(r"([一二三四五六七八九十\d]+)年(?:行动|工作|发展|攻坚|倍增|实施|规划|计划|方案)")


@dataclass(frozen=True)
class PlanFacts:
    """What the head of a plan tells.

    Parameters
    ----------
    title : str or None
        The line that names the plan.
    number, issuer, region : str or None
        Document number, issuing body, place it is for.
    first_year, last_year : int or None
        Years the plan is for; None where the text does not say.
    """

    title: str | None
    number: str | None
    issuer: str | None
    region: str | None
    first_year: int | None
    last_year: int | None


def region_names(regions: Iterable[RegionEntry | Region]) -> dict[str, str]:
    """Names of regions, short and full, with the full name of each."""
    found: dict[str, str] = {}
    for region in regions:
        found[region.short_zh] = found[region.name_zh] = region.name_zh
    return found


def plan_facts(
    text: str, *, year: int | None = None, region: str | None = None, regions: Mapping[str, str] | None = None
) -> PlanFacts:
    """Read the head of a plan.

    Parameters
    ----------
    text : str
        Repaired text.
    year : int, optional
        Last year the plan is for, if the reader knows better.
    region : str, optional
        Place it is for, if the reader knows better.
    regions : mapping of str to str, optional
        Known names of regions, short and full, with the full name of each; the longest match wins
        over a guess from the shape of a word.

    Returns
    -------
    PlanFacts
    """
    lines = [line.strip() for line in text[:6000].split("\n") if line.strip()][:40]
    title = _title(lines)
    first, last = _years(text, title, lines)
    if year is not None:
        first = first if first is not None and first <= year and last == year else year
        last = year
    head = "\n".join(lines[:15])
    number, issuer = _NUMBER.search(head), _ISSUER.search(head)
    return PlanFacts(
        title=title,
        number=number.group(1) if number else None,
        issuer=issuer.group(1) if issuer else None,
        region=region or _region(title, head, text, regions or {}),
        first_year=first,
        last_year=last,
    )


def _title(lines: Sequence[str]) -> str | None:
    announced = re.search(r"现将《([^》]{6,80})》", "".join(lines[:15]))
    if announced and _TITLE_WORDS.search(announced.group(1)):
        return announced.group(1)
    candidates = []
    for place, line in enumerate(lines[:15]):
        short = re.split(r"[。;]", line)[0]
        quoted = re.search(r"《([^》]{4,60})》", short)
        told = quoted.group(1) if quoted and "印发" in short else short
        if (
            _HEADING_MARK.match(told)
            or not 4 <= len(told) <= 60
            or not _TITLE_WORDS.search(told)
            or re.search(r"[,>\t|]", told)
        ):
            continue
        dated = bool(
            _YEAR.search(told) or _FIVE.search(told) or _RANGE.search(told) or _SPAN_WORDS.search(told)
        )
        candidates.append((dated, -place, told))
    return max(candidates)[2] if candidates else None


def _years(text: str, title: str | None, lines: Sequence[str]) -> tuple[int | None, int | None]:
    place = lines.index(title) if title in lines else 0
    near = [title, *lines[:2], *lines[place + 1 : place + 3]] if title else lines[:3]
    for line in near:
        is_heading = line == title or not re.search(r"[,。;]", line)
        found = _years_of_title(line) if len(line) < 70 and is_heading else None
        if found:
            return found
    return _years_of_text(text)


def _years_of_title(line: str) -> tuple[int, int] | None:
    span = _RANGE.search(line)
    if span:
        return int(span.group(1)), int(span.group(2))
    five = _FIVE.search(line)
    if five:
        start = FIVE_YEARS[five.group(1) or five.group(2)]
        return start, start + 4
    years = [int(year) for year in _YEAR.findall(_DATED.sub("", line)) if 2000 < int(year) < 2036]
    if not years:
        session = re.search(r"(20\d\d)年[1-4]月\d*日?在", line)
        return (int(session.group(1)), int(session.group(1))) if session else None
    words = _SPAN_WORDS.search(line)
    length = int(parse_numeral(words.group(1)) or 1) if words else 1
    return max(years), max(years) + (length - 1 if 1 < length <= 10 else 0)


def _years_of_text(text: str) -> tuple[int | None, int | None]:
    """Where the title has no year: the years of the deadlines, or the year the document was made."""
    deadlines = Counter(int(year) for year in re.findall(r"到(20\d\d)年", text))
    deadlines.update(
        FIVE_YEARS[five] + 4 for five in re.findall(r"到[\"“]?(十[二三四五六七])五[\"”]?[期]?末", text)
    )
    span, made = _RANGE.search(text[:3000]), _year_made(text)
    last = max(deadlines, key=lambda year: (deadlines[year], year)) if deadlines else None
    if last is not None and span and int(span.group(2)) == last:
        return int(span.group(1)), last
    words = _SPAN_WORDS.search(text[:2000])
    if last is not None and words is not None:
        return last - min(int(parse_numeral(words.group(1)) or 1), 10) + 1, last
    if last is not None and made is not None and (made == last or deadlines[last] > 1):
        return min(made, last), last
    opening = re.search(r"(20\d\d)年是", text[:3000])
    if opening:
        return int(opening.group(1)), int(opening.group(1))
    if span and last is None:
        return int(span.group(1)), int(span.group(2))
    year = made or last or _commonest_year(text)
    return year, year


def _year_made(text: str) -> int | None:
    """The year of the document number, or of the date below the text."""
    numbered = re.search(r"〔(20\d\d)〕\d+号", text[:1500])
    if numbered:
        return int(numbered.group(1))
    dated = [*re.finditer(r"(20\d\d)年(\d{1,2})月\d{1,2}日(?=$|\n)", text[-300:])] or [
        *re.finditer(r"(?:^|\n|\()[—\s]*(20\d\d)年(\d{1,2})月\d{1,2}日", text[:1500])
    ]
    if not dated:
        return None
    year, month = int(dated[-1].group(1)), int(dated[-1].group(2))
    return year + (month >= 11 and f"{year + 1}年" in text)


def _commonest_year(text: str) -> int | None:
    years = _YEAR.findall(_DATED.sub("", text[:3000]))
    if years:
        return int(Counter(years).most_common(1)[0][0])
    dated = re.search(r"(20\d\d)(?:年|-|/|\.)\d", text[:3000]) or re.search(
        r"(20\d\d)(?:年|-|/|\.)\d", text[-400:]
    )
    return int(dated.group(1)) if dated else None


def _region(title: str | None, head: str, text: str, regions: Mapping[str, str]) -> str | None:
    for place in (title or "", head, text[:1500]):
        known = [name for name in regions if name in place and name not in {"全国", "中国"}]
        if known:
            return regions[max(known, key=len)]
    for place in (title or "", *(line for line in head.split("\n")[:5] if not re.search(r"[,。;]", line))):
        cleaned = re.sub(
            r"20\d\d年(?:\d+月\d+日)?在?|全[省市县区]|关于|印发|《|》|[高国][新家].{0,8}区", " ", place
        )
        found = _REGION.search(cleaned)
        if found and found.group(1)[:1] not in "全各我本省市县新建":
            return found.group(1)
    return None
