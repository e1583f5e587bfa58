"""Figures as they came in: recent loads, and which series are late."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from monitor import queries
from monitor.cli.common import (
    ACTOR,
    AsOfOption,
    JsonOption,
    parse_day,
    print_entries,
    print_json,
    say,
    workspace,
)
from monitor.clock import ZONE, today
from monitor.core.freshness import FreshnessState, SeriesFreshness
from monitor.core.loading import LoadRecord, RefusedRow

MOST_LINES = 50
_COUNTS = ("new", "revised", "confirmed", "unchanged", "refused", "held")

loads_app = typer.Typer(help="Files of figures that were loaded.", invoke_without_command=True)


@loads_app.callback()
def list_loads(
    context: typer.Context,
    limit: int = typer.Option(20, "--limit", min=1, help="Loads shown."),
    as_json: bool = JsonOption,
) -> None:
    """The last loads with their counts, newest first; `show ID` tells of one."""
    if context.invoked_subcommand is not None:
        return
    with workspace(context, as_json=as_json) as opened:
        found = queries.loads(opened.store, ACTOR, limit=limit)
    if as_json:
        print_json([_load_object(load) for load in found], simulated=opened.settings.simulated)
        return
    _print_loads(found)


@loads_app.command("show")
def show_load(
    context: typer.Context,
    load_id: int = typer.Argument(help="Number of the load."),
    as_json: bool = JsonOption,
) -> None:
    """One load with the rows it refused or held, and what became of them."""
    with workspace(context, as_json=as_json) as opened:
        load = queries.get_load(opened.store, ACTOR, load_id)
        rows = queries.refused_rows(opened.store, ACTOR, load_id=load_id, state=None)
        uses = queries.correction_uses(opened.store, ACTOR, load_id=load_id)
    corrections = [{"correction": use.correction, "state": use.state.value} for use in uses]
    if as_json:
        value = {
            **_load_object(load),
            "corrections": corrections,
            "refusals": [_refused_object(row) for row in rows],
        }
        print_json(value, simulated=opened.settings.simulated)
        return
    _print_loads([load])
    for use in uses:
        say(f"correction {use.correction}: {use.state.value}")
    if rows:
        say("Rows refused or held", style="bold")
    print_entries(
        "",
        ("number", "severity", "sheet", "row", "column", "rule", "state"),
        [(_refused_cells(row), f"{row.refusal.reason} {row.refusal.remedy}") for row in rows[:MOST_LINES]],
    )
    _tell_rest(rows)


def freshness(
    context: typer.Context,
    late: bool = typer.Option(False, "--late", help="Only late and silent series."),
    as_of: str | None = AsOfOption,
    as_json: bool = JsonOption,
) -> None:
    """How every series stands against its calendar, worst first, with who answers for it."""
    with workspace(context, as_json=as_json) as opened:
        day = parse_day(as_of, default=today())
        found = queries.freshness(
            opened.store, ACTOR, as_of=day, silent_after_missed=opened.policy.grey_after_missed
        )
    wanted = [
        each for each in found if not late or each.state in (FreshnessState.LATE, FreshnessState.SILENT)
    ]
    if as_json:
        print_json([_series_object(each) for each in wanted], simulated=opened.settings.simulated)
        return
    counts = ", ".join(
        f"{sum(each.state is state for each in found)} {state.value}" for state in reversed(FreshnessState)
    )
    print_entries(
        f"As of {day}: {counts}",
        ("state", "indicator", "region", "last", "next", "expected on", "missed", "departments"),
        [(_series_cells(each), "") for each in wanted[:MOST_LINES]],
    )
    _tell_rest(wanted)


def _tell_rest(rows: Sequence[object]) -> None:
    if len(rows) > MOST_LINES:
        say(f"... and {len(rows) - MOST_LINES} more; see them all with --json")


def _print_loads(loads: Sequence[LoadRecord]) -> None:
    lines = []
    for load in loads:
        finished = f"{load.finished_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
        counts = ", ".join(f"{load.counts.get(name, 0)} {name}" for name in _COUNTS)
        lines.append(((load.id, finished, load.source, load.outcome.value), f"{load.file_name}: {counts}"))
    print_entries("", ("load", "finished", "source", "outcome"), lines)


def _load_object(load: LoadRecord) -> dict[str, Any]:
    return {
        "load_id": load.id,
        "source": load.source,
        "file": load.file_name,
        "sha256": load.sha256,
        "started_at": load.started_at.isoformat(),
        "finished_at": load.finished_at.isoformat(),
        "actor": load.actor,
        **load.counts,
        "outcome": load.outcome.value,
    }


def _refused_cells(row: RefusedRow) -> tuple[object, ...]:
    refusal = row.refusal
    return (
        row.id,
        refusal.severity.value,
        refusal.sheet,
        refusal.row,
        refusal.column,
        refusal.rule,
        row.state.value,
    )


def _refused_object(row: RefusedRow) -> dict[str, Any]:
    return {"id": row.id, "state": row.state.value, **vars(row.refusal), "cells": row.raw}


def _series_cells(each: SeriesFreshness) -> tuple[object, ...]:
    fresh = each.freshness
    departments = ", ".join(each.departments) or None
    return (
        each.state.value,
        each.indicator,
        each.region,
        fresh.last,
        fresh.next,
        fresh.expected_on,
        fresh.missed,
        departments,
    )


def _series_object(each: SeriesFreshness) -> dict[str, Any]:
    fresh = each.freshness
    return {
        "indicator": each.indicator,
        "region": each.region,
        "state": each.state.value,
        "last_period": str(fresh.last),
        "next_period": str(fresh.next),
        "expected_on": fresh.expected_on.isoformat(),
        "missed": fresh.missed,
        "departments": list(each.departments),
    }
