"""A total split over the parts of its region: equal chances beside the present split."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pandas as pd
import streamlit as st

from monitor import whatif
from monitor.core.errors import PermissionDeniedError, TargetRuleError
from monitor.core.ledger import TargetChange
from monitor.core.overviews import TargetDetail
from monitor.dashboard.desk import Desk
from monitor.dashboard.doing import plain
from monitor.dashboard.export import EXCEL_TYPE
from monitor.dashboard.pages.adjust import form, share_recording
from monitor.dashboard.pages.adjust.sharebook import share_workbook
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import flag_html, head, text
from monitor.whatif import Division, Share
from monitor.words import display
from monitor.words.display import Scale
from monitor.words.lines import line_of
from monitor.words.problems import problem_words
from monitor.words.view import View
from monitor.words.wording import WordingContext

Column = st.delta_generator.DeltaGenerator
LEAST, MOST = "least", "most"


@dataclass(frozen=True)
class Shown:
    """One split, ready to be shown."""

    view: View
    division: Division
    shares: tuple[Share, ...]

    @property
    def scale(self) -> Scale:
        """Scale of the total, with the decimals of the shares."""
        scale = WordingContext(self.division.terms, self.division.indicator).quantity(self.view.language)
        shift = round(math.log10(scale.factor / self.division.unit_factor))
        return dataclasses.replace(scale, decimals=max(scale.decimals, self.division.decimals + shift))

    def label(self, name: str, **filled: object) -> str:
        """A label of this page."""
        return self.view.label(f"adjust_{name}", **filled)


def show(
    desk: Desk, view: View, detail: TargetDetail, filled: form.Form, *, left: Column, right: Column
) -> None:
    """Limits at the left, the shares at the right; why not, where a target cannot be split."""
    code = detail.status.target
    try:
        division = desk.ask(whatif.divide, desk.policy, code, as_of=view.as_of)
    except (TargetRuleError, PermissionDeniedError) as error:
        with right:
            st.info(plain(problem_words(error, view.language)))
        return
    with left, st.container(border=True):
        least, most = _limits(desk, view, division)
    changes: tuple[TargetChange, ...] = ()
    try:
        shares = division.split(least, most)
        changes = division.changes(shares)
    except TargetRuleError as error:
        with right:
            st.warning(plain(problem_words(error, view.language)))
        shares = division.present_shares()
    shown = Shown(view, division, shares)
    with right:
        sheet(table_html(shown) + sentences_html(shown), key="shares", language=view.language)
        st.download_button(
            shown.label("export"),
            share_workbook(shares, division, line_of(detail.status, view)),
            file_name=f"{code}_split_{view.as_of.isoformat()}.xlsx",
            mime=EXCEL_TYPE,
            on_click="ignore",
        )
    with left, st.container(border=True):
        share_recording.offer(desk, filled, changes, shares, shown.scale)


def _limits(desk: Desk, view: View, division: Division) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Least and most of each part, as typed, by region code."""
    st.caption(view.label("adjust_limits_hint", unit=division.terms.unit))
    codes = [part.region.code for part in division.parts]
    kept = f"adjust_limits:{desk.workspace}:{division.target.code}"
    key = f"{kept}:{view.language.value}:{'-'.join(codes)}"
    if key not in st.session_state:  # typed in another language, or before another page was shown
        st.session_state[f"{key}:base"] = st.session_state.get(kept, {})
    base: Mapping[tuple[str, str], float] = st.session_state[f"{key}:base"]
    rows = pd.DataFrame(
        {
            "part": [_region_name(view, division, code) for code in codes],
            **{name: [base.get((code, name)) for code in codes] for name in (LEAST, MOST)},
        },
        index=codes,
    ).astype({LEAST: "float64", MOST: "float64"})
    number: dict[str, Any] = {"format": f"%.{division.decimals}f", "step": 10.0**-division.decimals}
    columns: dict[Any, Any] = {
        "part": st.column_config.TextColumn(view.label("adjust_part")),
        LEAST: st.column_config.NumberColumn(view.label("adjust_least"), **number),
        MOST: st.column_config.NumberColumn(view.label("adjust_most"), **number),
    }
    edited = st.data_editor(
        rows,
        hide_index=True,
        key=key,
        disabled=["part"],
        width="stretch",
        row_height=27,
        placeholder="—",
        column_config=columns,
    )
    typed: dict[tuple[str, str], float] = {}
    for name in (LEAST, MOST):
        numbers = pd.to_numeric(edited[name]).dropna()
        typed |= {(str(code), name): float(value) for code, value in numbers.items()}
    st.session_state[kept] = typed
    return _named(typed, LEAST, division.decimals), _named(typed, MOST, division.decimals)


