"""Urgent notices: told once, damped, and over when they are over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from monitor import commands, queries
from monitor.alerts.deciding import begun_matters, ended_matters, telling_of
from monitor.alerts.digests import QueueSummary
from monitor.alerts.urgent import queue_urgent
from monitor.core.flags import Flag
from monitor.core.ledger import Commitment
from monitor.core.notices import Notice, NoticeKind
from monitor.core.overviews import TargetStatus
from monitor.core.reasons import Reason, ReasonCode
from monitor.core.records import FlagChange
from monitor.store import Store
from tests.alerts.builder import LINKS, a_red
from tests.alerts.test_queueing import LI, POLICY, WANG, queued
from tests.dashboard.builder import a_status, an_assessment, some_terms
from tests.monitor.builders import (
    ADMIN,
    TARGET,
    FakeClock,
    assessment,
    catalogue,
    flag_change,
    plan_entry,
    run,
    target_entry,
)

DAY = dt.date(2026, 11, 20)
SILENT = Reason(ReasonCode.SILENT, {"days_overdue": 100, "last_period": "2023", "missed": 3})


def turned(
    target: str, flag: Flag = Flag.RED, *, old: Flag | None = Flag.YELLOW, on: dt.date = DAY
) -> FlagChange:
    return FlagChange(target, on, old, flag, "x", 0.6, 0.3, None)


def a_silent(target: str = "s1") -> TargetStatus:
    found = an_assessment(target, flag=Flag.GREY, probability=None, reason=SILENT, figures={})
    return a_status(target, assessment=found)


def red_notice(**changes: Any) -> Notice:
    return replace(Notice(1, "target", "r1", NoticeKind.RED, DAY), **changes)


@pytest.mark.parametrize(
    ("row", "changes", "notices", "expected"),
    [
        (a_red(), [turned("r1")], [], ["r1"]),
        (a_red(), [], [], []),
        (a_red(), [turned("r1", old=None)], [], []),
        (a_red(terms=some_terms(commitment=Commitment.STRETCH)), [turned("r1")], [], []),
        (a_red(), [turned("r1")], [red_notice()], []),
        (a_red(), [turned("r1")], [red_notice(since=dt.date(2026, 11, 10), ended_on=DAY)], ["r1"]),
        (a_status("r1"), [turned("r1")], [], []),
        (a_silent(), [turned("s1", Flag.GREY)], [], ["rd_intensity/510000"]),
    ],
    ids=["red", "old red", "first seen", "stretch", "known", "again", "red no more", "silent"],
)
def test_what_begins(
    row: TargetStatus, changes: Sequence[FlagChange], notices: Sequence[Notice], expected: list[str]
) -> None:
    assert [notice.subject for notice in begun_matters([row], changes, notices)] == expected


def test_targets_of_one_silent_series_are_one_matter() -> None:
    rows = [a_silent("s1"), a_silent("s2")]
    changes = [turned("s1", Flag.GREY), turned("s2", Flag.GREY)]
    assert len(begun_matters(rows, changes, [])) == 1


def test_a_red_that_is_merely_unknown_is_not_over() -> None:
    grey = a_silent("r1")
    later = DAY + dt.timedelta(days=1)
    assert list(ended_matters([grey], [red_notice()], day=later)) == []
    assert [day for _, day in ended_matters([a_status("r1")], [red_notice()], day=later)] == [DAY]


def test_a_matter_of_withdrawn_targets_is_over_and_nobody_is_told() -> None:
    ((notice, day),) = ended_matters([], [red_notice(told_on=DAY)], day=DAY)
    assert day == DAY
    ended = replace(notice, ended_on=day)
    assert telling_of([ended], [], day=DAY + dt.timedelta(days=1)).is_empty


@pytest.mark.parametrize(
    ("notice", "begun", "over"),
    [
        (red_notice(), 1, 0),
        (red_notice(told_on=DAY), 0, 0),
        (red_notice(since=dt.date(2026, 11, 1)), 0, 0),
        (red_notice(ended_on=DAY), 0, 0),
        (red_notice(told_on=dt.date(2026, 11, 18), ended_on=DAY), 0, 1),
        (red_notice(told_on=DAY, ended_on=DAY), 0, 0),
        (red_notice(told_on=dt.date(2026, 11, 18), ended_on=DAY, end_told_on=DAY), 0, 0),
        (red_notice(told_on=dt.date(2026, 10, 1), ended_on=dt.date(2026, 11, 1)), 0, 0),
    ],
    ids=[
        "new",
        "told",
        "too old",
        "never told",
        "over",
        "over on the day it was told",
        "all told",
        "long over",
    ],
)
def test_what_is_told(notice: Notice, begun: int, over: int) -> None:
    telling = telling_of([notice], [a_status("r1")], day=DAY)
    assert (len(telling.begun), len(telling.over)) == (begun, over)


def test_what_turned_red_again_is_not_told_as_over() -> None:
    ended = red_notice(told_on=dt.date(2026, 11, 18), ended_on=dt.date(2026, 11, 19))
    again = red_notice(id=2, since=DAY)
    telling = telling_of([ended, again], [a_red()], day=DAY)
    assert ([each.id for each in telling.begun], telling.over) == ([2], ())


@pytest.fixture
def watched(store: Store, clock: FakeClock) -> Store:
    """One target assessed yellow on 1 March 2026; it is the morning of 2 March."""
    target = target_entry(deadline=dt.date(2026, 12, 31))
    commands.seed_catalogue(store, ADMIN, catalogue(plan_entry(target, period_end="2026")))
    commands.seed_people(store, ADMIN, [LI, replace(WANG, urgent=False)], version="v1")
    commands.record_run(store, ADMIN, run(assessment()))
    return store


def show(store: Store, clock: FakeClock, flag: Flag, *, before: Flag) -> None:
    """The next day, the target is assessed with another flag."""
    clock.advance(days=1)
    day = clock.now().date()
    chance = {Flag.RED: 0.3, Flag.YELLOW: 0.6, Flag.GREEN: 0.9}[flag]
    found = assessment(as_of=day, flag=flag, probability_met=chance, change=None, details=())
    change = flag_change(as_of=day, old_flag=before, new_flag=flag, new_probability=chance)
    commands.record_run(store, ADMIN, run(found, flag_changes=[change]))


def tell(store: Store, clock: FakeClock) -> QueueSummary:
    return queue_urgent(store, ADMIN, POLICY, now=clock.now(), links=LINKS)


def test_red_is_told_once_and_its_end_with_how_long_it_lasted(watched: Store, clock: FakeClock) -> None:
    assert tell(watched, clock).queued == 0
    show(watched, clock, Flag.RED, before=Flag.YELLOW)
    assert tell(watched, clock).queued == 1
    assert tell(watched, clock).queued == 0
    show(watched, clock, Flag.RED, before=Flag.RED)
    assert tell(watched, clock).queued == 0
    show(watched, clock, Flag.YELLOW, before=Flag.RED)
    assert tell(watched, clock).queued == 1
    assert tell(watched, clock).queued == 0
    first, last = queued(watched)
    assert {first.recipient, last.recipient} == {"li_na"}
    assert first.subject == "【指标急报】高新技术企业数：1 项转为预警（03-03）"
    assert "■ 预警" in first.text
    assert last.subject == "【指标急报】高新技术企业数：1 项解除（03-05）"
    assert "2026-03-03 起预警，2026-03-05 转为 ▲ 关注，历时 2 天。" in " ".join(last.text.split())
    (notice,) = queries.get_notices(watched, ADMIN)
    assert [str(day) for day in (notice.told_on, notice.ended_on, notice.end_told_on)] == [
        "2026-03-03",
        "2026-03-05",
        "2026-03-05",
    ]


def test_flapping_within_a_day_is_told_once(watched: Store, clock: FakeClock) -> None:
    show(watched, clock, Flag.RED, before=Flag.YELLOW)
    tell(watched, clock)
    day = clock.now().date()
    clock.advance(hours=1)
    for flag, old, chance in ((Flag.YELLOW, Flag.RED, 0.6), (Flag.RED, Flag.YELLOW, 0.3)):
        found = assessment(as_of=day, flag=flag, probability_met=chance, change=None, details=())
        change = flag_change(as_of=day, old_flag=old, new_flag=flag)
        commands.record_run(watched, ADMIN, run(found, flag_changes=[change]))
        clock.advance(hours=1)
        assert tell(watched, clock).queued == 0


def test_a_target_that_turns_red_again_after_recovering_is_told_again(
    watched: Store, clock: FakeClock
) -> None:
    for flag, old in ((Flag.RED, Flag.YELLOW), (Flag.YELLOW, Flag.RED), (Flag.RED, Flag.YELLOW)):
        show(watched, clock, flag, before=old)
        assert tell(watched, clock).queued == 1
    assert len(queries.get_notices(watched, ADMIN)) == 2


def test_an_attempt_cut_short_is_repeated_with_the_same_key(
    watched: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(watched, clock, Flag.RED, before=Flag.YELLOW)

    def fails(*_: object, **__: object) -> None:
        raise ConnectionError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(commands, "mark_told", fails)
        with pytest.raises(ConnectionError):
            tell(watched, clock)
    clock.advance(days=1)
    assert tell(watched, clock).queued == 0
    assert len(queued(watched)) == 1


def test_what_nobody_could_be_told_waits_for_someone(watched: Store, clock: FakeClock) -> None:
    commands.save_person(watched, ADMIN, replace(LI, active=False), reason="调离")
    show(watched, clock, Flag.RED, before=Flag.YELLOW)
    assert tell(watched, clock).queued == 0
    assert queries.get_notices(watched, ADMIN)[0].told_on is None
    commands.save_person(watched, ADMIN, LI, reason="回任")
    clock.advance(minutes=5)
    assert tell(watched, clock).queued == 1
    assert queued(watched)[0].targets == [TARGET]
