"""Assessments, decoded once per database and process.

An assessment is never changed once it is stored, and after any change a list reads thousands that it read
before. Ledger entries are not kept: whoever checks their chain must see what the database holds now.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock
from weakref import WeakKeyDictionary

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.core.records import Assessment
from monitor.queries.scoping import MOST_PARAMETERS
from monitor.rows import assessment_from
from monitor.rows.base import AnyRow
from monitor.store import Store
from monitor.tables import AssessmentRow

KEY = (AssessmentRow.id, AssessmentRow.recorded_at, AssessmentRow.input_hash)
"""A number alone may come again: a database brought back from a backup counts on from an earlier one."""
_MOST_KEPT = 50_000

_Key = tuple[object, ...]
_kept: WeakKeyDictionary[Store, OrderedDict[_Key, Assessment]] = WeakKeyDictionary()
_lock = Lock()


def assessments_by_key(store: Store, session: Session, keys: Sequence[AnyRow]) -> list[Assessment]:
    """The assessments of some rows, in their order; only those not read before are asked for.

    Parameters
    ----------
    session : Session
        Of that store, the one the keys were read in.
    keys : sequence of rows
        Whose first columns are those of `KEY`.
    """
    wanted = [tuple(row)[: len(KEY)] for row in keys]
    with _lock:
        kept = _kept.setdefault(store, OrderedDict())
        found = {key: kept[key] for key in wanted if key in kept}
    read = _read(session, [key for key in wanted if key not in found])
    with _lock:
        kept.update(read)
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    found |= read
    return [found[key] for key in wanted]


def _read(session: Session, keys: Sequence[_Key]) -> dict[_Key, Assessment]:
    read: dict[_Key, Assessment] = {}
    columns = AssessmentRow.__table__.c
    for first in range(0, len(keys), MOST_PARAMETERS):
        part = {key[0]: key for key in keys[first : first + MOST_PARAMETERS]}
        for row in session.execute(sa.select(*columns).where(columns.id.in_(list(part)))):
            read[part[row.id]] = assessment_from(row)
    return read
