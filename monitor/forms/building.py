"""What a department is asked in a period: its targets, and the figures that are due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

from forecast.targets import TargetKind
from monitor import queries
from monitor.clock import today
from monitor.core.access import Actor
from monitor.core.errors import NotFoundError, UsageError
from monitor.core.flags import Flag
from monitor.core.freshness import expected_publication, is_reported
from monitor.core.indicators import Indicator
from monitor.core.ledger import in_force
from monitor.core.overviews import TargetStatus
from monitor.core.periods import Frequency, Period
from monitor.core.records import Observation, Target
from monitor.core.releases import values_in_force
from monitor.forms.content import FigureCell, Form, FormHead, TargetLine
from monitor.store import Store

Series = tuple[str, str]
"""Indicator and region."""

GROWTH_KINDS = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR})
_YEARS_BACK = {Frequency.MONTHLY: 1, Frequency.QUARTERLY: 1, Frequency.ANNUAL: 3}
_MONEY = ("亿元", "万元", "元")


def build_form(store: Store, actor: Actor, department: str, *, period: Period | None = None) -> Form:
    """What a department is asked today.

    Parameters
    ----------
    store, actor : Store, Actor
        Where from, and on whose behalf; the actor's scope must hold the department.
    department : str
        Its code.
    period : Period, optional
        The period reported on; the month before this one by default.

    Raises
    ------
    NotFoundError
        If there is no such department.
    UsageError
        If the period lies ahead, or the department answers for no target in force.
    """
    day = today(store.clock)
    period = period or Period.containing(day, Frequency.MONTHLY).shift(-1)
    if period.start > day:
        raise UsageError(f"{period} lies ahead; there is nothing to report yet. Ask for an earlier period.")
    departments = queries.get_departments(store, actor)
    if department not in departments:
        raise NotFoundError("department", department, known=departments)
    workspace = queries.get_workspace(store, actor)
    head = FormHead(workspace.name, workspace.simulated, departments[department], period, store.clock.now())
    rows = queries.overview(store, actor, as_of=day, department=department).rows
    if not rows:
        raise UsageError(f"{department} answers for no target in force on {day}; there is nothing to ask.")
    return _Building(store, actor, head, rows).form()


def series_of(status: TargetStatus, indicators: Mapping[str, Indicator]) -> Series | None:
    """The series a target is judged by; a growth target by its published rate, where there is one."""
    indicator = status.indicator
    if indicator is None:
        return None
    rate = indicator.growth_indicator
    if status.terms.kind in GROWTH_KINDS and rate is not None and rate in indicators:
        return rate, status.terms.region
    return indicator.code, status.terms.region


def last_day_due(period: Period) -> dt.date:
    """Figures usually out by the end of the month after the period are asked for in it."""
    return Period.containing(period.end, Frequency.MONTHLY).shift(1).end


class _Building:
    """One form while it is put together."""

    def __init__(self, store: Store, actor: Actor, head: FormHead, rows: Sequence[TargetStatus]) -> None:
        self._head, self._rows = head, rows
        self._day = today(store.clock)
        self._indicators = queries.get_indicators(store, actor)
        codes = [row.target for row in rows]
        self._targets = {t.code: t for t in queries.get_targets(store, actor, codes=codes)}
        self._notes = queries.target_notes(store, actor, targets=codes)
        self._known = self._figures_known(store, actor)

    def _figures_known(self, store: Store, actor: Actor) -> dict[Series, dict[Period, Observation]]:
        """The value in force of every period, by series."""
        wanted = {series for row in self._rows if (series := series_of(row, self._indicators))}
        observations = queries.known_observations(
            store,
            actor,
            as_of=self._day,
            indicators={series[0] for series in wanted},
            regions={series[1] for series in wanted},
        )
        trust = {code: origin.trust for code, origin in queries.get_origins(store, actor).items()}
        found: dict[Series, dict[Period, Observation]] = {series: {} for series in wanted}
        for entry in values_in_force(observations, trust=trust):
            if (entry.indicator, entry.region) in found:
                found[entry.indicator, entry.region][Period.parse(entry.period)] = entry
        return found

    def form(self) -> Form:
        """The form, worst targets first, figures in the order of their targets."""
        asked = {row.target: list(self._cells(row)) for row in self._rows}
        cells = {cell.parts: cell for found in asked.values() for cell in found}
        shown = [row for row in self._rows if _is_open(row, is_asked=bool(asked[row.target]))]
        lines = [self._line(row) for row in shown]
        return Form(
            head=self._head,
            figures=tuple(cells.values()),
            targets=tuple(line for line in lines if line.status.terms.kind is not TargetKind.MILESTONE),
            milestones=tuple(line for line in lines if line.status.terms.kind is TargetKind.MILESTONE),
        )

    def _line(self, row: TargetStatus) -> TargetLine:
        entry = in_force(self._targets[row.target].history, as_of=self._day)
        series = series_of(row, self._indicators)
        known = self._known[series] if series else {}
        said = [n for n in self._notes.get(row.target, ()) if n.department == self._head.department.code]
        return TargetLine(
            row,
            sequence=entry.sequence if entry else 0,
            indicator=self._indicators[series[0]] if series else None,
            last=known[max(known, key=_end)] if known else None,
            said=said[-1] if said else None,
        )

    def _cells(self, row: TargetStatus) -> Iterator[FigureCell]:
        series = series_of(row, self._indicators)
        if series is None:
            return
        indicator, known = self._indicators[series[0]], self._known[series]
        for period in self._due(indicator, self._targets[row.target], row, known):
            held = known.get(period)
            if held is None or not held.status.settles:
                yield FigureCell(
                    indicator,
                    row.region,
                    period,
                    units_for(indicator),
                    last=_before(known, period),
                    preliminary=held,
                )

    def _due(
        self, indicator: Indicator, target: Target, row: TargetStatus, known: Mapping[Period, Observation]
    ) -> Iterator[Period]:
        """Reported periods that should be out by now, from a year back (annual ones three), oldest first.

        None before the first figure of the series; a series without any is asked for from the first
        year of its target.
        """
        head = self._head.period
        first = dt.date(head.year - _YEARS_BACK[indicator.frequency], head.end.month, 1)
        began = Period.parse(row.terms.start).start if row.terms.start else target.history[0].effective_on
        first = max(first, min(known, key=_end).start if known else dt.date(began.year, 1, 1))
        last = min(head.end, Period.containing(row.terms.deadline, indicator.frequency).end)
        period = Period.containing(first, indicator.frequency)
        while period.end <= last:
            is_out = expected_publication(period, indicator) <= last_day_due(head)
            if period.start >= first and is_out and is_reported(period, indicator):
                yield period
            period = period.shift(1)


def _is_open(row: TargetStatus, *, is_asked: bool) -> bool:
    """Deadline ahead, or something still missing."""
    if row.terms.kind is TargetKind.MILESTONE:
        return row.assessment is None or row.assessment.flag is not Flag.DONE
    return row.days_left >= 0 or is_asked


def units_for(indicator: Indicator) -> tuple[str, ...]:
    """Units a figure may be written in, the indicator's own first."""
    unit = indicator.display_unit
    if indicator.base_unit == "CNY":
        return tuple(dict.fromkeys((unit, *_MONEY)))
    if indicator.base_unit == "count":
        noun = unit.removeprefix("万")
        return tuple(dict.fromkeys((unit, noun, f"万{noun}")))
    return (unit,)


def _end(period: Period) -> tuple[dt.date, int]:
    """Order of periods of one or several frequencies; of two that end together the longer is last."""
    return period.end, -period.frequency.periods_per_year


def _before(known: Mapping[Period, Observation], period: Period) -> Observation | None:
    earlier = [each for each in known if _end(each) < _end(period)]
    return known[max(earlier, key=_end)] if earlier else None
