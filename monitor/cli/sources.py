"""`zhibiao sources`: what there is, asking one, and what came of it."""

from __future__ import annotations

from typing import Any

import typer

from monitor import queries
from monitor.cli.common import ACTOR, JsonOption, print_entries, print_json, progress_bar, say, workspace
from monitor.clock import ZONE, now
from monitor.config.figure_sources import SourceEntry, load_sources
from monitor.core.errors import NotFoundError
from monitor.core.sources import SourceOutcome, SourceRun, SourceStanding
from monitor.setup import Workspace
from monitor.sources import run_source, standings

app = typer.Typer(help="Where figures come from by themselves.", no_args_is_help=True)


@app.command("list")
def list_sources(context: typer.Context, as_json: bool = JsonOption) -> None:
    """Every source with its last run, its state, and when it is asked next."""
    with workspace(context, as_json=as_json) as opened:
        entries = load_sources(opened.settings.configs_dir)
        found = standings(
            opened.store,
            ACTOR,
            entries,
            now=now(),
            timezone=opened.settings.timezone,
            silent_after_missed=opened.policy.grey_after_missed,
        )
    if as_json:
        rows = [_standing_object(entries[each.source], each) for each in found]
        print_json(rows, simulated=opened.settings.simulated)
        return
    print_entries(
        "",
        ("source", "kind", "state", "last run", "outcome", "next"),
        [(_standing_cells(entries[each.source], each), _told(entries[each.source], each)) for each in found],
    )
    if not found:
        say("No sources; docs/figures.md says how to describe one in sources.yaml.")


@app.command("run")
def run(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the source."),
    as_json: bool = JsonOption,
) -> None:
    """Ask one source now, also one that is not enabled; exit code 1 if that fails."""
    with workspace(context, as_json=as_json) as opened:
        source = _source(opened, code)
        with progress_bar(f"Asking {code}") as report:
            found = run_source(opened.store, ACTOR, opened.settings, source, now=now(), progress=report)
    if as_json:
        print_json(_run_object(found), simulated=opened.settings.simulated)
    else:
        say(f"{found.outcome.value}: {found.message}")
    if found.outcome is SourceOutcome.FAILED:
        raise typer.Exit(1)


@app.command("history")
def history(
    context: typer.Context,
    code: str | None = typer.Argument(None, help="Only this source."),
    limit: int = typer.Option(20, "--limit", min=1, help="Runs shown."),
    as_json: bool = JsonOption,
) -> None:
    """The last runs, newest first."""
    with workspace(context, as_json=as_json) as opened:
        found = queries.source_runs(opened.store, ACTOR, source=code, limit=limit)
        if code is not None and not found:
            _source(opened, code)
    if as_json:
        print_json([_run_object(each) for each in found], simulated=opened.settings.simulated)
        return
    print_entries(
        "",
        ("run", "source", "started", "outcome"),
        [
            ((each.id, each.source, _moment(each.started_at), each.outcome.value), each.message)
            for each in found
        ],
    )


def _source(opened: Workspace, code: str) -> SourceEntry:
    entries = load_sources(opened.settings.configs_dir)
    if code not in entries:
        raise NotFoundError("source", code, known=entries)
    return entries[code]


def _standing_cells(entry: SourceEntry, found: SourceStanding) -> tuple[object, ...]:
    last = found.last
    return (
        found.source,
        entry.kind,
        found.state.value if found.state else None,
        _moment(last.started_at) if last else None,
        last.outcome.value if last else None,
        _moment(found.next_expected) if found.next_expected else "not enabled",
    )


def _told(entry: SourceEntry, found: SourceStanding) -> str:
    """Titles and owner; why the last run failed."""
    owner = f" | {entry.department}" if entry.department else ""
    failed = found.last is not None and not found.last.outcome.is_good
    why = f" | {found.last.message}" if failed and found.last else ""
    return f"{entry.title_zh} {entry.title_en}{owner}{why}"


def _standing_object(entry: SourceEntry, found: SourceStanding) -> dict[str, Any]:
    return {
        "source": found.source,
        "kind": entry.kind,
        "title_zh": entry.title_zh,
        "title_en": entry.title_en,
        "department": entry.department,
        "schedule": entry.schedule,
        "enabled": entry.enabled,
        "state": found.state.value if found.state else None,
        "next_expected": found.next_expected.isoformat() if found.next_expected else None,
        "last_run": _run_object(found.last) if found.last else None,
        "last_good_run": _run_object(found.last_good) if found.last_good else None,
    }


def _run_object(found: SourceRun) -> dict[str, Any]:
    return {
        "run": found.id,
        "source": found.source,
        "started_at": found.started_at.isoformat(),
        "finished_at": found.finished_at.isoformat(),
        "actor": found.actor,
        "outcome": found.outcome.value,
        "message": found.message,
        "load_ids": list(found.load_ids),
        "files": list(found.files),
    }


def _moment(moment: Any) -> str:
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
