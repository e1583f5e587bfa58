"""The split as a workbook: numbers as numbers, and no text that a spreadsheet takes for a formula."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from monitor.whatif import Division, Share
from monitor.words.cells import plain_text
from monitor.words.lines import Line

COLUMNS = (
    "part",
    "part_value",
    "present_share",
    "present_chance",
    "proposed_share",
    "proposed_chance",
    "difference",
    "held_share",
)
_WIDTHS = (22, 12, 12, 14, 12, 14, 12, 16)


def share_workbook(shares: Sequence[Share], division: Division, line: Line) -> bytes:
    """The table with what it is about above it, values in the plan's own unit."""
    book = Workbook()
    page = book.active
    if page is None:
        raise ValueError("a new workbook has a sheet")
    view = line.view
    page.title = plain_text(view.label("adjust_mode_split"))
    for row, words in enumerate(_head(division, line), start=1):
        _write(page, row, 1, words)
    first = page.max_row + 2
    for column, name in enumerate(COLUMNS, start=1):
        _write(page, first, column, view.label(f"adjust_{name}")).font = Font(bold=True)
        page.column_dimensions[chr(ord("A") + column - 1)].width = _WIDTHS[column - 1]
    for row, share in enumerate(shares, start=first + 1):
        _write_row(page, row, _cells(share, division, line), division.decimals)
    total = [
        view.label("adjust_whole"),
        None,
        _written(division, division.present_sum),
        None,
        _written(division, sum(share.proposed or 0.0 for share in shares)),
        division.chance,
        None,
        "",
    ]
    _write_row(page, first + len(shares) + 1, total, division.decimals)
    page.freeze_panes = page.cell(first + 1, 2)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _head(division: Division, line: Line) -> list[str]:
    view = line.view
    told = [
        f"{line.region} · {line.name} {line.statement}",
        view.label("as_of", day=division.as_of.isoformat()),
        view.label("adjust_unit", unit=division.terms.unit),
    ]
    return [*told, view.label("simulated_tag")] if view.workspace.simulated else told


def _cells(share: Share, division: Division, line: Line) -> list[Any]:
    part, view = share.part, line.view
    held = "adjust_no_forecast" if not part.can_share else "adjust_is_held" if share.is_held else ""
    return [
        view.region(part.region),
        _written(division, part.value),
        _written(division, part.present),
        part.chance,
        _written(division, share.proposed),
        share.chance,
        _written(division, share.difference),
        view.label(held) if held else "",
    ]


def _written(division: Division, value: float | None) -> float | None:
    return None if value is None else round(value / division.unit_factor, 9)


def _write_row(page: Any, row: int, cells: Sequence[Any], decimals: int) -> None:
    for column, value in enumerate(cells, start=1):
        cell = _write(page, row, column, value)
        if isinstance(value, float):
            is_chance = COLUMNS[column - 1].endswith("_chance")
            cell.number_format = "0%" if is_chance else f"#,##0{'.' if decimals else ''}{'0' * decimals}"


def _write(page: Any, row: int, column: int, value: Any) -> Any:
    """A number, or a text that stays one."""
    cell = page.cell(row, column)
    if isinstance(value, str):
        cell.value = plain_text(value)
        cell.data_type, cell.quotePrefix = "s", True
    else:
        cell.value = value
    return cell
