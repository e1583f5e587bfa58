"""The repaired text of a document, every character of which knows where it came from.

Rules look at the repaired text; quotes and offsets are always those of the text as it was read.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

_TERMINAL = frozenset('。;!?:)】》”"」|')
_CIRCLED = re.compile(r"[\u2460-\u24ff\u2776-\u2793]")
_DROPPED = frozenset("\u200b\u200c\u200d\u2060\ufeff\u00ad")
_SPACES = frozenset(" \u3000\u00a0\u2002\u2003\u2009\u202f\x0b\x0c")
_HEADING_START = re.compile(
    r"(?:第[一二三四五六七八九十百]+[章节条部篇]|[一二三四五六七八九十]+[、.]|\([一二三四五六七八九十\d]+\)"
    r"|\d{1,2}(?:\.\d{1,2})*[、.)](?!\d)|[①-⑳]|[—·●◆■▪•★☆*-]{1,2}|附件|附表|专栏|表\d|备注|注:|责任|牵头|配合|完成时限)"
)
_PAGE_LINE = re.compile(r"(?:[-—–·\s]*\d{1,3}[-—–·\s]*|第\d{1,3}页(?:[/,]?共\d{1,3}页)?|\d{1,3}/\d{1,3})")
_HEADER_WORDS = re.compile(
    r"序号|指标|目标|单位|基期|基数|现状|属性|性质|责任|牵头|完成值|20\d\d年?|年均|累计|类别|类型|备注"
)


@dataclass(frozen=True)
class RepairedText:
    """Text to analyse, and the place of each of its characters in the text as read.

    Parameters
    ----------
    text : str
        Repaired text.
    origins : tuple of int
        For each character, its offset in the text as read.
    mended : frozenset of int
        Offsets as read of characters that were taken for another one (O for 0): to be looked at.
    source : str
        The text as read.
    """

    text: str
    origins: tuple[int, ...]
    mended: frozenset[int]
    source: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Offsets as read of a span of the repaired text."""
        return self.origins[start], self.origins[end - 1] + 1

    def was_mended(self, start: int, end: int) -> bool:
        """Whether a look-alike was replaced in that span of the repaired text."""
        return any(origin in self.mended for origin in self.origins[start:end])


@dataclass
class _Draft:
    """Characters with origins, while repairs still change them."""

    chars: list[str]
    origins: list[int]
    mended: set[int]

    @property
    def text(self) -> str:
        return "".join(self.chars)

    def replace(
        self, pattern: re.Pattern[str], change: Callable[[re.Match[str]], list[tuple[str, int]]]
    ) -> None:
        """Put what `change` returns (characters, each with its place in the match) for every match."""
        chars: list[str] = []
        origins: list[int] = []
        last = 0
        for match in pattern.finditer(self.text):
            start, end = match.span()
            chars += self.chars[last:start]
            origins += self.origins[last:start]
            for char, place in change(match):
                chars.append(char)
                origins.append(self.origins[start + place])
            last = end
        self.chars = chars + self.chars[last:]
        self.origins = origins + self.origins[last:]

    def delete(self, pattern: re.Pattern[str], group: int = 0) -> None:
        """Delete a group of every match."""

        def rest(match: re.Match[str]) -> list[tuple[str, int]]:
            gone = range(match.start(group), match.end(group))
            return [
                (char, place) for place, char in enumerate(match.group()) if match.start() + place not in gone
            ]

        self.replace(pattern, rest)


def repair(source: str) -> RepairedText:
    """Repair what scanning, layout and copying did to a text.

    Full-width forms become plain; spaces inside prose, running page numbers and the line breaks of a
    fixed page width go; a dash read as 一 and letters read for digits are put right, and marked.

    Parameters
    ----------
    source : str
        Text as read.

    Returns
    -------
    RepairedText

    Examples
    --------
    >>> repaired = repair("比重达 3 .1 ％。")
    >>> repaired.text, repaired.span(3, 7)
    ('比重达3.1%。', (4, 10))
    """
    draft = _plain_characters(source)
    _drop_running_numbers(draft)
    _close_lines(draft)
    _drop_page_lines(draft)
    _join_wrapped_lines(draft)
    _mend_numbers(draft)
    return RepairedText(draft.text, tuple(draft.origins), frozenset(draft.mended), source)


def _plain_characters(source: str) -> _Draft:
    draft = _Draft([], [], set())
    for offset, char in enumerate(source):
        plain = _plain(char)
        if char == "\r":
            plain = "" if source[offset + 1 : offset + 2] == "\n" else "\n"
        if plain:
            draft.chars.append(plain)
            draft.origins.append(offset)
    return draft


def _plain(char: str) -> str:
    if "\u4e00" <= char <= "\u9fff" or char == "\n":
        return char
    if char in _SPACES:
        return " "
    if char in _BARS:
        return "|"
    if char in _DROPPED or (unicodedata.category(char) in {"Cc", "Cf"} and char != "\t"):
        return "" if char != "\r" else char
    if _CIRCLED.match(char):
        return char
    folded = unicodedata.normalize("NFKC", char)
    return folded if len(folded) == 1 else char


