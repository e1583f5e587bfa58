"""People who are told: seeded from `configs/people.yaml`, saved, unsubscribed. Every change is a version."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from monitor.commands.differences import (
    CatalogueDifference,
    Change,
    EntryDifference,
    compare,
    differing_fields,
)
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, PermissionDeniedError, StalePersonError, UsageError
from monitor.core.people import Person, Rhythm, check_person
from monitor.rows import person_document, person_from
from monitor.store import Store
from monitor.tables import AuditRow, DepartmentRow, PersonVersionRow
from monitor.transaction import Insert, Transaction

SEEDED = "configs/people.yaml"
"""Reason of a version that came from the files; any other was decided in the database and rules."""

_Held = Mapping[str, tuple[int, str, dict[str, Any]]]


def seed_people(
    store: Store, actor: Actor, people: Sequence[Person], *, version: str, apply: bool = False
) -> CatalogueDifference:
    """Put the people into a new database, or tell how the files differ from what a database holds.

    Parameters
    ----------
    people : sequence of Person
        What `configs/people.yaml` says.
    version : str
        Version of the catalogue it belongs to.
    apply : bool
        Whether to write additions and changes where a database has people. Who is missing in the
        file stays, and a version saved in the database (someone unsubscribed) is never overwritten.

    Returns
    -------
    CatalogueDifference
        What differed before; `applied` tells whether it was written.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="seed people")
    configured = {person.code: person_document(person) for person in people}
    with store.write(actor) as transaction:
        held = _held(transaction)
        entries = tuple(_differences(held, configured))
        difference = CatalogueDifference(version, entries, is_first=not held, applied=False)
        if not difference.is_applicable or not (apply or not held):
            return difference
        changed = [entry.code for entry in entries if entry.change in (Change.ADDED, Change.CHANGED)]
        rows = [_row(code, configured[code], held, reason=SEEDED) for code in changed]
        audit = AuditEntry("people_seeded", "person", "all", SEEDED, new={"codes": changed})
        transaction.insert(Insert(PersonVersionRow, rows), audit=audit)
    return CatalogueDifference(version, entries, is_first=not held, applied=True)


def _differences(held: _Held, configured: Mapping[str, dict[str, Any]]) -> Iterator[EntryDifference]:
    stored = {code: document for code, (_, _, document) in held.items()}
    for entry in compare("person", stored=stored, configured=configured):
        decided = entry.code in held and held[entry.code][1] != SEEDED
        if entry.change is Change.CHANGED and decided:
            yield replace(entry, change=Change.KEPT)
        elif not (entry.change is Change.MISSING and decided):
            yield entry


def save_person(
    store: Store, actor: Actor, person: Person, *, reason: str, seen_version: int | None = None
) -> int | None:
    """Add a person, or a new version of one.

    Parameters
    ----------
    person : Person
        Everything that shall hold, changed or not.
    reason : str
        Why; kept.
    seen_version : int, optional
        The version the editor looked at, 0 for somebody new; without it whatever stands is replaced.

    Returns
    -------
    int or None
        Number of the version; None where nothing differs from the one in force.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    StalePersonError
        If another version came meanwhile; of somebody new, if the code is taken.
    PersonError
        If code, name, address or language are none.
    UsageError
        Without a reason, or if the person would rise to themself.
    NotFoundError
        If a department or the person above is unknown.
    """
    actor.check(Role.ADMIN, action="change people")
    if not reason.strip():
        raise UsageError("A change of a person has a reason; say why.")
    check_person(person)
    with store.write(actor) as transaction:
        held = _held(transaction)
        if seen_version is not None:
            _check_seen(transaction, person.code, seen_version, held)
        _check_references(transaction, person, held)
        return _save(transaction, person, held, reason=reason.strip())


def _check_seen(transaction: Transaction, code: str, seen: int, held: _Held) -> None:
    """Refuse an edit of a version that is no longer in force, and tell who changed what."""
    current = held[code][0] if code in held else 0
    if current == seen:
        return
    versions = PersonVersionRow
    of_person = sa.select(versions.version, versions.recorded_at, versions.document)
    rows = transaction.rows(of_person.where(versions.code == code).order_by(versions.version))
    documents = {row.version: row.document for row in rows}
    audit = sa.select(AuditRow.actor).where(
        AuditRow.action.in_(("person_saved", "people_seeded")), AuditRow.recorded_at == rows[-1].recorded_at
    )
    who = transaction.rows(audit.limit(1))
    raise StalePersonError(
        code,
        seen=seen,
        current=current,
        changed_by=who[0].actor if who else "?",
        changed_on=f"{rows[-1].recorded_at:%Y-%m-%d %H:%M} UTC",
        fields=tuple(differing_fields(documents.get(seen, {}), documents[current])),
    )


def unsubscribe_person(store: Store, actor: Actor, code: str, *, reason: str) -> int | None:
    """Send a person neither digests nor urgent notices any more.

    Returns
    -------
    int or None
        Number of the version; None if the person was unsubscribed already.

    Raises
    ------
    NotFoundError
        If there is no such person.
    PermissionDeniedError
        If the actor is neither an administrator nor that person (an actor named by the code).
    """
    if not (actor.has(Role.ADMIN) or actor.name == code):
        raise PermissionDeniedError(actor.name, "unsubscribe", code)
    with store.write(actor) as transaction:
        held = _held(transaction)
        if code not in held:
            raise NotFoundError("person", code, known=held)
        person = replace(person_from(held[code][2]), rhythm=Rhythm.NEVER, urgent=False)
        return _save(transaction, person, held, reason=reason)


def _save(transaction: Transaction, person: Person, held: _Held, *, reason: str) -> int | None:
    document = person_document(person)
    old = held[person.code][2] if person.code in held else None
    if old == document:
        return None
    row = _row(person.code, document, held, reason=reason)
    audit = AuditEntry("person_saved", "person", person.code, reason, old=old, new=document)
    transaction.insert(Insert(PersonVersionRow, [row]), audit=audit)
    return int(row["version"])


def _row(code: str, document: dict[str, Any], held: _Held, *, reason: str) -> dict[str, Any]:
    version = held[code][0] + 1 if code in held else 1
    return {"code": code, "version": version, "reason": reason, "document": document}


def _held(transaction: Transaction) -> _Held:
    """Version, reason and document in force, by code."""
    table = PersonVersionRow
    columns = (table.code, table.version, table.reason, table.document)
    rows = transaction.rows(sa.select(*columns).order_by(table.version))
    return {row.code: (row.version, row.reason, row.document) for row in rows}


def _check_references(transaction: Transaction, person: Person, held: _Held) -> None:
    known = {row.code for row in transaction.rows(sa.select(DepartmentRow.code))}
    for department in person.departments:
        if department not in known:
            raise NotFoundError("department", department, known=known)
    above = person.escalates_to
    seen = {person.code}
    while above is not None:
        if above not in held and above != person.code:
            raise NotFoundError("person", above, known=held)
        if above in seen:
            raise UsageError(
                f"{person.code} would rise to {person.code} again; name a person above, or none."
            )
        seen.add(above)
        above = held[above][2]["escalates_to"]
