"""What telling leaves behind: what a digest was composed from, urgent matters and who heard of them when."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.notices import Notice
from monitor.core.people import DigestRecord
from monitor.rows import digest_row
from monitor.store import Store
from monitor.tables import DigestRow, NoticeRow
from monitor.transaction import Insert


def record_digests(store: Store, actor: Actor, records: Sequence[DigestRecord]) -> int:
    """Keep what digests are composed from, once for each period and recipient.

    They are composed as of this moment, under the writers' lock: what another writer stores later is
    left out, also when a digest is composed again. `recorded_until` of the records given is not used.

    Returns
    -------
    int
        How many were new.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="record digests")
    with store.write(actor) as transaction:
        periods = {record.period for record in records}
        statement = sa.select(DigestRow.period, DigestRow.recipient).where(DigestRow.period.in_(periods))
        held = {(row.period, row.recipient) for row in transaction.rows(statement)}
        fresh = [record for record in records if (record.period, record.recipient) not in held]
        if fresh:
            new = {"recipients": [record.recipient for record in fresh]}
            audit = AuditEntry("digests_composed", "digest", fresh[0].week, "weekly digests", new=new)
            rows = [digest_row(replace(each, recorded_until=transaction.recorded_at)) for each in fresh]
            transaction.insert(Insert(DigestRow, rows), audit=audit)
    return len(fresh)


def open_notices(store: Store, actor: Actor, notices: Sequence[Notice]) -> int:
    """Keep urgent matters that began; one that is known already is left as it is.

    Returns
    -------
    int
        How many were new.
    """
    actor.check(Role.ADMIN, action="decide notices")
    with store.write(actor) as transaction:
        table = NoticeRow
        columns = (table.subject_kind, table.subject, table.kind, table.since)
        held = {tuple(row) for row in transaction.rows(sa.select(*columns))}
        fresh = [row for notice in notices if tuple((row := _notice_row(notice)).values()) not in held]
        if fresh:
            new = {"subjects": [row["subject"] for row in fresh]}
            audit = AuditEntry("notices_opened", "notice", "all", "found by an assessment", new=new)
            empty = {"told_on": None, "ended_on": None, "end_told_on": None}
            transaction.insert(Insert(table, [{**row, **empty} for row in fresh]), audit=audit)
    return len(fresh)


def _notice_row(notice: Notice) -> dict[str, Any]:
    return {
        "subject_kind": notice.subject_kind,
        "subject": notice.subject,
        "kind": notice.kind.value,
        "since": notice.since,
    }


def end_notice(store: Store, actor: Actor, notice: Notice, *, ended_on: dt.date) -> None:
    """Keep that an urgent matter is over."""
    actor.check(Role.ADMIN, action="decide notices")
    audit = AuditEntry(
        "notice_ended", "notice", notice.subject, "found by an assessment", new={"ended_on": str(ended_on)}
    )
    with store.write(actor) as transaction:
        transaction.update(NoticeRow, key={"id": notice.id}, values={"ended_on": ended_on}, audit=audit)


def mark_told(
    store: Store, actor: Actor, *, begun: Collection[int], ended: Collection[int], day: dt.date
) -> None:
    """Keep that people were told, by number of notice: that it began, that it is over."""
    actor.check(Role.ADMIN, action="decide notices")
    with store.write(actor) as transaction:
        for column, numbers in (("told_on", begun), ("end_told_on", ended)):
            for number in numbers:
                audit = AuditEntry(
                    "notice_told", "notice", str(number), "queued", new={column: day.isoformat()}
                )
                transaction.update(NoticeRow, key={"id": number}, values={column: day}, audit=audit)
