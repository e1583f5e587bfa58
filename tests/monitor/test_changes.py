"""The parts of a change add up, whatever the stages were."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.changes import divide_change

CHANCE = st.floats(0, 1)
MAYBE = st.none() | CHANCE


@given(CHANCE, CHANCE, MAYBE, MAYBE, MAYBE, st.booleans())
def test_parts_add_up_to_the_change(
    before: float, after: float, old: float | None, revised: float | None, new: float | None, same: bool
) -> None:
    parts = divide_change(
        before=before, after=after, old_figures=old, revised_figures=revised, new_figures=new, same_model=same
    )
    assert parts.total == pytest.approx(after - before, abs=1e-12)


def test_each_step_is_charged_to_its_cause() -> None:
    parts = divide_change(
        before=0.50, after=0.80, old_figures=0.48, revised_figures=0.55, new_figures=0.65, same_model=True
    )
    assert parts.time_passing == pytest.approx(-0.02)
    assert parts.revised_data == pytest.approx(0.07)
    assert parts.new_data == pytest.approx(0.10)
    assert parts.target_edit == pytest.approx(0.15)
    assert parts.model == 0.0


def test_another_model_is_charged_to_the_model() -> None:
    parts = divide_change(
        before=0.5, after=0.6, old_figures=0.6, revised_figures=0.6, new_figures=0.6, same_model=False
    )
    assert (parts.model, parts.time_passing) == (pytest.approx(0.1), 0.0)
