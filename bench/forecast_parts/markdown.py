"""Pieces of a Markdown report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from forecast_parts.scoring import Estimate


def table_of(head: Sequence[str], rows: Iterator[Sequence[object]] | Sequence[Sequence[object]]) -> str:
    """A table of a head and its rows."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    return "\n".join(lines + ["| " + " | ".join(map(str, row)) + " |" for row in rows])


def wrapped(text: str, *, bullet: bool = False) -> str:
    """A paragraph, or a point of a list, in lines that a person can read as text."""
    first, rest = ("* ", "  ") if bullet else ("", "")
    return textwrap.fill(
        text,
        110,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )


def shown(found: Estimate) -> str:
    """A ratio of scores; a loss is in bold."""
    return f"**{found}**" if found.value > 1 else str(found)
