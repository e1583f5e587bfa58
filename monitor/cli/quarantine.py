"""Quarantine on the command line: list, show, repair, replay, accept, dismiss."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from monitor import commands, queries
from monitor.cli.common import ACTOR, JsonOption, print_entries, print_json, say, workspace
from monitor.clock import today
from monitor.config.corrections import load_corrections
from monitor.core.errors import UsageError
from monitor.core.loading import QuarantinedRow, QuarantineState
from monitor.ingest import load_context
from monitor.ingest.cells import printable, shown
from monitor.ingest.columns import Column
from monitor.quarantine import Repair, ReplayReport, repair, repaired_cells, replay
from monitor.setup import Workspace

app = typer.Typer(help="Refused rows: repair, replay, accept, dismiss.", no_args_is_help=True)

_IdsArgument = typer.Argument(None, help="Numbers of the rows.")
_ReasonOption = typer.Option(..., "--reason", help="Why; kept with the row.")
_LoadOption = typer.Option(None, "--load", help="Only rows of this load.")
_RuleOption = typer.Option(None, "--rule", help="Only rows that broke this rule.")
_AllOption = typer.Option(False, "--all", help="All rows that fit --load and --rule.")
_YesOption = typer.Option(False, "--yes", help="Do it; without it, what would change is shown.")


@app.command("list")
def list_rows(
    context: typer.Context,
    load: int | None = _LoadOption,
    rule: str | None = _RuleOption,
    state: str = typer.Option("waiting", "--state", help="waiting, replayed, dismissed or all."),
    as_json: bool = JsonOption,
) -> None:
    """List refused rows, oldest first, each with its reason and what to do."""
    with workspace(context, as_json=as_json) as opened:
        rows = queries.quarantined_rows(opened.store, ACTOR, load_id=load, rule=rule, state=_state(state))
    if as_json:
        print_json([_plain(row) for row in rows], simulated=opened.settings.simulated)
        return
    print_entries(
        f"{len(rows)} rows",
        ("id", "load", "file", "row", "rule", "state"),
        ((_head(row), printable(f"{row.refusal.reason} {row.refusal.remedy}")) for row in rows),
    )


@app.command("show")
def show_row(
    context: typer.Context,
    row_id: int = typer.Argument(help="Number of the row."),
    as_json: bool = JsonOption,
) -> None:
    """Show a refused row: its cells as read, its repairs, and what was tried."""
    with workspace(context, as_json=as_json) as opened:
        (row,) = queries.quarantined_rows(opened.store, ACTOR, ids=[row_id])
    if as_json:
        print_json(_plain(row), simulated=opened.settings.simulated)
        return
    say(f"Row {row.row.id} of load {row.row.load_id}, {row.row.state}: {printable(str(row.refusal))}")
    cells = [(name, shown(str(text)), shown(row.cells.get(name, ""))) for name, text in row.row.raw.items()]
    added = [(name, "", shown(text)) for name, text in row.cells.items() if name not in row.row.raw]
    print_entries("Cells", ("cell", "as read", "now"), ((cell, "") for cell in (*cells, *added)))
    for line in _history(row):
        say(printable(line))


@app.command("repair")
def repair_rows(
    context: typer.Context,
    row_id: int | None = typer.Argument(None, help="Number of the row; or --all with --load and --rule."),
    reason: str = _ReasonOption,
    value: str | None = typer.Option(None, "--value", help="The figure as it should read."),
    unit: str | None = typer.Option(None, "--unit", help="Its unit."),
    region: str | None = typer.Option(None, "--region", help="Its region, code or name."),
    period: str | None = typer.Option(None, "--period", help="Its period."),
    indicator: str | None = typer.Option(None, "--indicator", help="Its indicator, code or name."),
    status: str | None = typer.Option(None, "--status", help="final, preliminary, revised, derived."),
    published_on: str | None = typer.Option(None, "--published-on", help="When it was published."),
    origin: str | None = typer.Option(None, "--origin", help="Code of its origin."),
    cell: list[str] = typer.Option([], "--cell", help="NAME=TEXT, any other cell; NAME= takes it out."),
    every: bool = _AllOption,
    load: int | None = _LoadOption,
    rule: str | None = _RuleOption,
    yes: bool = _YesOption,
) -> None:
    """Correct cells of a row, or alike of all rows of a load that broke a rule; then replay it."""
    columns = {
        Column.VALUE: value,
        Column.UNIT: unit,
        Column.REGION: region,
        Column.PERIOD: period,
        Column.INDICATOR: indicator,
        Column.STATUS: status,
        Column.PUBLISHED_ON: published_on,
        Column.ORIGIN: origin,
    }
    correction = Repair(
        {column: text for column, text in columns.items() if text is not None},
        dict(_named_cell(text) for text in cell),
    )
    if not correction.columns and not correction.cells:
        raise UsageError("Nothing to repair: give --value, --unit, --region or another cell.")
    with workspace(context) as opened:
        rows = _chosen(opened, [] if row_id is None else [row_id], every=every, load=load, rule=rule)
        _show_changes(rows, correction)
        if every and not yes:
            say("Nothing was changed; add --yes to do it.")
            return
        count = repair(opened.store, ACTOR, rows, correction, reason=reason)
    say(f"{count} rows repaired; send them in with `zhibiao quarantine replay`.")


def _named_cell(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign or not name.strip():
        raise UsageError(f"--cell {text!r} names no cell; write NAME=TEXT.")
    return name.strip(), value


def _show_changes(rows: Sequence[QuarantinedRow], correction: Repair) -> None:
    for row in rows:
        for name, text in repaired_cells(row, correction).items():
            say(f"  row {row.row.id}: {name} {shown(row.cells.get(name, '')) or '—'} → {shown(text) or '—'}")


@app.command("replay")
def replay_rows(
    context: typer.Context,
    ids: list[int] = _IdsArgument,
    reason: str = typer.Option("replayed after repair", "--reason", help="Why; kept with the rows."),
    every: bool = _AllOption,
    load: int | None = _LoadOption,
    rule: str | None = _RuleOption,
    as_json: bool = JsonOption,
) -> None:
    """Send rows through reading and checks again; those that pass are stored as a load of their own."""
    _settle_by_replay(context, ids, reason, every=every, load=load, rule=rule, as_json=as_json, held=False)


@app.command("accept")
def accept_rows(
    context: typer.Context,
    ids: list[int] = _IdsArgument,
    reason: str = _ReasonOption,
    as_json: bool = JsonOption,
) -> None:
    """Store rows that are merely held as suspicious; rules that refuse are never overridden."""
    _settle_by_replay(context, ids, reason, every=False, load=None, rule=None, as_json=as_json, held=True)


def _settle_by_replay(
    context: typer.Context,
    ids: Sequence[int] | None,
    reason: str,
    *,
    every: bool,
    load: int | None,
    rule: str | None,
    as_json: bool,
    held: bool,
) -> None:
    with workspace(context, as_json=as_json) as opened:
        rows = _chosen(opened, ids or [], every=every, load=load, rule=rule)
        report = replay(
            opened.store,
            ACTOR,
            rows,
            context=load_context(
                opened.store,
                ACTOR,
                source="quarantine",
                corrections=load_corrections(opened.settings.configs_dir),
            ),
            today=today(),
            reason=reason,
            accept_held=held,
        )
    if as_json:
        print_json(_replay_json(report), simulated=opened.settings.simulated)
        return
    told = f" with load {report.load.load_id}" if report.load else ""
    say(f"{len(report.replayed)} rows stored{told}, {len(report.refused)} refused again.")
    for row_id, refusal in report.refused.items():
        say(printable(f"  row {row_id}: {refusal.rule}: {refusal.reason} {refusal.remedy}"))


@app.command("dismiss")
def dismiss_rows(
    context: typer.Context,
    ids: list[int] = _IdsArgument,
    reason: str = _ReasonOption,
    every: bool = _AllOption,
    load: int | None = _LoadOption,
    rule: str | None = _RuleOption,
    yes: bool = _YesOption,
) -> None:
    """Take rows out of quarantine for good, with a reason; what they said is kept."""
    with workspace(context) as opened:
        rows = _chosen(opened, ids or [], every=every, load=load, rule=rule)
        if every and not yes:
            say(f"{len(rows)} rows would be dismissed; add --yes to do it.")
            return
        seen = {row.row.id: row.actions for row in rows}
        commands.dismiss_rows(opened.store, ACTOR, list(seen), seen=seen, reason=reason)
    say(f"{len(rows)} rows dismissed.")


def _chosen(
    opened: Workspace, ids: Sequence[int], *, every: bool, load: int | None, rule: str | None
) -> tuple[QuarantinedRow, ...]:
    """The rows named, or all that wait and fit."""
    if every == bool(ids):
        raise UsageError("Name the rows, or give --all with --load or --rule; not both.")
    if ids:
        return queries.quarantined_rows(opened.store, ACTOR, ids=dict.fromkeys(ids))
    if load is None and rule is None:
        raise UsageError("--all needs --load or --rule: rows of every file and rule are hardly alike.")
    rows = queries.quarantined_rows(opened.store, ACTOR, load_id=load, rule=rule)
    if not rows:
        raise UsageError("No waiting row fits; look at `zhibiao quarantine list`.")
    return rows


def _state(text: str) -> QuarantineState | None:
    if text == "all":
        return None
    try:
        return QuarantineState(text)
    except ValueError as error:
        names = ", ".join(QuarantineState)
        raise UsageError(f"--state {text!r} is none of {names}, all.") from error


def _head(row: QuarantinedRow) -> tuple[object, ...]:
    told = row.row
    return told.id, told.load_id, shown(told.refusal.file), told.refusal.row, row.refusal.rule, told.state


def _history(row: QuarantinedRow) -> list[str]:
    """Repairs and attempts in order of time."""
    done = [
        (
            each.recorded_at,
            f"repaired by {each.actor}: "
            + ", ".join(
                f"{name} {each.old.get(name) or '—'} → {new or '—'}" for name, new in each.new.items()
            )
            + f" ({each.reason})",
        )
        for each in row.repairs
    ]
    done += [
        (
            each.recorded_at,
            f"{each.outcome.value.replace('_', ' ')} by {each.actor}"
            + (f" with load {each.load_id}" if each.load_id is not None else "")
            + (f": {each.refusal.rule}: {each.refusal.reason}" if each.refusal else "")
            + f" ({each.reason})",
        )
        for each in row.settlements
    ]
    return [f"{moment:%Y-%m-%d %H:%M} UTC {told}" for moment, told in sorted(done, key=lambda each: each[0])]


def _plain(row: QuarantinedRow) -> dict[str, Any]:
    return {
        "id": row.row.id,
        "load_id": row.row.load_id,
        "state": row.row.state.value,
        "recorded_at": row.row.recorded_at.isoformat(),
        **vars(row.refusal),
        "as_read": row.row.raw,
        "cells": row.cells,
        "repairs": [{**vars(each), "recorded_at": each.recorded_at.isoformat()} for each in row.repairs],
        "settlements": [
            {
                **vars(each),
                "outcome": each.outcome.value,
                "refusal": vars(each.refusal) if each.refusal else None,
                "recorded_at": each.recorded_at.isoformat(),
            }
            for each in row.settlements
        ],
    }


def _replay_json(report: ReplayReport) -> dict[str, Any]:
    return {
        "load_id": report.load.load_id if report.load else None,
        "replayed": list(report.replayed),
        "refused": [{"id": row_id, **vars(refusal)} for row_id, refusal in report.refused.items()],
    }
