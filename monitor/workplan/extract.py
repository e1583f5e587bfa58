"""From the text of a plan to proposed targets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from forecast.targets import TargetKind
from monitor.core.indicators import Indicator
from monitor.workplan.candidates import Candidate, ReviewReason
from monitor.workplan.departments import department_brackets
from monitor.workplan.grids import Grid, find_grids
from monitor.workplan.heading import PlanFacts, plan_facts
from monitor.workplan.merging import compared
from monitor.workplan.passages import passages
from monitor.workplan.prose import ProseReader
from monitor.workplan.resolve import Resolver, resolved
from monitor.workplan.segments import paragraphs
from monitor.workplan.tables import TableReader
from monitor.workplan.text import repair


@dataclass(frozen=True)
class Extraction:
    """What a document holds.

    Parameters
    ----------
    facts : PlanFacts
    candidates : tuple of Candidate
        In the order of the text.
    """

    facts: PlanFacts
    candidates: tuple[Candidate, ...]


def extract_targets(
    source: str,
    *,
    year: int | None = None,
    region: str | None = None,
    regions: Mapping[str, str] | None = None,
    indicators: Mapping[str, Indicator] | None = None,
) -> Extraction:
    """Propose the targets of a plan.

    Parameters
    ----------
    source : str
        Text as read.
    year : int, optional
        Last year the plan is for, if the reader knows better.
    region : str, optional
        Place it is for, if the reader knows better.
    regions : mapping of str to str, optional
        Known names of regions, short and full, with the full name of each.
    indicators : mapping of str to Indicator, optional
        The catalogue to resolve names with; without it no indicator is proposed.

    Returns
    -------
    Extraction

    Examples
    --------
    >>> found = extract_targets("某市2030年科技工作要点\\n力争高新技术企业达到900家。")
    >>> [(each.indicator_name, each.value, str(each.commitment)) for each in found.candidates]
    [('高新技术企业', 900.0, 'stretch')]
    """
    repaired = repair(source)
    facts = plan_facts(repaired.text, year=year, region=region, regions=regions or {})
    reader = ProseReader(repaired, facts, department_brackets(repaired.text))
    grids = _grids_apart(repaired.text)
    tables = TableReader(reader)
    found: list[Candidate] = []
    for passage in passages(list(paragraphs(repaired.text)), reader.brackets):
        if not any(grid.start <= passage.start < grid.end for grid in grids):
            found += reader.read(passage)
    for grid in grids:
        found += tables.read(grid, "")
    ordered = sorted(found, key=lambda each: each.value_start)
    if indicators is not None:
        resolver = Resolver(indicators)
        ordered = [resolved(each, resolver) for each in ordered]
    return Extraction(facts, compared([_with_base(each) for each in ordered]))


def read_facts(source: str, *, regions: Mapping[str, str]) -> PlanFacts:
    """What the head of a plan tells, without its targets: a fraction of the time.

    Parameters
    ----------
    source : str
        Text as read.
    regions : mapping of str to str
        Known names of regions, short and full, with the full name of each.
    """
    return plan_facts(repair(source[:_HEAD]).text, year=None, region=None, regions=regions)


_HEAD = 6_000
"""Characters that hold title, number, issuer and years of any plan, and its first paragraphs."""

_FROM_A_BASE = frozenset(
    {TargetKind.NET_INCREASE, TargetKind.CHANGE_PP, TargetKind.MULTIPLE, TargetKind.AVERAGE_GROWTH}
)


def _with_base(candidate: Candidate) -> Candidate:
    """A missing base is named: nobody can judge 净增120家 without one."""
    if candidate.kind in _FROM_A_BASE and candidate.baseline_value is None:
        return candidate.with_review(ReviewReason.NO_BASELINE)
    return candidate


def _grids_apart(text: str) -> list[Grid]:
    """Tables that do not overlap; the plainer kind comes first."""
    kept: list[Grid] = []
    for grid in find_grids(text):
        if all(grid.end <= other.start or other.end <= grid.start for other in kept):
            kept.append(grid)
    return kept
