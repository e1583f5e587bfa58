"""Pages behind signed links: a GET changes nothing, a POST is recorded once, nothing hostile gets through."""

from __future__ import annotations

import asyncio
import datetime as dt
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from monitor import queries
from monitor.clock import today
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.links import SignedLinks
from monitor.setup import Workspace
from monitor.web import SecurityHeaders, routes

pytestmark = pytest.mark.workspace("simulated_city")
KEY = "k" * 32
LINKS = SignedLinks("", "simulated_city", KEY)
PERSON, TARGET = "sim_hightech_head", "sim2026.gazelles"
ANSWER, LEAVE = LINKS.acknowledge(PERSON, TARGET, "2026-W47"), LINKS.unsubscribe(PERSON)


class Client:
    """Asks the pages without a server in between."""

    def __init__(self) -> None:
        app = Starlette(routes=routes(), middleware=[Middleware(SecurityHeaders)])
        self._transport = httpx.ASGITransport(app)

    def get(self, address: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", address))

    def head(self, address: str) -> httpx.Response:
        return asyncio.run(self._ask("HEAD", address))

    def post(self, address: str, **given: Any) -> httpx.Response:
        return asyncio.run(self._ask("POST", address, **given))

    async def _ask(self, method: str, address: str, **given: Any) -> httpx.Response:
        async with httpx.AsyncClient(transport=self._transport, base_url="http://127.0.0.1") as client:
            return await client.request(method, address, **given)


@pytest.fixture
def client(environment: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    monkeypatch.setenv("ZHIBIAO_LINK_KEY", KEY)
    return Client()


def answers(workspace: Workspace) -> list[tuple[str, str, dt.date | None]]:
    found = queries.get_acknowledgements(workspace.store, ADMIN)
    return [(each.person, each.measure, each.due_on) for each in found]


def is_told(workspace: Workspace) -> bool:
    return queries.get_people(workspace.store, ADMIN)[PERSON].rhythm != "never"


def test_looking_changes_nothing_and_answering_is_recorded_once(client: Client, workspace: Workspace) -> None:
    shown = client.get(ANSWER)
    assert shown.status_code == 200
    assert "瞪羚企业" in shown.text
    assert "模拟数据" in shown.text
    assert client.head(ANSWER).status_code == 200
    assert answers(workspace) == []

    due = today() + dt.timedelta(days=30)
    form = {"measure": "逐家走访", "due_on": due.isoformat()}
    assert "已签收，谢谢" in client.post(ANSWER, data=form).text
    assert "未重复登记" in client.post(ANSWER, data=form).text
    assert answers(workspace) == [(PERSON, "逐家走访", due)]
    assert "逐家走访" in client.get(ANSWER).text


def test_what_people_write_stays_text(client: Client, workspace: Workspace) -> None:
    hostile = "<script>alert(1)</script>{{ 7 * 7 }}\"'><img src=x onerror=alert(2)>"
    shown = client.post(ANSWER, data={"measure": hostile})
    assert answers(workspace) == [(PERSON, hostile, None)]
    assert "<script" not in shown.text
    assert "<img" not in shown.text
    assert "{{ 7 * 7 }}" in shown.text


def test_mistakes_are_sentences_and_record_nothing(client: Client, workspace: Workspace) -> None:
    for form, told in (
        ({"due_on": "tomorrow"}, "is no day"),
        ({"due_on": "2020-01-01"}, "lies behind"),
        ({"measure": "长" * 2001}, "longer than 2000"),
    ):
        refused = client.post(ANSWER, data=form)
        assert refused.status_code == 400
        assert told in refused.text
    assert client.post(ANSWER, content=b"measure=" + b"x" * 30_000).status_code == 413
    assert answers(workspace) == []


@pytest.mark.parametrize("address", [ANSWER[:-2], "/acknowledge?token=x", "/acknowledge", LEAVE[:-2]])
def test_a_broken_link_is_one_sentence(client: Client, workspace: Workspace, address: str) -> None:
    for refused in (client.get(address), client.post(address, data={"measure": "x"})):
        assert refused.status_code == 400
        assert "incomplete or was changed" in refused.text
    assert answers(workspace) == []
    assert is_told(workspace)


def test_a_signed_link_stands_for_its_target(client: Client, workspace: Workspace) -> None:
    elsewhere = LINKS.acknowledge("sim_finance_head", TARGET, "2026-W47")
    assert client.post(elsewhere, data={"measure": "x"}).status_code == 200
    assert answers(workspace) == [("sim_finance_head", "x", None)]


def test_a_person_who_left_has_nothing_to_do(client: Client) -> None:
    for address in (LINKS.acknowledge("nobody", TARGET, "2026-W47"), LINKS.unsubscribe("nobody")):
        gone = client.get(address)
        assert gone.status_code == 410
        assert "no longer on the list" in gone.text


def test_unsubscribing_asks_first_and_a_second_time_says_the_same(
    client: Client, workspace: Workspace
) -> None:
    assert "确认退订" in client.get(LEAVE).text
    assert is_told(workspace)
    for _ in range(2):
        assert "已退订" in client.post(LEAVE, data={}).text
        assert not is_told(workspace)


def test_the_button_of_a_mail_program_unsubscribes_at_once(client: Client, workspace: Workspace) -> None:
    done = client.post(
        LEAVE,
        content="List-Unsubscribe=One-Click",
        headers={"content-type": "application/x-www-form-urlencoded"},
    )
    assert done.status_code == 200
    assert not is_told(workspace)


def test_pages_are_neither_kept_framed_nor_told_on(client: Client) -> None:
    headers = client.get(ANSWER).headers
    assert headers["cache-control"] == "no-store"
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers.get_list("content-security-policy") == [headers["content-security-policy"]]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "default-src 'none'" in headers["content-security-policy"]


def test_the_first_page_is_found_by_its_name_too(client: Client) -> None:
    asked = client.get("/overview?lang=en&view=wall")
    assert (asked.status_code, asked.headers["location"]) == (307, "./?lang=en&view=wall")
    assert client.get("/overview").headers["location"] == "./"


def test_the_sign_of_life_needs_no_database(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", "sqlite:////nowhere/at/all.db")
    alive = client.get("/healthz")
    assert (alive.status_code, alive.json()) == (200, {"ok": True})
    assert client.get(ANSWER).status_code == 400
