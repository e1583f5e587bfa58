"""Seed the catalogue and the registers from `configs/`; later show the difference and apply it on request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from monitor.commands.differences import (
    CatalogueDifference,
    Change,
    EntryDifference,
    compare,
    differing_fields,
)
from monitor.config import Catalogue
from monitor.core.access import Actor, Role
from monitor.core.audit import AuditEntry
from monitor.core.catalogue import PlanEntry, TargetEntry
from monitor.core.indicators import Indicator
from monitor.core.ledger import Revision, Terms, next_revision
from monitor.core.periods import Period, last_day_of_partial_date
from monitor.core.records import Target
from monitor.core.register import target_part, target_terms
from monitor.core.units import to_base, unit_named
from monitor.rows import indicator_document, revision_from, revision_row, target_from, target_row
from monitor.store import Store
from monitor.tables import (
    Base,
    DepartmentRow,
    IndicatorVersionRow,
    PlanRow,
    RegionRow,
    RevisionRow,
    TargetRow,
)
from monitor.transaction import Insert, Transaction

REGISTERED = "据规划登记 / registered from the plan"
"""Reason of every first ledger entry."""

_IDENTITY = ("plan", "parent", "part")


def seed_catalogue(
    store: Store, actor: Actor, catalogue: Catalogue, *, apply: bool = False
) -> CatalogueDifference:
    """Put the catalogue into a new database, or tell how it differs from what a database holds.

    Parameters
    ----------
    store : Store
        Where to.
    actor : Actor
        An administrator.
    catalogue : Catalogue
        What `configs/` says.
    apply : bool
        Whether to write additions and changed descriptions into a database that has a catalogue.
        What is missing in the files stays; the terms of a target are never overwritten.

    Returns
    -------
    CatalogueDifference
        What differed before; `applied` tells whether it was written.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator.
    """
    actor.check(Role.ADMIN, action="seed the catalogue")
    wanted = _Wanted(catalogue)
    with store.write(actor) as transaction:
        held = _Held.read(transaction)
        entries = tuple(_differences(wanted, held))
        difference = CatalogueDifference(catalogue.version, entries, held.is_new, applied=False)
        if not difference.is_applicable or not (apply or held.is_new):
            return difference
        _Application(transaction, wanted, held, difference).run()
    return CatalogueDifference(catalogue.version, entries, held.is_new, applied=True)


class _Wanted:
    """The catalogue as plain values, by kind and code."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.plans = {plan.code: plan for plan in catalogue.plans}
        self.entries = {entry.code: (plan, entry) for plan in catalogue.plans for entry in plan.targets}

    @cached_property
    def plain(self) -> dict[str, dict[str, dict[str, Any]]]:
        """Regions, departments, indicators and plans as JSON values."""
        catalogue = self.catalogue
        return {
            "region": {entry.code: entry.model_dump(mode="json") for entry in catalogue.regions},
            "department": {entry.code: entry.model_dump(mode="json") for entry in catalogue.departments},
            "indicator": {code: indicator_document(each) for code, each in catalogue.indicators.items()},
            "plan": {plan.code: plan_document(plan) for plan in catalogue.plans},
        }

    @cached_property
    def targets(self) -> dict[str, tuple[Target, Terms]]:
        """Every target with the terms it would enter the ledger with."""
        return {code: self._target(plan, entry) for code, (plan, entry) in self.entries.items()}

    def _target(self, plan: PlanEntry, entry: TargetEntry) -> tuple[Target, Terms]:
        indicator = self.catalogue.indicators[entry.indicator] if entry.indicator else None
        parent = self.entries[entry.parent][1] if entry.parent else None
        target = Target(
            code=entry.code,
            plan=plan.code,
            title_zh=entry.title_zh,
            title_en=entry.title_en,
            parent=entry.parent,
            part=target_part(entry, parent),
            citations=tuple((citation.clause, citation.written) for citation in entry.citations),
            conflicts_with=entry.conflicts_with,
            baseline_period=entry.baseline.period if entry.baseline else None,
            baseline_value=_baseline_value(entry, indicator),
            note_zh=entry.note_zh,
            note_en=entry.note_en,
            history=(),
        )
        return target, target_terms(entry, indicator)


