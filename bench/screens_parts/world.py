"""A made-up installation with many targets for the bench of the screens; every figure in it is simulated."""

from __future__ import annotations

import datetime as dt
import os
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from pathlib import Path

from forecast.targets import Comparator, TargetKind
from monitor import commands
from monitor.assess import assess
from monitor.config import Catalogue, load_catalogue, load_settings
from monitor.core.access import LOCAL_ADMINISTRATOR as ACTOR
from monitor.core.catalogue import Citation, DepartmentEntry, PlanEntry, RegionEntry, TargetEntry
from monitor.core.indicators import Indicator, JudgedOn, Measure, Polarity, Reporting, RollUp
from monitor.core.ledger import Commitment
from monitor.core.loading import LoadContents, NewObservation
from monitor.core.periods import Frequency, Period
from monitor.core.records import KnownOnBasis, Origin, Status
from monitor.setup import open_workspace, policy_of
from monitor.store import open_store

ROOT = Path(__file__).resolve().parents[2]
WORKSPACE = "simulated_city"
TODAY = dt.date(2026, 11, 21)
INDICATORS, DEPARTMENTS = 40, 20
_ANNUAL = 30
_CITY = "SIM000"
_PLAN = "bench_plan"
_ORIGIN = Origin("bench", "模拟数据 / Simulated data", "simulated figures for a benchmark", None, None, 9)
_STEMS = (
    ("高新技术企业数", "High-tech enterprises"),
    ("技术合同登记额", "Contract value"),
    ("研发经费支出", "R&D spending"),
    ("发明专利授权量", "Patents granted"),
    ("科技型中小企业数", "Small technology firms"),
)
_SEED = 20261121


@dataclass(frozen=True)
class Series:
    """One simulated series and the target set on it; a silent one has no figure."""

    indicator: Indicator
    region: str
    start: float
    growth: float
    asked: float
    is_silent: bool


def make_installation(home: Path, targets: int) -> None:
    """Configuration, and a database of so many targets assessed on two days a week apart."""
    shutil.copytree(ROOT / "configs", home / "configs")
    shutil.copytree(ROOT / "data", home / "data")
    use(home)
    settings = load_settings(WORKSPACE)
    made = list(_series(targets))
    catalogue = _catalogue(load_catalogue(settings.configs_dir), made)
    store = open_store(settings, create=True)
    commands.seed_catalogue(store, ACTOR, catalogue)
    rows = [row for each in made if not each.is_silent for row in _observations(each)]
    commands.record_load(store, ACTOR, LoadContents("bench", "simulated", "0" * 64, rows, origins=[_ORIGIN]))
    for day in (TODAY - dt.timedelta(days=7), TODAY):
        assess(store, ACTOR, policy_of(settings, catalogue), as_of=day)
    store.dispose()


def use(home: Path) -> None:
    """Let this process, and those it starts, work on the installation."""
    os.environ |= {"ZHIBIAO_HOME": str(home), "ZHIBIAO_WORKSPACE": WORKSPACE, "OPENBLAS_NUM_THREADS": "1"}
    os.environ.pop("ZHIBIAO_DATABASE_URL", None)


def record_something(home: Path) -> None:
    """Describe the origin anew, so that every answer that was kept is out of date."""
    use(home)
    workspace = open_workspace(WORKSPACE)
    title = f"{_ORIGIN.title}, {time.time_ns()}"
    commands.record_origins(workspace.store, ACTOR, [replace(_ORIGIN, title=title)])
    workspace.close()


def target_code(number: int) -> str:
    """Code of a target, counted from 0."""
    return f"bench.{number:05d}"


