"""What every write states about itself: what was done, to what, why, and the values before and after."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class AuditEntry:
    """The account a write gives; the store adds who and when.

    Parameters
    ----------
    action : str
        Verb in the past, such as `target_revised`.
    subject_kind, subject : str
        What it was done to, such as `target` and its code.
    reason : str
        Why; never empty.
    old, new : dict or None
        Values before and after (plain JSON), for a bulk write its counts.
    """

    action: str
    subject_kind: str
    subject: str
    reason: str
    old: dict[str, Any] | None = None
    new: dict[str, Any] | None = None

    def __post_init__(self) -> None:
        if not self.reason.strip():
            raise ValueError(
                f"{self.action} of {self.subject_kind} {self.subject}: an audit entry needs a reason"
            )


@dataclass(frozen=True)
class AuditRecord:
    """An audit entry as it was stored."""

    id: int
    recorded_at: dt.datetime
    actor: str
    entry: AuditEntry


@dataclass(frozen=True)
class AuditPage:
    """Some of the entries a question found, newest first, and how many it found in all."""

    total: int
    records: tuple[AuditRecord, ...]


@dataclass(frozen=True)
class AuditChoices:
    """What an audit trail can be filtered by: actions, kinds of subjects and actors that occur in it."""

    actions: tuple[str, ...]
    subject_kinds: tuple[str, ...]
    actors: tuple[str, ...]
