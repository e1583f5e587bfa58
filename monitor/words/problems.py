"""Words of refused acts: an error as a sentence in the reader's language.

Errors are worded in English where they arise; those a planner meets on a screen have Chinese words here,
the others keep their English sentence after a Chinese lead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.core.errors import (
    PermissionDeniedError,
    StaleEditError,
    StoreError,
    TargetRule,
    TargetRuleError,
    UserFacingError,
)
from monitor.words.display import Language
from monitor.words.target_problems import RULES, problems_text


def problem_words(error: UserFacingError, language: Language) -> str:
    """What a refused act says.

    Examples
    --------
    >>> problem_words(UserFacingError("No."), Language.ZH)
    '未能完成：No.'
    """
    if language is Language.EN:
        return str(error)
    for kind in type(error).__mro__:
        if kind in _CHINESE:
            return _CHINESE[kind](error)
    return f"未能完成：{error}"


def _stale_edit(error: StaleEditError) -> str:
    return (
        f"目标已被他人修改：{error.changed_by} 于 {error.changed_on} 登记了第 {error.current} 条（您看到的是"
        f"第 {error.seen} 条）。未写入任何内容，请核对最新条款后再决定。"
    )


def _target_rule(error: TargetRuleError) -> str:
    """The rule in words; the English sentence stays where a screen never meets it."""
    if error.rule is None:
        return f"未能完成：{error}"
    if error.rule is TargetRule.TERMS:
        return f"未能完成：{problems_text(error.facts['problems'])}。"
    return RULES[error.rule].format(**error.facts)


def _store(error: StoreError) -> str:
    return f"数据库无法使用：{error}"


def _denied(error: PermissionDeniedError) -> str:
    return f"没有权限：{error}"


_CHINESE: dict[type, Callable[[Any], str]] = {
    StaleEditError: _stale_edit,
    TargetRuleError: _target_rule,
    StoreError: _store,
    PermissionDeniedError: _denied,
}
