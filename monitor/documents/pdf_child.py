"""Reads one PDF in a process of its own: bytes on standard input, JSON on standard output.

A damaged or hostile document can make the reader ask for any amount of memory and abort; here that
ends this process only. It is run as a script and imports nothing of the package, to start quickly.
"""

from __future__ import annotations

import ctypes
import json
import sys
from typing import Any

import pypdfium2
import pypdfium2.raw

MOST_MEMORY_BYTES = 4_000_000_000
MOST_PAGES = 2_000
_WIDE_GAP = 1.6
"""A gap of so many character heights parts two cells of a table."""

_FEWEST_CHARACTERS = 4
"""A page with fewer holds a page number at most."""

_PASSWORD = 4  # FPDF_ERR_PASSWORD


def read_pages(content: bytes) -> dict[str, Any]:
    """The text of every page, or the reason why there is none.

    Parameters
    ----------
    content : bytes
        The document.

    Returns
    -------
    dict
        `status` is read, password, scan or unreadable; the facts stand beside it.
    """
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        is_locked = pypdfium2.raw.FPDF_GetLastError() == _PASSWORD
        return {"status": "password" if is_locked else "unreadable"}
    with document:
        pages = [page_text(document[number]) for number in range(min(len(document), MOST_PAGES))]
    if not any(len(page.strip()) >= _FEWEST_CHARACTERS for page in pages):
        return {"status": "scan", "pages": len(pages)}
    return {"status": "read", "text": "\n".join(pages)}


def page_text(page: Any) -> str:
    """The text of a page; wide gaps inside a line become tabs."""
    found = page.get_textpage()
    try:
        count = found.count_chars()
        text = found.get_text_range(0, count) if count else ""
        boxes = _boxes(found, count) if len(text) == count else []
    finally:
        found.close()
    return (
        _with_tabs(text, boxes)
        .replace("\r\n", "\n")
        .replace("\r", "\n")
        .replace("\ufffe", "")
        .replace("\x02", "")
    )


def _boxes(found: Any, count: int) -> list[tuple[float, float, float]]:
    """Left edge, right edge and height of every character."""
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    boxes = []
    for index in range(count):
        pypdfium2.raw.FPDFText_GetCharBox(found, index, left, right, bottom, top)
        boxes.append((left.value, right.value, top.value - bottom.value))
    return boxes


def _with_tabs(text: str, boxes: list[tuple[float, float, float]]) -> str:
    if not boxes:
        return text
    parts: list[str] = []
    last: tuple[float, float, float] | None = None
    for char, box in zip(text, boxes, strict=True):
        if char in "\r\n":
            last = None
        elif char != " ":
            height = max(box[2], last[2]) if last else 0.0
            if last and height > 0 and box[0] - last[1] > _WIDE_GAP * height and parts:
                parts[-1] = "\t" if parts[-1] == " " else parts[-1] + "\t"
            last = box
        parts.append(char)
    return "".join(parts)


def _limit_memory() -> None:
    """Where the system allows it, so that a hostile document cannot fill the machine."""
    try:
        import resource  # noqa: PLC0415 - there is none on Windows
    except ImportError:
        return
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    limit = MOST_MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(MOST_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


if __name__ == "__main__":
    _limit_memory()
    answer = read_pages(sys.stdin.buffer.read())
    sys.stdout.write(json.dumps(answer))
