"""Tell people: digest, and who is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import typer

from monitor import commands, queries
from monitor.alerts.digests import AddressedDigest, digests_of, messages_of, queue_digests
from monitor.alerts.links import Links
from monitor.alerts.preview import write_preview
from monitor.alerts.rendering import Rendered
from monitor.cli.common import (
    ACTOR,
    JsonOption,
    print_entries,
    print_json,
    say,
    workspace,
    writing,
)
from monitor.clock import now, today
from monitor.config import load_working_days
from monitor.config.mail import EMAIL, load_sender
from monitor.core.errors import UsageError
from monitor.core.outbox import MessageKind, OutboxMessage
from monitor.core.people import Person
from monitor.core.weeks import Week
from monitor.letters import Letter, write_letter
from monitor.setup import Workspace, links_of

people_app = typer.Typer(no_args_is_help=True, help="Who is told: list, unsubscribe.")


def digest(
    context: typer.Context,
    week: str | None = typer.Option(None, "--week", help="A week such as 2026-W47; else the last one over."),
    recipient: list[str] | None = typer.Option(
        None, "--recipient", help="Only these people, by code; may be repeated."
    ),
    dry_run: bool = typer.Option(False, "--dry-run", help="Print the text; queue nothing."),
    out: Path | None = typer.Option(
        None, "--out", help="With --dry-run: write .html with pictures, .txt and .eml into this folder."
    ),
) -> None:
    """Compose the digests of a week and queue them; what is queued already stays as it is."""
    if out is not None and not dry_run:
        raise UsageError("--out goes with --dry-run: it writes a preview, and nothing is queued.")
    asked = Week.parse(week) if week else Week.containing(today()).shift(-1)
    chosen = tuple(recipient) if recipient else None
    with workspace(context) as opened:
        links = links_of(opened.settings)
        if dry_run:
            _preview(opened, asked, chosen, links=links, out=out)
            return
        summary = queue_digests(
            opened.store,
            ACTOR,
            opened.policy,
            week=asked,
            now=now(),
            links=links,
            calendar=load_working_days(opened.settings),
            recipients=chosen,
        )
    say(
        f"Week {summary.period}: {summary.recipients} people, {summary.messages} messages composed, "
        f"{summary.queued} newly queued."
    )
    if summary.unreachable:
        say(f"Without address or channel: {', '.join(summary.unreachable)}.")


def _preview(
    opened: Workspace, week: Week, chosen: tuple[str, ...] | None, *, links: Links, out: Path | None
) -> None:
    calendar = load_working_days(opened.settings)
    found = list(
        digests_of(
            opened.store, ACTOR, opened.policy, week=week, now=now(), calendar=calendar, recipients=chosen
        )
    )
    if not found:
        say("Nobody is told of that week; `zhibiao people list` shows who is told how often.")
    for each in found:
        if out is not None:
            _write(opened, each, links, out)
            continue
        rendered = _rendered(opened, each, links)
        typer.echo(f"{each.person.code}: {rendered.subject}\n\n{rendered.text}")


def _rendered(opened: Workspace, each: AddressedDigest, links: Links) -> Rendered:
    """As it was queued, to the letter; composed anew only where it never was."""
    queued = _queued(opened, each)
    if queued is None:
        return each.rendered(links)
    said = queued.message
    return Rendered(said.subject, said.html, said.text, said.text, said.pictures, dict(said.headers))


def _queued(opened: Workspace, each: AddressedDigest) -> OutboxMessage | None:
    """The mail in the outbox, if there is one."""
    period = each.layout.digest.period
    for found in queries.outbox(opened.store, ACTOR, recipient=each.person.code, period=period):
        if found.message.kind is MessageKind.DIGEST and found.message.channel == EMAIL:
            return queries.get_message(opened.store, ACTOR, found.id)
    return None


def _letter(opened: Workspace, each: AddressedDigest, links: Links) -> Letter | None:
    """What is sent, or what would be if it were queued now; None for a person without address."""
    sender = load_sender(opened.settings)
    queued = _queued(opened, each)
    if queued is not None:
        return write_letter(
            queued.message, queued_at=queued.queued_at, message_id=queued.message_id, sender=sender
        )
    mails = [message for message in messages_of(each, links) if message.channel == EMAIL]
    return write_letter(mails[0], queued_at=now(), message_id=None, sender=sender) if mails else None


def _write(opened: Workspace, each: AddressedDigest, links: Links, out: Path) -> None:
    name = f"digest-{each.layout.digest.period}-{each.person.code}"
    rendered, letter = _rendered(opened, each, links), _letter(opened, each, links)
    with writing(out / name):
        written = write_preview(out, name, rendered, letter)
    say(f"{written[-1].parent / name}: {len(written)} files.")


@people_app.command("list")
def list_people(context: typer.Context, as_json: bool = JsonOption) -> None:
    """Everyone who is told, by code."""
    with workspace(context, as_json=as_json) as opened:
        people = queries.get_people(opened.store, ACTOR)
        simulated = opened.settings.simulated
    if as_json:
        print_json([_person_json(person) for person in people.values()], simulated=simulated)
        return
    print_entries(
        "", ("person", "told", "urgent", "language"), (_person_line(each) for each in people.values())
    )
    if not people:
        say("Nobody yet: enter people in configs/people.yaml, then run `zhibiao init --apply`.")


def _person_line(person: Person) -> tuple[tuple[str, ...], str]:
    told = person.rhythm.value if person.active else "left"
    urgent = "yes" if person.urgent and person.active else "no"
    ways = ", ".join((*((person.email,) if person.email else ()), *person.channels)) or "no address"
    cells = (person.code, told, urgent, person.language)
    return cells, f"{person.name}, {ways}; {', '.join(person.departments)}"


def _person_json(person: Person) -> dict[str, Any]:
    return {
        "code": person.code,
        "name": person.name,
        "email": person.email,
        "language": person.language,
        "departments": list(person.departments),
        "rhythm": person.rhythm.value,
        "urgent": person.urgent,
        "channels": list(person.channels),
        "escalates_to": person.escalates_to,
        "sees_embargoed": person.sees_embargoed,
        "active": person.active,
    }


@people_app.command("unsubscribe")
def unsubscribe(
    context: typer.Context,
    code: str = typer.Argument(help="Code of the person."),
    reason: str = typer.Option(..., "--reason", help="Why; kept in the audit trail."),
) -> None:
    """Send a person neither digests nor urgent notices any more."""
    with workspace(context) as opened:
        version = commands.unsubscribe_person(opened.store, ACTOR, code, reason=reason)
    say(f"{code} was unsubscribed already." if version is None else f"{code} is unsubscribed.")
