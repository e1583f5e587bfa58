"""One load of figures: what a reader hands over, and what came of it.

Readers (`monitor.ingest`) fill a `LoadContents`; `monitor.commands.record_load` stores it in one
transaction and answers with a `LoadReport`. Values arrive in base units and already checked.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Protocol, TypeVar

from monitor.core.corrections import CorrectionUse
from monitor.core.errors import Refusal
from monitor.core.records import KnownOnBasis, Origin, Status

T_co = TypeVar("T_co", covariant=True)


class Rows(Protocol[T_co]):
    """Rows of a load: a tuple, or rows that are read from disk each time one goes through them."""

    def __len__(self) -> int:
        """How many there are."""
        ...

    def __iter__(self) -> Iterator[T_co]:
        """Each of them, from the first."""
        ...


class NewObservation(NamedTuple):
    """A figure about to be stored; `records.Observation` without the moment of storing.

    A tuple, because a load makes a million of them out of columns and turns them into columns again.

    Parameters
    ----------
    value : float
        [base unit of the indicator]
    published_on : str or None
        As published, possibly partial: 2022-08-31, 2022-08 or 2022.
    known_on : datetime.date
        The last day `published_on` can mean, or period end plus the indicator's lag.
    embargo_until : datetime.date or None
        First day on which everybody may see it.
    origin : str
        Code of an origin that is recorded, or that comes with the same load.
    """

    indicator: str
    region: str
    period: str
    value: float
    status: Status
    published_on: str | None
    known_on: dt.date
    known_on_basis: KnownOnBasis
    definition_basis: str
    embargo_until: dt.date | None
    origin: str
    note: str


RowWithCells = tuple[Refusal, Mapping[str, Any]]
"""What is wrong with a row, and its cells as read."""

MOST_LISTED = 10_000
"""Rows of one kind a report lists; a file that is wrong throughout must not fill the memory."""


@dataclass(frozen=True)
class LoadContents:
    """Everything one file gave.

    Parameters
    ----------
    source : str
        Code of the source, such as `files` or the name in `configs/sources.yaml`.
    file_name : str
        Name shown to people.
    sha256 : str
        Digest of the content as read, in hexadecimal; recognises the same file.
    rows : rows of NewObservation
        Figures that passed every check.
    refusals : rows of (Refusal, mapping)
        Rows that did not, in file order, each with its cells as read (JSON values), kept in quarantine.
    held : rows of (Refusal, mapping)
        The same of rows that are suspicious and wait there for a decision.
    warnings : rows of Refusal
        What is unusual about rows among `rows`.
    origins : sequence of Origin
        Origins the rows name that may not be recorded yet.
    rows_without_origin : int
        Rows among `rows` that name no origin and are filed under the file itself, `file:<name>`.
    remarks : tuple of str
        What the reader passed over on purpose: empty cells, growth columns, hidden rows.
    whole_file_held : bool
        Whether so much of the file failed that nothing of it is stored.
    corrections : sequence of CorrectionUse
        Known errors of sources the file met.
    """

    source: str
    file_name: str
    sha256: str
    rows: Rows[NewObservation]
    refusals: Rows[RowWithCells] = ()
    held: Rows[RowWithCells] = ()
    warnings: Rows[Refusal] = ()
    origins: Sequence[Origin] = ()
    rows_without_origin: int = 0
    remarks: tuple[str, ...] = ()
    whole_file_held: bool = False
    corrections: Sequence[CorrectionUse] = ()


@dataclass(frozen=True)
class LoadReport:
    """What a load changed; new + revised + confirmed rows were stored.

    Parameters
    ----------
    load_id : int
        The load; of a file that changed nothing, the earlier load of the same content. 0 in a preview.
    new : int
        First figure of its indicator, region and period.
    revised : int
        Another release of a known period, with another value than the one before it.
    confirmed : int
        Another release of a known period that repeats the value (a later yearbook, a final figure
        equal to the preliminary one, a better source).
    unchanged : int
        Releases that were there already; nothing was stored for them.
    refused : int
        Rows that were not stored.
    was_loaded_before : bool
        Whether a file with this content was loaded earlier.
    held : int
        Suspicious rows that were not stored either and wait for a decision.
    warned : int
        Rows that were stored and are unusual.
    refusals, held_rows, warnings : tuple of Refusal
        The first `MOST_LISTED` of each, in file order; quarantine holds every row that was not stored.
    rows_without_origin : int
        Rows that name no origin and are filed under the file itself, `file:<name>`.
    remarks : tuple of str
        What the reader passed over on purpose: empty cells, growth columns, hidden rows.
    corrections : tuple of CorrectionUse
        Known errors of sources the file met.
    """

    load_id: int
    file_name: str
    new: int
    revised: int
    confirmed: int
    unchanged: int
    refused: int
    refusals: tuple[Refusal, ...]
    was_loaded_before: bool
    held: int = 0
    held_rows: tuple[Refusal, ...] = ()
    warned: int = 0
    warnings: tuple[Refusal, ...] = ()
    rows_without_origin: int = 0
    remarks: tuple[str, ...] = ()
    corrections: tuple[CorrectionUse, ...] = ()

    @property
    def stored(self) -> int:
        """Rows that were added."""
        return self.new + self.revised + self.confirmed


class LoadOutcome(StrEnum):
    """How a load ended; one that fails half-way leaves nothing behind, not even a row here."""

    COMPLETE = "complete"
    WITH_REFUSALS = "with_refusals"
    ALL_REFUSED = "all_refused"
    HELD = "held"
    """So much of the file failed that nothing of it was stored."""


@dataclass(frozen=True)
class LoadRecord:
    """A load as the data page lists it."""

    id: int
    source: str
    file_name: str
    sha256: str
    started_at: dt.datetime
    finished_at: dt.datetime
    actor: str
    counts: dict[str, int]
    outcome: LoadOutcome


class QuarantineState(StrEnum):
    """What became of a refused row."""

    WAITING = "waiting"
    REPLAYED = "replayed"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class RefusedRow:
    """A row in quarantine with the cells as they were read."""

    id: int
    load_id: int
    refusal: Refusal
    raw: dict[str, Any]
    state: QuarantineState
    recorded_at: dt.datetime


class SettlementOutcome(StrEnum):
    """What a replay or a dismissal made of a refused row."""

    REPLAYED = "replayed"
    REFUSED_AGAIN = "refused_again"
    DISMISSED = "dismissed"


@dataclass(frozen=True)
class RowRepair:
    """Cells of a refused row that a person corrected: column to text, before and after."""

    id: int
    row_id: int
    old: dict[str, str]
    new: dict[str, str]
    reason: str
    actor: str
    recorded_at: dt.datetime


@dataclass(frozen=True)
class RowSettlement:
    """One attempt to settle a refused row.

    Parameters
    ----------
    load_id : int or None
        The load that stored the row, where it was replayed.
    refusal : Refusal or None
        Why a replay was refused again.
    """

    id: int
    row_id: int
    outcome: SettlementOutcome
    load_id: int | None
    refusal: Refusal | None
    reason: str
    actor: str
    recorded_at: dt.datetime


@dataclass(frozen=True)
class QuarantinedRow:
    """A refused row with everything that was done about it since, oldest first."""

    row: RefusedRow
    repairs: tuple[RowRepair, ...] = ()
    settlements: tuple[RowSettlement, ...] = ()

    @property
    def cells(self) -> dict[str, str]:
        """The cells as read, with the repairs made; an emptied cell is left out."""
        cells = {name: str(text) for name, text in self.row.raw.items()}
        for repair in self.repairs:
            cells |= repair.new
        repaired = {name for repair in self.repairs for name in repair.new}
        return {name: text for name, text in cells.items() if text or name not in repaired}

    @property
    def refusal(self) -> Refusal:
        """Why it is not stored: the last replay's reason, else the one it came with."""
        again = [entry.refusal for entry in self.settlements if entry.refusal is not None]
        return again[-1] if again else self.row.refusal

    @property
    def actions(self) -> int:
        """How often it was repaired or settled; one who acts says how many they saw."""
        return len(self.repairs) + len(self.settlements)


