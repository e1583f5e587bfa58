"""The fields of a draft: what the plan's words mean in the terms of the ledger."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import streamlit as st

from forecast.targets import KINDS_WITH_WINDOW, Comparator, TargetKind
from monitor import queries
from monitor.core.ledger import Commitment
from monitor.core.register import base_unit_of_kind
from monitor.core.units import BASE_UNITS, units_of
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.plans.forms import Form
from monitor.plan_review import Draft, Item, OngoingReview
from monitor.words.view import View
from monitor.words.wording import commitment_word, messages

_EARLIEST, _LATEST = dt.date(2000, 1, 1), dt.date(2060, 12, 31)
_KINDS = tuple(kind for kind in TargetKind if kind is not TargetKind.MILESTONE)


@dataclass(frozen=True)
class _Fields:
    """Where the fields of one proposal stand, and how they are named."""

    view: View
    tag: str

    def key(self, name: str) -> str:
        """Of a field; it changes with the language and whenever the fields are filled anew."""
        return f"plans_{name}:{self.tag}"

    def label(self, name: str) -> str:
        """Over a field."""
        return self.view.label(f"plans_field_{name}")


def draft_fields(desk: Desk, view: View, ongoing: OngoingReview, item: Item, form: Form) -> Draft:
    """The fields of a proposal as native controls; gives what they hold.

    Parameters
    ----------
    form : Form
        What to fill them with, and how often that happened.
    """
    tag = f"{ongoing.head.id}:{item.position}:{form.turn}:{view.language.value}"
    fields = _Fields(view, tag)
    with st.container(key="plans_fields"):
        first = st.columns([3, 1.3, 1, 1.4, 1.2], gap="small")
        with first[0]:
            indicator = _indicator(fields, ongoing, item, form.typed)
        draft = replace(form.typed, indicator=indicator)
        draft = _what(fields, first[1:], draft)
        draft = _unit(fields, first[4], ongoing, draft)
        has_window = draft.kind in KINDS_WITH_WINDOW
        second = st.columns([*([1.1] if has_window else []), 1.4, 1.2, 1.6, 2.6], gap="small")
        draft = replace(draft, start=_start(fields, second[0], draft) if has_window else None)
        return _where_and_who(desk, fields, second[-4:], ongoing, draft)


def _indicator(fields: _Fields, ongoing: OngoingReview, item: Item, typed: Draft) -> str | None:
    """The catalogue, the likeliest first."""
    known = ongoing.review.indicators
    likely = {each.code: each.likeness for each in item.proposals if each.code in known}
    rest = sorted((code for code in known if code not in likely), key=lambda code: known[code].name_zh)
    codes = [*likely, *rest]

    def named(code: str) -> str:
        indicator = known[code]
        share = f"{likely[code]:.0%} · " if code in likely else ""
        return f"{fields.view.indicator(indicator)} · {share}{code}"

    return st.selectbox(
        fields.label("indicator"),
        codes,
        index=codes.index(typed.indicator) if typed.indicator in codes else None,
        format_func=named,
        key=fields.key("indicator"),
        placeholder=fields.view.label("plans_choose_indicator"),
    )


def _what(fields: _Fields, columns: list[st.delta_generator.DeltaGenerator], draft: Draft) -> Draft:
    """Kind, comparator and value; a second value between two."""
    texts = messages(fields.view.language)
    kind = columns[0].selectbox(
        fields.label("kind"),
        _KINDS,
        index=_KINDS.index(draft.kind) if draft.kind in _KINDS else 0,
        format_func=lambda each: texts.kinds[each.value],
        key=fields.key("kind"),
    )
    comparators = tuple(Comparator)
    comparator = columns[1].selectbox(
        fields.label("comparator"),
        comparators,
        index=comparators.index(draft.comparator),
        format_func=lambda each: texts.comparators[each.value],
        key=fields.key("comparator"),
    )
    value = columns[2].number_input(
        fields.label("value"), value=draft.value, format="%0.10g", step=None, key=fields.key("value")
    )
    upper = None
    if comparator is Comparator.BETWEEN:
        upper = columns[2].number_input(
            fields.label("upper"), value=draft.value_upper, format="%0.10g", key=fields.key("upper")
        )
    return replace(draft, kind=kind, comparator=comparator, value=value, value_upper=upper)


def _unit(
    fields: _Fields, column: st.delta_generator.DeltaGenerator, ongoing: OngoingReview, draft: Draft
) -> Draft:
    """The units that measure what is compared, and the one the plan writes."""
    indicator = ongoing.review.indicators.get(draft.indicator or "")
    bases: tuple[str, ...] = BASE_UNITS
    if indicator is not None:
        bases = (base_unit_of_kind(draft.kind, indicator_unit=indicator.base_unit),)
    units = list(dict.fromkeys((draft.unit, *(name for base in bases for name in units_of(base)))))
    unit = column.selectbox(
        fields.label("unit"), units, index=units.index(draft.unit), key=fields.key("unit")
    )
    return replace(draft, unit=unit)


def _start(fields: _Fields, column: st.delta_generator.DeltaGenerator, draft: Draft) -> str | None:
    """Base period, or first counted one."""
    written = column.text_input(
        fields.label("start"),
        draft.start or "",
        key=fields.key("start"),
        help=fields.view.label("plans_start_help"),
    )
    return written.strip() or None


def _where_and_who(
    desk: Desk,
    fields: _Fields,
    columns: list[st.delta_generator.DeltaGenerator],
    ongoing: OngoingReview,
    draft: Draft,
) -> Draft:
    """Deadline, commitment, region and departments."""
    view = fields.view
    deadline = columns[0].date_input(
        fields.label("deadline"),
        value=draft.deadline,
        min_value=min(_EARLIEST, draft.deadline or _EARLIEST),
        max_value=max(_LATEST, draft.deadline or _LATEST),
        format="YYYY-MM-DD",
        key=fields.key("deadline"),
    )
    commitments = tuple(Commitment)
    commitment = columns[1].selectbox(
        fields.label("commitment"),
        commitments,
        index=commitments.index(draft.commitment),
        format_func=lambda each: commitment_word(each, view.language) or view.label("plans_unspecified"),
        key=fields.key("commitment"),
    )
    regions = desk.ask(queries.get_regions)
    codes = list(regions)
    region = columns[2].selectbox(
        fields.label("region"),
        codes,
        index=codes.index(draft.region),
        format_func=lambda code: view.region(regions[code]),
        key=fields.key("region"),
    )
    known = {code: name for name, code in ongoing.review.departments.items()}
    departments = columns[3].multiselect(
        fields.label("departments"),
        list(dict.fromkeys((*known, *draft.departments))),
        default=list(draft.departments),
        format_func=lambda code: known.get(code, code),
        key=fields.key("departments"),
        placeholder=view.label("plans_no_department"),
    )
    return replace(
        draft,
        deadline=deadline,
        commitment=commitment,
        region=region,
        departments=tuple(departments),
    )
