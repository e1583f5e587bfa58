"""Commands about plan documents: enter the targets a person accepted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

import sqlalchemy as sa

from monitor.clock import today
from monitor.commands.reviews import check_review_seen
from monitor.commands.seeding import plan_document
from monitor.commands.targets import check_new_target, check_target_sense
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.catalogue import PlanEntry
from monitor.core.errors import NotFoundError, TargetRuleError
from monitor.core.ledger import check_effective, next_revision
from monitor.core.records import AcceptedTarget, PlanDocument, Target
from monitor.core.reviews import SeenReview
from monitor.rows import revision_row, target_row
from monitor.store import Store
from monitor.tables import PlanDocumentRow, PlanRow, RegionRow, RevisionRow, TargetQuoteRow, TargetRow
from monitor.transaction import Insert, Transaction


def accept_targets(
    store: Store,
    actor: Actor,
    plan: str | PlanEntry,
    *,
    document: PlanDocument,
    accepted: Sequence[AcceptedTarget],
    effective_on: dt.date,
    reason: str,
    seen: SeenReview | None = None,
) -> tuple[Target, ...]:
    """Enter accepted targets into the ledger with their quotes, all of them or none.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner with every target's region and departments in scope.
    plan : str or PlanEntry
        Code of a plan, or a new plan to register (its own targets are ignored).
    document : PlanDocument
        What was read; it is kept once for each plan.
    accepted : sequence of AcceptedTarget
        With new codes, without history.
    effective_on : datetime.date
        First day they hold.
    reason : str
        Why.
    seen : SeenReview, optional
        The stored review they were accepted in.

    Returns
    -------
    tuple of Target
        The targets with their first ledger entries.

    Raises
    ------
    StaleDecisionError, EndedReviewError
        If somebody decided something in the review since, or ended it.
    TargetRuleError
        If a code is taken, the terms make no sense, or a quote does not stand in the document.
    NotFoundError
        If plan, indicator, region or a department does not exist.
    PermissionDeniedError
        If role or scope do not allow it.
    """
    actor.check(Role.PLANNER, action="open targets")
    for each in accepted:
        terms = each.terms
        actor.check(Role.PLANNER, action="open targets", region=terms.region, departments=terms.departments)
        _check_quotes(each, document)
    with store.write(actor) as transaction:
        if seen is not None:
            check_review_seen(transaction, actor, seen)
        if not accepted:
            return ()
        code = _plan_code(transaction, plan, reason)
        opened = [_opened(transaction, each, effective_on, reason, document) for each in accepted]
        for each in accepted:
            check_effective(effective_on, target=each.target.code, today=today(store.clock))
        _insert_targets(transaction, document, accepted, opened)
        _insert_quotes(transaction, code, document, accepted, reason=reason)
    return tuple(opened)


def _check_quotes(accepted: AcceptedTarget, document: PlanDocument) -> None:
    for quote in accepted.quotes:
        if not quote.quote or document.text[quote.quote_start : quote.quote_end] != quote.quote:
            raise TargetRuleError(
                f"Target {accepted.target.code}: its quote does not stand in {document.name} at "
                f"{quote.quote_start}; read the document again."
            )


def _plan_code(transaction: Transaction, plan: str | PlanEntry, reason: str) -> str:
    """The plan's code; a new plan is registered first."""
    code = plan if isinstance(plan, str) else plan.code
    is_known = bool(transaction.rows(sa.select(PlanRow.code).where(PlanRow.code == code)))
    if isinstance(plan, str):
        if not is_known:
            raise NotFoundError("plan", code)
        return code
    if is_known:
        raise TargetRuleError(f"There is a plan {code} already; import into it by its code.")
    if not transaction.rows(sa.select(RegionRow.code).where(RegionRow.code == plan.region)):
        raise NotFoundError("region", plan.region)
    entry = plan_document(plan)
    audit = AuditEntry("plan_registered", "plan", code, reason, new=entry)
    transaction.insert(Insert(PlanRow, [{**entry, "document": entry}]), audit=audit)
    return code


def _opened(
    transaction: Transaction,
    accepted: AcceptedTarget,
    effective_on: dt.date,
    reason: str,
    document: PlanDocument,
) -> Target:
    target = accepted.target
    check_new_target(transaction, target, accepted.terms)
    check_target_sense(transaction, target, accepted.terms)
    revision = next_revision(
        (),
        target=target.code,
        effective_on=effective_on,
        recorded_at=transaction.recorded_at,
        actor=transaction.actor,
        reason=reason,
        document=f"{document.name} sha256:{document.sha256}",
        terms=accepted.terms,
    )
    return replace(target, history=(revision,))


def _insert_targets(
    transaction: Transaction,
    document: PlanDocument,
    accepted: Sequence[AcceptedTarget],
    opened: Sequence[Target],
) -> None:
    """Targets with the first entries of their ledgers, each with its audit entry."""
    for each, target in zip(accepted, opened, strict=True):
        first = target.history[0]
        quotes = [vars(quote) for quote in each.quotes]
        new = {**first.terms.to_json(), "document": document.sha256, "quotes": quotes}
        transaction.insert(
            Insert(TargetRow, [target_row(target)]),
            Insert(RevisionRow, [revision_row(first)]),
            audit=AuditEntry("target_opened", "target", target.code, first.reason, new=new),
        )


def _insert_quotes(
    transaction: Transaction,
    plan: str,
    document: PlanDocument,
    accepted: Sequence[AcceptedTarget],
    *,
    reason: str,
) -> None:
    """The quotes, under the document; the document itself is kept once for each plan."""
    rows = [{"target": each.target.code, **vars(quote)} for each in accepted for quote in each.quotes]
    new = {"document": document.sha256, "quotes": len(rows)}
    audit = AuditEntry("plan_imported", "plan", plan, reason, new=new)
    known = _known_document(transaction, plan, document.sha256)
    if known is not None:
        quotes = [{**row, "document_id": known} for row in rows]
        transaction.insert(Insert(TargetQuoteRow, quotes), audit=audit)
        return
    parent = {"plan": plan, "actor": transaction.actor, **vars(document)}
    transaction.insert_with(
        Insert(PlanDocumentRow, [parent]), Insert(TargetQuoteRow, rows), link="document_id", audit=audit
    )


def _known_document(transaction: Transaction, plan: str, sha256: str) -> int | None:
    row = PlanDocumentRow
    found = transaction.rows(sa.select(row.id).where(row.plan == plan, row.sha256 == sha256))
    return int(found[0].id) if found else None
