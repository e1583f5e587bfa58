"""One document as one text, whatever its format; what cannot be read says why in one sentence."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

from monitor.core.errors import DocumentError, DocumentFault
from monitor.documents.encodings import decode
from monitor.documents.html import html_text
from monitor.documents.pdf import pdf_text
from monitor.documents.word import word_text

MOST_BYTES = 20_000_000
"""A plan of several hundred pages with pictures is smaller."""

MOST_CHARACTERS = 3_000_000
_WEB_PAGE = re.compile(rb"<(?:!doctype\s+html|html|head|body|table)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Document:
    """A document as read; every offset of an extraction refers to `text`.

    Parameters
    ----------
    name : str
        File name, without its folder.
    sha256 : str
        Of the bytes, so that the same file is known again.
    format : str
        txt, docx, pdf or html.
    text : str
        What it says; cells of a table stand between tabs.
    """

    name: str
    sha256: str
    format: str
    text: str


def read_document(path: Path) -> Document:
    """Read a file.

    Parameters
    ----------
    path : Path
        .txt, .docx, .pdf or .html; the content decides, not the name.

    Raises
    ------
    DocumentError
        If it is missing, too large, empty, protected, damaged, a scan without text, or no text.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        content = path.read_bytes()
    except OSError as error:
        problem = f"The file cannot be opened ({error.strerror or error})."
        raise DocumentError(
            path.name, problem, "Check the name and the folder.", fault=DocumentFault.NOT_OPENED
        ) from error
    return read_document_bytes(path.name, content)


def read_document_bytes(name: str, content: bytes) -> Document:
    """Read a document that was uploaded.

    Parameters
    ----------
    name : str
        Shown in messages.
    content : bytes
        The file.

    Raises
    ------
    DocumentError
        See `read_document`.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(name, len(content))
    if not content.strip():
        raise DocumentError(
            name, "The file is empty.", "Save the plan again and read that file.", fault=DocumentFault.EMPTY
        )
    kind, text = _text(name, content)
    if not re.search(r"[^\W_]", text):
        raise DocumentError(
            name,
            "The file holds no text.",
            "Save the plan as text or .docx and read that.",
            fault=DocumentFault.NO_TEXT,
        )
    if len(text) > MOST_CHARACTERS:
        problem = f"The text has {len(text):,} characters, more than {MOST_CHARACTERS:,}."
        raise DocumentError(
            name, problem, "Split the document and read its parts.", fault=DocumentFault.TOO_LARGE
        )
    return Document(name, hashlib.sha256(content).hexdigest(), kind, text)


def _text(name: str, content: bytes) -> tuple[str, str]:
    start = content[:4096].lstrip()
    if content[:1024].lstrip().startswith(b"%PDF"):
        return "pdf", pdf_text(name, content)
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return "docx", word_text(name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise DocumentError(
            name,
            "This is an old Word file (.doc), or a .docx protected by a password.",
            "Open it in Word or WPS, save it as .docx without a password and read that.",
            fault=DocumentFault.OLD_WORD,
        )
    if start.startswith(b"{\\rtf"):
        raise DocumentError(
            name, "This is an RTF file.", "Save it as .docx and read that.", fault=DocumentFault.OTHER_KIND
        )
    if _WEB_PAGE.search(start) or name.lower().endswith((".html", ".htm")):
        return "html", html_text(decode(name, content, is_page=True))
    return "txt", decode(name, content)


def _too_large(name: str, size: int) -> DocumentError:
    return DocumentError(
        name,
        f"The file has {size / 1e6:,.0f} MB, more than {MOST_BYTES / 1e6:.0f} MB.",
        "Remove pictures, or save the plan's text alone, and read that.",
        fault=DocumentFault.TOO_LARGE,
    )
