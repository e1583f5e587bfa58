"""What the sections share: names of the catalogue, choices kept in the address, lists in groups."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from monitor import queries
from monitor.clock import ZONE, today
from monitor.core.errors import Refusal, Severity
from monitor.core.indicators import Indicator
from monitor.core.loading import NewObservation
from monitor.core.records import Department, Observation, Origin, Region
from monitor.dashboard import address, choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import show_dialog
from monitor.dashboard.doing import button_once, plain
from monitor.dashboard.widgets import head, slot, text, unit_slot_px
from monitor.words import display, wording
from monitor.words.display import Scale
from monitor.words.refusals import RuleWords, refusal_words
from monitor.words.view import View
from monitor.words.wording import messages

ONE_PAGE = 200
"""Rows of a list that are shown at once."""

SEVERITIES = {Severity.REFUSE: ("■", "red"), Severity.HOLD: ("▲", "yellow"), Severity.WARN: ("△", "grey")}
"""Shape and tone of a broken rule."""

Cells = Sequence[tuple[str, str]]
"""Text or markup of each cell, and its class."""
Planned = tuple[NewObservation, Observation | None]
"""A figure a file would bring, and what stands for its period now. [base unit]"""


@dataclass(frozen=True)
class Names:
    """The catalogue in the words of the reader."""

    view: View
    indicators: Mapping[str, Indicator]
    regions: Mapping[str, Region]
    departments: Mapping[str, Department]
    origins: Mapping[str, Origin]

    def indicator(self, code: str) -> str:
        """Name of an indicator; the code of one the catalogue lost."""
        found = self.indicators.get(code)
        return code if found is None else found.name_zh if self.view.is_chinese else found.name_en

    def region(self, code: str) -> str:
        """Short name of a region."""
        return self.view.region(self.regions[code]) if code in self.regions else code

    def department(self, code: str) -> str:
        """Name of a department."""
        return self.view.department(self.departments[code]) if code in self.departments else code

    def origin(self, code: str) -> str:
        """Publisher and title of an origin."""
        found = self.origins.get(code)
        return f"{found.publisher} {found.title}".strip() if found else code

    def scale(self, code: str, reference: float | None) -> Scale:
        """Unit and decimals of an indicator's values, chosen by one of them."""
        indicator = self.indicators.get(code)
        if indicator is None:
            return display.scale_for("", reference, language=self.view.language)
        return display.level_scale(indicator, reference, self.view.language)


def names_of(desk: Desk, view: View) -> Names:
    """The catalogue as the actor sees it."""
    return Names(
        view,
        desk.ask(queries.get_indicators),
        desk.ask(queries.get_regions),
        desk.ask(queries.get_departments),
        desk.ask(queries.get_origins),
    )


def day_of(desk: Desk) -> dt.date:
    """This day, whatever past day is looked at."""
    return today(desk.opened.store.clock)


def moment(of: dt.datetime) -> str:
    """A moment in the zone of the office."""
    return f"{of.astimezone(ZONE):%Y-%m-%d %H:%M}"


def person(name: str, view: View) -> str:
    """Who did something; actors of the system have words."""
    return messages(view.language).labels.get(f"actor_{name}", name)


def severity_html(severity: Severity, view: View) -> str:
    """Shape and word of what a broken rule does."""
    shape, tone = SEVERITIES[severity]
    return f'<span class="f {tone}">{shape} {text(view.label(f"data_severity_{severity.value}"))}</span>'


def words_of(refusal: Refusal, view: View) -> RuleWords:
    """What a row that was stopped says."""
    return refusal_words(refusal, view.language)


def place_of(refusal: Refusal, view: View) -> str:
    """Where in the file a row stands."""
    told = [refusal.sheet or ""]
    if refusal.row is not None:
        told.append(view.label("data_row_number", row=refusal.row))
    return " ".join(part for part in (*told, refusal.column or "") if part) or display.MISSING


def figures_html(figures: Sequence[Observation], names: Names) -> str:
    """Figures one by one, each in its own unit."""
    view = names.view
    columns = (
        ("indicator", ""),
        ("region", ""),
        ("period", ""),
        ("figure", "n"),
        ("status", ""),
        ("published", ""),
        ("source", "fill"),
    )
    scales = [names.scale(each.indicator, each.value) for each in figures]
    width = unit_slot_px(scale.unit for scale in scales)
    rows = "".join(
        row_html(
            (
                *_which(each, names),
                (text(scale.number(each.value)) + slot(scale.unit, width), "n"),
                (text(wording.status_word(each.status, view.language)), ""),
                (text(published(each, view)), ""),
                (text(names.origin(each.origin)), "m clip"),
            )
        )
        for each, scale in zip(figures, scales, strict=True)
    )
    cells = [(view.label(f"column_{name}"), css) for name, css in columns]
    return f"<table>{head(cells)}<tbody>{rows}</tbody></table>"


