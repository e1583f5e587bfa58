"""Known errors of sources, corrected at the door."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from monitor.core.corrections import Correction, Corrections, is_guarded
from monitor.ingest.normalise import Candidate, Rejected

Rows = Sequence[Candidate | Rejected]
Met = tuple[Correction, float]
"""A correction, and a figure it concerns as the source gave it. [base unit]"""


def correct_rows(rows: Rows, corrections: Corrections) -> tuple[Rows, Sequence[Met]]:
    """The rows with known wrong figures replaced, and the corrections that were met.

    The status of a corrected figure stays; its note says what the source gave, and why that is wrong.
    """
    if not corrections:
        return rows, ()
    met: list[Met] = []
    corrected: list[Candidate | Rejected] = []
    for row in rows:
        concerning = _concerning(row, corrections) if isinstance(row, Candidate) else ()
        met += ((entry, row.value) for entry in concerning if isinstance(row, Candidate))
        corrected.append(_corrected(row, concerning) if isinstance(row, Candidate) else row)
    return corrected, met


def _concerning(row: Candidate, corrections: Corrections) -> Sequence[Correction]:
    return corrections.concerning(
        origin=row.origin, indicator=row.indicator.code, region=row.region, period=str(row.period)
    )


def _corrected(row: Candidate, concerning: Sequence[Correction]) -> Candidate:
    for entry in concerning:
        if is_guarded(entry, row.value):
            note = "; ".join(part for part in (row.note, entry.note) if part)
            return replace(row, value=entry.right, note=note)
    return row
