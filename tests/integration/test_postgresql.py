"""The same run on PostgreSQL gives the same numbers."""

from __future__ import annotations

import datetime as dt

import pytest

from monitor import queries
from monitor.assess import assess
from monitor.core.access import LOCAL_ADMINISTRATOR as ADMIN
from monitor.setup import Workspace, initialise, open_workspace
from tests.conftest import NewDatabase

TODAY = dt.date(2026, 11, 21)


def numbers(workspace: Workspace) -> dict[str, object]:
    assess(workspace.store, ADMIN, workspace.policy, as_of=TODAY)
    found = queries.latest_assessments(workspace.store, ADMIN, as_of=TODAY)
    return {
        code: (entry.flag, entry.probability_met, entry.quantiles, entry.figures, entry.input_hash)
        for code, entry in found.items()
    }


@pytest.mark.parametrize("new_database", ["postgresql"], indirect=True)
@pytest.mark.parametrize(
    "name",
    [
        pytest.param("real", marks=pytest.mark.workspace("real")),
        pytest.param("simulated_city", marks=pytest.mark.workspace("simulated_city")),
    ],
)
def test_both_databases_give_the_same_numbers(
    name: str, workspace: Workspace, new_database: NewDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_sqlite = numbers(workspace)
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", new_database(False))
    initialise(name, ADMIN)
    other = open_workspace(name)
    try:
        on_postgresql = numbers(other)
    finally:
        other.close()
    assert len(on_sqlite) > 50
    assert on_postgresql == on_sqlite
