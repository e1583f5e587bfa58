"""What a form asks, as plain values, and the keys by which its rows are known again. Pure."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.indicators import Indicator
from monitor.core.overviews import TargetStatus
from monitor.core.periods import Period
from monitor.core.records import Department, Observation, Region, TargetNoteRecord

FORM_VERSION = 1
_SEPARATOR = "/"
_CHECK_DIGITS = 8


class RowKind(StrEnum):
    """What a row of a form is about."""

    FIGURE = "figure"
    TARGET = "target"
    MILESTONE = "milestone"


def row_key(form_id: str, kind: RowKind, *parts: str) -> str:
    """The key of a row: what it is about, and check digits over that and the form."""
    body = _SEPARATOR.join((kind.value, *parts))
    check = hashlib.sha256(f"{form_id} {body}".encode()).hexdigest()[:_CHECK_DIGITS]
    return f"{body}{_SEPARATOR}{check}"


def parse_row_key(form_id: str, key: str) -> tuple[RowKind, tuple[str, ...]] | None:
    """Kind and parts of a key; None where it is none of this form.

    The digits show slips and rows of other forms; they are no secret, so whoever reads a row back
    still asks whether its department answers for what it names.
    """
    kind, _, rest = key.strip().partition(_SEPARATOR)
    parts = tuple(rest.split(_SEPARATOR)[:-1])
    if kind not in set(RowKind) or not parts or row_key(form_id, RowKind(kind), *parts) != key.strip():
        return None
    return RowKind(kind), parts


@dataclass(frozen=True)
class FormHead:
    """Which form it is.

    Parameters
    ----------
    period : Period
        The month, quarter or year reported on.
    made_at : datetime.datetime
        When it was written, aware.
    """

    workspace: str
    simulated: bool
    department: Department
    period: Period
    made_at: dt.datetime

    @property
    def form_id(self) -> str:
        """Twelve digits that tell it from every other form."""
        told = (self.workspace, self.department.code, str(self.period), self.made_at.isoformat())
        return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


@dataclass(frozen=True)
class FigureCell:
    """A figure that is due and not reported.

    Parameters
    ----------
    units : tuple of str
        Units it may be written in, the usual one first.
    last : Observation or None
        The latest figure before the period.
    preliminary : Observation or None
        The preliminary figure of the period itself, where the final one is asked for.
    """

    indicator: Indicator
    region: Region
    period: Period
    units: tuple[str, ...]
    last: Observation | None
    preliminary: Observation | None

    @property
    def parts(self) -> tuple[str, str, str]:
        """What its key names."""
        return self.indicator.code, self.region.code, str(self.period)


@dataclass(frozen=True)
class TargetLine:
    """A target on which the department reports.

    Parameters
    ----------
    sequence : int
        Number of the ledger entry that is shown.
    indicator : Indicator or None
        What its figures measure: of a growth target the published rate, where there is one.
    last : Observation or None
        Its latest figure.
    said : TargetNoteRecord or None
        What the department said last.
    """

    status: TargetStatus
    sequence: int
    indicator: Indicator | None
    last: Observation | None
    said: TargetNoteRecord | None


@dataclass(frozen=True)
class Form:
    """Everything a form shows and asks."""

    head: FormHead
    figures: tuple[FigureCell, ...]
    targets: tuple[TargetLine, ...]
    milestones: tuple[TargetLine, ...]

    def keys(self) -> dict[str, int]:
        """Every row key, with the ledger entry shown beside it (0 for a figure)."""
        form_id = self.head.form_id
        found = {row_key(form_id, RowKind.FIGURE, *cell.parts): 0 for cell in self.figures}
        for kind, lines in ((RowKind.TARGET, self.targets), (RowKind.MILESTONE, self.milestones)):
            found |= {row_key(form_id, kind, line.status.target): line.sequence for line in lines}
        return found
