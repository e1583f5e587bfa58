"""Whole workspaces, set up once and copied for each test that writes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from monitor.core.access import LOCAL_ADMINISTRATOR
from monitor.setup import Workspace, initialise, open_workspace

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Database files with catalogue and figures loaded, nothing assessed; not to be written to."""
    folder = tmp_path_factory.mktemp("workspaces")
    files = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZHIBIAO_HOME", str(ROOT))
        for name in ("real", "simulated_city"):
            files[name] = folder / f"{name}.db"
            patch.setenv("ZHIBIAO_WORKSPACE", name)
            patch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{files[name]}")
            initialise(name, LOCAL_ADMINISTRATOR)
    return files


@pytest.fixture
def environment(
    prepared: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> str:
    """The environment of one workspace on a database of its own; `@pytest.mark.workspace(name)` chooses."""
    marker = request.node.get_closest_marker("workspace")
    name = marker.args[0] if marker else "real"
    database = tmp_path / f"{name}.db"
    shutil.copy(prepared[name], database)
    monkeypatch.setenv("ZHIBIAO_HOME", str(ROOT))
    monkeypatch.setenv("ZHIBIAO_WORKSPACE", name)
    monkeypatch.setenv("ZHIBIAO_DATABASE_URL", f"sqlite:///{database}")
    return name


@pytest.fixture
def workspace(environment: str) -> Iterator[Workspace]:
    """That workspace, opened."""
    opened = open_workspace(environment)
    yield opened
    opened.close()
