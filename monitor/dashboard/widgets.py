"""Pieces of markup the pages share; every text that comes from data goes through `text`."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

from monitor.core.flags import COLOURS, Flag
from monitor.core.overviews import TargetStatus
from monitor.words import display, wording
from monitor.words.display import Language
from monitor.words.lines import Line
from monitor.words.view import View

TONES: dict[Flag, str] = {
    Flag.RED: "red",
    Flag.MISSED: "red",
    Flag.OVERDUE: "red",
    Flag.YELLOW: "yellow",
    Flag.GREEN: "green",
    Flag.MET: "blue",
    Flag.DONE: "blue",
    Flag.GREY: "grey",
    Flag.AWAITING: "grey",
    Flag.ACCEPTED: "grey",
    Flag.DUE: "grey",
}
"""Theme colour of each flag; the shape and the word tell flags of one colour apart."""

VERDICTS = {
    "yes": Flag.MET,
    "met": Flag.MET,
    "reached": Flag.MET,
    "no": Flag.MISSED,
    "no (derived)": Flag.MISSED,
    "missed": Flag.MISSED,
    "not_reached": Flag.MISSED,
}
"""Flag of each outcome."""

_SPARK_POINTS = 12
_WIDEST_SLOT_PX = 52
_BOLD_OPEN, _BOLD_CLOSE = "\x02", "\x03"
MARK = (_BOLD_OPEN, _BOLD_CLOSE)
"""Marks for `wording.sentence` that `marked` turns into bold after escaping."""


def text(value: object) -> str:
    """Escape a text for markup, quotes too."""
    return html.escape(str(value), quote=True)


def marked(sentence: str) -> str:
    """Escape a sentence and set its marked figures in bold."""
    return text(sentence).replace(_BOLD_OPEN, "<b>").replace(_BOLD_CLOSE, "</b>")


def muted(value: object) -> str:
    """A muted small text."""
    return f'<span class="m s">{text(value)}</span>'


def flag_html(flag: Flag, language: Language) -> str:
    """Shape and word in the flag's colour."""
    return f'<span class="f {TONES[flag]}">{text(wording.flag_text(flag, language))}</span>'


def shape_html(flag: Flag, language: Language) -> str:
    """The shape alone, its word for readers of a screen reader."""
    word = text(wording.flag_word(flag, language))
    named = f'role="img" aria-label="{word}" title="{word}"'
    return f'<span class="{TONES[flag]}" {named}>{wording.SHAPES[flag]}</span>'


def held_html(sentence: str, view: View) -> str:
    """A small tag beside a chance whose colour is held; the pointer tells why."""
    return f'<span class="held" title="{text(sentence)}">{text(view.label("held"))}</span>'


def held_of(line: Line) -> str:
    """The tag of a held colour, with its sentence; empty if the colour is the probability's own."""
    if not line.is_held or line.status.assessment is None:
        return ""
    said = wording.sentence(line.status.assessment.reason, line.view.language, line.context)
    return held_html(f"{said}{line.view.label('held_why')}", line.view)


def bar_html(probability: float | None, flag: Flag, view: View) -> str:
    """The probability bar with ticks at 50 and 80; dashed when unknown."""
    if probability is None or flag not in COLOURS:
        return '<span class="bar none" aria-hidden="true"></span>'
    label = text(f"{view.label('probability')} {display.percent(probability)}")
    fill = f'<i class="b{TONES[flag]}" style="width:{probability * 100:.0f}%"></i>'
    ticks = '<u style="left:50%"></u><u style="left:80%"></u>'
    return f'<span class="bar" role="img" aria-label="{label}">{fill}{ticks}</span>'


def outcome_html(status: TargetStatus, view: View) -> str:
    """What became of the target, as published later: shape, value, year."""
    outcome = status.outcome
    if outcome is None:
        return ""
    flag = VERDICTS.get(outcome.verdict)
    shape = shape_html(flag, view.language) if flag else muted(view.label("outcome_unknown"))
    if outcome.value is None:
        return shape
    value = display.scale_of(status.terms, status.indicator, view.language).text(outcome.value)
    return f"{shape} {text(value)} {muted(outcome.period or '')}"


def spark_html(
    points: Sequence[tuple[str, float]],
    goal: float | None,
    view: View,
    *,
    width: int = 100,
    fluid: bool = True,
    describe: str = "",
) -> str:
    """Last twelve values as straight segments with a dot at the end and a dashed line at the goal."""
    values = [value for _, value in points][-_SPARK_POINTS:]
    if len(values) < 3:
        return f'<span class="m s">{text(view.label("too_few_points"))}</span>'
    height = 20
    low, high = _span([*values, *([goal] if goal is not None else [])])
    across = [2 + index * (width - 8) / (len(values) - 1) for index in range(len(values))]
    down = [height - 3 - (value - low) / (high - low) * (height - 6) for value in values]
    path = "M" + " L".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, down, strict=True))
    fixed = 'vector-effect="non-scaling-stroke"'
    parts = [f'<path class="value" d="{path}" {fixed} stroke-width="1.3"/>']
    parts.append(
        f'<path class="value" d="M{across[-1]:.1f},{down[-1]:.1f}h.01" {fixed} '
        'stroke-width="5" stroke-linecap="round"/>'
    )
    if goal is not None:
        level = height - 3 - (goal - low) / (high - low) * (height - 6)
        parts.insert(
            0,
            f'<path class="goal" d="M2,{level:.1f}H{width}" {fixed} '
            'stroke-width="1" stroke-dasharray="2 3"/>',
        )
    size = f'width="{"100%" if fluid else width}" height="{height}" viewBox="0 0 {width} {height}"'
    label = text(describe or view.label("trend"))
    return f'<svg {size} preserveAspectRatio="none" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def _span(values: Sequence[float]) -> tuple[float, float]:
    """Lowest and highest value, never equal."""
    low, high = min(values), max(values)
    return (low, high) if high > low else (low - 0.5, high + 0.5)


def unit_slot_px(units: Iterable[str]) -> int:
    """Width that holds the widest usual unit, so that digits above each other line up. [px]"""
    widths = (3 + sum(12 if ord(letter) > 0x2E7F else 6.6 for letter in unit) for unit in units)
    return min(_WIDEST_SLOT_PX, round(max(widths, default=16)))


def slot(unit: str, width_px: int) -> str:
    """A unit in its slot; a longer one pushes its number to the left."""
    return f'<span class="u" style="min-width:{width_px}px">{text(unit)}</span>'


def head_cells(cells: Sequence[tuple[str, str]]) -> str:
    """Cells of a table head: (text, class) per column."""
    return "".join(f'<th scope="col" class="{css}">{text(name)}</th>' for name, css in cells)


def head(cells: Sequence[tuple[str, str]]) -> str:
    """A whole table head."""
    return f"<thead><tr>{head_cells(cells)}</tr></thead>"


def title_line(left: str, right: Sequence[str], view: View) -> str:
    """One line: title left, with the simulation tag where it belongs; facts right, muted."""
    tag = f'<span class="tag">{text(view.label("simulated_tag"))}</span>' if view.workspace.simulated else ""
    facts = text(" · ".join(fact for fact in right if fact))
    return f'<div class="top"><h1>{left}{tag}</h1><span class="m s">{facts}</span></div>'


def link(label: str, url: str | None) -> str:
    """A link if the address is http or https, else the bare text."""
    if url and url.startswith(("https://", "http://")):
        return f'<a href="{text(url)}" target="_blank" rel="noopener noreferrer">{text(label)}</a>'
    return text(label)
