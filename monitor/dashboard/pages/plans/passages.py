"""The text of a plan with its marked numbers, a stretch of it at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from monitor.dashboard.widgets import text

LONGEST_STRETCH = 12_000
"""Characters shown at once: some ten pages of print, laid out in a few milliseconds."""

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]"
)
_BLANK_LINES = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True)
class Mark:
    """A number in the text that leads somewhere.

    Parameters
    ----------
    start, end : int
        Code points of the text.
    go : str
        Where a click leads, in the words of `data-go`.
    css : str
        Class of its colour.
    hint : str
        What the pointer tells.
    label : str
        Small number behind it.
    """

    start: int
    end: int
    go: str
    css: str
    hint: str = ""
    label: str = ""


def stretches(source: str, *, longest: int = LONGEST_STRETCH) -> tuple[tuple[int, int], ...]:
    """The text divided at ends of lines into stretches of at most so many characters.

    Examples
    --------
    >>> stretches("ab\\ncd\\nef", longest=4)
    ((0, 3), (3, 6), (6, 8))
    """
    found, start = [], 0
    while len(source) - start > longest:
        cut = source.rfind("\n", start, start + longest)
        end = cut + 1 if cut > start else start + longest
        found.append((start, end))
        start = end
    return (*found, (start, len(source)))


def stretch_of(parts: Sequence[tuple[int, int]], place: int) -> int:
    """Index of the stretch a place of the text lies in."""
    return next((index for index, (start, end) in enumerate(parts) if start <= place < end), 0)


def passage_html(
    source: str,
    part: tuple[int, int],
    marks: Sequence[Mark],
    *,
    chosen: Mark | None = None,
    quote: tuple[int, int] | None = None,
) -> str:
    """A stretch of the text, every character of it inert, with its marks.

    Parameters
    ----------
    source : str
        The text as read.
    part : tuple of int
        First and past-the-last code point to show.
    marks : sequence of Mark
        Of two that overlap, the first is shown.
    chosen : Mark, optional
        The one to scroll to.
    quote : tuple of int, optional
        The words the chosen one stands on, set off behind it.
    """
    shown = _apart([mark for mark in marks if part[0] <= mark.start < mark.end <= part[1]], chosen)
    edges = {*part, *(edge for mark in shown for edge in (mark.start, mark.end))}
    if quote is not None:
        edges |= {edge for edge in quote if part[0] < edge < part[1]}
    places = sorted(edges)
    starts = {mark.start: mark for mark in shown}
    pieces = [
        _piece(source[start:end], starts.get(start), chosen, is_quoted=_within(start, quote))
        for start, end in pairwise(places)
    ]
    here = f' data-here="{text(chosen.go)}"' if chosen is not None else ""
    return f'<div class="passage"{here}>{"".join(pieces)}</div>'


def _apart(marks: Sequence[Mark], chosen: Mark | None) -> list[Mark]:
    """Marks that do not overlap, in the order of the text; the chosen one is always among them."""
    kept: list[Mark] = []
    for mark in sorted(marks, key=lambda each: (each.start, -each.end)):
        if kept and mark.start < kept[-1].end:
            if mark == chosen:
                kept[-1] = mark
            continue
        kept.append(mark)
    return kept


def _within(place: int, quote: tuple[int, int] | None) -> bool:
    return quote is not None and quote[0] <= place < quote[1]


def _piece(words: str, mark: Mark | None, chosen: Mark | None, *, is_quoted: bool) -> str:
    body = text(_BLANK_LINES.sub("\n", _INVISIBLE.sub(" ", words)))
    if mark is not None:
        css = f"mark {mark.css}{' chosen' if mark == chosen else ''}"
        label = f"<sup>{text(mark.label)}</sup>" if mark.label else ""
        title = f' title="{text(mark.hint)}"' if mark.hint else ""
        body = f'<span class="{css}" data-go="{text(mark.go)}"{title}>{body}{label}</span>'
    return f'<span class="quoted">{body}</span>' if is_quoted else body
