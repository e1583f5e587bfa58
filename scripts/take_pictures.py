"""Take the pictures of the pages that the documents show.

    python scripts/take_pictures.py [--home FOLDER] [--out docs/pictures]

FOLDER is an installation prepared by `zhibiao demo`; without one a temporary one is prepared first, which
takes some minutes. Needs Chromium and a Chinese font.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.screens_parts.serving import serving  # noqa: E402

READY = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
SMALL, LARGE = (1366, 768), (1920, 1080)
REAL_TARGET = "sichuan_rd_input_plan.rd_intensity_2027"
PATIENCE_MS = 180_000
SETTLING_MS = 2_500
"""Charts are drawn after the script has ended."""


@dataclass(frozen=True)
class Picture:
    """One file: the page, what its address says, and how it is looked at."""

    name: str
    page: str
    asked: dict[str, str]
    size: tuple[int, int] = SMALL
    scheme: str = "light"


def _in(workspace: str, **asked: str) -> dict[str, str]:
    return {"workspace": workspace, **asked}


PICTURES = (
    Picture("overview", "", _in("real")),
    Picture("target", "target", _in("real", id=REAL_TARGET)),
    Picture("adjust", "adjust", _in("real", id=REAL_TARGET)),
    Picture("plans", "plans", _in("real")),
    Picture("data", "data", _in("simulated_city")),
    Picture("mail_page", "mail", _in("simulated_city")),
    Picture("record", "record", _in("real")),
    Picture("settings", "settings", _in("simulated_city")),
    Picture("overview_en", "", _in("simulated_city", lang="en")),
    Picture("overview_dark", "", _in("simulated_city"), LARGE, "dark"),
    Picture("wall_dark", "", _in("simulated_city", view="wall"), LARGE, "dark"),
)


def main() -> None:
    """Prepare, serve, take every picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures")
    parser.add_argument("--only", nargs="*", default=None, help="names of pictures")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home.resolve() if given.home else _prepared(Path(folder) / "home")
        os.environ["ZHIBIAO_HOME"] = str(home)
        with serving(Path(folder) / "server.log") as (address, _), sync_playwright() as playwright:
            found = os.environ.get("CHROMIUM") or shutil.which("chromium")
            browser = playwright.chromium.launch(executable_path=found, args=["--disable-gpu"])
            for picture in PICTURES:
                if given.only is None or picture.name in given.only:
                    print(_take(browser, address, picture, given.out))
            browser.close()


def _prepared(home: Path) -> Path:
    """An installation as `make demo` prepares it."""
    shutil.copytree(ROOT / "configs", home / "configs")
    shutil.copytree(ROOT / "data", home / "data")
    command = Path(sys.executable).with_name("zhibiao")
    subprocess.run([command, "demo"], check=True, env={**os.environ, "ZHIBIAO_HOME": str(home)})
    return home


def _take(browser: Browser, address: str, picture: Picture, out: Path) -> Path:
    width, height = picture.size
    context = browser.new_context(
        locale="zh-CN",
        timezone_id="Asia/Shanghai",
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.scheme == "dark" else "light",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_MS)
    page.goto(f"{address}/{picture.page}?{urlencode(picture.asked)}")
    page.wait_for_selector(READY)
    page.wait_for_timeout(SETTLING_MS)
    page.wait_for_selector(READY)
    path = out / f"{picture.name}.png"
    page.screenshot(path=path)
    context.close()
    return path


if __name__ == "__main__":
    main()
