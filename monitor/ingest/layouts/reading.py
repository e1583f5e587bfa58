"""Sheets without a header of column names: their tables found, read, and told of where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from monitor.core.errors import IngestError
from monitor.ingest.cells import shown
from monitor.ingest.columns import allowed_names
from monitor.ingest.findings import RuleId
from monitor.ingest.layouts.blocks import find_blocks, side_by_side, visible_lines
from monitor.ingest.layouts.figures import Surroundings, Table
from monitor.ingest.layouts.labels import Axis, Labels
from monitor.ingest.lookup import LoadContext
from monitor.ingest.raw import RawFile, RawGrid, RawRow, RawTable, SkippedSheet

HEADER = ("indicator", "region", "period", "value", "unit", "status", "note")
_LOOKED_FOR = {
    Axis.INDICATOR: "an indicator (指标)",
    Axis.REGION: "a region (地区)",
    Axis.PERIOD: "a period (时期) or year",
}


@dataclass
class _SheetReading:
    rows: list[RawRow]
    skipped: list[SkippedSheet]
    remarks: list[str]


def laid_out(raw: RawFile, context: LoadContext) -> RawFile:
    """The file with its grids read as tables of one figure a row; without grids it is as it was.

    Parameters
    ----------
    raw : RawFile
        As read.
    context : LoadContext
        The catalogue whose indicators and regions the labels name.

    Returns
    -------
    RawFile
        With a table for every grid that was understood, an entry in `skipped` for what was not, and
        remarks on what was passed over: empty cells, hidden rows, rates and ranks beside figures.

    Raises
    ------
    IngestError
        If nothing in the file is understood.
    """
    if not raw.grids:
        return raw
    labels = Labels(context)
    tables, skipped, remarks = [*raw.tables], [*raw.skipped], [*raw.remarks]
    for grid in raw.grids:
        found = _read_sheet(grid, labels)
        if found.rows:
            tables.append(RawTable(raw.name, grid.sheet, HEADER, tuple(found.rows)))
        skipped += found.skipped
        remarks += found.remarks
    if not tables:
        first = skipped[0]
        raise IngestError(raw.name, first.reason, first.remedy)
    return replace(raw, tables=tuple(tables), skipped=tuple(skipped), grids=(), remarks=tuple(remarks))


def _read_sheet(grid: RawGrid, labels: Labels) -> _SheetReading:
    reading = _SheetReading([], [], [])
    blocks = find_blocks(visible_lines(grid), labels)
    pieces = [piece for block in blocks for piece in side_by_side(block)]
    empty = 0
    for number, block in enumerate(pieces):
        titles = () if number == 0 else tuple(pieces[0].titles)
        table = Table(block, Surroundings(grid.sheet, titles), labels)
        missing = table.missing_axes()
        if missing or table.columns.unknown or not table.columns.values:
            reading.skipped.append(_not_understood(grid, table, missing))
            continue
        reading.rows += table.rows()
        empty += table.empty
        if table.columns.compared:
            reading.remarks.append(
                f"{_place(grid)}: the columns {', '.join(map(repr, table.columns.compared))} compare or rank "
                "the figures and were left out; no indicator goes by these names."
            )
    if not blocks:
        reading.skipped.append(_no_table(grid))
    reading.remarks += _passed_over(grid, empty)
    return reading


def _place(grid: RawGrid) -> str:
    return f"Sheet {grid.sheet!r}" if grid.sheet else "The file"


def _passed_over(grid: RawGrid, empty: int) -> Iterator[str]:
    if empty:
        cells, hold = ("cell", "holds") if empty == 1 else ("cells", "hold")
        yield f"{_place(grid)}: {empty} {cells} of its tables {hold} no figure (empty, —, …, 暂无 or such)."
    hidden = [
        f"{len(places)} hidden {word}{'' if len(places) == 1 else 's'}"
        for places, word in ((_with_text(grid), "row"), (grid.hidden_columns, "column"))
        if places
    ]
    if hidden:
        yield f"{_place(grid)}: {' and '.join(hidden)} not read; show them if they count."


def _with_text(grid: RawGrid) -> list[int]:
    return [row for row in sorted(grid.hidden_rows) if row < len(grid.cells) and any(grid.cells[row])]


def _not_understood(grid: RawGrid, table: Table, missing: list[Axis]) -> SkippedSheet:
    if table.columns.unknown:
        return SkippedSheet(
            grid.sheet,
            RuleId.LAYOUT_NOT_UNDERSTOOD.value,
            f"{_place(grid)}, the table from row {table.first_row} on holds a column of texts, "
            f"{shown(table.columns.unknown[0])!r}, that is no indicator, region or period.",
            "Say in its head what it names (指标, 地区, 时期), call it 备注, or leave it out.",
        )
    looked_for = " and ".join(_LOOKED_FOR[axis] for axis in missing) or "a column of figures"
    return SkippedSheet(
        grid.sheet,
        RuleId.LAYOUT_NOT_UNDERSTOOD.value,
        f"{_place(grid)}, the table from row {table.first_row} on names nowhere {looked_for} that is known; "
        "rows, column heads, title and sheet name were looked through.",
        "Write it there by a name of the catalogue (docs/figures.md, layouts that are read).",
    )


def _no_table(grid: RawGrid) -> SkippedSheet:
    return SkippedSheet(
        grid.sheet,
        RuleId.SHEET_WITHOUT_HEADER.value,
        f"{_place(grid)} holds figures but neither a header row nor labels that are known, and was not read.",
        f"Give it a header row ({allowed_names()}), or let its name begin with 说明.",
    )
