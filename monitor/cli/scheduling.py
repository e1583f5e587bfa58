"""The scheduler and its jobs: serve, jobs list, jobs run, jobs history."""

from __future__ import annotations

import datetime as dt
import logging
import sys
from typing import Any

import typer

from monitor import queries
from monitor.cli.common import ACTOR, JsonOption, print_entries, print_json, say, workspace
from monitor.clock import SYSTEM_CLOCK
from monitor.config.schedule import JobEntry, Schedule, load_schedule
from monitor.core.errors import NotFoundError
from monitor.core.jobs import JobOutcome, JobRun
from monitor.schedule import KINDS, DueRun, Runner, check_settings, next_due, options_of, serve, trigger_of
from monitor.setup import Workspace

app = typer.Typer(help="What the scheduler runs, ran, and when.", no_args_is_help=True)


def serve_jobs(context: typer.Context) -> None:
    """Run the jobs of configs/schedule.yaml when they are due, until SIGTERM; one process leads."""
    _log_to_standard_error(logging.INFO)
    with workspace(context) as opened:
        check_settings(opened.settings)
        serve(opened)


@app.command("list")
def list_jobs(context: typer.Context, as_json: bool = JsonOption) -> None:
    """Every job with its times, when it is due next, and how its last run ended."""
    with workspace(context, as_json=as_json) as opened:
        schedule = load_schedule(opened.settings, options_of(KINDS))
        last = queries.last_job_runs(opened.store, ACTOR)
        now = SYSTEM_CLOCK.now()
        rows = [_job_object(name, job, schedule, now) for name, job in schedule.jobs.items()]
        if as_json:
            told = [{**row, "last": run.to_json() if (run := last.get(row["job"])) else None} for row in rows]
            print_json(told, simulated=opened.settings.simulated)
            return
        print_entries(
            "",
            ("job", "kind", "times", "next due"),
            (
                ((row["job"], row["kind"], row["times"], row["next_due"]), _last_told(last.get(row["job"])))
                for row in rows
            ),
        )


@app.command("run")
def run_job(
    context: typer.Context,
    name: str = typer.Argument(help="Name of the job in configs/schedule.yaml."),
    as_json: bool = JsonOption,
) -> None:
    """Run a job now, in this process, whoever leads; it is kept in the history as by hand."""
    _log_to_standard_error(logging.WARNING)
    with workspace(context, as_json=as_json) as opened:
        entry = _job_named(opened, name)
        runner = Runner(opened, KINDS, actor=ACTOR, clock=SYSTEM_CLOCK)
        due = DueRun(name, entry, SYSTEM_CLOCK.now())
        claimed = runner.claim(due, leader=None)
        if claimed is None:
            raise NotFoundError("free moment for the job", name, "Another process started it just now.")
        outcome, report = runner.run(claimed, due)
        if as_json:
            value = {"job": name, "outcome": outcome.value, "told": report.told, "facts": dict(report.facts)}
            print_json(value, simulated=opened.settings.simulated)
        else:
            say(f"{name} {outcome.value}: {report.told}")
    if outcome is not JobOutcome.OK:
        raise typer.Exit(1)


@app.command("history")
def history(
    context: typer.Context,
    name: str | None = typer.Argument(None, help="Only this job."),
    limit: int = typer.Option(30, "--limit", min=1, help="So many runs at most."),
    as_json: bool = JsonOption,
) -> None:
    """The last runs, newest first: when they were due, how late they started, how they ended."""
    with workspace(context, as_json=as_json) as opened:
        runs = queries.job_runs(opened.store, ACTOR, job=name, limit=limit)
        if as_json:
            print_json([run.to_json() for run in runs], simulated=opened.settings.simulated)
            return
        print_entries("", ("job", "due", "late", "outcome"), ((_run_cells(run), run.told) for run in runs))


def _job_named(opened: Workspace, name: str) -> JobEntry:
    jobs = load_schedule(opened.settings, options_of(KINDS)).jobs
    if name not in jobs:
        raise NotFoundError("job", name, known=jobs)
    return jobs[name]


def _job_object(name: str, job: JobEntry, schedule: Schedule, now: dt.datetime) -> dict[str, Any]:
    due = next_due(trigger_of(job, schedule), None, now) if job.enabled else None
    times = job.cron if job.cron is not None else f"every {job.every}"
    return {
        "job": name,
        "kind": job.kind,
        "times": times if job.on == "any_day" else f"{times}, on working days",
        "enabled": job.enabled,
        "next_due": due.isoformat(timespec="minutes") if due else None,
    }


def _last_told(run: JobRun | None) -> str:
    if run is None:
        return "It never ran."
    return f"{run.outcome.value} {run.started_at.isoformat(timespec='minutes')}: {run.told}"


def _run_cells(run: JobRun) -> tuple[str, ...]:
    late = f"{run.late_by.total_seconds():.0f} s"
    by_hand = "by hand" if run.leader is None else run.due_at.isoformat(timespec="seconds")
    return run.job, by_hand, late, run.outcome.value


def _log_to_standard_error(level: int) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("zhibiao")
    logger.handlers[:] = [handler]
    logger.setLevel(level)
