"""Where on a sheet the tables lie: titles above, heads, rows of figures, notes below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.ingest.cells import plain
from monitor.ingest.layouts.labels import Labels, distinct, is_value, is_year
from monitor.ingest.raw import RawGrid

_FOOTER = re.compile(
    r"[(（]?(?:注|附注|备注|说明|资料来源|数据来源|来源|本表|制表人?|填表人|审核人?|单位负责人|联系人)\s*[0-9一二三]?[:：、]|[*＊]\s*\S"
)
_PAPERWORK = re.compile(
    r"(?:表\s*号|制表|制定|填报|填表|报送|报出|印发|批准|有效期|联系|日期|时间)[^:：]*[:：]"
)
_COLUMN_NUMBERS = frozenset("甲乙丙丁") | {"栏次"}


@dataclass(frozen=True)
class Line:
    """One visible row of a sheet, merged cells filled.

    Parameters
    ----------
    number : int
        Row counted from 0, hidden rows included.
    cells : tuple of str
        One for each column of the sheet; hidden columns are empty.
    copies : frozenset of int
        Columns whose text stands in another cell, with which they are merged.
    """

    number: int
    cells: tuple[str, ...]
    copies: frozenset[int]

    @property
    def texts(self) -> list[str]:
        """Different texts from left to right."""
        return distinct(self.cells)


@dataclass
class Block:
    """One table of a sheet.

    Parameters
    ----------
    titles : list of str
        Texts above the heads.
    heads : list of Line
        Rows of heads, from the outermost.
    body : list of Line
        Rows of figures, and rows of one text between them that head a section.
    notes : list of str
        Texts below.
    """

    titles: list[str]
    heads: list[Line]
    body: list[Line] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def visible_lines(grid: RawGrid) -> list[Line]:
    """Rows that are not hidden, all of one width, with merged cells filled."""
    width = max((len(row) for row in grid.cells), default=0)
    cells = [[*row, *[""] * (width - len(row))] for row in grid.cells]
    copies: list[set[int]] = [set() for _ in cells]
    for top, left, bottom, right in grid.merged:
        if top >= len(cells) or left >= width:
            continue
        text = cells[top][left]
        for row in range(top, min(bottom + 1, len(cells))):
            for column in range(left, min(right + 1, width)):
                cells[row][column] = text
                if (row, column) != (top, left):
                    copies[row].add(column)
    return [
        Line(
            number,
            tuple("" if at in grid.hidden_columns else text for at, text in enumerate(row)),
            frozenset(copies[number]),
        )
        for number, row in enumerate(cells)
        if number not in grid.hidden_rows
    ]


def find_blocks(lines: Iterable[Line], labels: Labels) -> list[Block]:
    """The tables from top to bottom; side by side ones still in one piece."""
    blocks: list[Block] = []
    waiting: list[Line] = []
    for line in lines:
        if not line.texts or _numbers_columns(line):
            waiting.append(line)
        elif _FOOTER.match(line.texts[0]):
            (blocks[-1].notes if blocks else []).extend(line.texts)
        elif _is_data(line, labels):
            if not blocks or any(_is_head(each) for each in waiting):
                blocks.append(_opened(waiting))
            else:
                blocks[-1].body += [each for each in waiting if len(each.texts) == 1]
            blocks[-1].body.append(line)
            waiting = []
        else:
            waiting.append(line)
    return blocks


def _is_data(line: Line, labels: Labels) -> bool:
    """Whether figures stand in the row, behind a label or alone."""
    values = [text for text in line.cells if is_value(text)]
    if not values:
        return False
    first = line.texts[0]
    if all(is_year(text) for text in values if text):
        label = labels.label(first)
        return bool(label.indicators or label.regions or label.is_total or label.is_part)
    return True


def _numbers_columns(line: Line) -> bool:
    """A row under the heads that only counts the columns: 甲, 1, 2, 3."""
    counted = [plain(text) for text in line.texts if text not in _COLUMN_NUMBERS]
    return len(counted) > 1 and counted == [str(number) for number in range(1, len(counted) + 1)]


def _is_head(line: Line) -> bool:
    """Whether a row without figures names columns, rather than being a title."""
    return len(line.texts) > 1 and not any(_is_aside(text) for text in line.texts)


def _is_aside(text: str) -> bool:
    """`单位：万元`, `填报单位：…`: a line of the form, no head."""
    return bool(_PAPERWORK.match(text)) or bool(re.match(r"[(（]?(?:计量)?单位[:：]", text))


def _opened(waiting: Sequence[Line]) -> Block:
    """A table whose heads are the last rows before its figures that name several columns."""
    heads: list[Line] = []
    titles: list[str] = []
    for line in reversed(waiting):
        is_above = bool(titles) or (heads and not line.texts)
        if not is_above and _is_head(line) and not _numbers_columns(line):
            heads.insert(0, line)
        elif not _numbers_columns(line):
            titles[:0] = [text for text in line.texts if not _PAPERWORK.match(text)] or (
                [""] if heads else []
            )
    return Block([title for title in titles if title], heads)


def side_by_side(block: Block) -> Iterator[Block]:
    """A table that repeats its first head further right (地区, 数值, 地区, 数值) in its pieces."""
    starts = _starts(block)
    width = len(block.body[0].cells)
    for start, end in zip(starts, [*starts[1:], width], strict=True):
        yield Block(
            block.titles,
            [_cut(line, start, end) for line in block.heads],
            [_cut(line, start, end) for line in block.body],
            block.notes,
        )


def _starts(block: Block) -> list[int]:
    if not block.heads:
        return [0]
    last = block.heads[-1]
    first = next((at for at, text in enumerate(last.cells) if text), None)
    if first is None:
        return [0]
    again = [
        at
        for at, text in enumerate(last.cells)
        if at > first + 1 and text == last.cells[first] and at not in last.copies and not is_value(text)
    ]
    return [0, *again]


def _cut(line: Line, start: int, end: int) -> Line:
    cells = tuple(text if start <= at < end else "" for at, text in enumerate(line.cells))
    return Line(line.number, cells, line.copies)
