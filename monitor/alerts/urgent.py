"""Urgent notices: deciding writes rows, telling queues messages and writes down that it did."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from monitor import commands, queries
from monitor.alerts.blocks import Teller, workspace_view
from monitor.alerts.composing import footer_of, teller_of
from monitor.alerts.content import Digest, Item, LateEntry, Piece
from monitor.alerts.deciding import (
    FRESH_DAYS,
    SERIES,
    Telling,
    begun_matters,
    concerned,
    ended_matters,
    telling_of,
)
from monitor.alerts.digests import QueueSummary, channels_of, messages_for
from monitor.alerts.known import Known, Span, look
from monitor.alerts.links import Links
from monitor.alerts.rendering import Layout, lay_out
from monitor.clock import local_date
from monitor.core.access import Actor
from monitor.core.notices import Notice, NoticeKind
from monitor.core.outbox import MessageKind, NewMessage
from monitor.core.overviews import TargetStatus
from monitor.core.people import Person, Rhythm
from monitor.core.policy import Policy
from monitor.words import wording
from monitor.words.cells import plain_text
from monitor.words.display import Language
from monitor.words.lines import flag_of

_LONGEST_KEY = 60


def queue_urgent(
    store: queries.Store, actor: Actor, policy: Policy, *, now: dt.datetime, links: Links
) -> QueueSummary:
    """Find what became urgent or is over, keep it, and queue what people are to be told of it today.

    A target is told red once until it recovered, a series silent once until it is reported again; of one
    subject no more than one thing is told a day. Everything one person is told now is one message.

    Parameters
    ----------
    now : datetime.datetime
        Moment of queueing, aware; the day it lies on in Shanghai is the day that is looked at.
    links : Links
        Addresses in the messages.
    """
    day = local_date(now)
    span = Span(day - dt.timedelta(days=FRESH_DAYS), day, Rhythm.WEEKLY, day.isoformat())
    known = look(store, actor, span, recorded_until=now)
    rows = known.overview.rows
    _decide(store, actor, known, day=day)
    telling = telling_of(queries.get_notices(store, actor), rows, day=day)
    if telling.is_empty:
        return QueueSummary(span.period, 0, 0, 0)
    rules = {"green_at": policy.thresholds.green_at, "yellow_at": policy.thresholds.yellow_at}
    entitled = look(store, actor, span, recorded_until=now, sees_embargoed=True)
    maker = _Maker({False: known, True: entitled}, telling, rules, day)
    people = [each for each in queries.get_people(store, actor).values() if each.active and each.urgent]
    told = [(person, layout) for person in people if (layout := maker.layout(person)) is not None]
    messages = [
        message for person, layout in told for message in _messages(person, layout, telling, rows, links)
    ]
    queued = commands.enqueue_messages(store, actor, messages)
    _mark(store, actor, telling, rows, told=[person for person, _ in told if channels_of(person)], day=day)
    unreachable = tuple(person.code for person, _ in told if not channels_of(person))
    return QueueSummary(span.period, len(told) - len(unreachable), len(messages), queued, unreachable)


def _decide(store: queries.Store, actor: Actor, known: Known, *, day: dt.date) -> None:
    """Keep what began and what is over."""
    rows, notices = known.overview.rows, queries.get_notices(store, actor)
    for notice, ended_on in ended_matters(rows, notices, day=day):
        commands.end_notice(store, actor, notice, ended_on=ended_on)
    begun = begun_matters(rows, known.overview.changes, queries.get_notices(store, actor))
    if begun:
        commands.open_notices(store, actor, begun)


def _mark(
    store: queries.Store,
    actor: Actor,
    telling: Telling,
    rows: Sequence[TargetStatus],
    *,
    told: Sequence[Person],
    day: dt.date,
) -> None:
    """Write down what somebody was told; what nobody answers for yet is not told."""
    departments = {code for person in told for code in person.departments}

    def reached(notices: Iterable[Notice]) -> list[int]:
        return [each.id for each in notices if _departments(each, rows) & departments]

    commands.mark_told(store, actor, begun=reached(telling.begun), ended=reached(telling.over), day=day)


def _departments(notice: Notice, rows: Sequence[TargetStatus]) -> set[str]:
    return {code for row in concerned(notice, rows) for code in row.terms.departments}


def _messages(
    person: Person, layout: Layout, telling: Telling, rows: Sequence[TargetStatus], links: Links
) -> Iterator[NewMessage]:
    """The key names the matters and no day, so that a repeated attempt is the same message, also tomorrow."""
    mine = set(person.departments)
    numbers = [f"+{each.id}" for each in telling.begun if _departments(each, rows) & mine]
    numbers += [f"-{each.id}" for each in telling.over if _departments(each, rows) & mine]
    digest = layout.digest
    yield from messages_for(
        person,
        layout.for_person(person, links),
        key=f"urgent/{_short('.'.join(numbers))}/{person.code}",
        kind=MessageKind.URGENT,
        period=digest.period,
        targets=digest.targets,
    )


def _short(numbers: str) -> str:
    """The numbers themselves, of many a digest: a key is looked at by people."""
    return numbers if len(numbers) <= _LONGEST_KEY else hashlib.sha256(numbers.encode()).hexdigest()[:16]


@dataclass
class _Maker:
    """Composes notices; people with the same departments and language share one."""

    known: dict[bool, Known]
    telling: Telling
    rules: dict[str, float]
    day: dt.date
    _layouts: dict[tuple[object, ...], Layout | None] = field(default_factory=dict)

    def layout(self, person: Person) -> Layout | None:
        """What the person is told; None if nothing is his concern."""
        key = (frozenset(person.departments), person.language, person.sees_embargoed)
        if key not in self._layouts:
            self._layouts[key] = self._composed(person)
        return self._layouts[key]

    def _composed(self, person: Person) -> Layout | None:
        known = self.known[person.sees_embargoed]
        rows = [
            row for row in known.overview.rows if set(row.terms.departments).intersection(person.departments)
        ]
        begun = [each for each in self.telling.begun if concerned(each, rows)]
        over = [each for each in self.telling.over if concerned(each, rows)]
        if not (begun or over):
            return None
        view = workspace_view(known, Language(person.language))
        about = {row.target: row for each in (*begun, *over) for row in concerned(each, rows)}
        teller = teller_of(known, list(about.values()), view, read_on=self.day)
        several = len({row.region.code for row in rows}) > 1
        teller = replace(teller, names_region=several)
        return lay_out(_Notice(teller, rows, begun, over, self.rules).digest())


@dataclass(frozen=True)
class _Notice:
    """Puts one urgent notice together."""

    teller: Teller
    rows: Sequence[TargetStatus]
    begun: Sequence[Notice]
    over: Sequence[Notice]
    rules: dict[str, float]

    def digest(self) -> Digest:
        """The whole of it, in the form of a digest."""
        teller, told = self.teller, self._told()
        kind = teller.word("urgent")
        tag = teller.word("tag_simulated" if teller.known.overview.simulated else "tag", kind=kind)
        red = [row for row in self.rows if any(row in self._about(each) for each in self._reds())]
        day = teller.read_on
        return Digest(
            language=teller.language,
            period=teller.known.span.period,
            subject=teller.word(
                "urgent_subject", tag=tag, about=self._first(), told=told, day=f"{day:%m-%d}"
            ),
            title=teller.word("title", kind=kind, about=told),
            dated=day.isoformat(),
            simulated=teller.word("simulated") if teller.known.overview.simulated else "",
            summary=(Piece(f"{self._first()}{teller.word('colon')}{told}{teller.word('summary_end')}"),),
            skipped="",
            changed=None,
            late_title=teller.word("late"),
            late=tuple(self._silent()),
            late_note="",
            blocks_title=teller.word("worst_first"),
            blocks=tuple(teller.block(row) for row in red),
            further_title="",
            further=(),
            rest_title="",
            rest=(),
            said_title=teller.word("over_title"),
            said=tuple(self._ended()),
            footer=tuple(footer_of(teller, self.rules)),
        )

    def _reds(self) -> list[Notice]:
        return [each for each in self.begun if each.kind is NoticeKind.RED]

    def _about(self, notice: Notice) -> tuple[TargetStatus, ...]:
        return concerned(notice, self.rows)

    def _told(self) -> str:
        """1 项转为预警、1 项解除."""
        counts = {
            "urgent_red": len(self._reds()),
            "urgent_silent": len(self.begun) - len(self._reds()),
            "urgent_over": len(self.over),
        }
        told = [self.teller.word(name, count=count) for name, count in counts.items() if count]
        return self.teller.word("list_join").join(told)

    def _first(self) -> str:
        """The name of the first target; that there are more, the counts tell."""
        notice = [*self.begun, *self.over][0]
        return self.teller.name(self._about(notice)[0])[:40]

    def _silent(self) -> Iterator[LateEntry]:
        for notice in self.begun:
            if notice.subject_kind == SERIES:
                row = self._about(notice)[0]
                reason = row.assessment.reason if row.assessment else None
                said = self.teller.said(row, reason) if reason else ""
                owners = self.teller.owners(row)
                yield LateEntry(
                    self.teller.name(row), said, self.teller.word("owners", names=owners) if owners else ""
                )

    def _ended(self) -> Iterator[Item]:
        teller = self.teller
        for notice in self.over:
            row = self._about(notice)[0]
            said = teller.word(
                f"over_{notice.kind.value}",
                since=notice.since.isoformat(),
                ended=str(notice.ended_on),
                flag=wording.flag_text(flag_of(row), teller.language),
                days=wording.counted(notice.days, "day", teller.language),
            )
            yield Item(row.target, teller.name(row), plain_text(said))
