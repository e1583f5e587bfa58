"""What was measured on the tasks, and what DESIGN section 5 requires of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from forecast_parts.peers import PeerAnswers
from forecast_parts.rules import verdicts_of
from forecast_parts.scoring import (
    Estimate,
    brier_of,
    calibrated,
    coverage_of,
    gap_of,
    ratio_of,
)
from forecast_parts.tasks import ANNUAL, NAMES, Folder, pooled_outcomes

REFERENCE_NAMES = {
    "drift": "drift",
    "logdrift": "log drift",
    "chain": "chain ladder",
    "pace": "straight line",
    "pace_rate": "straight line, as hit rates",
    "last_year_share": "last year's share",
    "last_year_share_rate": "last year's share, as hit rates",
    "growth_rate_rule": "growth-rate rule",
    "growth_rate_rule_rate": "growth-rate rule, as hit rates",
    "base": "share met (constant)",
}

RATIOS = (
    ("intl", "drift", 0.94, 0.88),
    ("cn", "logdrift", 0.91, 0.85),
    ("ytd", "chain", 0.92, 0.86),
    ("ytd", "pace", 0.46, 0.40),
    ("lumpy", "chain", 0.94, 0.85),
    ("lumpy", "pace", 0.29, 0.25),
)
"""Kind, reference, largest ratio required, moonshot (DESIGN section 5)."""

COVERAGE = {"intl": (0.76, 0.86), "cn": (0.76, 0.86), "ytd": (0.76, 0.86), "lumpy": (0.76, 0.92)}
GAPS = {"intl": (0.08, 0.05), "cn": (0.15, 0.10), "ytd": (0.08, 0.05), "lumpy": (0.08, 0.05)}
BANDS = {"50": ("q25", "q75"), "80": ("q10", "q90"), "90": ("q05", "q95")}
MONTHS = ((2, 4), (5, 7), (8, 11))


@dataclass(frozen=True)
class Row:
    """One requirement, what was measured, and whether it is met."""

    what: str
    required: str
    moonshot: str
    measured: str
    verdict: str


def outcomes_with_rules(folders: Sequence[Folder]) -> pd.DataFrame:
    """Outcomes of one kind with the answers and every reference."""
    rows = pooled_outcomes(folders).merge(verdicts_of(folders), on=["seed", "target_id"], how="left")
    rows["base"] = rows.met.mean()
    rows["growth_rate_rule_rate"] = calibrated(rows.growth_verdict, rows)
    if folders[0].kind not in ANNUAL:
        rows["last_year_share_rate"] = calibrated(rows.last_year_share, rows)
        rows["pace_rate"] = calibrated(rows.pace, rows)
        rows["months"] = [_month_group(12 - h) for h in rows.h]
    return rows


def _month_group(month: int) -> str:
    first, last = next(pair for pair in MONTHS if pair[0] <= month <= pair[1])
    return f"months {first} to {last}"


def references_of(rows: pd.DataFrame) -> list[str]:
    """Columns of references that say something about these tasks."""
    return [name for name in REFERENCE_NAMES if name in rows and rows[name].notna().any()]


def against(rows: pd.DataFrame, reference: str) -> tuple[Estimate, Estimate, Estimate]:
    """Brier of the reference, of the engine on the same targets, and their ratio."""
    known = rows[rows[reference].notna()].reset_index(drop=True)
    return (
        brier_of(known[reference], known),
        brier_of(known.p, known),
        ratio_of(known.p, known[reference], known),
    )


def against_peer(rows: pd.DataFrame, answers: PeerAnswers, method: str) -> pd.DataFrame:
    """Targets that a single-series method answered, with what it said; see `against`."""
    said = answers.table[answers.table.method == method]
    return rows.merge(said[["key", "target_id", "said", "low", "high"]], on=["key", "target_id"])


def levels(rows: pd.DataFrame) -> pd.DataFrame:
    """Level targets: the band that the requirement is about, as in the generator's own score."""
    return rows[rows.kind == "level"]


def requirements(measured: dict[str, pd.DataFrame]) -> Iterator[Row]:
    """Every requirement on accuracy and calibration, in the order of DESIGN section 5."""
    for kind, reference, required, moonshot in RATIOS:
        if kind in measured:
            yield _ratio_row(kind, reference, required, moonshot, measured[kind])
    for kind, rows in measured.items():
        low, high = COVERAGE[kind]
        found = coverage_of(levels(rows), *BANDS["80"])
        verdict = "met" if low <= found.value <= high else "NOT met"
        yield Row(f"{NAMES[kind]}: 80 % band of level targets", f"{low} to {high}", "–", str(found), verdict)
    for kind, rows in measured.items():
        required, moonshot = GAPS[kind]
        gap = gap_of(rows)
        yield Row(
            f"{NAMES[kind]}: largest reliability gap, five bins",
            f"≤ {required}",
            f"≤ {moonshot}",
            f"{gap} ({gap.n_bins} bins)",
            verdict_of(gap.value, required, moonshot),
        )


def _ratio_row(kind: str, reference: str, required: float, moonshot: float, rows: pd.DataFrame) -> Row:
    ratio = against(rows, reference)[2]
    what = f"{NAMES[kind]}: Brier ÷ {REFERENCE_NAMES[reference]}"
    return Row(
        what, f"≤ {required}", f"≤ {moonshot}", str(ratio), verdict_of(ratio.value, required, moonshot)
    )


def verdict_of(value: float, required: float, moonshot: float) -> str:
    """Met, met with the moonshot, or NOT met."""
    if not value <= required:
        return "NOT met"
    return "met, moonshot too" if value <= moonshot else "met"


def chain_over_pace(rows: pd.DataFrame) -> Estimate:
    """How far the chain ladder itself is below the straight line on the same targets."""
    return ratio_of(rows.chain, rows.pace, rows)


def groups_of(kind: str, rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """All targets, each kind of target, and each horizon of levels (annual) or group of months."""
    yield "all", rows
    if kind in ANNUAL:
        for target_kind, part in rows.groupby("kind", sort=False):
            yield str(target_kind), part
        for h, part in levels(rows).groupby("h"):
            yield f"level, {h} year{'s' if h > 1 else ''} ahead", part
    else:
        for months, part in rows.groupby("months"):
            yield str(months), part
