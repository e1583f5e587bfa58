"""A desk at a small database, and the page of figures shown at it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from monitor.core.access import Actor
from monitor.dashboard.desk import Desk
from monitor.setup import Workspace
from monitor.store import Store
from tests.dashboard.builder import POLICY
from tests.monitor.builders import ADMIN
from tests.sources.builders import settings_in

SOURCES = """
sources:
  - code: office
    title_zh: 统计局月报
    title_en: Monthly report
    schedule: "30 8 * * mon-fri"
    folder: {path: var/inbox}
"""


class StoreDesk(Desk):
    """A desk that asks and writes to a store of its own, and keeps no answer."""

    def __init__(self, opened: Workspace, actor: Actor) -> None:
        super().__init__("test", actor)
        self._own = opened

    @property
    def opened(self) -> Workspace:
        return self._own

    def ask(self, question: Any, *facts: Any, **named_facts: Any) -> Any:
        return self.ask_now(question, *facts, **named_facts)


def a_desk(store: Store, home: Path, actor: Actor = ADMIN) -> StoreDesk:
    """A desk at a store, whose settings lie in a folder of its own."""
    settings = settings_in(home)
    (settings.configs_dir / "sources.yaml").write_text(SOURCES, encoding="utf-8")
    return StoreDesk(Workspace(settings, POLICY, store), actor)
