"""Errors of the product: each message says what happened, where, and what to do next."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar


class MonitorError(Exception):
    """Base of everything `monitor` raises on purpose."""


class UserFacingError(MonitorError):
    """Shown as one sentence without a traceback; `exit_code` is the command's."""

    exit_code = 1


class UsageError(UserFacingError):
    """The command was called in a way that makes no sense."""

    exit_code = 2


class PeriodError(UserFacingError):
    """A text is not a reporting period, or not a week."""

    def __init__(self, text: str, expected: str = "a period; write 2022, 2022-Q3 or 2022-09") -> None:
        super().__init__(f"{text!r} is not {expected}.")


class UnitError(UserFacingError):
    """A unit is unknown, or does not measure what the indicator measures."""


@dataclass(frozen=True)
class ConfigProblem:
    """One thing that is wrong in a configuration file."""

    file: str
    key_path: str
    found: str
    allowed: str

    def __str__(self) -> str:
        return f"{self.file}: {self.key_path or '(top)'}: found {self.found}; allowed: {self.allowed}"


class ConfigError(UserFacingError):
    """Configuration is refused; all problems found are listed."""

    def __init__(self, problems: Sequence[ConfigProblem]) -> None:
        self.problems = tuple(problems)
        lines = "\n".join(f"  {problem}" for problem in self.problems)
        count = len(self.problems)
        super().__init__(f"Configuration refused, {count} problem{'s' if count != 1 else ''}:\n{lines}")


class Severity(StrEnum):
    """What a broken rule does to the row."""

    REFUSE = "refuse"
    """Not stored; it waits in quarantine to be repaired."""
    HOLD = "hold"
    """Not stored; it waits for a person, who may accept it as it is."""
    WARN = "warn"
    """Stored, and told."""


