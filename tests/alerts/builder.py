"""What was known, made by hand: no database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from monitor.alerts.composing import Reader, compose
from monitor.alerts.content import Digest
from monitor.alerts.known import Known, Span
from monitor.core.acknowledgements import Acknowledgement
from monitor.core.flags import Flag
from monitor.core.overviews import TargetStatus
from monitor.core.people import Person, Rhythm
from monitor.core.reasons import DetailCode, Reason, ReasonCode
from monitor.core.records import FlagChange
from monitor.core.weeks import Week
from monitor.links import SignedLinks
from monitor.words.display import Language
from tests.dashboard.builder import a_grey, a_status, an_assessment, an_indicator, an_overview

WEEK = Week(2026, 47)
MONDAY = dt.date(2026, 11, 23)
RULES = {"green_at": 0.8, "yellow_at": 0.5}
DEPARTMENT = "sc_kjt_ghc"
LINKS = SignedLinks("https://example.invalid", "real", "k" * 32)
ZHANG = Person("zhang_wei", "张伟", "zhang.wei@example.invalid", "zh", (DEPARTMENT,))
PACE = Reason(
    DetailCode.PACE,
    {
        "required": 0.08,
        "achieved_mean3": 0.03,
        "reached": 2,
        "of": 8,
        "per": "year",
        "unit": "percentage_point",
    },
)
SAFE = Reason(DetailCode.SAFE_VALUE, {"value": 2.37, "level": 0.8})
LATE = Reason(DetailCode.LATE_DATA, {"days": 41, "period": "2024"})


def a_red(target: str = "r1", probability: float = 0.29, **changes: Any) -> TargetStatus:
    reason = Reason(ReasonCode.BELOW_YELLOW_LINE, {"probability": probability, "yellow_at": 0.5})
    assessment = an_assessment(
        target, flag=Flag.RED, probability=probability, reason=reason, details=(PACE, SAFE, LATE)
    )
    return a_status(target, assessment=assessment, **changes)


def a_green(target: str, **changes: Any) -> TargetStatus:
    reason = Reason(ReasonCode.ABOVE_GREEN_LINE, {"probability": 0.9, "green_at": 0.8})
    now = an_assessment(target, flag=Flag.GREEN, probability=0.9, reason=reason)
    return a_status(target, assessment=now, previous=now, **changes)


def some_known(
    *rows: TargetStatus,
    changes: Sequence[FlagChange] = (),
    rhythm: Rhythm = Rhythm.WEEKLY,
    simulated: bool = False,
) -> Known:
    overview = replace(an_overview(rows, simulated=simulated), as_of=WEEK.end)
    by_target = {change.target: change for change in changes}
    return Known(Span.of(WEEK, rhythm), overview, by_target, {}, answers=(), people={})


def an_answer(
    target: str,
    *,
    number: int = 1,
    measure: str = "",
    due_on: dt.date | None = None,
    recorded_at: dt.datetime = dt.datetime(2026, 11, 20, 8, tzinfo=dt.UTC),
) -> Acknowledgement:
    return Acknowledgement(target, "li_na", str(WEEK), measure, due_on, number, recorded_at, "li_na")


def a_digest(known: Known, language: str = "zh", **given: Any) -> Digest:
    reader = Reader(frozenset({DEPARTMENT}), Language(language))
    return compose(known, reader, rules=RULES, read_on=MONDAY, **given)


def a_mixed_week(**changes: Any) -> Known:
    """A red, a yellow whose chance fell, a grey and two greens."""
    rows = [a_red(), a_status("y1"), a_grey(), a_green("n1"), a_green("n2")]
    names = ["研发经费投入强度", "研发人员占比", "数字化企业占比", "高新产值占比", "新产品收入占比"]
    named = [
        replace(row, indicator=an_indicator(f"share_{row.target}", name_zh=name))
        for row, name in zip(rows, names, strict=True)
    ]
    return some_known(*named, **changes)
