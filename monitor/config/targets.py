"""Checks of indicators and targets: codes, units, windows, deadlines, conflicts."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

from forecast.targets import Comparator, TargetKind
from monitor.config.places import DEPARTMENT_HINT, INDICATOR_HINT, REGION_HINT, TARGET_HINT
from monitor.config.sources import Sourced, Sources, by_code, check_period, circles, duplicates, unknown
from monitor.core.catalogue import IndicatorEntry, TargetEntry
from monitor.core.errors import ConfigProblem, PeriodError, UnitError
from monitor.core.indicators import ForecastModel, Measure
from monitor.core.periods import Period
from monitor.core.register import base_unit_of_kind, terms_as_written
from monitor.core.term_rules import term_problems
from monitor.core.units import unit_named

_SHARES = ("percent", "percentage_point")
_FLOORS = (Comparator.AT_LEAST, Comparator.MORE_THAN)


def check_indicators(sources: Sources) -> Iterator[ConfigProblem]:
    """Unique codes; related indicators that exist; units, bounds and parts that fit."""
    yield from duplicates(sources.indicators, "indicators")
    first = by_code(sources.indicators)
    known = sources.known_indicators
    for sourced in sources.indicators:
        entry = sourced.entry
        for field in ("numerator", "denominator", "growth_indicator"):
            code = getattr(entry, field)
            yield from unknown(sourced, "indicators", field, code, known=known, what=INDICATOR_HINT)
        yield from _check_display_unit(sourced)
        yield from _check_ratio(sourced)
        yield from _check_bounds(sourced)
        yield from _check_drivers(sourced, first, known)
        growth = first.get(entry.growth_indicator or "")
        if growth and growth.entry.unit != "percent":
            found = f"{growth.entry.code!r}, whose unit is {growth.entry.unit}"
            yield sourced.problem(
                "indicators", "growth_indicator", found=found, allowed="an indicator in percent"
            )


def _check_drivers(
    sourced: Sourced[IndicatorEntry], first: Mapping[str, Sourced[IndicatorEntry]], known: frozenset[str]
) -> Iterator[ConfigProblem]:
    entry = sourced.entry
    if entry.drivers and entry.model is not ForecastModel.SARIMAX:
        found = f"drivers with model {entry.model.value}"
        yield sourced.problem("indicators", "drivers", found=found, allowed="drivers of model sarimax only")
    for code in entry.drivers:
        yield from unknown(sourced, "indicators", "drivers", code, known=known, what=INDICATOR_HINT)
        driver = first.get(code)
        if code == entry.code or (driver and driver.entry.frequency is not entry.frequency):
            allowed = f"another indicator that is {entry.frequency.value}"
            yield sourced.problem("indicators", "drivers", found=repr(code), allowed=allowed)


def _check_display_unit(sourced: Sourced[IndicatorEntry]) -> Iterator[ConfigProblem]:
    entry = sourced.entry
    try:
        measured = unit_named(entry.display_unit).base
    except UnitError as error:
        yield sourced.problem(
            "indicators", "display_unit", found=repr(entry.display_unit), allowed=str(error)
        )
        return
    if measured != entry.unit:
        found = f"{entry.display_unit!r}, which measures {measured}"
        yield sourced.problem("indicators", "display_unit", found=found, allowed=f"a unit of {entry.unit}")


def _check_ratio(sourced: Sourced[IndicatorEntry]) -> Iterator[ConfigProblem]:
    entry = sourced.entry
    if (entry.numerator is None) != (entry.denominator is None):
        missing = "denominator" if entry.denominator is None else "numerator"
        yield sourced.problem(
            "indicators", missing, found="nothing", allowed="numerator and denominator together"
        )
    elif entry.numerator is not None and entry.measure is not Measure.RATIO:
        yield sourced.problem(
            "indicators", "measure", found=entry.measure, allowed="ratio, as it has a numerator"
        )


def _check_bounds(sourced: Sourced[IndicatorEntry]) -> Iterator[ConfigProblem]:
    lower, upper = sourced.entry.bounds.lower, sourced.entry.bounds.upper
    if lower is not None and upper is not None and not lower < upper:
        yield sourced.problem(
            "indicators", "bounds", found=f"{lower} to {upper}", allowed="lower below upper"
        )


def check_targets(sources: Sources) -> Iterator[ConfigProblem]:
    """Unique codes; everything a target names exists; its numbers, dates and conflicts make sense."""
    yield from duplicates(sources.targets, "targets")
    indicators, first = by_code(sources.indicators), by_code(sources.targets)
    starts = _plan_starts(sources)
    for sourced in sources.targets:
        yield from _check_references(sourced, sources)
        yield from _check_conflicts(sourced, first)
        if sourced.entry.baseline:
            yield from check_period(sourced, "targets", "baseline.period", sourced.entry.baseline.period)
        indicator = indicators.get(sourced.entry.indicator or "")
        if indicator is not None:
            if sourced.entry.unit is not None:
                yield from _check_unit(sourced, sourced.entry.unit, indicator.entry)
            yield from _check_kind(sourced, indicator.entry)
            yield from _check_terms(sourced, indicator.entry, starts.get(sourced.entry.code))
    for code in circles({code: sourced.entry.parent for code, sourced in first.items()}):
        found = f"{first[code].entry.parent!r}, which leads back to {code}"
        yield first[code].problem("targets", "parent", found=found, allowed="a target above it, or none")


def _check_references(sourced: Sourced[TargetEntry], sources: Sources) -> Iterator[ConfigProblem]:
    entry = sourced.entry
    indicators, regions = sources.known_indicators, sources.known_regions
    departments, targets = sources.known_departments, sources.known_targets
    yield from unknown(
        sourced, "targets", "indicator", entry.indicator, known=indicators, what=INDICATOR_HINT
    )
    yield from unknown(sourced, "targets", "region", entry.region, known=regions, what=REGION_HINT)
    yield from unknown(sourced, "targets", "parent", entry.parent, known=targets, what=TARGET_HINT)
    for code in entry.departments:
        yield from unknown(sourced, "targets", "departments", code, known=departments, what=DEPARTMENT_HINT)
    for code in entry.conflicts_with:
        yield from unknown(sourced, "targets", "conflicts_with", code, known=targets, what=TARGET_HINT)


def _check_conflicts(
    sourced: Sourced[TargetEntry], targets: Mapping[str, Sourced[TargetEntry]]
) -> Iterator[ConfigProblem]:
    """A conflict is told on both sides, and is with another target."""
    code = sourced.entry.code
    for other in sourced.entry.conflicts_with:
        allowed = "a conflict told on both sides"
        if other == code:
            allowed, found = "another target", f"{code!r} itself"
        elif other in targets and code not in targets[other].entry.conflicts_with:
            found = f"{other!r}, which does not name {code!r} in turn ({targets[other].file})"
        else:
            continue
        yield sourced.problem("targets", "conflicts_with", found=found, allowed=allowed)


def _check_unit(
    sourced: Sourced[TargetEntry], unit: str, indicator: IndicatorEntry
) -> Iterator[ConfigProblem]:
    kind = sourced.entry.kind
    base = base_unit_of_kind(kind, indicator_unit=indicator.unit)
    try:
        measured = unit_named(unit).base
    except UnitError as error:
        yield sourced.problem("targets", "unit", found=repr(unit), allowed=str(error))
        return
    if measured != base:
        found = f"{unit!r}, which measures {measured}"
        allowed = f"a unit of {base}, for kind {kind} of {indicator.code}"
        yield sourced.problem("targets", "unit", found=found, allowed=allowed)


def _check_kind(sourced: Sourced[TargetEntry], indicator: IndicatorEntry) -> Iterator[ConfigProblem]:
    """Kinds that make no sense for what the indicator measures."""
    kind, unit, comparator = sourced.entry.kind, indicator.unit, sourced.entry.comparator
    field, found, allowed = "kind", "", ""
    if kind is TargetKind.NET_INCREASE and unit in _SHARES:
        found = f"net_increase of {indicator.code}, which is in {unit}"
        allowed = "change_pp for a share"
    elif kind is TargetKind.CHANGE_PP and unit not in _SHARES:
        found = f"change_pp of {indicator.code}, which is in {unit}"
        allowed = "net_increase, or an indicator in percent"
    elif kind is TargetKind.CUMULATIVE and indicator.measure not in (Measure.FLOW, Measure.COUNTER):
        found = f"cumulative of {indicator.code}, which is a {indicator.measure}"
        allowed = "level or net_increase; only flows and counters add up"
    elif kind is TargetKind.RANK and comparator in _FLOORS:
        field, found, allowed = (
            "comparator",
            f"{comparator} for a rank, where 1 is best",
            "at_most or less_than",
        )
    if found:
        yield sourced.problem("targets", field, found=found, allowed=allowed)


def _check_terms(
    sourced: Sourced[TargetEntry], indicator: IndicatorEntry, plan_start: dt.date | None
) -> Iterator[ConfigProblem]:
    """What every revision is held to as well: finite numbers within bounds, window and deadline."""
    entry = sourced.entry
    try:
        terms = terms_as_written(entry, indicator_unit=indicator.unit)
    except UnitError:  # told by itself; the dates are checked all the same
        terms = terms_as_written(entry.model_copy(update={"unit": None}), indicator_unit=indicator.unit)
    bounds = indicator.bounds.lower, indicator.bounds.upper
    for problem in term_problems(
        terms,
        indicator=indicator.code,
        frequency=indicator.frequency,
        bounds=bounds,
        plan_start=plan_start,
    ):
        yield sourced.problem("targets", problem.field, found=problem.found, allowed=problem.allowed)


def _plan_starts(sources: Sources) -> dict[str, dt.date]:
    """First day of the plan of every target; a plan whose period cannot be read is told elsewhere."""
    starts: dict[str, dt.date] = {}
    for sourced in sources.plans:
        try:
            first = Period.parse(sourced.entry.period_start).start
        except PeriodError:
            continue
        starts.update((target.code, first) for target in sourced.entry.targets)
    return starts