@dataclass(frozen=True)
class Refusal:
    """One row that broke a rule, and what to do about it.

    Parameters
    ----------
    rule : str
        Name of the first rule it broke.
    reason, remedy : str
        In English, for logs; `monitor.words.refusals` words rule and facts in either language.
    severity : Severity
        Whether the row was refused, held or stored with a warning.
    facts : mapping
        What the sentences state, as JSON values; `also` lists the further rules the row broke.
    """

    file: str
    sheet: str | None
    row: int | None
    column: str | None
    rule: str
    found: str
    reason: str
    remedy: str
    severity: Severity = Severity.REFUSE
    facts: Mapping[str, Any] = field(default_factory=dict, hash=False)

    @classmethod
    def from_plain(cls, values: Mapping[str, Any]) -> Refusal:
        """A refusal from its JSON values; those kept before rules had a severity lack it and the facts."""
        return cls(**{**values, "severity": Severity(values.get("severity", Severity.REFUSE))})

    def __str__(self) -> str:
        where = ", ".join(
            part
            for part in (
                self.file,
                f"sheet {self.sheet}" if self.sheet else "",
                f"row {self.row}" if self.row is not None else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        return f"{where}: {self.reason} {self.remedy}"


class IngestError(UserFacingError):
    """A file cannot be loaded at all (single rows are refused, not raised)."""

    def __init__(self, file: str, problem: str, remedy: str) -> None:
        self.file, self.problem = file, problem
        super().__init__(f"{file}: {problem} {remedy}")


class SourceError(UserFacingError):
    """A source cannot be read; what it gave is as it was, and nothing was stored."""

    def __init__(self, source: str, problem: str, remedy: str) -> None:
        self.source = source
        super().__init__(f"{source}: {problem} {remedy}")


class DocumentFault(StrEnum):
    """Why a plan document cannot be read."""

    NOT_OPENED = "not_opened"
    EMPTY = "empty"
    NO_TEXT = "no_text"
    TOO_LARGE = "too_large"
    OTHER_KIND = "other_kind"
    OLD_WORD = "old_word"
    ENCODING = "encoding"
    DAMAGED = "damaged"
    PASSWORD = "password"  # noqa: S105 - the name of a fault
    SCAN = "scan"


class DocumentError(UserFacingError):
    """A plan document cannot be read, or holds no text; `fault` is for words in another language."""

    def __init__(self, file: str, problem: str, remedy: str, *, fault: DocumentFault) -> None:
        self.file, self.fault = file, fault
        super().__init__(f"{file}: {problem} {remedy}")


class OutputError(UserFacingError):
    """A file cannot be written."""

    def __init__(self, file: str, problem: str) -> None:
        self.file = file
        super().__init__(f"{file} cannot be written ({problem}); choose a folder that exists and is yours.")


class TargetRule(StrEnum):
    """Rules of the ledger that a planner meets on a screen; `monitor.words.problems` words them."""

    REASON = "reason"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    ORDER = "order"
    NOTICE = "notice"
    NOT_IN_FORCE = "not_in_force"
    NO_VALUE = "no_value"
    MILESTONE_AHEAD = "milestone_ahead"
    MILESTONE_REASON = "milestone_reason"
    SPLIT_KIND = "split_kind"
    SPLIT_COMPARATOR = "split_comparator"
    SPLIT_NOT_A_SUM = "split_not_a_sum"
    SPLIT_NO_PARTS = "split_no_parts"
    SPLIT_PAST = "split_past"
    SPLIT_NO_ROOM = "split_no_room"


class TargetRuleError(UserFacingError):
    """A target or its revision would break a rule of the ledger.

    Parameters
    ----------
    sentence : str
        What happened and what to do, in English.
    rule : TargetRule, optional
        The rule, where a screen words it in the reader's language; `facts` is what it states.
    """

    def __init__(self, sentence: str, *, rule: TargetRule | None = None, **facts: Any) -> None:
        self.rule, self.facts = rule, facts
        super().__init__(sentence)


class StaleEditError(TargetRuleError):
    """Somebody else changed the target since the editor looked at it."""

    def __init__(
        self, target: str, *, seen: int, current: int, changed_by: str, changed_on: str, what: str
    ) -> None:
        self.target, self.seen, self.current = target, seen, current
        self.changed_by, self.changed_on = changed_by, changed_on
        super().__init__(
            f"Target {target} has changed since you opened it (entry {seen}; now entry {current}): "
            f"{changed_by} on {changed_on}: {what}. Look at it again before you decide."
        )


class PersonError(UserFacingError):
    """A person cannot be told so described; `field` names what is wrong."""

    _ALLOWED: ClassVar[Mapping[str, str]] = {
        "code": "lower-case letters, digits and _, a letter first, such as zhang_wei",
        "name": "one line of printable text, at most 60 characters",
        "email": "one e-mail address such as zhang.wei@example.invalid, or nothing",
        "language": "zh or en",
    }

    def __init__(self, field: str, found: str) -> None:
        self.field, self.found = field, found
        super().__init__(f"{field}: found {found!r}; write {self._ALLOWED[field]}. Nothing was saved.")


class StalePersonError(UserFacingError):
    """Somebody else saved the person since the editor looked; `fields` are those that differ."""

    def __init__(
        self, code: str, *, seen: int, current: int, changed_by: str, changed_on: str, fields: Sequence[str]
    ) -> None:
        self.code, self.seen, self.current = code, seen, current
        self.changed_by, self.changed_on, self.fields = changed_by, changed_on, tuple(fields)
        if not seen:
            super().__init__(
                f"The code {code} is taken: {changed_by} saved that person on {changed_on}. "
                "Nothing was saved; choose another code, or change that person."
            )
            return
        super().__init__(
            f"{code} has changed since you opened it (version {seen}; now version {current}): {changed_by} "
            f"on {changed_on}: {', '.join(fields)}. Nothing was saved; look again before you decide."
        )


class StaleDecisionError(UserFacingError):
    """Somebody else decided a proposal of a plan since the reviewer looked at it."""

    def __init__(self, position: int, *, decision: str, by: str, on: dt.datetime) -> None:
        self.position, self.decision, self.by, self.on = position, decision, by, on
        super().__init__(
            f"Proposal {position + 1} is no longer as you saw it: {decision} by {by} on "
            f"{on:%Y-%m-%d %H:%M} UTC. Nothing was changed; look at it again before you decide."
        )


class EndedReviewError(UserFacingError):
    """The review of a plan was ended; nothing can be decided in it."""

    def __init__(self, name: str, *, by: str, on: dt.datetime) -> None:
        self.name, self.by, self.on = name, by, on
        super().__init__(
            f"The review of {name} was ended by {by} on {on:%Y-%m-%d %H:%M} UTC; "
            "open the document for review again."
        )


class EnteredProposalError(UserFacingError):
    """A proposal of a plan is on the ledger; its target is revised, not decided again."""

    def __init__(self, position: int, target: str) -> None:
        self.position, self.target = position, target
        super().__init__(f"Proposal {position + 1} is on the ledger as {target}; revise that target instead.")


class SettledRowError(UserFacingError):
    """Somebody else repaired or settled a refused row since the person looked at it.

    Parameters
    ----------
    deed : str
        `repaired`, or an outcome of settling: `replayed`, `refused_again`, `dismissed`.
    what : str
        The deed with its facts and its reason, in English.
    """

    def __init__(self, row_id: int, *, deed: str, what: str, reason: str, who: str, when: str) -> None:
        self.row_id, self.deed, self.reason, self.who, self.when = row_id, deed, reason, who, when
        super().__init__(
            f"Row {row_id} is not as you saw it, or no longer waits: {what} by {who} on {when}. "
            f"Nothing was done; look again with `zhibiao quarantine show {row_id}`."
        )


class PermissionDeniedError(UserFacingError):
    """The actor may not do or see this."""

    def __init__(self, actor: str, action: str, where: str) -> None:
        super().__init__(f"{actor} may not {action} {where}; ask an administrator for the role or scope.")


class NotFoundError(UserFacingError):
    """A named thing does not exist; the nearest of the `known` ones are told, or else a few of them."""

    def __init__(self, what: str, code: str, hint: str = "", *, known: Iterable[str] = ()) -> None:
        codes = sorted(known)
        near = difflib.get_close_matches(code, codes, n=3, cutoff=0.5)
        told = [hint] if hint else []
        if near:
            told.append(f"Did you mean {' or '.join(near)}?")
        elif codes:
            told.append(f"There is, for example, {', '.join(codes[:5])}.")
        super().__init__(" ".join([f"No {what} {code!r}.", *told]))


class OutboxError(UserFacingError):
    """A message is not in a state to be treated so, or cannot be sent as things are."""


class StaleMessageError(OutboxError):
    """A message moved on since the person who decides about it looked at it.

    Parameters
    ----------
    seen, current : (str, int)
        Its state and how often it had been taken for sending: as the person saw it, and as it stands.
    """

    def __init__(self, message_id: int, *, seen: tuple[str, int], current: tuple[str, int]) -> None:
        self.message_id, self.seen, self.current = message_id, seen, current
        super().__init__(
            f"Message {message_id} is not as you saw it: {seen[0]} then, taken for sending {seen[1]} times; "
            f"{current[0]} now, taken {current[1]} times. No message was changed; look at it again before "
            "you decide."
        )


class StoreError(UserFacingError):
    """The database cannot be used as it is."""


class WorkspaceMismatchError(StoreError):
    """Real and simulated data must never share a database."""

    def __init__(self, *, expected: str, found: str, url: str) -> None:
        super().__init__(
            f"The database {url} belongs to the workspace {found!r}, not {expected!r}; "
            "real and simulated data are kept apart. Choose another database."
        )
