"""Queueing digests: once each, rebuilt identically, on SQLite and PostgreSQL."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
import sqlalchemy as sa

from monitor import commands, queries
from monitor.alerts.digests import QueueSummary, digests_of, queue_digests
from monitor.alerts.rendering import Rendered
from monitor.config import WorkingDays
from monitor.core.errors import NotFoundError, UsageError
from monitor.core.flags import Flag, Thresholds
from monitor.core.outbox import MessageKind, NewMessage
from monitor.core.people import DigestRecord, Person, Rhythm
from monitor.core.policy import Policy
from monitor.core.weeks import Week
from monitor.store import Store
from monitor.tables import OutboxMessageRow
from tests.alerts.builder import LINKS
from tests.monitor.builders import (
    ADMIN,
    TARGET,
    FakeClock,
    assessment,
    catalogue,
    figure,
    flag_change,
    load,
    plan_entry,
    run,
    target_entry,
)

WEEK = Week(2026, 9)
CALENDAR = WorkingDays()
"""Monday 23 February to Sunday 1 March 2026; the clock stands at Monday morning."""
POLICY = Policy(Thresholds(0.8, 0.5, 0.05, 2), 2, 0.05, 1, 400, "v1")
LI = Person("li_na", "李娜", "li.na@example.invalid", "zh", ("kjj_gaoxin",))
WANG = replace(LI, code="wang", name="Wang", email="wang@example.invalid", language="en")
ELSEWHERE = replace(LI, code="sun", email="sun@example.invalid", departments=("kjj_guihua",))


@pytest.fixture
def told(store: Store, clock: FakeClock) -> Store:
    """One target, yellow last week and red now, and three people."""
    clock.advance(days=-10)
    target = target_entry(deadline=dt.date(2026, 12, 31))
    commands.seed_catalogue(store, ADMIN, catalogue(plan_entry(target, period_end="2026")))
    commands.seed_people(store, ADMIN, [LI, WANG, ELSEWHERE], version="v1")
    rows = [
        figure(400.0 + 50 * year, str(2019 + year), known_on=dt.date(2020 + year, 4, 30)) for year in range(6)
    ]
    commands.record_load(store, ADMIN, load(*rows))
    commands.record_run(store, ADMIN, run(assessment(as_of=dt.date(2026, 2, 22))))
    clock.advance(days=9)
    record_red(store, dt.date(2026, 3, 1))
    clock.advance(days=1)
    return store


def record_red(store: Store, day: dt.date, probability: float = 0.3) -> None:
    red = assessment(as_of=day, flag=Flag.RED, probability_met=probability, change=None, details=())
    change = flag_change(as_of=day, old_flag=Flag.YELLOW, new_flag=Flag.RED, new_probability=probability)
    commands.record_run(store, ADMIN, run(red, flag_changes=[change]))


def queue(store: Store, clock: FakeClock, **given: Any) -> QueueSummary:
    return queue_digests(
        store,
        ADMIN,
        POLICY,
        week=given.pop("week", WEEK),
        now=clock.now(),
        links=LINKS,
        calendar=CALENDAR,
        **given,
    )


def composed(store: Store, clock: FakeClock, code: str, week: Week = WEEK) -> Rendered:
    (found,) = digests_of(
        store, ADMIN, POLICY, week=week, now=clock.now(), calendar=CALENDAR, recipients=[code]
    )
    return found.rendered(LINKS)


def queued(store: Store) -> Sequence[Any]:
    with store.read() as session:
        return session.execute(sa.select(*OutboxMessageRow.__table__.c).order_by(OutboxMessageRow.key)).all()


def test_each_person_gets_one_message_whose_key_names_it(told: Store, clock: FakeClock) -> None:
    assert queue(told, clock) == QueueSummary("2026-W09", 3, 3, 3)
    rows = queued(told)
    assert [row.key for row in rows] == [f"digest/2026-W09/{code}/email" for code in ("li_na", "sun", "wang")]
    li = rows[0]
    assert li.subject == "【指标周报】绵阳：1 项预警，剩 304 天（03-02）"
    assert li.not_before == dt.datetime(2026, 3, 2, 0, 30, tzinfo=dt.UTC)
    assert (li.address, li.targets) == ("li.na@example.invalid", [TARGET])
    assert "▲ → ■ 预警  61% → 30%" in li.text
    assert rows[2].subject.startswith("[Indicators weekly]")


def test_queueing_twice_queues_nothing_new(told: Store, clock: FakeClock) -> None:
    queue(told, clock)
    before = queued(told)
    clock.advance(hours=3)
    assert queue(told, clock).queued == 0
    assert queued(told) == before


def test_a_month_that_is_not_over_is_not_queued(told: Store, clock: FakeClock) -> None:
    monthly = replace(LI, code="monthly", email="m@example.invalid", rhythm=Rhythm.MONTHLY)
    commands.seed_people(told, ADMIN, [LI, WANG, ELSEWHERE, monthly], version="v2", apply=True)
    assert "2026-03" in str(digest_record_of(told, clock, "monthly").period)
    with pytest.raises(UsageError, match="monthly is told monthly, and weeks of 2026-03"):
        queue(told, clock, recipients=["li_na", "monthly"])
    assert queued(told) == []


def digest_record_of(store: Store, clock: FakeClock, code: str) -> DigestRecord:
    (found,) = digests_of(
        store, ADMIN, POLICY, week=WEEK, now=clock.now(), calendar=CALENDAR, recipients=[code]
    )
    return found.record


def test_a_digest_is_composed_as_of_the_moment_of_its_record(
    told: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another writer who comes before the record, though after the asking, is seen."""
    record = commands.record_digests

    def after_another_writer(*given: Any) -> int:
        clock.advance(seconds=1)
        record_red(told, dt.date(2026, 3, 1), probability=0.1)
        clock.advance(seconds=1)
        return record(*given)

    monkeypatch.setattr(commands, "record_digests", after_another_writer)
    queue(told, clock, recipients=["li_na"])
    assert "10%" in queued(told)[0].text


