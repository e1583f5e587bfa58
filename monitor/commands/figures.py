"""Commands about figures: their origins, loads of them, and the rows that were refused."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import islice, product
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from monitor.commands.lookups import Readable, indicators_in_force, origins_by_code
from monitor.commands.sorting import Known, SeriesPeriod, Sorter, Standing
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.errors import NotFoundError, PermissionDeniedError, Refusal
from monitor.core.loading import (
    MOST_LISTED,
    LoadContents,
    LoadOutcome,
    LoadReport,
    NewObservation,
    Rows,
    RowWithCells,
)
from monitor.core.records import Origin, Status
from monitor.rows import correction_use_row, observation_columns, refused_from, refused_row
from monitor.store import Store
from monitor.tables import CorrectionUseRow, LoadRow, ObservationRow, OriginRow, RefusedRowRow, RegionRow
from monitor.transaction import Insert, InsertColumns, OpenInsert, Transaction

T = TypeVar("T")
_CHUNK = 400
_PIECE = 5_000


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
        Checked figures, and the rows that were refused or held; gone through a piece at a time.

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
    started_at = store.clock.now()
    with store.write(actor) as transaction:
        return store_load(transaction, actor, load, started_at=started_at)


def preview_load(store: Store, actor: Actor, load: LoadContents) -> LoadReport:
    """What `record_load` would answer to the same contents now; nothing is stored, nothing is locked.

    Raises
    ------
    PermissionDeniedError
        If role or scope would not allow the load.
    NotFoundError
        If a row names an indicator, region or origin the catalogue does not have.
    """
    actor.check(Role.PLANNER, action="load figures")
    with store.read() as session:
        sorting = _Sorting(_Reading(session), actor, load.origins)
        earlier = _earlier_loads(sorting.source, load)
        for rows in _pieces(load.rows):
            sorting.keep(rows)
    refusals, held = (
        tuple(refusal for refusal, _ in islice(rows, MOST_LISTED)) for rows in (load.refusals, load.held)
    )
    return _report(load, sorting.standings, 0, refusals, held, was_loaded_before=bool(earlier))


def store_load(
    transaction: Transaction, actor: Actor, load: LoadContents, *, started_at: dt.datetime
) -> LoadReport:
    """Store a load inside a transaction of another command, which has checked the role of who asks.

    Raises
    ------
    PermissionDeniedError
        If a row lies outside the actor's scope.
    NotFoundError
        If a row names an indicator, region or origin the catalogue does not have.
    """
    return _Loading(transaction, actor, load, started_at).run()


def _check_scope(actor: Actor, rows: Sequence[NewObservation]) -> None:
    allowed = actor.scope.regions
    if allowed is None:
        return
    for region in sorted({row.region for row in rows}):
        if region not in allowed:
            raise PermissionDeniedError(actor.name, "load figures", f"in region {region}")


class _Sorting:
    """Figures of one load against the catalogue and what is stored, piece by piece."""

    def __init__(self, source: Readable, actor: Actor, origins: Iterable[Origin]) -> None:
        held = origins_by_code(source)
        self.source = source
        self.new_origins = [origin for origin in origins if origin.code not in held]
        self.standings: Counter[Standing] = Counter()
        self._actor = actor
        self._trust = {code: origin.trust for code, origin in held.items()}
        self._trust |= {origin.code: origin.trust for origin in self.new_origins}
        self._indicators = indicators_in_force(source)
        self._regions = {row.code for row in source.rows(sa.select(RegionRow.code))}

    def keep(self, rows: Sequence[NewObservation]) -> list[NewObservation]:
        """Those that are not there yet."""
        _check_scope(self._actor, rows)
        _check_known("indicator", {row.indicator for row in rows}, self._indicators)
        _check_known("region", {row.region for row in rows}, self._regions)
        _check_known("origin", {row.origin for row in rows}, self._trust)
        sorter = Sorter(self._indicators, trust=self._trust)
        for key, known in _stored(self.source, rows):
            sorter.remember(key, known)
        kept = sorter.keep(rows)
        self.standings.update(sorter.counts)
        return kept


class _Reading:
    """A session that only reads."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def rows(self, statement: sa.Select[*tuple[Any, ...]]) -> Sequence[sa.Row[*tuple[Any, ...]]]:
        """See `lookups.Readable`."""
        return self._session.execute(statement).all()


