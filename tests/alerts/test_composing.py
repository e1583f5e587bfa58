"""What a digest says: order, own targets, words, and what it leaves out."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

import pytest

from monitor.alerts.digests import digest_morning
from monitor.alerts.known import Span, _net_changes
from monitor.config import WorkingDays
from monitor.core.flags import Flag
from monitor.core.people import Rhythm
from monitor.core.records import FlagChange
from monitor.core.weeks import Week
from monitor.words.messages import CHINESE, ENGLISH
from tests.alerts.builder import WEEK, ZHANG, a_digest, a_green, a_mixed_week, a_red, an_answer, some_known
from tests.dashboard.builder import a_milestone, a_plan, a_region, a_status, some_terms


def test_the_subject_says_it_all() -> None:
    subject = a_digest(a_mixed_week()).subject
    assert subject == "【指标周报】四川：1 项预警、1 项关注、1 项无法判断，剩 1.1 年（11-23）"
    assert a_digest(a_mixed_week(), "en").subject == (
        "[Indicators weekly] Sichuan: 1 at risk, 1 watch, 1 unknown, 1.1 y left (11-23)"
    )


def test_red_comes_before_yellow_and_only_these_are_told_at_length() -> None:
    digest = a_digest(a_mixed_week())
    assert [block.target for block in digest.blocks] == ["r1", "y1"]
    folded = {group.flag.flag: group for group in digest.rest}
    assert [item.target for item in folded[Flag.GREEN].items] == ["n1", "n2"]
    assert not folded[Flag.GREEN].is_linked
    assert "仅 1 期数据" in folded[Flag.GREY].items[0].said


def test_a_block_tells_chance_figures_paces_and_what_to_do() -> None:
    (block, _) = a_digest(a_mixed_week()).blocks
    assert (block.chance, block.share, block.before) == ("29%", 29, "上周 66%")
    assert [(fact.label, fact.number, fact.unit) for fact in block.facts] == [
        ("现值", "2.26", "%"),
        ("目标", "2.50", "%"),
        ("差距", "−0.24", "个百分点"),
    ]
    rows = dict(block.rows)
    assert rows["进度"] == "每年需提高 0.08 个百分点；近 8 年有 2 年达到，最近 3 年平均 0.03 个百分点。"
    assert rows["请做"] == "催报 2024 年数据（已逾期 43 天）。"
    assert rows["可行"] == "80% 把握的目标值为 2.37%。"
    assert "0.08" not in rows["原因"]


def test_late_figures_name_their_owner_and_the_days_to_the_end_of_the_week() -> None:
    (late,) = a_digest(a_mixed_week()).late
    assert late.name == "研发经费投入强度"
    assert late.said == "应于 2026-10-10 前报送，已逾期 43 天"
    assert late.owners == "责任科室：规划处"


def test_only_targets_of_own_departments_are_told() -> None:
    other = a_red("other", terms=some_terms(departments=("elsewhere",)))
    digest = a_digest(some_known(other, a_green("n1")))
    assert digest.blocks == ()
    assert "other" not in str(digest)


def test_a_moved_chance_is_told_and_a_small_move_is_not() -> None:
    changed = a_digest(a_mixed_week()).changed
    assert changed is not None
    assert [(entry.target, entry.sign, entry.chances) for entry in changed.changes] == [
        ("r1", "↓", "66% → 29%"),
        ("y1", "↓", "66% → 60%"),
    ]


def test_a_changed_flag_comes_first_with_its_old_shape() -> None:
    change = FlagChange("n1", WEEK.end, Flag.YELLOW, Flag.GREEN, "above_green_line", 0.7, 0.9, None)
    changed = a_digest(a_mixed_week(changes=[change])).changed
    assert changed is not None
    first = changed.changes[0]
    assert first.target == "n1"
    assert first.old_flag is not None
    assert (first.old_flag.text, first.flag.text) == ("▲", "● 正常")


def test_an_empty_week_says_so() -> None:
    digest = a_digest(some_known(a_green("n1")))
    assert digest.changed is not None
    assert digest.changed.notes == ("没有目标变灯，没有达标概率变动达到 3 个百分点的目标。",)
    assert digest.subject == "【指标周报】四川：1 项正常（11-23）"


def test_nobodys_targets_are_told_in_a_line() -> None:
    assert a_digest(some_known()).summary_text == "目前没有您负责的在执行目标。"


def test_simulated_figures_are_labelled_in_subject_and_body() -> None:
    digest = a_digest(a_mixed_week(simulated=True))
    assert digest.subject.startswith("【指标周报·模拟】")
    assert digest.simulated.startswith("模拟数据")


def test_targets_of_one_name_are_told_apart() -> None:
    later = a_red("r2", terms=some_terms(deadline=dt.date(2030, 12, 31), value=3.0))
    names = [block.name for block in a_digest(some_known(a_red(), later)).blocks]
    assert names == ["研发经费投入强度 2027 年 ≥ 2.50%", "研发经费投入强度 2030 年 ≥ 3.00%"]


def test_several_regions_are_named_and_counted() -> None:
    henan = a_red("r2", region=a_region("河南", "410000"), terms=some_terms(region="410000"))
    digest = a_digest(some_known(a_red(), henan))
    assert "2 个地区" in digest.subject
    assert {block.name for block in digest.blocks} == {"四川 研发经费投入强度", "河南 研发经费投入强度"}


def test_a_region_that_holds_the_others_names_them_all() -> None:
    city = replace(a_region("绵阳", "510700", level="city"), parent="510000")
    within = a_red("r2", region=city, terms=some_terms(region="510700"))
    assert "】四川：" in a_digest(some_known(a_red(), within)).subject


def test_long_lists_are_told_at_length_only_at_the_top() -> None:
    rows = [
        a_red(f"r{number:02}", 0.01 * number, terms=some_terms(value=2 + number / 10))
        for number in range(1, 16)
    ]
    digest = a_digest(some_known(*rows))
    assert len(digest.blocks) == 12
    assert [item.target for item in digest.further] == ["r13", "r14", "r15"]
    assert digest.targets == tuple(row.target for row in rows)


def test_a_finished_plan_is_told_only_when_something_changes() -> None:
    done = a_green("old", plan=replace(a_plan(), period_end="2025"))
    missed = replace(done, assessment=replace(done.assessment, flag=Flag.MISSED)) if done.assessment else done
    assert a_digest(some_known(missed)).rest == ()
    change = FlagChange("old", WEEK.end, Flag.AWAITING, Flag.MISSED, "not_reached", None, None, None)
    assert a_digest(some_known(missed, changes=[change])).rest[0].flag.flag is Flag.MISSED


def test_a_milestone_counts_its_days_to_the_day_of_reading() -> None:
    (group,) = a_digest(some_known(a_milestone())).rest
    assert group.items[0].said == "尚未办结，剩 38 天。"


def test_what_people_said_is_told_of_own_targets() -> None:
    told = an_answer("r1", measure="已催报", due_on=dt.date(2026, 11, 30))
    known = replace(
        a_mixed_week(), answers=(told, an_answer("elsewhere")), people={"li_na": replace(ZHANG, name="李娜")}
    )
    (item,) = a_digest(known).said
    assert item.said == "李娜：已催报（2026-11-30 前）"


def test_only_the_last_answer_of_a_person_is_told_and_a_mere_seen_once() -> None:
    earlier = dt.datetime(2026, 11, 10, tzinfo=dt.UTC)
    old = an_answer("y1", recorded_at=earlier)
    promised = an_answer("r1", number=2, measure="补报", due_on=dt.date(2026, 12, 1), recorded_at=earlier)
    known = replace(a_mixed_week(), answers=(old, an_answer("r1", measure="在办"), promised))
    assert [item.target for item in a_digest(known).said] == ["r1"]
    assert a_digest(known).said[0].said == "li_na：补报（2026-12-01 前）"


def test_flags_that_came_back_are_no_change() -> None:
    there = FlagChange("t", WEEK.start, Flag.GREEN, Flag.YELLOW, "x", 0.84, 0.7, None)
    back = FlagChange("t", WEEK.end, Flag.YELLOW, Flag.GREEN, "x", 0.7, 0.86, None)
    assert _net_changes([there, back]) == {}
    worse = replace(back, new_flag=Flag.RED)
    assert _net_changes([there, worse])["t"].old_flag is Flag.GREEN


@pytest.mark.parametrize(
    ("week", "since", "period", "is_whole"),
    [
        ("2026-W48", "2026-10-25", "2026-11", True),
        ("2026-W47", "2026-10-25", "2026-11", False),
        ("2027-W04", "2026-12-27", "2027-01", True),
        ("2027-W05", "2027-01-31", "2027-02", False),
    ],
)
def test_a_month_is_that_of_its_sundays(week: str, since: str, period: str, is_whole: bool) -> None:
    span = Span.of(Week.parse(week), Rhythm.MONTHLY)
    assert (str(span.since), span.period, span.is_whole) == (since, period, is_whole)


def test_digests_go_out_on_the_next_working_day() -> None:
    assert str(digest_morning(WEEK, WorkingDays())) == "2026-11-23 08:30:00+08:00"
    # 2026: National Day holidays to 7 October.
    assert digest_morning(Week(2026, 40), WorkingDays()).date() == dt.date(2026, 10, 8)
    made_up = WorkingDays(working=frozenset({dt.date(2026, 10, 6)}))
    assert digest_morning(Week(2026, 40), made_up).date() == dt.date(2026, 10, 6)


def test_monthly_words_compare_with_the_month_before() -> None:
    digest = a_digest(some_known(a_status("y1"), rhythm=Rhythm.MONTHLY))
    assert digest.title == "指标月报 · 四川"
    assert digest.blocks[0].before == "上月 66%"


def test_both_languages_have_every_text_of_mail_with_the_same_blanks() -> None:
    blanks = [
        {name: sorted(set(re.findall(r"{(\w+)", text))) for name, text in catalogue.mail.items()}
        for catalogue in (CHINESE, ENGLISH)
    ]
    assert blanks[0] == blanks[1]
