"""The outbox on the command line: mail test, list, show, send, settle, cancel."""

from __future__ import annotations

import random
from enum import StrEnum
from typing import Any

import typer

from monitor import commands, queries
from monitor.cli.common import ACTOR, JsonOption, print_entries, print_json, say, workspace
from monitor.clock import SYSTEM_CLOCK, local_date, now
from monitor.config import MailSettings, load_mail_settings
from monitor.config.mail import EMAIL
from monitor.core.errors import OutboxError
from monitor.core.outbox import (
    DeliveryAttempt,
    MessageKind,
    MessageState,
    NewMessage,
    OutboxMessage,
)
from monitor.delivery import DeliverySummary, deliver_due, recover_claims, worker_identity
from monitor.setup import Workspace

app = typer.Typer(
    help="Messages on their way: look, send, settle.", no_args_is_help=True, rich_markup_mode=None
)

_ReasonOption = typer.Option(..., "--reason", help="Why; it is kept.")
_WAITING = (MessageState.QUEUED, MessageState.SENDING)


class Settlement(StrEnum):
    """What a person may decide about an uncertain message."""

    DELIVERED = "delivered"
    FAILED = "failed"
    QUEUED = "queued"


@app.command("test")
def send_test(
    context: typer.Context,
    to: str = typer.Option(
        ..., "--to", help="E-mail address, or the name of a channel of configs/mail.yaml."
    ),
) -> None:
    """Queue a test message, send what is due, and say what the server answered."""
    with workspace(context) as opened:
        mail = load_mail_settings(opened.settings)
        message = _test_message(to, mail, simulated=opened.settings.simulated)
        commands.enqueue_messages(opened.store, ACTOR, [message])
        summary = _deliver(opened, mail)
        (sent,) = queries.outbox(
            opened.store, ACTOR, recipient=message.recipient, period=message.period, limit=1
        )
        attempts = queries.delivery_attempts(opened.store, ACTOR, messages=[sent.id])
    if sent.state is MessageState.DELIVERED:
        say(f"Message {sent.id}: {attempts[-1].attempt.host} answered {attempts[-1].attempt.reply}")
        return
    why = " ".join(dict.fromkeys([*summary.warnings, sent.last_error])).strip()
    raise OutboxError(f"Message {sent.id} is {sent.state}. {why}")


def _test_message(to: str, mail: MailSettings, *, simulated: bool) -> NewMessage:
    moment = now()
    channel = to if to in mail.channels else EMAIL
    mark = "[模拟数据 / Simulated data] " if simulated else ""
    text = f"这是指标监测系统的测试消息。\nThis is a test message of Zhibiao.\n\n{mail.public_url}\n"
    return NewMessage(
        key=f"test/{moment.isoformat()}/{to}",
        kind=MessageKind.TEST,
        period=local_date(moment).isoformat(),
        recipient=f"test:{to}",
        channel=channel,
        address=to if channel == EMAIL else "",
        language="zh",
        subject=f"{mark}测试消息 / Test message",
        html="",
        text=text,
    )


@app.command("send")
def send(context: typer.Context, as_json: bool = JsonOption) -> None:
    """Send what is due now; exit code 1 if a server or channel could not be used."""
    with workspace(context, as_json=as_json) as opened:
        simulated = opened.settings.simulated
        summary = _deliver(opened, load_mail_settings(opened.settings))
    counts = {
        "delivered": summary.delivered,
        "retried": summary.retried,
        "failed": summary.failed,
        "uncertain": summary.uncertain,
    }
    if as_json:
        print_json({**counts, "warnings": list(summary.warnings)}, simulated=simulated)
    else:
        say(", ".join(f"{name} {count}" for name, count in counts.items()))
        for warning in summary.warnings:
            say(warning)
    if summary.warnings:
        raise typer.Exit(1)


def _deliver(opened: Workspace, mail: MailSettings) -> DeliverySummary:
    """One round, after what dead workers left was settled."""
    recover_claims(opened.store, ACTOR, mail, clock=SYSTEM_CLOCK)
    return deliver_due(
        opened.store,
        ACTOR,
        mail,
        clock=SYSTEM_CLOCK,
        random=random.SystemRandom(),
        worker=worker_identity(),
    )


