"""Open a document for review: proposals, the plan they belong to, and what the ledger holds already."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from pydantic import ValidationError

from forecast.targets import KINDS_WITH_WINDOW, Comparator
from monitor import queries
from monitor.core.access import Actor
from monitor.core.catalogue import PlanEntry
from monitor.core.errors import NotFoundError, UsageError, UserFacingError
from monitor.core.ledger import Terms
from monitor.core.records import Plan, Region, Target, TargetQuote
from monitor.documents import Document
from monitor.plan_review.review import Draft, Item, PlanReview
from monitor.plan_review.terms import draft_of, draft_terms
from monitor.workplan import Candidate, PlanFacts, Resolver, ReviewReason, extract_targets, region_names


@dataclass(frozen=True)
class PlanChoice:
    """What the reviewer says of the plan; None leaves it to the document.

    Parameters
    ----------
    code : str or None
        Of a plan on record, or for a new one.
    title, issuer, number : str or None
        Of a new plan; its issuing body and document number.
    year, first_year : int or None
        Last and first year it is for.
    region : str or None
        Name or code of its region.
    issued_on : str or None
        Day, month or year a new plan was issued on.
    is_draft : bool
        Whether a new plan is still a draft.
    """

    code: str | None = None
    title: str | None = None
    year: int | None = None
    region: str | None = None
    issuer: str | None = None
    number: str | None = None
    first_year: int | None = None
    issued_on: str | None = None
    is_draft: bool = False


def open_review(
    store: queries.Store, actor: Actor, document: Document, *, choice: PlanChoice | None = None
) -> PlanReview:
    """Extract a document and lay its proposals beside the ledger; nothing is written.

    Parameters
    ----------
    store : Store
        Where the catalogue and the ledger are.
    actor : Actor
        Who reviews.
    document : Document
        As read.
    choice : PlanChoice, optional
        What the reviewer says of the plan.

    Raises
    ------
    NotFoundError, UsageError
        If the plan's region or years are told by neither the document nor the choice.
    """
    choice = choice or PlanChoice()
    regions, indicators = queries.get_regions(store, actor), queries.get_indicators(store, actor)
    named = regions[choice.region].name_zh if choice.region in regions else choice.region
    extraction = extract_targets(
        document.text,
        year=choice.year,
        region=named,
        regions=region_names(regions.values()),
        indicators=indicators,
    )
    plans = queries.get_plans(store, actor)
    plan, is_new = _plan(choice, extraction.facts, plans, regions)
    departments = departments_of(store, actor, plan.region)
    review = PlanReview(document, extraction, plan, is_new, (), indicators, departments)
    resolver = Resolver(indicators)
    items = tuple(
        _item(review, position, each, resolver) for position, each in enumerate(extraction.candidates)
    )
    return beside_ledger(replace(review, items=items), store, actor)


def departments_of(store: queries.Store, actor: Actor, region: str) -> dict[str, str]:
    """Codes of the departments of a region by their names."""
    departments = queries.get_departments(store, actor).values()
    return {each.name_zh: each.code for each in departments if each.region == region}


def _item(review: PlanReview, position: int, candidate: Candidate, resolver: Resolver) -> Item:
    proposals = resolver.propose(
        candidate.indicator_name,
        kind=candidate.kind,
        unit=candidate.unit,
        written_unit=candidate.written_unit,
    )
    return Item(position, candidate, proposals, first_draft(review, candidate))


def first_draft(review: PlanReview, candidate: Candidate) -> Draft:
    """The draft a proposal of the review starts from."""
    indicator = review.indicators.get(candidate.indicator or "")
    return draft_of(candidate, region=review.plan.region, indicator=indicator, departments=review.departments)


def _plan(
    choice: PlanChoice, facts: PlanFacts, plans: Mapping[str, Plan], regions: Mapping[str, Region]
) -> tuple[PlanEntry, bool]:
    """The plan on record, by code or by title, region and last year; else a new one from the head."""
    known = plans.get(choice.code or "") or _same_plan(facts, plans.values(), choice, regions)
    if known is not None:
        _check_choice(choice, known, regions)
        return _entry_of(known), False
    region = _region_code(choice.region or facts.region, regions)
    if facts.first_year is None or facts.last_year is None:
        raise UsageError("The document does not say which years the plan is for; give --year.")
    title = choice.title or facts.title
    if title is None:
        raise UsageError("The document has no title; give --title.")
    told = {
        "code": choice.code or new_plan_code(region, facts.last_year, plans),
        "title": title,
        "title_en": title,
        "number": choice.number or facts.number,
        "issuer": choice.issuer or facts.issuer or regions[region].name_zh,
        "region": region,
        "status": "draft" if choice.is_draft else "issued",
        "issued_on": choice.issued_on,
        "period_start": str(choice.first_year or facts.first_year),
        "period_end": str(facts.last_year),
        "source": title,
        "targets": (),
    }
    return _new_entry(told), True


def _new_entry(told: Mapping[str, object]) -> PlanEntry:
    try:
        return PlanEntry.model_validate(told)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(each) for each in first["loc"])
        raise UsageError(f"The plan's {field} {told.get(field)!r} cannot be used: {first['msg']}.") from error


def _same_plan(
    facts: PlanFacts, plans: Iterable[Plan], choice: PlanChoice, regions: Mapping[str, Region]
) -> Plan | None:
    """The plan of the same title, region and last year; a title alone is shared by cities and years."""
    title, name = choice.title or facts.title, choice.region or facts.region
    if choice.code is not None or None in {title, name, facts.last_year}:
        return None
    region = _region_code(name, regions)
    told = (title, region, facts.last_year)
    return next((plan for plan in plans if (plan.title, plan.region, _last_year(plan)) == told), None)


def _last_year(plan: Plan) -> int:
    return int(plan.period_end[:4])


def _check_choice(choice: PlanChoice, plan: Plan, regions: Mapping[str, Region]) -> None:
    """Refuse a region or year that contradicts the plan on record."""
    if choice.region is not None and _region_code(choice.region, regions) != plan.region:
        raise UsageError(f"Plan {plan.code} is for {plan.region}, not {choice.region}; leave --region out.")
    if choice.year is not None and choice.year != _last_year(plan):
        raise UsageError(f"Plan {plan.code} ends in {_last_year(plan)}, not {choice.year}; leave --year out.")


def _entry_of(plan: Plan) -> PlanEntry:
    return PlanEntry.model_validate({**vars(plan), "targets": ()})


def _region_code(name: str | None, regions: Mapping[str, Region]) -> str:
    if name in regions:
        return str(name)
    for code, region in regions.items():
        if name in {region.name_zh, region.short_zh}:
            return code
    if name is None:
        raise UsageError("The document does not say which region the plan is for; give --region.")
    hint = "Add it to configs/regions.yaml and run `zhibiao init --apply`, or give --region."
    raise NotFoundError("region", name, hint)


def new_plan_code(region: str, year: int, plans: Collection[str]) -> str:
    """A code no plan has: its region and last year, numbered where taken."""
    code, number = f"plan_{region.lower()}_{year}", 1
    while code in plans:
        number += 1
        code = f"plan_{region.lower()}_{year}_{number}"
    return code


class LedgerIndex:
    """Targets that hold, by what they are about, so that a proposal is laid beside its own alone."""

    def __init__(self, targets: Iterable[Target]) -> None:
        self._targets: dict[tuple[object, ...], list[tuple[str, Terms]]] = {}
        for target in targets:
            terms = target.history[-1].terms
            if not terms.withdrawn:
                self._targets.setdefault(_subject(terms), []).append((target.code, terms))

    def about(self, terms: Terms) -> list[tuple[str, Terms]]:
        """Codes and terms of the targets on the same indicator, region, kind and deadline."""
        return self._targets.get(_subject(terms), [])


def _subject(terms: Terms) -> tuple[object, ...]:
    return (terms.indicator, terms.region, terms.kind, terms.deadline)


def beside_ledger(review: PlanReview, store: queries.Store, actor: Actor) -> PlanReview:
    """The review with what the ledger of its plan and region says of the same things."""
    targets = queries.get_targets(store, actor, region=review.plan.region)
    own = {target.code for target in targets if target.plan == review.plan.code}
    found = queries.target_quotes(store, actor, sha256=review.document.sha256)
    quotes = {code: quoted for code, quoted in found.items() if code in own}
    ledger = LedgerIndex(targets)
    items = tuple(_compared(review, item, ledger, quotes) for item in review.items)
    return replace(review, items=items)


def compared_with_ledger(review: PlanReview, item: Item, ledger: LedgerIndex) -> Item:
    """The item with the targets that say the same of its indicator, or otherwise."""
    try:
        _, terms = draft_terms(review, item, code="x")
    except UserFacingError:
        return replace(item, same_as=(), conflicts_with=())
    same: list[str] = []
    other: list[str] = []
    for code, held in ledger.about(terms):
        (same if _agrees(held, terms) else other).append(code)
    candidate = item.candidate.with_review(ReviewReason.CONFLICT_WITH_LEDGER) if other else item.candidate
    return replace(item, candidate=candidate, same_as=tuple(same), conflicts_with=tuple(other))


def _compared(
    review: PlanReview, item: Item, ledger: LedgerIndex, quotes: Mapping[str, tuple[TargetQuote, ...]]
) -> Item:
    candidate = item.candidate
    entered = [
        code
        for code, found in quotes.items()
        if any((each.value_start, each.quote) == (candidate.value_start, candidate.quote) for each in found)
    ]
    placed = replace(item, entered_as=_likeliest(entered, item) if entered else None)
    return compared_with_ledger(review, placed, ledger)


def _likeliest(codes: list[str], item: Item) -> str:
    """Of several targets on one number, the one of the proposed indicator."""
    own = [code for code in codes if item.draft.indicator and re.search(rf"\.{item.draft.indicator}\b", code)]
    return (own or codes)[0]


def _agrees(held: Terms, terms: Terms) -> bool:
    starts = (held.start, terms.start) if terms.kind in KINDS_WITH_WINDOW else (None, None)
    return starts[0] == starts[1] and says_alike(held, terms)


def says_alike(one: Terms | Draft, other: Terms | Draft) -> bool:
    """Whether two ask for the same value in the same direction: at least 3 and at most 3 do not."""
    pairs = ((one.value, other.value), (one.value_upper, other.value_upper))
    return _direction(one.comparator) == _direction(other.comparator) and all(
        a == b or (a is not None and b is not None and math.isclose(a, b, rel_tol=1e-9)) for a, b in pairs
    )


def _direction(comparator: Comparator | None) -> Comparator | None:
    strict = {Comparator.MORE_THAN: Comparator.AT_LEAST, Comparator.LESS_THAN: Comparator.AT_MOST}
    return comparator if comparator is None else strict.get(comparator, comparator)
