"""Tables in a text: cells between tabs or bars, one cell a line, or cells glued together."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Cell = tuple[int, int]
"""Span of a cell. [repaired text]"""

_HEADER = re.compile(
    r"序号|编号|工作(?:任务|内容|目标|要求|事项)|量化|考核|数量|配合|事项|项目名称|完成|主要|具体|年度|指标(?:名称|内容|值|属性|性质|类型)?|[一二三]级指标|名称|目标(?:值|要求|任务)?|单位|基期值?|基数|现状值?|实际值?|完成值|属性|性质|责任(?:单位|部门|科室)?"
    r"|牵头(?:单位|部门)?|时限|年均(?:增速|增长率?)?|累计|类别|类型|备注|20\d\d年?(?:目标值?|预计|实际值?|基期值?|完成值?|现状值?|规划值)?|重点任务|工作内容|主要内容|具体任务|任务(?:内容)?|领域|维度|完成时[间限]|时间节点|序"
)
_TOKEN = re.compile(
    r"序号|编号|指标(?:名称|值|属性|性质|类型)|[一二三]级指标|目标值|计量单位|责任单位|责任部门|牵头单位|(?<!计量)(?<!责任)(?<!牵头)单位|属性|备注|类别|年均(?:增速|增长率?)|"
    r"20\d\d年?(?:目标值?|预计|实际值?|基期值?|完成值?|现状值?|规划值)?|指标|基期值?|目标"
)
_SHORT = 16


@dataclass(frozen=True)
class Grid:
    """A table: header texts, and rows of cells.

    Parameters
    ----------
    header : tuple of str
    rows : tuple of tuple of Cell
    start, end : int
        Span of the whole. [repaired text]
    is_glued : bool
        Whether the cells had to be guessed apart.
    """

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    start: int
    end: int
    is_glued: bool = False


def find_grids(text: str) -> Iterator[Grid]:
    """The tables of a text, in order of kind.

    Parameters
    ----------
    text : str
        Repaired text.
    """
    lines = list(_lines(text))
    yield from _separated(text, lines)
    yield from _cell_a_line(text, lines)
    yield from _glued(text, lines)


def _lines(text: str) -> Iterator[Cell]:
    offset = 0
    for line in text.split("\n"):
        yield offset, offset + len(line)
        offset += len(line) + 1


def _cells(text: str, line: Cell, separator: str) -> tuple[Cell, ...]:
    start, found = line[0], []
    for part in text[line[0] : line[1]].split(separator):
        body = part.strip(" \t")
        begin = start + (len(part) - len(part.lstrip(" \t")) if body else 0)
        found.append((begin, begin + len(body)))
        start += len(part) + len(separator)
    if separator == "|":  # a bar at either edge frames the row
        found = [cell for place, cell in enumerate(found) if cell[0] < cell[1] or 0 < place < len(found) - 1]
    return tuple(found)


def _separator(line: str) -> str | None:
    if "\t" in line.strip("\t") and len([part for part in line.split("\t") if part.strip()]) >= 2:
        return "\t"
    return "|" if line.count("|") >= 3 else None


def _separated(text: str, lines: Sequence[Cell]) -> Iterator[Grid]:
    block: list[tuple[Cell, ...]] = []
    for line in [*lines, (len(text), len(text))]:
        words = text[line[0] : line[1]]
        separator = _separator(words)
        if separator is None:
            is_frame = bool(re.fullmatch(r"[\s|:+\-─━┄═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬]*", words))
            if is_frame and line[1] < len(text):
                continue
            if block:
                yield from _grid_of(text, block)
            block = []
        elif not re.fullmatch(r"[\s|:+\-─━┄═┌┐└┘├┤┬┴┼╔╗╚╝╠╣╦╩╬]+", words):
            block.append(_cells(text, line, separator))
    if block:
        yield from _grid_of(text, block)


def _grid_of(text: str, block: Sequence[tuple[Cell, ...]]) -> Iterator[Grid]:
    """Tables of a run of rows; every header row begins a new one."""
    header: tuple[str, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    for place, cells in enumerate(block):
        words = tuple(text[start:end] for start, end in cells)
        following = block[place + 1] if place + 1 < len(block) else ()
        below = [text[start:end] for start, end in following]
        if _is_header(words) or (not header and _heads_a_matrix(words, below)):
            if rows:
                yield Grid(header, tuple(rows), rows[0][0][0], rows[-1][-1][1])
                rows = []
            header = (
                _merged_header(header, words) if header and not rows and len(words) == len(header) else words
            )
        else:
            rows.append(cells)
    if rows:
        yield Grid(header, tuple(rows), rows[0][0][0], rows[-1][-1][1])


def _merged_header(upper: tuple[str, ...], lower: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(
        top + below if below and below != top else top for top, below in zip(upper, lower, strict=True)
    )


def _is_header(words: Sequence[str]) -> bool:
    told = [word for word in words if word]
    matches = [word for word in told if len(word) <= _SHORT and _HEADER.search(word)]
    numbers = [
        word
        for word in told
        if re.fullmatch(r"[≥>≤<]?\d+(?:\.\d+)?%?", word) and not re.fullmatch(r"20\d\d", word)
    ]
    return len(matches) >= 2 and len(matches) >= 0.6 * len(told) and not numbers


_NUMBER = re.compile(r"[≥>≤<]?\d[\d,]*(?:\.\d+)?%?")


def _heads_a_matrix(words: Sequence[str], below: Sequence[str]) -> bool:
    """Names of indicators over rows of places: 县区, 高新技术企业(家), 技术合同成交额(亿元)."""
    if len(words) < 3 or len(below) != len(words) or any(_NUMBER.fullmatch(word) for word in words):
        return False
    numbers = sum(1 for word in below if _NUMBER.fullmatch(word))
    return numbers >= 2 and numbers >= 0.5 * len(words) and all(len(word) <= 30 for word in words)


def _cell_a_line(text: str, lines: Sequence[Cell]) -> Iterator[Grid]:
    """Tables that were copied cell by cell: the header lines tell how many cells make a row."""
    filled = [line for line in lines if text[line[0] : line[1]].strip()]
    place = 0
    while place < len(filled):
        width = _header_width(text, filled, place)
        if width < 3:
            place += max(1, width)
            continue
        header = tuple(text[start:end] for start, end in filled[place : place + width])
        place += width
        rows = []
        while place + width <= len(filled) and _is_row(text, filled[place : place + width], header):
            rows.append(tuple(filled[place : place + width]))
            place += width
        if rows:
            yield Grid(header, tuple(rows), rows[0][0][0], rows[-1][-1][1])


def _header_width(text: str, lines: Sequence[Cell], place: int) -> int:
    width = 0
    while place + width < len(lines):
        start, end = lines[place + width]
        word = text[start:end]
        if "\t" in word or len(word) > _SHORT or not _HEADER.match(word):
            break
        width += 1
    return width


def _is_row(text: str, cells: Sequence[Cell], header: Sequence[str]) -> bool:
    words = [text[start:end] for start, end in cells]
    if any(len(word) > 60 for word in words):
        return False
    valued = [word for word, title in zip(words, header, strict=True) if re.search(r"20\d\d|值|目标$", title)]
    numeric = [word for word in valued if re.search(r"\d", word) or word in {"-", "—", "--", "——", "/"}]
    return bool(valued) and len(numeric) >= 0.5 * len(valued) and len(words[0]) <= 40


_ROW_END = re.compile(r"(?:预期性|约束性|指导性)$")
_UNITS = r"(?:%|％|亿元|万元|元|万家|万人|万件|件|家|个|项|人年|万人年|人|户|名|件/万人|人次|平方米)"


def _glued(text: str, lines: Sequence[Cell]) -> Iterator[Grid]:
    """Tables whose cells ran together; the header tells how many numbers a row holds."""
    header: tuple[str, ...] = ()
    rows: list[tuple[Cell, ...]] = []
    for start, end in [*lines, (len(text), len(text))]:
        words = text[start:end]
        titles = tuple(_TOKEN.findall(words)) if len(words) < 80 else ()
        is_header = len(titles) >= 3 and len("".join(titles)) >= 0.8 * len(words) and "\t" not in words
        row = _glued_row(words, start, header) if header and not is_header else None
        if row is not None:
            rows.append(row)
            continue
        if rows:
            yield Grid(header, tuple(rows), rows[0][0][0], rows[-1][-1][1], is_glued=True)
            rows = []
        if is_header:
            header = titles
        elif words.strip():
            header = ()


def _glued_row(words: str, start: int, header: Sequence[str]) -> tuple[Cell, ...] | None:
    """Spans of the cells of a glued row in the order of the header, or None where it is none."""
    valued = [title for title in header if re.search(r"20\d\d|值|基期|现状|^目标", title)]
    has_unit = any("单位" in title and "责任" not in title for title in header)
    ending = _ROW_END.search(words)
    body_end = ending.start() if ending else len(words)
    match = re.match(
        rf"(?P<index>\d{{1,2}}[.、]?)?(?P<name>[一-龥A-Za-z&“”\"/()%、·\-每万R]+?)(?P<unit>{_UNITS})?(?P<numbers>[≥>≤<]?[\d.][\d.\s≥>≤<]*)$",
        words[:body_end],
    )
    if match is None or not valued or "\t" in words:
        return None
    numbers = _split_numbers(match.group("numbers"), len(valued))
    if numbers is None:
        return None
    offset = start + match.start("numbers")
    spans = iter([(offset + first, offset + last) for first, last in numbers])
    parts = {
        "index": _group(match, "index", start),
        "name": _group(match, "name", start),
        "unit": _group(match, "unit", start) if has_unit else (start, start),
        "attribute": (start + body_end, start + len(words)),
        "none": (start, start),
    }
    return tuple(next(spans) if title in valued else parts[_part(title)] for title in header)


def _group(match: re.Match[str], name: str, start: int) -> Cell:
    if match.group(name) is None:
        return start, start
    return start + match.start(name), start + match.end(name)


def _part(title: str) -> str:
    """Which part of a glued row a column that holds no value is."""
    if title in {"序号", "编号"}:
        return "index"
    if "单位" in title:
        return "unit" if "责任" not in title and "牵头" not in title else "none"
    if re.search(r"属性|性质|类型", title):
        return "attribute"
    return "none" if title in {"备注", "类别"} else "name"


def _split_numbers(glued: str, count: int) -> list[tuple[int, int]] | None:
    """The split of glued numbers into `count` that differ least from one another."""
    tokens = [(match.start(), match.end()) for match in re.finditer(r"[≥>≤<]?[\d.]+", glued)]
    if len(tokens) == count:
        return tokens
    digits = [place for first, last in tokens for place in range(first + 1, last)]
    missing = count - len(tokens)
    if missing < 0 or missing > 3 or len(digits) > 24:
        return None
    best: tuple[float, list[tuple[int, int]]] | None = None
    for cuts in itertools.combinations(digits, missing):
        parts = _cut(tokens, cuts)
        cost = _unevenness([glued[first:last].lstrip("≥>≤<") for first, last in parts])
        if cost is not None and (best is None or cost < best[0]):
            best = cost, parts
    return best[1] if best else None


def _cut(tokens: Sequence[tuple[int, int]], cuts: Sequence[int]) -> list[tuple[int, int]]:
    parts = []
    for first, last in tokens:
        edges = [first, *(cut for cut in cuts if first < cut < last), last]
        parts += list(itertools.pairwise(edges))
    return parts


def _unevenness(parts: Sequence[str]) -> float | None:
    if not all(re.fullmatch(r"(?:0|[1-9]\d*)(?:\.\d{1,2})?", part) for part in parts):
        return None
    logs = [math.log(max(float(part), 0.01)) for part in parts]
    steps = sum(abs(after - before) for before, after in itertools.pairwise(logs))
    lengths = {len(part.partition(".")[2]) for part in parts}
    return steps + 0.2 * (len(lengths) - 1)
