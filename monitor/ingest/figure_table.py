"""Rows of a load and the stored figures beside them as columns, sorted by series and time.

Rules look at whole columns, so that a million rows pass in seconds; only what looks wrong is looked
at one by one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from monitor.core.indicators import Indicator, Reporting
from monitor.core.periods import Frequency, Period
from monitor.core.records import Observation, Status
from monitor.core.units import from_base
from monitor.ingest.candidates import Candidate
from monitor.ingest.columns import Column
from monitor.ingest.figure_rows import FigureRows, each
from monitor.ingest.stored import StoredFigures

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

_FREQUENCY = {Frequency.MONTHLY: 0, Frequency.QUARTERLY: 1, Frequency.ANNUAL: 2}
_MONTHS_IN = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 3, Frequency.ANNUAL: 12}
_FIRMNESS = {Status.PRELIMINARY: 0, Status.YEAR_INFERRED: 1}
_FIRM = 2
_MONTHS = 12
_KINDS = (*[np.int64] * 5, np.float64, *[np.int64] * 3, np.bool_, np.int64)
"""Of the columns of a table: indicator, region, basis, end, frequency, value, known_on, trust, firmness,
whether revised, source."""


@dataclass(frozen=True, eq=False)
class FigureTable:
    """Figures of a group of indicators: rows of a file, and stored releases the rows do not repeat.

    A file is judged against what is stored besides its own releases, so that loading it again finds
    what the first load found.

    Parameters
    ----------
    rows : sequence of Candidate
        Rows of the load, in file order.
    entries : sequence of Observation
        Stored releases of the group that no row repeats.
    indicators, regions, bases : sequence
        What the numbers in the columns stand for; the basis numbered 0 is none named.
    indicator, region, basis : ndarray of int
        Numbers.
    end : ndarray of int
        Last month of the period: year x 12 + month - 1.
    frequency : ndarray of int
        0 month, 1 quarter, 2 year.
    value : ndarray of float
        [base unit]
    known_on : ndarray of int
        Proleptic ordinal of the day.
    firmness : ndarray of int
        0 preliminary, 1 year inferred, 2 firm.
    is_revised : ndarray of bool
        Whether the figure says that it revises another.
    source : ndarray of int
        Place in `rows`, or -1 - place in `entries`.
    is_held : ndarray of bool
        Whether the release is stored already.
    in_force : ndarray of bool
        Whether it would be the value of its period once the rows are stored.
    stood : ndarray of bool
        Whether it is stored and the value of its period as long as the rows are not.
    """

    rows: Sequence[Candidate]
    entries: Sequence[Observation]
    indicators: Sequence[Indicator]
    regions: Sequence[str]
    bases: Sequence[str]
    indicator: Ints
    region: Ints
    basis: Ints
    end: Ints
    frequency: Ints
    value: Floats
    known_on: Ints
    firmness: Ints
    is_revised: Bools
    source: Ints
    is_held: Bools
    in_force: Bools
    stood: Bools
    worked_out: dict[str, Any] = field(default_factory=dict)
    """What rules have worked out of the columns and others may use again."""

    def __len__(self) -> int:
        return len(self.value)

    @property
    def is_row(self) -> Bools:
        """Whether the figure stands in the file."""
        return self.source >= 0

    @cached_property
    def is_new(self) -> Bools:
        """Whether the figure stands in the file and is not stored: only such a one is ever stopped."""
        return self.is_row & ~self.is_held

    @cached_property
    def series(self) -> Ints:
        """Number of the series, one for each indicator and region."""
        return self.indicator * max(len(self.regions), 1) + self.region

    @cached_property
    def chain(self) -> Ints:
        """Places of the figures in force, one for each series and period end, in order of both."""
        return self.last_of_each_end(np.flatnonzero(self.in_force))

    def last_of_each_end(self, places: Ints) -> Ints:
        """Of places sorted by series and end, the last one known for each end."""
        ordered = places[np.lexsort((self.known_on[places], self.end[places], self.series[places]))]
        return ordered[~self.same_as_next(ordered, self.series, self.end)]

    @staticmethod
    def same_as_next(places: Ints, *columns: Ints) -> Bools:
        """For each place, whether the next one agrees with it in all columns."""
        same = np.zeros(len(places), dtype=bool)
        if len(places) > 1:
            same[:-1] = True
            for column in columns:
                same[:-1] &= column[places[1:]] == column[places[:-1]]
        return same

    def of_indicators(self, chosen: Sequence[bool]) -> Bools:
        """Which figures belong to chosen indicators; one truth for each of `indicators`."""
        return np.asarray(chosen, dtype=bool)[self.indicator]

    def row_at(self, place: int) -> Candidate:
        """The row of the file that stands there."""
        return self.rows[int(self.source[place])]

    def indicator_at(self, place: int) -> Indicator:
        """The indicator of the figure that stands there."""
        return self.indicators[int(self.indicator[place])]

    def period_at(self, place: int) -> str:
        """The period of the figure that stands there, as written in files."""
        source = int(self.source[place])
        return str(self.rows[source].period) if source >= 0 else self.entries[-1 - source].period

    def written_at(self, place: int) -> str:
        """Value and unit: as the file gives them, or in the unit the indicator is shown in."""
        source = int(self.source[place])
        if source >= 0:
            return as_written(self.rows[source])
        return self.in_display_unit(place, float(self.value[place]))

    def in_display_unit(self, place: int, value: float) -> str:
        """Some value of the indicator of that figure, in the unit it is shown in."""
        unit = self.indicator_at(place).display_unit
        return f"{from_base(value, unit):.6g} {unit}"

    def fact(self, place: int) -> dict[str, Any]:
        """A figure as a fact of a sentence: what it says, and where a reader finds it."""
        told = {
            "written": self.written_at(place),
            "period": self.period_at(place),
            "region": self.regions[self.region[place]],
        }
        source = int(self.source[place])
        if source < 0:
            return told | {"known_on": self.entries[-1 - source].known_on.isoformat()}
        row = self.rows[source]
        return told | {"row": row.place.row.number, "sheet": row.place.table.sheet}


def as_written(row: Candidate) -> str:
    """Value and unit as the file gives them."""
    return f"{row.place.text(Column.VALUE)} {row.place.text(Column.UNIT)}"


def at_yearly_pace(table: FigureTable, places: Ints) -> Floats:
    """Values; a cumulative one scaled to twelve months, so that January stands beside December."""
    is_ytd = table.of_indicators([each.reporting is Reporting.YTD for each in table.indicators])
    months = table.end[places] % _MONTHS + 1
    return np.where(is_ytd[places], table.value[places] * _MONTHS / months, table.value[places])


class _Numbers:
    """Numbers names in the order they come."""

    def __init__(self, first: Iterable[str] = ()) -> None:
        self.known: dict[str, int] = {name: number for number, name in enumerate(first)}

    def of(self, names: Sequence[str]) -> list[int]:
        """The number of each."""
        for name in dict.fromkeys(names):
            self.known.setdefault(name, len(self.known))
        return list(map(self.known.__getitem__, names))


def figure_table(
    rows: Sequence[Candidate], stored: StoredFigures, *, catalogue: Mapping[str, Indicator] | None = None
) -> FigureTable:
    """Put rows and stored figures side by side.

    Parameters
    ----------
    rows : sequence of Candidate
        Rows of one group of indicators, in file order.
    stored : StoredFigures
        What is stored of the group.
    catalogue : mapping of code to Indicator, optional
        What stored figures are of; those of indicators that neither it nor a row names are left out.
    """
    rows = FigureRows.of(rows)
    codes = each(rows.columns.indicator, lambda found: found.code)
    known = {**(catalogue or {}), **dict(zip(codes, rows.columns.indicator, strict=True))}
    named = {entry.indicator for entry in stored.entries} | set(codes)
    indicators = {code: known[code] for code in sorted(named & known.keys())}
    keys = _releases(rows, codes) if stored.releases else []
    repeated = stored.releases.keys() & set(keys)
    entries = [
        entry
        for key, entry in stored.releases.items()
        if key not in repeated and entry.indicator in indicators
    ]
    is_held = [key in repeated for key in keys] if repeated else [False] * len(rows)
    numbers = _Numbers(indicators), _Numbers(), _Numbers([""])
    columns = [
        np.concatenate([of_entries, of_rows])
        for of_entries, of_rows in zip(
            _entry_columns(entries, *numbers, stored),
            _row_columns(rows, codes, *numbers, stored),
            strict=True,
        )
    ]
    _, region, basis = numbers
    return _sorted_table(
        rows,
        entries,
        tuple(indicators.values()),
        tuple(region.known),
        tuple(basis.known),
        columns,
        np.array([*(True for _ in entries), *is_held], dtype=bool),
    )


def _releases(rows: FigureRows, codes: Sequence[str]) -> list[Hashable]:
    """What `release_of` says of each row."""
    said = rows.columns
    figures = zip(codes, said.region, each(said.period, str), said.value, strict=True)
    return list(zip(figures, said.known_on, said.origin, said.status, said.definition_basis, strict=True))


def _entry_columns(
    entries: Sequence[Observation],
    indicator: _Numbers,
    region: _Numbers,
    basis: _Numbers,
    stored: StoredFigures,
) -> list[NDArray[Any]]:
    ends = [_end_of(entry.period) for entry in entries]
    return [
        np.array(column, dtype=kind)
        for column, kind in zip(
            (
                indicator.of([entry.indicator for entry in entries]),
                region.of([entry.region for entry in entries]),
                basis.of([entry.definition_basis for entry in entries]),
                [end for end, _ in ends],
                [frequency for _, frequency in ends],
                [entry.value for entry in entries],
                [entry.known_on.toordinal() for entry in entries],
                [-stored.trust_of(entry.origin) for entry in entries],
                [_FIRMNESS.get(entry.status, _FIRM) for entry in entries],
                [entry.status is Status.REVISED for entry in entries],
                range(-1, -1 - len(entries), -1),
            ),
            _KINDS,
            strict=True,
        )
    ]


def _row_columns(  # noqa: PLR0917 - as above
    rows: FigureRows,
    codes: Sequence[str],
    indicator: _Numbers,
    region: _Numbers,
    basis: _Numbers,
    stored: StoredFigures,
) -> list[NDArray[Any]]:
    said = rows.columns
    return [
        np.array(column, dtype=kind)
        for column, kind in zip(
            (
                indicator.of(codes),
                region.of(said.region),
                basis.of(said.definition_basis),
                each(said.period, _last_month),
                each(said.period, lambda period: _FREQUENCY[period.frequency]),
                said.value,
                each(said.known_on, dt.date.toordinal),
                each(said.origin, lambda origin: -stored.trust_of(origin)),
                each(said.status, lambda status: _FIRMNESS.get(status, _FIRM)),
                each(said.status, lambda status: status is Status.REVISED),
                range(len(rows)),
            ),
            _KINDS,
            strict=True,
        )
    ]


def _last_month(period: Period) -> int:
    return period.year * _MONTHS + period.part * _MONTHS_IN[period.frequency] - 1


@lru_cache(maxsize=10_000)
def _end_of(text: str) -> tuple[int, int]:
    """Last month and frequency of a stored period; the same few texts come again and again."""
    period = Period.parse(text)
    return _last_month(period), _FREQUENCY[period.frequency]


def _sorted_table(  # noqa: PLR0917 - the parts of a table, once
    rows: Sequence[Candidate],
    entries: Sequence[Observation],
    indicators: Sequence[Indicator],
    regions: Sequence[str],
    bases: Sequence[str],
    columns: Sequence[NDArray[Any]],
    is_held: Bools,
) -> FigureTable:
    indicator, region, _, end, frequency, value, known_on, trust, firmness, _, source = columns
    series = indicator * max(len(regions), 1) + region
    # Of one day the better trust, then the firmer status, then the one stored later: as in force.
    order = np.lexsort((value, source >= 0, firmness, trust, known_on, frequency, end, series))
    table_of = [column[order] for column in columns]
    of_period = (series[order], end[order], frequency[order])
    is_stored = source[order] < 0
    return FigureTable(
        rows=rows,
        entries=entries,
        indicators=indicators,
        regions=regions,
        bases=bases,
        indicator=table_of[0],
        region=table_of[1],
        basis=table_of[2],
        end=table_of[3],
        frequency=table_of[4],
        value=table_of[5],
        known_on=table_of[6],
        firmness=table_of[8],
        is_revised=table_of[9],
        source=table_of[10],
        is_held=is_held[order],
        in_force=_last_of(of_period, np.ones(len(order), dtype=bool)),
        stood=_last_of(of_period, is_stored),
    )


def _last_of(keys: tuple[NDArray[Any], ...], among: Bools) -> Bools:
    """Among some places of sorted columns, the last of each run of equal keys."""
    places = np.flatnonzero(among)
    last = np.zeros(len(among), dtype=bool)
    if not len(places):
        return last
    ends = np.ones(len(places), dtype=bool)
    ends[:-1] = np.any([key[places[1:]] != key[places[:-1]] for key in keys], axis=0)
    last[places[ends]] = True
    return last
