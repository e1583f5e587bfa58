"""The pages in a real Chromium on shipped figures: they show, they link, nothing leaves the machine."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from monitor.assess import assess
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.setup import open_workspace
from tests.browser.conftest import NEEDS_CHROMIUM, ROOT, serving, visit

AS_OF = "2026-11-21"

pytestmark = NEEDS_CHROMIUM


@pytest.fixture(scope="module")
def address(prepared: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The dashboard on an assessed copy of the real workspace."""
    folder = tmp_path_factory.mktemp("dashboard")
    database = folder / "real.db"
    shutil.copy(prepared["real"], database)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIBIAO_HOME", str(ROOT))
        patch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{database}")
        opened = open_workspace("real")
        assess(opened.store, ADMIN, opened.policy, as_of=dt.date.fromisoformat(AS_OF))
        opened.close()
        yield from serving(folder)


def test_the_overview_lists_targets_and_leads_to_one(page: Page, address: str) -> None:
    visit(page, f"{address}/?as_of={AS_OF}")
    page.get_by_text("科技指标监测总览").wait_for()
    page.get_by_text("研发经费投入强度").first.wait_for()
    page.locator("tr[data-go]").first.click()
    page.get_by_text("为什么是").wait_for(timeout=30_000)
    assert "id=" in page.url


def test_a_target_page_draws_its_fan_and_says_why(page: Page, address: str) -> None:
    visit(page, f"{address}/target?id=sichuan_rd_input_plan.rd_intensity_2027&as_of={AS_OF}")
    page.get_by_text("历史与预测").wait_for()
    page.locator("canvas, [data-testid=stVegaLiteChart] svg").first.wait_for(timeout=30_000)
    page.get_by_text("校验链完整").wait_for()


def test_english_is_one_click_away(page: Page, address: str) -> None:
    visit(page, f"{address}/?as_of={AS_OF}&lang=en")
    page.get_by_text("R&D intensity").first.wait_for()
    assert page.get_by_text("科技指标监测总览").count() == 0


def test_an_unknown_target_is_answered_in_words(page: Page, address: str) -> None:
    visit(page, f"{address}/target?id=nonsense&as_of={AS_OF}")
    page.wait_for_timeout(1_000)
    assert page.get_by_text("Traceback").count() == 0
