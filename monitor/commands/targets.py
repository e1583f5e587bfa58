"""Commands about targets: revise, withdraw, open, report a milestone as done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from forecast.targets import TargetKind
from monitor.clock import today
from monitor.commands.differences import differing_fields
from monitor.commands.lookups import get_target, indicators_in_force
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, StaleEditError, TargetRule, TargetRuleError
from monitor.core.ledger import Revision, TargetChange, Terms, check_effective, next_revision
from monitor.core.periods import Period
from monitor.core.records import MilestoneReport, Target
from monitor.core.term_rules import check_terms
from monitor.rows import revision_row, target_row
from monitor.store import Store
from monitor.tables import (
    Base,
    DepartmentRow,
    MilestoneReportRow,
    PlanRow,
    RegionRow,
    RevisionRow,
    TargetRow,
)
from monitor.transaction import Insert, Transaction


def revise_target(
    store: Store,
    actor: Actor,
    code: str,
    *,
    terms: Terms,
    effective_on: dt.date,
    reason: str,
    document: str,
    expected_sequence: int,
) -> Revision:
    """Add an entry to a target's ledger.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner with the target in scope.
    code : str
        The target.
    terms : Terms
        Everything that shall hold from then on, changed or not.
    effective_on : datetime.date
        First day it holds; not before the entry it follows.
    reason, document : str
        Why, and the paper behind it (may be empty).
    expected_sequence : int
        Number of the last entry the editor saw.

    Returns
    -------
    Revision
        The new entry.

    Raises
    ------
    StaleEditError
        If another entry came meanwhile.
    TargetRuleError
        If the ledger forbids the change, the terms make no sense (see `register.check_terms`), or it
        would take effect more than a year ahead.
    PermissionDeniedError, NotFoundError
        If the actor may not, or a target or department does not exist.
    """
    change = TargetChange(code, terms, expected_sequence)
    (made,) = revise_targets(
        store, actor, [change], effective_on=effective_on, reason=reason, document=document
    )
    return made


def revise_targets(
    store: Store,
    actor: Actor,
    changes: Sequence[TargetChange],
    *,
    effective_on: dt.date,
    reason: str,
    document: str,
) -> tuple[Revision, ...]:
    """Add an entry to the ledgers of several targets, to all of them or to none.

    Parameters
    ----------
    changes : sequence of TargetChange
        At most one per target.
    effective_on, reason, document
        As of `revise_target`, the same for all.

    Returns
    -------
    tuple of Revision
        The new entries, in the order of the changes.

    Raises
    ------
    StaleEditError, TargetRuleError, PermissionDeniedError, NotFoundError
        As `revise_target`, for the first target that may not be revised so; then nothing is written.
    """
    with store.write(actor) as transaction:
        return tuple(
            _revise(store, transaction, actor, change, (effective_on, reason, document)) for change in changes
        )


def withdraw_target(
    store: Store,
    actor: Actor,
    code: str,
    *,
    effective_on: dt.date,
    reason: str,
    document: str,
    expected_sequence: int,
) -> Revision:
    """End a target with a last ledger entry; nothing may follow it.

    Parameters and errors are those of `revise_target`.
    """
    with store.write(actor) as transaction:
        target = _open_for_edit(transaction, actor, code, expected_sequence, action="withdraw targets")
        terms = replace(target.history[-1].terms, withdrawn=True)
        facts = (effective_on, reason, document)
        return _add_entry(transaction, target, terms, facts, action="target_withdrawn")


def open_target(
    store: Store,
    actor: Actor,
    target: Target,
    *,
    terms: Terms,
    effective_on: dt.date,
    reason: str,
    document: str,
) -> Target:
    """Enter a new target into the ledger.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner with the target's region and departments in scope.
    target : Target
        What it is, without history.
    terms : Terms
        What must hold.
    effective_on : datetime.date
        First day it holds.
    reason, document : str
        Why, and the paper behind it.

    Returns
    -------
    Target
        The same with its first ledger entry.

    Raises
    ------
    TargetRuleError
        If the code is taken, the reason empty, the terms make no sense, or they would take effect
        more than a year ahead.
    NotFoundError
        If plan, parent, indicator, region or a department does not exist.
    PermissionDeniedError
        If role or scope do not allow it.
    """
    action = "open targets"
    actor.check(Role.PLANNER, action=action, region=terms.region, departments=terms.departments)
    with store.write(actor) as transaction:
        check_new_target(transaction, target, terms)
        check_target_sense(transaction, target, terms)
        check_effective(effective_on, target=target.code, today=today(store.clock))
        revision = next_revision(
            (),
            target=target.code,
            effective_on=effective_on,
            recorded_at=transaction.recorded_at,
            actor=actor.name,
            reason=reason,
            document=document,
            terms=terms,
        )
        audit = AuditEntry("target_opened", "target", target.code, reason, new=terms.to_json())
        transaction.insert(
            Insert(TargetRow, [target_row(target)]),
            Insert(RevisionRow, [revision_row(revision)]),
            audit=audit,
        )
    return replace(target, history=(revision,))


def report_milestone_done(
    store: Store, actor: Actor, code: str, *, done_on: dt.date, reason: str, document: str
) -> MilestoneReport:
    """Report a milestone as done; a later report corrects an earlier one.

    Raises
    ------
    TargetRuleError
        If the target is no milestone, was withdrawn, the day lies ahead, or the reason is empty.
    PermissionDeniedError, NotFoundError
        If the actor is no owner with the target in scope, or there is no such target.
    """
    with store.write(actor) as transaction:
        target = get_target(transaction, code)
        _check_actor(actor, target, Role.OWNER, action="report milestones")
        _check_milestone(target, done_on=done_on, today=today(store.clock), reason=reason)
        report = MilestoneReport(
            code, done_on, transaction.recorded_at, transaction.actor, reason.strip(), document
        )
        row = {
            "target": code,
            "done_on": done_on,
            "actor": report.actor,
            "reason": report.reason,
            "document": document,
        }
        new = {"done_on": done_on.isoformat(), "document": document}
        audit = AuditEntry("milestone_reported", "target", code, report.reason, new=new)
        transaction.insert(Insert(MilestoneReportRow, [row]), audit=audit)
    return report


def _revise(
    store: Store,
    transaction: Transaction,
    actor: Actor,
    change: TargetChange,
    facts: tuple[dt.date, str, str],
) -> Revision:
    code, terms = change.target, change.terms
    target = _open_for_edit(transaction, actor, code, change.expected_sequence, action="revise targets")
    _check_codes(transaction, DepartmentRow, "department", terms.departments)
    check_target_sense(transaction, target, terms)
    check_effective(facts[0], target=code, today=today(store.clock))
    return _add_entry(transaction, target, terms, facts, action="target_revised")


def _open_for_edit(
    transaction: Transaction, actor: Actor, code: str, expected_sequence: int, *, action: str
) -> Target:
    """The target, if the actor may edit it and saw its last entry."""
    target = get_target(transaction, code)
    _check_actor(actor, target, Role.PLANNER, action=action)
    last = target.history[-1]
    if last.sequence != expected_sequence:
        raise StaleEditError(
            code,
            seen=expected_sequence,
            current=last.sequence,
            changed_by=last.actor,
            changed_on=f"{last.recorded_at:%Y-%m-%d %H:%M} UTC",
            what=_what_changed(target, expected_sequence),
        )
    return target


def _what_changed(target: Target, seen: int) -> str:
    """The fields in which the last entry differs from the one that was seen, and its reason."""
    last = target.history[-1]
    before = target.history[seen - 1].terms.to_json() if 0 < seen <= len(target.history) else {}
    fields = differing_fields(before, last.terms.to_json())
    told = ", ".join(f"{name} {old} -> {new}" for name, (old, new) in fields.items())
    return f"{told} ({last.reason})"


def _add_entry(
    transaction: Transaction,
    target: Target,
    terms: Terms,
    facts: tuple[dt.date, str, str],
    *,
    action: str,
) -> Revision:
    effective_on, reason, document = facts
    revision = next_revision(
        target.history,
        target=target.code,
        effective_on=effective_on,
        recorded_at=transaction.recorded_at,
        actor=transaction.actor,
        reason=reason,
        document=document,
        terms=terms,
    )
    fields = differing_fields(target.history[-1].terms.to_json(), terms.to_json())
    new: dict[str, Any] = {name: values[1] for name, values in fields.items()}
    audit = AuditEntry(
        action,
        "target",
        target.code,
        revision.reason,
        old={name: values[0] for name, values in fields.items()},
        new={**new, "effective_on": effective_on.isoformat(), "document": document},
    )
    transaction.insert(Insert(RevisionRow, [revision_row(revision)]), audit=audit)
    return revision


def _check_actor(actor: Actor, target: Target, role: Role, *, action: str) -> None:
    terms = target.history[-1].terms
    actor.check(role, action=action, region=terms.region, departments=terms.departments)


def check_new_target(transaction: Transaction, target: Target, terms: Terms) -> None:
    """Refuse a new target whose code is taken, or that names what does not exist."""
    if target.history:
        raise TargetRuleError(f"Target {target.code} has a ledger already; revise it instead.")
    if transaction.rows(sa.select(TargetRow.code).where(TargetRow.code == target.code)):
        raise TargetRuleError(f"There is a target {target.code} already; choose another code, or revise it.")
    _check_codes(transaction, PlanRow, "plan", [target.plan])
    _check_codes(transaction, TargetRow, "target", [target.parent] if target.parent else [])
    _check_codes(transaction, RegionRow, "region", [terms.region])
    _check_codes(transaction, DepartmentRow, "department", terms.departments)
    if terms.indicator is not None and terms.indicator not in indicators_in_force(transaction):
        raise NotFoundError("indicator", terms.indicator)


def check_target_sense(transaction: Transaction, target: Target, terms: Terms) -> None:
    """Hold terms to the standard of the registers."""
    plans = PlanRow.__table__.c
    ((period_start,),) = transaction.rows(sa.select(plans.period_start).where(plans.code == target.plan))
    check_terms(
        terms,
        indicators_in_force(transaction).get(terms.indicator or ""),
        target=target.code,
        plan_start=Period.parse(period_start).start,
    )


def _check_codes(transaction: Transaction, table: type[Base], what: str, codes: Iterable[str]) -> None:
    column = table.__table__.c.code
    for code in codes:
        if not transaction.rows(sa.select(column).where(column == code)):
            raise NotFoundError(what, code)


def _check_milestone(target: Target, *, done_on: dt.date, today: dt.date, reason: str) -> None:
    terms = target.history[-1].terms
    if terms.kind is not TargetKind.MILESTONE:
        raise TargetRuleError(f"Target {target.code} is no milestone; its figures decide whether it is met.")
    if terms.withdrawn:
        raise TargetRuleError(
            f"Target {target.code} was withdrawn; there is nothing to report.",
            rule=TargetRule.WITHDRAWN,
            day=target.history[-1].effective_on,
        )
    if done_on > today:
        raise TargetRuleError(
            f"Target {target.code}: {done_on} lies ahead; report a milestone when it is done.",
            rule=TargetRule.MILESTONE_AHEAD,
            day=done_on,
        )
    if not reason.strip():
        raise TargetRuleError(
            f"Target {target.code}: say in a few words how the milestone was reached.",
            rule=TargetRule.MILESTONE_REASON,
        )
