"""The left column: which target, what to try, and what goes into the ledger with it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import streamlit as st

from forecast.targets import Comparator, TargetKind
from monitor.core.ledger import LONGEST_NOTICE, Commitment
from monitor.core.records import Department
from monitor.core.register import decimals_of
from monitor.core.units import from_base
from monitor.dashboard.pages.adjust.drafts import Draft, keep_draft, kept_draft
from monitor.whatif import Trial
from monitor.words import wording
from monitor.words.lines import plain
from monitor.words.view import View

OTHER = "other"
_FIXED_COMPARATOR = frozenset({TargetKind.DIRECTION, TargetKind.MILESTONE})
_STEPS_IN_VALUE = 100
"""A step of the number field is about a hundredth of the value, and a round number."""


@dataclass(frozen=True)
class Form:
    """One draft being edited.

    Parameters
    ----------
    departments : mapping of code to Department
        Those a target can be given to.
    today : datetime.date
        First day offered for an entry to take effect.
    """

    workspace: str
    view: View
    draft: Draft
    departments: Mapping[str, Department]
    today: dt.date

    def control(
        self, name: str, shown: Any, make: Callable[..., Any], take: Callable[[Form, Any], Draft | None]
    ) -> None:
        """A widget that shows a field of the draft, and writes what is typed back into it.

        `take` gets the form as it is then: another field may have been changed in the same moment.
        """
        key = f"adjust_{name}:{self.draft.seen.target}:{self.view.language.value}"
        st.session_state[key] = shown

        def changed() -> None:
            held = replace(self, draft=kept_draft(self.workspace, self.draft))
            draft = take(held, st.session_state[key])
            if draft is not None:
                keep_draft(self.workspace, draft)

        make(key=key, on_change=changed)

    def label(self, name: str, **filled: object) -> str:
        """A label of this page."""
        return self.view.label(f"adjust_{name}", **filled)

    def proposing(self, **changes: Any) -> Draft:
        """The draft with changed terms."""
        return replace(self.draft, proposed=replace(self.draft.proposed, **changes))


def show_terms(form: Form, trial: Trial) -> None:
    """Value and deadline."""
    if trial.has_value:
        _value(form, trial, "value")
        if form.draft.proposed.comparator is Comparator.BETWEEN:
            _value(form, trial, "value_upper")
    _deadline(form, trial)


def show_milestone(form: Form) -> None:
    """The day a milestone is due."""
    form.control(
        "deadline",
        form.draft.proposed.deadline,
        lambda **options: st.date_input(form.label("deadline"), format="YYYY-MM-DD", **options),
        lambda held, day: held.proposing(deadline=day) if day else None,
    )


def show_done(form: Form) -> None:
    """The day a milestone was done; it goes into the report alone."""
    form.control(
        "done_on",
        form.draft.done_on or form.today,
        lambda **options: st.date_input(
            form.label("done_on"), max_value=form.today, format="YYYY-MM-DD", **options
        ),
        lambda held, day: replace(held.draft, done_on=day) if day else None,
    )


def show_entry(form: Form) -> None:
    """Reason, document and effective day of the ledger entry."""
    form.control(
        "reason",
        form.draft.reason,
        lambda **options: st.text_area(form.label("reason"), height=70, max_chars=1000, **options),
        lambda held, typed: replace(held.draft, reason=typed),
    )
    document, day = st.columns([1.3, 1], gap="small")
    with document:
        _document(form)
    with day:
        _effective(form)


def _document(form: Form) -> None:
    form.control(
        "document",
        form.draft.document,
        lambda **options: st.text_input(
            form.label("document"), placeholder=form.label("document_hint"), max_chars=300, **options
        ),
        lambda held, typed: replace(held.draft, document=typed),
    )


def _effective(form: Form) -> None:
    first = form.draft.seen.effective_on
    form.control(
        "effective",
        effective_day(form.draft, form.today),
        lambda **options: st.date_input(
            form.label("effective"),
            min_value=first,
            max_value=max(form.today + LONGEST_NOTICE, first),
            format="YYYY-MM-DD",
            **options,
        ),
        lambda held, day: replace(held.draft, effective_on=day) if day else None,
    )


def effective_day(draft: Draft, today: dt.date) -> dt.date:
    """The day typed, else today; never before the entry it follows."""
    return max(draft.effective_on or today, draft.seen.effective_on)


def value_step(value: float, decimals: int) -> float:
    """A round step of about a hundredth of a value, not finer than its decimals.

    Examples
    --------
    >>> value_step(2.5, 2), value_step(190.0, 2), value_step(1290.0, 0)
    (0.01, 1.0, 10.0)
    """
    finest = 10.0**-decimals
    size = abs(value) / _STEPS_IN_VALUE
    while finest * 10 <= size:
        finest *= 10
    return round(finest, max(decimals, 0))


def _value(form: Form, trial: Trial, name: str) -> None:
    terms = form.draft.proposed
    in_base = getattr(terms, name)
    decimals = max(trial.decimals, terms.written_decimals or 0)
    shown = round(from_base(in_base, terms.unit or ""), decimals) if in_base is not None else 0.0

    def make(**options: Any) -> None:
        st.number_input(
            form.label("rank") if terms.kind is TargetKind.RANK else form.label(name, unit=terms.unit),
            step=value_step(shown, decimals),
            format=f"%.{decimals}f",
            **options,
        )

    form.control(name, shown, make, lambda held, typed: _typed(held, trial, name, typed, decimals))


def _typed(form: Form, trial: Trial, name: str, typed: float | None, decimals: int) -> Draft | None:
    """The draft with a typed number; its decimals are those it needs, and never fewer than before."""
    if typed is None:
        return None
    number = Decimal(f"{typed:.{decimals}f}")
    needed = decimals_of(number.normalize())
    least = max(needed, form.draft.seen.terms.written_decimals or 0)
    in_base = trial.in_base(number)
    if name == "value_upper":
        return form.proposing(value_upper=in_base)
    return form.proposing(value=in_base, written_decimals=least)


def _deadline(form: Form, trial: Trial) -> None:
    """The next few years, and any other end of a period on request."""
    offered = list(trial.deadlines())
    now = form.draft.proposed.deadline
    flag = f"adjust_other_deadline:{form.draft.seen.target}"
    is_other = now not in offered or bool(st.session_state.get(flag))

    def take(held: Form, choice: dt.date | str | None) -> Draft | None:
        st.session_state[flag] = choice == OTHER
        return held.proposing(deadline=choice) if isinstance(choice, dt.date) else None

    def named(choice: dt.date | str) -> str:
        return form.label("other_deadline") if choice == OTHER else wording.deadline_text(choice)  # type: ignore[arg-type]

    form.control(
        "deadline",
        OTHER if is_other else now,
        lambda **options: st.segmented_control(
            form.label("deadline"),
            [*offered, OTHER],
            format_func=named,
            required=True,
            width="stretch",
            **options,
        ),
        take,
    )
    if not is_other:
        return
    choices = sorted({now, *trial.all_deadlines()})
    form.control(
        "deadline_other",
        now,
        lambda **options: st.selectbox(
            form.label("other_deadline"),
            choices,
            format_func=wording.deadline_text,
            label_visibility="collapsed",
            **options,
        ),
        lambda held, day: held.proposing(deadline=day) if day else None,
    )


def show_other_terms(form: Form) -> None:
    """Comparator, commitment and departments, folded."""
    terms, texts = form.draft.proposed, wording.messages(form.view.language)
    with st.popover(form.label("other_terms"), width="stretch"):
        if terms.kind not in _FIXED_COMPARATOR and terms.comparator is not Comparator.BETWEEN:
            signs = [one for one in Comparator if one is not Comparator.BETWEEN]
            _choice(form, "comparator", signs, lambda one: texts.comparators[one.value])
        _choice(
            form,
            "commitment",
            list(Commitment),
            lambda one: texts.commitments[one.value] or form.label("unspecified"),
        )
        codes = sorted({*form.departments, *terms.departments})
        form.control(
            "departments",
            list(terms.departments),
            lambda **options: st.multiselect(
                form.label("departments"), codes, format_func=lambda code: _department(form, code), **options
            ),
            lambda held, chosen: held.proposing(departments=tuple(chosen)),
        )


def _choice(form: Form, name: str, options: Sequence[Any], named: Callable[[Any], str]) -> None:
    form.control(
        name,
        getattr(form.draft.proposed, name),
        lambda **more: st.selectbox(form.label(name), options, format_func=named, **more),
        lambda held, chosen: held.proposing(**{name: chosen}) if chosen is not None else None,
    )


def _department(form: Form, code: str) -> str:
    known = form.departments.get(code)
    return plain(form.view.department(known), form.view) if known else code
