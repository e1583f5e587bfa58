"""The outbox on the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bench.mail_parts.server import Fault, MailServer, free_port
from monitor import commands
from monitor.cli import main
from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.setup import open_workspace
from tests.delivery.builders import message

ROOT = Path(__file__).resolve().parents[2]


def printed(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> str:
    assert main(list(arguments)) == code, capsys.readouterr().err
    found = capsys.readouterr()
    assert "Traceback" not in found.out + found.err
    return found.out + found.err


@pytest.fixture
def home(environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The workspace with a `configs/` of its own, and delivery still switched off."""
    folder = tmp_path / "home"
    shutil.copytree(ROOT / "configs", folder / "configs")
    monkeypatch.setenv("ZHIBIAO_HOME", str(folder))
    return folder


def switch_on(home: Path, port: int) -> None:
    file = home / "configs" / "mail.yaml"
    text = (ROOT / "configs" / "mail.yaml").read_text(encoding="utf-8")
    text = text.replace("enabled: false", "enabled: true").replace("port: 25", f"port: {port}")
    file.write_text(text.replace("final_reply_timeout_s: 300", "final_reply_timeout_s: 2"), encoding="utf-8")


def queue(environment: str, *recipients: str) -> None:
    opened = open_workspace(environment)
    commands.enqueue_messages(opened.store, LOCAL_ADMINISTRATOR, [message(name) for name in recipients])
    opened.close()


def test_a_test_message_says_what_the_server_answered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "switched off" in printed(capsys, "mail", "test", "--to", "li@example.org", code=1)
    with MailServer() as server:
        switch_on(home, server.port)
        told = printed(capsys, "mail", "test", "--to", "wang@example.org")
        assert f"127.0.0.1:{server.port} answered 250 2.0.0 queued" in told
        assert "li@example.org" in server.letters()[0]["To"]
    switch_on(home, free_port())
    assert "cannot be reached" in printed(capsys, "mail", "test", "--to", "li@example.org", code=1)


def test_from_queue_to_settlement(home: Path, environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    queue(environment, "good", "unsure", "wrong", "unwanted")
    assert "cancelled" in printed(capsys, "mail", "cancel", "4", "--reason", "no longer true")
    plan = {"unsure@example.org": Fault.REJECTS_SILENTLY, "wrong@example.org": Fault.UNKNOWN_RECIPIENT}
    with MailServer(lambda address: plan.get(address, Fault.NONE)) as server:
        switch_on(home, server.port)
        assert "delivered 1, retried 0, failed 1, uncertain 1" in printed(capsys, "mail", "send")
        rows = json.loads(printed(capsys, "mail", "list", "--json"))
        assert [row["state"] for row in rows] == ["cancelled", "failed", "uncertain", "delivered"]
        assert all(row["simulated"] is False for row in rows)
        assert "unsure" in printed(capsys, "mail", "list", "--state", "uncertain")
        shown = printed(capsys, "mail", "show", "2")
        assert "may have been accepted" in shown
        assert message().text.splitlines()[0] in shown
        plan.clear()
        printed(capsys, "mail", "settle", "2", "--as", "queued", "--reason", "not in the server's log")
        sent = json.loads(printed(capsys, "mail", "send", "--json"))
        assert (sent["delivered"], sent["warnings"]) == (1, [])
    whole = json.loads(printed(capsys, "mail", "show", "2", "--json"))
    assert [each["outcome"] for each in whole["attempts_made"]] == ["uncertain", "delivered"]
    assert "only one that is" in printed(
        capsys, "mail", "settle", "1", "--as", "failed", "--reason", "x", code=1
    )
    assert "No message" in printed(capsys, "mail", "show", "99", code=1)
    assert printed(capsys, "mail", "settle", "2", "--as", "lost", "--reason", "x", code=2)
