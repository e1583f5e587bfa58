"""Releases: two of them, or two days, side by side; and every value a period ever had."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from monitor import queries
from monitor.core.errors import UserFacingError
from monitor.core.records import Observation
from monitor.core.releases import PairedFigure, Release, compare_figures, pair_figures
from monitor.dashboard.choices import first_row
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import plain
from monitor.dashboard.pages.data import parts
from monitor.dashboard.pages.data.parts import ONE_PAGE, Names
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, slot, text, unit_slot_px
from monitor.words import display, wording
from monitor.words.display import Scale
from monitor.words.problems import problem_words
from monitor.words.view import View

BEFORE = "before"
"""Stands for the figures in force before the other release."""
Figures = tuple[Observation, ...]


def render(desk: Desk, view: View, names: Names) -> None:
    """Show the choices, then the comparison and the history."""
    with st.container(key="filters_releases", horizontal=True, vertical_alignment="bottom", gap="small"):
        indicators = {code: names.indicator(code) for code in sorted(names.indicators, key=names.indicator)}
        indicator = parts.pick(
            "r_indicator", indicators, view, anything=view.label("data_choose_indicator"), width=260
        )
        regions = {code: names.region(code) for code in names.regions}
        region = parts.pick("r_region", regions, view, anything=view.label("any_region"), width=160)
        ways = {name: view.label(f"data_by_{name}") for name in ("release", "day")}
        way = parts.segments("r_by", ways, view, label=view.label("data_section_releases"))
    if indicator is None:
        card(
            view.label("data_choose_indicator"),
            view.label("data_choose_indicator_do"),
            key="none",
            language=view.language,
        )
        return
    found = desk.ask(queries.releases, as_of=view.as_of, indicator=indicator, region=region)
    if not found:
        card(
            view.label("data_no_releases"),
            view.label("data_no_releases_do"),
            key="none",
            language=view.language,
        )
        return
    pairs = _pairs_of_releases if way == "release" else _pairs_of_days
    try:
        old, new = pairs(desk, names, found, region)
    except UserFacingError as error:
        st.warning(plain(problem_words(error, view.language)))
        return
    left, right = st.columns([1.15, 1], gap="medium")
    with left:
        _compare(view, names, old, new)
    with right:
        _history(desk, view, names, indicator, region)


def _pairs_of_releases(
    desk: Desk, names: Names, found: Sequence[Release], region: str | None
) -> tuple[Figures, Figures]:
    """The figures of the indicator in two publications."""
    view = names.view
    indicator, newest = found[0].figures[0].indicator, found[0].id
    options = {each.id: _release_words(each, view, names) for each in found}
    before = {BEFORE: view.label("data_before"), **options}
    with st.container(key="filters_pair", horizontal=True, gap="small"):
        old = parts.pick(
            "r_old", before, view, anything=before[BEFORE], width=430, label=view.label("data_old")
        )
        new = parts.pick(
            "r_new", options, view, anything=options[newest], width=430, label=view.label("data_new")
        )

    def kept(figures: Figures) -> Figures:
        return tuple(
            each for each in figures if each.indicator == indicator and region in (None, each.region)
        )

    after = desk.ask(queries.release_figures, new or newest)
    if old in (None, BEFORE):
        return kept(desk.ask(queries.figures_before_release, new or newest)), kept(after)
    return kept(desk.ask(queries.release_figures, old)), kept(after)


def _release_words(release: Release, view: View, names: Names) -> str:
    kind = view.label(f"data_release_{release.kind.value}")
    lag = "" if release.is_dated else view.label("about_mark")
    basis = f" #{release.definition_basis}" if release.definition_basis else ""
    count = f"{len(release.figures):,}"
    return f"{lag}{release.known_on} · {kind} · {count} · {names.origin(release.origin)}{basis}"


def _pairs_of_days(
    desk: Desk, names: Names, found: Sequence[Release], region: str | None
) -> tuple[Figures, Figures]:
    """The figures of the indicator that were in force on two days."""
    view = names.view
    indicator = found[0].figures[0].indicator
    usual = view.as_of.replace(year=view.as_of.year - 1, day=min(view.as_of.day, 28))
    with st.container(key="filters_days", horizontal=True, gap="small"):
        days = (_day("data_old", "r_from", usual, view), _day("data_new", "r_to", view.as_of, view))
    old, new = (
        desk.ask(queries.figures_in_force, as_of=day, indicator=indicator, region=region) for day in days
    )
    return old, new


def _day(label: str, name: str, usual: dt.date, view: View) -> dt.date:
    """A day up to the one the page stands at, also where a later one was chosen before."""
    kept, key = f"data_{name}", f"data_{name}:{view.language.value}"
    day = min(st.session_state.get(kept, usual), view.as_of)
    st.session_state[kept] = st.session_state[key] = day

    def take() -> None:
        st.session_state[kept] = st.session_state[key]

    return st.date_input(
        view.label(label),
        min_value=dt.date(1980, 1, 1),
        max_value=view.as_of,
        format="YYYY-MM-DD",
        key=key,
        on_change=take,
        required=True,
        width=150,
    )


def _compare(view: View, names: Names, old: Figures, new: Figures) -> None:
    """Side by side, with the counts above."""
    counts, pairs = compare_figures(old, new), pair_figures(old, new)
    told = view.label(
        "data_compared",
        changed=f"{len(counts.changed):,}",
        alike=f"{counts.unchanged:,}",
        only_old=f"{counts.only_old:,}",
        only_new=f"{counts.only_new:,}",
    )
    only = st.toggle(view.label("data_only_differences"), key=f"data_only:{view.language.value}")
    shown = [pair for pair in pairs if not only or pair.change or pair.old is None or pair.new is None]
    first = first_row("data_group_pairs", len(shown), view, size=ONE_PAGE)
    part = shown[first : first + ONE_PAGE]
    title = f"<h4>{text(view.label('data_side_by_side'))}<span class='m'>{text(told)}</span></h4>"
    sheet(title + _pairs_html(part, names), key="pairs", language=view.language)


def _pairs_html(pairs: Sequence[PairedFigure], names: Names) -> str:
    view = names.view
    columns = (
        ("named_region", ""),
        ("named_period", ""),
        ("old", "n"),
        ("latter", "n"),
        ("difference", "n"),
        ("share", "n"),
        ("status", ""),
        ("published", "fill"),
    )
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    newest: dict[tuple[str, str], float] = {}  # a series keeps one unit
    for pair in pairs:
        value = pair.new or pair.old
        if value is not None:
            newest.setdefault((pair.indicator, pair.region), value.value)
    rows = "".join(
        _pair_row(pair, names, names.scale(pair.indicator, newest.get((pair.indicator, pair.region))))
        for pair in pairs
    )
    return f"<table>{head(cells)}<tbody>{rows}</tbody></table>"


def _pair_row(pair: PairedFigure, names: Names, scale: Scale) -> str:
    view = names.view
    width = unit_slot_px([scale.unit])

    def value(entry: Observation | None) -> str:
        if entry is None:
            return f'<span class="m">{display.MISSING}</span>' + slot("", width)
        return text(scale.number(entry.value)) + slot(scale.unit, width)

    change, share = "", ""
    if pair.change is not None:
        change = text(scale.number(pair.change.difference, signed=True, extra=1))
        if pair.change.share is not None:
            share = text(f"{display.number(pair.change.share * 100, 2, signed=True)}%")
    statuses = [
        wording.status_word(each.status, view.language) for each in (pair.old, pair.new) if each is not None
    ]
    return parts.row_html(
        (
            (text(names.region(pair.region)), ""),
            (text(pair.period), ""),
            (value(pair.old), "n m" if change else "n"),
            (f"<b>{value(pair.new)}</b>" if change else value(pair.new), "n"),
            (change, "n"),
            (share, "n"),
            (text(" → ".join(dict.fromkeys(statuses))), "m"),
            (
                text(
                    " → ".join(
                        dict.fromkeys(parts.published(each, view) for each in (pair.old, pair.new) if each)
                    )
                ),
                "m",
            ),
        )
    )


def _history(desk: Desk, view: View, names: Names, indicator: str, region: str | None) -> None:
    """Every value of the periods that had more than one, the newest period first."""
    if region is None:
        sheet(
            f"<h4>{text(view.label('data_revisions'))}</h4>"
            + parts.note_html(view.label("data_revisions_region")),
            key="revisions",
            language=view.language,
        )
        return
    known = desk.ask(queries.known_observations, as_of=view.as_of, indicators=(indicator,), regions=(region,))
    ordered = sorted(known, key=lambda each: each.period, reverse=True)
    several = [
        sorted(group, key=lambda each: (each.known_on, each.recorded_at))
        for _, group in (
            (key, list(values)) for key, values in groupby(ordered, key=lambda each: each.period)
        )
        if len({each.known_on for each in group}) > 1
    ]
    title = f"<h4>{text(view.label('data_revisions'))}<span class='m'>{len(several):,}</span></h4>"
    if not several:
        sheet(
            title + parts.note_html(view.label("data_no_revisions")), key="revisions", language=view.language
        )
        return
    first = first_row("data_group_revisions", len(several), view, size=ONE_PAGE)
    rows = "".join(_revision_rows(group, names) for group in several[first : first + ONE_PAGE])
    columns = (
        ("named_period", ""),
        ("known_on", ""),
        ("value", "n"),
        ("difference", "n"),
        ("status", ""),
        ("definition", ""),
        ("origin", "fill"),
    )
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    table = f"{title}<table>{head(cells)}<tbody>{rows}</tbody></table>"
    sheet(table, key="revisions", language=view.language)


def _revision_rows(group: Sequence[Observation], names: Names) -> str:
    view = names.view
    scale = names.scale(group[0].indicator, group[-1].value)
    width = unit_slot_px([scale.unit])
    rows = []
    for before, each in zip((None, *group), group, strict=False):
        moved = "" if before is None else scale.number(each.value - before.value, signed=True, extra=1)
        basis = wording.basis_word(each.definition_basis, view.language)
        rows.append(
            parts.row_html(
                (
                    (f"<b>{text(each.period)}</b>" if before is None else "", ""),
                    (text(parts.published(each, view)), ""),
                    (text(scale.number(each.value)) + slot(scale.unit, width), "n"),
                    (text(moved), "n"),
                    (text(wording.status_word(each.status, view.language)), ""),
                    (text(basis or display.MISSING), "m"),
                    (text(names.origin(each.origin)), "m clip"),
                )
            )
        )
    return "".join(rows)
