"""A load report for people and for programs."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.core.corrections import CorrectionState
from monitor.core.errors import Refusal
from monitor.core.loading import LoadReport
from monitor.ingest.cells import printable

MOST_LINES = 50
_COLUMNS = ("severity", "sheet", "row", "column", "rule", "what is wrong", "what to do")


def report_to_json(report: LoadReport) -> dict[str, Any]:
    """Counts, and what is wrong with rows, as plain values; the lists are as long as the report has them."""
    return {
        "load_id": report.load_id,
        "file": report.file_name,
        "was_loaded_before": report.was_loaded_before,
        "new": report.new,
        "revised": report.revised,
        "confirmed": report.confirmed,
        "unchanged": report.unchanged,
        "refused": report.refused,
        "held": report.held,
        "warned": report.warned,
        "rows_without_origin": report.rows_without_origin,
        "remarks": list(report.remarks),
        "corrections_applied": _codes(report, CorrectionState.APPLIED),
        "corrections_obsolete": _codes(report, CorrectionState.OBSOLETE),
        "refusals": [_refusal_to_json(refusal) for refusal in report.refusals],
        "held_rows": [_refusal_to_json(row) for row in report.held_rows],
        "warnings": [_refusal_to_json(warning) for warning in report.warnings],
    }


def _refusal_to_json(refusal: Refusal) -> dict[str, Any]:
    return {
        "file": refusal.file,
        "sheet": refusal.sheet,
        "row": refusal.row,
        "column": refusal.column,
        "severity": refusal.severity.value,
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
    counts += "".join(
        f", {count} {what}" for count, what in ((report.held, "held"), (report.warned, "warned")) if count
    )
    again = " (this content was loaded before)" if report.was_loaded_before else ""
    return f"{printable(report.file_name)}: {counts}{again}"


def report_to_table(report: LoadReport, *, most_lines: int = MOST_LINES) -> Table:
    """A table under the summary line; cells are text, never markup, and cannot steer a terminal.

    Under it stand its notes (`notes_of`).

    Parameters
    ----------
    report : LoadReport
        What came of a load.
    most_lines : int
        Rows shown: the refused, then those held, then warnings; a last line says how many more there are.
    """
    table = Table(*_COLUMNS, title=Text(summary_of(report)), title_justify="left", caption_justify="left")
    notes = notes_of(report)
    if notes:
        table.caption = Text("\n".join(notes))
    listed = (*report.refusals, *report.held_rows, *report.warnings)
    for refusal in listed[:most_lines]:
        table.add_row(*(Text(printable(cell)) for cell in _line(refusal)))
    left = report.refused + report.held + report.warned - most_lines
    if left > 0:
        table.add_row("", "", "", "", "", f"... and {left} more", "see them all with --json")
    return table


def notes_of(report: LoadReport) -> list[str]:
    """Sentences beside the counts: what was passed over, rows without an origin, corrections met."""
    notes = [printable(remark) for remark in report.remarks]
    if report.rows_without_origin:
        notes.append(_origin_note(report.file_name, report.rows_without_origin))
    applied = _codes(report, CorrectionState.APPLIED)
    if applied:
        notes.append(f"Known errors of the source corrected: {', '.join(applied)}.")
    obsolete = _codes(report, CorrectionState.OBSOLETE)
    if obsolete:
        notes.append(
            f"The source no longer gives the wrong figure of {', '.join(obsolete)}: what it gives was kept; "
            "remove the entry from corrections.yaml."
        )
    return notes


def _codes(report: LoadReport, state: CorrectionState) -> list[str]:
    return [use.correction for use in report.corrections if use.state is state]


def _origin_note(file: str, count: int) -> str:
    rows, name, are = ("row", "names", "is") if count == 1 else ("rows", "name", "are")
    return (
        f"{count} {rows} {name} no origin and {are} kept under {printable(f'file:{file}')}, the least "
        "trusted one: say who published the figures in the column origin (来源) or with --origin."
    )


def _line(refusal: Refusal) -> tuple[str, ...]:
    return (
        refusal.severity.value,
        refusal.sheet or "",
        "" if refusal.row is None else str(refusal.row),
        refusal.column or "",
        refusal.rule,
        refusal.reason,
        refusal.remedy,
    )
