"""Rounds of delivery against a real SMTP server: how each kind of answer, and of silence, ends."""

from __future__ import annotations

import itertools
import logging
import ssl
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import trustme
from pydantic import SecretStr

from bench.mail_parts.server import Fault, MailServer, free_port
from monitor import commands, queries
from monitor.core.errors import StoreError
from monitor.core.outbox import AttemptOutcome, MessageState
from monitor.delivery.smtp import SmtpTransport
from monitor.letters import Letter, write_letter
from monitor.store import Store
from tests.delivery.builders import a_round, mail_settings, message, sqlite_store, the_message
from tests.monitor.builders import ADMIN, MORNING, FakeClock

PASSWORD = "correct horse"


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path, clock: FakeClock) -> Iterator[Store]:
    opened = sqlite_store(tmp_path, sqlite_template, clock)
    yield opened
    opened.dispose()


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1", "localhost").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority: trustme.CA, tmp_path: Path) -> str:
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    return str(tmp_path / "ca.pem")


def queue(store: Store, *recipients: str) -> None:
    commands.enqueue_messages(store, ADMIN, [message(name) for name in recipients or ("zhang_wei",)])


@pytest.mark.parametrize("connections", [1, 4])
def test_many_messages_go_over_few_connections(store: Store, clock: FakeClock, connections: int) -> None:
    queue(store, *(f"person_{number}" for number in range(65)))
    with MailServer() as server:
        mail = mail_settings(server.port, connections=connections)
        summary = a_round(store, clock, mail)
        assert (summary.delivered, summary.warnings) == (65, ())
        assert server.mailbox.connections == connections
        assert sorted(server.accepted_ids()) == sorted(set(server.accepted_ids()))
        assert len(server.accepted_ids()) == 65
        assert a_round(store, clock, mail).attempts == 0
    assert {each.state for each in queries.outbox(store, ADMIN)} == {MessageState.DELIVERED}
    attempts = queries.delivery_attempts(store, ADMIN)
    assert {each.attempt.reply for each in attempts} == {"250 2.0.0 queued"}


def test_a_connection_the_server_closed_meanwhile_is_opened_anew() -> None:
    """No message waits a minute for that; and its text is handed over once."""
    handed_over: list[str] = []

    def letter(name: str) -> Letter:
        return write_letter(message(name), queued_at=MORNING, message_id=None, sender=mail.sender)

    with MailServer() as server:
        mail = mail_settings(server.port)
        connection = SmtpTransport(mail)
        for name in ("before", "after"):
            result = connection.send(letter(name), lambda name=name: handed_over.append(name))  # type: ignore[misc]
            assert result.outcome is AttemptOutcome.DELIVERED
            server.stop()
            server.start()
        assert (server.mailbox.connections, len(server.accepted_ids())) == (2, 2)
        connection.close()
    assert handed_over == ["before", "after"]