@app.command("list")
def list_messages(
    context: typer.Context,
    state: list[MessageState] = typer.Option(
        [], "--state", help="Only these: queued, sending, delivered, failed, uncertain, cancelled."
    ),
    limit: int = typer.Option(50, "--limit", min=1, help="At most so many, newest first."),
    as_json: bool = JsonOption,
) -> None:
    """List messages with what became of them, newest first."""
    with workspace(context, as_json=as_json) as opened:
        simulated = opened.settings.simulated
        found = queries.outbox(opened.store, ACTOR, states=state or None, limit=limit)
    if as_json:
        print_json([_summary_of(each) for each in found], simulated=simulated)
        return
    columns = ("id", "state", "kind", "period", "recipient", "channel")
    print_entries(
        f"{len(found)} messages",
        columns,
        [([_summary_of(each)[name] for name in columns], _second_line(each)) for each in found],
    )


def _second_line(message: OutboxMessage) -> str:
    if message.state in _WAITING and not message.last_error:
        return f"{message.message.subject} (due {message.next_attempt_at:%Y-%m-%d %H:%M} UTC)"
    return f"{message.message.subject} {message.last_error}".rstrip()


def _summary_of(message: OutboxMessage) -> dict[str, Any]:
    said = message.message
    return {
        "id": message.id,
        "state": message.state.value,
        "kind": said.kind.value,
        "period": said.period,
        "recipient": said.recipient,
        "channel": said.channel,
        "address": said.address,
        "subject": said.subject,
        "queued_at": message.queued_at.isoformat(),
        "next_attempt_at": message.next_attempt_at.isoformat(),
        "attempts": message.attempts,
        "last_error": message.last_error,
    }


@app.command("show")
def show(
    context: typer.Context,
    message_id: int = typer.Argument(metavar="ID", help="Number of the message."),
    as_json: bool = JsonOption,
) -> None:
    """Show one message: its text, every attempt, and what people decided."""
    with workspace(context, as_json=as_json) as opened:
        simulated = opened.settings.simulated
        found = queries.get_message(opened.store, ACTOR, message_id)
        attempts = queries.delivery_attempts(opened.store, ACTOR, messages=[message_id])
    whole = {
        **_summary_of(found),
        "message_id": found.message_id,
        "targets": list(found.message.targets),
        "settled_by": found.settled_by,
        "settled_reason": found.settled_reason,
    }
    if as_json:
        told = [_attempt_of(each) for each in attempts]
        text = {"text": found.message.text, "html": found.message.html}
        print_json({**whole, **text, "attempts_made": told}, simulated=simulated)
        return
    for name, value in whole.items():
        if value not in (None, "", []):
            say(f"{name}: {value}")
    say(f"\n{found.message.text}")
    columns = ("number", "finished_at", "outcome", "host")
    entries = [
        ([row[name] for name in columns], row["reply"] or row["error"]) for row in map(_attempt_of, attempts)
    ]
    print_entries(f"{len(attempts)} attempts", columns, entries)


def _attempt_of(stored: DeliveryAttempt) -> dict[str, Any]:
    attempt = stored.attempt
    return {
        "number": stored.number,
        "started_at": attempt.started_at.isoformat(),
        "finished_at": attempt.finished_at.isoformat(timespec="seconds"),
        "outcome": attempt.outcome.value,
        "host": attempt.host,
        "reply": attempt.reply,
        "error": attempt.error,
        "worker": stored.worker,
    }


@app.command("settle")
def settle(
    context: typer.Context,
    message_id: int = typer.Argument(metavar="ID", help="Number of the message."),
    decided: Settlement = typer.Option(..., "--as", help="delivered, failed, or queued to send it again."),
    reason: str = _ReasonOption,
) -> None:
    """Decide what became of an uncertain message, or send a failed one again."""
    with workspace(context) as opened:
        seen = queries.get_message(opened.store, ACTOR, message_id).seen
        commands.settle_message(
            opened.store, ACTOR, message_id, seen=seen, state=MessageState(decided.value), reason=reason
        )
    say(f"Message {message_id} is {decided.value}.")


@app.command("cancel")
def cancel(
    context: typer.Context,
    message_id: int = typer.Argument(metavar="ID", help="Number of the message."),
    reason: str = _ReasonOption,
) -> None:
    """Take a queued message back; it is never sent."""
    with workspace(context) as opened:
        commands.cancel_message(opened.store, ACTOR, message_id, reason=reason)
    say(f"Message {message_id} is cancelled.")
