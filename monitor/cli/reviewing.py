"""The review of a plan in the terminal: one proposal after another, accepted, changed or rejected."""

from __future__ import annotations

import datetime as dt

import typer

from monitor.cli.common import say
from monitor.core.errors import UsageError, UserFacingError
from monitor.plan_review import Decision, Item, PlanReview, accept, edit, item_problem, pending, reject
from monitor.words.cells import plain_text

_HELP = (
    "y accept · n reject · s leave open · q stop here · i CODE indicator · v NUMBER value · "
    "d DATE deadline · u UNIT unit"
)


def ask_for_decisions(review: PlanReview) -> PlanReview:
    """Ask about every proposal nobody decided; repeats follow the first that says the same."""
    open_items = pending(review)
    if open_items:
        say(_HELP)
    for item in open_items:
        review, goes_on = _decide(review, item.position)
        if not goes_on:
            break
    return _with_repeats(review)


def _decide(review: PlanReview, position: int) -> tuple[PlanReview, bool]:
    """One proposal, asked until it is decided or left."""
    while True:
        item = review.item(position)
        _show(review, item)
        answer = str(typer.prompt("y/n/s/q/i/v/d/u", default="s")).strip()
        if answer in {"s", "q"}:
            return review, answer == "s"
        if answer == "n":
            return reject(review, position), True
        try:
            if answer == "y":
                return accept(_checked(review, item), position), True
            review = _changed(review, position, answer)
        except (UserFacingError, ValueError) as error:
            say(plain_text(error), style="red")


def _checked(review: PlanReview, item: Item) -> PlanReview:
    if item.draft.indicator is None or item.draft.deadline is None:
        return review  # accept says what is missing
    problem = item_problem(review, item)
    if problem is not None:
        raise UsageError(problem)
    return review


def _changed(review: PlanReview, position: int, answer: str) -> PlanReview:
    letter, _, rest = answer.partition(" ")
    rest = rest.strip()
    if letter == "i":
        return edit(review, position, indicator=rest)
    if letter == "v":
        return edit(review, position, value=float(rest.replace(",", "")))
    if letter == "d":
        return edit(review, position, deadline=dt.date.fromisoformat(rest))
    if letter == "u" and rest:
        return edit(review, position, unit=rest)
    raise UsageError(_HELP)


def _show(review: PlanReview, item: Item) -> None:
    candidate, draft = item.candidate, item.draft
    upper = "" if draft.value_upper is None else f" to {draft.value_upper:g}"
    say("")
    say(plain_text(f"[{item.position + 1}/{len(review.items)}] {candidate.indicator_name}"), style="bold")
    say(plain_text(f"    “{candidate.quote}”"))
    value = "—" if draft.value is None else f"{draft.value:,.10g}"
    say(
        f"    {draft.kind} {draft.comparator} {value}{upper} {draft.unit} "
        f"by {draft.deadline or '—'}, {draft.commitment}"
    )
    say(f"    indicator: {_named(review, draft.indicator)}")
    if candidate.responsible:
        say(plain_text(f"    responsible: {candidate.responsible}"))
    others = [each.code for each in item.proposals if each.code != draft.indicator]
    if others:
        say(f"    others: {', '.join(others)}")
    if candidate.review:
        say(f"    to check: {', '.join(candidate.review)}", style="yellow")
    for code in item.conflicts_with:
        say(f"    the ledger says otherwise: {code}", style="yellow")
    for code in item.same_as:
        say(f"    on the ledger already: {code}")


def _named(review: PlanReview, code: str | None) -> str:
    found = review.indicators.get(code or "")
    return "— (choose one: i CODE)" if found is None else f"{found.code} {found.name_zh}"


def _with_repeats(review: PlanReview) -> PlanReview:
    """A repeat is accepted with the proposal it repeats, as one more place of the same target."""
    for item in review.items:
        first = item.candidate.repeat_of
        if first is None or item.decision is not Decision.PENDING:
            continue
        leader = review.item(first)
        if leader.decision is Decision.ACCEPTED:
            review = accept(edit(review, item.position, **vars(leader.draft)), item.position)
    return review
