"""What targets are called where one is chosen from a list."""

from __future__ import annotations

from collections.abc import Iterable

from monitor import queries
from monitor.core.access import Actor
from monitor.core.overviews import TargetStatus
from monitor.words import wording
from monitor.words.lines import line_of, name_of
from monitor.words.view import View


def target_names(store: queries.Store, actor: Actor, view: View) -> dict[str, str]:
    """The targets in force on the day, by code, worst first."""
    return names_of(queries.overview(store, actor, as_of=view.as_of).rows, view)


def names_of(rows: Iterable[TargetStatus], view: View) -> dict[str, str]:
    """Flag, region, indicator and what is to hold, by code."""
    names = {}
    for status in rows:
        line = line_of(status, view)
        shape = wording.SHAPES[line.flag]
        names[status.target] = f"{shape} {line.short_region} · {name_of(status, view)} {line.statement}"
    return names
