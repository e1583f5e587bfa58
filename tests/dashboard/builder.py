"""Hand-made records for pages, and a desk that answers with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from forecast.targets import Comparator, TargetKind
from monitor.core.errors import NotFoundError
from monitor.core.flags import Flag, Thresholds
from monitor.core.indicators import Indicator, JudgedOn, Measure, Polarity, Reporting, RollUp
from monitor.core.ledger import Commitment, Part, Revision, Terms, next_revision
from monitor.core.overviews import Overview, TargetDetail, TargetStatus
from monitor.core.periods import Frequency
from monitor.core.policy import Policy
from monitor.core.reasons import ChangeParts, DetailCode, Reason, ReasonCode
from monitor.core.records import (
    Assessment,
    Department,
    Fan,
    FlagChange,
    KnownOnBasis,
    Observation,
    Origin,
    Outcome,
    Plan,
    PlanState,
    Region,
    RunKind,
    Status,
    Target,
)
from monitor.dashboard.desk import Desk
from monitor.dashboard.naming import names_of
from monitor.words.display import Language
from monitor.words.lines import flag_of
from monitor.words.view import View, Workspace

AS_OF = dt.date(2026, 11, 20)
RECORDED_AT = dt.datetime(2026, 11, 20, 2, 14, tzinfo=dt.UTC)
POLICY = Policy(Thresholds(0.8, 0.5, 0.05, 2), 2, 0.05, 1, 200, "test")
REAL = Workspace("real", simulated=False)
SIMULATED = Workspace("simulated_city", simulated=True)


def a_view(language: str = "zh", *, workspace: Workspace = REAL) -> View:
    return View(language=Language(language), as_of=AS_OF, workspace=workspace)


def an_indicator(code: str = "rd_intensity", **changes: Any) -> Indicator:
    facts: dict[str, Any] = {
        "code": code,
        "name_zh": "研发经费投入强度",
        "name_en": "R&D intensity",
        "aliases": (),
        "base_unit": "percent",
        "display_unit": "%",
        "decimals": 2,
        "polarity": Polarity.HIGHER,
        "measure": Measure.RATIO,
        "frequency": Frequency.ANNUAL,
        "reporting": Reporting.PERIOD,
        "reported_months": (),
        "lag_days": 270,
        "publisher": "国家统计局",
        "definition": "研发经费内部支出与地区生产总值之比",
        "lower": 0.0,
        "upper": None,
        "peers": "province",
        "roll_up": RollUp.NONE,
        "numerator": None,
        "denominator": None,
        "batch_months": (),
        "judged_on": JudgedOn.FIRST_RELEASE,
        "growth_indicator": None,
        "verified": True,
    }
    return Indicator(**{**facts, **changes})


def a_region(
    name: str = "四川", code: str = "510000", *, level: str = "province", english: str = "Sichuan"
) -> Region:
    return Region(code, f"{name}省", name, english, level, "100000")


def a_plan(code: str = "sc_fyp15", title: str = "四川省“十五五”规划建议") -> Plan:
    return Plan(
        code,
        title,
        "Sichuan 15th plan",
        None,
        "四川",
        "510000",
        "issued",
        None,
        "2025-12-18",
        "2026",
        "2030",
        "",
    )


def some_terms(**changes: Any) -> Terms:
    facts: dict[str, Any] = {
        "indicator": "rd_intensity",
        "region": "510000",
        "kind": TargetKind.LEVEL,
        "comparator": Comparator.AT_LEAST,
        "value": 2.5,
        "value_upper": None,
        "unit": "%",
        "written_decimals": 1,
        "start": None,
        "deadline": dt.date(2027, 12, 31),
        "departments": ("sc_kjt_ghc",),
        "commitment": Commitment.EXPECTED,
    }
    return Terms(**{**facts, **changes})


def an_assessment(
    target: str = "t1",
    *,
    flag: Flag = Flag.YELLOW,
    probability: float | None = 0.6,
    reason: Reason | None = None,
    details: Sequence[Reason] = (),
    figures: dict[str, Any] | None = None,
    as_of: dt.date = AS_OF,
    change: ChangeParts | None = None,
) -> Assessment:
    return Assessment(
        target=target,
        as_of=as_of,
        run_kind=RunKind.SCHEDULED,
        recorded_at=RECORDED_AT,
        revision_sequence=1,
        flag=flag,
        reason=reason or Reason(ReasonCode.BELOW_GREEN_LINE, {"probability": probability, "green_at": 0.8}),
        details=tuple(details),
        probability_met=probability,
        probability_published=None,
        quantiles=None,
        observed_to="2023",
        n_observations=12,
        method="pooled",
        figures=figures if figures is not None else {"value": 2.26, "value_period": "2023", "gap": -0.24},
        change=change,
        input_hash="0" * 64,
        versions={},
    )


_INTENSITY = (1.40, 1.47, 1.52, 1.57, 1.67, 1.72, 1.72, 1.81, 1.87, 2.17, 2.26, 2.14, 2.26)
RECENT = tuple((str(2011 + index), value) for index, value in enumerate(_INTENSITY))


def a_status(target: str = "t1", **changes: Any) -> TargetStatus:
    facts: dict[str, Any] = {
        "target": target,
        "plan": a_plan(),
        "indicator": an_indicator(),
        "region": a_region(),
        "departments": (Department("sc_kjt_ghc", "规划处", "Planning division", "510000"),),
        "terms": some_terms(),
        "published_terms": some_terms(),
        "title_zh": None,
        "title_en": None,
        "assessment": an_assessment(target, change=ChangeParts(-0.04, 0.0, 0.0, -0.02, 0.0)),
        "previous": an_assessment(target, probability=0.66, as_of=AS_OF - dt.timedelta(days=7)),
        "days_left": 406,
        "recent": RECENT,
        "outcome": None,
    }
    return TargetStatus(**{**facts, **changes})


def a_milestone(target: str = "m1", flag: Flag = Flag.DUE) -> TargetStatus:
    terms = some_terms(
        indicator=None,
        kind=TargetKind.MILESTONE,
        comparator=None,
        value=None,
        unit=None,
        deadline=dt.date(2026, 12, 31),
    )
    reasons = {
        Flag.DUE: Reason(ReasonCode.MILESTONE_DUE, {"days_left": 41}),
        Flag.DONE: Reason(ReasonCode.MILESTONE_DONE, {"done_on": "2026-09-30"}),
        Flag.OVERDUE: Reason(ReasonCode.MILESTONE_OVERDUE, {"days_overdue": 12}),
    }
    assessment = an_assessment(target, flag=flag, probability=None, reason=reasons[flag], figures={})
    return a_status(
        target,
        indicator=None,
        terms=terms,
        published_terms=terms,
        title_zh="获批创新型县",
        title_en="Innovative county approved",
        assessment=assessment,
        previous=None,
        days_left=41 if flag is Flag.DUE else -12,
        recent=(),
    )


def a_grey(target: str = "g1") -> TargetStatus:
    reason = Reason(ReasonCode.TOO_SHORT, {"n": 1, "needed": 3})
    assessment = an_assessment(target, flag=Flag.GREY, probability=None, reason=reason, figures={})
    return a_status(target, assessment=assessment, previous=None, recent=(("2025", 2.3),))


def an_overview(rows: Sequence[TargetStatus], **changes: Any) -> Overview:
    counts: dict[Flag, int] = {}
    for row in rows:
        counts[flag_of(row)] = counts.get(flag_of(row), 0) + 1
    plans = {row.plan.code: row.plan for row in rows}
    facts: dict[str, Any] = {
        "as_of": AS_OF,
        "assessed_at": RECORDED_AT,
        "data_cutoff": AS_OF,
        "simulated": False,
        "rows": tuple(rows),
        "counts": counts,
        "previous_counts": {Flag.RED: 1},
        "changes": (),
        "plans": tuple(plans.values()),
    }
    return Overview(**{**facts, **changes})


def a_flag_change(target: str = "t1") -> FlagChange:
    parts = ChangeParts(-0.04, 0.0, 0.0, -0.02, 0.0)
    return FlagChange(target, AS_OF, Flag.GREEN, Flag.YELLOW, "below_green_line", 0.66, 0.6, parts)


def an_observation(period: str, value: float, **changes: Any) -> Observation:
    facts: dict[str, Any] = {
        "indicator": "rd_intensity",
        "region": "510000",
        "period": period,
        "value": value,
        "status": Status.FINAL,
        "published_on": f"{int(period[:4]) + 1}-09-20",
        "known_on": dt.date(int(period[:4]) + 1, 9, 20),
        "known_on_basis": KnownOnBasis.PUBLISHED,
        "recorded_at": RECORDED_AT,
        "definition_basis": "四经普",
        "embargo_until": None,
        "origin": "nbs_rd",
        "note": "",
    }
    return Observation(**{**facts, **changes})


def a_ledger(code: str = "t1", terms: Terms | None = None) -> tuple[Revision, ...]:
    terms = terms or some_terms()
    first = next_revision(
        (),
        target=code,
        effective_on=dt.date(2025, 12, 18),
        recorded_at=RECORDED_AT,
        actor="setup",
        reason="规划公布",
        document="“十五五”规划建议",
        terms=terms,
    )
    return (first,)


ORIGINS = {
    "nbs_rd": Origin("nbs_rd", "国家统计局", "全国科技经费投入统计公报", "https://www.stats.gov.cn/", None, 1)
}

DETAILS = (
    Reason(DetailCode.OUTCOME_RANGE, {"q10": 2.37, "q90": 2.71, "q50": 2.55}),
    Reason(
        DetailCode.PACE,
        {
            "required": 0.06,
            "achieved_last": 0.12,
            "achieved_mean3": 0.03,
            "best": 0.3,
            "reached": 5,
            "of": 8,
            "per": "year",
        },
    ),
    Reason(
        DetailCode.DATA_STATE,
        {
            "observed_to": "2023",
            "missing": ["2024", "2025"],
            "next_period": "2027",
            "expected_on": "2028-10-01",
        },
    ),
    Reason(DetailCode.STRAIGHT_LINE, {"share": 0.0, "due": 0.5, "ahead": -0.5}),
    Reason(
        DetailCode.GROWTH_RATE_RULE,
        {"actual": 1.8, "required": 2.6, "ratio": 0.7, "verdict": "insufficient"},
    ),
    Reason(DetailCode.SAFE_VALUE, {"value": 2.37, "level": 0.8}),
)


def a_fan() -> Fan:
    levels = (0.025, 0.1, 0.25, 0.5, 0.75, 0.9, 0.975)
    widths = (-2.0, -1.28, -0.67, 0.0, 0.67, 1.28, 2.0)
    rows = [
        tuple(2.26 + 0.07 * step + 0.11 * step**0.5 * width for width in widths) for step in (0, 1, 2, 3, 4)
    ]
    return Fan(
        periods=("2023", "2024", "2025", "2026", "2027"),
        levels=levels,
        values=tuple(rows),
        observed_to="2023",
        required_path=(2.26, 2.32, 2.38, 2.44, 2.5),
        method="pooled",
    )


def a_detail(status: TargetStatus | None = None, **changes: Any) -> TargetDetail:
    parts = ChangeParts(-0.04, 0.0, 0.0, -0.02, 0.0)
    status = status or a_status(assessment=an_assessment(details=DETAILS, change=parts))
    series = tuple(an_observation(period, value) for period, value in RECENT) if status.indicator else ()
    weeks = [0.72] * 6 + [0.70, 0.71] * 4 + [0.69] * 4 + [0.67] * 4 + [0.66]
    assessments = tuple(
        an_assessment(
            status.target, probability=value, as_of=AS_OF - dt.timedelta(days=7 * (len(weeks) - index))
        )
        for index, value in enumerate(weeks)
    )
    facts: dict[str, Any] = {
        "status": status,
        "target": Target(
            code=status.target,
            plan=status.plan.code,
            title_zh=status.title_zh,
            title_en=status.title_en,
            parent=None,
            part=Part.WHOLE,
            citations=(("第 12 段", "到2027年，全社会研发经费投入强度达到2.5%以上"),),
            conflicts_with=(),
            baseline_period="2023",
            baseline_value=2.26,
            note_zh=None,
            note_en=None,
            history=a_ledger(status.target, status.terms),
        ),
        "assessments": (*assessments, *([status.assessment] if status.assessment else [])),
        "flag_changes": (),
        "releases": series,
        "origins": ORIGINS,
        "series": series,
        "expected_publication": dt.date(2028, 10, 1),
        "chain_holds": True,
    }
    return TargetDetail(**{**facts, **changes})


def is_running(row: TargetStatus) -> bool:
    return int(row.plan.period_end[:4]) >= AS_OF.year


class FakeDesk(Desk):
    """Answers from records given to it, each question by the method of its name."""

    def __init__(
        self,
        rows: Sequence[TargetStatus],
        details: Sequence[TargetDetail] = (),
        *,
        fan: Fan | None = None,
        changes: Sequence[FlagChange] = (),
    ) -> None:
        super().__init__("real")
        self._rows = tuple(rows)
        self._details = {detail.status.target: detail for detail in details}
        self._fan = fan
        self._changes = tuple(changes)

    @property
    def policy(self) -> Policy:
        return POLICY

    @property
    def today(self) -> dt.date:
        return AS_OF

    def ask(self, question: Callable[..., Any], *facts: Any, **named_facts: Any) -> Any:
        return getattr(self, question.__name__)(*facts, **named_facts)

    def ask_now(self, question: Callable[..., Any], *facts: Any, **named_facts: Any) -> Any:
        return self.ask(question, *facts, **named_facts)

    def workspaces(self) -> tuple[Workspace, ...]:
        return (REAL, SIMULATED)

    def available_dates(self) -> tuple[dt.date, ...]:
        return (AS_OF - dt.timedelta(days=14), AS_OF - dt.timedelta(days=7), AS_OF)

    def target_names(self, view: View) -> dict[str, str]:
        return names_of(self.overview(as_of=view.as_of).rows, view)

    def overview(
        self,
        *,
        as_of: dt.date,
        plan: str | None = None,
        plan_state: PlanState | None = None,
        region: str | None = None,
        department: str | None = None,
    ) -> Overview:
        rows = [
            row
            for row in self._rows
            if (plan is None or row.plan.code == plan)
            and (plan_state is None or is_running(row) == (plan_state is PlanState.RUNNING))
            and (region is None or row.region.code == region)
            and (department is None or department in {held.code for held in row.departments})
        ]
        return an_overview(rows, changes=self._changes)

    def recent_values(self, *, as_of: dt.date, targets: tuple[str, ...]) -> dict[str, Any]:
        return {row.target: row.recent for row in self._rows if row.target in targets}

    def target_detail(self, code: str, *, as_of: dt.date) -> TargetDetail:
        if code not in self._details:
            raise NotFoundError("target", code)
        return self._details[code]

    def stored_fan(self, code: str, *, as_of: dt.date) -> Fan | None:
        return None

    def fan(self, policy: Policy, code: str, *, as_of: dt.date) -> Fan | None:
        return self._fan


def an_outcome(target: str = "t1") -> Outcome:
    return Outcome(target, 2.61, "2027", AS_OF, "met", "")
