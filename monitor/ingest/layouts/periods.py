"""Parts of a period as heads, row labels and titles give them: a year here, a month there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.ingest.cells import plain


class Extent(StrEnum):
    """What a month or quarter covers."""

    SINGLE = "single"
    CUMULATIVE = "cumulative"
    UNTIL = "until"


@dataclass(frozen=True)
class PeriodWords:
    """What one text says of a period; what it leaves open is None.

    Parameters
    ----------
    year : int or None
        Calendar year.
    month, quarter : int or None
        Last month, or the quarter.
    is_year : bool
        Whether the whole year is said (全年).
    extent : Extent or None
        Alone (当月), counted from January (累计, 1-9月), or up to that moment (截至9月末).
    """

    year: int | None = None
    month: int | None = None
    quarter: int | None = None
    is_year: bool = False
    extent: Extent | None = None

    @property
    def names_part(self) -> bool:
        """Whether it says more than a year or an extent."""
        return self.month is not None or self.quarter is not None or self.is_year


_DIGITS = {word: number for number, word in enumerate("一二三四五六七八九十", start=1)} | {
    "十一": 11,
    "十二": 12,
    "两": 2,
}
_NUMBER = r"(?:1[0-2]|0?[1-9]|十[一二]|[一二三四五六七八九十])"
_DASH = r"[-—–−~〜至到]{1,2}"
_YEAR = r"(?P<year>(?:19|20|21)\d{2})"
_SPAN = (
    rf"(?:(?:0?1|一)月?{_DASH}(?P<until>{_NUMBER})月份?"
    rf"|(?P<month>{_NUMBER})月份?"
    r"|前(?P<quarters>[二两三23])个?季度|(?:1|一)季?度?[-—–−~〜至到]{1,2}(?P<last_quarter>[二三四2-4])季度"
    r"|第?(?P<quarter>[一二三四1-4])季度?|Q(?P<q>[1-4])"
    r"|(?P<half>上半年)|(?P<whole>全年))"
)
_MARK = r"(?P<mark>累计数?值?|当月数?值?|当季数?值?|单月|末|底|止)?"
_HEAD = re.compile(
    rf"(?P<up_to>截[至止])?(?:{_YEAR}年?(?:度|末|底)?)?[-·]?(?:{_SPAN})?{_MARK}", re.IGNORECASE
)
_ISO = re.compile(
    rf"{_YEAR}[-/.年]?(?P<month>0[1-9]|1[0-2])(?:[-/.](?:01|2[89]|3[01]))?|"
    rf"(?P<year2>(?:19|20|21)\d{{2}})[-/.](?P<month2>[1-9])"
)
_IN_TITLE = re.compile(
    rf"(?P<up_to>截[至止])?(?:(?<!\d){_YEAR}年(?:度|末|底)?)?(?:{_SPAN})?(?P<mark>累计|当月|当季)?"
    r"(?!\d{1,2}[日号])"
)
_CUMULATIVE = frozenset(
    {"累计", "本年累计", "年累计", "累计数", "累计值", "自年初累计", "年初至今", "本月止累计"}
)
_SINGLE = frozenset({"当月", "本月", "当月数", "当月值", "本月数", "当季", "本季", "单月"})


def _number(text: str) -> int:
    return int(text) if text.isdecimal() else _DIGITS[text]


def _extent(found: re.Match[str], *, is_counted: bool) -> Extent | None:
    mark = found["mark"] or ""
    if mark.startswith("累计"):
        return Extent.CUMULATIVE
    if mark.startswith(("当", "单")):
        return Extent.SINGLE
    if found["up_to"] or mark:
        return Extent.UNTIL
    return Extent.CUMULATIVE if is_counted else None


def _words(found: re.Match[str]) -> PeriodWords:
    parts = found.groupdict()
    last = parts["quarters"] or parts["last_quarter"]
    month = parts["until"] or parts["month"]
    quarter = parts["quarter"] or parts["q"]
    counted = 6 if parts["half"] else 3 * _number(last) if last else None
    return PeriodWords(
        year=int(parts["year"]) if parts["year"] else None,
        month=counted or (_number(month) if month else None),
        quarter=_number(quarter) if quarter else None,
        is_year=bool(parts["whole"]),
        extent=_extent(found, is_counted=bool(counted or parts["until"])),
    )


def head_words(text: str) -> PeriodWords | None:
    """The period a head or a row label names and nothing else, or None.

    Examples
    --------
    >>> words = head_words("1—9月")
    >>> words.month, str(words.extent), head_words("甲区")
    (9, 'cumulative', None)
    """
    cleaned = "".join(plain(text).split())
    if cleaned in _CUMULATIVE | _SINGLE:
        return PeriodWords(extent=Extent.CUMULATIVE if cleaned in _CUMULATIVE else Extent.SINGLE)
    iso = _ISO.fullmatch(cleaned)
    if iso is not None:
        return PeriodWords(year=int(iso["year"] or iso["year2"]), month=int(iso["month"] or iso["month2"]))
    found = _HEAD.fullmatch(cleaned)
    if found is None:
        return None
    words = _words(found)
    return words if words.year or words.names_part else None


def title_words(text: str) -> PeriodWords:
    """The period a title speaks of; nothing where it speaks of two."""
    cleaned = "".join(plain(text).split())
    found = {_words(each) for each in _IN_TITLE.finditer(cleaned) if each[0]}
    told = {each for each in found if each.year or each.names_part}
    extent = Extent.CUMULATIVE if "累计" in cleaned else None
    if len(told) != 1:
        return PeriodWords(extent=extent)
    (words,) = told
    return (
        words
        if words.extent or not extent
        else PeriodWords(words.year, words.month, words.quarter, words.is_year, extent)
    )


def combined(parts: Iterable[PeriodWords]) -> PeriodWords:
    """Parts from the outermost (sheet name, title) to the innermost (heads); the inner ones win."""
    whole = PeriodWords()
    for part in parts:
        says_more = part.names_part
        whole = PeriodWords(
            year=part.year or whole.year,
            month=part.month if says_more else whole.month,
            quarter=part.quarter if says_more else whole.quarter,
            is_year=part.is_year if says_more else whole.is_year,
            extent=part.extent or (_kept(whole) if says_more else whole.extent),
        )
    return whole


def disagree(parts: Sequence[PeriodWords]) -> bool:
    """Whether heads leave two readings: 2024年 alone under a title that says 2025年1-9月."""
    whole = PeriodWords()
    for part in parts:
        is_bare_year = part.year is not None and not part.names_part
        if is_bare_year and whole.names_part and whole.year not in (None, part.year):
            return True
        whole = combined((whole, part))
    return False


def _kept(outer: PeriodWords) -> Extent | None:
    """A title that says 累计 alone speaks of every month under it; one that says 1-9月 of its own."""
    return None if outer.names_part else outer.extent


def period_text(words: PeriodWords) -> str:
    """The period as a row of figures writes it.

    A month or quarter of which nothing more is said stands for itself alone.

    Parameters
    ----------
    words : PeriodWords
        With a year.
    """
    year = words.year
    if words.is_year or not words.names_part:
        return f"{year}"
    if words.quarter is not None:
        if words.extent is Extent.CUMULATIVE:
            return f"{year}年1-{3 * words.quarter}月"
        return f"{year}年{words.quarter}季度当季"
    if words.extent is Extent.CUMULATIVE:
        return f"{year}年1-{words.month}月"
    if words.extent is Extent.UNTIL:
        return f"{year}-{words.month:02d}"
    return f"{year}年{words.month}月当月"
