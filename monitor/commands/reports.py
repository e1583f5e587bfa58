"""What a department reports of itself: the figures of its targets, notes and measures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, replace
from typing import Any

import sqlalchemy as sa

from monitor.clock import today
from monitor.commands.figures import store_load
from monitor.commands.lookups import get_target, indicators_in_force
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, PermissionDeniedError, TargetRuleError
from monitor.core.ledger import in_force
from monitor.core.loading import LoadContents, LoadReport, RowWithCells
from monitor.core.records import Target, TargetNote
from monitor.rows import note_from, refused_from, revision_from, said_in
from monitor.store import Store
from monitor.tables import DepartmentRow, LoadRow, RefusedRowRow, RevisionRow, TargetNoteRow
from monitor.transaction import Insert, Transaction

_DAY_OF_REPORT = "published_on"


def record_department_report(
    store: Store, actor: Actor, load: LoadContents, *, department: str
) -> LoadReport:
    """Store the figures a department reports about the targets it answers for.

    An owner may report for the own department only; a cell that an earlier import of a form brought
    into quarantine is not brought there again.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        An owner with the department in scope.
    load : LoadContents
        Checked figures, and the cells that were refused.
    department : str
        Its code.

    Returns
    -------
    LoadReport
        As `record_load` gives it.

    Raises
    ------
    PermissionDeniedError
        If the actor may not report for the department, or a figure belongs to no target of it.
    NotFoundError
        If the department does not exist.
    """
    actor.check(Role.OWNER, action="report figures")
    if actor.scope.departments is not None and department not in actor.scope.departments:
        raise PermissionDeniedError(actor.name, "report figures", f"for department {department}")
    started_at = store.clock.now()
    with store.write(actor) as transaction:
        _check_department(transaction, department)
        answered = _answered_for(transaction, department, as_of=today(store.clock))
        for row in load.rows:
            if (row.indicator, row.region) not in answered:
                where = f"of {row.indicator} in {row.region} for department {department}"
                raise PermissionDeniedError(actor.name, "report figures", where)
        there = _brought(transaction, load.source)
        fresh = replace(load, refusals=_not_in(there, load.refusals), held=_not_in(there, load.held))
        return store_load(transaction, actor, fresh, started_at=started_at)


def record_target_notes(store: Store, actor: Actor, notes: Iterable[TargetNote]) -> int:
    """Store what departments say about their targets; what they said last is not stored again.

    Parameters
    ----------
    actor : Actor
        An owner with every target in scope.
    notes : iterable of TargetNote
        Each with a note or a measure.

    Returns
    -------
    int
        Notes that were added.

    Raises
    ------
    TargetRuleError
        If a note says nothing, its department does not answer for the target, or the target was
        withdrawn.
    PermissionDeniedError, NotFoundError
        If the actor may not, or a target does not exist.
    """
    actor.check(Role.OWNER, action="report on targets")
    added = 0
    with store.write(actor) as transaction:
        for note in notes:
            target = get_target(transaction, note.target)
            terms = target.history[-1].terms
            actor.check(
                Role.OWNER, action="report on targets", region=terms.region, departments=terms.departments
            )
            _check_note(target, note)
            if _last_said(transaction, note) == note:
                continue
            audit = AuditEntry(
                "target_note_recorded", "target", note.target, "the department's report", new=_plain(note)
            )
            row = {**asdict(note), "actor": transaction.actor}
            transaction.insert(Insert(TargetNoteRow, [row]), audit=audit)
            added += 1
    return added


def _check_department(transaction: Transaction, department: str) -> None:
    if not transaction.rows(sa.select(DepartmentRow.code).where(DepartmentRow.code == department)):
        raise NotFoundError("department", department)


def _answered_for(transaction: Transaction, department: str, *, as_of: dt.date) -> set[tuple[str, str]]:
    """Indicators and regions of the department's targets in force, with the growth rates used for them."""
    order = (RevisionRow.target, RevisionRow.sequence)
    histories: dict[str, list[Any]] = {}
    for row in transaction.rows(sa.select(*RevisionRow.__table__.c).order_by(*order)):
        histories.setdefault(row.target, []).append(revision_from(row))
    indicators = indicators_in_force(transaction)
    found: set[tuple[str, str]] = set()
    for history in histories.values():
        entry = in_force(history, as_of=as_of)
        if entry is None or entry.terms.withdrawn or department not in entry.terms.departments:
            continue
        if entry.terms.indicator is None:
            continue
        leaning = indicators[entry.terms.indicator].growth_indicator
        found |= {(code, entry.terms.region) for code in (entry.terms.indicator, leaning) if code}
    return found


def _brought(transaction: Transaction, source: str) -> list[dict[str, Any]]:
    """Cells that earlier forms brought into quarantine; the day of the report does not count."""
    statement = (
        sa.select(*RefusedRowRow.__table__.c)
        .join(LoadRow, LoadRow.id == RefusedRowRow.load_id)
        .where(LoadRow.source == source)
    )
    return [_undated(refused_from(row).raw) for row in transaction.rows(statement)]


def _not_in(there: Sequence[Mapping[str, Any]], rows: Iterable[RowWithCells]) -> tuple[RowWithCells, ...]:
    return tuple(pair for pair in rows if _undated(pair[1]) not in there)


def _undated(raw: Mapping[str, Any]) -> dict[str, Any]:
    return {name: text for name, text in raw.items() if name != _DAY_OF_REPORT}


def _check_note(target: Target, note: TargetNote) -> None:
    terms = target.history[-1].terms
    if not note.note.strip() and not note.measure.strip():
        raise TargetRuleError(f"Target {note.target}: a report says something: write a note or a measure.")
    if terms.withdrawn:
        raise TargetRuleError(f"Target {note.target} was withdrawn; there is nothing to report.")
    if note.department not in terms.departments:
        raise TargetRuleError(
            f"Target {note.target} is not answered for by {note.department}; "
            f"{', '.join(terms.departments) or 'no department'} is."
        )


def _last_said(transaction: Transaction, note: TargetNote) -> TargetNote | None:
    table = TargetNoteRow
    statement = sa.select(*table.__table__.c).where(
        table.target == note.target, table.period == note.period, table.department == note.department
    )
    rows = transaction.rows(statement.order_by(table.id.desc()).limit(1))
    return said_in(note_from(rows[0])) if rows else None


def _plain(note: TargetNote) -> dict[str, Any]:
    return {**asdict(note), "due_on": note.due_on.isoformat() if note.due_on else None}
