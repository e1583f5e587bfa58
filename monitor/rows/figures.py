"""Figures, loads and refused rows, from their rows and back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Any

from monitor.core.corrections import CorrectionState, CorrectionUse
from monitor.core.errors import Refusal
from monitor.core.loading import (
    LoadOutcome,
    LoadRecord,
    NewObservation,
    QuarantineState,
    RefusedRow,
    RowRepair,
    RowSettlement,
    SettlementOutcome,
)
from monitor.core.records import (
    KnownOnBasis,
    Observation,
    Status,
)
from monitor.rows.base import AnyRow

_STATUSES = {status.value: status for status in Status}
_BASES = {basis.value: basis for basis in KnownOnBasis}
_WORD_OF_STATUS = {status: status.value for status in Status}
_WORD_OF_BASIS = {basis: basis.value for basis in KnownOnBasis}


def observation_columns(entries: Sequence[NewObservation]) -> dict[str, list[Any]]:
    """Figures about to be stored, by columns; the store adds when, the load its id."""
    columns = dict(zip(NewObservation._fields, map(list, zip(*entries, strict=True)), strict=True))
    return {
        **columns,
        "value": list(map(float, columns["value"])),
        "status": list(map(_WORD_OF_STATUS.__getitem__, columns["status"])),
        "known_on_basis": list(map(_WORD_OF_BASIS.__getitem__, columns["known_on_basis"])),
    }


def observation_from(row: AnyRow) -> Observation:
    """A stored figure."""
    return Observation(
        indicator=row.indicator,
        region=row.region,
        period=row.period,
        value=row.value,
        status=_STATUSES[row.status],
        published_on=row.published_on,
        known_on=row.known_on,
        known_on_basis=_BASES[row.known_on_basis],
        recorded_at=row.recorded_at,
        definition_basis=row.definition_basis,
        embargo_until=row.embargo_until,
        origin=row.origin,
        note=row.note,
    )


def refused_row(refusal: Refusal, raw: dict[str, Any]) -> dict[str, Any]:
    """A refused row as it enters quarantine."""
    severity, state = refusal.severity.value, QuarantineState.WAITING.value
    return {**asdict(refusal), "severity": severity, "raw": raw, "state": state}


def refused_from(row: AnyRow) -> RefusedRow:
    """A row in quarantine."""
    return RefusedRow(
        id=row.id,
        load_id=row.load_id,
        refusal=Refusal.from_plain({each.name: getattr(row, each.name) for each in fields(Refusal)}),
        raw=row.raw,
        state=QuarantineState(row.state),
        recorded_at=row.recorded_at,
    )


def correction_use_row(use: CorrectionUse) -> dict[str, Any]:
    """A correction a load met; the store adds when, the load its id."""
    return {"correction": use.correction, "state": use.state.value, "found": float(use.found)}


def correction_use_from(row: AnyRow) -> CorrectionUse:
    """A stored use of a correction."""
    return CorrectionUse(row.correction, CorrectionState(row.state), row.found)


def repair_from(row: AnyRow) -> RowRepair:
    """A repair of a refused row."""
    return RowRepair(row.id, row.refused_row_id, row.old, row.new, row.reason, row.actor, row.recorded_at)


def settlement_from(row: AnyRow) -> RowSettlement:
    """What was made of a refused row."""
    return RowSettlement(
        id=row.id,
        row_id=row.refused_row_id,
        outcome=SettlementOutcome(row.outcome),
        load_id=row.load_id,
        refusal=None if row.refusal is None else Refusal.from_plain(row.refusal),
        reason=row.reason,
        actor=row.actor,
        recorded_at=row.recorded_at,
    )


def load_from(row: AnyRow) -> LoadRecord:
    """A stored load."""
    plain = {each.name: getattr(row, each.name) for each in fields(LoadRecord)}
    return LoadRecord(**{**plain, "outcome": LoadOutcome(row.outcome)})
