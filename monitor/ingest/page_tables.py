"""Tables of a web page, which many systems export under the name of a workbook."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from monitor.core.errors import IngestError
from monitor.ingest.csv_reader import decode_text
from monitor.ingest.raw import Area, RawGrid

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*(utf-?8|gb2312|gbk|gb18030)", re.IGNORECASE)
_MOST_SPAN = 1000
_SILENT = frozenset({"script", "style"})


class _Tables(HTMLParser):
    """Cells of every table; what is never closed ends where the next cell, row or table begins."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: list[list[list[str]]] = []
        self.merged: list[list[Area]] = []
        self._cell: list[str] | None = None
        self._spans: tuple[int, int] = (1, 1)
        self._taken: set[tuple[int, int]] = set()
        self._silent = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in {"table", "tr", "td", "th"}:
            self._close_cell()
        if tag == "table":
            self.tables.append([])
            self.merged.append([])
            self._taken = set()
        elif not self.tables:
            return
        elif tag == "tr":
            self.tables[-1].append([])
        elif tag in {"td", "th"}:
            if not self.tables[-1]:
                self.tables[-1].append([])
            named = dict(attrs)
            self._spans = _span(named.get("rowspan")), _span(named.get("colspan"))
            self._cell = []
        elif tag == "br" and self._cell is not None:
            self._cell.append(" ")
        self._silent = tag in _SILENT

    def handle_endtag(self, tag: str) -> None:
        if tag in {"table", "tr", "td", "th"}:
            self._close_cell()
        self._silent = False

    def handle_data(self, data: str) -> None:
        if self._cell is not None and not self._silent:
            self._cell.append(data)

    def close(self) -> None:
        super().close()
        self._close_cell()

    def _close_cell(self) -> None:
        if self._cell is None:
            return
        text = " ".join("".join(self._cell).split())
        self._cell = None
        rows = self.tables[-1]
        at = len(rows) - 1
        while (at, len(rows[-1])) in self._taken:
            rows[-1].append("")
        column = len(rows[-1])
        high, wide = self._spans
        rows[-1].append(text)
        if high > 1 or wide > 1:
            self.merged[-1].append((at, column, at + high - 1, column + wide - 1))
            self._taken |= {(at + down, column + right) for down in range(high) for right in range(wide)}


def _span(text: str | None) -> int:
    return max(1, min(int(text), _MOST_SPAN)) if text and text.isdecimal() else 1


def page_tables(file: str, content: bytes) -> list[RawGrid]:
    """Every table of a page as a grid.

    Parameters
    ----------
    file : str
        Name shown in errors.
    content : bytes
        The page, in UTF-8 or GB18030; broken markup is read as far as it goes.

    Raises
    ------
    IngestError
        If it is no text or holds no table.
    """
    named = _CHARSET.search(content[:4096])
    is_chinese = named is not None and named.group(1).lower().startswith(b"gb")
    page = content.decode("gb18030", errors="replace") if is_chinese else decode_text(file, content)
    parser = _Tables()
    parser.feed(page)
    parser.close()
    grids = [
        RawGrid(f"table {number}", cells, merged=tuple(merged))
        for number, (cells, merged) in enumerate(zip(parser.tables, parser.merged, strict=True), start=1)
        if any(any(row) for row in cells)
    ]
    if not grids:
        raise IngestError(
            file,
            "This is a web page with the name of a workbook, and it holds no table.",
            "Open it in a spreadsheet program, save it as .xlsx and load that.",
        )
    return grids
