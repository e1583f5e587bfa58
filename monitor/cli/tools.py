"""Commands beside the daily work: forecast on files, doctor, dashboard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import typer

from monitor.cli.common import (
    ACTOR,
    JsonOption,
    print_banner,
    print_json,
    print_table,
    progress_bar,
    say,
    writing,
)
from monitor.clock import today
from monitor.config import load_settings
from monitor.core.errors import StoreError
from monitor.forecasting import answer_files
from monitor.health import Health, examine, open_unchecked


def forecast(
    history: Path = typer.Argument(help="series_id, period, value[, known_on]; CSV or Parquet."),
    targets: Path = typer.Argument(
        help="target_id, series_id, as_of, kind, comparator, value, ...; CSV or Parquet."
    ),
    series: Path | None = typer.Option(None, "--series", help="series_id, measure, reporting, group, ..."),
    out: Path | None = typer.Option(
        None, "--out", help="CSV or Parquet to write; standard output by default."
    ),
    seed: int = typer.Option(0, "--seed", help="Seed of the draws."),
    n_draws: int = typer.Option(2000, "--draws", min=200, help="Draws a series."),
    engine: str = typer.Option("local", "--engine", help="local, or tcp://host:port of a Dask scheduler."),
) -> None:
    """Answer targets on series from files; no database is used."""
    with progress_bar("Forecasting") as report:
        answers = answer_files(
            history, targets, series, seed=seed, n_draws=n_draws, engine=engine, progress=report
        )
    if out is None:
        typer.echo(answers.to_csv(index=False), nl=False)
        return
    with writing(out):
        if out.suffix == ".parquet":
            answers.to_parquet(out, index=False)
        else:
            answers.to_csv(out, index=False)


def doctor(context: typer.Context, as_json: bool = JsonOption) -> None:
    """Check database, ledger, assessments and disk; exit code 1 if something failed."""
    opened = open_unchecked(context.obj)
    simulated = opened.settings.simulated
    try:
        findings = list(examine(opened, ACTOR, today=today()))
    finally:
        opened.close()
    if as_json:
        rows = [{"check": f.check, "health": f.health.value, "message": f.message} for f in findings]
        print_json(rows, simulated=simulated)
    else:
        print_banner(simulated=simulated)
        print_table(
            "", ("check", "health", "message"), ((f.check, f.health.value, f.message) for f in findings)
        )
    if any(finding.health is Health.FAILED for finding in findings):
        raise typer.Exit(1)


def dashboard(
    port: int = typer.Option(8501, "--port", help="Port on this machine."),
) -> None:
    """Open the screens on http://127.0.0.1:8501."""
    app = load_settings().home / "app.py"
    if not app.exists():
        raise StoreError(f"{app} is missing; start the dashboard from a checkout.")
    say(f"http://127.0.0.1:{port}")
    command = [sys.executable, "-m", "streamlit", "run", str(app)]
    options = ["--server.port", str(port), "--server.address", "127.0.0.1"]
    raise typer.Exit(subprocess.run([*command, *options], check=False).returncode)  # noqa: S603 - our own arguments
