"""Refusals in Chinese: every rule a planner meets has words, and they state their facts."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor.core.errors import StaleEditError, TargetRule, TargetRuleError
from monitor.words.display import Language
from monitor.words.problems import problem_words

FACTS = {
    "day": dt.date(2026, 11, 22),
    "before": dt.date(2026, 12, 1),
    "latest": dt.date(2027, 11, 23),
    "first": dt.date(2026, 12, 1),
}


@pytest.mark.parametrize("rule", list(TargetRule))
def test_every_rule_is_worded_without_english(rule: TargetRule) -> None:
    said = problem_words(TargetRuleError("In English.", rule=rule, **FACTS), Language.ZH)
    assert "English" not in said
    assert "{" not in said


def test_a_rule_without_words_keeps_its_sentence() -> None:
    assert problem_words(TargetRuleError("Kept."), Language.ZH) == "未能完成：Kept."


def test_the_second_editor_is_told_who_changed_what() -> None:
    error = StaleEditError("t1", seen=1, current=2, changed_by="li_na", changed_on="2026-11-20", what="value")
    said = problem_words(error, Language.ZH)
    for word in ("li_na", "2026-11-20", "第 2 条", "第 1 条"):
        assert word in said
