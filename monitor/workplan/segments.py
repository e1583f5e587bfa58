"""Paragraphs, headings, sentences and clauses of a repaired text."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

_MARKERS = (
    re.compile(r"(?P<mark>第[一二三四五六七八九十百\d]+[章部篇])\s*"),
    re.compile(r"(?P<mark>第[一二三四五六七八九十百\d]+节)\s*"),
    re.compile(r"(?P<mark>[一二三四五六七八九十]{1,3})[、.]"),
    re.compile(r"(?P<mark>\((?:[一二三四五六七八九十]{1,3}|-)\))[、.]?"),
    re.compile(r"(?P<mark>\d{1,2}(?:\.\d{1,2}){0,3}|L)[、.)](?=\D)|(?P<mark2>第[一二三四五六七八九十\d]+条)"),
    re.compile(r"(?P<mark>\(\d{1,2}\)|[①-⑳])"),
    re.compile(r"(?P<mark>[一二三四五六七八九十]+(?:是|要))"),
)
_INLINE = re.compile(
    r"(?<=[。;!?])(?=\d{1,2}[、.](?!\d)[一-龥])|(?<=[。!?])(?=[一二三四五六七八九十]{1,3}、)"
    r"|(?<=[。!?工程])(?=\((?:[一二三四五六七八九十]{1,3}|-)\))|(?<=[。!?程])(?=L[一-龥])|(?<=[。!?])(?=——)"
    r"|(?<=标)(?=到20\d\d年)"
)
_ENDS = "。!?;"
_OPENING, _CLOSING = "(【〔[《「", ")】〕]》」"


@dataclass(frozen=True)
class Paragraph:
    """A run of sentences under one heading.

    Parameters
    ----------
    start, end : int
        Span. [repaired text]
    clause : str
        Where it stands, as a person would cite it: 二 / (一) / 3.
    heading : str
        Heading it stands under, its own first sentence included where that is one.
    path : tuple of str
        Headings from the outermost in.
    """

    start: int
    end: int
    clause: str
    heading: str
    path: tuple[str, ...]


@dataclass(frozen=True)
class Sentence:
    """A sentence with its clauses, as spans. [repaired text]"""

    start: int
    end: int
    clauses: tuple[tuple[int, int], ...]


def paragraphs(text: str) -> Iterator[Paragraph]:
    """The paragraphs of the text, each with the headings above it.

    Parameters
    ----------
    text : str
        Repaired text.
    """
    levels: dict[int, tuple[str, str]] = {}
    for start, end in _lines(text):
        line = text[start:end]
        level, mark = _marker(line)
        if level is not None:
            levels = {each: found for each, found in levels.items() if each < level}
            levels[level] = (mark, _heading_text(line))
        elif _is_bare_heading(line):
            levels = {-1: ("", line)}
        path = tuple(levels[each][1] for each in sorted(levels))
        marks = [levels[each][0] for each in sorted(levels) if levels[each][0]]
        yield Paragraph(start, end, "/".join(marks), path[-1] if path else "", path)


def _lines(text: str) -> Iterator[tuple[int, int]]:
    offset = 0
    for line in text.split("\n"):
        cuts = [0, *(match.start() for match in _INLINE.finditer(line)), len(line)]
        for first, last in itertools.pairwise(cuts):
            if line[first:last].strip():
                yield offset + first, offset + last
        offset += len(line) + 1


def _marker(line: str) -> tuple[int | None, str]:
    for level, pattern in enumerate(_MARKERS):
        match = pattern.match(line)
        if match:
            mark = match.group("mark") or match.groupdict().get("mark2") or ""
            return level, "1" if mark == "L" else mark
    return None, ""


def _heading_text(line: str) -> str:
    return re.split(r"[。;:]", line, maxsplit=1)[0][:60]


_BARE = re.compile(r"^[^,。;!?%]{2,24}$")
_BARE_WORDS = re.compile(
    r"(?:目标|任务|措施|要求|思路|回顾|成效|基础|形势|安排|情况|打算|保障|背景|工作|重点|指标)$"
)


def _is_bare_heading(line: str) -> bool:
    return bool(_BARE.match(line) and _BARE_WORDS.search(line))


def sentences(text: str, start: int, end: int) -> Iterator[Sentence]:
    """The sentences of a span; brackets and quotation marks are never cut.

    Parameters
    ----------
    text : str
        Repaired text.
    start, end : int
        Span of a paragraph.
    """
    first, depth = start, 0
    cuts: list[int] = []
    for place in range(start, end):
        char = text[place]
        depth = max(0, depth + (char in _OPENING) - (char in _CLOSING))
        if char in _ENDS[:3] or (depth == 0 and char == "\t"):
            yield _sentence(first, place, cuts)
            first, depth, cuts = place + 1, 0, []
        elif depth == 0 and char in ",;:":
            cuts.append(place)
    if first < end:
        yield _sentence(first, end, cuts)


def _sentence(start: int, end: int, cuts: list[int]) -> Sentence:
    edges = [start - 1, *cuts, end]
    clauses = tuple((left + 1, right) for left, right in itertools.pairwise(edges) if left + 1 < right)
    return Sentence(start, end, clauses)