def test_other_departments_hear_nothing_of_a_target(told: Store, clock: FakeClock) -> None:
    assert TARGET not in composed(told, clock, "sun").text
    assert "目前没有您负责的在执行目标" in composed(told, clock, "sun").text


def test_a_past_digest_is_rebuilt_identically(told: Store, clock: FakeClock) -> None:
    """After new figures, a new assessment of that day, a revision, new rules, and the person's leaving."""
    queue(told, clock)
    before = {row.recipient: (row.subject, row.html, row.text) for row in queued(told)}
    clock.advance(days=3)
    commands.record_load(
        told, ADMIN, load(figure(333.0, "2024", known_on=dt.date(2026, 2, 27)), name="late.csv")
    )
    again = assessment(as_of=dt.date(2026, 3, 1), probability_met=0.9, flag=Flag.GREEN, change=None)
    commands.record_run(told, ADMIN, run(again))
    moved = queries.get_target(told, ADMIN, TARGET).history[-1].terms
    commands.revise_target(
        told,
        ADMIN,
        TARGET,
        terms=replace(moved, value=1000.0, departments=("kjj_guihua",)),
        effective_on=dt.date(2026, 2, 1),
        reason="分工调整",
        document="",
        expected_sequence=1,
    )
    commands.save_person(told, ADMIN, replace(LI, name="别名", active=False, language="en"), reason="调离")
    strict = replace(POLICY, thresholds=Thresholds(0.9, 0.6, 0.05, 2))
    for code, (subject, html, text) in before.items():
        (found,) = digests_of(
            told, ADMIN, strict, week=WEEK, now=clock.now(), calendar=CALENDAR, recipients=[code]
        )
        rebuilt = found.rendered(LINKS)
        assert (rebuilt.subject, rebuilt.html, rebuilt.text) == (subject, html, text)


def test_the_first_digest_after_a_gap_names_the_weeks_that_were_not_sent(
    told: Store, clock: FakeClock
) -> None:
    """In both layouts, to whoever was told before; and so it stays when the weeks are made up by hand."""
    queue(told, clock)
    clock.advance(days=8)
    commands.seed_people(
        told, ADMIN, [LI, WANG, ELSEWHERE, replace(LI, code="new")], version="v2", apply=True
    )
    clock.advance(days=20)
    after = Week(2026, 13)
    queue(told, clock, week=after)
    rows = {row.recipient: row for row in queued(told) if row.period == str(after)}
    chinese = "2026 年第 10 周至 2026 年第 12 周的周报未发送（放假或系统停机）"
    english = "The digests from week 10, 2026 to week 12, 2026 were not sent"
    for code, sentence in (("li_na", chinese), ("sun", chinese), ("wang", english)):
        assert sentence in rows[code].html
        assert "".join(sentence.split()) in "".join(rows[code].text.split()), "in wrapped lines"
    assert "未发送" not in rows["new"].text
    clock.advance(days=1)
    queue(told, clock, week=Week(2026, 12), recipients=["li_na"])
    assert composed(told, clock, "li_na", after).html == rows["li_na"].html
    clock.advance(days=7)
    assert "未发送" not in composed(told, clock, "li_na", after.shift(1)).text


def test_one_week_that_was_not_sent_is_named_alone(told: Store, clock: FakeClock) -> None:
    queue(told, clock)
    clock.advance(days=14)
    queue(told, clock, week=Week(2026, 11))
    assert "2026 年第 10 周的周报未发送" in composed(told, clock, "li_na", Week(2026, 11)).html
    assert "The digest of week 10, 2026 was not sent" in composed(told, clock, "wang", Week(2026, 11)).html


