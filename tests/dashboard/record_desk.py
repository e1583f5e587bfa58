"""A desk that answers the questions of the record page from hand-made records."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace

from monitor.core.flags import Flag
from monitor.core.records import Plan, RunKind
from monitor.core.track_record import Ending, Fate, Reading, RecordSource, TimeLeft
from monitor.forecasting import score
from monitor.track_record import DayThen, PlanReplay, SourceRecord, TargetReplay, TargetThen, TrackRecord
from tests.dashboard.builder import AS_OF, FakeDesk, a_detail, a_plan, a_status, an_assessment

DEADLINE = dt.date(2025, 12, 31)
DAYS = (dt.date(2025, 9, 30), DEADLINE, dt.date(2026, 3, 31))
KNOWN_ON = dt.date(2026, 2, 10)
FINISHED = replace(
    a_plan("old"), title="<b>旧规划</b>", title_en="Old plan", period_start="2025", period_end="2025"
)
MISSED = Ending(Fate.MISSED, KNOWN_ON, 2.4, False, None, None)


def a_reading(day: dt.date, probability: float) -> Reading:
    return Reading(
        target="t1",
        day=day,
        flag=Flag.GREEN,
        probability=probability,
        is_met=False,
        time_left=TimeLeft.TO_6,
        kind="level",
        frequency="annual",
        straight_line=True,
        last_year_share=None,
        quantiles={0.1: 2.3, 0.5: 2.5, 0.9: 2.6},
        quantity=2.4,
        wanted=2.5,
    )


class RecordDesk(FakeDesk):
    """`kind`: empty (nothing judged, no plan finished), unreplayed, or one judged target."""

    def __init__(self, kind: str = "one") -> None:
        detail = a_detail()
        super().__init__([a_status()] if kind != "empty" else [], [detail])
        self._kind = kind
        self._target = detail.target

    def get_plans(self) -> dict[str, Plan]:
        return {} if self._kind == "empty" else {"old": FINISHED}

    def track_record(self, *, as_of: dt.date) -> TrackRecord:
        readings = [a_reading(DAYS[0], 0.85), a_reading(DAYS[1], 0.9)] if self._kind == "one" else []
        sources = [SourceRecord(source, 0, 0, score([])) for source in RecordSource]
        sources[2] = SourceRecord(RecordSource.REPLAY, len(readings) // 2, len(readings), score(readings))
        endings = Counter({Fate.MISSED: 1} if readings else {})
        return TrackRecord(as_of, endings, Counter({"old": 1} if readings else {}), tuple(sources))

    def plan_replay(self, code: str, *, as_of: dt.date) -> PlanReplay:
        assert code == "old"
        if self._kind != "one":
            return PlanReplay(FINISHED, (), None, (), 0)
        told = {
            day: an_assessment(flag=flag, probability=chance, as_of=day)
            for day, flag, chance in zip(
                DAYS, (Flag.GREEN, Flag.GREEN, Flag.MISSED), (0.85, 0.9, 0.0), strict=True
            )
        }
        first = TargetReplay(a_status(plan=FINISHED), told, {DAYS[1]: True}, {}, MISSED)
        return PlanReplay(FINISHED, DAYS, AS_OF, (first,), 3)

    def day_then(self, *, day: dt.date, kind: RunKind, as_of: dt.date) -> DayThen:
        if kind is RunKind.SCHEDULED or self._kind == "empty":
            return DayThen(day, {}, 0, ())
        entry = an_assessment(flag=Flag.GREEN, probability=0.9, as_of=DAYS[1])
        found = TargetThen(self._target, entry, MISSED)
        return DayThen(day, {(Flag.GREEN, Fate.MISSED): 1}, 1, (found,))
