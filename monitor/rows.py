"""Records to rows and back: the one place that knows how each is laid out in its table."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, fields
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter

from monitor.core.audit import AuditEntry, AuditRecord
from monitor.core.corrections import CorrectionState, CorrectionUse
from monitor.core.errors import Refusal
from monitor.core.flags import Flag
from monitor.core.indicators import Indicator
from monitor.core.jobs import JobOutcome, JobRun, Leader
from monitor.core.ledger import Part, Revision, Terms
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
from monitor.core.notices import Notice, NoticeKind
from monitor.core.outbox import (
    AttemptOutcome,
    DeliveryAttempt,
    MessageKind,
    MessageState,
    NewAttempt,
    NewMessage,
    OutboxMessage,
    Picture,
)
from monitor.core.people import DigestRecord, Person
from monitor.core.reasons import ChangeParts, DetailCode, Reason, ReasonCode
from monitor.core.records import (
    Assessment,
    Department,
    FlagChange,
    KnownOnBasis,
    MilestoneReport,
    Observation,
    Origin,
    Outcome,
    Plan,
    Region,
    RunKind,
    Status,
    Target,
    TargetNote,
    TargetNoteRecord,
)
from monitor.core.runs import NewRun, RunRecord

AnyRow = sa.Row[*tuple[Any, ...]]

_INDICATOR = TypeAdapter(Indicator)
_PERSON = TypeAdapter(Person)
_CODES: dict[str, ReasonCode | DetailCode] = {
    **{code.value: code for code in ReasonCode},
    **{code.value: code for code in DetailCode},
}
# Thousands of rows at a time: a look-up here is several times faster than calling the enum.
_FLAGS = {flag.value: flag for flag in Flag}
_RUN_KINDS = {kind.value: kind for kind in RunKind}
_STATUSES = {status.value: status for status in Status}
_BASES = {basis.value: basis for basis in KnownOnBasis}


@contextmanager
def collector_paused() -> Iterator[None]:
    """Build thousands of records without looking for garbage among them: half the time otherwise."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def indicator_document(indicator: Indicator) -> dict[str, Any]:
    """An indicator as plain JSON values."""
    document: dict[str, Any] = _INDICATOR.dump_python(indicator, mode="json")
    return document


def indicator_from(document: dict[str, Any]) -> Indicator:
    """The inverse of `indicator_document`."""
    return _INDICATOR.validate_python(document)


def region_from(row: AnyRow) -> Region:
    """A region of the catalogue."""
    return Region(**{each.name: getattr(row, each.name) for each in fields(Region)})


def department_from(row: AnyRow) -> Department:
    """A department of the catalogue."""
    return Department(**{each.name: getattr(row, each.name) for each in fields(Department)})


def plan_from(row: AnyRow) -> Plan:
    """A plan of the catalogue."""
    return Plan(**{each.name: getattr(row, each.name) for each in fields(Plan)})


def origin_from(row: AnyRow) -> Origin:
    """An origin of figures."""
    return Origin(**{each.name: getattr(row, each.name) for each in fields(Origin)})


