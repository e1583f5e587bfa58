"""Chinese and Arabic numerals as numbers."""

from __future__ import annotations

import re

_DIGITS = {char: value for value, char in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {"万": 10**4, "亿": 10**8}

SCALES = {
    "万亿": 1e12,
    "千亿": 1e11,
    "百亿": 1e10,
    "十亿": 1e9,
    "亿": 1e8,
    "千万": 1e7,
    "百万": 1e6,
    "十万": 1e5,
    "万": 1e4,
    "千": 1e3,
    "百": 1e2,
    "": 1.0,
}
"""Words that multiply the number before them."""

_ARABIC = re.compile(r"\d+(?:,\d{3})*(?:\.\d+)?")


def parse_numeral(text: str) -> float | None:
    """The number a numeral stands for, or None where it is none.

    Parameters
    ----------
    text : str
        Arabic with or without separators of thousands, or Chinese.

    Returns
    -------
    float or None

    Examples
    --------
    >>> parse_numeral("1,200"), parse_numeral("两千三百"), parse_numeral("百"), parse_numeral("三点五")
    (1200.0, 2300.0, 100.0, 3.5)
    >>> parse_numeral("若干") is None
    True
    """
    if _ARABIC.fullmatch(text):
        return float(text.replace(",", ""))
    whole, _, fraction = text.partition("点")
    number = _chinese_integer(whole)
    if number is None or any(char not in _DIGITS for char in fraction):
        return None
    if not fraction:
        return float(number)
    return float(f"{number}." + "".join(str(_DIGITS[char]) for char in fraction))


def _chinese_integer(text: str) -> int | None:
    if not text or any(char not in _DIGITS and char not in _PLACES and char not in _MYRIADS for char in text):
        return None
    if all(char in _DIGITS for char in text):
        return int("".join(str(_DIGITS[char]) for char in text))
    total = section = digit = 0
    last_place = 0
    for char in text:
        if char in _DIGITS:
            digit, last_place = _DIGITS[char], (1 if char in "零〇" else last_place)
        elif char in _PLACES:
            section += (digit or 1) * _PLACES[char]
            digit, last_place = 0, _PLACES[char]
        else:
            total = _with_myriad(total, section + digit, _MYRIADS[char])
            section = digit = 0
            last_place = _MYRIADS[char]
    # 三千五 is 3500: a digit right after a place counts the next lower one.
    return total + section + digit * (last_place // 10 if last_place >= 100 else 1)


def _with_myriad(total: int, section: int, myriad: int) -> int:
    """亿 multiplies all before it, 万 only what follows the last 亿: 三亿五十万, 五万亿."""
    if myriad == _MYRIADS["亿"]:
        return (total + section or 1) * myriad
    return total + (section or 1) * myriad
