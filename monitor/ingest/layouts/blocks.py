"""Where on a sheet the tables lie: titles above, heads, rows of figures, notes below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from monitor.ingest.cells import name_key, plain
from monitor.ingest.layouts.labels import SERIAL_WORDS, Labels, axes_named_in, distinct, is_value, is_year
from monitor.ingest.raw import RawGrid

_FOOTER = re.compile(
    r"[(（]?(?:注|附注|备注|说明|资料来源|数据来源|来源|本表|制表人?|填表人|审核人?|单位负责人|联系人)\s*[0-9一二三]?[:：、]|[*＊]\s*\S"
)
_PAPERWORK = re.compile(
    r"(?:表\s*号|制表|制定|填报|填表|报送|报出|印发|批准|有效期|联系|日期|时间)[^:：]*[:：]"
)
_ROWS_LOOKED_AT = 20
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
        elif blocks and not waiting and _is_left_empty(line, blocks[-1]):
            blocks[-1].body.append(line)
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
        is_corner = is_year(first) or bool(axes_named_in(first)) or _is_aside(first)
        return not is_corner or bool(labels.label(first).indicators)
    return True


def _is_left_empty(line: Line, block: Block) -> bool:
    """A row of a table with its labels and without a figure, rather than the heads of the next."""
    figures = {
        at for above in block.body[-_ROWS_LOOKED_AT:] for at, text in enumerate(above.cells) if is_value(text)
    }
    return _is_head(line) and not any(line.cells[at] for at in figures)


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
    """A table whose heads are the last rows before its figures that name several columns.

    A row of one text between heads and figures is the first section of the table.
    """
    lines = [line for line in waiting if not _numbers_columns(line)]
    end = next((at + 1 for at in reversed(range(len(lines))) if _is_head(lines[at])), 0)
    start = end
    while start and _is_head(lines[start - 1]):
        start -= 1
    titles = lines[:start] if end else lines
    sections = [line for line in lines[end:] if line.texts] if end else []
    texts = [text for line in titles for text in line.texts if not _PAPERWORK.match(text)]
    return Block(texts, lines[start:end], sections)


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
    """Columns in which the labels of the rows begin, and begin again under the same head."""
    data = next((line for line in block.body if len(line.texts) > 1), block.body[0])
    first = next(at for at, text in enumerate(data.cells) if text)
    head = block.heads[-1].cells[first] if block.heads else ""
    if not head or (is_value(data.cells[first]) and name_key(head) not in SERIAL_WORDS):
        return [0]
    cells = block.heads[-1].cells
    return [0, *(at for at in range(first + 2, len(cells)) if cells[at] == head)]


def _cut(line: Line, start: int, end: int) -> Line:
    cells = tuple(text if start <= at < end else "" for at, text in enumerate(line.cells))
    return Line(line.number, cells, line.copies)
