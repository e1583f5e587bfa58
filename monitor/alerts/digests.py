"""The digests of a week, one for each recipient; and the same again, as they were."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from monitor import commands, queries
from monitor.alerts.composing import Reader, compose
from monitor.alerts.known import Known, Span, look
from monitor.alerts.links import Links
from monitor.alerts.rendering import Layout, Rendered, lay_out
from monitor.clock import ZONE, end_of_day, local_date
from monitor.config import WorkingDays
from monitor.config.mail import EMAIL
from monitor.core.access import Actor
from monitor.core.errors import NotFoundError, UsageError
from monitor.core.outbox import MessageKind, NewMessage
from monitor.core.people import DigestRecord, Person, Rhythm
from monitor.core.policy import Policy
from monitor.core.weeks import Week
from monitor.words.display import Language

MORNING = dt.time(8, 30)
"""A digest is sent from then on, Asia/Shanghai."""
_BATCH = 100


@dataclass(frozen=True)
class QueueSummary:
    """What became of an attempt to queue.

    Parameters
    ----------
    period : str
        Week or day.
    recipients : int
        People a message was composed for.
    messages : int
        Messages composed, one for each person and channel.
    queued : int
        Those that were not queued before.
    unreachable : tuple of str
        Codes of people who should be told and have neither an address nor a channel.
    """

    period: str
    recipients: int
    messages: int
    queued: int
    unreachable: tuple[str, ...] = ()


@dataclass(frozen=True)
class AddressedDigest:
    """A digest for one person, with what it was composed from."""

    person: Person
    record: DigestRecord
    layout: Layout

    def rendered(self, links: Links) -> Rendered:
        """Subject, HTML, text, pictures and headers."""
        return self.layout.for_person(self.person, links)


def queue_digests(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    week: Week,
    now: dt.datetime,
    links: Links,
    calendar: WorkingDays,
    recipients: Collection[str] | None = None,
) -> QueueSummary:
    """Compose the digests of a week that is over, and queue those that are not queued yet.

    What each is composed from is recorded before it is composed and queued: asking again, also after
    an interruption, composes the very same message under the same key.

    Parameters
    ----------
    week : Week
        Everything is as known at the end of its Sunday.
    now : datetime.datetime
        Moment of queueing, aware; by then the week must be over.
    links : Links
        Addresses in the messages.
    calendar : WorkingDays
        The first working day after the week is the one it goes out on.
    recipients : collection of str, optional
        Only these people.

    Raises
    ------
    UsageError
        If the week is not over, or the month of a person told monthly: its digest is queued once.
    NotFoundError
        If a recipient is unknown.
    """
    if now <= end_of_day(week.end):
        raise UsageError(
            f"Week {week} ends on {week.end}; queue its digests after that day, or look with --dry-run."
        )
    planned = _planned(store, actor, policy, week=week, now=now, calendar=calendar, recipients=recipients)
    reachable = [each for each in planned if channels_of(each.person)]
    unreachable = tuple(each.person.code for each in planned if not channels_of(each.person))
    fresh = [each for each in reachable if each.is_fresh]
    _check_whole(fresh, week)
    commands.record_digests(store, actor, [each.record for each in fresh])
    told = [each.person.code for each in reachable]
    found = list(digests_of(store, actor, policy, week=week, now=now, calendar=calendar, recipients=told))
    count = queued = 0
    for start in range(0, len(found), _BATCH):
        batch = found[start : start + _BATCH]
        messages = [message for each in batch for message in messages_of(each, links)]
        count += len(messages)
        queued += commands.enqueue_messages(store, actor, messages)
    return QueueSummary(str(week), len(found), count, queued, unreachable)


def _check_whole(fresh: Iterable[_Planned], week: Week) -> None:
    """That no month is told before it is over: its message could never be queued again."""
    for each in fresh:
        if not Span.of(week, _rhythm(each.person)).is_whole:
            raise UsageError(
                f"{each.person.code} is told monthly, and weeks of {each.record.period} come after {week}; "
                "queue the digest after the month's last week, or look with --dry-run."
            )


def channels_of(person: Person) -> tuple[str, ...]:
    """The ways a message takes to a person."""
    return (*((EMAIL,) if person.email else ()), *person.channels)


def messages_of(each: AddressedDigest, links: Links) -> Iterator[NewMessage]:
    """One message for each way to the person, as it is queued."""
    rendered = each.rendered(links)
    digest = each.layout.digest
    key = f"digest/{digest.period}/{each.person.code}"
    yield from messages_for(
        each.person,
        rendered,
        key=key,
        kind=MessageKind.DIGEST,
        period=digest.period,
        targets=digest.targets,
        not_before=each.record.sent_from,
    )


def messages_for(
    person: Person,
    rendered: Rendered,
    *,
    key: str,
    kind: MessageKind,
    period: str,
    targets: tuple[str, ...],
    not_before: dt.datetime | None = None,
) -> Iterator[NewMessage]:
    """One message for each way to the person; channels other than mail carry the short text."""
    for channel in channels_of(person):
        is_mail = channel == EMAIL
        yield NewMessage(
            key=f"{key}/{channel}",
            kind=kind,
            period=period,
            recipient=person.code,
            channel=channel,
            address=person.email if is_mail else "",
            language=person.language,
            subject=rendered.subject,
            html=rendered.html if is_mail else "",
            text=rendered.text if is_mail else rendered.short,
            pictures=rendered.pictures if is_mail else (),
            headers=rendered.headers if is_mail else {},
            targets=targets,
            not_before=not_before,
        )


def digests_of(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    week: Week,
    now: dt.datetime,
    calendar: WorkingDays,
    recipients: Collection[str] | None = None,
) -> Iterator[AddressedDigest]:
    """The digests of a week: those recorded as they were, the others as of now. Writes nothing.

    People who are named get theirs also if they left since, or chose another rhythm: a recorded
    digest takes the version of the person that was in force when it was queued.

    Raises
    ------
    NotFoundError
        If a recipient is unknown.
    """
    maker = _Maker(store, actor)
    for each in _planned(store, actor, policy, week=week, now=now, calendar=calendar, recipients=recipients):
        yield maker.made(each.person, each.record, week)


@dataclass(frozen=True)
class _Planned:
    """Whom to tell, from what; fresh if that is not recorded yet."""

    person: Person
    record: DigestRecord
    is_fresh: bool


def _planned(
    store: queries.Store,
    actor: Actor,
    policy: Policy,
    *,
    week: Week,
    now: dt.datetime,
    calendar: WorkingDays,
    recipients: Collection[str] | None,
) -> list[_Planned]:
    records = queries.get_digest_records(store, actor, week=str(week))
    people = queries.get_people(store, actor)
    for code in recipients or ():
        if code not in people:
            raise NotFoundError("person", code, "`zhibiao people list` shows them.", known=people)
    rules = {"green_at": policy.thresholds.green_at, "yellow_at": policy.thresholds.yellow_at}
    then = _PeopleThen(store, actor)
    planned = []
    sent_from = digest_morning(week, calendar)
    for code, person in people.items():
        is_named = recipients is not None and code in recipients
        if (recipients is not None and not is_named) or not (is_named or _is_told(person)):
            continue
        record = records.get(code)
        if record is not None:
            planned.append(_Planned(then.person(record), record, is_fresh=False))
            continue
        span = Span.of(week, _rhythm(person))
        if span.is_whole or is_named:
            fresh = DigestRecord(span.period, str(week), code, now, sent_from, rules)
            planned.append(_Planned(person, fresh, is_fresh=True))
    return planned


def digest_morning(week: Week, calendar: WorkingDays) -> dt.datetime:
    """The moment from which the digest of a week may be sent: the morning of the working day after it.

    Examples
    --------
    >>> digest_morning(Week(2026, 40), WorkingDays()).isoformat()
    '2026-10-08T08:30:00+08:00'
    """
    day = calendar.first_from(week.end + dt.timedelta(days=1))
    return dt.datetime.combine(day, MORNING, tzinfo=ZONE)


def _is_told(person: Person) -> bool:
    return person.active and person.rhythm is not Rhythm.NEVER


def _rhythm(person: Person) -> Rhythm:
    """A person who gets none is shown the weekly one."""
    return Rhythm.MONTHLY if person.rhythm is Rhythm.MONTHLY else Rhythm.WEEKLY


_Shared = tuple[Span, dt.datetime, bool]


@dataclass
class _PeopleThen:
    """People as they were when their digests were recorded."""

    store: queries.Store
    actor: Actor
    _people: dict[dt.datetime, dict[str, Person]] = field(default_factory=dict)

    def person(self, record: DigestRecord) -> Person:
        """The version of the person that was in force."""
        moment = record.recorded_until
        if moment not in self._people:
            self._people[moment] = queries.get_people(self.store, self.actor, recorded_until=moment)
        return self._people[moment][record.recipient]


@dataclass
class _Maker:
    """Composes digests; what several people share is asked for, composed and laid out once."""

    store: queries.Store
    actor: Actor
    _known: dict[_Shared, Known] = field(default_factory=dict)
    _told: dict[tuple[Week, dt.datetime], tuple[Week, frozenset[str]] | None] = field(default_factory=dict)
    _layouts: dict[tuple[object, ...], Layout] = field(default_factory=dict)

    def made(self, person: Person, record: DigestRecord, week: Week) -> AddressedDigest:
        """The digest of one person."""
        shared = (Span.of(week, _rhythm(person)), record.recorded_until, person.sees_embargoed)
        reader = Reader(frozenset(person.departments), Language(person.language))
        skipped = self._skipped(record, week)
        key = (shared, reader, tuple(record.rules.items()), skipped)
        if key not in self._layouts:
            digest = compose(
                self._look(shared),
                reader,
                rules=record.rules,
                read_on=local_date(record.sent_from),
                skipped=skipped,
            )
            self._layouts[key] = lay_out(digest)
        return AddressedDigest(person, record, self._layouts[key])

    def _skipped(self, record: DigestRecord, week: Week) -> tuple[Week, ...]:
        """Weeks right before that nobody was told of, for one who was told of the week before them."""
        if record.period != str(week):
            return ()
        asked = (week, record.recorded_until)
        if asked not in self._told:
            self._told[asked] = queries.weekly_readers_before(
                self.store, self.actor, week=week, recorded_until=record.recorded_until
            )
        told = self._told[asked]
        if told is None or record.recipient not in told[1]:
            return ()
        return told[0].until(week)

    def _look(self, shared: _Shared) -> Known:
        if shared not in self._known:
            span, recorded_until, sees_embargoed = shared
            self._known[shared] = look(
                self.store, self.actor, span, recorded_until=recorded_until, sees_embargoed=sees_embargoed
            )
        return self._known[shared]
