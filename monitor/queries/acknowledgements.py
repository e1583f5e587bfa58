"""Questions about what people answered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Mapping, Sequence

import sqlalchemy as sa

from monitor.clock import ZONE, end_of_day, local_date
from monitor.config import WorkingDays
from monitor.core.access import Actor
from monitor.core.acknowledgements import Acknowledgement, AwaitedAnswer, Rising, Told, rising
from monitor.core.flags import Flag
from monitor.core.outbox import MessageKind, MessageState, SentAbout
from monitor.core.people import Person, line_above
from monitor.queries.outbox import messages_about
from monitor.queries.people import get_people
from monitor.queries.results import flag_changes_between
from monitor.queries.scoping import among, check_reader, is_unlimited, targets_in_scope
from monitor.store import Store
from monitor.tables import AcknowledgementRow

LOOK_BACK_DAYS = 400
"""A red that turned longer ago, or was told longer ago, awaits no answer."""


def get_acknowledgements(
    store: Store,
    actor: Actor,
    *,
    targets: Collection[str] | None = None,
    recorded_from: dt.datetime | None = None,
    recorded_until: dt.datetime | None = None,
    latest: int | None = None,
) -> list[Acknowledgement]:
    """Answers in order of recording.

    Parameters
    ----------
    targets : collection of str, optional
        Only about these.
    recorded_from, recorded_until : datetime.datetime, optional
        Only those recorded in between, ends included.
    latest : int, optional
        Only so many of them, those recorded last.
    """
    check_reader(actor)
    table = AcknowledgementRow
    statement = sa.select(*table.__table__.c).order_by(table.id.desc())
    if recorded_from is not None:
        statement = statement.where(table.recorded_at >= recorded_from)
    if recorded_until is not None:
        statement = statement.where(table.recorded_at <= recorded_until)
    if targets is None and is_unlimited(actor):  # else rows are still sorted out below
        statement = statement.limit(latest)
    with store.read() as session:
        visible = targets_in_scope(session, actor)
        rows = session.execute(among(statement, table.target, targets)).all()
    found = [
        Acknowledgement(
            target=row.target,
            person=row.person,
            period=row.period,
            measure=row.measure,
            due_on=row.due_on,
            id=row.id,
            recorded_at=row.recorded_at,
            actor=row.actor,
        )
        for row in rows
        if (targets is None or row.target in targets) and (visible is None or row.target in visible)
    ]
    return found[:latest][::-1]


def awaited_answers(
    store: Store,
    actor: Actor,
    *,
    reds: Mapping[str, Collection[str]],
    as_of: dt.date,
    days_to_answer: int,
    calendar: WorkingDays,
) -> tuple[AwaitedAnswer, ...]:
    """Who was told of each red, what was answered, what is late and has risen to whom.

    Those with something overdue come first, then those without an answer.

    Parameters
    ----------
    reds : mapping of str to collection of str
        Departments that answer for each target that is red on the day.
    as_of : datetime.date
        The day; lateness is counted up to it.
    days_to_answer : int
        Working days in which an answer is awaited, at every step.
    calendar : WorkingDays
        Days in which people can answer.

    Raises
    ------
    PermissionDeniedError
        If the actor is no administrator: messages tell what each recipient may see.
    """
    back = as_of - dt.timedelta(days=LOOK_BACK_DAYS)
    sent = messages_about(store, actor, since=end_of_day(back))
    changes = flag_changes_between(store, actor, after=back, until=as_of, targets=list(reds))
    turned = {change.target: change.as_of for change in changes if change.new_flag is Flag.RED}
    since = {code: dt.datetime.combine(turned.get(code, back), dt.time.min, tzinfo=ZONE) for code in reds}
    people = get_people(store, actor)
    told = list(_told(sent, reds, people, since))
    answers = get_acknowledgements(store, actor, targets=list(reds), recorded_until=end_of_day(as_of))
    found = rising(told, answers, today=as_of, days_to_answer=days_to_answer, is_worked=calendar.is_worked)
    shown = {code: since[code] if code in turned else None for code in reds}
    awaited = [_awaited(code, shown[code], people, told=told, answers=answers, found=found) for code in reds]
    return tuple(sorted(awaited, key=lambda each: (not each.late, each.last is not None, each.target)))


def _told(
    sent: Sequence[SentAbout],
    reds: Mapping[str, Collection[str]],
    people: Mapping[str, Person],
    since: Mapping[str, dt.datetime],
) -> Iterator[Told]:
    """The first message about each red that reached each person who answers for it, since it turned red."""
    first: dict[tuple[str, str], dt.date] = {}
    for message in sent:
        if message.kind is MessageKind.REMINDER or message.state is not MessageState.DELIVERED:
            continue
        for target in message.targets:
            if target in reds and message.at >= since[target]:
                first.setdefault((target, message.recipient), local_date(message.at))
    for (target, code), day in first.items():
        person = people.get(code)
        if person is not None and person.active and set(reds[target]).intersection(person.departments):
            yield Told(target, code, since[target], day)


def _awaited(
    code: str,
    since: dt.datetime | None,
    people: Mapping[str, Person],
    *,
    told: Sequence[Told],
    answers: Sequence[Acknowledgement],
    found: Sequence[Rising],
) -> AwaitedAnswer:
    given = [each for each in answers if each.target == code and (since is None or each.recorded_at >= since)]
    late = sorted((each for each in found if each.told.target == code), key=lambda each: each.since)
    line: dict[str, None] = {}
    for each in late:
        above = [person.code for person in line_above(people[each.told.person], people) if person.active]
        line |= dict.fromkeys(above[: each.steps] or [each.told.person])
    return AwaitedAnswer(
        target=code,
        red_since=since,
        told=tuple(each for each in told if each.target == code),
        last=given[-1] if given else None,
        late=tuple(late),
        rises_to=tuple(line),
    )
