"""Commands of people who answer: a target was seen, this will be done, by that day."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict, replace

import sqlalchemy as sa

from monitor.clock import today
from monitor.core.access import Actor, Role
from monitor.core.acknowledgements import NewAcknowledgement
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, UsageError
from monitor.store import Store
from monitor.tables import AcknowledgementRow, RevisionRow
from monitor.transaction import Insert

LONGEST_MEASURE = 2000
FURTHEST = dt.timedelta(days=366)


def acknowledge(store: Store, actor: Actor, entry: NewAcknowledgement) -> bool:
    """Record that a person has seen a target, and what will be done.

    Saying the same again for the same message adds nothing, so a double click is one answer.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        An owner with the target in scope: the person, or someone who writes it down for them.
    entry : NewAcknowledgement
        The answer.

    Returns
    -------
    bool
        Whether it was new.

    Raises
    ------
    UsageError
        If the measure is too long or no plain text, or the day lies behind or too far ahead.
    NotFoundError
        If there is no such target.
    PermissionDeniedError
        If role or scope do not allow it.
    """
    entry = replace(entry, measure=entry.measure.strip())
    if len(entry.measure) > LONGEST_MEASURE:
        raise UsageError(f"The measure is longer than {LONGEST_MEASURE} characters; write its essence.")
    if any(not (character.isprintable() or character in "\r\n") for character in entry.measure):
        raise UsageError("The measure holds control characters; write it as plain text.")
    _check_day(entry.due_on, today(store.clock))
    with store.write(actor) as transaction:
        order = RevisionRow.sequence.desc()
        last = sa.select(RevisionRow.region, RevisionRow.terms).where(RevisionRow.target == entry.target)
        found = transaction.rows(last.order_by(order).limit(1))
        if not found:
            raise NotFoundError("target", entry.target)
        departments = tuple(found[0].terms["departments"])
        actor.check(Role.OWNER, action="acknowledge", region=found[0].region, departments=departments)
        row = asdict(entry)
        table = AcknowledgementRow
        same = sa.select(table.measure, table.due_on).where(
            table.target == entry.target, table.person == entry.person, table.period == entry.period
        )
        earlier = transaction.rows(same.order_by(table.id.desc()).limit(1))
        if earlier and tuple(earlier[0]) == (entry.measure, entry.due_on):
            return False
        new = {**row, "due_on": entry.due_on.isoformat() if entry.due_on else None}
        audit = AuditEntry("target_acknowledged", "target", entry.target, entry.measure or "seen", new=new)
        transaction.insert(Insert(table, [{**row, "actor": transaction.actor}]), audit=audit)
    return True


def _check_day(due_on: dt.date | None, today: dt.date) -> None:
    """A promise is for a day from today on, and near enough to be one."""
    if due_on is None:
        return
    if due_on < today:
        raise UsageError(f"The day {due_on} lies behind; name one from today on.")
    if due_on > today + FURTHEST:
        raise UsageError(f"The day {due_on} lies more than a year ahead; name an earlier one.")
