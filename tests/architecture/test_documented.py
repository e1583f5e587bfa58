"""What exists is documented: indicators, commands, words."""

from __future__ import annotations

from pathlib import Path

import typer

from monitor.cli import app
from monitor.config import load_catalogue
from monitor.core.flags import Flag
from monitor.core.reasons import DetailCode, ReasonCode

ROOT = Path(__file__).resolve().parents[2]


def test_every_indicator_is_defined() -> None:
    catalogue = load_catalogue(ROOT / "configs")
    for indicator in catalogue.indicators.values():
        assert indicator.definition.strip(), indicator.code
        assert indicator.publisher.strip(), indicator.code


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    group = typer.main.get_command(app)
    for name in group.commands:  # type: ignore[attr-defined]
        assert f"zhibiao {name}" in readme, name


def test_every_flag_is_in_the_glossary() -> None:
    glossary = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    assert all(flag.value in glossary for flag in Flag)


def test_every_reason_has_its_facts_listed() -> None:
    contract = (ROOT / "monitor" / "words" / "wording.py").read_text(encoding="utf-8")
    for code in (*ReasonCode, *DetailCode):
        assert code.value in contract, code


def test_no_register_copies_a_sentence() -> None:
    """Registers state facts: no text in them is as long as a sentence of a plan would be."""
    for plan in load_catalogue(ROOT / "configs").plans:
        for target in plan.targets:
            for citation in target.citations:
                assert len(citation.written or "") <= 20, target.code
                assert len(citation.clause) <= 40, target.code
            assert len(target.title_zh or "") <= 40, target.code
