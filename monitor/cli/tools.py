"""Commands about the installation: doctor, dashboard."""

from __future__ import annotations

import subprocess
import sys

import typer

from monitor.cli.common import (
    ACTOR,
    JsonOption,
    print_banner,
    print_json,
    print_table,
    say,
)
from monitor.clock import now
from monitor.config import load_settings
from monitor.core.errors import StoreError
from monitor.health import Health, examine, open_unchecked


def doctor(context: typer.Context, as_json: bool = JsonOption) -> None:
    """Check database, ledger, assessments and disk; exit code 1 if something failed."""
    opened = open_unchecked(context.obj)
    simulated = opened.settings.simulated
    try:
        findings = list(examine(opened, ACTOR, now=now()))
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
