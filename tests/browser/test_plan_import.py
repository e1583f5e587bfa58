"""A plan in a real Chromium: uploaded, reviewed, recorded, seen among the targets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor import queries
from monitor.clock import today
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.setup import open_workspace
from tests.browser.conftest import NEEDS_CHROMIUM, READY, ROOT, serving, visit

pytestmark = NEEDS_CHROMIUM

YEAR = today().year
PLAN = f"""绵阳市科学技术局{YEAR}年科技创新工作要点（示例文本）

一、目标
全市高新技术企业达到1200家，全社会研发经费投入强度达到7.6%，技术合同成交额达到150亿元。
二、任务
新增市级示范食堂7家。<script>document.title = "run"</script>
"""
ENTERPRISES, INTENSITY, CONTRACTS, CANTEENS = range(4)


@pytest.fixture
def database(prepared: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the real workspace, which the environment names; nothing in it is assessed."""
    path = tmp_path / "real.db"
    shutil.copy(prepared["real"], path)
    monkeypatch.setenv("ZHIBIAO_HOME", str(ROOT))
    monkeypatch.setenv("ZHIBIAO_WORKSPACE", "real")
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{path}")
    return path


@pytest.fixture
def address(database: Path, tmp_path: Path) -> Iterator[str]:
    yield from serving(tmp_path)


def decide(page: Page, decision: str, position: int) -> None:
    """One click on a row, as hasty people click."""
    page.wait_for_selector(READY, timeout=60_000)  # a list about to be replaced stands there twice
    page.locator(f".pick[data-go='{decision}:{position}:0']").dblclick()
    expect(page.locator(f".pick[data-go='pending:{position}:1']")).to_be_visible(timeout=60_000)


def edit_value(page: Page, position: int, value: str) -> None:
    page.locator(f"tr[data-go='item:{position}']").click()
    expect(page.locator(f".passage[data-here='item:{position}'] .mark.chosen")).to_be_visible(timeout=60_000)
    field = page.get_by_label("数值")
    expect(field).to_have_count(1, timeout=60_000)  # the one of the proposal before is gone
    page.wait_for_selector(READY, timeout=60_000)  # and this one stays
    field.fill(value)
    field.press("Enter")
    expect(page.get_by_text("修改后的条款可以登记")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="接受", exact=True).click()
    expect(page.locator(f".pick[data-go='pending:{position}:1']")).to_be_visible(timeout=60_000)


@pytest.mark.usefixtures("database")
def test_a_plan_is_uploaded_reviewed_and_recorded(page: Page, address: str) -> None:
    visit(page, f"{address}/plans")  # the first address asked of a new process
    assert page.get_by_text("Page not found").count() == 0
    page.get_by_role("button", name="上传规划").click()
    page.locator("input[type=file]").set_input_files(
        {"name": "example.txt", "mimeType": "text/plain", "buffer": PLAN.encode()}
    )
    page.get_by_role("button", name="开始审核").click()
    expect(page.get_by_text("已审 0 / 4")).to_be_visible(timeout=60_000)
    decide(page, "accepted", ENTERPRISES)
    decide(page, "accepted", CONTRACTS)
    edit_value(page, INTENSITY, "7.8")
    decide(page, "rejected", CANTEENS)
    page.reload()  # the browser forgets, the review does not
    expect(page.get_by_text("已审 4 / 4")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="登记 3 项").click()
    page.get_by_role("button", name="确认登记").dblclick()
    expect(page.get_by_text("已登记 3 项目标").first).to_be_visible(timeout=60_000)
    assert page.title() != "run"

    opened = open_workspace("real")
    plan = f"plan_510700_{YEAR}"
    entered = {
        target.history[0].terms.indicator: target
        for target in queries.get_targets(opened.store, ADMIN, plan=plan)
    }
    opened.close()
    assert len(entered) == 3
    intensity = entered["rd_intensity"]
    assert (intensity.history[0].terms.value, len(intensity.history)) == (7.8, 1)

    page.locator(f"[data-go='target:{intensity.code}']").first.click()
    expect(page.get_by_text("校验链完整")).to_be_visible(timeout=60_000)
    visit(page, address)
    expect(page.locator(f"tr[data-go='target:{intensity.code}']").first).to_be_visible(timeout=60_000)
