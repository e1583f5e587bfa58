"""A digest of any person and week: as it was queued, or as it would be composed now."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import streamlit as st

from monitor import queries
from monitor.alerts.digests import digests_of
from monitor.clock import today
from monitor.config import WorkingDays, load_working_days
from monitor.core.access import Actor
from monitor.core.outbox import MessageKind, NewMessage, Picture
from monitor.core.people import Person
from monitor.core.policy import Policy
from monitor.core.weeks import Week
from monitor.dashboard import choices
from monitor.dashboard.desk import Desk
from monitor.dashboard.pages.mail.letter import show_letter
from monitor.dashboard.pages.mail.words import moment
from monitor.dashboard.sheet import sheet
from monitor.dashboard.widgets import text
from monitor.queries import Store
from monitor.words.view import View

_WEEKS_BACK = 26
_RECIPIENT, _WEEK = "preview_recipient", "preview_week"


@dataclass(frozen=True)
class Composed:
    """A digest that is not queued.

    Parameters
    ----------
    is_recorded : bool
        Whether what it is composed from was recorded when it was to be queued.
    """

    period: str
    subject: str
    html: str
    text: str
    pictures: tuple[Picture, ...]
    is_recorded: bool


@dataclass(frozen=True)
class _NoLinks:
    """Words where links will be: those that answer are signed when a digest is queued."""

    words: str

    def overview(self) -> str:
        """See `alerts.links.Links`."""
        return self.words

    def target(self, code: str) -> str:
        """See `alerts.links.Links`."""
        return f"{self.words} {code}"

    def acknowledge(self, person: str, target: str, period: str) -> str:  # noqa: ARG002
        """See `alerts.links.Links`."""
        return self.words

    def unsubscribe(self, person: str) -> str:  # noqa: ARG002
        """See `alerts.links.Links`."""
        return self.words


def show(desk: Desk, view: View) -> None:
    """Two choices, and the digest they mean."""
    people = desk.ask(queries.get_people)
    if not people:
        body = f'<div class="card" data-go="settings:people">{text(view.label("mail_nobody"))}</div>'
        sheet(body, key="mail_nobody", language=view.language)
        return
    last = Week.containing(today(desk.opened.store.clock))
    weeks = [last.shift(-back) for back in range(_WEEKS_BACK)]
    words = {str(week): _week_words(week, view) for week in weeks}
    names = {code: person.name for code, person in people.items()}
    usual = last.shift(-1)
    with st.container(key="filters_preview", horizontal=True, vertical_alignment="center"):
        recipient = choices.pick(
            _RECIPIENT, names, view, label=view.label("mail_preview_recipient"), width=260
        )
        week = choices.pick(_WEEK, words, view, label=words[str(usual)], width=340)
    if recipient is None:
        body = f'<p class="note">{text(view.label("mail_preview_choose"))}</p>'
        sheet(body, key="mail_preview_choose", language=view.language)
        return
    _show_digest(desk, view, people[recipient], Week.parse(week) if week else usual)


def _week_words(week: Week, view: View) -> str:
    return view.label("mail_week", year=week.year, number=week.number, first=week.start, last=week.end)


def _show_digest(desk: Desk, view: View, person: Person, week: Week) -> None:
    found = desk.ask(
        composed,
        policy=desk.policy,
        week=str(week),
        recipient=person.code,
        calendar=load_working_days(desk.settings),
        moment=_next_hour(desk.opened.store.clock.now()),
        words=view.label("mail_link_when_sent"),
    )
    if found is None:
        said = view.label("mail_preview_no_digest", person=person.name)
        sheet(f'<p class="note">{text(said)}</p>', key="mail_no_digest", language=view.language)
        return
    queued = _queued(desk, person.code, found.period)
    if queued is not None:
        when, message = queued
        _told(view.label("mail_preview_queued", time=moment(when)), message.subject, view)
        show_letter(message.html, message.text, message.pictures, view, note=str(week))
        return
    said = "mail_preview_recorded" if found.is_recorded else "mail_preview_now"
    _told(view.label(said), found.subject, view)
    show_letter(found.html, found.text, found.pictures, view, note=str(week))


def _told(sentence: str, subject: str, view: View) -> None:
    body = f'<p><b>{text(subject)}</b></p><p class="m s">{text(sentence)}</p>'
    sheet(body, key="mail_preview_told", language=view.language)


def _next_hour(moment: dt.datetime) -> dt.datetime:
    """A moment everything stored lies before, and the same for many clicks, so that answers are kept."""
    return moment.replace(minute=0, second=0, microsecond=0) + dt.timedelta(hours=1)


def composed(
    store: Store,
    actor: Actor,
    *,
    policy: Policy,
    week: str,
    recipient: str,
    calendar: WorkingDays,
    moment: dt.datetime,
    words: str,
) -> Composed | None:
    """The digest of a person and week, composed and not queued; None where there is none.

    Parameters
    ----------
    policy : Policy
        Lines between the colours, where no digest was recorded.
    week : str
        Such as 2026-W47.
    recipient : str
        Code of the person.
    calendar : WorkingDays
        For the morning it goes out.
    moment : datetime.datetime
        As of when, aware, where no digest was recorded.
    words : str
        What stands in the place of links.
    """
    asked = Week.parse(week)
    recorded = queries.get_digest_records(store, actor, week=week)
    found = digests_of(
        store, actor, policy, week=asked, now=moment, calendar=calendar, recipients=(recipient,)
    )
    for each in found:
        rendered = each.rendered(_NoLinks(words))
        return Composed(
            each.record.period,
            rendered.subject,
            rendered.html,
            rendered.text,
            rendered.pictures,
            is_recorded=recipient in recorded,
        )
    return None


def _queued(desk: Desk, recipient: str, period: str) -> tuple[dt.datetime, NewMessage] | None:
    """When the digest was queued, and as what; None if it was not."""
    page = desk.ask_now(
        queries.outbox_page, kinds=(MessageKind.DIGEST,), recipient=recipient, period=period, limit=10
    )
    by_mail = sorted(page.messages, key=lambda each: each.channel != "email")
    if not by_mail:
        return None
    return by_mail[0].queued_at, desk.ask_now(queries.get_message, by_mail[0].id).message
