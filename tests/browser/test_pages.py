"""The pages in a real Chromium on shipped figures: they show, they link, nothing leaves the machine."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from monitor.assess import assess
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.setup import open_workspace

ROOT = Path(__file__).resolve().parents[2]
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium")
AS_OF = "2026-11-21"
READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
QUIET = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None, reason="no Chromium here: apt-get install chromium fonts-noto-cjk brings it"
    ),
]


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
        yield from _serving(folder)


def _serving(folder: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.port", str(port)]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
        try:
            _wait_until_healthy(port, server)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(10)


def _wait_until_healthy(port: int, server: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        assert server.poll() is None, "the dashboard stopped"
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the dashboard did not answer within 30 seconds")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(QUIET))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page; the test fails if it asks for anything outside this machine."""
    context = browser.new_context(
        locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1366, "height": 2000}
    )
    opened, outside = context.new_page(), []
    own = ("http://127.0.0.1", "ws://127.0.0.1", "data:", "blob:")
    opened.on("request", lambda request: None if request.url.startswith(own) else outside.append(request.url))
    yield opened
    context.close()
    assert outside == []


def visit(page: Page, url: str) -> None:
    page.goto(url)
    page.wait_for_selector(READY, timeout=60_000)


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
