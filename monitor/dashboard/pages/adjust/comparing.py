"""Terms beside each other: rows to compare, value by deadline, and what it means in sentences."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from forecast.targets import Comparator, TargetKind
from monitor.core.flags import COLOURS
from monitor.core.ledger import Terms
from monitor.core.overviews import TargetDetail
from monitor.core.reasons import DetailCode, Reason
from monitor.dashboard.widgets import MARK, TONES, bar_html, flag_html, head, marked, shape_html, text
from monitor.whatif import Trial, Tried
from monitor.words import display, wording
from monitor.words.display import Scale
from monitor.words.lines import line_of
from monitor.words.view import View
from monitor.words.wording import WordingContext

LADDER_ROWS = 7
_LADDER_SHARE = 0.8
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_EXTRA_DECIMALS = 4


@dataclass(frozen=True)
class Comparison:
    """What stands beside what, in one view.

    Parameters
    ----------
    now, tried : Tried
        The last ledger entry's terms, and the proposed ones.
    published : Tried
        The first ledger entry's.
    sure : Tried or None
        The proposed terms with the value that has the chance `chance`.
    """

    view: View
    trial: Trial
    now: Tried
    tried: Tried
    published: Tried
    sure: Tried | None
    chance: float

    @property
    def scale(self) -> Scale:
        """One scale for all values, with as many decimals as those in force and tried need."""
        context = WordingContext(self.trial.terms, self.trial.indicator)
        scale = context.quantity(self.view.language)
        values = [self.now.terms.value, self.tried.terms.value]
        return replace(scale, decimals=max(scale.decimals, _decimals_needed(values, scale)))

    @property
    def is_changed(self) -> bool:
        """Whether anything is tried that differs from what is in force."""
        return self.tried.terms != self.now.terms

    def label(self, name: str, **filled: object) -> str:
        """A label of this page."""
        return self.view.label(f"adjust_{name}", **filled)

    def amount(self, terms: Terms) -> str:
        """Value of some terms with its unit; a band has two ends."""
        if terms.value is None:
            return display.MISSING
        if terms.comparator is Comparator.BETWEEN and terms.value_upper is not None:
            return f"{self.scale.number(terms.value)}–{self.scale.text(terms.value_upper)}"
        return self.scale.text(terms.value)


def compare(trial: Trial, proposed: Terms, *, chance: float, view: View) -> Comparison:
    """Ask the trial everything one screen shows."""
    return Comparison(
        view=view,
        trial=trial,
        now=trial.tried(trial.terms),
        tried=trial.tried(proposed),
        published=trial.tried(trial.published_terms),
        sure=trial.sure(proposed, chance) if trial.has_value else None,
        chance=chance,
    )


def rows_html(found: Comparison) -> str:
    """The rows to compare: in force, tried, and the value with a chosen chance."""
    view = found.view
    per, of = _pace_words(found)
    cells = [("", ""), (found.label("value_column"), "n"), (view.label("column_deadline"), "n")]
    cells.append((view.label("column_gap"), "n"))
    if of:
        names = (found.label("required", per=per), found.label("achieved"), found.label("reached", of=of))
        cells += [(name, "n") for name in names]
    cells += [(view.label("column_probability"), ""), ("", "n"), (view.label("column_flag"), "")]
    sure = found.label("sure", chance=display.percent(found.chance))
    named = [(found.label("now"), found.now, False), (found.label("tried"), found.tried, True)]
    if found.sure is not None:
        named.append((sure, found.sure, False))
    body = "".join(_row_html(found, name, tried, bold) for name, tried, bold in named)
    return f'<table class="rows">{head(cells)}<tbody>{body}</tbody></table>'


def _row_html(found: Comparison, name: str, tried: Tried, bold: bool) -> str:
    css, prospect, scale = ("b" if bold else ""), tried.prospect, found.scale
    chance = display.percent(tried.probability)
    size = ' style="font-size:18px"' if bold else ""
    has_pace = bool(_pace_words(found)[1])
    pace = "".join(f'<td class="n">{text(cell)}</td>' for cell in _paces(found, tried)) if has_pace else ""
    return (
        f'<tr class="{css}"><td>{text(name)}</td><td class="n">{text(found.amount(tried.terms))}</td>'
        f'<td class="n">{text(wording.deadline_text(tried.terms.deadline))}</td>'
        f'<td class="n">{text(scale.number(prospect.gap, signed=True))}</td>'
        f"{pace}"
        f"<td>{bar_html(tried.probability, tried.flag, found.view)}</td>"
        f'<td class="n b"{size}>{text(chance)}</td><td>{flag_html(tried.flag, found.view.language)}</td></tr>'
    )


def _pace_words(found: Comparison) -> tuple[str, str]:
    """Per what the pace is counted, and how many past periods it is compared with."""
    facts = next((one.prospect.pace for one in (found.now, found.tried) if one.prospect.pace), None)
    texts = wording.messages(found.view.language)
    if facts is None:
        return texts.terms["per_year"], ""
    of = wording.counted(int(facts["of"]), str(facts["per"]), found.view.language)
    return texts.terms[f"per_{facts['per']}"], of


def _paces(found: Comparison, tried: Tried) -> tuple[str, str, str]:
    """Required, mean of the last three, and how often the required pace was reached."""
    facts = tried.prospect.pace
    if facts is None:
        return (display.MISSING,) * 3
    scale = wording.pace_scale(facts, _context(found, tried), found.view.language)
    required = scale.number(facts["required"], signed=True, extra=1 if scale.decimals else 0)
    return required, scale.number(facts["achieved_mean3"], signed=True), f"{facts['reached']}/{facts['of']}"


def _context(found: Comparison, tried: Tried) -> WordingContext:
    return WordingContext(tried.terms, found.trial.indicator)


def ladder(found: Comparison) -> list[float]:
    """Values around the one in force, in round steps, with it and the tried one among them. [base unit]"""
    terms, trial = found.now.terms, found.trial
    if terms.value is None:
        return []
    reach = trial.likely_range(found.tried.terms, _LADDER_SHARE)
    unit = found.scale.factor
    middle = terms.value / unit
    if terms.kind is TargetKind.RANK:
        start = max(1, round(middle) - LADDER_ROWS // 2)
        return [float(start + step) for step in range(LADDER_ROWS)]
    width = (reach[1] - reach[0]) / unit if reach else abs(middle) / 4
    step = _round_step(max(width, abs(middle) / 1000) / LADDER_ROWS, found.scale.decimals)
    values = {round(middle + step * count, 6) for count in range(-(LADDER_ROWS // 2), LADDER_ROWS // 2 + 1)}
    if found.tried.terms.value is not None:
        values.add(round(found.tried.terms.value / unit, 6))
    return [value * unit for value in sorted(values) if value > 0 or middle <= 0]


def deadlines_shown(found: Comparison) -> list[dt.date]:
    """The deadlines offered, with the tried one among them."""
    return sorted({*found.trial.deadlines(), found.tried.terms.deadline})


def ladder_html(found: Comparison) -> str:
    """Chance by value and deadline; the value in force and the tried one stand out."""
    values, days = ladder(found), deadlines_shown(found)
    trial = found.trial
    title = f"<h4>{text(found.label('ladder'))}</h4>"
    names = [(found.label("value_column"), "n")] + [(wording.deadline_text(day), "n") for day in days]
    if not values:
        line = "".join(
            _chance_html(found, trial.tried(replace(found.tried.terms, deadline=day)).probability)
            for day in days
        )
        return f"{title}<table>{head([('', ''), *names[1:]])}<tbody><tr><td></td>{line}</tr></tbody></table>"
    by_day = [trial.chances(replace(found.tried.terms, deadline=day), values) for day in days]
    rows = ""
    for place, value in enumerate(values):
        css = "b" if _is_same(value, found.now.terms.value) else ""
        mark = " ◂" if _is_same(value, found.tried.terms.value) and found.is_changed else ""
        cells = "".join(_chance_html(found, chances[place]) for chances in by_day)
        rows += f'<tr class="{css}"><td class="n">{text(found.scale.text(value))}{mark}</td>{cells}</tr>'
    note = f'<p class="note">{text(found.label("ladder_note"))}</p>'
    return f'{title}<table class="ladder">{head(names)}<tbody>{rows}</tbody></table>{note}'


def _chance_html(found: Comparison, chance: float | None) -> str:
    if chance is None:
        return f'<td class="n m">{display.MISSING}</td>'
    flag = found.trial.policy.thresholds.colour(chance)
    tone = TONES[flag]
    shape = shape_html(flag, found.view.language)
    return f'<td class="n t{tone}">{shape} {text(display.percent(chance))}</td>'


def _is_same(value: float, other: float | None) -> bool:
    return other is not None and math.isclose(value, other, rel_tol=1e-9, abs_tol=1e-9)


def _round_step(size: float, decimals: int) -> float:
    """The next round number above a step, not finer than the decimals shown."""
    size = max(size, 10.0**-decimals)
    power = 10.0 ** math.floor(math.log10(size) + 1e-9)
    nice = next(one for one in _NICE if one * power >= size * (1 - 1e-9))
    step = nice * power
    return max(round(step, decimals), 10.0**-decimals)


def _decimals_needed(values: Sequence[float | None], scale: Scale) -> int:
    """Decimals at which no value is shown rounded, within reason."""
    for decimals in range(_MOST_EXTRA_DECIMALS):
        shown = (None if value is None else value / scale.factor for value in values)
        if all(one is None or abs(one - round(one, decimals)) < 1e-9 * max(1.0, abs(one)) for one in shown):
            return decimals
    return scale.decimals


def meaning_html(found: Comparison) -> str:
    """What the change would mean, one sentence a row."""
    said = [one for one in (_change(found), _pace(found), _time(found), _ledger(found)) if one]
    rows = "".join(f"<tr><td>{sentence}</td></tr>" for sentence in said)
    return f'<h4>{text(found.label("meaning"))}</h4><table class="wrap"><tbody>{rows}</tbody></table>'


def _change(found: Comparison) -> str:
    """From what to what, and what becomes of the chance."""
    if not found.is_changed:
        return text(found.label("unchanged"))
    now, tried = found.now, found.tried
    both = (_statement(found, now), _statement(found, tried))
    if both[0] == both[1]:
        return text(found.label("same_terms", chance=display.percent(tried.probability)))
    if now.probability is None or tried.probability is None:
        return text(found.label("change_unknown", old=both[0], new=both[1]))
    said = found.label("change", old=both[0], new=both[1], before="\x04", after="\x05", flags="\x06")
    flags = f"{flag_html(now.flag, found.view.language)} → {flag_html(tried.flag, found.view.language)}"
    return (
        text(said)
        .replace("\x04", text(display.percent(now.probability)))
        .replace("\x05", f"<b>{text(display.percent(tried.probability))}</b>")
        .replace("\x06", flags)
    )


def _statement(found: Comparison, tried: Tried) -> str:
    """Value, and deadline where it changes."""
    parts = []
    if found.now.terms.value is not None:
        sign = ""
        if found.now.terms.comparator != found.tried.terms.comparator and tried.terms.comparator:
            sign = wording.messages(found.view.language).comparators[tried.terms.comparator.value] + " "
        parts.append(sign + found.amount(tried.terms))
    if found.now.terms.deadline != found.tried.terms.deadline or not parts:
        day = wording.deadline_text(tried.terms.deadline)
        parts.append(found.label("until", day=day) if parts else day)
    return "".join(parts)


def _pace(found: Comparison) -> str:
    facts = found.tried.prospect.pace
    if facts is None or not facts.get("of"):
        return ""
    reason = Reason(DetailCode.PACE, facts)
    return marked(wording.sentence(reason, found.view.language, _context(found, found.tried), mark=MARK))


def _time(found: Comparison) -> str:
    """Which value, and which deadline, would have the chosen chance."""
    wanted = display.percent(found.chance)
    parts = []
    if found.sure is not None:
        parts.append(found.label("sure_value", chance=wanted, value=found.amount(found.sure.terms)))
    now = found.now
    if now.probability is not None and now.probability < found.chance and now.flag in COLOURS:
        days = [day for day in deadlines_shown(found) if day > now.terms.deadline]
        kept = found.amount(now.terms) if now.terms.value is not None else ""
        enough = next((day for day in days if _reaches(found, day)), None)
        name = "sure_deadline" if enough else "no_deadline"
        day = wording.deadline_text(enough or days[-1]) if days else ""
        if day:
            parts.append(found.label(name, value=kept, day=day, chance=wanted))
    join = wording.messages(found.view.language).terms["clause_join"]
    return text(found.label("stop", said=join.join(parts))) if parts else ""


def _reaches(found: Comparison, day: dt.date) -> bool:
    chance = found.trial.tried(replace(found.now.terms, deadline=day)).probability
    return chance is not None and chance >= found.chance


def _ledger(found: Comparison) -> str:
    """The published target stays, and both chances are told from then on."""
    if not found.is_changed:
        return ""
    first, probability = found.published, display.percent(found.published.probability)
    facts: dict[str, Any] = {
        "value": found.amount(first.terms),
        "day": wording.deadline_text(first.terms.deadline),
        "chance": probability,
        "new": display.percent(found.tried.probability),
    }
    return text(found.label("ledger_kept", **facts))


def milestone_html(detail: TargetDetail, proposed: Terms, view: View) -> str:
    """A milestone as it stands, and the day proposed."""
    line = line_of(detail.status, view)
    cells = [("", ""), (view.label("column_deadline"), ""), (view.label("column_flag"), "")]
    state = flag_html(line.flag, view.language)
    last = detail.target.history[-1].terms
    rows = [(view.label("adjust_now"), last.deadline, state)]
    if proposed.deadline != last.deadline:
        rows.append((view.label("adjust_tried"), proposed.deadline, ""))
    body = "".join(
        f"<tr><td>{text(name)}</td><td>{day.isoformat()}</td><td>{flag}</td></tr>" for name, day, flag in rows
    )
    assessment = detail.status.assessment
    said = wording.sentence(assessment.reason, view.language, line.context) if assessment else ""
    note = text(view.label("adjust_milestone_note"))
    return (
        f"<table>{head(cells)}<tbody>{body}</tbody></table>"
        f'<h4>{text(line.name)}</h4><table class="wrap"><tbody><tr><td>{text(said)}</td></tr>'
        f"<tr><td>{note}</td></tr></tbody></table>"
    )
