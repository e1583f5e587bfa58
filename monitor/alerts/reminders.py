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
from monitor.clock import end_of_day, local_date
from monitor.core.access import Actor
from monitor.core.acknowledgements import Rising, Told, rising
from monitor.core.flags import Flag
from monitor.core.outbox import MessageKind, NewMessage
from monitor.core.people import Person, Rhythm
from monitor.core.policy import Policy
from monitor.core.records import TargetStatus
from monitor.words.cells import plain_text
from monitor.words.display import Language
from monitor.words.lines import flag_of

LOOK_BACK_DAYS = 400
"""A red that turned longer ago, or was told longer ago, is no news to anybody."""

FRESH_DAYS = 7
"""A step that was reached longer ago is not told any more: the next one will be."""


def queue_reminders(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    now: dt.datetime,
    links: Links,
    days_to_answer: int,
) -> QueueSummary:
    """Queue what rises today: one message a day and receiver, about everything that reached them.

    Parameters
    ----------
    now : datetime.datetime
        Moment of queueing, aware.
    links : Links
        Addresses in the messages.
    days_to_answer : int
        Days in which an answer is awaited, at every step.
    """
    day = local_date(now)
    span = Span(day - dt.timedelta(days=FRESH_DAYS), day, Rhythm.WEEKLY, day.isoformat())
    known = look(store, actor, span, recorded_until=now, sees_embargoed=False)
    reds = {row.target: row for row in known.overview.rows if flag_of(row) is Flag.RED}
    people = {code: person for code, person in known.people.items() if person.active}
    told = _told(store, actor, reds, people, day=day)
    found = rising(told, known.answers, today=day, days_to_answer=days_to_answer)
    rules = {"green_at": policy.thresholds.green_at, "yellow_at": policy.thresholds.yellow_at}
    messages: list[NewMessage] = []
    for (code, reached_on), matters in _by_receiver(found, people, day=day).items():
        receiver = people[code]
        layout = lay_out(_digest(known, receiver, matters, reds, rules))
        messages += messages_for(
            receiver,
            layout.for_person(receiver, links),
            key=f"reminder/{reached_on}/{code}",
            kind=MessageKind.REMINDER,
            period=day.isoformat(),
            targets=layout.digest.targets,
        )
    queued = commands.enqueue_messages(store, actor, messages)
    return QueueSummary(day.isoformat(), len({each.recipient for each in messages}), len(messages), queued)


def _told(
    store: queries.Store,
    actor: Actor,
    reds: Mapping[str, TargetStatus],
    people: Mapping[str, Person],
    *,
    day: dt.date,
) -> Iterator[Told]:
    """The first message about each red to each person who answers for it, since it turned red."""
    back = day - dt.timedelta(days=LOOK_BACK_DAYS)
    changes = queries.flag_changes_between(store, actor, after=back, until=day, targets=list(reds))
    turned = {change.target: change.as_of for change in changes if change.new_flag is Flag.RED}
    first: dict[tuple[str, str], dt.date] = {}
    for message in queries.messages_about(store, actor, since=end_of_day(back)):
        sent_on = local_date(message.queued_at)
        for target in message.targets:
            if target in reds and sent_on >= turned.get(target, back):
                first.setdefault((target, message.recipient), sent_on)
    for (target, code), sent_on in first.items():
        person = people.get(code)
        if person is not None and set(person.departments).intersection(reds[target].terms.departments):
            yield Told(target, code, sent_on)


def _by_receiver(
    found: Sequence[Rising], people: Mapping[str, Person], *, day: dt.date
) -> dict[tuple[str, dt.date], list[Rising]]:
    """Who is told of what, by the day it reached them; the last person of a line is told once."""
    grouped: dict[tuple[str, dt.date], list[Rising]] = defaultdict(list)
    for each in found:
        line = _line_above(people[each.told.person], people)
        if each.step < len(line) and each.reached_on > day - dt.timedelta(days=FRESH_DAYS):
            grouped[line[each.step].code, each.reached_on].append(each)
    return grouped


def _line_above(person: Person, people: Mapping[str, Person]) -> list[Person]:
    """Whom it rises to, in order; the person themself where nobody stands above."""
    line: list[Person] = []
    above = people.get(person.escalates_to or "")
    while above is not None and above not in line and above is not person:
        if channels_of(above):
            line.append(above)
        above = people.get(above.escalates_to or "")
    return line or ([person] if channels_of(person) else [])


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
