"""Words of refused acts: an error as a sentence in the reader's language.

Errors are worded in English where they arise; those a planner meets on a screen have Chinese words here,
the others keep their English sentence after a Chinese lead.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from monitor.core.errors import (
    OutboxError,
    PermissionDeniedError,
    PersonError,
    StaleEditError,
    StalePersonError,
    StoreError,
    UserFacingError,
)
from monitor.words.display import Language


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


def _stale_person(error: StalePersonError) -> str:
    if not error.seen:
        return f"代码 {error.code} 已有人使用，未保存；请换一个代码，或在名单中修改此人。"
    return (
        f"{error.code} 已被他人修改：{error.changed_by} 于 {error.changed_on} 保存了第 {error.current} 版"
        f"（您看到的是第 {error.seen} 版）。未保存，请核对后再决定。"
    )


_PERSON_FIELDS = {
    "code": "代码须为小写字母、数字与下划线，以字母开头，如 zhang_wei",
    "name": "姓名须为一行可打印文字，不超过 60 字",
    "email": "邮箱须为一个地址，如 zhang.wei@example.invalid，或留空",
    "language": "语言须为 zh 或 en",
}


def _person(error: PersonError) -> str:
    return f"{_PERSON_FIELDS[error.field]}；现为“{error.found}”。未保存。"


def _outbox(error: OutboxError) -> str:
    return f"邮件未改动，请核对最新状态与理由：{error}"


def _store(error: StoreError) -> str:
    return f"数据库无法使用：{error}"


def _denied(error: PermissionDeniedError) -> str:
    return f"没有权限：{error}"


_CHINESE: dict[type, Callable[[Any], str]] = {
    StaleEditError: _stale_edit,
    StalePersonError: _stale_person,
    PersonError: _person,
    OutboxError: _outbox,
    StoreError: _store,
    PermissionDeniedError: _denied,
}
