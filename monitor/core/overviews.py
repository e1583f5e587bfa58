"""What the screens show for one day: every target with its latest assessment, and one target whole."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from functools import cached_property

from forecast.targets import TargetKind
from monitor.core.flags import Flag
from monitor.core.indicators import Indicator
from monitor.core.ledger import Terms
from monitor.core.records import (
    Assessment,
    Department,
    DocumentQuote,
    EarlierFlag,
    FlagChange,
    Observation,
    Origin,
    Outcome,
    Plan,
    Region,
    Target,
)


@dataclass(frozen=True)
class TargetStatus:
    """One line of the overview: a target with its latest assessment as of a date.

    `recent` holds the latest values, oldest first; a long list leaves it empty and asks
    `queries.recent_values` for the targets it shows.
    """

    target: str
    plan: Plan
    indicator: Indicator | None
    region: Region
    departments: tuple[Department, ...]
    terms: Terms
    published_terms: Terms
    title_zh: str | None
    title_en: str | None
    assessment: Assessment | None
    previous: EarlierFlag | None
    days_left: int
    recent: tuple[tuple[str, float], ...]
    outcome: Outcome | None

    @property
    def is_milestone(self) -> bool:
        """Whether the target is an event rather than a number."""
        return self.terms.kind is TargetKind.MILESTONE


@dataclass(frozen=True)
class Overview:
    """Everything the overview page shows for one date, worst first."""

    as_of: dt.date
    assessed_at: dt.datetime | None
    data_cutoff: dt.date | None
    simulated: bool
    rows: tuple[TargetStatus, ...]
    counts: dict[Flag, int]
    previous_counts: dict[Flag, int] | None
    changes: tuple[FlagChange, ...]
    plans: tuple[Plan, ...]

    @cached_property
    def targets(self) -> tuple[TargetStatus, ...]:
        """Those that are numbers."""
        return tuple(status for status in self.rows if not status.is_milestone)

    @cached_property
    def regions(self) -> dict[str, Region]:
        """Every region of a row, by code."""
        return {status.region.code: status.region for status in self.rows}

    @cached_property
    def departments(self) -> dict[str, Department]:
        """Every department of a row, by code."""
        return {each.code: each for status in self.rows for each in status.departments}

    @cached_property
    def indicators(self) -> dict[str, Indicator]:
        """Every indicator of a row that is no milestone, by code."""
        return {
            status.indicator.code: status.indicator for status in self.targets if status.indicator is not None
        }


@dataclass(frozen=True)
class TargetDetail:
    """Everything the target page shows for one date, but for the fan (see `whatif.fan`)."""

    status: TargetStatus
    target: Target
    assessments: tuple[Assessment, ...]
    flag_changes: tuple[FlagChange, ...]
    releases: tuple[Observation, ...]
    origins: dict[str, Origin]
    series: tuple[Observation, ...]
    expected_publication: dt.date | None
    chain_holds: bool
    same_indicator: tuple[TargetStatus, ...] = field(default=())
    simulated: bool = False
    quotes: tuple[DocumentQuote, ...] = field(default=())