@dataclass(frozen=True)
class CellFilter:
    """Rows in which one of some cells, as read, holds one of some texts.

    Parameters
    ----------
    names : tuple of str
        What files call the cell; the first one a row has counts.
    texts : tuple of str
        As they are written in the rows.
    """

    names: tuple[str, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True)
class QuarantineFilter:
    """Which rows of the quarantine are meant; None is every one.

    Parameters
    ----------
    rule : str or None
        The rule that a row broke when it was last tried.
    """

    state: QuarantineState | None = QuarantineState.WAITING
    load_id: int | None = None
    rule: str | None = None
    cells: tuple[CellFilter, ...] = ()


@dataclass(frozen=True)
class QuarantineCounts:
    """How many rows there are, by the rule that stops them and by load."""

    by_rule: Mapping[str, int]
    by_load: Mapping[int, int]

    @property
    def total(self) -> int:
        """All of them."""
        return sum(self.by_load.values())


@dataclass(frozen=True)
class Replay:
    """A row that goes through the door again, as seen by the person who sends it.

    Parameters
    ----------
    seen : int
        Its `QuarantinedRow.actions` at that time.
    refusal : Refusal or None
        Why the door refuses it again; None where its figure stands in the load.
    """

    row_id: int
    seen: int
    refusal: Refusal | None = None
