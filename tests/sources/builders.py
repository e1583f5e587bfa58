"""A workspace around a store, and sources to ask in it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from monitor import commands
from monitor.config import Settings
from monitor.config.figure_sources import SourceEntry
from monitor.core.sources import SourceRun
from monitor.sources import run_source
from monitor.store import Store
from tests.monitor.builders import ADMIN, YEARBOOK, catalogue

NOW = dt.datetime(2026, 3, 20, 1, 0, tzinfo=dt.UTC)
HEADER = "indicator,region,period,value,unit,origin"
COLUMNS = {
    "indicator": {"constant": "hightech_enterprises"},
    "region": {"field": "area", "codes": {"MY": "510700"}},
    "period": "year",
    "value": "count",
    "unit": {"constant": "家"},
}


def figures_csv(*rows: tuple[str, object], origin: str = "yearbook") -> str:
    """A file in the observation layout: periods and values of one series."""
    lines = [f"hightech_enterprises,510700,{period},{value},家,{origin}" for period, value in rows]
    return "\n".join([HEADER, *lines, ""])


def seeded(store: Store) -> Store:
    """The store with the small catalogue and its origins."""
    commands.seed_catalogue(store, ADMIN, catalogue(), apply=True)
    commands.record_origins(store, ADMIN, [YEARBOOK])
    return store


def settings_in(home: Path) -> Settings:
    """Settings of a workspace in a folder of its own."""
    (home / "configs").mkdir(exist_ok=True)
    return Settings(
        workspace="real",
        label_zh="实际数据",
        label_en="Real data",
        simulated=False,
        home=home,
        configs_dir=home / "configs",
        data_dir=home / "data",
        database_url="",
        timezone="Asia/Shanghai",
        seed=1,
        n_draws=200,
    )


def a_source(code: str = "office", **sections: Any) -> SourceEntry:
    """A source asked every working day at seven."""
    fields = {"code": code, "title_zh": "统计局", "title_en": "Office", "schedule": "0 7 * * mon-fri"}
    return SourceEntry.model_validate({**fields, **sections})


def ask(store: Store, home: Path, source: SourceEntry, *, now: dt.datetime = NOW) -> SourceRun:
    """One run that waits for nothing."""
    return run_source(store, ADMIN, settings_in(home), source, now=now, pause=lambda _seconds: None)