def test_what_was_not_recorded_is_composed_as_of_now(told: Store, clock: FakeClock) -> None:
    before = composed(told, clock, "li_na").text
    clock.advance(hours=1)
    record_red(told, dt.date(2026, 3, 1), probability=0.2)
    clock.advance(hours=1)
    assert composed(told, clock, "li_na").text != before


def test_an_interrupted_attempt_is_finished_with_the_same_message(
    told: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = composed(told, clock, "li_na").text

    def fails(*_: object) -> int:
        raise ConnectionError("the machine went down")

    with monkeypatch.context() as patch:
        patch.setattr(commands, "enqueue_messages", fails)
        with pytest.raises(ConnectionError):
            queue(told, clock)
    assert queued(told) == []
    clock.advance(hours=1)
    record_red(told, dt.date(2026, 3, 1), probability=0.2)
    assert queue(told, clock).queued == 3
    assert queued(told)[0].text == expected


def test_who_left_or_unsubscribed_or_hears_monthly_gets_no_weekly_digest(
    told: Store, clock: FakeClock
) -> None:
    commands.save_person(told, ADMIN, replace(LI, active=False), reason="调离")
    commands.unsubscribe_person(told, ADMIN, "wang", reason="本人要求")
    commands.save_person(told, ADMIN, replace(ELSEWHERE, rhythm=Rhythm.MONTHLY), reason="改月报")
    clock.advance(minutes=1)
    assert queue(told, clock).queued == 0


def test_a_monthly_digest_comes_with_the_last_week_that_ends_in_the_month(
    told: Store, clock: FakeClock
) -> None:
    commands.save_person(told, ADMIN, replace(LI, rhythm=Rhythm.MONTHLY), reason="改月报")
    clock.advance(days=28)
    for week in (Week(2026, 12), Week(2026, 13)):
        queue(told, clock, week=week)
    assert [row.key for row in queued(told) if row.recipient == "li_na"] == ["digest/2026-03/li_na/email"]
    monthly = next(row for row in queued(told) if row.recipient == "li_na")
    assert "【指标月报】" in monthly.subject
    assert "2026 年 3 月（02-23 至 03-29）" in " ".join(monthly.text.split())
    assert "▲ → ■ 预警" in monthly.text


def test_channels_carry_a_short_text_and_people_without_a_way_are_named(
    told: Store, clock: FakeClock
) -> None:
    commands.save_person(told, ADMIN, replace(LI, channels=("bureau_chat",)), reason="加渠道")
    commands.save_person(told, ADMIN, replace(WANG, email=""), reason="换邮箱")
    clock.advance(minutes=1)
    summary = queue(told, clock)
    assert (summary.messages, summary.unreachable) == (3, ("wang",))
    mail, chat = (
        next(row for row in queued(told) if row.recipient == "li_na" and row.channel == channel)
        for channel in ("email", "bureau_chat")
    )
    assert (chat.address, chat.html, chat.headers) == ("", "", {})
    assert queries.get_message(told, ADMIN, chat.id).message.pictures == ()
    assert queries.get_message(told, ADMIN, mail.id).message.pictures
    assert chat.text.startswith("您负责的 1 项目标中，■ 1 项预警")
    assert chat.text.endswith("。\nhttps://example.invalid/?workspace=real")
    assert "List-Unsubscribe" in mail.headers


def test_figures_under_embargo_are_shown_to_those_entitled(told: Store, clock: FakeClock) -> None:
    secret = figure(777.0, "2025", known_on=dt.date(2026, 2, 20), embargo_until=dt.date(2026, 6, 1))
    commands.record_load(told, ADMIN, load(secret, name="embargo.csv"))
    commands.save_person(told, ADMIN, replace(WANG, sees_embargoed=True), reason="授权")
    clock.advance(minutes=1)
    assert "777" in composed(told, clock, "wang").text
    assert "777" not in composed(told, clock, "li_na").text


def test_a_week_that_is_not_over_is_not_queued(told: Store, clock: FakeClock) -> None:
    with pytest.raises(UsageError, match="2026-W10 ends on 2026-03-08"):
        queue(told, clock, week=Week(2026, 10))


def test_an_unknown_recipient_is_refused(told: Store, clock: FakeClock) -> None:
    with pytest.raises(NotFoundError, match="li_na"):
        queue(told, clock, recipients=["li_nan"])


def test_messages_with_one_key_are_queued_once(store: Store) -> None:
    message = NewMessage("k", MessageKind.TEST, "d", "p", "email", "a@b.cn", "zh", "s", "", "t")
    assert commands.enqueue_messages(store, ADMIN, [message]) == 1
    assert commands.enqueue_messages(store, ADMIN, [message, replace(message, key="l")]) == 1
