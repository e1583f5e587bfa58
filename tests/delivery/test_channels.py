"""Channels against a real web server: accepted, refused, unreachable, silent; the address stays secret."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from pydantic import SecretStr

from bench.mail_parts.server import MailServer, free_port
from monitor import commands, queries
from monitor.core.errors import ConfigError
from monitor.core.outbox import AttemptOutcome, MessageState
from monitor.delivery import check_channels
from monitor.delivery.channels import ChannelTransport
from monitor.store import Store
from tests.delivery.builders import a_round, mail_settings, message, sqlite_store, the_message
from tests.monitor.builders import ADMIN, FakeClock

SECRET = "robot-key-4711"


@pytest.fixture
def store(tmp_path: Path, sqlite_template: Path, clock: FakeClock) -> Iterator[Store]:
    opened = sqlite_store(tmp_path, sqlite_template, clock)
    yield opened
    opened.dispose()


class _Robot(BaseHTTPRequestHandler):
    """Answers as the path says."""

    def do_POST(self) -> None:
        shown = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if "silent" in self.path:
            time.sleep(1.5)
        status = 503 if "busy" in self.path else 404 if "gone" in self.path else 200
        if status == 200:
            self.server.shown.append(shown)  # type: ignore[attr-defined]
        self.send_response(status)
        self.end_headers()
        if "code" in self.path:
            self.wfile.write(unquote(self.path).rpartition("/")[2].encode())

    def log_message(self, *arguments: Any) -> None:
        """Be quiet."""

    def handle(self) -> None:
        with suppress(ConnectionError):  # a client that did not wait
            super().handle()


@contextmanager
def robot() -> Iterator[ThreadingHTTPServer]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Robot)
    server.shown = []  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def settings(url: str) -> Any:
    return mail_settings(free_port(), channels={"group": SecretStr(url)})


def queue_for_group(store: Store) -> None:
    commands.enqueue_messages(store, ADMIN, [message(channel="group", address="", html="")])


def test_a_robot_shows_subject_and_text(store: Store, clock: FakeClock) -> None:
    queue_for_group(store)
    with robot() as server:
        mail = settings(f"json://127.0.0.1:{server.server_port}/{SECRET}/")
        assert a_round(store, clock, mail).delivered == 1
        assert a_round(store, clock, mail).attempts == 0
        (shown,) = server.shown  # type: ignore[attr-defined]
    assert shown["title"] == message().subject
    assert "本周有 2 项预警。" in shown["message"]
    (stored,) = queries.delivery_attempts(store, ADMIN)
    assert stored.attempt.host == "group"


@pytest.mark.parametrize(
    ("path", "state", "told"),
    [
        ("busy", MessageState.UNCERTAIN, "HTTP 503"),
        ("gone", MessageState.QUEUED, "HTTP 404"),
        ("silent", MessageState.UNCERTAIN, "may have been shown"),
        ("nobody", MessageState.QUEUED, "cannot be reached"),
        ("nonsense", MessageState.QUEUED, "none that Apprise understands"),
    ],
)
def test_how_a_robot_fails(
    store: Store,
    clock: FakeClock,
    caplog: pytest.LogCaptureFixture,
    path: str,
    state: MessageState,
    told: str,
) -> None:
    queue_for_group(store)
    caplog.set_level(logging.DEBUG)
    with robot() as server:
        port = free_port() if path == "nobody" else server.server_port
        scheme = "nonsense" if path == "nonsense" else "json"
        mail = settings(f"{scheme}://127.0.0.1:{port}/{SECRET}/{path}?rto=0.5&cto=0.5")
        summary = a_round(store, clock, mail)
    kept = the_message(store)
    assert (kept.state, kept.attempts) == (state, 1)
    assert told in kept.last_error
    written = f"{summary}{kept}{queries.delivery_attempts(store, ADMIN)}{mail!r}{caplog.text}"
    assert SECRET not in written


def test_a_channel_that_is_down_does_not_hold_up_mail(store: Store, clock: FakeClock) -> None:
    queue_for_group(store)
    commands.enqueue_messages(store, ADMIN, [message(), message("b", channel="unknown")])
    with MailServer() as server:
        mail = mail_settings(server.port, channels={"group": SecretStr(f"json://127.0.0.1:{free_port()}")})
        summary = a_round(store, clock, mail)
    assert (summary.delivered, summary.retried, summary.failed, len(summary.warnings)) == (1, 1, 1, 1)
    assert "no channel unknown" in the_message(store, 3).last_error


@pytest.mark.parametrize(
    ("address", "place", "answer", "outcome"),
    [
        ("wecombot://robot-key-4711", "api_url", '{"errcode":0}', AttemptOutcome.DELIVERED),
        ("wecombot://robot-key-4711", "api_url", '{"errcode":93000}', AttemptOutcome.TEMPORARY),
        ("dingtalk://robotkey4711", "notify_url", '{"errcode":310000}', AttemptOutcome.TEMPORARY),
        ("feishu://robotkey4711", "notify_url", '{"code":19024}', AttemptOutcome.TEMPORARY),
        ("feishu://robotkey4711", "notify_url", '{"StatusCode":0}', AttemptOutcome.DELIVERED),
        ("feishu://robotkey4711", "notify_url", "ok", AttemptOutcome.UNCERTAIN),
    ],
)
def test_a_robot_that_refuses_with_status_200_is_believed(
    address: str, place: str, answer: str, outcome: AttemptOutcome
) -> None:
    transport = ChannelTransport("group", SecretStr(address))
    with robot() as server:
        # Braces would be slots of the library's own address.
        quoted = answer.replace("{", "{{").replace("}", "}}") if place == "notify_url" else answer
        setattr(transport._apprise[0], place, f"http://127.0.0.1:{server.server_port}/code/{quoted}")
        result = transport.send(message(channel="group", text="长" * 2000 + "\nhttps://example.org/"), bool)
        (shown,) = server.shown  # type: ignore[attr-defined]
    assert result.outcome is outcome
    if address.startswith("wecombot"):
        content = shown["text"]["content"]
        assert len(content.encode()) <= 2048
        assert content.endswith("…\nhttps://example.org/")


def test_an_address_of_several_targets_is_refused() -> None:
    url = SecretStr("dingtalk://robotkey4711/13800000000/13900000000")
    with pytest.raises(ConfigError, match="has 2 targets") as refused:
        check_channels(mail_settings(free_port(), channels={"group": url}))
    assert "robotkey4711" not in str(refused.value)
