"""Acts on a whole review: into the ledger, out to a sheet and back, and its end."""

from __future__ import annotations

import streamlit as st

from monitor import commands
from monitor.core.reviews import ReviewEnd, SeenReview
from monitor.dashboard import address
from monitor.dashboard.desk import Desk
from monitor.dashboard.dialogs import close_dialog, decide, input_key, open_dialog, show_dialog
from monitor.dashboard.doing import act, button_once
from monitor.dashboard.export import EXCEL_TYPE
from monitor.dashboard.pages.plans.items import State, goal_text, state_of
from monitor.dashboard.sheet import sheet
from monitor.dashboard.uploading import uploader
from monitor.dashboard.widgets import head, muted, text
from monitor.plan_review import (
    IMPORTED,
    ImportReport,
    Item,
    OngoingReview,
    SheetReport,
    record_ongoing,
    review_sheet,
    take_sheet,
    usual_start,
)
from monitor.words.view import View

_REPORT, _RECORD, _END = "plans_report", "plans_record", "plans_end"
_LISTED = 20


def offer(desk: Desk, view: View, ongoing: OngoingReview) -> None:
    """The buttons of these acts."""
    with st.popover(view.label("plans_sheet")):
        _sheet_ways(desk, view, ongoing)
    if ongoing.head.ended_at is not None:
        return
    record, end = f"{_RECORD}:{ongoing.head.id}", f"{_END}:{ongoing.head.id}"
    seen = str(ongoing.seen.decisions)
    if st.button(view.label("plans_end"), key="plans_end"):
        open_dialog(end, seen)
    count = len(_accepted(ongoing))
    label = view.label("plans_record", count=count)
    if st.button(label, key="plans_record", type="primary", disabled=not count):
        open_dialog(record, seen)

    def when_opened(decisions: str) -> SeenReview:
        return SeenReview(ongoing.head.id, int(decisions))

    show_dialog(
        record,
        view.label("plans_record_title"),
        lambda decisions: _record(desk, view, ongoing, when_opened(decisions)),
        view,
        width="large",
    )
    show_dialog(
        end,
        view.label("plans_end_title"),
        lambda decisions: _end(desk, view, ongoing, when_opened(decisions)),
        view,
    )


def _accepted(ongoing: OngoingReview) -> list[Item]:
    return [item for item in ongoing.review.items if state_of(item) is State.ACCEPTED]


def _record(desk: Desk, view: View, ongoing: OngoingReview, seen: SeenReview) -> None:
    """What would enter the ledger, from when and why; then the one act that enters it."""
    sheet(_record_html(ongoing, view), key="plans_to_record", language=view.language)
    day = desk.today
    first, second = st.columns([1, 2.4], gap="small")
    effective_on = first.date_input(
        view.label("plans_effective"),
        value=usual_start(ongoing.review, today=day),
        format="YYYY-MM-DD",
        key=input_key("plans_effective"),
    )
    reason = second.text_input(view.label("plans_reason"), IMPORTED, key=input_key("plans_reason"))
    if button_once(view.label("plans_record_now"), key="plans_record_now", type="primary"):
        decide(
            desk,
            view,
            lambda report: _keep_report(seen, report, view),
            record_ongoing,
            seen,
            effective_on=effective_on,
            reason=reason,
        )
    if seen != ongoing.seen:
        _look_again(view)


def _look_again(view: View) -> None:
    """Somebody decided since the dialog was opened: what it would enter must be looked at anew."""
    st.write(view.label("plans_record_stale"))
    if st.button(view.label("plans_look_again"), key="plans_look_again"):
        close_dialog()
        st.rerun()


def _keep_report(seen: SeenReview, report: ImportReport, view: View) -> str:
    """Keep what was entered for the page, and say it in one sentence."""
    st.session_state[_REPORT] = (seen.id, report)
    return _recorded(report, view)


