"""Digests, notices and messages on their way, from their rows and back."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from monitor.core.notices import Notice, NoticeKind
from monitor.core.outbox import (
    AttemptOutcome,
    DeliveryAttempt,
    MessageKind,
    MessageLine,
    MessageState,
    NewAttempt,
    NewMessage,
    OutboxMessage,
    Picture,
)
from monitor.core.people import DigestRecord
from monitor.rows.base import AnyRow


def message_row(message: NewMessage) -> dict[str, Any]:
    """What a message says and to whom, without its pictures and its way through the outbox."""
    plain = {each.name: getattr(message, each.name) for each in fields(NewMessage) if each.name != "pictures"}
    return {
        **plain,
        "kind": message.kind.value,
        "headers": dict(message.headers),
        "targets": list(message.targets),
    }


def message_from(row: AnyRow, pictures: tuple[Picture, ...]) -> OutboxMessage:
    """A message of the outbox."""
    said = {each.name: getattr(row, each.name) for each in fields(NewMessage) if each.name != "pictures"}
    said |= {"kind": MessageKind(row.kind), "targets": tuple(row.targets)}
    way = {each.name: getattr(row, each.name) for each in fields(OutboxMessage) if each.name != "message"}
    return OutboxMessage(
        **{**way, "state": MessageState(row.state)}, message=NewMessage(**said, pictures=pictures)
    )


def message_line_from(row: AnyRow) -> MessageLine:
    """A message of a list."""
    plain = {each.name: getattr(row, each.name) for each in fields(MessageLine)}
    return MessageLine(**{**plain, "kind": MessageKind(row.kind), "state": MessageState(row.state)})


def attempt_row(message: int, worker: str, attempt: NewAttempt) -> dict[str, Any]:
    """An ended attempt about to be stored, but for its number."""
    plain = {**asdict(attempt), "outcome": attempt.outcome.value}
    return {**plain, "message": message, "worker": worker}


def attempt_from(row: AnyRow) -> DeliveryAttempt:
    """A stored attempt."""
    plain = {each.name: getattr(row, each.name) for each in fields(NewAttempt)}
    attempt = NewAttempt(**{**plain, "outcome": AttemptOutcome(row.outcome)})
    return DeliveryAttempt(row.message, row.number, row.worker, attempt)


def digest_row(record: DigestRecord) -> dict[str, Any]:
    """Column values of a digest's record."""
    return {
        "period": record.period,
        "week": record.week,
        "recipient": record.recipient,
        "recorded_until": record.recorded_until,
        "sent_from": record.sent_from,
        "rules": dict(record.rules),
    }


def digest_from(row: AnyRow) -> DigestRecord:
    """The record of a digest."""
    return DigestRecord(
        period=row.period,
        week=row.week,
        recipient=row.recipient,
        recorded_until=row.recorded_until,
        sent_from=row.sent_from,
        rules=row.rules,
    )


def notice_from(row: AnyRow) -> Notice:
    """An urgent matter."""
    return Notice(
        id=row.id,
        subject_kind=row.subject_kind,
        subject=row.subject,
        kind=NoticeKind(row.kind),
        since=row.since,
        told_on=row.told_on,
        ended_on=row.ended_on,
        end_told_on=row.end_told_on,
    )
