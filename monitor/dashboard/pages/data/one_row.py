"""One refused row: as it was read, what is wrong, its neighbours, and what is done about it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from monitor import commands, queries
from monitor.clock import today
from monitor.config.corrections import load_corrections
from monitor.core.access import Actor
from monitor.core.errors import NotFoundError, Severity
from monitor.core.loading import QuarantinedRow, QuarantineState
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import act, button_once, plain, say
from monitor.dashboard.pages.data import parts, row_parts
from monitor.dashboard.pages.data.parts import Names
from monitor.dashboard.sheet import sheet
from monitor.ingest import LoadContext, load_context
from monitor.ingest.columns import REQUIRED, Column, column_named
from monitor.quarantine import ReplayReport, Verdict, as_repaired, judge, repair_and_replay, replay, series_of
from monitor.queries import Store
from monitor.words.problems import problem_words
from monitor.words.view import View

_SEEN, _DRAFTS = "data_seen", "data_drafts"
_OFFERED = (*REQUIRED, Column.STATUS, Column.PUBLISHED_ON, Column.ORIGIN)
"""Cells that may be filled in though the file lacks them."""


@dataclass(frozen=True)
class _Wanted:
    """What a person decided about a row: the row as they saw it, its new cells, and why."""

    row: QuarantinedRow
    changes: Mapping[str, str]
    reason: str


def render(desk: Desk, view: View, names: Names, row_id: int) -> None:
    """Show the row and what can be done."""
    if st.button(view.label("data_all_rows"), key=f"all_rows:{view.language.value}", type="tertiary"):
        _leave(row_id)
        st.rerun()
    try:
        (now,) = desk.ask(queries.quarantined_rows, ids=(row_id,))
    except NotFoundError as error:
        st.warning(plain(problem_words(error, view.language)))
        return
    seen: QuarantinedRow = st.session_state.setdefault(_SEEN, {}).setdefault(row_id, now)
    sheet(row_parts.title_html(now, view), key="row_title", language=view.language)
    if seen.actions != now.actions:
        _tell_change(view, seen, now)
    left, right = st.columns([1.2, 1], gap="medium")
    with left:
        sheet(row_parts.wrong_html(now, view), key="wrong", language=view.language)
        if now.row.state is QuarantineState.WAITING:
            _work(desk, view, names, seen)
        else:
            sheet(row_parts.cells_html(now, view), key="cells", language=view.language)
    with right:
        _beside(desk, view, names, now)


def _leave(row_id: int) -> None:
    """Back to the list; what was typed is kept until the row is settled."""
    st.session_state.get(_SEEN, {}).pop(row_id, None)
    parts.choose("row", None)


def _tell_change(view: View, seen: QuarantinedRow, now: QuarantinedRow) -> None:
    """Somebody acted on the row since it was opened: say who, and let the person go on from there."""
    st.warning(plain(view.label("data_changed_meanwhile", what=row_parts.deeds(now, view)[-1])))
    if st.button(view.label("data_go_on"), key=f"go_on:{view.language.value}"):
        row_id = now.row.id
        st.session_state[_SEEN][row_id] = now
        draft = st.session_state.get(_DRAFTS, {}).get(row_id, {})
        for name in [name for name, said in draft.items() if said == seen.cells.get(name, "")]:
            del draft[name]  # untouched here, so what the other person wrote stands
        _forget_inputs(row_id)
        st.rerun()


def _forget_inputs(row_id: int) -> None:
    """Let the inputs of a row be filled anew."""
    for key in [key for key in st.session_state if str(key).startswith(f"data_cell:{row_id}:")]:
        del st.session_state[key]


def _work(desk: Desk, view: View, names: Names, seen: QuarantinedRow) -> None:
    """Cells to correct, the verdict on them as they stand, and the acts."""
    changes = _edited(view, seen) if seen.row.raw else {}
    verdict = desk.ask(
        try_row,
        seen.row.id,
        actions=seen.actions,
        changes=tuple(changes.items()),
        configs=str(desk.settings.configs_dir),
    )
    sheet(
        row_parts.verdict_html(verdict, seen, names, edited=bool(changes)),
        key="verdict",
        language=view.language,
    )
    reason = st.text_input(view.label("data_reason"), key=f"data_reason:{seen.row.id}")
    with st.container(key="acts", horizontal=True, gap="small"):
        for name, kind in _offered(seen, changes, passes=seen.row.id not in verdict.refused):
            if button_once(view.label(f"data_do_{name}"), key=f"data_do_{name}", type=kind):
                if reason.strip():
                    _do(desk, view, name, _Wanted(seen, changes, reason))
                else:
                    say(view.label("data_reason_missing"), refused=True)
                st.rerun()


def _edited(view: View, row: QuarantinedRow) -> dict[str, str]:
    """Inputs for the cells; answers those that differ from the row."""
    cells, drafts = row.cells, st.session_state.setdefault(_DRAFTS, {})
    draft: dict[str, str] = drafts.setdefault(row.row.id, {})
    there = {column_named(name) for name in cells}
    wanted = [*cells, *(column.value for column in _OFFERED if column not in there)]
    places = st.columns(3, gap="small")
    for at, name in enumerate(wanted):
        key = f"data_cell:{row.row.id}:{name}:{view.language.value}"
        if key not in st.session_state:
            st.session_state[key] = draft.get(name, cells.get(name, ""))
        draft[name] = places[at % 3].text_input(row_parts.cell_label(name, row, view), key=key)
    return {name: text.strip() for name, text in draft.items() if text.strip() != cells.get(name, "").strip()}


def _offered(row: QuarantinedRow, changes: Mapping[str, str], *, passes: bool) -> list[tuple[str, str]]:
    """The acts that make sense now, the likeliest first, with how their buttons look."""
    if changes:
        return [("repair_and_replay", "primary"), ("repair", "secondary"), ("dismiss", "secondary")]
    offered = [("accept", "primary")] if row.refusal.severity is Severity.HOLD else []
    if row.row.raw:
        offered.append(("replay", "primary" if passes and not offered else "secondary"))
    return [*offered, ("dismiss", "secondary")]


def _do(desk: Desk, view: View, name: str, wanted: _Wanted) -> None:
    """Carry out one act on the row as it was seen."""
    row_id = wanted.row.row.id
    done = act(
        desk,
        view,
        lambda answer: row_parts.told(answer, name, row_id, view),
        _ACTS[name],
        wanted,
        desk.settings.configs_dir,
    )
    if done is None:
        return
    st.session_state[_DRAFTS].pop(row_id, None)
    _forget_inputs(row_id)
    st.session_state[_SEEN].pop(row_id, None)
    if name == "dismiss" or (isinstance(done, ReplayReport) and row_id in done.replayed):
        parts.choose("row", None)


def _repair(store: Store, actor: Actor, wanted: _Wanted, _: Path) -> int:
    row_id, seen = wanted.row.row.id, wanted.row.actions
    commands.repair_rows(store, actor, {row_id: wanted.changes}, seen={row_id: seen}, reason=wanted.reason)
    return row_id


def _dismiss(store: Store, actor: Actor, wanted: _Wanted, _: Path) -> int:
    row_id, seen = wanted.row.row.id, wanted.row.actions
    commands.dismiss_rows(store, actor, [row_id], seen={row_id: seen}, reason=wanted.reason)
    return row_id


def _repair_and_replay(store: Store, actor: Actor, wanted: _Wanted, configs: Path) -> ReplayReport:
    corrections = load_corrections(configs)
    context = load_context(store, actor, source="quarantine", corrections=corrections)
    day = today(store.clock)
    return repair_and_replay(
        store, actor, wanted.row, wanted.changes, context=context, today=day, reason=wanted.reason
    )


def _replay(
    store: Store, actor: Actor, wanted: _Wanted, configs: Path, *, accept_held: bool = False
) -> ReplayReport:
    corrections = load_corrections(configs)
    context = load_context(store, actor, source="quarantine", corrections=corrections)
    return replay(
        store,
        actor,
        [wanted.row],
        context=context,
        today=today(store.clock),
        reason=wanted.reason,
        accept_held=accept_held,
    )


_ACTS: Mapping[str, Callable[[Store, Actor, _Wanted, Path], Any]] = {
    "repair_and_replay": _repair_and_replay,
    "replay": _replay,
    "accept": partial(_replay, accept_held=True),
    "repair": _repair,
    "dismiss": _dismiss,
}


def try_row(
    store: Store,
    actor: Actor,
    row_id: int,
    *,
    actions: int,
    changes: tuple[tuple[str, str], ...],
    configs: str,
) -> Verdict:
    """What the door would say to a row with some cells changed; nothing is written.

    Parameters
    ----------
    actions : int
        How often the row was acted on; tells answers of its states apart.
    changes : tuple of (str, str)
        Name of the cell and its text.
    configs : str
        Folder with the known errors of sources.
    """
    del actions
    (row,) = queries.quarantined_rows(store, actor, ids=[row_id])
    corrections = load_corrections(Path(configs))
    context = load_context(store, actor, source="quarantine", corrections=corrections)
    wanted = as_repaired(row, dict(changes)) if changes else row
    return judge(store, actor, [wanted], context=context, today=today(store.clock))


def _beside(desk: Desk, view: View, names: Names, row: QuarantinedRow) -> None:
    """The figures of its series around it, and what was done so far."""
    drafted = {**row.cells, **st.session_state.get(_DRAFTS, {}).get(row.row.id, {})}
    context = LoadContext(names.indicators, names.regions, names.origins)
    series = series_of(drafted, context)
    if series is None:
        html = row_parts.no_series_html(view)
    else:
        indicator, region = series
        day = parts.day_of(desk)
        figures = desk.ask(queries.figures_in_force, as_of=day, indicator=indicator, region=region)
        html = row_parts.neighbours_html(figures, series, drafted, names)
    sheet(html + row_parts.history_html(row, view), key="beside", language=view.language)
