"""A bad row in a real Chromium: uploaded, refused, repaired, stored."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from monitor import queries
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.setup import open_workspace
from monitor.store import Store
from tests.browser.conftest import NEEDS_CHROMIUM, READY, ROOT, serving, visit

pytestmark = NEEDS_CHROMIUM

CITY = "simulated_city"
ROWS = """指标,地区,时期,数值,单位,发布日期,来源,备注
sim_angel_funds,SIM000,2026-Q3,61.5,亿元,2026-11-20,sim_finance,模拟数据
sim_st_loans,SIM000,2026-10,441.2,吨,2026-11-20,sim_finance,模拟数据
"""
"""Simulated figures: one release that is right, and one with a unit that is none."""


@pytest.fixture
def database(prepared: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the simulated city, which the environment names."""
    path = tmp_path / "city.db"
    shutil.copy(prepared[CITY], path)
    monkeypatch.setenv("ZHIBIAO_HOME", str(ROOT))
    monkeypatch.setenv("ZHIBIAO_WORKSPACE", CITY)
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{path}")
    return path


@pytest.fixture
def address(database: Path, tmp_path: Path) -> Iterator[str]:
    yield from serving(tmp_path)


def shows(page: Page, words: str) -> None:
    """Wait until the page shows something."""
    expect(page.get_by_text(words)).to_be_visible(timeout=30_000)


def loans(store: Store) -> set[float]:
    """Every release of the loans in October, in 亿元."""
    found = queries.known_observations(
        store, ADMIN, as_of=store.clock.now().date(), indicators=["sim_st_loans"]
    )
    return {round(each.value / 1e8, 1) for each in found if each.period == "2026-10"}


@pytest.mark.usefixtures("database")
def test_a_row_with_a_bad_unit_is_repaired_and_stored(page: Page, address: str) -> None:
    visit(page, f"{address}/data?workspace={CITY}&section=upload")
    expect(page.locator(".tag", has_text="模拟数据")).to_be_visible(timeout=30_000)
    page.locator("input[type=file]").set_input_files(
        {"name": "模拟月报.csv", "mimeType": "text/csv", "buffer": ROWS.encode()}
    )
    shows(page, "“吨”不是单位。")
    page.get_by_role("button", name="入库…").click()
    page.get_by_role("button", name="确认入库").dblclick()
    shows(page, "入库完成：1 个数据")

    page.get_by_role("button", name="处理未入库的行").click()
    expect(page.get_by_role("radio", name="待处理").first).to_be_checked(timeout=30_000)
    page.wait_for_selector(READY, timeout=30_000)  # the browser holds the new section too
    page.locator("[data-go^='row:']").click()
    shows(page, "同一序列的相邻数据")
    page.get_by_label("单位", exact=True).fill("亿元")
    page.get_by_label("单位", exact=True).press("Enter")
    shows(page, "通过检查，将入库")
    page.get_by_label("理由").fill("单位误填")
    page.get_by_role("button", name="修正并重新入库").click()
    shows(page, "号行已入库")
    expect(page.locator("[data-go^='row:']", has_text="模拟月报.csv")).to_have_count(0, timeout=30_000)

    opened = open_workspace(CITY)
    try:
        kept = queries.quarantined_rows(opened.store, ADMIN, state=None)
        (row,) = [each for each in kept if each.row.refusal.file == "模拟月报.csv"]
        assert (row.row.raw["单位"], row.cells["单位"]) == ("吨", "亿元")
        assert 441.2 in loans(opened.store)
        stored = queries.loads(opened.store, ADMIN, limit=2)
        assert [each.source for each in stored] == ["quarantine", "files"]
    finally:
        opened.close()
