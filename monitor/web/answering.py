"""What happens behind a signed link: show what it is about, then record what the person says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import replace

from monitor import commands, queries
from monitor.clock import local_date, today
from monitor.config import load_settings
from monitor.core.access import LOCAL_ADMINISTRATOR, Actor, Role
from monitor.core.acknowledgements import Acknowledgement, NewAcknowledgement
from monitor.core.errors import StoreError, UsageError, UserFacingError
from monitor.core.people import Person
from monitor.links import AnswerLink, SignedLinks
from monitor.setup import Workspace, links_of, open_workspace
from monitor.web.page import Page
from monitor.web.words import TEXTS
from monitor.words.display import Language
from monitor.words.lines import line_of
from monitor.words.view import View
from monitor.words.view import Workspace as ShownWorkspace
from monitor.words.wording import flag_text

Form = Mapping[str, str]

_SERVICE = replace(LOCAL_ADMINISTRATOR, name="link-service")
"""Looks up whom a link names; what the person does is done in the person's own name."""


def answer_page(token: str, form: Form | None) -> Page:
    """The page of an acknowledgement; with a form, the answer is recorded first."""
    try:
        links = links_of(load_settings())
        link = links.read_answer(token)
        with _opened(link.workspace) as workspace:
            return _answered(workspace, replace(links, workspace=link.workspace), link, form, token)
    except UserFacingError as error:
        return _problem(error)


def unsubscribe_page(token: str, form: Form | None) -> Page:
    """The page of unsubscribing; a POST, also that of a mail program's button, does it."""
    try:
        link = links_of(load_settings()).read_unsubscribe(token)
        with _opened(link.workspace) as workspace:
            person = _person(workspace, link.person)
            if person is None:
                return _gone(workspace)
            return _unsubscribed(workspace, person, token=token, does_it=form is not None)
    except UserFacingError as error:
        return _problem(error)


@contextmanager
def _opened(name: str) -> Iterator[Workspace]:
    """The workspace a link names; a lost database is one sentence that gives no address away."""
    try:
        with closing(open_workspace(name)) as workspace:
            yield workspace
    except StoreError as error:
        raise UsageError("The database cannot be reached just now; open the link again later.") from error


def _person(workspace: Workspace, code: str) -> Person | None:
    person = queries.get_people(workspace.store, _SERVICE).get(code)
    return person if person is not None and person.active else None


def _answered(
    workspace: Workspace, links: SignedLinks, link: AnswerLink, form: Form | None, token: str
) -> Page:
    person = _person(workspace, link.person)
    if person is None:
        return _gone(workspace)
    language = Language(person.language)
    texts = TEXTS[language]
    page = Page(
        title=texts["answer_title"],
        message=texts["answer_ask"].format(person=person.name),
        language=language,
        simulated=workspace.settings.simulated,
        facts=_facts(workspace, person, link.target, language),
        target_url=links.target(link.target),
    )
    if form is None:
        page = replace(
            page,
            button=texts["send_answer"],
            token=token,
            asks_measure=True,
            today=today(workspace.store.clock).isoformat(),
        )
    else:
        is_new = commands.acknowledge(workspace.store, _as_owner(person), _entry(link, form))
        page = replace(page, message=texts["answered" if is_new else "answered_before"])
    return replace(page, answers=_earlier(workspace, link, language))


def _entry(link: AnswerLink, form: Form) -> NewAcknowledgement:
    written = form.get("due_on", "").strip()
    try:
        due_on = dt.date.fromisoformat(written) if written else None
    except ValueError as error:
        raise UsageError(f"{written!r} is no day; write it like 2026-11-30.") from error
    return NewAcknowledgement(link.target, link.person, link.period, form.get("measure", ""), due_on)


def _as_owner(person: Person) -> Actor:
    """The person: the signed link stands for the one target it names, whatever their departments are."""
    return Actor(person.code, frozenset({Role.OWNER}), sees_embargoed=person.sees_embargoed)


def _facts(
    workspace: Workspace, person: Person, target: str, language: Language
) -> tuple[tuple[str, str], ...]:
    """The target in a few lines, as the person may see it today."""
    day = today(workspace.store.clock)
    view = View(language, day, ShownWorkspace(workspace.settings.workspace, workspace.settings.simulated))
    detail = queries.target_detail(workspace.store, _as_owner(person), target, as_of=day)
    line = line_of(detail.status, view)
    return (
        (view.label("column_flag"), flag_text(line.flag, language)),
        (view.label("column_indicator"), f"{line.region} {line.name}"),
        (view.label("column_target"), line.statement),
    )


def _earlier(workspace: Workspace, link: AnswerLink, language: Language) -> tuple[str, ...]:
    people = queries.get_people(workspace.store, _SERVICE)
    answers = queries.get_acknowledgements(workspace.store, _SERVICE, targets=[link.target])
    return tuple(_told(answer, people, language) for answer in reversed(answers[-10:]))


def _told(answer: Acknowledgement, people: Mapping[str, Person], language: Language) -> str:
    texts = TEXTS[language]
    name = people[answer.person].name if answer.person in people else answer.person
    parts = [f"{local_date(answer.recorded_at)} {name}: {answer.measure or texts['seen']}"]
    if answer.due_on is not None:
        parts.append(texts["until"].format(day=answer.due_on))
    return ", ".join(parts)


def _unsubscribed(workspace: Workspace, person: Person, *, token: str, does_it: bool) -> Page:
    language = Language(person.language)
    texts = TEXTS[language]
    page = Page(
        title=texts["unsubscribe_title"],
        message=texts["unsubscribe_ask"].format(person=person.name),
        language=language,
        simulated=workspace.settings.simulated,
    )
    if not does_it:
        return replace(page, button=texts["send_unsubscribe"], token=token)
    commands.unsubscribe_person(
        workspace.store, _as_owner(person), person.code, reason="by the link in a message"
    )
    return replace(page, message=texts["unsubscribed"])


def _gone(workspace: Workspace) -> Page:
    texts = TEXTS[Language.ZH]
    message = f"{texts['no_longer']} {TEXTS[Language.EN]['no_longer']}"
    return Page(texts["problem"], message, status=410, simulated=workspace.settings.simulated)


def _problem(error: UserFacingError) -> Page:
    title = f"{TEXTS[Language.ZH]['problem']} / {TEXTS[Language.EN]['problem']}"
    return Page(title, str(error), status=400)