def _record_html(ongoing: OngoingReview, view: View) -> str:
    accepted = _accepted(ongoing)
    left = sum(state_of(item) is State.OPEN for item in ongoing.review.items)
    plan = ongoing.review.plan
    told = [view.label("plans_record_what", count=len(accepted), plan=plan.title)]
    if ongoing.review.is_new_plan:
        told.append(view.label("plans_record_new_plan", code=plan.code))
    if left:
        told.append(view.label("plans_record_left", count=left))
    other = sum(bool(item.conflicts_with) for item in accepted)
    if other:
        told.append(view.label("plans_record_conflicts", count=other))
    cells = [
        (view.label(f"plans_column_{name}"), "fill" if name == "name" else "")
        for name in ("no", "name", "goal")
    ]
    rows = "".join(
        f"<tr><td class='n m'>{item.position + 1}</td><td class='clip fill'>"
        f"{text(item.candidate.indicator_name)}</td><td>{text(goal_text(item.draft, view))}</td></tr>"
        for item in accepted[:_LISTED]
    )
    rest = len(accepted) - _LISTED
    more = f"<p class='note'>{text(view.label('plans_more', count=rest))}</p>" if rest > 0 else ""
    lines = "".join(f"<p>{text(each)}</p>" for each in told)
    return f"{lines}<table>{head(cells)}<tbody>{rows}</tbody></table>{more}"


def _recorded(report: ImportReport, view: View) -> str:
    if not report.added:
        return view.label("plans_recorded_none")
    return view.label("plans_recorded", count=len(report.added))


def show_report(ongoing: OngoingReview, view: View) -> None:
    """What the last recording of this review entered, with a way to each target."""
    kept: tuple[int, ImportReport] | None = st.session_state.get(_REPORT)
    if kept is None or kept[0] != ongoing.head.id:
        return
    report = kept[1]
    targets = " ".join(
        f'<span class="lk" data-go="target:{text(code)}">{text(code)}</span>' for code in report.added
    )
    lines = [f"<p>{text(_recorded(report, view))} {targets}</p>"]
    lines += [f"<p>{text(view.label('plans_report_held', target=code))}</p>" for code in report.already_held]
    lines += [
        f"<p>{text(view.label('plans_report_conflict', target=code, other=other))}</p>"
        for code, other in report.conflicts
    ]
    if report.undecided:
        lines.append(f"<p>{muted(view.label('plans_report_left', count=report.undecided))}</p>")
    address.follow(
        sheet(f'<div class="card">{"".join(lines)}</div>', key="plans_report", language=view.language)
    )


def _sheet_ways(desk: Desk, view: View, ongoing: OngoingReview) -> None:
    """The workbook out, with what is decided so far; a decided one in."""
    st.caption(view.label("plans_sheet_how"))
    st.download_button(
        view.label("plans_sheet_download"),
        data=lambda: review_sheet(ongoing),
        file_name=f"{ongoing.review.plan.code}_{ongoing.head.id}.xlsx",
        mime=EXCEL_TYPE,
        key="plans_sheet_download",
        on_click="ignore",
    )
    if ongoing.head.ended_at is not None:
        return
    file = uploader("plans_sheet_file", view.label("plans_sheet_upload"), view)
    if button_once(view.label("plans_sheet_take"), key="plans_sheet_take", disabled=file is None) and file:
        act(
            desk,
            view,
            lambda report: _taken(report, view),
            take_sheet,
            ongoing.head.id,
            file.name,
            file.getvalue(),
        )
        st.rerun()


def _taken(report: SheetReport, view: View) -> str:
    told = [view.label("plans_sheet_taken", count=len(report.taken))]
    for name, positions in (("kept", report.kept), ("unfit", report.unfit)):
        if positions:
            listed = "、".join(str(position + 1) for position in positions)
            told.append(view.label(f"plans_sheet_{name}", positions=listed))
    return " ".join(told)


def _end(desk: Desk, view: View, ongoing: OngoingReview, seen: SeenReview) -> None:
    """End the review without recording more; what was entered stays, decisions are kept on file."""
    waiting = len(_accepted(ongoing))
    st.write(view.label("plans_end_what"))
    if waiting:
        st.warning(view.label("plans_end_waiting", count=waiting))
    reason = st.text_input(view.label("plans_reason"), key=input_key("plans_end_reason"))
    pressed = button_once(view.label("plans_end_now"), key="plans_end_now", disabled=not reason.strip())
    if pressed:
        decide(
            desk,
            view,
            view.label("plans_end_done"),
            commands.end_plan_review,
            seen.id,
            ended_as=ReviewEnd.DROPPED,
            reason=reason.strip(),
        )
