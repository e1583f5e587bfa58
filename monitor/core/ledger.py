"""Targets as a ledger: dated terms, hash-chained revisions, and what may change when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from forecast.targets import Comparator, TargetKind
from monitor.core.errors import TargetRule, TargetRuleError


class Commitment(StrEnum):
    """约束程度: changes wording and urgency, never arithmetic."""

    OBLIGATORY = "obligatory"
    EXPECTED = "expected"
    STRETCH = "stretch"
    UNSPECIFIED = "unspecified"


# Thousands of terms at a time: a look-up here is several times faster than calling the enum.
_KINDS = {kind.value: kind for kind in TargetKind}
_COMPARATORS = {comparator.value: comparator for comparator in Comparator}
_COMMITMENTS = {commitment.value: commitment for commitment in Commitment}


class Part(StrEnum):
    """What a target is within its tree."""

    WHOLE = "whole"
    ANNUAL_SLICE = "annual_slice"
    SHARE = "share"


@dataclass(frozen=True)
class Terms:
    """What must hold: everything about a target that a revision may change.

    Parameters
    ----------
    value, value_upper : float or None
        In the base unit of the kind: the indicator's own for levels, percent for growth,
        percentage_point for change_pp, a pure ratio for multiple, a place for rank.
    written_decimals : int or None
        Decimals the plan wrote, in its own unit; the tolerance of `about` follows from them.
    unit : str
        Unit as written in the plan, for display.
    start : str or None
        Base period, or first counted period.
    deadline : datetime.date
        The target is judged on the period that ends on this day.
    """

    indicator: str | None
    region: str
    kind: TargetKind
    comparator: Comparator | None
    value: float | None
    value_upper: float | None
    unit: str | None
    written_decimals: int | None
    start: str | None
    deadline: dt.date
    departments: tuple[str, ...]
    commitment: Commitment
    withdrawn: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain values, in a stable order, for storage and hashing."""
        plain = asdict(self)
        for field in ("value", "value_upper"):
            # 900 and 900.0 are equal terms and must hash alike, whatever the store returns.
            plain[field] = None if plain[field] is None else float(plain[field])
        plain["deadline"] = self.deadline.isoformat()
        plain["departments"] = list(self.departments)
        return plain

    @classmethod
    def from_json(cls, plain: dict[str, Any]) -> Terms:
        """The inverse of `to_json`."""
        return cls(
            **{
                **plain,
                "kind": _KINDS[plain["kind"]],
                "comparator": _COMPARATORS[plain["comparator"]] if plain["comparator"] else None,
                "deadline": dt.date.fromisoformat(plain["deadline"]),
                "departments": tuple(plain["departments"]),
                "commitment": _COMMITMENTS[plain["commitment"]],
            }
        )


@dataclass(frozen=True)
class Revision:
    """One dated entry of a target's ledger."""

    target: str
    sequence: int
    effective_on: dt.date
    recorded_at: dt.datetime
    actor: str
    reason: str
    document: str
    terms: Terms
    previous_hash: str
    hash: str


@dataclass(frozen=True)
class TargetChange:
    """Terms a target shall have from some day on.

    Parameters
    ----------
    terms : Terms
        Everything that shall hold, changed or not.
    expected_sequence : int
        Number of the last ledger entry the editor saw.
    """

    target: str
    terms: Terms
    expected_sequence: int


FIRST_LINK = "0" * 64
LONGEST_NOTICE = dt.timedelta(days=366)
"""How far ahead an entry may take effect: a later day is a slip of the pen."""


