"""A small hand-made catalogue, figures and a clock that tests set."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from forecast.targets import Comparator, TargetKind
from monitor.config import Catalogue
from monitor.core.access import Actor, Role, Scope
from monitor.core.catalogue import (
    Baseline,
    Citation,
    DepartmentEntry,
    FlagRules,
    PlanEntry,
    RegionEntry,
    TargetEntry,
)
from monitor.core.flags import Flag
from monitor.core.indicators import Indicator, Measure, RollUp
from monitor.core.ledger import Commitment
from monitor.core.loading import LoadContents, NewObservation
from monitor.core.reasons import ChangeParts, DetailCode, Reason, ReasonCode
from monitor.core.records import Assessment, FlagChange, KnownOnBasis, Origin, RunKind, Status
from monitor.core.runs import NewRun
from tests.builders import an_indicator

MORNING = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)

ADMIN = Actor("管理员", frozenset({Role.ADMIN}), sees_embargoed=True)
PLANNER = Actor("planner", frozenset({Role.PLANNER}))
OWNER = Actor("owner", frozenset({Role.OWNER}), Scope(departments=frozenset({"kjj_gaoxin"})))
VIEWER = Actor("viewer", frozenset({Role.VIEWER}))
CITY_VIEWER = Actor("city viewer", frozenset({Role.VIEWER}), Scope(regions=frozenset({"510700"})))

TARGET = "mianyang_hightech_2025"
MILESTONE = "mianyang_innovative_city"

YEARBOOK = Origin("yearbook", "国家统计局", "统计年鉴", "https://example.org/y", "2026-01-05", 1)
REPOST = Origin("repost", "某网站", "转载", None, None, 4)


class FakeClock:
    """A clock that stands still until it is moved."""

    def __init__(self, moment: dt.datetime = MORNING) -> None:
        self.moment = moment

    def now(self) -> dt.datetime:
        return self.moment

    def advance(self, **by: float) -> dt.datetime:
        self.moment += dt.timedelta(**by)
        return self.moment


def indicator(code: str = "hightech_enterprises", **changes: Any) -> Indicator:
    described = an_indicator(
        code,
        name_zh="高新技术企业数",
        name_en="High-tech enterprises",
        aliases=("高企",),
        base_unit="count",
        display_unit="家",
        decimals=0,
        measure=Measure.STOCK,
        lag_days=120,
        publisher="科技部",
        definition="有效期内的高新技术企业",
        peers="city",
        roll_up=RollUp.SUM,
        batch_months=(11, 12),
    )
    return replace(described, **changes)


RD = indicator(
    "rd_expenditure",
    name_zh="研发经费",
    name_en="R&D expenditure",
    base_unit="CNY",
    display_unit="亿元",
    decimals=1,
    measure=Measure.FLOW,
)


def region(code: str, name: str, level: str, parent: str | None = None, **changes: Any) -> RegionEntry:
    fields = {
        "code": code,
        "name_zh": name,
        "short_zh": name[:2],
        "name_en": name,
        "level": level,
        "parent": parent,
    }
    return RegionEntry.model_validate({**fields, **changes})


def target_entry(code: str = TARGET, **changes: Any) -> TargetEntry:
    fields: dict[str, Any] = {
        "code": code,
        "indicator": "hightech_enterprises",
        "region": "510700",
        "kind": TargetKind.LEVEL,
        "comparator": Comparator.AT_LEAST,
        "value": 900.0,
        "unit": "家",
        "deadline": dt.date(2025, 12, 31),
        "departments": ("kjj_gaoxin",),
        "commitment": Commitment.EXPECTED,
        "citations": (Citation(clause="二（三）", written="900家"),),
    }
    return TargetEntry.model_validate({**fields, **changes})


def milestone_entry() -> TargetEntry:
    return target_entry(
        MILESTONE,
        indicator=None,
        kind=TargetKind.MILESTONE,
        comparator=None,
        value=None,
        unit=None,
        title_zh="获批创新型城市",
        title_en="Innovative city approved",
    )


def plan_entry(*targets: TargetEntry, **changes: Any) -> PlanEntry:
    fields: dict[str, Any] = {
        "code": "mianyang_14",
        "title": "绵阳市“十四五”科技创新规划",
        "title_en": "Mianyang S&T plan",
        "number": "绵府发〔2021〕12号",
        "issuer": "绵阳市人民政府",
        "region": "510700",
        "status": "issued",
        "issued_on": "2021-11",
        "period_start": "2021",
        "period_end": "2025",
        "source": "workplans/mianyang.txt",
        "targets": targets,
    }
    return PlanEntry.model_validate({**fields, **changes})


def catalogue(*plans: PlanEntry, **changes: Any) -> Catalogue:
    described = Catalogue(
        indicators={each.code: each for each in (indicator(), RD, indicator("patents_granted"))},
        regions=(
            region("000000", "全国", "nation"),
            region("510000", "四川省", "province", "000000"),
            region("510700", "绵阳市", "city", "510000", valid_from=dt.date(1985, 5, 1)),
        ),
        departments=(
            DepartmentEntry(code="kjj_gaoxin", name_zh="高新科", name_en="High-tech", region="510700"),
            DepartmentEntry(code="kjj_guihua", name_zh="规划科", name_en="Planning", region="510700"),
        ),
        plans=plans or (plan_entry(baseline_target(), rd_target(), milestone_entry()),),
        flags=FlagRules(
            green_at=0.8,
            yellow_at=0.5,
            change_margin=0.05,
            confirmations=2,
            grey_after_missed_releases=2,
            about_tolerance_share=0.05,
        ),
        version="v1",
    )
    return replace(described, **changes)


def baseline_target() -> TargetEntry:
    return target_entry(baseline=Baseline(period="2020", value=300.0))


def rd_target() -> TargetEntry:
    return target_entry(
        "sichuan_rd_2025",
        indicator="rd_expenditure",
        region="510000",
        value=1500.0,
        unit="亿元",
        departments=("kjj_guihua",),
        baseline=Baseline(period="2020", value=1055.3),
    )


def figure(value: float = 500.0, period: str = "2022", **changes: Any) -> NewObservation:
    known_on = changes.pop("known_on", dt.date(2023, 4, 30))
    entry = NewObservation(
        indicator="hightech_enterprises",
        region="510700",
        period=period,
        value=value,
        status=Status.FINAL,
        published_on=known_on.isoformat(),
        known_on=known_on,
        known_on_basis=KnownOnBasis.PUBLISHED,
        definition_basis="2016",
        embargo_until=None,
        origin="yearbook",
        note="",
    )
    return entry._replace(**changes)


def load(*rows: NewObservation, name: str = "figures.csv", **changes: Any) -> LoadContents:
    contents = LoadContents(
        source="files",
        file_name=name,
        sha256=hashlib.sha256(repr((name, rows, changes)).encode()).hexdigest(),
        rows=rows,
        origins=(YEARBOOK, REPOST),
    )
    return replace(contents, **changes)


def assessment(target: str = TARGET, as_of: dt.date = dt.date(2026, 3, 1), **changes: Any) -> Assessment:
    entry = Assessment(
        target=target,
        as_of=as_of,
        run_kind=RunKind.SCHEDULED,
        recorded_at=MORNING,
        revision_sequence=1,
        flag=Flag.YELLOW,
        reason=Reason(ReasonCode.BELOW_GREEN_LINE, {"probability": 0.61, "green_at": 0.8}),
        details=(Reason(DetailCode.OUTCOME_RANGE, {"low": 850.0, "high": 960.0}),),
        probability_met=0.61,
        probability_published=None,
        quantiles={0.1: 850.0, 0.5: 910.0, 0.9: 960.0},
        observed_to="2024",
        n_observations=9,
        method="annual_pool",
        figures={"latest": 820.0, "gap": 80.0},
        change=ChangeParts(0.1, 0.0, 0.0, -0.02, 0.0),
        input_hash="abc",
        versions={"rules": "1", "catalogue": "v1"},
    )
    return replace(entry, **changes)


def run(*assessments: Assessment, flag_changes: Sequence[FlagChange] = (), **changes: Any) -> NewRun:
    described = NewRun(
        as_of=assessments[0].as_of if assessments else dt.date(2026, 3, 1),
        kind=RunKind.SCHEDULED,
        started_at=MORNING,
        versions={"rules": "1"},
        counts={"asked": len(assessments), "unchanged": 0},
        scope_note="",
        assessments=assessments,
        flag_changes=flag_changes,
    )
    return replace(described, **changes)


def flag_change(as_of: dt.date = dt.date(2026, 3, 1), **changes: Any) -> FlagChange:
    entry = FlagChange(TARGET, as_of, Flag.GREEN, Flag.YELLOW, "below_green_line", 0.84, 0.61, None)
    return replace(entry, **changes)