class _Loading:
    """One load inside its transaction."""

    def __init__(
        self, transaction: Transaction, actor: Actor, load: LoadContents, started_at: dt.datetime
    ) -> None:
        self._transaction = transaction
        self._actor = actor
        self._load = load
        self._started_at = started_at
        self._sorting = _Sorting(transaction, actor, load.origins)
        self._earlier = _earlier_loads(transaction, load)
        self._opened: OpenInsert | None = None

    def run(self) -> LoadReport:
        """Sort, store, report; a piece at a time, so that the size of the file does not matter."""
        for rows in _pieces(self._load.rows):
            self._add_figures(rows)
        refusals = self._add_to_quarantine(self._load.refusals)
        held = self._add_to_quarantine(self._load.held)
        if self._opened is None and self._earlier:
            return self._report(self._earlier[-1], refusals, held)
        opened = self._open()
        self._finish(opened)
        return self._report(opened.id, refusals, held)

    def _add_figures(self, rows: Sequence[NewObservation]) -> None:
        """Store what is not there yet; what a piece before this one brought is there."""
        kept = self._sorting.keep(rows)
        if kept:
            self._open().insert_columns(InsertColumns(ObservationRow, observation_columns(kept)))

    def _add_to_quarantine(self, rows: Rows[RowWithCells]) -> tuple[Refusal, ...]:
        """Keep the rows that earlier loads of the same content did not bring; the first are reported."""
        there = self._in_quarantine() if rows else set()
        listed: list[Refusal] = []
        for some in _pieces(rows):
            listed += [refusal for refusal, _ in some[: MOST_LISTED - len(listed)]]
            waiting = [refused_row(refusal, dict(raw)) for refusal, raw in some if refusal not in there]
            if waiting:
                self._open().insert(Insert(RefusedRowRow, waiting))
        return tuple(listed)

    def _in_quarantine(self) -> set[Refusal]:
        """What earlier loads of the same content brought there."""
        if not self._earlier:
            return set()
        statement = sa.select(*RefusedRowRow.__table__.c).where(RefusedRowRow.load_id.in_(self._earlier))
        return {refused_from(row).refusal for row in self._transaction.rows(statement)}

    def _open(self) -> OpenInsert:
        """The load, begun with the first thing to store: one that adds nothing leaves no trace."""
        if self._opened is None:
            if self._sorting.new_origins:
                self._store_origins([asdict(origin) for origin in self._sorting.new_origins])
            row = {
                "source": self._load.source,
                "file_name": self._load.file_name,
                "sha256": self._load.sha256,
                "started_at": self._started_at,
                "finished_at": self._transaction.recorded_at,
                "actor": self._transaction.actor,
                "counts": {},
                "outcome": _outcome(self._load).value,
            }
            self._opened = self._transaction.begin_insert(Insert(LoadRow, [row]), link="load_id")
        return self._opened

    def _finish(self, opened: OpenInsert) -> None:
        load = self._load
        counts = {standing.value: self._sorting.standings[standing] for standing in Standing}
        counts |= {"refused": len(load.refusals), "held": len(load.held), "warned": len(load.warnings)}
        new = {"source": load.source, "sha256": load.sha256, **counts}
        if load.corrections:
            opened.insert(Insert(CorrectionUseRow, [correction_use_row(use) for use in load.corrections]))
        opened.finish(
            {"counts": counts},
            audit=AuditEntry("figures_loaded", "load", load.file_name, "figures received", new=new),
        )

    def _store_origins(self, origins: Sequence[dict[str, Any]]) -> None:
        new = {"codes": [origin["code"] for origin in origins]}
        audit = AuditEntry("origins_recorded", "catalogue", "origin", "named by a load", new=new)
        self._transaction.insert(Insert(OriginRow, origins), audit=audit)

    def _report(self, load_id: int, refusals: tuple[Refusal, ...], held: tuple[Refusal, ...]) -> LoadReport:
        counts, again = self._sorting.standings, bool(self._earlier)
        return _report(self._load, counts, load_id, refusals, held, was_loaded_before=again)


def _report(
    load: LoadContents,
    counts: Mapping[Standing, int],
    load_id: int,
    refusals: tuple[Refusal, ...],
    held: tuple[Refusal, ...],
    *,
    was_loaded_before: bool,
) -> LoadReport:
    return LoadReport(
        load_id=load_id,
        file_name=load.file_name,
        new=counts[Standing.NEW],
        revised=counts[Standing.REVISED],
        confirmed=counts[Standing.CONFIRMED],
        unchanged=counts[Standing.UNCHANGED],
        refused=len(load.refusals),
        refusals=refusals,
        was_loaded_before=was_loaded_before,
        held=len(load.held),
        held_rows=held,
        warned=len(load.warnings),
        warnings=tuple(islice(load.warnings, MOST_LISTED)),
        rows_without_origin=load.rows_without_origin,
        remarks=load.remarks,
        corrections=tuple(load.corrections),
    )


def _earlier_loads(source: Readable, load: LoadContents) -> list[int]:
    """Loads of the same content."""
    statement = sa.select(LoadRow.id).where(LoadRow.sha256 == load.sha256).order_by(LoadRow.id)
    return [row.id for row in source.rows(statement)]


def _pieces(rows: Iterable[T]) -> Iterator[list[T]]:
    rest = iter(rows)
    return iter(lambda: list(islice(rest, _PIECE)), [])


def _outcome(load: LoadContents) -> LoadOutcome:
    if load.whole_file_held:
        return LoadOutcome.HELD
    if not load.refusals and not load.held:
        return LoadOutcome.COMPLETE
    return LoadOutcome.WITH_REFUSALS if load.rows else LoadOutcome.ALL_REFUSED


def _check_known(what: str, named: Iterable[str], known: Iterable[str]) -> None:
    for code in sorted(set(named).difference(known)):
        raise NotFoundError(what, code, "Add it to the catalogue, or have the reader refuse the row.")


def _stored(transaction: Readable, rows: Sequence[NewObservation]) -> Iterator[tuple[SeriesPeriod, Known]]:
    """What is stored for the periods of these rows, in a few queries."""
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
    series = {row[:2] for row in rows}
    periods = {(row.indicator, row.period) for row in rows}
    wanted = {row[:3] for row in rows}
    for indicator in sorted({indicator for indicator, _ in series}):
        regions = sorted(region for of, region in series if of == indicator)
        within = sorted(period for of, period in periods if of == indicator)
        for some_regions, some_periods in product(_pieces_of(regions), _pieces_of(within)):
            found = transaction.rows(
                sa.select(*columns).where(
                    table.indicator == indicator,
                    table.region.in_(some_regions),
                    table.period.in_(some_periods),
                )
            )
            for row in found:
                key = (row.indicator, row.region, row.period)
                if key in wanted:
                    release = (row.known_on, row.origin, Status(row.status), row.definition_basis, row.value)
                    yield key, Known(*release)


def _pieces_of(codes: Sequence[str]) -> list[Sequence[str]]:
    return [codes[start : start + _CHUNK] for start in range(0, len(codes), _CHUNK)]
