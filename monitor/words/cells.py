"""Cells of exported tables that no spreadsheet takes for a formula."""

from __future__ import annotations

import json
import re

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]+"
)


def plain_text(value: object) -> str:
    """Text of a stranger on one line: control characters and direction marks become a blank.

    Examples
    --------
    >>> plain_text("新增\\x1b[31m\\n10家")
    '新增 [31m 10家'
    """
    return _INVISIBLE.sub(" ", str(value))


def json_text(value: object) -> str:
    """JSON with Chinese as it is; control characters and direction marks are written as escapes.

    Examples
    --------
    >>> json_text(["新增\\u202e10家"])
    '[\\n  "新增\\\\u202e10家"\\n]'
    """
    written = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    return re.sub(
        "[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]",
        lambda match: f"\\u{ord(match.group()):04x}",
        written,
    )


def csv_cell(value: object) -> str:
    """A cell that no spreadsheet takes for a formula; plain numbers stay numbers.

    Examples
    --------
    >>> csv_cell("=1+1"), csv_cell(-0.24), csv_cell(None)
    ("'=1+1", '-0.24', '')
    """
    text = "" if value is None else str(value)
    if _NUMBER.fullmatch(text) or not text.lstrip(" ").startswith(_FORMULA_STARTS):
        return text
    return "'" + text