def _named(typed: Mapping[tuple[str, str], float], name: str, decimals: int) -> dict[str, Decimal]:
    return {code: Decimal(f"{value:.{decimals}f}") for (code, which), value in typed.items() if which == name}


def _region_name(view: View, division: Division, code: str) -> str:
    return next(view.region(part.region) for part in division.parts if part.region.code == code)


def table_html(shown: Shown) -> str:
    """Part, latest value, present share with its chance, proposed share with its chance, difference."""
    scale, division = shown.scale, shown.division
    names = (
        ("part", ""),
        ("part_value", "n"),
        ("present_share", "n"),
        ("present_chance", "n"),
        ("proposed_share", "n"),
        ("proposed_chance", "n"),
        ("difference", "n"),
        ("held_share", ""),
    )
    cells = [(shown.label(name), css) for name, css in names]
    rows = "".join(_share_html(shown, share) for share in shown.shares)
    proposed = sum(share.proposed or 0.0 for share in shown.shares)
    total = (
        f'<tr class="b"><td>{text(shown.label("whole"))}</td><td></td>'
        f'<td class="n">{text(scale.number(division.present_sum))}</td><td></td>'
        f'<td class="n">{text(scale.number(proposed))}</td>'
        f'<td class="n">{_chance_html(shown, division.chance)}</td><td></td><td></td></tr>'
    )
    unit = f'<span class="m s">{text(scale.unit)}</span>'
    title = f"<h4>{text(shown.label('split_title'))}{unit}</h4>"
    return f"{title}<table>{head(cells)}<tbody>{rows}{total}</tbody></table>"


def _share_html(shown: Shown, share: Share) -> str:
    scale, part = shown.scale, share.part
    held = ""
    if not part.can_share:
        held = shown.label("no_forecast")
    elif share.is_held:
        held = shown.label("is_held")
    return (
        f"<tr><td>{text(shown.view.region(part.region))}</td>"
        f'<td class="n m">{text(scale.number(part.value))}</td>'
        f'<td class="n">{text(scale.number(part.present))}</td>'
        f'<td class="n">{_chance_html(shown, part.chance)}</td>'
        f'<td class="n b">{text(scale.number(share.proposed))}</td>'
        f'<td class="n">{_chance_html(shown, share.chance)}</td>'
        f'<td class="n">{text(scale.number(share.difference, signed=True))}</td>'
        f'<td class="m">{text(held)}</td></tr>'
    )


def _chance_html(shown: Shown, chance: float | None) -> str:
    if chance is None:
        return display.MISSING
    flag = shown.division.policy.thresholds.colour(chance)
    return f"{flag_html(flag, shown.view.language)} {text(display.percent(chance))}"


def sentences_html(shown: Shown) -> str:
    """What equal means here, how far apart the present chances lie, and whether the sums agree."""
    division, scale = shown.division, shown.scale
    said = []
    free = [share.chance for share in shown.shares if share.chance is not None and not share.is_held]
    if free:
        said.append(
            shown.label("equal_said", low=display.percent(min(free)), high=display.percent(max(free)))
        )
    now = [part.chance for part in division.parts if part.chance is not None]
    if now:
        said.append(
            shown.label("present_said", low=display.percent(min(now)), high=display.percent(max(now)))
        )
    if division.present_sum is not None:
        gap = division.present_sum - division.total
        name = "sums_agree" if abs(gap) < 1e-6 * max(1.0, abs(division.total)) else "sums_differ"
        facts: dict[str, Any] = {"gap": scale.gap_text(gap), "total": scale.text(division.total)}
        said.append(shown.label(name, **facts))
    if any(not part.can_share for part in division.parts):
        said.append(shown.label("without_forecast_said"))
    rows = "".join(f"<tr><td>{text(sentence)}</td></tr>" for sentence in said)
    return f'<table class="wrap"><tbody>{rows}</tbody></table>'
