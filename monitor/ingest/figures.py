"""Figures of one series side by side, those of the file and those that are stored."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass

from monitor.core.indicators import Indicator, Reporting
from monitor.core.periods import Period
from monitor.core.records import Observation
from monitor.core.units import from_base
from monitor.ingest.normalise import Candidate
from monitor.ingest.row_rules import as_written


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A value of a series. [base unit]

    Parameters
    ----------
    row : Candidate or None
        The row of the file that gives it; None for a stored figure.
    """

    indicator: Indicator
    period: Period
    known_on: dt.date
    value: float
    definition_basis: str
    row: Candidate | None = None

    @property
    def order(self) -> tuple[Hashable, ...]:
        """Place in the series: by period end, releases of one period by the day they became known."""
        return self.period.end, self.known_on

    @property
    def at_yearly_pace(self) -> float:
        """A cumulative figure scaled to twelve months, so that January stands beside December."""
        if self.indicator.reporting is Reporting.YTD:
            return self.value * 12 / self.period.end.month
        return self.value

    @property
    def written(self) -> str:
        """Value and unit: as the file gives them, or in the unit the indicator is shown in."""
        if self.row is not None:
            return as_written(self.row)
        unit = self.indicator.display_unit
        return f"{from_base(self.value, unit):.12g} {unit}"

    @property
    def where(self) -> str:
        """Where a reader finds it."""
        return f"stored, known on {self.known_on}" if self.row is None else row_of(self.row)


def figure_of(row: Candidate) -> Figure:
    """The figure a row gives."""
    return Figure(row.indicator, row.period, row.known_on, row.value, row.definition_basis, row)


def stored_figure(entry: Observation, indicator: Indicator) -> Figure:
    """A figure the database holds."""
    period = Period.parse(entry.period)
    return Figure(indicator, period, entry.known_on, entry.value, entry.definition_basis)


def row_of(row: Candidate) -> str:
    """Row number, and the sheet where there are several."""
    sheet = row.place.table.sheet
    return f"row {row.place.row.number}" + (f" of {sheet}" if sheet else "")


def grouped(
    candidates: Iterable[Candidate], key: Callable[[Candidate], Hashable]
) -> Iterable[list[Candidate]]:
    """Rows that share a key, in file order."""
    groups: dict[Hashable, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        groups[key(candidate)].append(candidate)
    return groups.values()


def series_key(row: Candidate) -> Hashable:
    """What makes rows one series."""
    return row.indicator.code, row.region
