"""Commands about figures: their origins, loads of them, and the rows that were refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from monitor.commands.lookups import indicators_in_force, origins_by_code
from monitor.commands.sorting import Known, Sorter, Standing
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, PermissionDeniedError, Refusal
from monitor.core.loading import (
    LoadContents,
    LoadOutcome,
    LoadReport,
    NewObservation,
)
from monitor.core.records import Origin, Status
from monitor.rows import observation_row, refused_from, refused_row
from monitor.store import Insert, Store, Transaction
from monitor.tables import LoadRow, ObservationRow, OriginRow, RefusedRowRow, RegionRow

_CHUNK = 400


def record_origins(store: Store, actor: Actor, origins: Iterable[Origin]) -> int:
    """Record where figures come from; a known origin that reads differently is changed.

    Returns
    -------
    int
        Origins that were added or changed.

    Raises
    ------
    PermissionDeniedError
        If the actor is no planner.
    """
    actor.check(Role.PLANNER, action="record origins")
    wanted = {origin.code: origin for origin in origins}
    with store.write(actor) as transaction:
        held = origins_by_code(transaction)
        added = [origin for code, origin in wanted.items() if code not in held]
        changed = [origin for code, origin in wanted.items() if code in held and held[code] != origin]
        if added:
            audit = AuditEntry(
                "origins_recorded",
                "catalogue",
                "origin",
                "recorded with the figures",
                new={"codes": [origin.code for origin in added]},
            )
            transaction.insert(Insert(OriginRow, [asdict(origin) for origin in added]), audit=audit)
        for origin in changed:
            old, new = asdict(held[origin.code]), asdict(origin)
            audit = AuditEntry(
                "origin_changed", "origin", origin.code, "described differently", old=old, new=new
            )
            transaction.update(OriginRow, key={"code": origin.code}, values=new, audit=audit)
    return len(added) + len(changed)


def record_load(store: Store, actor: Actor, load: LoadContents) -> LoadReport:
    """Store the figures of one file in one transaction; a file that adds nothing changes nothing.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        A planner whose scope covers every region of the file.
    load : LoadContents
        Checked figures, and the rows that were refused.

    Returns
    -------
    LoadReport
        What was new, revised, confirmed, there already, refused.

    Raises
    ------
    PermissionDeniedError
        If role or scope do not allow it.
    NotFoundError
        If a row names an indicator, region or origin the catalogue does not have.
    """
    actor.check(Role.PLANNER, action="load figures")
    check_load_scope(actor, load.rows)
    started_at = store.clock.now()
    with store.write(actor) as transaction:
        return store_load(transaction, load, started_at=started_at)


def store_load(transaction: Transaction, load: LoadContents, *, started_at: dt.datetime) -> LoadReport:
    """Store a load inside a transaction of another command, which has checked who asks."""
    return _Loading(transaction, load, started_at).run()


def check_load_scope(actor: Actor, rows: Sequence[NewObservation]) -> None:
    """Refuse figures of a region outside the actor's scope."""
    allowed = actor.scope.regions
    if allowed is None:
        return
    for region in sorted({row.region for row in rows}):
        if region not in allowed:
            raise PermissionDeniedError(actor.name, "load figures", f"in region {region}")


