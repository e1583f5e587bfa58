"""The scheduler: who leads, when each job is due, how its last run ended, and its history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence

import streamlit as st

from monitor import queries
from monitor.clock import ZONE
from monitor.config.schedule import JobEntry, Schedule, load_schedule
from monitor.core.errors import ConfigError
from monitor.core.jobs import JobOutcome, JobRun, Leader
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.settings.words import label_or
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import head, muted, text
from monitor.health import LONGEST_SILENCE, OVERDUE_AFTER
from monitor.words.problems import problem_words
from monitor.words.view import View

_JOB = "settings_job"
_HISTORY = 50
_DAILY = re.compile(r"(\d+) (\d+) \* \* (\*|[a-z]{3}(?:[-,][a-z]{3})*)")
_TONES = {
    JobOutcome.OK: ("green", "●"),
    JobOutcome.FAILED: ("red", "×"),
    JobOutcome.ABANDONED: ("yellow", "▲"),
    JobOutcome.RUNNING: ("blue", "→"),
}


def show(desk: Desk, view: View) -> None:
    """Leader, jobs, history."""
    moment = desk.opened.store.clock.now()
    leader = desk.ask_now(queries.scheduler_leader)
    sheet(_leader_html(leader, moment, view), key="settings_leader", language=view.language)
    try:
        schedule = load_schedule(desk.settings)
    except ConfigError as error:
        st.error(problem_words(error, view.language))
        return
    last = desk.ask_now(queries.last_job_runs)
    announced = desk.ask_now(queries.announced_jobs)
    overdue = desk.ask_now(queries.overdue_jobs, before=moment - OVERDUE_AFTER)
    html = _jobs_html(schedule, last, announced, overdue, view)
    sheet(html, key="settings_jobs", language=view.language, on_go=choices.on_choice("settings_jobs", _take))
    _history(desk, view, sorted({*schedule.jobs, *last}))


def _take(go: str) -> None:
    """A job was chosen: show its history."""
    st.session_state[_JOB] = go.removeprefix("job:")


def _leader_html(leader: Leader | None, moment: dt.datetime, view: View) -> str:
    """Whether anybody leads, in a line with shape and word."""
    if leader is None:
        return _sentence("grey", "○", view.label("settings_no_leader"))
    who = view.label("settings_leader", epoch=leader.epoch, pid=leader.pid, host=leader.host)
    if leader.ended_at is not None:
        return _sentence("yellow", "▲", view.label("settings_leader_left", time=minute(leader.ended_at)), who)
    silence = moment - leader.beat_at
    seconds = max(0, int(silence.total_seconds()))
    if silence > LONGEST_SILENCE:
        return _sentence("red", "×", view.label("settings_leader_silent", time=minute(leader.beat_at)), who)
    since = view.label("settings_leader_since", time=minute(leader.started_at))
    return _sentence("green", "●", view.label("settings_leader_beats", seconds=seconds), f"{who} {since}")


def _sentence(tone: str, shape: str, said: str, beside: str = "") -> str:
    return f'<p><span class="f {tone}">{shape} {text(said)}</span>&ensp;{muted(beside)}</p>'


def _jobs_html(
    schedule: Schedule,
    last: Mapping[str, JobRun],
    announced: Mapping[str, dt.datetime],
    overdue: Mapping[str, dt.datetime],
    view: View,
) -> str:
    names = ("job", "times", "due", "last", "outcome", "did")
    classes = ("", "", "", "", "", "fill")
    cells = [(view.label(f"settings_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(
        _job_html(name, job, view, run=last.get(name), due=announced.get(name), is_overdue=name in overdue)
        for name, job in schedule.jobs.items()
    )
    note = text(view.label("settings_jobs_note", zone=schedule.timezone))
    return f'<table>{head(cells)}<tbody>{rows}</tbody></table><p class="note">{note}</p>'


def _job_html(
    name: str, job: JobEntry, view: View, *, run: JobRun | None, due: dt.datetime | None, is_overdue: bool
) -> str:
    if not job.enabled:
        when = muted(view.label("settings_switched_off"))
    elif is_overdue and due is not None:
        late = view.label("settings_overdue", time=minute(due))
        when = f'<span class="f red">× {text(late)}</span>'
    else:
        when = text(minute(due)) if due else "—"
    ran = text(minute(run.started_at)) if run else "—"
    return (
        f'<tr data-go="job:{text(name)}">'
        f'<td class="nb"><b>{text(job_words(name, view))}</b> {muted(name)}</td>'
        f'<td class="nb">{text(times_words(job, view))}</td><td class="nb">{when}</td>'
        f'<td class="nb">{ran}</td><td class="nb">{_outcome_html(run, view)}</td>'
        f"{_did_html(run)}</tr>"
    )


def job_words(name: str, view: View) -> str:
    """What a job of the shipped schedule does; the name of any other."""
    return label_or(f"settings_job_{name}", name, view)


def times_words(job: JobEntry, view: View) -> str:
    """每天 02:30, every 5 minutes; a cron expression that says more stands for itself."""
    if job.every is not None:
        step = view.label(f"settings_step_{job.every[-1]}", n=job.every[:-1])
        return view.label("settings_every", step=step)
    match = _DAILY.fullmatch(job.cron or "")
    if match is None:
        return job.cron or ""
    minutes, hours, days = match.groups()
    at = f"{int(hours):02d}:{int(minutes):02d}"
    if days == "*":
        word = view.label("settings_daily", at=at)
    else:
        named = re.sub(r"[a-z]{3}", lambda found: view.label(f"settings_day_{found[0]}"), days)
        word = view.label("settings_weekly", days=named, at=at)
    return view.label("settings_on_working_days", times=word) if job.on == "working_day" else word


def _outcome_html(run: JobRun | None, view: View) -> str:
    if run is None:
        return muted(view.label("settings_never_ran"))
    tone, shape = _TONES[run.outcome]
    word = view.label(f"settings_outcome_{run.outcome.value}")
    return f'<span class="f {tone}">{shape} {text(word)}</span>'


def _did_html(run: JobRun | None) -> str:
    told = text(run.told if run else "")
    return f'<td class="clip" title="{told}">{told}</td>'


def _history(desk: Desk, view: View, jobs: Sequence[str]) -> None:
    """The last runs of one job, or of all."""
    words = {name: job_words(name, view) for name in jobs}
    with st.container(key="filters_jobs", horizontal=True, vertical_alignment="center"):
        sheet(f"<h4>{text(view.label('settings_history'))}</h4>", key="settings_hist", language=view.language)
        job = choices.pick(_JOB, words, view, label=view.label("settings_any_job"), width=220)
    runs = desk.ask_now(queries.job_runs, job=job, limit=_HISTORY)
    if not runs:
        sheet(
            f'<p class="note">{text(view.label("settings_no_runs"))}</p>',
            key="settings_no_runs",
            language=view.language,
        )
        return
    names = ("job", "was_due", "late", "took", "outcome", "did")
    classes = ("", "", "n", "n", "", "fill")
    cells = [(view.label(f"settings_column_{name}"), css) for name, css in zip(names, classes, strict=True)]
    rows = "".join(_run_html(run, view) for run in runs)
    body = f"<table>{head(cells)}<tbody>{rows}</tbody></table>"
    sheet(body, key="settings_runs", language=view.language)


def _run_html(run: JobRun, view: View) -> str:
    due = minute(run.due_at)
    if run.leader is None:
        due = view.label("settings_by_hand", time=minute(run.started_at))
    took = run.finished_at - run.started_at if run.finished_at else None
    lasted = f"{took.total_seconds():,.0f} s" if took is not None else "—"
    return (
        f'<tr><td class="nb">{text(job_words(run.job, view))}</td><td class="nb">{text(due)}</td>'
        f'<td class="n nb">{run.late_by.total_seconds():,.0f} s</td><td class="n nb">{lasted}</td>'
        f"<td>{_outcome_html(run, view)}</td>{_did_html(run)}</tr>"
    )


def minute(moment: dt.datetime) -> str:
    """A moment in Asia/Shanghai, to the minute."""
    return f"{moment.astimezone(ZONE):%Y-%m-%d %H:%M}"
