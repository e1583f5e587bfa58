"""A Word file as text: paragraphs become lines, cells of a table stand between tabs."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree

from monitor.core.errors import DocumentError, DocumentFault

MOST_UNPACKED_BYTES = 60_000_000
"""Of the text part; a thousand pages have a tenth of it."""

_BODY = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_SKIPPED = frozenset({_FALLBACK, f"{_W}del", f"{_W}moveFrom"})
"""Second copies, and what a tracked change took away."""

_WRAPPERS = frozenset({f"{_W}sdt", f"{_W}sdtContent", f"{_W}customXml"})
_SAVE_AGAIN = "Open it in Word or WPS, save it as .docx and read that."


def word_text(name: str, content: bytes) -> str:
    """The text of a .docx file.

    Parameters
    ----------
    name : str
        Shown in messages.
    content : bytes
        The file.

    Raises
    ------
    DocumentError
        If it is damaged, no Word file, or unpacks to more than a document can hold.
    """
    root = _body(name, content)
    body = root.find(f"{_W}body")
    if body is None:
        raise DocumentError(name, "The Word file has no text part.", _SAVE_AGAIN, fault=DocumentFault.DAMAGED)
    return "\n".join(_blocks(body))


def _body(name: str, content: bytes) -> ElementTree.Element:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _BODY not in archive.namelist():
                raise DocumentError(
                    name,
                    "This archive is no Word file.",
                    "Read the plan as .docx, .pdf or .txt.",
                    fault=DocumentFault.OTHER_KIND,
                )
            unpacked = archive.getinfo(_BODY).file_size
            with archive.open(_BODY) as part:
                # The header may lie about the size: one byte more than allowed is proof.
                xml = part.read(MOST_UNPACKED_BYTES + 1) if unpacked <= MOST_UNPACKED_BYTES else b""
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, EOFError) as error:
        raise DocumentError(
            name,
            "The Word file is damaged or protected by a password.",
            _SAVE_AGAIN,
            fault=DocumentFault.DAMAGED,
        ) from error
    if unpacked > MOST_UNPACKED_BYTES or len(xml) > MOST_UNPACKED_BYTES:
        problem = f"The text unpacks to more than {MOST_UNPACKED_BYTES / 1e6:.0f} MB, which no plan does."
        raise DocumentError(
            name, problem, "Get the file from its author again.", fault=DocumentFault.TOO_LARGE
        )
    return _parsed(name, xml)


def _parsed(name: str, xml: bytes) -> ElementTree.Element:
    if b"<!DOCTYPE" in xml[:4096] or b"<!ENTITY" in xml:
        raise DocumentError(
            name,
            "The Word file defines entities, which Word never does.",
            _SAVE_AGAIN,
            fault=DocumentFault.DAMAGED,
        )
    try:
        return ElementTree.fromstring(xml)  # noqa: S314 - see the import
    except (ElementTree.ParseError, ValueError) as error:
        raise DocumentError(
            name, "The text of the Word file is damaged.", _SAVE_AGAIN, fault=DocumentFault.DAMAGED
        ) from error


def _blocks(parent: ElementTree.Element) -> Iterator[str]:
    """Lines of the paragraphs and tables below an element, in order."""
    for child in parent:
        if child.tag == f"{_W}p":
            yield from _paragraph(child).split("\n")
        elif child.tag == f"{_W}tbl":
            yield from _table(child)
        elif child.tag in _WRAPPERS:
            yield from _blocks(child)


def _paragraph(paragraph: ElementTree.Element) -> str:
    return "".join(_runs(paragraph))


def _runs(element: ElementTree.Element) -> Iterator[str]:
    for child in element:
        if child.tag == f"{_W}t":
            yield (child.text or "").replace("\t", " ")
        elif child.tag in {f"{_W}br", f"{_W}cr"}:
            yield "\n"
        elif child.tag == f"{_W}tab":
            yield " "
        elif child.tag == f"{_W}noBreakHyphen":
            yield "-"
        elif child.tag not in _SKIPPED:
            yield from _runs(child)


def _table(table: ElementTree.Element) -> Iterator[str]:
    """The rows of a table; tables inside its cells follow it, each once and after an empty line."""
    above: dict[int, str] = {}
    nested: list[ElementTree.Element] = []
    for row in _direct(table, "tr"):
        column, cells = 0, []
        for cell in _direct(row, "tc"):
            nested += _direct(cell, "tbl")
            span, is_merged = _merging(cell)
            text = above.get(column, "") if is_merged else _cell(cell)
            above[column] = text
            cells += [text, *([""] * (span - 1))]
            column += span
        if row.find(f"{_W}trPr/{_W}del") is None:
            yield "\t".join(cells)
    for each in nested:
        yield ""
        yield from _table(each)


def _direct(parent: ElementTree.Element, tag: str) -> Iterator[ElementTree.Element]:
    """Children of a kind, also those in content controls, but not those of a table inside."""
    for child in parent:
        if child.tag == f"{_W}{tag}":
            yield child
        elif child.tag in _WRAPPERS:
            yield from _direct(child, tag)


def _cell(cell: ElementTree.Element) -> str:
    return " ".join(
        part.strip() for part in (_paragraph(each) for each in _direct(cell, "p")) if part.strip()
    ).replace("\n", " ")


_MOST_SPANNED = 100


def _merging(cell: ElementTree.Element) -> tuple[int, bool]:
    """How many columns a cell spans, and whether it continues the one above."""
    facts = cell.find(f"{_W}tcPr")
    if facts is None:
        return 1, False
    span, merge = facts.find(f"{_W}gridSpan"), facts.find(f"{_W}vMerge")
    written = span.get(f"{_W}val", "1") if span is not None else "1"
    width = min(int(written), _MOST_SPANNED) if written.isdigit() else 1
    return max(1, width), merge is not None and merge.get(f"{_W}val") != "restart"
