"""The text layer of a PDF, read by a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.child import ChildError, ask_child
from monitor.core.errors import DocumentError, DocumentFault

MOST_SECONDS = 60
_CHILD = Path(__file__).with_name("pdf_child.py")


def pdf_text(name: str, content: bytes) -> str:
    """The text of a PDF, page after page; cells of a table stand between tabs where gaps show them.

    Parameters
    ----------
    name : str
        Shown in messages.
    content : bytes
        The file.

    Raises
    ------
    DocumentError
        If it is protected, damaged, a scan without text, or takes too long.
    """
    try:
        answer = ask_child(_CHILD, content, most_seconds=MOST_SECONDS)
    except ChildError as error:
        slow = f"reading took more than {error.seconds} seconds"
        raise _damaged(name, "it is damaged" if error.seconds is None else slow) from error
    if answer["status"] == "read":
        return str(answer["text"])
    raise _refused(name, answer)


def _refused(name: str, answer: dict[str, Any]) -> DocumentError:
    if answer["status"] == "password":
        return DocumentError(
            name,
            "The PDF is protected by a password.",
            "Save it without one and read that file.",
            fault=DocumentFault.PASSWORD,
        )
    if answer["status"] == "scan":
        return DocumentError(
            name,
            f"The PDF has {answer['pages']} pages of pictures and no text: it is a scan.",
            "Run it through text recognition (OCR), or get the plan as .docx.",
            fault=DocumentFault.SCAN,
        )
    return _damaged(name, "it is damaged or no PDF")


def _damaged(name: str, detail: str) -> DocumentError:
    return DocumentError(
        name,
        f"The PDF cannot be read ({detail}).",
        "Print it to PDF again, or get the plan as .docx.",
        fault=DocumentFault.DAMAGED,
    )