def test_an_error_in_one_connection_ends_all_and_gives_back_the_rest(
    store: Store, clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database stops answering in the middle of a batch: what was not handed over stays queued."""
    queue(store, *(f"person_{number}" for number in range(30)))
    mark, marked = commands.begin_handing_over, itertools.count()

    def fails_after_eight(*given: Any, **named: Any) -> bool:
        if next(marked) >= 8:
            raise StoreError("The database does not answer.")
        return mark(*given, **named)

    with MailServer() as server:
        with monkeypatch.context() as patch:
            patch.setattr(commands, "begin_handing_over", fails_after_eight)
            with pytest.raises(StoreError):
                a_round(store, clock, mail_settings(server.port, connections=3))
        states = Counter(each.state for each in queries.outbox(store, ADMIN))
        assert states[MessageState.DELIVERED] == len(server.accepted_ids())
        assert states == {MessageState.DELIVERED: 8, MessageState.QUEUED: 22}
        assert len(queries.delivery_attempts(store, ADMIN)) <= 8 + 3
        clock.advance(hours=1)
        assert a_round(store, clock, mail_settings(server.port)).delivered == 22
        assert len(set(server.accepted_ids())) == len(server.accepted_ids()) == 30


def test_what_arrives_is_what_was_queued(store: Store, clock: FakeClock) -> None:
    queue(store)
    with MailServer() as server:
        a_round(store, clock, mail_settings(server.port))
        (letter,) = server.letters()
    assert letter["Subject"] == message().subject
    assert letter["Message-ID"] == the_message(store).message_id
    assert letter.get_body(("plain",)).get_content().splitlines() == message().text.splitlines()
    assert letter["List-Unsubscribe"] == message().headers["List-Unsubscribe"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")  # of the server, under TLS
@pytest.mark.parametrize("starttls", [True, False])
def test_protected_and_signed_in(
    store: Store, clock: FakeClock, certificate: ssl.SSLContext, ca_file: str, starttls: bool
) -> None:
    queue(store)
    mail = {"security": "starttls" if starttls else "tls", "user": "monitor", "ca_file": ca_file}
    with MailServer(context=certificate, starttls=starttls, login=("monitor", PASSWORD)) as server:
        settings = mail_settings(server.port, password=SecretStr(PASSWORD), **mail)
        assert a_round(store, clock, settings).delivered == 1
        assert len(server.mailbox.accepted) == 1


def test_a_wrong_password_is_one_warning_for_all(
    store: Store,
    clock: FakeClock,
    certificate: ssl.SSLContext,
    ca_file: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    queue(store, *(f"person_{number}" for number in range(30)))
    caplog.set_level(logging.DEBUG)
    with MailServer(context=certificate, login=("monitor", PASSWORD)) as server:
        settings = mail_settings(
            server.port,
            security="starttls",
            user="monitor",
            ca_file=ca_file,
            password=SecretStr("wrong-word"),
        )
        summary = a_round(store, clock, settings)
    assert (summary.attempts, summary.retried, len(summary.warnings)) == (1, 1, 1)
    assert "refused to sign in monitor: 535" in summary.warnings[0]
    listed = queries.outbox(store, ADMIN)
    assert {each.state for each in listed} == {MessageState.QUEUED}
    assert sum(each.attempts for each in listed) == 1
    assert "wrong-word" not in f"{settings!r}{summary}{listed}{caplog.text}"


def test_an_unknown_authority_is_not_trusted(
    store: Store, clock: FakeClock, certificate: ssl.SSLContext
) -> None:
    queue(store)
    with MailServer(context=certificate) as server:
        summary = a_round(store, clock, mail_settings(server.port, security="starttls"))
        assert not server.mailbox.accepted
    assert "certificate that is not trusted" in summary.warnings[0]


def test_a_server_without_starttls_gets_nothing(store: Store, clock: FakeClock) -> None:
    queue(store)
    with MailServer() as server:
        summary = a_round(store, clock, mail_settings(server.port, security="starttls"))
        assert not server.mailbox.accepted
    assert "does not offer" in summary.warnings[0]


def test_a_server_that_is_down_stops_the_round(store: Store, clock: FakeClock) -> None:
    queue(store, *(f"person_{number}" for number in range(30)))
    summary = a_round(store, clock, mail_settings(free_port()))
    assert (summary.retried, len(summary.warnings)) == (1, 1)
    assert "cannot be reached" in summary.warnings[0]
    waiting = queries.outbox(store, ADMIN)
    assert {each.state for each in waiting} == {MessageState.QUEUED}
    assert all(each.claimed_by is None for each in waiting)


EARLY = [
    (Fault.UNKNOWN_RECIPIENT, MessageState.FAILED, "550 5.1.1"),
    (Fault.UNWANTED, MessageState.FAILED, "554 5.7.1"),
    (Fault.GREYLISTED, MessageState.QUEUED, "451 4.7.1"),
    (Fault.BUSY, MessageState.QUEUED, "451 4.3.0"),
    (Fault.CLOSING, MessageState.QUEUED, "421"),
    (Fault.DROPS_EARLY, MessageState.QUEUED, "before it had the whole message"),
    (Fault.HANGS_EARLY, MessageState.QUEUED, "before it had the whole message"),
    (Fault.REJECTS_SILENTLY, MessageState.UNCERTAIN, "may have been accepted"),
    (Fault.ACCEPTS_SILENTLY, MessageState.UNCERTAIN, "may have been accepted"),
    (Fault.ACCEPTS_AND_HANGS, MessageState.UNCERTAIN, "may have been accepted"),
]


@pytest.mark.parametrize(("fault", "state", "told"), EARLY, ids=[each[0].name for each in EARLY])
def test_each_answer_and_each_silence(
    store: Store, clock: FakeClock, fault: Fault, state: MessageState, told: str
) -> None:
    queue(store, "first", "troubled", "last")
    plan = {"troubled@example.org": fault}
    with MailServer(lambda address: plan.get(address, Fault.NONE), hang_s=3) as server:
        short = mail_settings(server.port, command_timeout_s=0.5, final_reply_timeout_s=0.5)
        summary = a_round(store, clock, short)
        assert summary.delivered == 2
        first, troubled, last = (the_message(store, number) for number in (1, 2, 3))
        assert (first.state, last.state) == (MessageState.DELIVERED, MessageState.DELIVERED)
        assert troubled.state is state
        assert told in troubled.last_error
        plan.clear()
        clock.advance(days=1)
        again = a_round(store, clock, short)
        assert again.attempts == (state is MessageState.QUEUED)
        assert len(server.accepted_ids()) == len(set(server.accepted_ids()))
    number_of_attempts = len(queries.delivery_attempts(store, ADMIN, messages=[2]))
    assert number_of_attempts == (2 if state is MessageState.QUEUED else 1)


def test_temporary_failures_come_to_an_end(store: Store, clock: FakeClock) -> None:
    queue(store)
    with MailServer(lambda _: Fault.BUSY) as server:
        mail = mail_settings(server.port)
        for _ in range(mail.retries.most_attempts):
            assert a_round(store, clock, mail).attempts == 1
            assert a_round(store, clock, mail).attempts == 0
            clock.advance(hours=3)
        assert a_round(store, clock, mail).attempts == 0
    ended = the_message(store)
    assert (ended.state, ended.attempts) == (MessageState.FAILED, 5)
    outcomes = [each.attempt.outcome for each in queries.delivery_attempts(store, ADMIN)]
    assert outcomes == [AttemptOutcome.TEMPORARY] * 5


def test_an_address_that_is_none_fails_at_once_and_alone(store: Store, clock: FakeClock) -> None:
    wrong = [message("a", address="no address"), message("b", subject="two\nlines"), message("c")]
    commands.enqueue_messages(store, ADMIN, wrong)
    with MailServer() as server:
        summary = a_round(store, clock, mail_settings(server.port))
        assert (summary.failed, summary.delivered) == (2, 1)
    assert "is no e-mail address" in the_message(store, 1).last_error
    assert "line break" in the_message(store, 2).last_error


def test_a_local_part_in_chinese_needs_a_server_that_offers_it(store: Store, clock: FakeClock) -> None:
    commands.enqueue_messages(store, ADMIN, [message(address="张伟@example.org")])
    with MailServer() as server:
        assert a_round(store, clock, mail_settings(server.port)).failed == 1
    assert "SMTPUTF8" in the_message(store).last_error


def test_a_claim_taken_back_meanwhile_hands_nothing_over(store: Store, clock: FakeClock) -> None:
    queue(store)

    def take_back(_address: str) -> Fault:
        later = clock.moment.replace(year=clock.moment.year + 1)
        commands.recover_messages(store, ADMIN, now=later, claimed_before=later)
        return Fault.NONE

    with MailServer(take_back) as server:
        summary = a_round(store, clock, mail_settings(server.port), limit=1)
        assert summary.claims_lost == 1
        assert not server.mailbox.accepted
    assert the_message(store).state is MessageState.QUEUED


def test_a_slow_worker_is_believed(store: Store, clock: FakeClock) -> None:
    queue(store)
    with MailServer() as server:
        inner = server.mailbox.handle_DATA

        async def declared_uncertain(*arguments: object) -> str:
            later = clock.moment.replace(year=clock.moment.year + 1)
            assert commands.recover_messages(store, ADMIN, now=later, claimed_before=later) == (0, 1)
            return await inner(*arguments)

        server.mailbox.handle_DATA = declared_uncertain  # type: ignore[method-assign]
        a_round(store, clock, mail_settings(server.port))
    assert the_message(store).state is MessageState.DELIVERED


def test_switched_off_it_sends_nothing_and_says_so(store: Store, clock: FakeClock) -> None:
    queue(store)
    summary = a_round(store, clock, mail_settings(free_port(), enabled=False))
    assert summary.attempts == 0
    assert "switched off" in summary.warnings[0]
    assert the_message(store).state is MessageState.QUEUED


def test_old_news_is_cancelled_unless_a_person_queues_it_again(store: Store, clock: FakeClock) -> None:
    commands.enqueue_messages(store, ADMIN, [message()])
    clock.advance(days=9)
    commands.enqueue_messages(store, ADMIN, [message("fresh")])
    with MailServer() as server:
        mail = mail_settings(server.port, expire_after_days=8)
        assert a_round(store, clock, mail).delivered == 1
    old = the_message(store)
    assert old.state is MessageState.CANCELLED
    assert "more than 8 days ago" in old.last_error


def test_a_minute_holds_so_many_attempts(store: Store, clock: FakeClock) -> None:
    queue(store, *(f"person_{number}" for number in range(12)))
    with MailServer() as server:
        mail = mail_settings(server.port, per_minute=5)
        assert [a_round(store, clock, mail).attempts for _ in range(2)] == [5, 0]
        clock.advance(seconds=61)
        assert a_round(store, clock, mail).attempts == 5
