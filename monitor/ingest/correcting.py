"""Known errors of sources, corrected at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.core.corrections import Correction, Corrections, is_guarded
from monitor.ingest.candidates import Candidate
from monitor.ingest.figure_rows import FigureRows, each

Met = tuple[Correction, float]
"""A correction, and a figure it concerns as the source gave it. [base unit]"""


def correct_rows(rows: FigureRows, corrections: Corrections) -> tuple[FigureRows, Sequence[Met]]:
    """The rows with known wrong figures replaced, and the corrections that were met.

    The status of a corrected figure stays; its note says what the source gave, and why that is wrong.
    """
    if not corrections:
        return rows, ()
    met: list[Met] = []
    corrected: dict[int, Candidate] = {}
    said = rows.columns
    code, period = each(said.indicator, lambda found: found.code), each(said.period, str)
    for at, (origin, indicator, region, written) in enumerate(
        zip(said.origin, code, said.region, period, strict=True)
    ):
        concerning = corrections.concerning(origin=origin, indicator=indicator, region=region, period=written)
        if concerning:
            met += ((entry, said.value[at]) for entry in concerning)
            corrected[at] = _corrected(rows[at], concerning)
    return rows.replaced(corrected), met


def _corrected(row: Candidate, concerning: Sequence[Correction]) -> Candidate:
    for entry in concerning:
        if is_guarded(entry, row.value):
            note = "; ".join(part for part in (row.note, entry.note) if part)
            return replace(row, value=entry.right, note=note)
    return row
