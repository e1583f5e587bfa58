"""The simulated city: made from its seed, labelled, and wrong only where it means to be."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from forecast.targets import Comparator, TargetKind
from monitor.config import load_catalogue
from monitor.config.loading import Catalogue
from monitor.core.periods import Period
from monitor.core.register import target_part, target_terms
from monitor.core.units import unit_named

ROOT = Path(__file__).resolve().parents[1]
DATA = ROOT / "data/simulated_city"


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue(ROOT / "configs/simulated_city")


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    files = sorted((DATA / "observations").glob("*.csv"))
    return pd.concat(
        [pd.read_csv(file, dtype=str, keep_default_na=False) for file in files], ignore_index=True
    )


def test_the_seed_makes_the_files_that_ship() -> None:
    done = subprocess.run(
        [sys.executable, ROOT / "scripts/make_simulated_city.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_seed_makes_others(tmp_path: Path) -> None:
    script = [sys.executable, ROOT / "scripts/make_simulated_city.py", "--out", tmp_path]
    subprocess.run([*script, "--seed", "7"], check=True, capture_output=True)
    assert subprocess.run([*script, "--check"], check=False, capture_output=True).returncode == 1


def test_everything_says_that_it_is_simulated(catalogue: Catalogue, rows: pd.DataFrame) -> None:
    named = [*catalogue.indicators.values(), *catalogue.regions, *catalogue.departments]
    assert all("模拟" in entry.name_zh and "simulated" in entry.name_en for entry in named)
    assert all("模拟" in plan.title and "simulated" in plan.title_en for plan in catalogue.plans)
    assert rows["note"].str.startswith("simulated").all()
    origins = pd.read_csv(DATA / "origins.csv")
    assert set(origins["publisher"]) == {"模拟数据（示例市）/ Simulated data"}
    assert set(rows["origin"]) == set(origins["code"])


def test_figures_fit_the_catalogue(catalogue: Catalogue, rows: pd.DataFrame) -> None:
    assert set(rows["indicator"]) == set(catalogue.indicators)
    assert set(rows["region"]) == {region.code for region in catalogue.regions}
    for code, unit, period in rows[["indicator", "unit", "period"]].drop_duplicates().itertuples(index=False):
        indicator = catalogue.indicators[code]
        assert unit_named(unit).base == indicator.base_unit
        assert Period.parse(period).frequency is indicator.frequency
        if indicator.reported_months:
            assert Period.parse(period).part in indicator.reported_months


def test_figures_come_about_when_the_catalogue_says(catalogue: Catalogue, rows: pd.DataFrame) -> None:
    first = rows.sort_values("published_on").drop_duplicates(["indicator", "region", "period"])
    ends = first["period"].map(lambda period: Period.parse(period).end)
    days = [
        (dt.date.fromisoformat(day) - end).days for day, end in zip(first["published_on"], ends, strict=True)
    ]
    lags = first["indicator"].map(lambda code: catalogue.indicators[code].lag_days)
    late = pd.Series(days, index=first.index) - lags
    assert late.between(-2, 1).mean() > 0.95
    assert late.max() <= 25
    assert rows["published_on"].max() <= "2026-11-20"


def test_cumulative_figures_never_fall_within_a_year(catalogue: Catalogue, rows: pd.DataFrame) -> None:
    last = rows.sort_values("published_on").drop_duplicates(["indicator", "region", "period"], keep="last")
    cumulated = [
        code
        for code, one in catalogue.indicators.items()
        if one.reporting == "ytd" and one.measure != "ratio"
    ]
    for _, series in last[last["indicator"].isin(cumulated)].groupby(
        ["indicator", "region", last["period"].str[:4]]
    ):
        values = series.sort_values("period")["value"].astype(float)
        assert values.is_monotonic_increasing


@pytest.mark.parametrize("code", ["sim_contract_value", "sim_hnte_stock", "sim_sme_register"])
def test_districts_add_up_to_the_city(rows: pd.DataFrame, code: str) -> None:
    last = rows.sort_values("published_on").drop_duplicates(["indicator", "region", "period"], keep="last")
    table = last[last["indicator"] == code].pivot_table(
        index="period", columns="region", values="value", aggfunc="last"
    )
    whole = table.dropna().astype(float)
    assert len(whole) > 60
    assert (whole.drop(columns="SIM000").sum(axis=1) - whole["SIM000"]).abs().max() < 1e-6


def test_the_deliberate_faults_are_there(rows: pd.DataFrame) -> None:
    assert rows.loc[rows["indicator"] == "sim_talents_introduced", "period"].max() == "2026-05"
    assert {"final", "preliminary", "revised"} == set(rows["status"])
    for note in ("reported late", "mistaken", "corrected", "revised by a census", "preliminary"):
        assert rows["note"].str.contains(note).any()


def test_the_plan_has_every_kind_and_comparator(catalogue: Catalogue) -> None:
    targets = {target.code: target for plan in catalogue.plans for target in plan.targets}
    assert {target.kind for target in targets.values()} == set(TargetKind)
    assert {target.comparator for target in targets.values() if target.comparator} == set(Comparator)
    assert sum(code.startswith("sim2026.") for code in targets) >= 35
    parts = {
        target_part(target, targets[target.parent] if target.parent else None).value
        for target in targets.values()
    }
    assert parts == {"whole", "annual_slice", "share"}
    for target in targets.values():
        target_terms(target, catalogue.indicators[target.indicator] if target.indicator else None)


def test_shares_add_up_to_their_target(catalogue: Catalogue) -> None:
    targets = [target for plan in catalogue.plans for target in plan.targets]
    shares = [target.value for target in targets if target.parent == "sim2026.contract_value"]
    whole = next(target for target in targets if target.code == "sim2026.contract_value")
    assert len(shares) == 8
    assert sum(value for value in shares if value is not None) == whole.value


def test_outcomes_and_milestones_belong_to_targets(catalogue: Catalogue, rows: pd.DataFrame) -> None:
    targets = {target.code: target for plan in catalogue.plans for target in plan.targets}
    outcomes = pd.read_csv(DATA / "plan_outcomes.csv", dtype=str, keep_default_na=False)
    assert set(outcomes["target"]) == {code for code in targets if code.startswith("sim2025.")}
    assert set(outcomes["verdict"]) == {"met", "missed", "unknown"}
    levels = outcomes[
        outcomes["target"].map(lambda code: targets[code].kind is TargetKind.LEVEL)
        & (outcomes["value"] != "")
    ]
    for code, value, period in levels[["target", "value", "period"]].itertuples(index=False):
        mine = rows[(rows["indicator"] == targets[code].indicator) & (rows["region"] == "SIM000")]
        settled = mine[(mine["period"] == period) & (mine["status"] == "final")]
        assert settled["value"].astype(float).tolist() == [float(value)]
    reports = pd.read_csv(DATA / "milestone_reports.csv", dtype=str)
    assert all(targets[code].kind is TargetKind.MILESTONE for code in reports["target"])
