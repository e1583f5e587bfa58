"""Rules a single figure must keep: its bounds, its dates."""

from __future__ import annotations

from monitor.core.units import from_base
from monitor.ingest.columns import Column
from monitor.ingest.findings import Finding, RuleId
from monitor.ingest.normalise import Candidate
from monitor.ingest.rules import CheckContext


def as_written(candidate: Candidate) -> str:
    """Value and unit as the file gives them."""
    return f"{candidate.place.text(Column.VALUE)} {candidate.place.text(Column.UNIT)}"


def _bound(candidate: Candidate, bound: float) -> str:
    """A bound in the unit the row is written in."""
    unit = candidate.place.text(Column.UNIT)
    return f"{from_base(bound, unit):,.12g} {unit}"


def below_lower_bound(candidate: Candidate, _context: CheckContext) -> Finding | None:
    """A value the indicator cannot fall to."""
    lower = candidate.indicator.lower
    if lower is None or candidate.value >= lower:
        return None
    return Finding(
        RuleId.BELOW_LOWER_BOUND,
        Column.VALUE,
        candidate.place.text(Column.VALUE),
        f"{as_written(candidate)} is below the lower bound of {candidate.indicator.code}, "
        f"{_bound(candidate, lower)}.",
        "Check value, sign and unit; if the figure is right, the bound in the catalogue is not.",
    )


def above_upper_bound(candidate: Candidate, _context: CheckContext) -> Finding | None:
    """A value the indicator cannot rise to."""
    upper = candidate.indicator.upper
    if upper is None or candidate.value <= upper:
        return None
    return Finding(
        RuleId.ABOVE_UPPER_BOUND,
        Column.VALUE,
        candidate.place.text(Column.VALUE),
        f"{as_written(candidate)} is above the upper bound of {candidate.indicator.code}, "
        f"{_bound(candidate, upper)}.",
        "Check value and unit; if the figure is right, the bound in the catalogue is not.",
    )


def period_not_begun(candidate: Candidate, context: CheckContext) -> Finding | None:
    """A figure for a period that lies ahead is an expectation, not an observation."""
    if candidate.period.start <= context.today:
        return None
    return Finding(
        RuleId.PERIOD_NOT_BEGUN,
        Column.PERIOD,
        candidate.place.text(Column.PERIOD),
        f"The period {candidate.period} has not begun yet.",
        "Correct the period; an expected or planned value is no observation.",
    )


def future_publication(candidate: Candidate, context: CheckContext) -> Finding | None:
    """A publication date that lies ahead; a partial one may still end there."""
    published = candidate.published
    if published is None or published.first <= context.today:
        return None
    return Finding(
        RuleId.FUTURE_PUBLICATION,
        Column.PUBLISHED_ON,
        published.text,
        f"The publication date {published.text} lies ahead of the day of the load.",
        "Correct the date; if the figure is not public yet, give that day as embargo_until instead.",
    )


def published_before_period_start(candidate: Candidate, _context: CheckContext) -> Finding | None:
    """Nothing can be observed before it begins."""
    published = candidate.published
    if published is None or published.last >= candidate.period.start:
        return None
    return Finding(
        RuleId.PUBLISHED_BEFORE_PERIOD_START,
        Column.PUBLISHED_ON,
        published.text,
        f"The figure for {candidate.period} cannot have been published on {published.text}, before it began.",
        "Correct the publication date or the period.",
    )
