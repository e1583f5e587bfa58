"""The text layer of a PDF, read by a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

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
    command = [sys.executable, "-I", str(_CHILD)]
    try:
        done = subprocess.run(  # noqa: S603 - our own script; the document is its input, not its name
            command, input=content, capture_output=True, timeout=MOST_SECONDS, check=True
        )
    except subprocess.TimeoutExpired as error:
        raise _damaged(name, f"reading took more than {MOST_SECONDS} seconds") from error
    except subprocess.CalledProcessError as error:
        raise _damaged(name, "it is damaged") from error
    answer: dict[str, Any] = json.loads(done.stdout)
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
