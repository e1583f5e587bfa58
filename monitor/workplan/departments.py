"""Departments in brackets at the end of a passage."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_LABEL = (
    r"(?:责任(?:单位|科室|部门|处室|领导)?|牵头(?:单位|部门|处室|科室)?|配合(?:单位|部门)?|主办(?:单位)?"
    r"|承办(?:单位)?|负责(?:单位|部门|科室)?|实施单位|落实单位|主责(?:单位|部门|处室)?|协办(?:单位)?)"
)
_ENDING = re.compile(
    r"(?:科|处|局|委|委员会|办|办公室|中心|部|厅|院|会|党委|纪委|政府|管委会|所|站|"
    r"室|组|大学|学院|分行|银行|支行|公司|集团|科协|工会|团委|妇联|科技局"
    r"|各县\(?市?、?区?\)?|各?[县市区][县市区]?|园区|开发区|高新区|各单位|各部门|"
    r"单位|专班|段|队|馆|社|库|联合会|人行|银保监|监局|税务|法院|支队|总队|基地|"
    r"公室)$"
)
_BRACKET = re.compile(r"[(【\[〔](?P<body>(?:[^()【】\[\]〔〕。\n]|\([^()\n]{1,12}\)){2,160})[)】\]〕]")
_LINE = re.compile(rf"^(?:{_LABEL})[:：](?P<body>[^。\n]{{2,140}})", re.MULTILINE)
_BRACKET_LABEL = re.compile(rf"^{_LABEL}[:：]\s*")
_RESPONSIBLE_TAIL = re.compile(
    r"(?:按职责分工)?(?:分别)?(?:牵头)?(?:具体)?(?:共同)?(?:负责|配合|落实|承担|牵头|参与)?$"
)


@dataclass(frozen=True)
class Bracket:
    """Departments named at a place of the repaired text."""

    start: int
    end: int
    names: str


def department_brackets(text: str) -> tuple[Bracket, ...]:
    """Brackets and lines that name departments, in order.

    Parameters
    ----------
    text : str
        Repaired text.

    Examples
    --------
    >>> [each.names for each in department_brackets("新增4家。(高新科、社发科)新增县(市、区)2个(含潜在)。")]
    ['高新科、社发科']
    """
    found = [
        Bracket(match.start(), match.end(), names)
        for pattern in (_BRACKET, _LINE)
        for match in pattern.finditer(text)
        if (names := _names(match.group("body"), text, match)) is not None
    ]
    return tuple(sorted(found, key=lambda each: each.start))


def _names(body: str, text: str, match: re.Match[str]) -> str | None:
    labelled = bool(_BRACKET_LABEL.match(body)) or match.re is _LINE
    if not labelled and not _stands_at_an_end(text, match):
        return None
    lead = _lead_part(body)
    parts = [part.strip() for part in re.split(r"[、,/]|(?<=[局科处室委部])和", lead) if part.strip()]
    if not parts or (not labelled and not all(_ENDING.search(part) and len(part) <= 22 for part in parts)):
        return None
    if not labelled and any(re.fullmatch(r"[市区县省]", part) for part in parts):
        return None
    return lead


def _lead_part(body: str) -> str:
    """The departments, without label and 按职责分工负责; of several groups the first."""
    told = _BRACKET_LABEL.sub("", body)
    told = re.split(rf"[,;、\s]?(?={_LABEL}[:：])", told)[0]
    return _RESPONSIBLE_TAIL.sub("", told).strip(" ,、;:")


def _stands_at_an_end(text: str, match: re.Match[str]) -> bool:
    before, after = text[max(0, match.start() - 1) : match.start()], text[match.end() : match.end() + 1]
    return after in {"", "\n", "。", ";"} or before in {"。", ";"}


def department_of(brackets: Sequence[Bracket], position: int, *, until: int) -> str | None:
    """The first departments named after a position, within its passage.

    Parameters
    ----------
    brackets : sequence of Bracket
        Those of the text.
    position : int
        Place of the number. [repaired text]
    until : int
        End of the passage.
    """
    for bracket in brackets:
        if position < bracket.start <= until:
            return bracket.names
        if bracket.start > until:
            break
    return None
