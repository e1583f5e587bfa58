"""`zhibiao digest` and `zhibiao people` as a person uses them, on the simulated city."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

from bench.mail_parts.server import MailServer
from monitor.cli import main
from tests.schedule.test_job_kinds import switch_on

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.workspace("simulated_city")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(list(arguments)) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def test_a_digest_is_previewed_queued_once_and_named(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    printed(capsys, "run", "--as-of", "2026-03-01")
    week = ("digest", "--week", "2026-W09")
    shown = printed(capsys, *week, "--recipient", "sim_hightech_head", "--dry-run")
    assert "sim_hightech_head: 【指标周报·模拟】示例市" in shown
    assert "模拟数据" in shown
    printed(capsys, *week, "--recipient", "sim_transfer_clerk", "--dry-run", "--out", str(tmp_path / "out"))
    names = {path.suffix for path in (tmp_path / "out").iterdir()}
    assert names == {".eml", ".html", ".png", ".txt"}
    assert "7 people, 7 messages composed, 7 newly queued" in printed(capsys, *week)
    assert "0 newly queued" in printed(capsys, *week)


def test_a_preview_is_what_is_sent_byte_for_byte(
    environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(ROOT / "configs", home / "configs")
    monkeypatch.setenv("ZHIBIAO_HOME", str(home))
    printed(capsys, "run", "--as-of", "2026-03-01")
    one = ("digest", "--week", "2026-W09", "--recipient", "sim_transfer_clerk")
    with MailServer() as server:
        switch_on(home / "configs" / "mail.yaml", port=server.port)
        printed(capsys, *one, "--dry-run", "--out", str(tmp_path / "before"))
        printed(capsys, *one)
        printed(capsys, *one, "--dry-run", "--out", str(tmp_path / "queued"))
        printed(capsys, "mail", "send")
        printed(capsys, *one, "--dry-run", "--out", str(tmp_path / "sent"))
        (received,) = server.mailbox.accepted
    (before, queued, sent) = (
        next((tmp_path / name).glob("*.eml")).read_bytes() for name in ("before", "queued", "sent")
    )
    assert queued == sent == received
    assert undated(before) == undated(received), "not queued yet, it has neither date nor name"


def undated(letter: bytes) -> bytes:
    """Without the two headers that the moment of queueing gives."""
    return re.sub(rb"(?m)^(Date|Message-ID): .*\r\n", b"", letter)


def test_mistakes_are_one_sentence(
    environment: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for arguments, told in (
        (("--week", "2026-W60"), "is not a week"),
        (("--week", "2026-W09", "--recipient", "sim_hightech_hed", "--dry-run"), "Did you mean"),
        (("--week", "2026-W09", "--out", str(tmp_path)), "--out goes with --dry-run"),
        (
            (
                "--week",
                "9999-W01",
            ),
            "queue its digests after that day",
        ),
    ):
        assert main(["digest", *arguments]) in (1, 2)
        found = capsys.readouterr()
        assert told in found.err
        assert "Traceback" not in found.err


def test_people_are_listed_and_unsubscribed(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    people = {row["code"]: row for row in json.loads(printed(capsys, "people", "list", "--json"))}
    assert len(people) == 8
    assert all(row["email"].endswith("@example.invalid") for row in people.values())
    assert all(row["simulated"] for row in people.values())
    printed(capsys, "people", "unsubscribe", "sim_finance_head", "--reason", "本人要求")
    told = printed(capsys, "people", "list")
    assert "sim_finance_head" in told
    assert "never" in told


@pytest.mark.workspace("real")
def test_real_people_are_yours_to_enter(environment: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "configs/people.yaml" in printed(capsys, "people", "list")