def plan_document(plan: PlanEntry) -> dict[str, Any]:
    """A plan's entry as JSON values, without its targets."""
    return plan.model_dump(mode="json", exclude={"targets"})


def plan_effective_on(plan: PlanEntry) -> dt.date:
    """The day a plan's targets begin: its last possible day of issue, else the first of its period."""
    if plan.issued_on is not None:
        return last_day_of_partial_date(plan.issued_on)
    return Period.parse(plan.period_start).start


def _baseline_value(entry: TargetEntry, indicator: Indicator | None) -> float | None:
    """The plan's own starting level in base units: written in the target's unit where that fits."""
    if entry.baseline is None:
        return None
    if indicator is None:
        return entry.baseline.value
    fits = entry.unit is not None and unit_named(entry.unit).base == indicator.base_unit
    unit = entry.unit if fits and entry.unit is not None else indicator.display_unit
    return to_base(entry.baseline.value, unit, base=indicator.base_unit)


@dataclass(frozen=True)
class _Held:
    """What the database holds, in the same plain form."""

    plain: dict[str, dict[str, dict[str, Any]]]
    indicator_versions: dict[str, int]
    targets: dict[str, Target]

    @property
    def is_new(self) -> bool:
        """Whether no catalogue was ever put in."""
        return not any(self.plain.values())

    @classmethod
    def read(cls, transaction: Transaction) -> _Held:
        """Everything, in a handful of queries."""
        versions = IndicatorVersionRow
        indicators = transaction.rows(
            sa.select(versions.code, versions.version, versions.document).order_by(versions.version)
        )
        return cls(
            plain={
                "region": _plain_rows(transaction, RegionRow),
                "department": _plain_rows(transaction, DepartmentRow),
                "indicator": {row.code: row.document for row in indicators},
                "plan": {
                    row.code: row.document
                    for row in transaction.rows(sa.select(PlanRow.code, PlanRow.document))
                },
            },
            indicator_versions={row.code: row.version for row in indicators},
            targets=_held_targets(transaction),
        )


def _plain_rows(transaction: Transaction, table: type[Base]) -> dict[str, dict[str, Any]]:
    rows = transaction.rows(sa.select(*table.__table__.c))
    return {row.code: {name: _plain(value) for name, value in row._mapping.items()} for row in rows}


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def _held_targets(transaction: Transaction) -> dict[str, Target]:
    histories: dict[str, list[Revision]] = {}
    order = (RevisionRow.target, RevisionRow.sequence)
    for row in transaction.rows(sa.select(*RevisionRow.__table__.c).order_by(*order)):
        histories.setdefault(row.target, []).append(revision_from(row))
    rows = transaction.rows(sa.select(*TargetRow.__table__.c))
    return {row.code: target_from(row, tuple(histories[row.code])) for row in rows}


def _differences(wanted: _Wanted, held: _Held) -> Iterator[EntryDifference]:
    for kind, configured in wanted.plain.items():
        yield from compare(kind, stored=held.plain[kind], configured=configured)
    for code, (target, terms) in wanted.targets.items():
        if code not in held.targets:
            yield EntryDifference("target", code, Change.ADDED)
        else:
            yield from _target_differences(held.targets[code], target, terms)
    for code, known in held.targets.items():
        # Targets opened by a planner were never in the files, so nothing is missing there.
        if code not in wanted.targets and known.history[0].reason == REGISTERED:
            yield EntryDifference("target", code, Change.MISSING)


def _target_differences(held: Target, target: Target, terms: Terms) -> Iterator[EntryDifference]:
    """Descriptions may change; terms and place in the tree are only reported.

    The files agree with the ledger when they state what was first registered, or what is now in force.
    """
    fields = differing_fields(target_row(held), target_row(target))
    described = {name: values for name, values in fields.items() if name not in _IDENTITY}
    if described:
        yield EntryDifference("target", held.code, Change.CHANGED, described)
    kept = {name: values for name, values in fields.items() if name in _IDENTITY}
    if terms not in (held.history[0].terms, held.history[-1].terms):
        kept |= differing_fields(held.history[-1].terms.to_json(), terms.to_json())
    if kept:
        yield EntryDifference("target", held.code, Change.KEPT, kept)


