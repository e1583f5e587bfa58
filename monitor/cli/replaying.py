"""Assess finished plans again at past days, for the record: replay."""

from __future__ import annotations

import typer

from monitor.cli.common import ACTOR, JsonOption, print_json, print_table, progress_bar, say, workspace
from monitor.clock import today
from monitor.core.track_record import Against, RecordSource
from monitor.track_record import TrackRecord, replay, track_record


def replay_plans(
    context: typer.Context,
    plan: list[str] | None = typer.Option(None, "--plan", help="Only these plans; may be repeated."),
    every: str = typer.Option("quarter", "--every", help="Step within a plan's window: quarter or year."),
    as_json: bool = JsonOption,
) -> None:
    """Assess finished plans again at past days, as known then, and store the answers for the record."""
    with workspace(context, as_json=as_json) as opened:
        with progress_bar("Replaying") as report:
            done = replay(
                opened.store,
                ACTOR,
                opened.policy,
                plans=tuple(plan) if plan else None,
                every=every,
                progress=report,
            )
        found = track_record(opened.store, ACTOR, as_of=today())
        if as_json:
            print_json(done.to_json(), simulated=opened.settings.simulated)
            return
    say(
        f"{len(done.plans)} finished plans replayed at {len(done.days)} days: {done.assessed} assessments, "
        f"{done.stored} of them new ({done.seconds:.1f} s)."
    )
    _print_record(found)


def _print_record(found: TrackRecord) -> None:
    """Readings and Brier scores of every source; the rules beside ours, over the same readings."""
    rows = []
    for each in found.sources:
        overall = each.scores.rows[0] if each.scores.rows else None
        rows.append(
            (
                _SOURCES[each.source],
                each.n_targets,
                each.n_readings,
                None if overall is None else f"{overall.brier:.3f}",
                _against(overall.straight_line if overall else None),
                _against(overall.last_year_share if overall else None),
            )
        )
    columns = ("source", "judged", "readings", "Brier", "ours / straight line", "ours / last year")
    print_table(f"record as of {found.as_of}", columns, rows)


_SOURCES = {
    RecordSource.IN_ADVANCE: "assessed in advance",
    RecordSource.AFTERWARDS: "assessed afterwards",
    RecordSource.REPLAY: "replay",
}


def _against(found: Against | None) -> str | None:
    return None if found is None else f"{found.ours:.3f} / {found.theirs:.3f} (n={found.n})"
