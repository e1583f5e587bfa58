"""The ledger on the command line: target list, show, revise, withdraw, done, export."""

from __future__ import annotations

import csv
from dataclasses import replace
from pathlib import Path
from typing import Any

import typer

from monitor import commands, queries
from monitor.cells import csv_cell
from monitor.cli.common import (
    ACTOR,
    AsOfOption,
    JsonOption,
    console,
    parse_day,
    print_json,
    print_table,
    workspace,
)
from monitor.clock import today
from monitor.errors import UsageError
from monitor.ledger import Revision, broken_link, in_force
from monitor.records import Target
from monitor.register import base_unit_of_kind
from monitor.units import to_base

app = typer.Typer(help="The ledger of targets.", no_args_is_help=True)

_ReasonOption = typer.Option(..., "--reason", help="Why; kept in the ledger.")
_DocumentOption = typer.Option("", "--document", help="The document behind it.")


@app.command("list")
def list_targets(
    context: typer.Context,
    plan: str | None = typer.Option(None, "--plan", help="Only this plan."),
    region: str | None = typer.Option(None, "--region", help="Only this region code."),
    as_of: str | None = AsOfOption,
    as_json: bool = JsonOption,
) -> None:
    """List the targets in force."""
    rows = _target_rows(context, plan, region, as_of)
    if as_json:
        print_json(rows)
        return
    shown = ("target", "region", "kind", "comparator", "value", "unit", "deadline", "revision")
    print_table(f"{len(rows)} targets", shown, ([row[key] for key in shown] for row in rows))


@app.command("export")
def export_targets(
    context: typer.Context,
    out: Path = typer.Option(..., "--out", help="CSV file to write."),
    plan: str | None = typer.Option(None, "--plan", help="Only this plan."),
    region: str | None = typer.Option(None, "--region", help="Only this region code."),
    as_of: str | None = AsOfOption,
) -> None:
    """Write the targets in force to a CSV file."""
    rows = _target_rows(context, plan, region, as_of)
    if not rows:
        raise UsageError("No target fits; nothing was written. Look at `zhibiao target list`.")
    with out.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows({key: csv_cell(value) for key, value in row.items()} for row in rows)
    console.print(f"{len(rows)} targets written to {out}.", markup=False)


def _target_rows(
    context: typer.Context, plan: str | None, region: str | None, as_of: str | None
) -> list[dict[str, Any]]:
    with workspace(context) as opened:
        day = parse_day(as_of, default=today())
        found = queries.get_targets(opened.store, ACTOR, plan=plan, region=region)
        indicators = queries.get_indicators(opened.store, ACTOR)
        simulated = opened.settings.simulated
    rows = []
    for target in found:
        entry = in_force(target.history, as_of=day)
        if entry is None:
            continue
        indicator = indicators.get(entry.terms.indicator or "")
        unit = base_unit_of_kind(entry.terms.kind, indicator_unit=indicator.base_unit) if indicator else None
        rows.append(
            {
                "target": target.code,
                "plan": target.plan,
                **entry.terms.to_json(),
                "unit": unit,
                "revision": entry.sequence,
                "simulated": simulated,
            }
        )
    return rows


@app.command("show")
def show_target(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the target."),
    as_json: bool = JsonOption,
) -> None:
    """Show a target with its whole ledger."""
    with workspace(context) as opened:
        target = queries.get_target(opened.store, ACTOR, code)
    broken = broken_link(target.history)
    if as_json:
        print_json(
            {"target": target.code, "plan": target.plan, "ledger": [_entry(e) for e in target.history]}
        )
        return
    console.print(f"{target.code}  ({target.plan})", markup=False)
    for clause, written in target.citations:
        console.print(f"  clause {clause}: {written or '—'}", markup=False)
    shown = ("sequence", "effective_on", "value", "deadline", "actor", "reason", "document")
    print_table("Ledger", shown, ([_entry(e)[key] for key in shown] for e in target.history))
    console.print("The hash chain holds." if broken is None else f"The hash chain breaks at entry {broken}.")


def _entry(entry: Revision) -> dict[str, Any]:
    return {
        "sequence": entry.sequence,
        "effective_on": entry.effective_on.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "actor": entry.actor,
        "reason": entry.reason,
        "document": entry.document,
        **entry.terms.to_json(),
        "hash": entry.hash,
    }


@app.command("revise")
def revise(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the target."),
    reason: str = _ReasonOption,
    value: float | None = typer.Option(None, "--value", help="New value, in the plan's own unit."),
    deadline: str | None = typer.Option(None, "--deadline", help="New deadline."),
    document: str = _DocumentOption,
    effective: str | None = typer.Option(None, "--effective", help="Day it takes effect; today by default."),
) -> None:
    """Add a dated revision to a target's ledger."""
    if value is None and deadline is None:
        raise UsageError("Nothing to revise: give --value or --deadline.")
    with workspace(context) as opened:
        target = queries.get_target(opened.store, ACTOR, code)
        last = target.history[-1]
        terms = last.terms
        if value is not None:
            terms = replace(terms, value=_in_base(opened.store, target, value))
        if deadline is not None:
            terms = replace(terms, deadline=parse_day(deadline, default=terms.deadline))
        entry = commands.revise_target(
            opened.store,
            ACTOR,
            code,
            terms=terms,
            effective_on=parse_day(effective, default=today()),
            reason=reason,
            document=document,
            expected_sequence=last.sequence,
        )
    console.print(
        f"{code}: entry {entry.sequence} recorded, in force from {entry.effective_on}.", markup=False
    )


def _in_base(store: queries.Store, target: Target, value: float) -> float:
    terms = target.history[-1].terms
    indicator = queries.get_indicators(store, ACTOR).get(terms.indicator or "")
    if indicator is None or terms.unit is None:
        raise UsageError(f"{target.code} has no value to revise.")
    return to_base(value, terms.unit, base=base_unit_of_kind(terms.kind, indicator_unit=indicator.base_unit))


@app.command("withdraw")
def withdraw(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the target."),
    reason: str = _ReasonOption,
    document: str = _DocumentOption,
) -> None:
    """Close a target; its ledger stays."""
    with workspace(context) as opened:
        last = queries.get_target(opened.store, ACTOR, code).history[-1]
        entry = commands.withdraw_target(
            opened.store,
            ACTOR,
            code,
            effective_on=today(),
            reason=reason,
            document=document,
            expected_sequence=last.sequence,
        )
    console.print(f"{code}: withdrawn with entry {entry.sequence}.", markup=False)


@app.command("done")
def done(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the milestone."),
    reason: str = _ReasonOption,
    on: str | None = typer.Option(None, "--on", help="Day it was done; today by default."),
    document: str = _DocumentOption,
) -> None:
    """Report a milestone as done."""
    with workspace(context) as opened:
        day = parse_day(on, default=today())
        commands.report_milestone_done(
            opened.store, ACTOR, code, done_on=day, reason=reason, document=document
        )
    console.print(f"{code}: reported as done on {day}.", markup=False)
