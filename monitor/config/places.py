"""Checks of regions, departments and plans against each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.config.sources import (
    Sourced,
    Sources,
    by_code,
    check_date,
    check_period,
    circles,
    duplicates,
    unknown,
)
from monitor.core.catalogue import DepartmentEntry, PlanEntry, RegionEntry
from monitor.core.errors import ConfigProblem
from monitor.core.periods import Period

REGION_HINT = "a region of regions.yaml"
DEPARTMENT_HINT = "a department of departments.yaml"
INDICATOR_HINT = "an indicator of indicators/*.yaml"
TARGET_HINT = "a target of plans/*.yaml"


def check_regions(sources: Sources) -> Iterator[ConfigProblem]:
    """Unique codes; parents and successors that exist and form no circle; dates in order."""
    yield from duplicates(sources.regions, "regions")
    known = sources.known_regions
    for sourced in sources.regions:
        region = sourced.entry
        yield from unknown(sourced, "regions", "parent", region.parent, known=known, what=REGION_HINT)
        yield from unknown(sourced, "regions", "successor", region.successor, known=known, what=REGION_HINT)
        yield from _check_validity(sourced, "regions")
    first = by_code(sources.regions)
    for code in circles({code: sourced.entry.parent for code, sourced in first.items()}):
        found = f"{first[code].entry.parent!r}, which leads back to {code}"
        yield first[code].problem("regions", "parent", found=found, allowed="a region above it, or none")


def check_departments(sources: Sources) -> Iterator[ConfigProblem]:
    """Unique codes; regions and successors that exist; dates in order."""
    yield from duplicates(sources.departments, "departments")
    regions, departments = sources.known_regions, sources.known_departments
    for sourced in sources.departments:
        entry = sourced.entry
        yield from unknown(sourced, "departments", "region", entry.region, known=regions, what=REGION_HINT)
        yield from unknown(
            sourced, "departments", "successor", entry.successor, known=departments, what=DEPARTMENT_HINT
        )
        yield from _check_validity(sourced, "departments")


def _check_validity(
    sourced: Sourced[RegionEntry] | Sourced[DepartmentEntry], listed: str
) -> Iterator[ConfigProblem]:
    entry = sourced.entry
    if entry.valid_from and entry.valid_to and entry.valid_to < entry.valid_from:
        allowed = f"a date not before valid_from ({entry.valid_from})"
        yield sourced.problem(listed, "valid_to", found=str(entry.valid_to), allowed=allowed)
    if entry.successor and entry.valid_to is None:
        yield sourced.problem(
            listed, "valid_to", found="nothing", allowed="the last day, as there is a successor"
        )


def check_plans(sources: Sources) -> Iterator[ConfigProblem]:
    """Unique codes; a region and a parent plan that exist; periods and dates that can be read."""
    yield from duplicates(sources.plans, "")
    regions, plans = sources.known_regions, sources.known_plans
    for sourced in sources.plans:
        plan = sourced.entry
        yield from unknown(sourced, "", "region", plan.region, known=regions, what=REGION_HINT)
        yield from unknown(sourced, "", "parent", plan.parent, known=plans, what="a plan of plans/*.yaml")
        yield from check_date(sourced, "", "issued_on", plan.issued_on)
        yield from _check_plan_period(sourced)
    yield from _check_plan_circles(sources.plans)


def _check_plan_period(sourced: Sourced[PlanEntry]) -> Iterator[ConfigProblem]:
    plan = sourced.entry
    broken = [
        *check_period(sourced, "", "period_start", plan.period_start),
        *check_period(sourced, "", "period_end", plan.period_end),
    ]
    yield from broken
    if not broken and Period.parse(plan.period_end).end < Period.parse(plan.period_start).start:
        allowed = f"a period not before period_start ({plan.period_start})"
        yield sourced.problem("", "period_end", found=repr(plan.period_end), allowed=allowed)


def _check_plan_circles(plans: Sequence[Sourced[PlanEntry]]) -> Iterator[ConfigProblem]:
    first = by_code(plans)
    for code in circles({code: sourced.entry.parent for code, sourced in first.items()}):
        found = f"{first[code].entry.parent!r}, which leads back to {code}"
        yield first[code].problem("", "parent", found=found, allowed="a plan above it, or none")
