"""What a document just read is: the plan it says it is, and whether it was here before."""

from __future__ import annotations

from dataclasses import dataclass

from monitor import queries
from monitor.core.access import Actor
from monitor.core.reviews import ReviewHead
from monitor.documents import Document
from monitor.workplan import PlanFacts, read_facts, region_names


@dataclass(frozen=True)
class Recognised:
    """A document beside the plans on record.

    Parameters
    ----------
    facts : PlanFacts
        What its head says; a person corrects it.
    region : str or None
        Code of the region it names.
    plan : str or None
        Code of the plan on record that has its title, region and last year.
    reviews : tuple of ReviewHead
        Open reviews of this very document.
    entered_into : tuple of str
        Codes of plans whose targets were accepted from it.
    """

    facts: PlanFacts
    region: str | None
    plan: str | None
    reviews: tuple[ReviewHead, ...]
    entered_into: tuple[str, ...]


def recognise(store: queries.Store, actor: Actor, document: Document) -> Recognised:
    """What a document says of itself, and where it stands here; nothing is written."""
    regions = queries.get_regions(store, actor)
    facts = read_facts(document.text, regions=region_names(regions.values()))
    region = next((code for code, each in regions.items() if each.name_zh == facts.region), None)
    told = (facts.title, region, facts.last_year)
    plans = queries.get_plans(store, actor).values()
    same = (each.code for each in plans if (each.title, each.region, int(each.period_end[:4])) == told)
    reviews = (each.head for each in queries.plan_reviews(store, actor))
    heads = queries.document_heads(store, actor)
    return Recognised(
        facts=facts,
        region=region,
        plan=next(same, None),
        reviews=tuple(head for head in reviews if head.sha256 == document.sha256),
        entered_into=tuple(
            plan for plan, found in heads.items() if any(each.sha256 == document.sha256 for each in found)
        ),
    )
