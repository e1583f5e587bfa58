"""From the text of a plan to proposed targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.workplan.candidates import Candidate
from monitor.workplan.departments import department_brackets
from monitor.workplan.grids import Grid, find_grids
from monitor.workplan.heading import PlanFacts, plan_facts
from monitor.workplan.prose import ProseReader, passages
from monitor.workplan.segments import paragraphs
from monitor.workplan.tables import TableReader
from monitor.workplan.text import RepairedText, repair


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
    repaired: RepairedText


def extract_targets(
    source: str, *, year: int | None = None, region: str | None = None, regions: Sequence[str] = ()
) -> Extraction:
    """Propose the targets of a plan."""
    repaired = repair(source)
    facts = plan_facts(repaired.text, year=year, region=region, regions=regions)
    reader = ProseReader(repaired, facts, department_brackets(repaired.text))
    grids = _grids_apart(repaired.text)
    tables = TableReader(reader)
    found: list[Candidate] = []
    for passage in passages(list(paragraphs(repaired.text)), reader.brackets):
        if not any(grid.start <= passage.start < grid.end for grid in grids):
            found += reader.read(passage)
    for grid in grids:
        found += tables.read(grid, "")
    return Extraction(facts, tuple(sorted(found, key=lambda each: each.value_start)), repaired)


def _grids_apart(text: str) -> list[Grid]:
    """Tables that do not overlap; the plainer kind comes first."""
    kept: list[Grid] = []
    for grid in find_grids(text):
        if all(grid.end <= other.start or other.end <= grid.start for other in kept):
            kept.append(grid)
    return kept
