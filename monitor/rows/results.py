"""Assessment runs and audit entries, from their rows and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from monitor.core.audit import AuditEntry, AuditRecord
from monitor.core.flags import Flag
from monitor.core.reasons import ChangeParts, DetailCode, Reason, ReasonCode
from monitor.core.records import (
    Assessment,
    EarlierFlag,
    Fan,
    FlagChange,
    RunKind,
)
from monitor.core.runs import NewRun, RunRecord
from monitor.rows.base import AnyRow

_CODES: dict[str, ReasonCode | DetailCode] = {
    **{code.value: code for code in ReasonCode},
    **{code.value: code for code in DetailCode},
}
# Thousands of rows at a time: a look-up here is several times faster than calling the enum.
_FLAGS = {flag.value: flag for flag in Flag}
_RUN_KINDS = {kind.value: kind for kind in RunKind}


def run_row(run: NewRun) -> dict[str, Any]:
    """A run about to be stored, without actor and end."""
    return {
        "as_of": run.as_of,
        "kind": run.kind.value,
        "started_at": run.started_at,
        "versions": dict(run.versions),
        "counts": dict(run.counts),
        "scope_note": run.scope_note,
    }


def run_from(row: AnyRow) -> RunRecord:
    """A stored run."""
    plain = {each.name: getattr(row, each.name) for each in fields(RunRecord)}
    return RunRecord(**{**plain, "kind": RunKind(row.kind)})


def assessment_row(entry: Assessment) -> dict[str, Any]:
    """An assessment about to be stored; the store says when."""
    return {
        "target": entry.target,
        "as_of": entry.as_of,
        "run_kind": entry.run_kind.value,
        "revision_sequence": entry.revision_sequence,
        "flag": entry.flag.value,
        "reason_code": entry.reason.code.value,
        "probability_met": entry.probability_met,
        "probability_published": entry.probability_published,
        "observed_to": entry.observed_to,
        "n_observations": entry.n_observations,
        "method": entry.method,
        "input_hash": entry.input_hash,
        "body": {
            "facts": entry.reason.facts,
            "details": [[detail.code.value, detail.facts] for detail in entry.details],
            # Levels are numbers, and JSON keys are not.
            "quantiles": None
            if entry.quantiles is None
            else [list(pair) for pair in entry.quantiles.items()],
            "figures": entry.figures,
            "change": None if entry.change is None else asdict(entry.change),
            "versions": entry.versions,
        },
    }


def assessment_from(row: AnyRow) -> Assessment:
    """A stored assessment."""
    body = row.body
    return Assessment(
        target=row.target,
        as_of=row.as_of,
        run_kind=_RUN_KINDS[row.run_kind],
        recorded_at=row.recorded_at,
        revision_sequence=row.revision_sequence,
        flag=_FLAGS[row.flag],
        reason=Reason(_CODES[row.reason_code], body["facts"]),
        details=tuple([Reason(_CODES[code], facts) for code, facts in body["details"]]),
        probability_met=row.probability_met,
        probability_published=row.probability_published,
        quantiles=None if body["quantiles"] is None else dict(body["quantiles"]),
        observed_to=row.observed_to,
        n_observations=row.n_observations,
        method=row.method,
        figures=body["figures"],
        change=_change_from(body["change"]),
        input_hash=row.input_hash,
        versions=body["versions"],
    )


def earlier_from(row: AnyRow) -> EarlierFlag:
    """The part of a stored assessment that later ones are compared with."""
    return EarlierFlag(row.as_of, _FLAGS[row.flag], row.probability_met)


def flag_change_row(entry: FlagChange) -> dict[str, Any]:
    """A flag change about to be stored; the store says when."""
    return {
        "target": entry.target,
        "as_of": entry.as_of,
        "old_flag": entry.old_flag.value if entry.old_flag else None,
        "new_flag": entry.new_flag.value,
        "reason_code": entry.reason_code,
        "old_probability": entry.old_probability,
        "new_probability": entry.new_probability,
        "change": None if entry.change is None else asdict(entry.change),
    }


def flag_change_from(row: AnyRow) -> FlagChange:
    """A stored flag change."""
    return FlagChange(
        target=row.target,
        as_of=row.as_of,
        old_flag=Flag(row.old_flag) if row.old_flag else None,
        new_flag=Flag(row.new_flag),
        reason_code=row.reason_code,
        old_probability=row.old_probability,
        new_probability=row.new_probability,
        change=_change_from(row.change),
    )


def _change_from(plain: dict[str, float] | None) -> ChangeParts | None:
    return None if plain is None else ChangeParts(**plain)


def fan_row(target: str, fan: Fan) -> dict[str, Any]:
    """A fan about to be stored."""
    return {"target": target, "body": asdict(fan)}


def fan_from(row: AnyRow) -> Fan:
    """A stored fan; JSON knows no tuples."""
    body = row.body
    return Fan(
        periods=tuple(body["periods"]),
        levels=tuple(body["levels"]),
        values=tuple(tuple(quantiles) for quantiles in body["values"]),
        observed_to=body["observed_to"],
        required_path=tuple(body["required_path"]),
        method=body["method"],
    )


def audit_from(row: AnyRow) -> AuditRecord:
    """A stored audit entry."""
    entry = AuditEntry(row.action, row.subject_kind, row.subject, row.reason, row.old, row.new)
    return AuditRecord(row.id, row.recorded_at, row.actor, entry)
