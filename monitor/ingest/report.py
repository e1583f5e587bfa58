"""A load report for people and for programs."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.errors import Refusal
from monitor.ingest.cells import printable
from monitor.loading import LoadReport

MOST_LINES = 50
_COLUMNS = ("sheet", "row", "column", "rule", "what is wrong", "what to do")


def report_to_json(report: LoadReport) -> dict[str, Any]:
    """Counts and refusals as plain values, every refusal included."""
    return {
        "load_id": report.load_id,
        "file": report.file_name,
        "was_loaded_before": report.was_loaded_before,
        "new": report.new,
        "revised": report.revised,
        "confirmed": report.confirmed,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "refusals": [_refusal_to_json(refusal) for refusal in report.refusals],
    }


def _refusal_to_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "file": refusal.file,
        "sheet": refusal.sheet,
        "row": refusal.row,
        "column": refusal.column,
        "rule": refusal.rule,
        "found": refusal.found,
        "reason": refusal.reason,
        "remedy": refusal.remedy,
    }


def summary_of(report: LoadReport) -> str:
    """One line: the file and its counts."""
    counts = (
        f"{report.new} new, {report.revised} revised, {report.confirmed} confirmed, "
        f"{report.unchanged} unchanged, {report.refused} refused"
    )
    again = " (this content was loaded before)" if report.was_loaded_before else ""
    return f"{printable(report.file_name)}: {counts}{again}"


def report_to_table(report: LoadReport, *, most_lines: int = MOST_LINES) -> Table:
    """A table under the summary line; cells are text, never markup, and cannot steer a terminal.

    Parameters
    ----------
    report : LoadReport
        What came of a load.
    most_lines : int
        Refusals shown; a last line says how many more there are.
    """
    table = Table(*_COLUMNS, title=Text(summary_of(report)), title_justify="left")
    for refusal in report.refusals[:most_lines]:
        table.add_row(*(Text(printable(cell)) for cell in _line(refusal)))
    left = len(report.refusals) - most_lines
    if left > 0:
        table.add_row("", "", "", "", f"... and {left} more", "see them all with --json")
    return table


def _line(refusal: Refusal) -> tuple[str, ...]:
    return (
        refusal.sheet or "",
        "" if refusal.row is None else str(refusal.row),
        refusal.column or "",
        refusal.rule,
        refusal.reason,
        refusal.remedy,
    )
