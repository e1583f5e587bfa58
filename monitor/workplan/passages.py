"""Passages: spans of running text with what their surroundings say of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from monitor.workplan.departments import Bracket
from monitor.workplan.segments import Paragraph


@dataclass(frozen=True)
class Passage:
    """A span of text to read, with what its surroundings say of it.

    Parameters
    ----------
    start, end : int
        Span. [repaired text]
    clause : str
        Where it stands.
    path : tuple of str
        Headings above it.
    responsible : str or None
        Departments, where the surroundings name them.
    deadline : datetime.date or None
        Deadline, where the surroundings name it.
    department_until : int or None
        Where the departments of the passage may be named at the latest; its end by default.
    """

    start: int
    end: int
    clause: str
    path: tuple[str, ...] = ()
    responsible: str | None = None
    deadline: dt.date | None = None
    department_until: int | None = None


def passages(found: Sequence[Paragraph], brackets: Sequence[Bracket]) -> Iterator[Passage]:
    """Paragraphs as passages; a line of departments below a paragraph belongs to it."""
    starts = {bracket.start: bracket.end for bracket in brackets}
    for place, paragraph in enumerate(found):
        until = paragraph.end
        for following in found[place + 1 : place + 3]:
            if following.start in starts:
                until = starts[following.start]
                break
        yield Passage(
            paragraph.start, paragraph.end, paragraph.clause, paragraph.path, department_until=until
        )
