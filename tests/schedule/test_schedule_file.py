"""`configs/schedule.yaml`: what is refused, and how a workspace's own file is laid over it."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.config import Settings, load_settings
from monitor.config.schedule import load_schedule, schedule_fingerprint
from monitor.core.errors import ConfigError
from monitor.schedule import KINDS, options_of, trigger_of
from tests.schedule.builders import ROOT, make_home

TAKES = {"note": frozenset({"seconds"})}


def settings(home: Path, workspace: str = "real") -> Settings:
    return load_settings(workspace, {"ZHIBIAO_HOME": str(home)})


def test_the_shipped_schedule_is_accepted() -> None:
    found = load_schedule(settings(ROOT), options_of(KINDS))
    assert {job.kind for job in found.jobs.values()} <= KINDS.keys()
    assert all(trigger_of(job, found) for job in found.jobs.values())


@pytest.mark.parametrize(
    ("jobs", "told"),
    [
        ("  a: {kind: note, cron: '0 8 * * 1'}\n", "jobs.a.cron"),
        ("  a: {kind: note, cron: '0 25 * * *'}\n", "jobs.a.cron"),
        ("  a: {kind: note, every: 0s}\n", "a step such as 30s"),
        ("  a: {kind: note, every: 1m, cron: '0 8 * * *'}\n", "either cron or every"),
        ("  a: {kind: note, every: 1m, on: working_day}\n", "with cron only"),
        ("  a: {kind: note, every: 1m, tz: x}\n", "'tz'"),
        ("  a: {kind: nothing, every: 1m}\n", "jobs.a.kind: found 'nothing'; allowed: note"),
        ("  a: {kind: note, every: 1m, options: {second: 3}}\n", "jobs.a.options.second"),
        ("  A b: {kind: note, every: 1m}\n", "lower-case"),
        ("  a: {kind: note, every: 1m}\nzone: x\n", "'zone'"),
        (
            "  a: {kind: note, every: 1m}\nholidays: {working_days: [2026-10-05], days_off: [2026-10-05]}\n",
            "once",
        ),
    ],
)
def test_what_is_refused_names_its_place(tmp_path: Path, jobs: str, told: str) -> None:
    home = make_home(tmp_path, jobs)
    with pytest.raises(ConfigError, match=r"schedule\.yaml") as caught:
        load_schedule(settings(home), TAKES)
    assert told in str(caught.value)


def test_a_workspace_lays_its_own_file_over_it(tmp_path: Path) -> None:
    home = make_home(tmp_path, "  a: {kind: note, every: 1m}\n  b: {kind: note, every: 2m}\n")
    simulated = settings(home, "simulated_city")
    before = schedule_fingerprint(simulated)
    simulated.configs_dir.mkdir()
    own = simulated.configs_dir / "schedule.yaml"
    own.write_text("timezone: UTC\njobs:\n  b: {kind: note, every: 5m, enabled: no}\n")
    merged = load_schedule(simulated, TAKES)
    assert (merged.timezone, merged.jobs["a"].every, merged.jobs["b"].every) == ("UTC", "1m", "5m")
    assert not merged.jobs["b"].enabled
    assert load_schedule(settings(home), TAKES).jobs["b"].every == "2m"
    assert schedule_fingerprint(simulated) != before