def observation_row(entry: NewObservation) -> dict[str, Any]:
    """A figure about to be stored; the store adds when, the load its id."""
    return {
        "indicator": entry.indicator,
        "region": entry.region,
        "period": entry.period,
        "value": float(entry.value),
        "status": entry.status.value,
        "published_on": entry.published_on,
        "known_on": entry.known_on,
        "known_on_basis": entry.known_on_basis.value,
        "definition_basis": entry.definition_basis,
        "embargo_until": entry.embargo_until,
        "origin": entry.origin,
        "note": entry.note,
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


def revision_row(entry: Revision) -> dict[str, Any]:
    """A ledger entry, with the terms that queries filter on beside it."""
    return {
        "target": entry.target,
        "sequence": entry.sequence,
        "effective_on": entry.effective_on,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor,
        "reason": entry.reason,
        "document": entry.document,
        "terms": entry.terms.to_json(),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
        "indicator": entry.terms.indicator,
        "region": entry.terms.region,
        "deadline": entry.terms.deadline,
        "kind": entry.terms.kind.value,
    }


def revision_from(row: AnyRow) -> Revision:
    """A stored ledger entry."""
    return Revision(
        target=row.target,
        sequence=row.sequence,
        effective_on=row.effective_on,
        recorded_at=row.recorded_at,
        actor=row.actor,
        reason=row.reason,
        document=row.document,
        terms=Terms.from_json(row.terms),
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def target_row(target: Target) -> dict[str, Any]:
    """What a target is, without its ledger."""
    return {
        "code": target.code,
        "plan": target.plan,
        "title_zh": target.title_zh,
        "title_en": target.title_en,
        "parent": target.parent,
        "part": target.part.value,
        "citations": [list(citation) for citation in target.citations],
        "conflicts_with": list(target.conflicts_with),
        "baseline_period": target.baseline_period,
        "baseline_value": target.baseline_value,
        "note_zh": target.note_zh,
        "note_en": target.note_en,
    }


def target_from(row: AnyRow, history: tuple[Revision, ...]) -> Target:
    """A stored target with its ledger."""
    return Target(
        code=row.code,
        plan=row.plan,
        title_zh=row.title_zh,
        title_en=row.title_en,
        parent=row.parent,
        part=Part(row.part),
        citations=tuple((clause, written) for clause, written in row.citations),
        conflicts_with=tuple(row.conflicts_with),
        baseline_period=row.baseline_period,
        baseline_value=row.baseline_value,
        note_zh=row.note_zh,
        note_en=row.note_en,
        history=history,
    )


def milestone_from(row: AnyRow) -> MilestoneReport:
    """A milestone reported as done."""
    return MilestoneReport(**{each.name: getattr(row, each.name) for each in fields(MilestoneReport)})


def outcome_from(row: AnyRow) -> Outcome:
    """What became of a target."""
    return Outcome(**{each.name: getattr(row, each.name) for each in fields(Outcome)})


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


def note_from(row: AnyRow) -> TargetNoteRecord:
    """A stored note of a department."""
    return TargetNoteRecord(**{each.name: getattr(row, each.name) for each in fields(TargetNoteRecord)})


def said_in(record: TargetNoteRecord) -> TargetNote:
    """What a stored note says, without who stored it when."""
    return TargetNote(**{each.name: getattr(record, each.name) for each in fields(TargetNote)})


def load_from(row: AnyRow) -> LoadRecord:
    """A stored load."""
    plain = {each.name: getattr(row, each.name) for each in fields(LoadRecord)}
    return LoadRecord(**{**plain, "outcome": LoadOutcome(row.outcome)})


def message_row(message: NewMessage) -> dict[str, Any]:
    """What a message says and to whom, without its pictures and its way through the outbox."""
    plain = {each.name: getattr(message, each.name) for each in fields(NewMessage) if each.name != "pictures"}
    return {
        **plain,
        "kind": message.kind.value,
        "headers": dict(message.headers),
        "targets": list(message.targets),
    }


def message_from(row: AnyRow, pictures: tuple[Picture, ...]) -> OutboxMessage:
    """A message of the outbox."""
    said = {each.name: getattr(row, each.name) for each in fields(NewMessage) if each.name != "pictures"}
    said |= {"kind": MessageKind(row.kind), "targets": tuple(row.targets)}
    way = {each.name: getattr(row, each.name) for each in fields(OutboxMessage) if each.name != "message"}
    return OutboxMessage(
        **{**way, "state": MessageState(row.state)}, message=NewMessage(**said, pictures=pictures)
    )


def attempt_row(message: int, number: int, worker: str, attempt: NewAttempt) -> dict[str, Any]:
    """An ended attempt about to be stored."""
    plain = {**asdict(attempt), "outcome": attempt.outcome.value}
    return {**plain, "message": message, "number": number, "worker": worker}


def attempt_from(row: AnyRow) -> DeliveryAttempt:
    """A stored attempt."""
    plain = {each.name: getattr(row, each.name) for each in fields(NewAttempt)}
    attempt = NewAttempt(**{**plain, "outcome": AttemptOutcome(row.outcome)})
    return DeliveryAttempt(row.message, row.number, row.worker, attempt)


def audit_from(row: AnyRow) -> AuditRecord:
    """A stored audit entry."""
    entry = AuditEntry(row.action, row.subject_kind, row.subject, row.reason, row.old, row.new)
    return AuditRecord(row.id, row.recorded_at, row.actor, entry)


def job_run_from(row: AnyRow) -> JobRun:
    """A stored run of a job."""
    same = ("id", "job", "kind", "due_at", "attempt", "started_at", "finished_at", "told", "facts")
    plain = {name: getattr(row, name) for name in same}
    return JobRun(leader=row.leader_id, outcome=JobOutcome(row.outcome), **plain)


def leader_from(row: AnyRow) -> Leader:
    """A process that leads or led the scheduler."""
    same = ("name", "host", "pid", "started_at", "beat_at", "ended_at")
    return Leader(epoch=row.id, **{name: getattr(row, name) for name in same})


def _change_from(plain: dict[str, float] | None) -> ChangeParts | None:
    return None if plain is None else ChangeParts(**plain)


def person_document(person: Person) -> dict[str, Any]:
    """A person as JSON values."""
    document: dict[str, Any] = _PERSON.dump_python(person, mode="json")
    return document


def person_from(document: dict[str, Any]) -> Person:
    """The person a stored version describes."""
    return _PERSON.validate_python(document)


def digest_row(record: DigestRecord) -> dict[str, Any]:
    """Column values of a digest's record."""
    return {
        "period": record.period,
        "week": record.week,
        "recipient": record.recipient,
        "recorded_until": record.recorded_until,
        "sent_from": record.sent_from,
        "rules": dict(record.rules),
    }


def digest_from(row: AnyRow) -> DigestRecord:
    """The record of a digest."""
    return DigestRecord(
        period=row.period,
        week=row.week,
        recipient=row.recipient,
        recorded_until=row.recorded_until,
        sent_from=row.sent_from,
        rules=row.rules,
    )


def notice_from(row: AnyRow) -> Notice:
    """An urgent matter."""
    return Notice(
        id=row.id,
        subject_kind=row.subject_kind,
        subject=row.subject,
        kind=NoticeKind(row.kind),
        since=row.since,
        told_on=row.told_on,
        ended_on=row.ended_on,
        end_told_on=row.end_told_on,
    )
