"""The filter line: what is chosen is in the address, and narrows the overview that is already here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace

import streamlit as st

from monitor.core.flags import Flag
from monitor.core.overviews import Overview, TargetStatus
from monitor.core.periods import Period
from monitor.core.records import Plan, PlanState
from monitor.dashboard import address, choices
from monitor.dashboard.pages.overview import parts
from monitor.words import wording
from monitor.words.lines import flag_of, plain
from monitor.words.view import View

ALL = "all"
_FILTER_PX = {"plan": 150, "region": 114, "department": 130, "indicator": 130}


@dataclass(frozen=True)
class Choice:
    """What the filters say; None is everything. `plan` is a code, or a state of plans."""

    flag: str
    plan: str | None
    region: str | None
    department: str | None
    indicator: str | None

    def narrowed(self, whole: Overview) -> Overview:
        """The overview of the chosen plan, region and department: rows, counts and changes."""
        plans = {plan.code for plan in whole.plans if self._covers_plan(plan, whole)}
        if len(plans) == len(whole.plans) and not (self.region or self.department):
            return whole
        rows = tuple(status for status in whole.rows if self._covers(status, plans))
        codes = {status.target for status in rows}
        before = None
        if whole.previous_counts is not None:
            before = dict(Counter(status.previous.flag for status in rows if status.previous))
        return replace(
            whole,
            rows=rows,
            counts=dict(Counter(status.assessment.flag for status in rows if status.assessment)),
            previous_counts=before,
            changes=tuple(change for change in whole.changes if change.target in codes),
        )

    def _covers_plan(self, plan: Plan, whole: Overview) -> bool:
        if self.plan in set(PlanState):
            is_running = Period.parse(plan.period_end).end >= whole.as_of
            return is_running == (self.plan == PlanState.RUNNING)
        return self.plan in (None, plan.code)

    def _covers(self, status: TargetStatus, plans: Collection[str]) -> bool:
        return (
            status.plan.code in plans
            and (self.region is None or self.region == status.region.code)
            and (self.department is None or self.department in status.terms.departments)
        )

    def listed(self, rows: Iterable[TargetStatus]) -> list[TargetStatus]:
        """Rows of the narrowed overview with the chosen flag and indicator."""
        flag = None if self.flag == ALL else Flag(self.flag)
        return [
            status
            for status in rows
            if (flag is None or flag_of(status) is flag)
            and (
                self.indicator is None
                or (status.indicator is not None and status.indicator.code == self.indicator)
            )
        ]


def filter_line(overview: Overview, view: View) -> tuple[Choice, st.delta_generator.DeltaGenerator]:
    """Show the filters; also answers the place at the right end of their line."""
    offered = options(overview, view)
    with st.container(key="filters", horizontal=True, vertical_alignment="center", gap="small"):
        flag = _flag_filter(overview, view)
        chosen = {name: _pick(name, choices, view) for name, choices in offered.items()}
        st.space("stretch")
        place = st.container(horizontal=True, width="content", gap="small")
    choice = Choice(flag=flag, **chosen)
    address.keep({"flag": None if flag == ALL else flag, **chosen})
    return choice, place


def chosen_before(overview: Overview, view: View) -> Choice:
    """What the filters said, or the address says, where the line is not shown."""
    return Choice(
        flag=ALL, **{name: _held(name, list(all_)) for name, all_ in options(overview, view).items()}
    )


def choose_flag() -> None:
    """A count was chosen in the strip: set the filter to it, or back to all."""
    go = st.session_state["counts"].go
    if go:
        flag = go.removeprefix("flag:")
        st.session_state["flag"] = ALL if st.session_state.get("flag") == flag else flag


def options(overview: Overview, view: View) -> dict[str, dict[str, str]]:
    """Code to name, per filter, of what occurs on this day."""
    nation_first = sorted(overview.regions.values(), key=lambda each: (each.level != "nation", each.code))
    departments = {code: plain(view.department(each), view) for code, each in overview.departments.items()}
    indicators = {code: plain(view.indicator(each), view) for code, each in overview.indicators.items()}
    states = {state.value: view.label(f"plans_{state.value}") for state in PlanState}
    return {
        "plan": states | {plan.code: view.plan(plan) for plan in overview.plans},
        "region": {each.code: plain(view.region(each), view) for each in nation_first},
        "department": dict(sorted(departments.items())),
        "indicator": dict(sorted(indicators.items())),
    }


def _flag_filter(overview: Overview, view: View) -> str:
    flags = [ALL, *(flag.value for flag in parts.counted_flags(overview))]
    address.seed("flag", flags)
    if st.session_state.get("flag") not in flags:
        st.session_state["flag"] = ALL
    key = choices.in_language("flag", view.language)

    def named(option: str) -> str:
        return view.label("all") if option == ALL else wording.flag_text(Flag(option), view.language)

    chosen = st.segmented_control(
        view.label("column_flag"),
        flags,
        format_func=named,
        key=key,
        on_change=choices.take,
        args=("flag", key),
        required=True,
        label_visibility="collapsed",
    )
    return chosen or ALL


def _held(name: str, codes: list[str]) -> str | None:
    """The choice as it stands; a plan is chosen by its state until another choice is made."""
    address.seed(name, codes)
    if name not in st.session_state and name == "plan":
        st.session_state[name] = PlanState.RUNNING.value
    if st.session_state.get(name) not in codes:
        st.session_state[name] = None
    held: str | None = st.session_state[name]
    return held


def _pick(name: str, words: dict[str, str], view: View) -> str | None:
    _held(name, list(words))
    key = choices.in_language(name, view.language)
    named: Callable[[str], str] = words.__getitem__
    return st.selectbox(
        view.label(f"column_{name}"),
        list(words),
        index=None,
        format_func=named,
        key=key,
        on_change=choices.take,
        args=(name, key),
        placeholder=view.label(f"any_{name}"),
        label_visibility="collapsed",
        width=_FILTER_PX[name],
    )
