"""What commands need to know before they write, read inside their own transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from monitor.core.errors import NotFoundError
from monitor.core.indicators import Indicator
from monitor.core.records import Origin, Target
from monitor.rows import indicator_from, origin_from, revision_from, target_from
from monitor.tables import IndicatorVersionRow, OriginRow, RevisionRow, TargetRow
from monitor.transaction import Transaction


class Readable(Protocol):
    """What answers a question: a transaction, or a session that only reads."""

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """Rows as they stand."""
        ...


def indicators_in_force(transaction: Readable) -> dict[str, Indicator]:
    """The latest version of every indicator."""
    versions = IndicatorVersionRow
    statement = sa.select(versions.code, versions.document).order_by(versions.version)
    documents = {row.code: row.document for row in transaction.rows(statement)}
    return {code: indicator_from(document) for code, document in documents.items()}


def origins_by_code(transaction: Readable) -> dict[str, Origin]:
    """Every recorded origin."""
    rows = transaction.rows(sa.select(*OriginRow.__table__.c))
    return {row.code: origin_from(row) for row in rows}


def get_target(transaction: Transaction, code: str) -> Target:
    """A target with its whole ledger.

    Raises
    ------
    NotFoundError
        If there is none of that code.
    """
    found = transaction.rows(sa.select(*TargetRow.__table__.c).where(TargetRow.code == code))
    if not found:
        raise NotFoundError("target", code)
    statement = sa.select(*RevisionRow.__table__.c).where(RevisionRow.target == code)
    entries = transaction.rows(statement.order_by(RevisionRow.sequence))
    return target_from(found[0], tuple(revision_from(row) for row in entries))
