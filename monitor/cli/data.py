"""Fill a workspace: init, ingest, demo."""

from __future__ import annotations

from pathlib import Path

import typer

from monitor.cli.common import (
    ACTOR,
    JsonOption,
    console,
    print_banner,
    print_json,
    print_table,
    progress_bar,
    say,
    workspace,
)
from monitor.clock import today
from monitor.commands import CatalogueDifference
from monitor.config import load_settings
from monitor.config.corrections import load_corrections
from monitor.core.errors import IngestError
from monitor.core.loading import LoadReport
from monitor.demonstration import prepare_demonstration
from monitor.ingest import load_context, load_file, notes_of, report_to_json, report_to_table, summary_of
from monitor.setup import SetupReport, initialise


def init(
    context: typer.Context,
    apply: bool = typer.Option(False, "--apply", help="Apply differences between configs/ and the database."),
    as_json: bool = JsonOption,
) -> None:
    """Create the database, and load the catalogue, the registers and the shipped figures."""
    with progress_bar("Loading") as report:
        done = initialise(context.obj, ACTOR, apply_changes=apply, progress=report)
    simulated = load_settings(context.obj).simulated
    if as_json:
        print_json(_setup_json(done), simulated=simulated)
    else:
        print_banner(simulated=simulated)
        _print_setup(done)


def _setup_json(done: SetupReport) -> dict[str, object]:
    return {
        "catalogue": {
            "version": done.difference.version,
            "applied": done.difference.applied,
            "differences": [str(entry) for entry in done.difference.entries],
        },
        "people": {
            "applied": done.people.applied,
            "differences": [str(entry) for entry in done.people.entries],
        },
        "loads": [report_to_json(load) for load in done.loads],
        "outcomes": done.outcomes,
        "milestones_reported": done.milestones,
    }


def _print_setup(done: SetupReport) -> None:
    _print_difference(done.difference, what="Catalogue")
    _print_difference(done.people, what="People of catalogue")
    print_table(
        "Figures",
        ("file", "new", "revised", "confirmed", "unchanged", "refused", "held"),
        (
            (load.file_name, load.new, load.revised, load.confirmed, load.unchanged, load.refused, load.held)
            for load in done.loads
        ),
    )
    for load in done.loads:
        if load.refused or load.held or load.warned:
            _print_load(load)
    say(f"{done.outcomes} outcomes of finished plans recorded, {done.milestones} milestones reported.")


def _print_difference(difference: CatalogueDifference, *, what: str) -> None:
    if difference.is_first:
        say(f"{what} {difference.version} registered: {len(difference.entries)} entries.")
        return
    if difference.is_empty:
        say(f"{what} {difference.version}: configs/ and database agree.")
        return
    for entry in difference.entries:
        say(f"  {entry}")
    if difference.applied:
        say("Additions and changes were applied; what was decided in the database stays.")
    elif difference.is_applicable:
        say("Nothing was changed; `zhibiao init --apply` applies additions and changes.")


def ingest(
    context: typer.Context,
    files: list[Path] = typer.Argument(help="CSV or Excel files in the layout of docs/architecture.md."),
    sheet: str | None = typer.Option(None, "--sheet", help="Only this sheet of an Excel file."),
    origin: str | None = typer.Option(None, "--origin", help="Origin code of rows that name none."),
    as_json: bool = JsonOption,
) -> None:
    """Load figures, one transaction a file; rows refused or held are kept and listed."""
    reports = []
    with workspace(context, as_json=as_json) as opened, progress_bar("Loading") as report:
        checks = load_context(
            opened.store,
            ACTOR,
            source="files",
            default_origin=origin,
            corrections=load_corrections(opened.settings.configs_dir),
        )
        for path in files:
            loaded = load_file(
                opened.store, ACTOR, path, context=checks, sheet=sheet, today=today(), progress=report
            )
            reports.append(loaded)
    if as_json:
        print_json([report_to_json(entry) for entry in reports], simulated=opened.settings.simulated)
    else:
        for entry in reports:
            _print_load(entry)
    if reports and all(_is_wholly_stopped(entry) for entry in reports):
        raise IngestError(
            str(files[0]),
            "not one row could be stored.",
            "Correct the rows listed above; those that are held wait for a decision.",
        )


def _is_wholly_stopped(load: LoadReport) -> bool:
    return bool(load.refused or load.held) and not load.stored and not load.unchanged


def _print_load(load: LoadReport) -> None:
    """The counts; and the rows with something wrong, if there are any."""
    if load.refused or load.held or load.warned:
        console.print(report_to_table(load))
    else:
        for line in (summary_of(load), *notes_of(load)):
            say(line)


def demo() -> None:
    """Prepare both workspaces for a look around: real figures and the simulated city."""
    with progress_bar("Preparing") as report:
        for line in prepare_demonstration(ACTOR, today=today(), progress=report):
            say(line)
