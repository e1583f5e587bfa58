"""What a planner does at the screens, each step timed from the click until the page has settled."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from bench.screens_parts.serving import processor_seconds

READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
PATIENCE_MS = 180_000


@dataclass(frozen=True)
class Step:
    """Seconds of one step: on the clock, of the server's processor, of the browser's."""

    shown: float
    settled: float
    server: float
    browser: float


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without a window."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--disable-gpu"])
        yield browser
        browser.close()


class Planner:
    """One session at the screens."""

    def __init__(self, browser: Browser, address: str, server: int) -> None:
        self._address, self._server = address, server
        self._context: BrowserContext = browser.new_context(
            locale="zh-CN", timezone_id="Asia/Shanghai", viewport={"width": 1366, "height": 768}
        )
        self._page: Page = self._context.new_page()
        self._page.set_default_timeout(PATIENCE_MS)

    def close(self) -> None:
        """Leave."""
        self._context.close()

    def open_overview(self) -> Step:
        """A fresh visit."""
        return self._timed(lambda: self._page.goto(self._address), "tr[data-go] svg")

    def choose_flag(self, word: str) -> Step:
        """One click on the flag filter."""
        button = self._page.locator(".st-key-filters button").filter(has_text=word).first
        return self._timed(button.click, f"tr[data-go]:first-child td:first-child:has-text('{word}')")

    def open_first_target(self) -> Step:
        """One click on the first row."""
        row = self._page.locator("tr[data-go]").first
        return self._timed(row.click, "canvas, [data-testid=stVegaLiteChart] svg")

    def _timed(self, act: Callable[[], object], seen: str) -> Step:
        self._page.wait_for_timeout(700)  # what the step before left behind
        server, browser = processor_seconds(self._server), processor_seconds(os.getpid())
        started = time.perf_counter()
        act()
        self._page.wait_for_selector(seen)
        shown = time.perf_counter() - started
        self._page.wait_for_selector(READY)
        settled = time.perf_counter() - started
        self._page.wait_for_timeout(300)
        return Step(
            shown,
            settled,
            processor_seconds(self._server) - server,
            # The server is a child of this process too.
            processor_seconds(os.getpid()) - browser - (processor_seconds(self._server) - server),
        )
