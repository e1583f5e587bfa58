"""What a planner does at the screens, each step timed from the click until the page has settled."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

from bench.screens_parts.serving import processor_seconds

READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
PATIENCE_MS = 180_000


TABLE, FILTERS = "tr[data-go] svg", ".st-key-filters"
CHART = "[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg"
# Waits in the page itself for the next click, then frame by frame for what it is to show: a driver outside
# adds the time of its own checks before the click and of its messages after it.
_WATCH = """
(wanted) => {
  const roots = () => [
    document, ...[...document.querySelectorAll("*")].map((each) => each.shadowRoot).filter(Boolean)
  ];
  const table = () => {
    const root = roots().find((each) => each.querySelector("tr[data-go]"));
    return root ? root.textContent : "";
  };
  const before = table();
  const is_there = () => {
    const all = roots();
    return wanted.css.every((css) => all.some((root) => root.querySelector(css)))
      && (wanted.table === null || (table() !== before && table().includes(wanted.table)));
  };
  window.zhibiao_seen = new Promise((resolve) => {
    addEventListener("click", (event) => {
      const look = () => {
        if (!is_there()) return requestAnimationFrame(look);
        requestAnimationFrame(() => resolve((performance.now() - event.timeStamp) / 1000));
      };
      requestAnimationFrame(look);
    }, { capture: true, once: true });
  });
}
"""


@dataclass(frozen=True)
class Step:
    """Seconds of one step: until shown, until all is settled, of the server's processor, of the browser's.

    `shown` of a click runs from its event to the frame after the one that shows what it asked for.
    """

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
        """A fresh visit with a browser that has nothing of the program yet."""
        return self._open(TABLE)

    def open_blank(self) -> Step:
        """The same with a page of one line: what the framework itself takes."""
        return self._open("[data-testid=stMarkdown]")

    def return_to_overview(self) -> Step:
        """One click on the overview in the list of pages."""
        return self._clicked(self._page.locator("a", has_text="总览").first, TABLE, FILTERS)

    def choose_flag(self, word: str) -> Step:
        """One click on the flag filter."""
        button = self._page.locator(".st-key-filters button").filter(has_text=word).first
        return self._clicked(button, TABLE, table=word)

    def open_target(self, row: int) -> Step:
        """One click on a row."""
        return self._clicked(self._page.locator("tr[data-go]").nth(row), CHART)

    def _open(self, seen: str) -> Step:
        def shown() -> float:
            started = time.perf_counter()
            self._page.goto(self._address)
            self._page.wait_for_selector(seen)
            return time.perf_counter() - started

        return self._timed(shown)

    def _clicked(self, where: Locator, *css: str, table: str | None = None) -> Step:
        def shown() -> float:
            self._page.evaluate(_WATCH, {"css": css, "table": table})
            where.click()
            return float(self._page.evaluate("window.zhibiao_seen"))

        return self._timed(shown)

    def _timed(self, shown: Callable[[], float]) -> Step:
        self._page.wait_for_timeout(700)  # what the step before left behind
        server, browser = processor_seconds(self._server), processor_seconds(os.getpid())
        started = time.perf_counter()
        seconds = shown()
        self._page.wait_for_selector(READY)
        settled = time.perf_counter() - started
        self._page.wait_for_timeout(300)
        return Step(
            seconds,
            settled,
            processor_seconds(self._server) - server,
            # The server is a child of this process too.
            processor_seconds(os.getpid()) - browser - (processor_seconds(self._server) - server),
        )
