"""How fast the screens open with many targets, and what a session costs, in a real Chromium.

    python bench/screens_bench.py [--targets 10000] [--repeat 5] [--home FOLDER]

Makes an installation of simulated targets (kept in FOLDER if one is given, and used again), starts the
server, and does what a planner does. Every step is timed on the clock from the click until the page shows
what was asked for, and until it has settled; beside it stand the processor seconds of server and browser
(a busy machine changes them less). A fresh visit also loads the framework into the browser: a page of one
line, served by the same framework, tells how much of it that is.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bench.screens_parts import world  # noqa: E402
from bench.screens_parts.browsing import Planner, Step, chromium  # noqa: E402
from bench.screens_parts.serving import resident_mb, serving  # noqa: E402

FLAGS = ("预警", "关注", "正常")
SESSIONS = (1, 5, 10)
TARGETS_A_VISIT = 3
BLANK = ROOT / "bench" / "screens_parts" / "blank.py"
LINE = "{:<44} {:>7} {:>7} {:>7} {:>9} {:>9}"


def main() -> None:
    """Make the installation, walk through it, print what it took."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--targets", type=int, default=10_000)
    parser.add_argument("--repeat", type=int, default=5)
    parser.add_argument("--home", type=Path, default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = given.home or Path(folder) / "home"
        if not (home / "configs").exists():
            started = time.perf_counter()
            world.make_installation(home, given.targets)
            print(f"{given.targets:,} simulated targets made in {time.perf_counter() - started:.0f} s")
        world.use(home)
        with serving(Path(folder) / "server.log") as (address, server):
            _measure(home, address, server, given.repeat)


def _measure(home: Path, address: str, server: int, repeat: int) -> None:
    _tell_load()
    print(LINE.format("median (largest) of seconds", "shown", "settled", "largest", "server", "browser"))
    with chromium() as browser:

        def planner() -> Planner:
            return Planner(browser, address, server)

        first = planner()
        _tell("first visit to a new server", [first.open_overview()])
        print(f"memory of the server after it: {resident_mb(server):,.0f} MB")
        first.close()
        changed, fresh, again, filters, targets = [], [], [], [], []
        for _ in range(repeat):
            world.record_something(home)
            visitor = planner()
            changed.append(visitor.open_overview())
            visitor.close()
            visitor = planner()
            fresh.append(visitor.open_overview())
            filters += [visitor.choose_flag(word) for word in FLAGS]
            for row in range(TARGETS_A_VISIT):
                targets.append(visitor.open_target(row))
                again.append(visitor.return_to_overview())
            visitor.close()
        _tell("fresh visit after something was recorded", changed)
        _tell("fresh visit", fresh)
        _tell("overview, by a click", again)
        _tell("filter by flag, each choice first", filters[: len(FLAGS)])
        _tell("filter by flag", filters)
        _tell("target, by a click, first of a visit", targets[::TARGETS_A_VISIT])
        _tell("target, by a click", [each for n, each in enumerate(targets) if n % TARGETS_A_VISIT])
        _sessions(planner, server)
        with serving(home / "var" / "blank.log", BLANK) as (empty, other):
            visits = [Planner(browser, empty, other).open_blank() for _ in range(repeat + 1)]
            _tell("fresh visit to a page of one line", visits[1:])
    _tell_load()


def _tell_load() -> None:
    load = ", ".join(f"{each:.1f}" for each in os.getloadavg())
    print(f"load of the machine: {load} on {os.cpu_count()} cores")


def _tell(name: str, steps: Sequence[Step]) -> None:
    def middle(part: str) -> str:
        return f"{statistics.median(getattr(step, part) for step in steps):.2f}"

    largest = f"{max(step.settled for step in steps):.2f}"
    print(LINE.format(name, middle("shown"), middle("settled"), largest, middle("server"), middle("browser")))


def _sessions(planner: Callable[[], Planner], server: int) -> None:
    """Memory with several people at the overview at once."""
    open_now: list[Planner] = []
    for count in SESSIONS:
        while len(open_now) < count:
            open_now.append(planner())
            open_now[-1].open_overview()
        print(f"{count:>3} open sessions: the server holds {resident_mb(server):,.0f} MB")
    for each in open_now:
        each.close()


if __name__ == "__main__":
    main()
