"""What the columns of a table are: labels of its rows, figures, or something beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.ingest.cells import name_key
from monitor.ingest.layouts.blocks import Block, Line
from monitor.ingest.layouts.labels import (
    BESIDE_WORDS,
    NOTE_WORDS,
    SERIAL_WORDS,
    UNIT_WORDS,
    Axis,
    Label,
    Labels,
    axes_named_in,
    distinct,
    is_unit,
    is_value,
    is_year,
)
from monitor.ingest.raw import column_letters


@dataclass(frozen=True)
class ValueColumn:
    """A column of figures.

    Parameters
    ----------
    at : int
        Its place, from 0.
    path : tuple of Label
        Its heads from the outermost to the innermost.
    """

    at: int
    path: tuple[Label, ...]


@dataclass(frozen=True)
class Columns:
    """The columns of a table by what they hold.

    Parameters
    ----------
    stubs : dict
        Columns of row labels, and what they name.
    units, notes : tuple of int
        Columns of units and of remarks, row by row.
    values : tuple of ValueColumn
        Columns of figures.
    compared : tuple of str
        Heads of the columns of rates, ranks and targets beside the figures.
    corner : tuple of str
        Heads of the columns of row labels.
    general : tuple of str
        Heads over every column of figures, which belong to the title.
    unknown : tuple of str
        Heads of columns whose texts may say what the figures are, and are not understood.
    """

    stubs: dict[int, Axis]
    units: tuple[int, ...]
    notes: tuple[int, ...]
    values: tuple[ValueColumn, ...]
    compared: tuple[str, ...]
    corner: tuple[str, ...]
    general: tuple[str, ...]
    unknown: tuple[str, ...]


def read_columns(block: Block, labels: Labels) -> Columns:
    """Tell labels from figures, and read the heads of the figures."""
    body = [line for line in block.body if len(line.texts) > 1] or block.body
    stubs: dict[int, Axis] = {}
    units: list[int] = []
    notes: list[int] = []
    figures: list[int] = []
    unknown: list[str] = []
    for at in range(len(body[0].cells)):
        heads = [line.cells[at] for line in block.heads]
        cells = [line.cells[at] for line in body]
        role = _role(heads, cells, labels, is_leftmost=not stubs, is_first=not figures)
        if isinstance(role, Axis):
            stubs[at] = role
        elif role == "unknown":
            unknown.append(next((head for head in reversed(heads) if head), column_letters(at)))
        elif role is not None:
            {"unit": units, "note": notes, "figures": figures}[role].append(at)
    general = _general(block.heads, figures)
    columns = [
        ValueColumn(
            at, tuple(labels.label(text) for text in _path(block.heads, at, figures) if text not in general)
        )
        for at in figures
    ]
    compared = [each for each in columns if _is_compared(each)]
    return Columns(
        stubs=stubs,
        units=tuple(units),
        notes=tuple(notes),
        values=tuple(each for each in columns if each not in compared),
        compared=tuple(" ".join(label.text for label in each.path) for each in compared),
        corner=tuple(distinct(line.cells[at] for line in block.heads for at in stubs)),
        general=tuple(distinct(general)),
        unknown=tuple(unknown),
    )


def _role(
    heads: Sequence[str], cells: Sequence[str], labels: Labels, *, is_leftmost: bool, is_first: bool
) -> Axis | str | None:
    """An axis for row labels; `unit`, `note`, `figures`, `unknown`; None for what is not looked at."""
    texts = [text for text in cells if text]
    words = {name_key(head) for head in heads}
    if not texts or words & SERIAL_WORDS:
        return None
    if words & NOTE_WORDS:
        return "note"
    if all(is_unit(text) for text in texts) and (words & UNIT_WORDS or not is_first):
        return "unit"
    told = [axis for head in heads for axis in axes_named_in(head)]
    are_years = all(is_year(text) for text in texts) and (is_leftmost or Axis.PERIOD in told)
    are_regions = all(labels.label(text).regions for text in texts)
    if is_first and (are_regions or are_years):
        return Axis.REGION if are_regions else Axis.PERIOD
    if 2 * sum(is_value(text) for text in texts) >= len(texts):
        return "figures"
    return _axis(told, heads, [labels.label(text) for text in texts])


def _axis(told: Sequence[Axis], heads: Sequence[str], read: Sequence[Label]) -> Axis | str | None:
    """What most labels of a column name; what its head says where they are all unknown."""
    counts = {
        Axis.REGION: sum(bool(each.regions) for each in read),
        Axis.INDICATOR: sum(bool(each.indicators) for each in read),
        Axis.PERIOD: sum(each.period is not None for each in read),
    }
    best = max(counts, key=lambda axis: counts[axis])
    if counts[best]:
        return best
    if len(set(told)) == 1:
        return told[0]
    return None if any(word in head for head in heads for word in BESIDE_WORDS) else "unknown"


def _general(heads: Sequence[Line], figures: Sequence[int]) -> list[str]:
    """Texts over every column of figures: they are part of the title and tell nothing apart."""
    if len(figures) < 2:
        return []
    rows = [{line.cells[at] for at in figures} for line in heads]
    return [next(iter(texts)) for texts in rows if len(texts) == 1]


def _path(heads: Sequence[Line], at: int, figures: Sequence[int]) -> list[str]:
    """Heads over a column; an outer head reaches to the right until the next one."""
    path = []
    for depth, line in enumerate(heads):
        text = line.cells[at]
        has_inner = any(inner.cells[at] for inner in heads[depth + 1 :])
        if not text and has_inner:
            before = [line.cells[left] for left in figures if left < at and line.cells[left]]
            text = before[-1] if before else ""
        path.append(text)
    return distinct(path)


def _is_compared(column: ValueColumn) -> bool:
    return any(label.is_compared for label in column.path)
