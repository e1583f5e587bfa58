"""Words of refused acts: an error as a sentence in the reader's language.

Errors are worded in English where they arise; those a planner meets on a screen have Chinese words here,
the others keep their English sentence after a Chinese lead.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from monitor.core.errors import (
    DocumentError,
    DocumentFault,
    EndedReviewError,
    EnteredProposalError,
    IngestError,
    OutboxError,
    PermissionDeniedError,
    PersonError,
    SettledRowError,
    StaleDecisionError,
    StaleEditError,
    StaleMessageError,
    StalePersonError,
    StoreError,
    TargetRuleError,
    UserFacingError,
)
from monitor.core.term_rules import TermProblem, TermRule, TermsError
from monitor.words.display import Language
from monitor.words.messages.files_zh import FILES
from monitor.words.messages.ledger_zh import LEDGER_RULES
from monitor.words.messages.screens.mail import LABELS

_BEIJING = dt.timezone(dt.timedelta(hours=8))


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


_DEEDS = {
    "repaired": "已修正",
    "replayed": "已重新入库",
    "refused_again": "已重新入库而未通过",
    "dismissed": "已关闭",
}


def _settled_row(error: SettledRowError) -> str:
    deed = _DEEDS.get(error.deed, error.deed)
    return (
        f"第 {error.row_id} 号待处理行已不是您看到的样子："
        f"{error.who} 于 {error.when} {deed}（{error.reason}）。"
        "未写入任何内容，请核对最新内容后再决定。"
    )


def _file(error: IngestError) -> str:
    for pattern, words in FILES:
        found = re.match(pattern, error.problem)
        if found:
            told = words.format(**{name: text or "" for name, text in found.groupdict().items()})
            return f"{error.file}：{told}未写入任何内容。"
    return f"{error.file}：文件无法读取，未写入任何内容。{error}"


def _target_rule(error: TargetRuleError) -> str:
    """The rule in words; a rule no screen meets keeps its English sentence."""
    if error.rule is None:
        return f"未能完成：{error}"
    return LEDGER_RULES[error.rule].format(**error.facts)


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


def _stale_message(error: StaleMessageError) -> str:
    (before, seen), (state, claims) = (
        (LABELS[f"mail_state_{state}"][0], claims) for state, claims in (error.seen, error.current)
    )
    return (
        f"第 {error.message_id} 号邮件已不是您看到的样子：当时“{before}”，曾领取发送 {seen} 次；"
        f"现为“{state}”，曾领取 {claims} 次。所选邮件均未改动，请核对最新状态后再决定。"
    )


def _store(error: StoreError) -> str:
    return f"数据库无法使用：{error}"


def _denied(error: PermissionDeniedError) -> str:
    return f"没有权限：{error}"


def _time(moment: dt.datetime) -> str:
    """A moment as clocks in China show it."""
    return f"{moment.astimezone(_BEIJING):%Y-%m-%d %H:%M}"


def _document(error: DocumentError) -> str:
    return f"“{error.file}”：{_FAULTS[error.fault]}未存入任何内容。"


def _terms(error: TermsError) -> str:
    return "；".join(term_problem_words(problem, Language.ZH) for problem in error.problems) + "。"


def _stale_decision(error: StaleDecisionError) -> str:
    decision = {"accepted": "接受", "rejected": "退回", "pending": "改动或撤回"}[error.decision]
    return (
        f"第 {error.position + 1} 项已不是您看到的样子：{error.by} 于 {_time(error.on)} "
        f"{decision}。未写入任何内容，请核对后再决定。"
    )


def _ended_review(error: EndedReviewError) -> str:
    return f"“{error.name}”的审核已由 {error.by} 于 {_time(error.on)} 结束；如需继续，请重新上传该文件。"


def _entered(error: EnteredProposalError) -> str:
    return f"第 {error.position + 1} 项已登记为目标 {error.target}；如需修改，请到“调整”页。"


def term_problem_words(problem: TermProblem, language: Language) -> str:
    """What makes no sense in the terms of a target, without a full stop.

    Examples
    --------
    >>> term_problem_words(
    ...     TermProblem("value", "-3 家", "0 家 or more", TermRule.NOT_BELOW_BOUND, "0 家"), Language.ZH
    ... )
    '目标值 -3 家 低于指标下限 0 家'
    """
    if language is Language.EN:
        return str(problem)
    field = _FIELDS.get(problem.field, problem.field)
    return _RULES[problem.rule].format(field=field, found=problem.found, limit=problem.limit)


_FIELDS = {"value": "目标值", "value_upper": "上限", "deadline": "期限", "start": "起始期"}
_RULES = {
    TermRule.FINITE: "{field} {found} 不是有限的数",
    TermRule.NOT_BELOW_BOUND: "{field} {found} 低于指标下限 {limit}",
    TermRule.NOT_ABOVE_BOUND: "{field} {found} 高于指标上限 {limit}",
    TermRule.UPPER_ABOVE_VALUE: "{field} {found} 应高于目标值 {limit}",
    TermRule.NOT_BEFORE_PLAN: "{field} {found} 早于规划起始日 {limit}",
    TermRule.END_OF_PERIOD: "{field} {found} 不是指标统计期的末日，如 {limit}",
    TermRule.START_GIVEN: "缺少{field}（平均增速的基期）",
    TermRule.NO_WINDOW: "此类目标没有{field}",
    TermRule.START_A_PERIOD: "{field} {found} 不是统计期，请写年份如 2025",
    TermRule.START_BEFORE_DEADLINE: "{field} {found} 不早于期限 {limit}",
}
_FAULTS = {
    DocumentFault.NOT_OPENED: "文件无法打开。",
    DocumentFault.EMPTY: "文件是空的，请重新保存后上传。",
    DocumentFault.NO_TEXT: "文件中没有文字，请另存为 .docx 或文本后上传。",
    DocumentFault.TOO_LARGE: "文件或其文字过大，请去掉图片或分成几份后上传。",
    DocumentFault.OTHER_KIND: "不是可读的规划文本，请上传 .txt、.docx、.html 或 .pdf。",
    DocumentFault.OLD_WORD: "是旧版 Word 文件（.doc）或设有密码，请另存为无密码的 .docx 后上传。",
    DocumentFault.ENCODING: "文字编码既非 UTF-8 也非 GB18030，或文件已损坏，请另存为 UTF-8 后上传。",
    DocumentFault.DAMAGED: "文件已损坏或设有密码，请用 Word、WPS 打开另存后上传。",
    DocumentFault.PASSWORD: "PDF 设有密码，请去掉密码后上传。",
    DocumentFault.SCAN: "PDF 是扫描件，没有文字，请先做文字识别（OCR）或改用 .docx。",
}

_CHINESE: dict[type, Callable[[Any], str]] = {
    StaleEditError: _stale_edit,
    SettledRowError: _settled_row,
    IngestError: _file,
    StalePersonError: _stale_person,
    PersonError: _person,
    OutboxError: _outbox,
    StaleMessageError: _stale_message,
    StoreError: _store,
    PermissionDeniedError: _denied,
    DocumentError: _document,
    TermsError: _terms,
    TargetRuleError: _target_rule,
    StaleDecisionError: _stale_decision,
    EndedReviewError: _ended_review,
    EnteredProposalError: _entered,
}
