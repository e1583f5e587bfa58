"""Reminders: a red that nobody answered, or a promise that has passed, rises to the next person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from monitor import commands, queries
from monitor.alerts.blocks import Teller, workspace_view
from monitor.alerts.composing import footer_of, teller_of
from monitor.alerts.content import Digest, Item, Piece
from monitor.alerts.digests import QueueSummary, channels_of, messages_for
from monitor.alerts.known import Known, Span, look
from monitor.alerts.links import Links
from monitor.alerts.rendering import lay_out
from monitor.clock import ZONE, end_of_day, local_date
from monitor.config import WorkingDays
from monitor.core.access import Actor
from monitor.core.acknowledgements import Rising, Told, rising
from monitor.core.flags import Flag
from monitor.core.outbox import MessageKind, MessageState, NewMessage, SentAbout
from monitor.core.overviews import TargetStatus
from monitor.core.people import Person, Rhythm
from monitor.core.policy import Policy
from monitor.words.cells import plain_text
from monitor.words.display import Language
from monitor.words.lines import flag_of

LOOK_BACK_DAYS = 400
"""A red that turned longer ago, or was told longer ago, is no news to anybody."""


def queue_reminders(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    now: dt.datetime,
    links: Links,
    calendar: WorkingDays,
    days_to_answer: int,
) -> QueueSummary:
    """Queue what rises: one message a day and receiver, about everything they were not yet told of.

    Parameters
    ----------
    now : datetime.datetime
        Moment of queueing, aware.
    links : Links
        Addresses in the messages.
    calendar : WorkingDays
        Days in which people can answer.
    days_to_answer : int
        Working days in which an answer is awaited, at every step.
    """
    day = local_date(now)
    back = day - dt.timedelta(days=LOOK_BACK_DAYS)
    span = Span(day - dt.timedelta(days=1), day, Rhythm.WEEKLY, day.isoformat())
    known = look(store, actor, span, recorded_until=now, sees_embargoed=False)
    reds = {row.target: row for row in known.overview.rows if flag_of(row) is Flag.RED}
    sent = queries.messages_about(store, actor, since=end_of_day(back))
    changes = queries.flag_changes_between(store, actor, after=back, until=day, targets=list(reds))
    turned = {change.target: change.as_of for change in changes if change.new_flag is Flag.RED}
    told = _told(sent, reds, known.people, {target: turned.get(target, back) for target in reds})
    found = rising(
        told, known.answers, today=day, days_to_answer=days_to_answer, is_worked=calendar.is_worked
    )
    rules = {"green_at": policy.thresholds.green_at, "yellow_at": policy.thresholds.yellow_at}
    messages: list[NewMessage] = []
    for code, matters in _by_receiver(found, known.people, sent).items():
        layout = lay_out(_digest(known, known.people[code], matters, reds, rules))
        messages += messages_for(
            known.people[code],
            layout.for_person(known.people[code], links),
            key=f"reminder/{day}/{code}",
            kind=MessageKind.REMINDER,
            period=day.isoformat(),
            targets=layout.digest.targets,
        )
    queued = commands.enqueue_messages(store, actor, messages)
    return QueueSummary(day.isoformat(), len({each.recipient for each in messages}), len(messages), queued)


def _told(
    sent: Sequence[SentAbout],
    reds: Mapping[str, TargetStatus],
    people: Mapping[str, Person],
    turned: Mapping[str, dt.date],
) -> Iterator[Told]:
    """The first message about each red that reached each person who answers for it, since it turned red."""
    first: dict[tuple[str, str], dt.date] = {}
    for message in sent:
        if message.kind is MessageKind.REMINDER or message.state is not MessageState.DELIVERED:
            continue
        for target in message.targets:
            if target in reds and local_date(message.at) >= turned[target]:
                first.setdefault((target, message.recipient), local_date(message.at))
    for (target, code), day in first.items():
        person = people.get(code)
        departments = set(reds[target].terms.departments)
        if person is not None and person.active and departments.intersection(person.departments):
            began = dt.datetime.combine(turned[target], dt.time.min, tzinfo=ZONE)
            yield Told(target, code, began, day)


def _by_receiver(
    found: Sequence[Rising], people: Mapping[str, Person], sent: Sequence[SentAbout]
) -> dict[str, list[Rising]]:
    """Who is to be told of what; nobody hears twice of one lateness."""
    reminded = [
        (message.recipient, target, local_date(message.at))
        for message in sent
        if message.kind is MessageKind.REMINDER
        for target in message.targets
    ]
    grouped: dict[str, dict[str, Rising]] = defaultdict(dict)
    for each in found:
        heard = {code for code, target, day in reminded if target == each.told.target and day >= each.since}
        for receiver in _line_above(people[each.told.person], people)[: each.steps]:
            if receiver.code not in heard:
                grouped[receiver.code].setdefault(each.told.target, each)
    return {code: list(matters.values()) for code, matters in grouped.items()}


def _line_above(person: Person, people: Mapping[str, Person]) -> list[Person]:
    """Whom it rises to, in order; the person themself where nobody above can be told."""
    line: list[Person] = []
    seen = {person.code}
    above = people.get(person.escalates_to or "")
    while above is not None and above.code not in seen:
        seen.add(above.code)
        line.append(above)
        above = people.get(above.escalates_to or "")
    return [each for each in line if _can_be_told(each)] or [each for each in [person] if _can_be_told(each)]


def _can_be_told(person: Person) -> bool:
    """Whether messages reach the person, and are wanted at all."""
    is_subscribed = person.urgent or person.rhythm is not Rhythm.NEVER
    return person.active and is_subscribed and bool(channels_of(person))


def _digest(
    known: Known,
    receiver: Person,
    matters: Sequence[Rising],
    reds: Mapping[str, TargetStatus],
    rules: Mapping[str, float],
) -> Digest:
    """The message, in the form of a digest."""
    rows = list({each.told.target: reds[each.told.target] for each in matters}.values())
    view = workspace_view(known, Language(receiver.language))
    teller = replace(teller_of(known, rows, view, read_on=known.span.end), names_region=True)
    kind = teller.word("reminder")
    tag = teller.word("tag_simulated" if known.overview.simulated else "tag", kind=kind)
    told = teller.word("reminder_count", count=len(rows))
    return Digest(
        language=teller.language,
        period=known.span.period,
        subject=f"{tag}{told}",
        title=teller.word("title", kind=kind, about=told),
        dated=known.span.period,
        simulated=teller.word("simulated") if known.overview.simulated else "",
        summary=(Piece(f"{told}{teller.word('summary_end')}"),),
        skipped="",
        changed=None,
        late_title="",
        late=(),
        late_note="",
        blocks_title=teller.word("worst_first"),
        blocks=tuple(teller.block(row) for row in rows),
        further_title="",
        further=(),
        rest_title="",
        rest=(),
        said_title=teller.word("reminder_title"),
        said=tuple(_item(teller, each, reds, known.people) for each in matters),
        footer=tuple(footer_of(teller, rules)),
    )


def _item(
    teller: Teller, each: Rising, reds: Mapping[str, TargetStatus], people: Mapping[str, Person]
) -> Item:
    row = reds[each.told.target]
    facts = {"person": plain_text(people[each.told.person].name), "told": each.told.on.isoformat()}
    if each.last is not None and each.last.due_on is not None:
        measure = plain_text(each.last.measure) or teller.word("seen")
        facts |= {"measure": measure, "due": each.last.due_on.isoformat()}
    return Item(row.target, teller.name(row), teller.word(f"reminder_{each.reason.value}", **facts))
