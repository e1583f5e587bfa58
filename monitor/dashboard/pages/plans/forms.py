"""What a person typed about a proposal, kept until it is decided: through reruns, turns and refusals."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import cast

import streamlit as st

from monitor.plan_review import Draft, OngoingReview

_FORMS = "plans_forms"


@dataclass(frozen=True)
class Form:
    """The fields of one proposal as a person left them.

    Parameters
    ----------
    seen : int
        Sequence of the decision the fields were filled from.
    base : Draft
        What they were filled with.
    typed : Draft
        What they hold now.
    turn : int
        Counts how often they were filled anew; part of the keys of the fields.
    """

    seen: int
    base: Draft
    typed: Draft
    turn: int

    @property
    def is_touched(self) -> bool:
        """Whether the person changed something."""
        return self.typed != self.base


def form_of(ongoing: OngoingReview, position: int) -> Form:
    """The form of a proposal: filled anew when its draft changed and the person had typed nothing."""
    draft, seen = ongoing.review.item(position).draft, ongoing.sequence(position)
    kept = _forms().get((ongoing.head.id, position))
    if kept is None:
        return Form(seen, draft, draft, 0)
    if kept.seen != seen and not kept.is_touched:
        return Form(seen, draft, draft, kept.turn + 1)
    return kept


def keep_form(ongoing: OngoingReview, position: int, form: Form) -> None:
    """Keep what was typed."""
    _forms()[ongoing.head.id, position] = form


def refill(ongoing: OngoingReview, position: int) -> None:
    """Drop what was typed: it is stored, or the person gave it up."""
    form = form_of(ongoing, position)
    fresh = replace(form, base=form.typed, seen=-1)
    keep_form(ongoing, position, fresh)


def insist(ongoing: OngoingReview, position: int) -> None:
    """Keep what was typed over a decision that came meanwhile, and was looked at."""
    keep_form(ongoing, position, replace(form_of(ongoing, position), seen=ongoing.sequence(position)))


def _forms() -> dict[tuple[int, int], Form]:
    return cast("dict[tuple[int, int], Form]", st.session_state.setdefault(_FORMS, {}))
