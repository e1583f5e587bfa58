"""People, what they are told, what is on its way to them, and what they answer."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base, JsonDict, JsonList


class PersonVersionRow(Base):
    """A person who is told, as one version described them; the highest version is in force."""

    __tablename__ = "person_versions"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[dt.datetime]
    reason: Mapped[str]
    document: Mapped[JsonDict]


class DigestRow(Base):
    """What a digest was composed from, so that it can be composed again."""

    __tablename__ = "digests"
    __table_args__ = (sa.UniqueConstraint("period", "recipient"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    period: Mapped[str]
    week: Mapped[str]
    recipient: Mapped[str]
    recorded_until: Mapped[dt.datetime]
    sent_from: Mapped[dt.datetime]
    rules: Mapped[JsonDict]
    recorded_at: Mapped[dt.datetime]


class NoticeRow(Base):
    """An urgent matter: what it is about, since when, and when people were told of it and of its end."""

    __tablename__ = "notices"
    __table_args__ = (sa.UniqueConstraint("subject_kind", "subject", "kind", "since"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    subject_kind: Mapped[str]
    subject: Mapped[str]
    kind: Mapped[str]
    since: Mapped[dt.date]
    recorded_at: Mapped[dt.datetime]
    told_on: Mapped[dt.date | None]
    ended_on: Mapped[dt.date | None]
    end_told_on: Mapped[dt.date | None]


class OutboxMessageRow(Base):
    """A message on its way, as it is sent."""

    __tablename__ = "outbox_messages"
    # What is due is looked for in every round.
    __table_args__ = (sa.Index(None, "state", "next_attempt_at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str]
    period: Mapped[str]
    recipient: Mapped[str] = mapped_column(index=True)
    channel: Mapped[str]
    address: Mapped[str]
    language: Mapped[str]
    subject: Mapped[str]
    html: Mapped[str]
    text: Mapped[str]
    headers: Mapped[JsonDict]
    targets: Mapped[JsonList]
    not_before: Mapped[dt.datetime | None]
    message_id: Mapped[str | None]
    state: Mapped[str]
    queued_at: Mapped[dt.datetime]
    first_due_at: Mapped[dt.datetime]
    next_attempt_at: Mapped[dt.datetime]
    attempts: Mapped[int]
    claims: Mapped[int]
    claimed_by: Mapped[str | None]
    claimed_at: Mapped[dt.datetime | None]
    handing_over_at: Mapped[dt.datetime | None]
    last_error: Mapped[str]
    ended_at: Mapped[dt.datetime | None]
    settled_by: Mapped[str | None]
    settled_reason: Mapped[str | None]


class OutboxPictureRow(Base):
    """An inline picture of a message."""

    __tablename__ = "outbox_pictures"
    __table_args__ = (sa.UniqueConstraint("message_key", "position"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    message_key: Mapped[str] = mapped_column(sa.ForeignKey("outbox_messages.key"))
    position: Mapped[int]
    cid: Mapped[str]
    content: Mapped[bytes]
    recorded_at: Mapped[dt.datetime]


class DeliveryAttemptRow(Base):
    """One ended attempt to deliver a message."""

    __tablename__ = "delivery_attempts"
    id: Mapped[int] = mapped_column(primary_key=True)
    message: Mapped[int] = mapped_column(sa.ForeignKey("outbox_messages.id"), index=True)
    number: Mapped[int]
    worker: Mapped[str]
    outcome: Mapped[str]
    started_at: Mapped[dt.datetime] = mapped_column(index=True)
    finished_at: Mapped[dt.datetime]
    host: Mapped[str]
    reply: Mapped[str]
    error: Mapped[str]
    recorded_at: Mapped[dt.datetime]


class AcknowledgementRow(Base):
    """What a person answered to a message about a target."""

    __tablename__ = "acknowledgements"
    id: Mapped[int] = mapped_column(primary_key=True)
    target: Mapped[str] = mapped_column(sa.ForeignKey("targets.code"), index=True)
    person: Mapped[str] = mapped_column(index=True)
    period: Mapped[str]
    measure: Mapped[str]
    due_on: Mapped[dt.date | None]
    recorded_at: Mapped[dt.datetime]
    actor: Mapped[str]
