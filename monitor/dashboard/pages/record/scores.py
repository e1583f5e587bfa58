"""How good past probabilities were: reliability, Brier score against two rules, ranges."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from monitor.core.track_record import Against, Fate, ReliabilityPoint, ScoreRow, Scores
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.record.choosing import choose
from monitor.dashboard.pages.record.pictures import reliability_chart
from monitor.dashboard.sheet import card, sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.track_record import SourceRecord, TrackRecord, track_record
from monitor.words import display
from monitor.words.view import View
from monitor.words.wording import messages

LEAST_TARGETS = 30
"""Below this many targets a share says little: half the width of its 95 % interval exceeds 0.17."""


def show(desk: Desk, view: View, filters: DeltaGenerator) -> None:
    """The scores of one source."""
    record = desk.ask(track_record, as_of=view.as_of)
    judged = record.endings.get(Fate.MET, 0) + record.endings.get(Fate.MISSED, 0)
    if not judged:
        card(
            view.label("record_none_judged"),
            view.label("record_none_judged_do"),
            key="empty",
            language=view.language,
        )
        return
    with filters:
        chosen = _choose_source(record, view)
    sheet(_about(record, chosen, view), key="about", language=view.language)
    if not chosen.n_readings:
        does = view.label(f"record_no_readings_{chosen.source.value}")
        card(view.label("record_no_readings"), does, key="empty", language=view.language)
        return
    overall = chosen.scores.rows[0]
    sheet(_strip(overall, view), key="facts", language=view.language)
    left, right = st.columns([1, 1.5], gap="medium")
    with left:
        _reliability(chosen.scores, view)
    with right:
        sheet(_scores_html(chosen.scores, view), key="scores", language=view.language)


def _choose_source(record: TrackRecord, view: View) -> SourceRecord:
    """The first source with readings until another is chosen; each tells how many it has."""
    by_name = {each.source.value: each for each in record.sources}
    filled = [name for name, each in by_name.items() if each.n_readings]

    def named(name: str) -> str:
        return f"{view.label(f'record_source_{name}')} {by_name[name].n_readings}"

    usual = filled[0] if filled else None
    return by_name[choose("source", list(by_name), view, named=named, usual=usual)]


def _about(record: TrackRecord, chosen: SourceRecord, view: View) -> str:
    """Where the probabilities come from, and how few they are."""
    met, missed = (record.endings.get(fate, 0) for fate in (Fate.MET, Fate.MISSED))
    said = [view.label(f"record_about_{chosen.source.value}")]
    facts = {"judged": met + missed, "met": met, "missed": missed}
    said.append(view.label("record_few", targets=chosen.n_targets, readings=chosen.n_readings, **facts))
    if chosen.n_targets < LEAST_TARGETS:
        said.append(view.label("record_too_few", least=LEAST_TARGETS))
    joined = " ".join(said) if not view.is_chinese else "".join(said)
    return f'<p class="m">{text(joined)}</p>'


def _strip(row: ScoreRow, view: View) -> str:
    cells = [
        _fact(
            view.label("record_judged"),
            f"{row.n_targets:,}",
            f"{row.n_readings:,} {view.label('record_readings')}",
        ),
        _fact(view.label("record_share_met"), display.percent(row.share_met)),
        _fact(view.label("record_brier"), _three(row.brier), view.label("record_brier_hint")),
        _against_fact(view.label("record_against_line"), row.straight_line, view),
        _against_fact(view.label("record_against_last_year"), row.last_year_share, view),
        _fact(
            view.label("record_coverage"),
            _share(row.coverage),
            view.label("record_of_readings", n=row.n_ranges) if row.n_ranges else "",
        ),
    ]
    return f'<div class="strip facts">{"".join(cells)}</div>'


def _fact(label: str, value: str, after: str = "") -> str:
    return f'<div><p class="m s">{text(label)}</p><span class="v">{text(value)}</span> {muted(after)}</div>'


def _against_fact(label: str, against: Against | None, view: View) -> str:
    if against is None:
        return _fact(label, display.MISSING, view.label("record_rule_silent"))
    skill = display.MISSING if against.skill is None else display.number(against.skill, 2, signed=True)
    value = f"{_three(against.ours)} / {_three(against.theirs)}"
    return _fact(label, value, view.label("record_skill", skill=skill, n=against.n))


def _three(score: float | None) -> str:
    return display.number(score, 3)


def _share(share: float | None) -> str:
    return display.MISSING if share is None else f"{display.whole_percent(share)}%"


def _reliability(scores: Scores, view: View) -> None:
    title, hint = view.label("record_reliability"), view.label("record_reliability_hint")
    sheet(f"<h4>{text(title)}</h4>{muted(hint)}", key="heading", language=view.language)
    st.vega_lite_chart(spec=reliability_chart(scores.bins), width="stretch", alt=_told(scores.bins, view))
    sheet(_bins_html(scores, view), key="bins", language=view.language)


def _told(bins: tuple[ReliabilityPoint, ...], view: View) -> str:
    """The chart in words for a screen reader."""
    pairs = (f"{_share(each.mean_probability)} → {_share(each.share_met)}" for each in bins)
    return f"{view.label('record_reliability')}: {', '.join(pairs)}"


def _bins_html(scores: Scores, view: View) -> str:
    names = (
        ("record_bin", ""),
        ("record_targets", "n"),
        ("record_readings", "n"),
        ("record_bin_mean", "n"),
        ("record_share_met", "n"),
        ("record_interval", "n"),
    )
    rows = "".join(
        f"<tr><td>{each.lower:.0%}–{each.upper:.0%}</td>"
        f'<td class="n">{each.n_targets}</td><td class="n">{each.n_readings}</td>'
        f'<td class="n">{_share(each.mean_probability)}</td><td class="n b">{_share(each.share_met)}</td>'
        f'<td class="n m">{_share(each.low)}–{_share(each.high)}</td></tr>'
        for each in scores.bins
    )
    parts = view.label(
        "record_parts",
        reliability=_three(scores.reliability_part),
        resolution=_three(scores.resolution),
        uncertainty=_three(scores.uncertainty),
    )
    cells = head([(view.label(name), css) for name, css in names])
    return f'<table>{cells}<tbody>{rows}</tbody></table><p class="note">{text(parts)}</p>'


def _scores_html(scores: Scores, view: View) -> str:
    names = (
        ("record_group", "fill"),
        ("record_targets", "n"),
        ("record_readings", "n"),
        ("record_share_met", "n"),
        ("record_brier", "n"),
        ("record_column_line", "n"),
        ("record_column_last_year", "n"),
        ("record_coverage", "n"),
        ("record_crps", "n"),
    )
    body, group = "", ""
    for row in scores.rows:
        if row.group not in (group, "all"):
            title = text(view.label(f"record_group_{row.group}"))
            body += f'<tr><td class="m s" colspan="{len(names)}">{title}</td></tr>'
        group = row.group
        body += _score_row(row, view)
    note = view.label("record_rules_note", ours=view.label("record_ours"), theirs=view.label("record_theirs"))
    cells = head([(view.label(name), css) for name, css in names])
    title = f"<h4>{text(view.label('record_scores'))}</h4>"
    crps = f"CRPS: {view.label('record_crps_hint')}"
    return f'{title}<table>{cells}<tbody>{body}</tbody></table><p class="note">{text(note)} {text(crps)}</p>'


def _score_row(row: ScoreRow, view: View) -> str:
    is_strong = "b" if row.group == "all" else ""
    numbers = (
        f"{row.n_targets:,}",
        f"{row.n_readings:,}",
        _share(row.share_met),
        _three(row.brier),
        _pair(row.straight_line),
        _pair(row.last_year_share),
        _share(row.coverage),
        _share(row.crps_share),
    )
    cells = "".join(f'<td class="n">{text(number)}</td>' for number in numbers)
    return f'<tr><td class="{is_strong}">{text(_key_name(row, view))}</td>{cells}</tr>'


def _key_name(row: ScoreRow, view: View) -> str:
    if row.group == "all":
        return view.label("record_group_all")
    if row.group == "kind":
        return messages(view.language).kinds[row.key]
    return view.label(f"record_key_{row.key}")


def _pair(against: Against | None) -> str:
    if against is None:
        return display.MISSING
    return f"{_three(against.ours)} / {_three(against.theirs)} ({against.n})"
