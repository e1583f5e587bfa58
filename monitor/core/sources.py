"""What came of asking a source, and how it stands: plain records."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.freshness import FreshnessState


class SourceOutcome(StrEnum):
    """How one run of a source ended."""

    UNCHANGED = "unchanged"
    LOADED = "loaded"
    WITH_REFUSALS = "with_refusals"
    FAILED = "failed"

    @property
    def is_good(self) -> bool:
        """Whether the source answered with something that could be read."""
        return self is not SourceOutcome.FAILED


@dataclass(frozen=True)
class Validators:
    """What an address gave to recognise its content again (HTTP ETag and Last-Modified).

    Parameters
    ----------
    address : str
        The address they belong to, without credentials.
    """

    address: str
    etag: str | None
    last_modified: str | None


@dataclass(frozen=True)
class NewSourceRun:
    """A run about to be recorded.

    Parameters
    ----------
    source : str
        Code of the source.
    message : str
        One sentence for people.
    load_ids : tuple of int
        Loads the run brought.
    files : tuple of str
        What was read, by name.
    validators : Validators or None
        To be sent with the next request; None where the content must be read again.
    """

    source: str
    started_at: dt.datetime
    outcome: SourceOutcome
    message: str
    load_ids: tuple[int, ...] = ()
    files: tuple[str, ...] = ()
    validators: Validators | None = None


@dataclass(frozen=True)
class SourceRun:
    """A recorded run of a source."""

    id: int
    source: str
    started_at: dt.datetime
    finished_at: dt.datetime
    actor: str
    outcome: SourceOutcome
    message: str
    load_ids: tuple[int, ...]
    files: tuple[str, ...]
    validators: Validators | None


@dataclass(frozen=True)
class SourceStanding:
    """How a source stands on a day.

    Parameters
    ----------
    last, last_good : SourceRun or None
        The last run, and the last one that did not fail.
    next_expected : datetime.datetime or None
        When the schedule asks it next; None for a source that is not enabled.
    state : FreshnessState or None
        current or silent by its number of days since the last load, else the best state of the series
        it brought; None before it brought anything.
    """

    source: str
    last: SourceRun | None
    last_good: SourceRun | None
    next_expected: dt.datetime | None
    state: FreshnessState | None