def _series(targets: int) -> Iterator[Series]:
    """Regions by indicators, with growth and ambition drawn so that every flag is seen."""
    draw = random.Random(_SEED)
    regions = -(-targets // INDICATORS)
    indicators = [_indicator(number) for number in range(INDICATORS)]
    for number, (region, indicator) in enumerate(product(range(regions), indicators)):
        if number == targets:
            return
        yield Series(
            indicator,
            f"B{region:05d}",
            start=draw.uniform(50, 500),
            growth=draw.uniform(-0.02, 0.15),
            asked=draw.gauss(1.0, 0.08),
            is_silent=draw.random() < 0.03,
        )


def _indicator(number: int) -> Indicator:
    zh, en = _STEMS[number % len(_STEMS)]
    annual = number < _ANNUAL
    source = {"publisher": "模拟 / simulated", "definition": "模拟 / simulated", "aliases": ()}
    empty = dict.fromkeys(("numerator", "denominator", "growth_indicator", "upper"))
    return Indicator(
        code=f"bench_{number:02d}",
        name_zh=f"{zh}{number + 1}（模拟）",
        name_en=f"{en} {number + 1} (simulated)",
        base_unit="count",
        display_unit="个",
        decimals=0,
        polarity=Polarity.HIGHER,
        measure=Measure.STOCK if annual else Measure.FLOW,
        frequency=Frequency.ANNUAL if annual else Frequency.MONTHLY,
        reporting=Reporting.PERIOD if annual else Reporting.YTD,
        reported_months=(),
        lag_days=60 if annual else 15,
        lower=0.0,
        peers="district",
        roll_up=RollUp.NONE,
        batch_months=(),
        judged_on=JudgedOn.FIRST_RELEASE,
        verified=False,
        **source,
        **empty,
    )


def _value(each: Series, year: int, month: int, draw: random.Random) -> float:
    level = each.start * (1 + each.growth) ** (year - 2014) * draw.gauss(1, 0.03)
    return round(max(level, 1.0) * (month / 12) ** 1.2 * 100)


def _periods(each: Series) -> list[Period]:
    if each.indicator.frequency is Frequency.ANNUAL:
        return [Period.parse(str(year)) for year in range(2014, 2026)]
    last = Period.parse("2026-10")
    return [last.shift(-back) for back in range(33, -1, -1)]


def _observations(each: Series) -> Iterator[NewObservation]:
    draw = random.Random(f"{_SEED} {each.indicator.code} {each.region}")
    for period in _periods(each):
        month = period.end.month
        yield NewObservation(
            indicator=each.indicator.code,
            region=each.region,
            period=str(period),
            value=float(_value(each, period.end.year, month, draw)),
            status=Status.FINAL,
            published_on=None,
            known_on=period.end + dt.timedelta(days=each.indicator.lag_days),
            known_on_basis=KnownOnBasis.LAG,
            definition_basis="",
            embargo_until=None,
            origin=_ORIGIN.code,
            note="模拟 / simulated",
        )


def _catalogue(base: Catalogue, made: Sequence[Series]) -> Catalogue:
    """The catalogue of the simulated city, widened by what is needed; its own plans stay out."""
    codes = sorted({each.region for each in made})
    regions = [
        RegionEntry(
            code=code,
            name_zh=f"模拟区{code[1:]}（模拟）",
            short_zh=f"模拟区{code[2:]}",
            name_en=f"Simulated district {code[1:]} (simulated)",
            level="district",
            parent=_CITY,
        )
        for code in codes
    ]
    departments = [
        DepartmentEntry(
            code=f"bench_{number:02d}",
            name_zh=f"模拟科室{number + 1}（模拟）",
            name_en=f"Department {number + 1} (simulated)",
            region=_CITY,
        )
        for number in range(DEPARTMENTS)
    ]
    return replace(
        base,
        indicators=base.indicators | {each.indicator.code: each.indicator for each in made},
        regions=(*base.regions, *regions),
        departments=(*base.departments, *departments),
        plans=(_plan(made),),
    )


def _plan(made: Sequence[Series]) -> PlanEntry:
    return PlanEntry(
        code=_PLAN,
        title="模拟规划（模拟）",
        title_en="A simulated plan (simulated)",
        issuer="模拟 / simulated",
        region=_CITY,
        status="issued",
        issued_on="2026-01-15",
        period_start="2026",
        period_end="2027",
        source="模拟 / simulated",
        targets=tuple(_target(number, each) for number, each in enumerate(made)),
    )


def _target(number: int, each: Series) -> TargetEntry:
    year = 2026 + number % 2
    value = each.start * (1 + each.growth) ** (year - 2014) * each.asked * 100
    return TargetEntry(
        code=target_code(number),
        indicator=each.indicator.code,
        region=each.region,
        kind=TargetKind.LEVEL,
        comparator=Comparator.AT_LEAST,
        value=float(round(value)),
        unit="个",
        deadline=dt.date(year, 12, 31),
        departments=(f"bench_{number % DEPARTMENTS:02d}",),
        commitment=Commitment.EXPECTED,
        citations=(Citation(clause=f"第 {number + 1} 条"),),
    )
