"""The Markdown report."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata, resources

import pandas as pd

import forecast.pretrained
from forecast_parts import accuracy
from forecast_parts.checks import Checked
from forecast_parts.late_batches import late_section
from forecast_parts.markdown import shown, table_of, wrapped
from forecast_parts.peers import PeerAnswers
from forecast_parts.scoring import (
    LEAST_IN_BIN,
    N_RESAMPLES,
    brier_of,
    coverage_of,
    gap_of,
    ratio_of,
)
from forecast_parts.speed import WHATIF_REPEATS, Speed, Times
from forecast_parts.tasks import KINDS, NAMES, Told

PACKAGES = ("numpy", "scipy", "pandas", "joblib", "statsmodels", "prophet", "distributed")

SPEED = (
    ("annual, one level target", 0.6, 0.1),
    ("year to date, one level target", 0.3, 0.05),
)
WHATIF_MS = 5.0


@dataclass
class Measured:
    """Everything the report tells."""

    seeds: Sequence[int]
    n: int
    date: str
    outcomes: dict[str, pd.DataFrame]
    told: dict[str, list[Told]]
    peers: dict[str, list[PeerAnswers]] = field(default_factory=dict)
    statsforecast: str | None = None
    n_sample: int = 0
    speed: Speed | None = None
    checks: list[Checked] = field(default_factory=list)
    late: pd.DataFrame | None = None


def report(measured: Measured) -> str:
    """Put the report together."""
    parts = [
        _head(measured),
        _requirements(measured),
        _accuracy(measured),
        _peers(measured),
        _calibration(measured),
        late_section(measured.late),
        _speed(measured),
        _checks(measured),
    ]
    return "\n\n".join(parts) + "\n"


def _head(measured: Measured) -> str:
    shipped = resources.files(forecast.pretrained).joinpath(forecast.pretrained.FILE)
    taught = json.loads(shipped.read_text(encoding="utf-8"))
    versions = [f"{name} {found}" for name in PACKAGES if (found := _version(name))]
    versions += [f"statsforecast {measured.statsforecast} (its own environment)"] * bool(
        measured.statsforecast
    )
    counts = "; ".join(
        f"{NAMES[kind]} {rows.key.nunique():,} series, {len(rows):,} targets"
        for kind, rows in measured.outcomes.items()
    )
    threads = os.environ.get("OPENBLAS_NUM_THREADS", "not set")
    seeds = ", ".join(map(str, measured.seeds))
    points = (
        f"**Tasks:** made by the task generator with seeds {seeds} and n = {measured.n}, pooled: {counts}. "
        "Each folder was answered once through `zhibiao forecast`. The annual and year-to-date tasks are "
        "real series; the lumpy ones are real annual totals with a SIMULATED pattern within the year.",
        f"**Coefficients:** trained through {taught['trained_through']} on {'; '.join(taught['sources'])}. "
        "Of the competition series the tasks ask only about the other half; the provincial figures, on which "
        "the provincial and the lumpy tasks stand, are among none of these.",
        f"**Machine:** {os.cpu_count()} cores, shared with other work; Python {platform.python_version()}, "
        f"OPENBLAS_NUM_THREADS {threads}; {', '.join(versions)}.",
        "**Standard errors**, in brackets, are clustered by the series behind a task, over all seeds and "
        f"windows; those of ratios come from {N_RESAMPLES:,} redraws of series with both scores redrawn "
        "together. Provinces share years and national shocks, so the true doubt about them is larger.",
        "**Ratios** divide the engine's score by the other's: below 1 is a win; a loss is in bold.",
    )
    listed = "\n".join(wrapped(point, bullet=True) for point in points)
    title = "# How good is the forecast engine?"
    return f"{title}\n\nMade by `bench/forecast_bench.py`; do not edit. Date: {measured.date}.\n\n{listed}"


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return ""


def _requirements(measured: Measured) -> str:
    rows = list(accuracy.requirements(measured.outcomes)) + list(_speed_rows(measured.speed))
    rows += list(_check_rows(measured.checks))
    table = table_of(
        ("what", "required", "moonshot", "measured", "verdict"),
        [(one.what, one.required, one.moonshot, one.measured, _loud(one.verdict)) for one in rows],
    )
    missed = sum(one.verdict.startswith("NOT") for one in rows)
    notes = [_needed(kind, rows) for kind, rows in measured.outcomes.items() if "pace" in rows]
    return "\n\n".join([f"## 1. Requirements: {len(rows) - missed} of {len(rows)} met", table, *notes])


def _loud(verdict: str) -> str:
    return f"**{verdict}**" if verdict.startswith("NOT") else verdict


def _needed(kind: str, rows: pd.DataFrame) -> str:
    """What the requirement against the straight line asks against the chain ladder, on these tasks."""
    found = accuracy.chain_over_pace(rows)
    required, moonshot = next(one[2:] for one in accuracy.RATIOS if one[:2] == (kind, "pace"))
    return wrapped(
        f"{NAMES[kind].capitalize()}: the chain ladder's own Brier is {found} of the straight line's on "
        f"these targets. There {required} × straight line is {required / found.value:.3f} × chain ladder, "
        f"and the moonshot of {moonshot} is {moonshot / found.value:.3f} × chain ladder."
    )


def _speed_rows(speed: Speed | None) -> Iterator[accuracy.Row]:
    if speed is None:
        return
    for name, required, moonshot in SPEED:
        told = tuple(one.answering for one in speed.command[name])
        for what, times in (
            ("engine seconds", speed.engine[name]),
            ("seconds that `zhibiao forecast` tells for answering", Times(name, told, speed.n_series)),
        ):
            yield accuracy.Row(
                f"{speed.n_series:,} series, {name}: {what}",
                f"≤ {required} s",
                f"≤ {moonshot} s",
                f"median {times.median:.2f}, smallest {times.smallest:.2f}",
                _speed_verdict(times, required, moonshot),
            )
    slowest = max(speed.whatif.values(), key=lambda one: one.median)
    yield accuracy.Row(
        "a what-if on drawn paths, the slowest below",
        f"≤ {WHATIF_MS:g} ms",
        "–",
        f"median {1e3 * slowest.median:.2f} ms",
        _speed_verdict(slowest, WHATIF_MS / 1e3, 0.0),
    )


def _speed_verdict(times: Times, required: float, moonshot: float) -> str:
    if times.median > required >= times.smallest:
        return "NOT met by the median, met by the smallest"
    return accuracy.verdict_of(times.median, required, moonshot)


def _check_rows(checks: Sequence[Checked]) -> Iterator[accuracy.Row]:
    for what, chosen in (
        ("the same bytes for 1 and 2 processes", [one for one in checks if "processes" in one.what]),
        ("the same bytes for 1 process and Dask", [one for one in checks if "Dask" in one.what]),
        ("nothing from after as_of", [one for one in checks if "cut" in one.what]),
    ):
        if not chosen or any(one.n_different is None for one in chosen):
            yield accuracy.Row(what, "identical", "–", "not run", "NOT measured")
            continue
        different = sum(one.n_different or 0 for one in chosen)
        measured = f"{different:,} of {sum(one.n for one in chosen):,} answers differ"
        yield accuracy.Row(what, "identical", "–", measured, "NOT met" if different else "met")


def _accuracy(measured: Measured) -> str:
    rows = []
    for kind, outcomes in measured.outcomes.items():
        for reference in accuracy.references_of(outcomes):
            theirs, ours, ratio = accuracy.against(outcomes, reference)
            named = accuracy.REFERENCE_NAMES[reference]
            rows.append((NAMES[kind], named, f"{ratio.n:,}", theirs, ours, shown(ratio)))
    unanswered = sum(int(one.unanswered.sum()) for one in measured.outcomes.values())
    head = ("tasks", "reference", "targets", "its Brier", "engine", "engine ÷ it")
    text = wrapped(
        "Brier score of P(target met); the engine and a reference always on the same targets. Drift, log "
        "drift, chain ladder and straight line are the generator's. Last year's share (the share of the year "
        "that was there at the same month of last year), the growth-rate rule (growth over at most five "
        "years against the growth needed; achieved or on track is a yes) and the straight line say yes or "
        'no; "as hit rates" gives each of their verdicts the share met among the other half of the series: '
        "the most such a rule can be credited with. In the growth-rate rule a sum or a growth stands for "
        f"the level that steady growth leads to. Targets the engine did not answer, scored as one half: "
        f"{unanswered:,}."
    )
    seeds = "Seed by seed, the ratios of the requirements:"
    return "\n\n".join(["## 2. Accuracy", text, table_of(head, rows), seeds, _by_seed(measured)])


def _by_seed(measured: Measured) -> str:
    rows = []
    for kind, reference, required, _ in accuracy.RATIOS:
        if kind not in measured.outcomes:
            continue
        outcomes = measured.outcomes[kind]
        found = [
            accuracy.against(outcomes[outcomes.seed == seed].reset_index(drop=True), reference)[2]
            for seed in measured.seeds
        ]
        rows.append((NAMES[kind], accuracy.REFERENCE_NAMES[reference], f"≤ {required}", *found))
    return table_of(("tasks", "reference", "required", *(f"seed {one}" for one in measured.seeds)), rows)


def _peers(measured: Measured) -> str:
    rows = [
        row
        for kind, found in measured.peers.items()
        for answers in found
        for row in _peer_rows(kind, measured.outcomes[kind], answers)
    ]
    title = "## 3. Single-series libraries"
    missing = [] if measured.statsforecast else ["statsforecast: not run; `--statsforecast` was not given."]
    if not rows:
        return "\n\n".join([title, "Not run."])
    text = wrapped(
        f"A sample of {measured.n_sample} series a kind, fitted to each as known on its as_of. ets, "
        "components, sarimax and prophet are the families of the package (docs/families.md) with their "
        "guards and logs; statsforecast simulates the gapless single periods, on the natural scale and on "
        "logs. Each row compares on the targets that the method answered: a series too short for it, or "
        "refused by it, is left out there. 80 % is the share of level outcomes inside the band. Seconds of "
        "the families are processor time, those of statsforecast are elapsed: the median of a series, "
        "simulation included. With so few series the standard errors are wide."
    )
    head = ("tasks", "method", "series", "targets", "its Brier", "engine", "engine ÷ it")
    table = table_of((*head, "its 80 %", "engine 80 %", "s a series"), rows)
    return "\n\n".join([title, text, table, *missing])


def _peer_rows(kind: str, outcomes: pd.DataFrame, answers: PeerAnswers) -> Iterator[Sequence[object]]:
    for method, seconds in answers.seconds.items():
        both = accuracy.against_peer(outcomes, answers, method)
        if both.empty:
            yield (NAMES[kind], method, 0, 0, *["–"] * 5, f"{seconds:.3f}")
            continue
        level = accuracy.levels(both)
        yield (
            NAMES[kind],
            method,
            both.key.nunique(),
            len(both),
            brier_of(both.said, both),
            brier_of(both.p, both),
            shown(ratio_of(both.p, both.said, both)),
            f"{coverage_of(level, 'low', 'high').value:.2f}",
            f"{coverage_of(level, 'q10', 'q90').value:.2f}",
            f"{seconds:.3f}",
        )


def _calibration(measured: Measured) -> str:
    rows, bins = [], []
    for kind, outcomes in measured.outcomes.items():
        for name, part in accuracy.groups_of(kind, outcomes):
            bands = [coverage_of(part, *accuracy.BANDS[band]) for band in accuracy.BANDS]
            gap = gap_of(part)
            rows.append(
                (NAMES[kind], name, f"{len(part):,}", brier_of(part.p, part), *bands, f"{gap} ({gap.n_bins})")
            )
        bins.append((NAMES[kind], *(_bin(one) for one in gap_of(outcomes).bins)))
    head = ("tasks", "targets", "n", "Brier", "in 50 %", "in 80 %", "in 90 %", "reliability gap (bins)")
    steps = [f"{k / 5:.1f}–{(k + 1) / 5:.1f}" for k in range(5)]
    text = wrapped(
        "Share of outcomes inside the bands, and the largest distance between the mean probability and the "
        f"share met over those of five bins that hold at least {LEAST_IN_BIN} targets "
        "(in brackets how many do)."
    )
    said = "What was said → what came true (targets), by probability:"
    return "\n\n".join(
        ["## 4. Calibration", text, table_of(head, rows), said, table_of(("tasks", *steps), bins)]
    )


def _bin(one: tuple[int, float, float]) -> str:
    n, said, came = one
    return f"{said:.2f} → {came:.2f} ({n:,})" if n else "–"


def _speed(measured: Measured) -> str:
    lines = ["## 6. Speed"]
    told = [
        (
            NAMES[kind],
            len(found),
            *(f"{sum(getattr(one, what) for one in found):.1f}" for what in ("reading", "answering", "wall")),
        )
        for kind, found in measured.told.items()
    ]
    if measured.speed is None:
        return "\n\n".join([*lines, "Not run."])
    speed = measured.speed
    engine = [
        (name, f"{one.n_questions:,}", len(one.seconds), f"{one.smallest:.2f}", f"{one.median:.2f}")
        for name, one in speed.engine.items()
    ]
    usual = {name: Told.median_of(runs) for name, runs in speed.command.items()}
    command = [
        (
            name,
            f"{one.n_figures:,.0f}",
            len(speed.command[name]),
            *(f"{s:.2f}" for s in (one.reading, one.answering, one.panels, one.wall)),
        )
        for name, one in usual.items()
    ]
    whatif = [
        (name, f"{1e3 * one.smallest:.3f}", f"{1e3 * one.median:.3f}") for name, one in speed.whatif.items()
    ]
    made_up = (
        f"{speed.n_series:,} made-up series of 20 groups, one as_of: annual ones of 15 years; monthly sums "
        "since January of 8 years, without January and with 8 % of the other cells missing. Engine seconds "
        "are those inside `forecast.answer`, in one process, each time on a fresh panel; nothing is read "
        "or written in them."
    )
    through = (
        "Through `zhibiao forecast` and Parquet files, each time in a new process, as it tells on standard "
        "error: medians. Answering includes putting the panel together, whatever a process does for the "
        "first time, and, for long work, starting others. Wall time includes starting Python."
    )
    folders = (
        "The folders of tasks, one `zhibiao forecast` each (with many as_of dates), seconds of all together:"
    )
    seconds = ("reading s", "answering s", "of it panels s", "wall s")
    command_head = ("series and targets", "figures", "repeats", *seconds)
    lines += [
        wrapped(made_up),
        table_of(("series and targets", "targets", "repeats", "smallest s", "median s"), engine),
        wrapped(through),
        table_of(command_head, command),
        f"A what-if on drawn paths (2,000 draws), {WHATIF_REPEATS} repeats:",
        table_of(("what-if", "smallest ms", "median ms"), whatif),
        _peer_speed(speed),
        folders,
        table_of(("tasks", "folders", "reading s", "answering s", "wall s"), told),
    ]
    return "\n\n".join(lines)


def _peer_speed(speed: Speed) -> str:
    rows = []
    for case, found in speed.peers.items():
        ours = speed.engine[f"{case}, one level target"].median
        for name, seconds in found.items():
            scaled = seconds * speed.n_series
            rows.append((case, name, f"{seconds:.3f}", f"{scaled:,.0f}", f"{scaled / ours:,.0f}"))
    head = ("series", "family", "s a series", f"s for {speed.n_series:,}", "times the engine's")
    text = f"Library families on {speed.n_peers} of the same series in the same run, one process, scaled up:"
    return f"{text}\n\n{table_of(head, rows)}"


def _checks(measured: Measured) -> str:
    rows = [
        (NAMES[one.kind], one.what, f"{one.n:,}" if one.n else "–", one.verdict)
        for one in sorted(measured.checks, key=lambda one: KINDS.index(one.kind))
    ]
    text = wrapped(
        "Files of the first seed, compared byte by byte; and every answer again from a history that ends on "
        "its own as_of."
    )
    table = table_of(("tasks", "check", "answers", "verdict"), rows) if rows else "Not run."
    notes = ["Dask: not run; `distributed` is not installed here."] * any(
        one.n_different is None for one in measured.checks
    )
    return "\n\n".join(["## 7. The same numbers, and nothing from the future", text, table, *notes])