_LINE_NUMBER = re.compile(r"^[ \t]*(\d{1,3})[ \t]*[、.]?(?=\D)[ \t]*", re.MULTILINE)
_PAGE_CHARS = 150


def _drop_running_numbers(draft: _Draft) -> None:
    """Page numbers that stand at line starts, in words broken by the page: 研究\\n4、所."""
    text = draft.text
    lines = [*_LINE_NUMBER.finditer(text)]
    spans = []
    expected = None
    for match in lines:
        number = int(match.group(1))
        if expected is None or number == expected:
            spans.append(match)
            expected = number + 1
    broken = [match for match in spans if match.start() and _ends_open(text, match.start())]
    lengths = sorted(_line_length(text, match.end()) for match in spans)
    if len(spans) < 4 or len(broken) < 0.8 * (len(spans) - 1) or lengths[len(lengths) // 2] < _PAGE_CHARS:
        return
    gone = set()
    for match in spans:
        start = match.start() - 1 if match.start() else 0
        gone |= set(range(start, match.end()))
    draft.chars, draft.origins = _without(draft, gone)


def _ends_open(text: str, line_start: int) -> bool:
    """Whether the line before a line start breaks off inside a sentence."""
    before = text[max(0, line_start - 40) : line_start].rstrip()
    return bool(before) and before[-1] not in _TERMINAL


def _line_length(text: str, start: int) -> int:
    end = text.find("\n", start)
    return (len(text) if end < 0 else end) - start


def _without(draft: _Draft, gone: set[int]) -> tuple[list[str], list[int]]:
    kept = [place for place in range(len(draft.chars)) if place not in gone]
    return [draft.chars[place] for place in kept], [draft.origins[place] for place in kept]


_SPACE_RUN = re.compile(r" +")
_NUMBER_CELL = re.compile(r"[≥>≤<]?\d+(?:\.\d+)?%?")


def _close_lines(draft: _Draft) -> None:
    """Drop the spaces inside prose; between the cells of a table they become tabs."""
    gone: set[int] = _edges_of_the_page(draft.text)
    offset, in_table = 0, False
    for line in draft.text.split("\n"):
        in_table = _is_table_line(line, in_table)
        for match in _SPACE_RUN.finditer(line):
            places = range(offset + match.start(), offset + match.end())
            if (
                in_table
                and match.start() > 0
                and match.end() < len(line)
                and not _is_inside_cell(line, match)
            ):
                draft.chars[places[0]] = "\t"
                gone |= set(places[1:])
            elif not _separates_words(line, match):
                gone |= set(places)
        offset += len(line) + 1
    draft.chars, draft.origins = _without(draft, gone)


_NARROW_PAGE = range(24, 90)


def _edges_of_the_page(text: str) -> set[int]:
    """Line breaks after a full stop that only end a line, where paragraphs are marked by indents."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    indented = sum(line.startswith("  ") for line in filled)
    width = max((len(line.rstrip()) for line in filled), default=0)
    if not 0.1 * len(filled) < indented < 0.8 * len(filled) or width not in _NARROW_PAGE:
        return set()
    edges, offset = set(), 0
    for line, following in itertools.pairwise(lines):
        offset += len(line)
        full = len(line.rstrip()) >= 0.7 * width and len(line.rstrip()) > 20
        if full and following.strip() and not following.startswith(" ") and not _starts_anew(following):
            edges.add(offset)
        offset += 1
    return edges


def _starts_anew(line: str) -> bool:
    return bool(_HEADING_START.match(line) or _PAGE_LINE.fullmatch(line.replace(" ", "")) or "\t" in line)


def _is_table_line(line: str, in_table: bool) -> bool:
    cells = line.split()
    if "\t" in line.strip() or "|" in line:
        return False  # the tabs are its cells; spaces are inside them
    if len(cells) < 3 or re.search(r"[。;]", line):
        return False
    headers = sum(1 for cell in cells if len(cell) <= 14 and _HEADER_WORDS.search(cell))
    if headers >= 3 or (headers >= 2 and headers == len(cells)):
        return True
    numbers = sum(1 for cell in cells if _NUMBER_CELL.fullmatch(cell))
    ends_with_attribute = bool(re.search(r"(?:预期性|约束性)$", line.rstrip()))
    return numbers >= 1 and (in_table or ends_with_attribute)


def _is_inside_cell(line: str, match: re.Match[str]) -> bool:
    """A blank inside a broken number: 3 .1 %."""
    before, after = line[: match.start()], line[match.end() :]
    return bool(re.search(r"\d\.?$", before) and re.match(r"\.\d|%", after)) or bool(
        re.search(r"\d\.$", before) and after[:1].isdigit()
    )


def _separates_words(line: str, match: re.Match[str]) -> bool:
    before, after = line[match.start() - 1 : match.start()], line[match.end() : match.end() + 1]
    return before.isascii() and before.isalpha() and after.isascii() and after.isalpha()


def _drop_page_lines(draft: _Draft) -> None:
    """Lines that hold nothing but a page number, between two halves of a sentence."""
    gone: set[int] = set()
    offset = 0
    lines = draft.text.split("\n")
    for number, line in enumerate(lines):
        if line and _PAGE_LINE.fullmatch(line) and _is_between_halves(lines, number, line):
            joins = number > 0 and lines[number - 1] and lines[number - 1][-1] not in _TERMINAL
            first = offset - 1 if joins and re.search(r"[,。;、]", lines[number - 1]) else offset
            gone |= set(range(first, offset + len(line) + 1))
        offset += len(line) + 1
    draft.chars, draft.origins = _without(draft, gone)


def _is_between_halves(lines: list[str], number: int, line: str) -> bool:
    if not line.isdigit():
        return True
    before = next((each for each in reversed(lines[:number]) if each), "")
    return len(before) >= 15 and "\t" not in before and bool(re.search(r"[,。;、]", before))


def _join_wrapped_lines(draft: _Draft) -> None:
    gone: set[int] = set()
    offset = 0
    lines = draft.text.split("\n")
    for line, following in itertools.pairwise(lines):
        offset += len(line)
        if _continues(line, following):
            gone.add(offset)
        offset += 1
    draft.chars, draft.origins = _without(draft, gone)


_WRAP_WIDTH = 18


def _continues(line: str, following: str) -> bool:
    """Whether a line break is only the edge of the page."""
    if not line or not following or "\t" in line or "\t" in following or "|" in line:
        return False
    if line[-1] in _TERMINAL or _HEADING_START.match(following):
        return False
    if line[-1] in ",、":
        return True
    if _HEADING_START.match(line) and not re.search(r"[,。;]", line):
        return False
    return len(line) >= _WRAP_WIDTH and bool(re.search(r"[,。;、]", line)) and _is_prose(following)


def _is_prose(line: str) -> bool:
    return bool(re.search(r"[,。;、:)]", line)) or len(line) <= _WRAP_WIDTH


_CHINESE_YEAR = re.compile(r"二[〇○OoО0零]([〇○OoО0零一二三四五])([〇○OoО0零一二三四五六七八九])(?=年)")
_YEAR_DIGITS = {char: str(value) for value, char in enumerate("〇一二三四五六七八九")} | dict.fromkeys(
    "○OoО0零", "0"
)
_BARS = frozenset("│┃║┆┇┊¦︱")


def _year_digits(match: re.Match[str]) -> list[tuple[str, int]]:
    """二〇二四年 is 2024年; no other number is written digit by digit."""
    return [("2", 0), ("0", 1), (_YEAR_DIGITS[match.group(1)], 2), (_YEAR_DIGITS[match.group(2)], 3)]


_UNIT_AHEAD = r"(?=\s*(?:[多余]?[万亿千百]|[家户个项件名人%元位场次])|\.\d)"
_LOOK_ALIKES = re.compile(
    rf"(?<![A-Za-z\d.])(?=[\dOoIl巧]*[OoIl巧])[\dOoIl巧](?:[\dOoIl.]*[\dOoIl])?{_UNIT_AHEAD}"
)
_DIGIT_FOR = {"O": "0", "o": "0", "I": "1", "l": "1"}
_DASH_ONE = re.compile(r"(?<=\d)[一](?=\d)")
_STOP_POINT = re.compile(r"(?<=\d)[。·](?=\d+(?:%|[万亿家件项个]))")


def _mend_numbers(draft: _Draft) -> None:
    draft.replace(_CHINESE_YEAR, _year_digits)
    draft.replace(_DASH_ONE, lambda _: [("-", 0)])
    draft.replace(_STOP_POINT, lambda _: [(".", 0)])
    for match in _LOOK_ALIKES.finditer(draft.text):
        if _is_number_position(match):
            draft.mended |= {draft.origins[match.start() + place] for place in _strange(match.group())}
    draft.replace(_LOOK_ALIKES, lambda match: [*_mended(match)])


def _strange(written: str) -> Iterator[int]:
    return (place for place, char in enumerate(written) if char in _DIGIT_FOR or char == "巧")


def _is_number_position(match: re.Match[str]) -> bool:
    written = match.group()
    return len(written) > 1 and (any(char.isdigit() for char in written) or len(written) >= 2)


def _mended(match: re.Match[str]) -> Iterator[tuple[str, int]]:
    keep = not _is_number_position(match)
    for place, char in enumerate(match.group()):
        if keep:
            yield char, place
        elif char == "巧":
            yield "1", place
            yield "5", place
        else:
            yield _DIGIT_FOR.get(char, char), place