def chain_hash(
    *,
    previous_hash: str,
    target: str,
    sequence: int,
    effective_on: dt.date,
    recorded_at: dt.datetime,
    actor: str,
    reason: str,
    document: str,
    terms: Terms,
) -> str:
    """SHA-256 over the previous link and everything the entry states."""
    body = {
        "previous_hash": previous_hash,
        "target": target,
        "sequence": sequence,
        "effective_on": effective_on.isoformat(),
        "recorded_at": recorded_at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "actor": actor,
        "reason": reason,
        "document": document,
        "terms": terms.to_json(),
    }
    text = json.dumps(body, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def next_revision(
    history: Sequence[Revision],
    *,
    target: str,
    effective_on: dt.date,
    recorded_at: dt.datetime,
    actor: str,
    reason: str,
    document: str,
    terms: Terms,
) -> Revision:
    """The entry that would follow `history`, or an error if the ledger forbids it.

    Raises
    ------
    TargetRuleError
        If the reason is empty, nothing changes, the indicator or region would change, the entry
        would take effect before the one it follows, or the target is withdrawn.
    """
    _check_revision(history, target=target, effective_on=effective_on, reason=reason, terms=terms)
    previous = history[-1].hash if history else FIRST_LINK
    facts = {
        "target": target,
        "sequence": len(history) + 1,
        "effective_on": effective_on,
        "recorded_at": recorded_at,
        "actor": actor,
        "reason": reason.strip(),
        "document": document,
        "terms": terms,
        "previous_hash": previous,
    }
    return Revision(**facts, hash=chain_hash(**facts))  # type: ignore[arg-type]


def _check_revision(
    history: Sequence[Revision], *, target: str, effective_on: dt.date, reason: str, terms: Terms
) -> None:
    if not reason.strip():
        raise TargetRuleError(f"Target {target}: a ledger entry needs a reason.", rule=TargetRule.REASON)
    if not history:
        return
    last = history[-1]
    if last.terms.withdrawn:
        raise TargetRuleError(
            f"Target {target} was withdrawn on {last.effective_on}; open a new target instead.",
            rule=TargetRule.WITHDRAWN,
            day=last.effective_on,
        )
    if terms == last.terms:
        raise TargetRuleError(
            f"Target {target}: nothing changes; the ledger keeps only real revisions.",
            rule=TargetRule.UNCHANGED,
        )
    if effective_on < last.effective_on:
        raise TargetRuleError(
            f"Target {target}: a revision on {effective_on} would come before the entry of "
            f"{last.effective_on}; choose that day or a later one.",
            rule=TargetRule.ORDER,
            day=effective_on,
            before=last.effective_on,
        )
    if (terms.indicator, terms.region) != (last.terms.indicator, last.terms.region):
        raise TargetRuleError(
            f"Target {target}: indicator and region belong to its identity; open a new target instead."
        )


def check_effective(effective_on: dt.date, *, target: str, today: dt.date) -> None:
    """Refuse an entry that would take effect more than a year ahead.

    Raises
    ------
    TargetRuleError
        If `effective_on` lies further ahead than `LONGEST_NOTICE`.
    """
    latest = today + LONGEST_NOTICE
    if effective_on > latest:
        raise TargetRuleError(
            f"Target {target}: an entry may take effect until {latest}, not on {effective_on}; "
            "choose an earlier day.",
            rule=TargetRule.NOTICE,
            day=effective_on,
            latest=latest,
        )


def in_force(history: Sequence[Revision], *, as_of: dt.date) -> Revision | None:
    """The last entry effective on or before `as_of`; before the first there is none."""
    current = [entry for entry in history if entry.effective_on <= as_of]
    return current[-1] if current else None


def published(history: Sequence[Revision]) -> Revision:
    """The entry as the plan first published it."""
    return history[0]


def broken_link(history: Sequence[Revision]) -> int | None:
    """Sequence number of the first entry whose hash does not fit, or None if the chain holds."""
    previous = FIRST_LINK
    for position, entry in enumerate(history, start=1):
        expected = chain_hash(
            previous_hash=previous,
            target=entry.target,
            sequence=position,
            effective_on=entry.effective_on,
            recorded_at=entry.recorded_at,
            actor=entry.actor,
            reason=entry.reason,
            document=entry.document,
            terms=entry.terms,
        )
        if entry.sequence != position or entry.previous_hash != previous or entry.hash != expected:
            return position
        previous = entry.hash
    return None
