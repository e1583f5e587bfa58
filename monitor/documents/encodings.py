"""Bytes of a text file as characters: UTF-8, UTF-16 or GB18030, each character kept."""

from __future__ import annotations

import codecs
import re
import unicodedata

from monitor.core.errors import DocumentError, DocumentFault

_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([A-Za-z0-9_-]{3,20})", re.IGNORECASE)
_CHINESE_CHARSETS = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "big5": "big5"}
_MOST_BROKEN = 0.002
"""Share of characters that may be damaged in a file that is still taken for UTF-8."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_CONTROL_CHARACTER = re.compile(_CONTROL.pattern.decode("ascii"))
_MOST_CONTROL = 0.002
_MOST_STRANGE = 0.02
"""Share of unassigned or private characters in UTF-16: a bullet of a symbol font is no damage."""


_NUL = {0: "\ufffd"}
"""Databases refuse the character; one for one, so that places in the text stay."""


def decode(name: str, content: bytes, *, is_page: bool = False) -> str:
    """The characters of a text file; line ends and a byte-order mark stay, NUL becomes U+FFFD.

    Parameters
    ----------
    name : str
        Shown in messages.
    content : bytes
        The file.
    is_page : bool
        Whether a charset named inside counts, as in a web page.

    Raises
    ------
    DocumentError
        If it is no text in one of the encodings.
    """
    return _decoded(name, content, is_page=is_page).translate(_NUL)


def _decoded(name: str, content: bytes, *, is_page: bool) -> str:
    for mark, encoding in ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")):
        if content.startswith(mark):
            return _checked(name, content.decode(encoding, errors="replace"))
    if len(_CONTROL.findall(content)) > _MOST_CONTROL * len(content):
        raise _no_text(name)
    named = _CHARSET.search(content[:4096]) if is_page else None
    if named and (encoding := _CHINESE_CHARSETS.get(named.group(1).decode("ascii").lower(), "")):
        return content.decode(encoding, errors="replace")
    return _guessed(name, content)


def _no_text(name: str) -> DocumentError:
    return DocumentError(
        name,
        "The content is no text, whatever the name says.",
        "Read the plan as .txt, .docx, .pdf or .html.",
        fault=DocumentFault.OTHER_KIND,
    )


def _checked(name: str, text: str) -> str:
    """The text of a file that only its first two bytes call UTF-16, if it reads as text."""
    broken = sum(each == "\ufffd" or bool(_CONTROL_CHARACTER.match(each)) for each in text)
    strange = sum(unicodedata.category(each) in {"Cn", "Co"} for each in text)
    if broken > _MOST_CONTROL * len(text) or strange > _MOST_STRANGE * len(text):
        raise _no_text(name)
    return text


def _guessed(name: str, content: bytes) -> str:
    lenient = content.decode("utf-8", errors="replace")
    if lenient.count("\ufffd") <= _MOST_BROKEN * len(lenient):
        return lenient
    try:
        return content.decode("gb18030")
    except UnicodeDecodeError:
        chinese = content.decode("gb18030", errors="replace")
    if chinese.count("\ufffd") <= _MOST_BROKEN * len(chinese):
        return chinese
    raise DocumentError(
        name,
        "The text is neither UTF-8 nor GB18030, or it is damaged.",
        "Open it in an editor, save it as UTF-8 and read that.",
        fault=DocumentFault.ENCODING,
    )
