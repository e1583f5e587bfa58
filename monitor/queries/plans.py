"""Plan documents: which were imported, and the words the targets stand on."""

from __future__ import annotations

from collections import defaultdict

import sqlalchemy as sa

from monitor.core.access import Actor
from monitor.core.records import DocumentHead, DocumentQuote, PlanDocument, TargetQuote
from monitor.queries.base import get_targets
from monitor.queries.scoping import check_reader, check_target_in_scope
from monitor.store import Store
from monitor.tables import PlanDocumentRow, TargetQuoteRow


def plan_documents(store: Store, actor: Actor, *, plan: str) -> tuple[PlanDocument, ...]:
    """The documents targets of a plan were accepted from, oldest first."""
    check_reader(actor)
    row = PlanDocumentRow
    statement = sa.select(row.sha256, row.name, row.format, row.text).where(row.plan == plan).order_by(row.id)
    with store.read() as session:
        return tuple(PlanDocument(*found) for found in session.execute(statement))


def quotes_of_target(store: Store, actor: Actor, target: str) -> tuple[DocumentQuote, ...]:
    """The words a target was accepted from, in the order of documents and places; each once.

    Raises
    ------
    PermissionDeniedError
        If the target lies outside the actor's scope.
    """
    check_reader(actor)
    row = TargetQuoteRow
    statement = (
        sa.select(PlanDocumentRow.name, row.quote)
        .join(PlanDocumentRow, PlanDocumentRow.id == row.document_id)
        .where(row.target == target)
        .order_by(row.document_id, row.value_start)
    )
    with store.read() as session:
        check_target_in_scope(session, actor, target)
        found = [DocumentQuote(each.name, each.quote) for each in session.execute(statement)]
    return tuple(dict.fromkeys(found))


def document_heads(store: Store, actor: Actor) -> dict[str, tuple[DocumentHead, ...]]:
    """The documents, without their texts, by the plan their targets were accepted into, oldest first."""
    check_reader(actor)
    row = PlanDocumentRow
    heads: dict[str, list[DocumentHead]] = defaultdict(list)
    with store.read() as session:
        for plan, sha256, name in session.execute(sa.select(row.plan, row.sha256, row.name).order_by(row.id)):
            heads[plan].append(DocumentHead(sha256, name))
    return {plan: tuple(found) for plan, found in heads.items()}


def target_quotes(store: Store, actor: Actor, *, sha256: str) -> dict[str, tuple[TargetQuote, ...]]:
    """The quotes of a document by target, those in the actor's scope.

    Parameters
    ----------
    sha256 : str
        Of the document's bytes.
    """
    row = TargetQuoteRow
    quotes: dict[str, list[TargetQuote]] = defaultdict(list)
    statement = (
        sa.select(row.target, row.quote, row.quote_start, row.quote_end, row.value_start, row.value_end)
        .join(PlanDocumentRow, PlanDocumentRow.id == row.document_id)
        .where(PlanDocumentRow.sha256 == sha256)
        .order_by(row.value_start, row.target)
    )
    check_reader(actor)
    with store.read() as session:
        for found in session.execute(statement):
            words = TargetQuote(
                found.quote, found.quote_start, found.quote_end, found.value_start, found.value_end
            )
            quotes[found.target].append(words)
    seen = {target.code for target in get_targets(store, actor, codes=list(quotes))} if quotes else set()
    return {target: tuple(found) for target, found in quotes.items() if target in seen}
