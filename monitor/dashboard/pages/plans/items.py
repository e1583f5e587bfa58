"""Proposals of a document as rows of a table and as marks in its text."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from forecast.targets import TargetKind
from monitor.core.reviews import Decision
from monitor.core.term_rules import TermProblem
from monitor.dashboard.pages.plans.passages import Mark
from monitor.dashboard.widgets import head, muted, text
from monitor.plan_review import Draft, Item, OngoingReview
from monitor.words import display
from monitor.words.problems import term_problem_words
from monitor.words.view import View
from monitor.words.wording import deadline_text, messages


class State(StrEnum):
    """Where a proposal stands."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    ENTERED = "entered"


_SHAPES = {State.OPEN: "○", State.ACCEPTED: "●", State.REJECTED: "×", State.ENTERED: "◆"}
_TONES = {State.OPEN: "grey", State.ACCEPTED: "green", State.REJECTED: "grey", State.ENTERED: "blue"}
_BARE = frozenset({TargetKind.LEVEL})


def state_of(item: Item) -> State:
    """Entered before everything else: its target is on the ledger whatever is decided now."""
    if item.entered_as is not None:
        return State.ENTERED
    return {
        Decision.PENDING: State.OPEN,
        Decision.ACCEPTED: State.ACCEPTED,
        Decision.REJECTED: State.REJECTED,
    }[item.decision]


def asks(ongoing: OngoingReview, item: Item) -> bool:
    """Whether an open proposal asks for a person's eye; one that repeats another follows it."""
    if state_of(item) is not State.OPEN or item.candidate.repeat_of is not None:
        return False
    noted = bool(ongoing.problems[item.position] or item.candidate.review)
    return noted or bool(item.same_as or item.conflicts_with)


def state_html(item: Item, view: View) -> str:
    """Shape and word of where a proposal stands."""
    state = state_of(item)
    word = view.label(f"plans_state_{state}")
    return f'<span class="f {_TONES[state]}">{_SHAPES[state]} {text(word)}</span>'


def item_marks(ongoing: OngoingReview, view: View) -> list[Mark]:
    """Every number proposed, in the colour of where it stands."""
    marks = []
    for item in ongoing.review.items:
        state, found = state_of(item), item.candidate
        tone = "yellow" if asks(ongoing, item) else _TONES[state]
        css = f"t{tone}{' struck' if state is State.REJECTED else ''}"
        hint = f"{view.label(f'plans_state_{state}')} · {found.indicator_name}"
        label = str(item.position + 1)
        marks.append(Mark(found.value_start, found.value_end, f"item:{item.position}", css, hint, label))
    return marks


def items_html(ongoing: OngoingReview, items: Sequence[Item], chosen: Item | None, view: View) -> str:
    """The table of proposals, each with its two acts."""
    names = ("state", "no", "name", "mapped", "goal", "deadline", "check", "acts")
    wide = {"name": "fill", "no": "n"}
    cells = [
        (view.label(f"plans_column_{name}") if name != "acts" else "", wide.get(name, "")) for name in names
    ]
    rows = "".join(_row(ongoing, item, item == chosen, view) for item in items)
    return f'<table class="items">{head(cells)}<tbody>{rows}</tbody></table>'


def _row(ongoing: OngoingReview, item: Item, is_chosen: bool, view: View) -> str:
    draft, candidate = item.draft, item.candidate
    indicator = ongoing.review.indicators.get(draft.indicator or "")
    mapped = muted("—")
    if indicator is not None:
        mapped = text(view.indicator(indicator))
    said = problem_sentences(ongoing, item, view)
    check = ""
    if candidate.repeat_of is not None:
        check = muted(view.label("plans_same_as_no", other=candidate.repeat_of + 1))
    elif said and state_of(item) in {State.OPEN, State.ACCEPTED}:
        check = f'<span class="yellow" title="{text(" ".join(said))}">▲ {len(said)}</span>'
    deadline = deadline_text(draft.deadline) if draft.deadline else "—"
    name = text(candidate.indicator_name)
    return (
        f'<tr data-go="item:{item.position}"{" class=chosen" if is_chosen else ""}>'
        f'<td>{state_html(item, view)}</td><td class="n m">{item.position + 1}</td>'
        f'<td class="clip fill" title="{name}">{name}</td>'
        f'<td><span class="ell">{mapped}</span></td><td>{text(goal_text(draft, view))}</td>'
        f"<td>{text(deadline)}</td><td>{check}</td><td>{_acts(ongoing, item, view)}</td></tr>"
    )


def _acts(ongoing: OngoingReview, item: Item, view: View) -> str:
    """Accept and reject, or take back; each carries what was seen, so a second click decides nothing."""
    if ongoing.head.ended_at is not None or item.entered_as is not None:
        return ""
    seen = ongoing.sequence(item.position)
    offered = [Decision.ACCEPTED, Decision.REJECTED]
    if item.decision is not Decision.PENDING:
        offered = [Decision.PENDING]
    return " ".join(
        f'<span class="pick" data-go="{each.value}:{item.position}:{seen}">'
        f"{text(view.label(f'plans_do_{each.value}'))}</span>"
        for each in offered
    )


def goal_text(draft: Draft, view: View) -> str:
    """What a draft asks for, in the plan's own unit: 净增 ≥ 64 家."""
    texts = messages(view.language)
    kind = "" if draft.kind in _BARE else f"{texts.kinds[draft.kind.value]} "
    if draft.value is None:
        return kind.strip() or "—"
    sign = texts.comparators[draft.comparator.value]
    unit = "" if draft.unit == "count" else draft.unit  # a count of things the ledger has no word for
    space = "" if unit in {"%", ""} else " "
    if draft.value_upper is not None:
        return f"{kind}{_number(draft.value)}–{_number(draft.value_upper)}{space}{unit}"
    return f"{kind}{sign} {_number(draft.value)}{space}{unit}"


def _number(value: float) -> str:
    """As written: thousands by commas, no decimals that say nothing, the true minus sign."""
    return f"{value:,.10g}".replace("-", display.MINUS)


def problem_sentences(ongoing: OngoingReview, item: Item, view: View) -> list[str]:
    """Why a person must look at a proposal: what it lacks, why the reading is unsure, who says otherwise."""
    found = [
        term_problem_words(problem, view.language)
        if isinstance(problem, TermProblem)
        else view.label(f"plans_gap_{problem}")
        for problem in ongoing.problems[item.position]
    ]
    told = {"conflict", "repeat", "conflict_with_ledger"}
    if item.draft.indicator is not None:
        told |= {"no_indicator"}
    if item.decision is not Decision.PENDING:
        told |= {"unsure_indicator", "no_baseline"}
    gaps = {str(problem) for problem in ongoing.problems[item.position]}
    found += [
        view.label(f"plans_reason_{reason}")
        for reason in item.candidate.review
        if reason.value not in told | gaps
    ]
    if item.candidate.repeat_of is not None:
        found.append(view.label("plans_repeats", other=item.candidate.repeat_of + 1))
    if item.candidate.conflicts_with:
        others = "、".join(str(other + 1) for other in item.candidate.conflicts_with)
        found.append(view.label("plans_conflicts", others=others))
    if item.entered_as is None:
        found += [view.label("plans_same_as", target=code) for code in item.same_as]
        found += [view.label("plans_ledger_conflict", target=code) for code in item.conflicts_with]
    return found
