"""Known errors of sources: the guard, and when an entry has done its service."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from monitor.config.corrections import load_corrections
from monitor.core.corrections import (
    Correction,
    Corrections,
    CorrectionState,
    is_guarded,
    summarise_uses,
)
from monitor.core.errors import ConfigError
from tests.ingest.builders import CONTEXT, load_rows, row

TYPO = Correction(
    code="typo",
    origin="yearbook",
    indicator="contract_value",
    region="510700",
    period="2022",
    wrong=72.5e8,
    right=75.2e8,
    unit="亿元",
    reason="digits swapped",
    document="erratum p. 3",
)
FILE = """
corrections:
  - {code: a, origin: o, indicator: contract_value, region: "510700", period: "2022", wrong: 72.5,
     right: 75.2, unit: 亿元, reason: digits swapped, document: erratum}
"""


def corrected(tmp_path: Path, *rows: list[object]) -> tuple[list[float], list[str], list[str]]:
    """Values stored, their notes, and the states of the corrections."""
    found = load_rows(
        tmp_path, *rows, context=replace(CONTEXT, corrections=Corrections([TYPO]), default_origin="yearbook")
    )
    uses = [use.state.value for use in found.corrections]
    return [figure.value for figure in found.rows], [figure.note for figure in found.rows], uses


def test_the_wrong_figure_is_replaced_and_says_so(tmp_path: Path) -> None:
    values, notes, uses = corrected(tmp_path, row(note="preface", status="preliminary"), row(period="2023"))
    assert (values, uses) == ([75.2e8, 72.5e8], ["applied"])
    assert notes[0] == "preface; corrected (typo): the source gives 72.5 亿元; digits swapped; erratum p. 3"
    assert notes[1] == ""


@pytest.mark.parametrize("value", [75.2, 80.0])
def test_another_figure_is_kept_and_makes_the_entry_obsolete(tmp_path: Path, value: float) -> None:
    assert corrected(tmp_path, row(value=value)) == ([pytest.approx(value * 1e8)], [""], ["obsolete"])


def test_the_wrong_figure_beside_a_later_release_is_no_sign_of_repair(tmp_path: Path) -> None:
    later = row(value=75.2, status="revised", published_on="2025-01-05")
    first = row(published_on="2024-01-05")
    assert corrected(tmp_path, later, first)[2] == ["applied"]
    assert corrected(tmp_path, first, later)[2] == ["applied"]


@pytest.mark.parametrize(
    "changes", [{"region": "100000"}, {"period": "2021"}, {"indicator": "announced_ytd"}]
)
def test_other_figures_are_left_alone(tmp_path: Path, changes: dict[str, str]) -> None:
    values, _, uses = corrected(tmp_path, row(**changes))
    assert (values, uses) == ([72.5e8], [])


def test_figures_of_another_origin_are_left_alone(tmp_path: Path) -> None:
    found = load_rows(tmp_path, row(), context=replace(CONTEXT, corrections=Corrections([TYPO])))
    assert ([figure.value for figure in found.rows], found.corrections) == ([72.5e8], ())


def test_the_guard_takes_the_figure_itself_only() -> None:
    assert is_guarded(TYPO, 72.5e8 * (1 + 1e-12))
    assert not is_guarded(TYPO, 72.51e8)


def test_uses_are_told_once_a_correction() -> None:
    assert summarise_uses([]) == ()
    (use,) = summarise_uses([(TYPO, 1.0), (TYPO, 72.5e8), (TYPO, 2.0)])
    assert (use.state, use.found) == (CorrectionState.APPLIED, 72.5e8)


def test_the_file_is_read_in_base_units(tmp_path: Path) -> None:
    (tmp_path / "corrections.yaml").write_text(FILE, encoding="utf-8")
    found = load_corrections(tmp_path).concerning(
        origin="o", indicator="contract_value", region="510700", period="2022"
    )
    assert [(entry.wrong, entry.right) for entry in found] == [(72.5e8, pytest.approx(75.2e8))]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("right: 75.2", "right: 72.5", r"corrections\[a\].right: found 72.5, the wrong value itself"),
        ("unit: 亿元", "unit: 斤", r"corrections\[a\].unit"),
        ("reason: digits swapped, ", "", r"corrections\[a\].reason: found nothing"),
        ("document: erratum", "document: erratum, until: 2030", r"unknown key 'until'"),
        ('period: "2022"', 'period: "2022-13"', r"corrections\[a\].period"),
    ],
)
def test_what_is_wrong_in_the_file_is_named(tmp_path: Path, old: str, new: str, told: str) -> None:
    assert old in FILE
    (tmp_path / "corrections.yaml").write_text(FILE.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError, match=told):
        load_corrections(tmp_path)
