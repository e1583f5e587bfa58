"""The planner's day in a real Chromium: a red is seen, opened, tried, revised, and found in the ledger."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor import queries
from monitor.assess import assess
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.core.flags import Flag
from monitor.core.ledger import Revision
from monitor.setup import open_workspace
from tests.browser.conftest import NEEDS_CHROMIUM, READY, ROOT, serving, visit

pytestmark = NEEDS_CHROMIUM

CITY = "simulated_city"
AS_OF = dt.date(2026, 11, 21)
CODE = "sim2026.contract_value.sim001"
REASON = "三季度后按机会相等重新测算"


@pytest.fixture
def address(prepared: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The dashboard on an assessed copy of the simulated city, which the environment names."""
    database = tmp_path / "city.db"
    shutil.copy(prepared[CITY], database)
    monkeypatch.setenv("ZHIBIAO_HOME", str(ROOT))
    monkeypatch.setenv("ZHIBIAO_WORKSPACE", CITY)
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{database}")
    opened = open_workspace(CITY)
    assess(opened.store, ADMIN, opened.policy, as_of=AS_OF)
    (red,) = [row for row in queries.overview(opened.store, ADMIN, as_of=AS_OF).rows if row.target == CODE]
    assert red.assessment is not None
    assert red.assessment.flag is Flag.RED
    opened.close()
    yield from serving(tmp_path)


def ledger() -> tuple[Revision, ...]:
    """The target's ledger in the database the environment names."""
    opened = open_workspace(CITY)
    try:
        return queries.get_target(opened.store, ADMIN, CODE).history
    finally:
        opened.close()


def settle(page: Page) -> None:
    page.wait_for_selector(READY, timeout=60_000)


def test_a_red_is_opened_tried_revised_and_found_in_the_ledger(page: Page, address: str) -> None:
    visit(page, f"{address}/?workspace={CITY}&as_of={AS_OF}")
    page.locator(f"tr[data-go='target:{CODE}']").first.click()
    page.get_by_text("为什么是").wait_for(timeout=60_000)

    page.locator(f"[data-go='adjust:{CODE}']").first.click()
    page.get_by_text("试算不写入台账").wait_for(timeout=60_000)
    value = page.get_by_label("目标值（亿元）")
    expect(value).to_have_value("36.00", timeout=60_000)
    value.fill("33.7")
    value.press("Tab")
    expect(page.get_by_text("把目标由 36.0 亿元 改为 33.7 亿元")).to_be_visible(timeout=60_000)

    reason = page.get_by_label("理由（必填）")
    reason.fill(REASON)
    reason.press("Tab")
    settle(page)
    page.get_by_role("button", name="记入台账…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("调整后")).to_be_visible(timeout=60_000)
    assert len(ledger()) == 1
    dialog.get_by_role("button", name="确认").dblclick()
    expect(page.get_by_text("已记入台账")).to_be_visible(timeout=60_000)
    assert [entry.terms.value for entry in ledger()] == [36e8, 33.7e8]

    page.locator(f"[data-go='target:{CODE}']").first.click()
    expect(page.get_by_text(REASON).first).to_be_visible(timeout=60_000)
    expect(page.get_by_text("目标值调整").first).to_be_visible()
