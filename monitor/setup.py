"""Open a workspace, and fill a new one: catalogue, registers, shipped figures, outcomes."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from monitor import commands, queries
from monitor.clock import SYSTEM_CLOCK, Clock, today
from monitor.config import Catalogue, Settings, load_catalogue, load_link_settings, load_people, load_settings
from monitor.config.corrections import load_corrections
from monitor.core.access import Actor
from monitor.core.catalogue import TargetEntry
from monitor.core.errors import IngestError
from monitor.core.flags import Thresholds
from monitor.core.loading import LoadReport
from monitor.core.periods import Period, last_day_of_partial_date
from monitor.core.policy import Policy
from monitor.core.records import Origin, Outcome
from monitor.core.units import to_base, unit_named
from monitor.ingest import load_context, load_file
from monitor.links import SignedLinks
from monitor.store import Store, open_store

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Workspace:
    """Settings, rules and the open database of one workspace."""

    settings: Settings
    policy: Policy
    store: Store

    def close(self) -> None:
        """Give the database connections back."""
        self.store.dispose()


@dataclass(frozen=True)
class SetupReport:
    """What `init` found, and what it added: loads, outcomes, milestones reported."""

    difference: commands.CatalogueDifference
    people: commands.CatalogueDifference
    loads: tuple[LoadReport, ...]
    outcomes: int
    milestones: int


def policy_of(settings: Settings, catalogue: Catalogue) -> Policy:
    """The rules in force."""
    rules = catalogue.flags
    return Policy(
        thresholds=Thresholds(
            green_at=rules.green_at,
            yellow_at=rules.yellow_at,
            change_margin=rules.change_margin,
            confirmations=rules.confirmations,
        ),
        grey_after_missed=rules.grey_after_missed_releases,
        about_tolerance_share=rules.about_tolerance_share,
        seed=settings.seed,
        n_draws=settings.n_draws,
        catalogue_version=catalogue.version,
    )


def open_workspace(name: str | None, *, in_use: bool = True, clock: Clock = SYSTEM_CLOCK) -> Workspace:
    """An existing workspace, ready for questions.

    Parameters
    ----------
    name : str or None
        Its name; None for the one in use.
    in_use : bool
        See `config.load_settings`.
    clock : Clock
        Where moments of recording come from.

    Raises
    ------
    StoreError
        If the database is missing, older than the program, or another workspace's.
    """
    settings = load_settings(name, in_use=in_use)
    catalogue = load_catalogue(settings.configs_dir)
    return Workspace(settings, policy_of(settings, catalogue), open_store(settings, clock=clock))


def links_of(settings: Settings) -> SignedLinks:
    """The maker of links in messages about a workspace.

    Raises
    ------
    ConfigError
        If the public address or the key is wrong.
    """
    found = load_link_settings(settings)
    return SignedLinks(found.public_url, settings.workspace, found.key)


def initialise(
    name: str | None,
    actor: Actor,
    *,
    in_use: bool = True,
    apply_changes: bool = False,
    progress: Progress | None = None,
    clock: Clock = SYSTEM_CLOCK,
) -> SetupReport:
    """Create or refresh a workspace; doing it twice changes nothing.

    Parameters
    ----------
    name, in_use, clock
        See `open_workspace`.
    apply_changes : bool
        Apply differences between `configs/` and an existing database; otherwise they are only shown.
    progress : callable, optional
        Told (files done, files in all).
    """
    settings = load_settings(name, in_use=in_use)
    catalogue = load_catalogue(settings.configs_dir)
    people = load_people(settings.configs_dir, catalogue)
    store = open_store(settings, clock=clock, create=True)
    try:
        difference = commands.seed_catalogue(store, actor, catalogue, apply=apply_changes)
        told = commands.seed_people(store, actor, people, version=catalogue.version, apply=apply_changes)
        commands.record_origins(store, actor, _origins(settings.data_dir / "origins.csv"))
        loads = tuple(load_figures(store, actor, settings, progress=progress))
        outcomes = commands.record_outcomes(
            store, actor, _outcomes(settings.data_dir / "plan_outcomes.csv", catalogue)
        )
        milestones = _report_milestones(store, actor, settings.data_dir / "milestone_reports.csv")
        return SetupReport(difference, told, loads, outcomes, milestones)
    finally:
        store.dispose()


def load_figures(
    store: Store, actor: Actor, settings: Settings, *, progress: Progress | None = None
) -> Iterator[LoadReport]:
    """Load the figures that ship with the workspace, one transaction a file."""
    files = sorted((settings.data_dir / "observations").glob("*.csv"))
    corrections = load_corrections(settings.configs_dir)
    context = load_context(store, actor, source="shipped", corrections=corrections)
    for done, path in enumerate(files, start=1):
        yield load_file(store, actor, path, context=context, today=today())
        if progress is not None:
            progress(done, len(files))


def _rows(path: Path) -> list[dict[str, str]]:
    if not path.exists():
        return []
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def _origins(path: Path) -> list[Origin]:
    return [
        Origin(
            code=row["code"],
            publisher=row["publisher"],
            title=row["title"],
            url=row["url"] or None,
            accessed_on=row["accessed_on"] or None,
            trust=int(row["trust"]),
        )
        for row in _rows(path)
    ]


def _outcomes(path: Path, catalogue: Catalogue) -> list[Outcome]:
    targets = {target.code: target for plan in catalogue.plans for target in plan.targets}
    outcomes = []
    for number, row in enumerate(_rows(path), start=2):
        if row["target"] not in targets:
            raise IngestError(
                path.name, f"row {number} names the unknown target {row['target']!r}.", "Correct the code."
            )
        outcomes.append(
            Outcome(
                target=row["target"],
                value=_base_value(row),
                period=row["period"] or None,
                known_on=_outcome_known_on(row, targets[row["target"]], catalogue),
                verdict=row["verdict"],
                note=row["note"],
            )
        )
    return outcomes


def _outcome_known_on(row: dict[str, str], target: TargetEntry, catalogue: Catalogue) -> dt.date:
    """The day of publication, else the day the figure is usually out: the rule for every figure."""
    if row.get("published_on"):
        return last_day_of_partial_date(row["published_on"])
    end = Period.parse(row["period"]).end if row["period"] else target.deadline
    indicator = catalogue.indicators.get(target.indicator or "")
    return end + dt.timedelta(days=indicator.lag_days if indicator else 0)


def _base_value(row: dict[str, str]) -> float | None:
    if not row["value"]:
        return None
    return to_base(float(row["value"]), row["unit"], base=unit_named(row["unit"]).base)


def _report_milestones(store: Store, actor: Actor, path: Path) -> int:
    """Report shipped milestones as done, once."""
    known = queries.milestone_reports(store, actor)
    rows = [row for row in _rows(path) if row["target"] not in known]
    for row in rows:
        commands.report_milestone_done(
            store,
            actor,
            row["target"],
            done_on=dt.date.fromisoformat(row["done_on"]),
            reason=row["reason"],
            document=row["document"],
        )
    return len(rows)