def confirm_storing(
    view: View, dialog: str, *, key: str, file: str, stored: int, stopped: int, store: Callable[[], None]
) -> None:
    """Ask once more before a file is stored, with what of it will be stored and what will not."""

    def body(_: str) -> None:
        counts = {"stored": f"{stored:,}", "stopped": f"{stopped:,}"}
        st.write(plain(view.label("data_store_about", file=file, **counts)))
        if button_once(view.label("data_store_do"), key=key, type="primary"):
            store()

    show_dialog(dialog, view.label("data_store_title"), body, view)


def published(entry: Observation | NewObservation, view: View) -> str:
    """When a figure was published; marked where the usual lag stands for it."""
    about = view.label("about_mark") if entry.known_on_basis.value == "lag" else ""
    return about + (entry.published_on or entry.known_on.isoformat())


def _which(figure: Observation | NewObservation, names: Names) -> tuple[tuple[str, str], ...]:
    """Cells that tell which figure it is: indicator, region and period."""
    return (
        (text(names.indicator(figure.indicator)), ""),
        (text(names.region(figure.region)), ""),
        (text(figure.period), ""),
    )


def planned_html(figures: Sequence[Planned], names: Names, *, total: int) -> str:
    """Each figure a file gives beside what stands for its period now; the first `ONE_PAGE` of them."""
    view, shown = names.view, figures[:ONE_PAGE]
    scales = [names.scale(each.indicator, each.value) for each, _ in shown]
    width = unit_slot_px(scale.unit for scale in scales)
    rows = "".join(
        row_html(
            (
                *_which(each, names),
                (f"<b>{text(scale.number(each.value))}</b>{slot(scale.unit, width)}", "n"),
                (text(scale.number(in_force.value) if in_force else display.MISSING), "n m"),
                (text(published(each, view)), "m fill"),
            )
        )
        for (each, in_force), scale in zip(shown, scales, strict=True)
    )
    columns = (
        ("named_indicator", ""),
        ("named_region", ""),
        ("named_period", ""),
        ("value", "n"),
        ("in_force", "n"),
        ("known_on", "fill"),
    )
    cells = [(view.label(f"data_column_{name}"), css) for name, css in columns]
    note = note_html(view.label("data_first_shown", count=f"{ONE_PAGE:,}")) if total > len(shown) else ""
    title = f"<h4>{text(view.label('data_passing'))}<span class='m'>{total:,}</span></h4>"
    return f"{title}<table>{head(cells)}<tbody>{rows}</tbody></table>{note}"


def row_html(cells: Cells, *, go: str = "", css: str = "") -> str:
    """One row of a table; the cells are markup."""
    opened = f'<tr data-go="{text(go)}"' if go else "<tr"
    inner = "".join(f'<td class="{name}">{cell}</td>' if name else f"<td>{cell}</td>" for cell, name in cells)
    return f'{opened} class="{css}">{inner}</tr>' if css else f"{opened}>{inner}</tr>"


def problems_html(refusals: Sequence[Refusal], view: View, *, title: str) -> str:
    """Rows that were stopped, with reason and remedy; the first `ONE_PAGE` of them."""
    rows = []
    for each in refusals[:ONE_PAGE]:
        words = words_of(each, view)
        reason = f'{text(words.reason)} <span class="m">{text(words.remedy)}</span>'
        cells = (
            (severity_html(each.severity, view), "nb"),
            (text(place_of(each, view)), "nb"),
            (text(words.name), "nb"),
            (reason, "fill"),
        )
        rows.append(row_html(cells))
    columns = (("severity", ""), ("place", ""), ("rule", ""), ("reason", "fill"))
    heads = head([(view.label(f"data_column_{name}"), css) for name, css in columns])
    more = len(refusals) - ONE_PAGE
    note = note_html(view.label("data_more_rows", count=f"{more:,}")) if more > 0 else ""
    told = f"<h4>{text(title)}<span class='m'>{len(refusals):,}</span></h4>"
    return f'{told}<table class="wrap">{heads}<tbody>{"".join(rows)}</tbody></table>{note}'


def note_html(sentence: str) -> str:
    """A muted line below a table."""
    return f'<p class="note">{text(sentence)}</p>'


def pick(
    name: str, options: Mapping[str, str], view: View, *, anything: str, width: int, label: str = ""
) -> str | None:
    """A choice among codes, kept in the address; None is everything, and then `anything` stands there."""
    return choices.pick(
        name,
        options,
        view,
        label=label or anything,
        width=width,
        kept=f"data_{name}",
        placeholder=anything if label else None,
    )


def segments(name: str, options: Mapping[str, str], view: View, *, label: str) -> str:
    """One of a few choices, kept in the address; the first one until another is chosen."""
    return choices.section(name, options, view, kept=f"data_{name}", label=label)


def choose(name: str, value: str | None) -> None:
    """Set a choice from elsewhere on the page, for its next run."""
    choices.choose(f"data_{name}", value)
    address.keep({name: value})


def chosen_number(name: str) -> int | None:
    """A number that stands for a load or a row, chosen on the page or named by the address."""
    kept = f"data_{name}"
    if kept not in st.session_state:
        st.session_state[kept] = st.query_params.get(name)
    found = address.number(st.session_state[kept])
    address.keep({name: None if found is None else str(found)})
    return found