@dataclass(frozen=True)
class _Application:
    """Writes a difference, kind by kind, each with its audit entry."""

    transaction: Transaction
    wanted: _Wanted
    held: _Held
    difference: CatalogueDifference

    def run(self) -> None:
        """Additions and changes, referred-to entries first."""
        for kind in ("region", "department", "indicator", "plan"):
            self._add(kind)
            for entry in self.difference.of(Change.CHANGED, kind):
                self._change(entry)
        self._add_targets()
        for entry in self.difference.of(Change.CHANGED, "target"):
            self._change(entry)

    def _add(self, kind: str) -> None:
        codes = [entry.code for entry in self.difference.of(Change.ADDED, kind)]
        if not codes:
            return
        new = {"codes": codes, "catalogue": self.difference.version}
        audit = AuditEntry("catalogue_added", "catalogue", kind, "seeded from configs/", new=new)
        rows = [self._row(kind, code) for code in codes]
        self.transaction.insert(Insert(_TABLES[kind], rows), audit=audit)

    def _change(self, entry: EntryDifference) -> None:
        audit = AuditEntry(
            "catalogue_changed",
            entry.subject_kind,
            entry.code,
            f"applied from configs/, catalogue {self.difference.version}",
            old=entry.old,
            new=entry.new,
        )
        if entry.subject_kind == "indicator":
            rows = [self._row("indicator", entry.code)]
            self.transaction.insert(Insert(IndicatorVersionRow, rows), audit=audit)
            return
        row = self._row(entry.subject_kind, entry.code)
        values = {name: row[name] for name in entry.fields}
        if entry.subject_kind == "plan":
            values["document"] = row["document"]
        table = _TABLES[entry.subject_kind]
        self.transaction.update(table, key={"code": entry.code}, values=values, audit=audit)

    def _row(self, kind: str, code: str) -> dict[str, Any]:
        if kind == "indicator":
            version = self.held.indicator_versions.get(code, 0) + 1
            return {"code": code, "version": version, "document": self.wanted.plain[kind][code]}
        if kind == "plan":
            document = self.wanted.plain[kind][code]
            return {**document, "document": document}
        if kind == "target":
            return target_row(self.wanted.targets[code][0])
        return _dated(self.wanted.plain[kind][code])

    def _add_targets(self) -> None:
        codes: dict[str, list[str]] = {}
        for entry in self.difference.of(Change.ADDED, "target"):
            codes.setdefault(self.wanted.targets[entry.code][0].plan, []).append(entry.code)
        for plan, added in codes.items():
            new = {"targets": added, "catalogue": self.difference.version}
            audit = AuditEntry("targets_registered", "plan", plan, REGISTERED, new=new)
            self.transaction.insert(*self._registrations(plan, added), audit=audit)

    def _registrations(self, plan: str, codes: Sequence[str]) -> tuple[Insert, Insert]:
        """The targets of one plan and the first entry of each ledger."""
        entry = self.wanted.plans[plan]
        revisions = [
            next_revision(
                (),
                target=code,
                effective_on=plan_effective_on(entry),
                recorded_at=self.transaction.recorded_at,
                actor=self.transaction.actor,
                reason=REGISTERED,
                document=entry.number or entry.title,
                terms=self.wanted.targets[code][1],
            )
            for code in codes
        ]
        return (
            Insert(TargetRow, [self._row("target", code) for code in codes]),
            Insert(RevisionRow, [revision_row(revision) for revision in revisions]),
        )


_TABLES: dict[str, type[Base]] = {
    "region": RegionRow,
    "department": DepartmentRow,
    "indicator": IndicatorVersionRow,
    "plan": PlanRow,
    "target": TargetRow,
}


def _dated(plain: Mapping[str, Any]) -> dict[str, Any]:
    """Column values of a region or department: its dates as dates again."""
    dates = {
        name: dt.date.fromisoformat(plain[name]) for name in ("valid_from", "valid_to") if plain.get(name)
    }
    return {**plain, **dates}
