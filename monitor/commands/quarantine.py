"""Commands about refused rows: repair their cells, replay them, dismiss them.

Whoever acts says what they saw of a row; where somebody acted meanwhile, nothing is written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, TypeVar

import sqlalchemy as sa

from monitor.commands.figures import store_load
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, Refusal, SettledRowError, UsageError
from monitor.core.loading import (
    LoadContents,
    LoadReport,
    QuarantinedRow,
    QuarantineState,
    Replay,
    RowRepair,
    RowSettlement,
    SettlementOutcome,
)
from monitor.rows import refused_from, repair_from, settlement_from
from monitor.store import Store
from monitor.tables import RefusedRowRow, RowRepairRow, RowSettlementRow
from monitor.transaction import Insert, Transaction

T = TypeVar("T", RowRepair, RowSettlement)
_CHUNK = 400


def repair_rows(
    store: Store,
    actor: Actor,
    changes: Mapping[int, Mapping[str, str]],
    *,
    seen: Mapping[int, int],
    reason: str,
) -> None:
    """Correct cells of refused rows that wait; what was read is kept beside the correction.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner.
    changes : mapping of row id to (column to text)
        Columns as the row names them; an empty text takes a cell out.
    seen : mapping of row id to int
        `QuarantinedRow.actions` of each row when the person decided.
    reason : str
        Why; never empty.

    Raises
    ------
    SettledRowError
        If somebody repaired or settled one of them since; then none is repaired.
    UsageError
        If the reason is empty, or a change changes nothing.
    PermissionDeniedError, NotFoundError
        If the actor is no planner, or a row does not exist.
    """
    actor.check(Role.PLANNER, action="repair refused rows")
    _check_reason(reason)
    with store.write(actor) as transaction:
        waiting = _waiting(transaction, {row_id: seen[row_id] for row_id in changes})
        for row_id, cells in changes.items():
            held = waiting[row_id]
            new = {name: text for name, text in cells.items() if held.cells.get(name, "") != text}
            if not new:
                raise UsageError(f"Row {row_id}: the cells read so already; there is nothing to repair.")
            old = {name: held.cells.get(name, "") for name in new}
            _append_repair(transaction, row_id, old, new, reason.strip())


def replay_rows(
    store: Store, actor: Actor, load: LoadContents, replays: Sequence[Replay], *, reason: str
) -> LoadReport | None:
    """Store the rows that now pass as one load, and note which were refused again.

    Parameters
    ----------
    load : LoadContents
        The figures of the replays without a refusal; it brings no refusals of its own.
    replays : sequence of Replay
        Every row that went through the door.

    Returns
    -------
    LoadReport or None
        None where no row passed.

    Raises
    ------
    SettledRowError
        If somebody repaired or settled one of them since; then nothing is stored.
    UsageError
        If the reason is empty, or no row is named.
    PermissionDeniedError, NotFoundError
        If role or scope do not allow it, or a row does not exist.
    """
    actor.check(Role.PLANNER, action="replay refused rows")
    _check_reason(reason)
    if not replays:
        raise UsageError("There is no row to replay.")
    started_at = store.clock.now()
    with store.write(actor) as transaction:
        _waiting(transaction, {replay.row_id: replay.seen for replay in replays})
        passed = [replay for replay in replays if replay.refusal is None]
        report = store_load(transaction, actor, load, started_at=started_at) if passed else None
        for replay in replays:
            if report is not None and replay.refusal is None:
                outcome, load_id = SettlementOutcome.REPLAYED, report.load_id
            else:
                outcome, load_id = SettlementOutcome.REFUSED_AGAIN, None
            _settle(
                transaction,
                replay.row_id,
                outcome,
                load_id=load_id,
                refusal=replay.refusal,
                reason=reason.strip(),
            )
    return report


def dismiss_rows(
    store: Store, actor: Actor, row_ids: Sequence[int], *, seen: Mapping[int, int], reason: str
) -> None:
    """Take rows out of quarantine for good, with a reason; their cells are kept.

    Raises
    ------
    SettledRowError
        If somebody repaired or settled one of them since; then none is dismissed.
    UsageError
        If the reason is empty, or no row is named.
    PermissionDeniedError, NotFoundError
        If the actor is no planner, or a row does not exist.
    """
    actor.check(Role.PLANNER, action="dismiss refused rows")
    _check_reason(reason)
    if not row_ids:
        raise UsageError("There is no row to dismiss.")
    with store.write(actor) as transaction:
        _waiting(transaction, {row_id: seen[row_id] for row_id in row_ids})
        for row_id in row_ids:
            _settle(transaction, row_id, SettlementOutcome.DISMISSED, reason=reason.strip())


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("A refused row is settled with a reason; say why in a few words.")


def _waiting(transaction: Transaction, seen: Mapping[int, int]) -> dict[int, QuarantinedRow]:
    """The rows, if each still waits and nobody acted on it since it was seen."""
    held = _held(transaction, list(seen))
    for row_id, actions in seen.items():
        _check_as_seen(held, row_id, actions)
    return held


def _check_as_seen(held: Mapping[int, QuarantinedRow], row_id: int, actions: int) -> None:
    if row_id not in held:
        raise NotFoundError("refused row", str(row_id), "List them with `zhibiao quarantine list`.")
    found = held[row_id]
    if found.row.state is QuarantineState.WAITING and found.actions == actions:
        return
    done: list[RowRepair | RowSettlement] = [*found.repairs, *found.settlements]
    if not done:
        raise UsageError(f"Row {row_id} was never repaired or settled; look at it again.")
    last = max(done, key=_recorded)
    raise SettledRowError(
        row_id,
        deed=last.outcome.value if isinstance(last, RowSettlement) else "repaired",
        what=_what(last),
        reason=last.reason,
        who=last.actor,
        when=f"{last.recorded_at:%Y-%m-%d %H:%M} UTC",
    )


def _recorded(entry: RowRepair | RowSettlement) -> tuple[dt.datetime, int]:
    return entry.recorded_at, int(isinstance(entry, RowSettlement))


def _what(entry: RowRepair | RowSettlement) -> str:
    if isinstance(entry, RowSettlement):
        stored = f" with load {entry.load_id}" if entry.load_id is not None else ""
        return f"{entry.outcome.value.replace('_', ' ')}{stored} ({entry.reason})"
    cells = ", ".join(f"{name} {entry.old[name] or '(empty)'} -> {new}" for name, new in entry.new.items())
    return f"repaired, {cells} ({entry.reason}),"


def _held(transaction: Transaction, row_ids: Sequence[int]) -> dict[int, QuarantinedRow]:
    """Those of the rows that exist, each with what was done to it."""
    rows, repairs, settled = RefusedRowRow, RowRepairRow, RowSettlementRow
    found: dict[int, QuarantinedRow] = {}
    for start in range(0, len(row_ids), _CHUNK):
        some = row_ids[start : start + _CHUNK]
        done = sa.select(*repairs.__table__.c).where(repairs.refused_row_id.in_(some)).order_by(repairs.id)
        mended = _by_row(repair_from(row) for row in transaction.rows(done))
        ended = sa.select(*settled.__table__.c).where(settled.refused_row_id.in_(some)).order_by(settled.id)
        tried = _by_row(settlement_from(row) for row in transaction.rows(ended))
        for row in transaction.rows(sa.select(*rows.__table__.c).where(rows.id.in_(some))):
            found[row.id] = QuarantinedRow(
                refused_from(row), tuple(mended.get(row.id, ())), tuple(tried.get(row.id, ()))
            )
    return found


def _by_row(entries: Iterable[T]) -> dict[int, list[T]]:
    found: dict[int, list[T]] = {}
    for entry in entries:
        found.setdefault(entry.row_id, []).append(entry)
    return found


def _append_repair(
    transaction: Transaction, row_id: int, old: dict[str, str], new: dict[str, str], reason: str
) -> None:
    row = {"refused_row_id": row_id, "old": old, "new": new, "reason": reason, "actor": transaction.actor}
    audit = AuditEntry(
        "refused_row_repaired", "refused_row", str(row_id), reason, old=dict(old), new=dict(new)
    )
    transaction.insert(Insert(RowRepairRow, [row]), audit=audit)


_STATES = {
    SettlementOutcome.REPLAYED: QuarantineState.REPLAYED,
    SettlementOutcome.DISMISSED: QuarantineState.DISMISSED,
}


def _settle(
    transaction: Transaction,
    row_id: int,
    outcome: SettlementOutcome,
    *,
    reason: str,
    load_id: int | None = None,
    refusal: Refusal | None = None,
) -> None:
    row = {
        "refused_row_id": row_id,
        "outcome": outcome.value,
        "load_id": load_id,
        "refusal": None if refusal is None else asdict(refusal),
        "reason": reason,
        "actor": transaction.actor,
    }
    tried: dict[str, Any] = {"outcome": outcome.value, "load_id": load_id}
    subject = ("refused_row", str(row_id), reason)
    audit = AuditEntry("refused_row_settled", *subject, new=tried)
    transaction.insert(Insert(RowSettlementRow, [row]), audit=audit)
    if outcome is not SettlementOutcome.REFUSED_AGAIN:
        old, new = {"state": QuarantineState.WAITING.value}, {"state": _STATES[outcome].value}
        closed = AuditEntry("refused_row_closed", *subject, old=old, new=new)
        transaction.update(RefusedRowRow, key={"id": row_id}, values=new, audit=closed)
