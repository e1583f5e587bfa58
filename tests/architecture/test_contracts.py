"""The architecture holds, and each contract really fails when it is broken."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BREAKS = {
    "forecast is pure": ("forecast/scores.py", "import sqlalchemy"),
    "monitor is layered": ("monitor/core/periods.py", "import monitor.store"),
    "the core has an order": ("monitor/core/units.py", "import monitor.core.ledger"),
    "screens read only": ("monitor/dashboard/pages/overview/matrix.py", "import monitor.store"),
    "pages do not import": (
        "monitor/dashboard/pages/mail/page.py",
        "import monitor.dashboard.pages.data.page",
    ),
    "only the adapter": ("monitor/setup.py", "import forecast"),
    "the core is pure": ("monitor/workplan/text.py", "import pathlib"),
}


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-c",
        "from importlinter.cli import lint_imports_command; lint_imports_command()",
    ]
    return subprocess.run([*command, "--no-cache"], cwd=folder, capture_output=True, text=True, check=False)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    for name in ("forecast", "monitor"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_contracts_hold(copy: Path) -> None:
    found = lint_imports(copy)
    assert found.returncode == 0, found.stdout


@pytest.mark.parametrize("contract", BREAKS)
def test_each_contract_can_fail(copy: Path, contract: str) -> None:
    file, line = BREAKS[contract]
    with (copy / file).open("a", encoding="utf-8") as target:
        target.write(f"\n{line}\n")
    found = lint_imports(copy)
    assert found.returncode != 0
    broken = [text for text in found.stdout.splitlines() if "BROKEN" in text or contract in text]
    assert any(contract in text for text in broken), found.stdout


def test_a_new_module_must_choose_its_layer(copy: Path) -> None:
    (copy / "monitor" / "newcomer.py").write_text('"""Nothing."""\n', encoding="utf-8")
    assert lint_imports(copy).returncode != 0


def test_app_is_a_shell() -> None:
    """Page config and navigation only: no function, no class, a handful of statements."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    assert len(tree.body) <= 10
    allowed = (ast.Import, ast.ImportFrom, ast.Expr, ast.Assign)
    assert all(isinstance(node, allowed) for node in tree.body)


def test_nothing_happens_at_import() -> None:
    """Importing every module opens no file of ours, no database and no socket."""
    script = (
        "import sys, pkgutil, importlib\n"
        "def guard(event, args):\n"
        "    if event in ('socket.connect', 'sqlite3.connect', 'subprocess.Popen'):\n"
        "        raise SystemExit(f'{event} at import')\n"
        "sys.addaudithook(guard)\n"
        "import forecast, monitor\n"
        "skip = ('monitor.migrations', 'monitor.ingest.workbook_child', 'monitor.documents.pdf_child')\n"
        "for package in (forecast, monitor):\n"
        "    for found in pkgutil.walk_packages(package.__path__, package.__name__ + '.'):\n"
        "        if not found.name.startswith(skip):\n"
        "            importlib.import_module(found.name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]


def test_no_lock_names_an_address() -> None:
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert "http://" not in lock
    assert "https://" not in lock
    assert "--hash=sha256:" in lock
