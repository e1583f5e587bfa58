"""Cells of exported tables that no spreadsheet takes for a formula."""

from __future__ import annotations

import re

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")


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
