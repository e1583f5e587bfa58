"""Refused rows by the indicator and region they name, in whatever words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor import queries
from monitor.core.access import Actor
from monitor.core.loading import CellFilter, QuarantineState
from monitor.ingest import LoadContext
from monitor.ingest.columns import CHINESE_NAMES, Column, column_named
from monitor.ingest.findings import RowProblem
from monitor.ingest.lookup import Lookup
from monitor.store import Store

Series = tuple[str, str]
"""Indicator and region."""


@dataclass(frozen=True)
class NamedRows:
    """Refused rows that name one thing of the catalogue, or one that it does not have.

    Parameters
    ----------
    code : str or None
        What is meant; None where the catalogue does not say, and then `texts` holds the text as read.
    texts : tuple of str
        Everything the rows call it.
    rows : int
        How many rows do.
    """

    code: str | None
    texts: tuple[str, ...]
    rows: int


def names_of(column: Column) -> tuple[str, ...]:
    """What files call a column."""
    return (column.value, *(name for name, known in CHINESE_NAMES.items() if known is column))


def named_rows(
    store: Store,
    actor: Actor,
    column: Column,
    *,
    context: LoadContext,
    state: QuarantineState | None = QuarantineState.WAITING,
) -> tuple[NamedRows, ...]:
    """What the refused rows, as they were read, name as their indicator or region; the most frequent first.

    Parameters
    ----------
    column : Column
        `Column.INDICATOR` or `Column.REGION`.
    context : LoadContext
        The catalogue in which names are looked up.
    """
    find = _finder(column, context)
    texts: dict[tuple[str | None, str], dict[str, int]] = {}
    for text, count in queries.cell_texts(store, actor, names_of(column), state=state).items():
        code = find(text)
        texts.setdefault((code, "" if code else text), {})[text] = count
    found = [NamedRows(code, tuple(counts), sum(counts.values())) for (code, _), counts in texts.items()]
    return tuple(sorted(found, key=lambda each: -each.rows))


def rows_naming(column: Column, named: NamedRows) -> CellFilter:
    """The filter that leaves those rows."""
    return CellFilter(names_of(column), named.texts)


def series_of(cells: Mapping[str, str], context: LoadContext) -> Series | None:
    """Indicator and region that the cells of a row name; None where either is not known."""
    held = {column: text for name, text in cells.items() if (column := column_named(name)) is not None}
    indicator, region = (
        _finder(column, context)(held.get(column, "")) for column in (Column.INDICATOR, Column.REGION)
    )
    return (indicator, region) if indicator and region else None


def _finder(column: Column, context: LoadContext) -> Callable[[str], str | None]:
    lookup = Lookup(context, default_origin="")

    def find(text: str) -> str | None:
        try:
            return lookup.indicator(text).code if column is Column.INDICATOR else lookup.region(text)
        except RowProblem:
            return None

    return find