class _Loading:
    """One load inside its transaction."""

    def __init__(self, transaction: Transaction, load: LoadContents, started_at: dt.datetime) -> None:
        self._transaction = transaction
        self._load = load
        self._started_at = started_at

    def run(self) -> LoadReport:
        """Sort, store, report."""
        held = origins_by_code(self._transaction)
        added = {origin.code: origin for origin in self._load.origins if origin.code not in held}
        trust = {code: origin.trust for code, origin in (held | added).items()}
        sorter = self._sorter(trust)
        kept = sorter.keep(self._load.rows)
        earlier = self._earlier_loads()
        waiting = self._new_refusals(earlier)
        if earlier and not kept and not waiting:
            return self._report(earlier[-1], sorter, was_loaded_before=True)
        load_id = self._store(kept, waiting, [asdict(origin) for origin in added.values()], sorter)
        return self._report(load_id, sorter, was_loaded_before=bool(earlier))

    def _sorter(self, trust: Mapping[str, int]) -> Sorter:
        """A sorter that remembers what is stored about the periods of this file."""
        rows = self._load.rows
        indicators = indicators_in_force(self._transaction)
        regions = {row.code for row in self._transaction.rows(sa.select(RegionRow.code))}
        _check_known("indicator", {row.indicator for row in rows}, indicators)
        _check_known("region", {row.region for row in rows}, regions)
        _check_known("origin", {row.origin for row in rows}, trust)
        sorter = Sorter(indicators, trust=trust)
        for key, known in _stored(self._transaction, rows):
            sorter.remember(key, known)
        return sorter

    def _earlier_loads(self) -> list[int]:
        statement = sa.select(LoadRow.id).where(LoadRow.sha256 == self._load.sha256).order_by(LoadRow.id)
        return [row.id for row in self._transaction.rows(statement)]

    def _new_refusals(self, earlier: Sequence[int]) -> list[tuple[Refusal, Mapping[str, Any]]]:
        """Refusals that earlier loads of the same content did not bring into quarantine."""
        statement = sa.select(*RefusedRowRow.__table__.c).where(RefusedRowRow.load_id.in_(earlier))
        there = {refused_from(row).refusal for row in self._transaction.rows(statement)} if earlier else set()
        return [pair for pair in self._load.refusals if pair[0] not in there]

    def _store(
        self,
        kept: Sequence[NewObservation],
        waiting: Sequence[tuple[Refusal, Mapping[str, Any]]],
        origins: Sequence[dict[str, Any]],
        sorter: Sorter,
    ) -> int:
        load = self._load
        counts = {standing.value: sorter.counts[standing] for standing in Standing}
        counts["refused"] = len(load.refusals)
        if origins:
            self._store_origins(origins)
        row = {
            "source": load.source,
            "file_name": load.file_name,
            "sha256": load.sha256,
            "started_at": self._started_at,
            "finished_at": self._transaction.recorded_at,
            "actor": self._transaction.actor,
            "counts": counts,
            "outcome": _outcome(load).value,
        }
        new = {"source": load.source, "sha256": load.sha256, **counts}
        return self._transaction.insert_with(
            Insert(LoadRow, [row]),
            Insert(ObservationRow, [observation_row(entry) for entry in kept]),
            Insert(RefusedRowRow, [refused_row(refusal, dict(raw)) for refusal, raw in waiting]),
            link="load_id",
            audit=AuditEntry("figures_loaded", "load", load.file_name, "figures received", new=new),
        )

    def _store_origins(self, origins: Sequence[dict[str, Any]]) -> None:
        new = {"codes": [origin["code"] for origin in origins]}
        audit = AuditEntry("origins_recorded", "catalogue", "origin", "named by a load", new=new)
        self._transaction.insert(Insert(OriginRow, origins), audit=audit)

    def _report(self, load_id: int, sorter: Sorter, *, was_loaded_before: bool) -> LoadReport:
        return LoadReport(
            load_id=load_id,
            file_name=self._load.file_name,
            new=sorter.counts[Standing.NEW],
            revised=sorter.counts[Standing.REVISED],
            confirmed=sorter.counts[Standing.CONFIRMED],
            unchanged=sorter.counts[Standing.UNCHANGED],
            refused=len(self._load.refusals),
            refusals=tuple(refusal for refusal, _ in self._load.refusals),
            was_loaded_before=was_loaded_before,
        )


def _outcome(load: LoadContents) -> LoadOutcome:
    if not load.refusals:
        return LoadOutcome.COMPLETE
    return LoadOutcome.WITH_REFUSALS if load.rows else LoadOutcome.ALL_REFUSED


def _check_known(what: str, named: Iterable[str], known: Iterable[str]) -> None:
    for code in sorted(set(named).difference(known)):
        raise NotFoundError(what, code, "Add it to the catalogue, or have the reader refuse the row.")


def _stored(
    transaction: Transaction, rows: Sequence[NewObservation]
) -> Iterator[tuple[tuple[str, str, str], Known]]:
    """What is stored for the periods of these rows, in a few queries."""
    wanted = {(row.indicator, row.region, row.period) for row in rows}
    table = ObservationRow
    columns = (
        table.indicator,
        table.region,
        table.period,
        table.known_on,
        table.origin,
        table.status,
        table.definition_basis,
        table.value,
    )
    for indicator in sorted({key[0] for key in wanted}):
        periods = sorted({key[2] for key in wanted if key[0] == indicator})
        for start in range(0, len(periods), _CHUNK):
            some = periods[start : start + _CHUNK]
            found = transaction.rows(
                sa.select(*columns).where(table.indicator == indicator, table.period.in_(some))
            )
            for row in found:
                key = (row.indicator, row.region, row.period)
                if key in wanted:
                    release = (row.known_on, row.origin, Status(row.status), row.definition_basis, row.value)
                    yield key, Known(*release)
