"""From the files to the answers: everything is checked before the first draw."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

import forecast
from monitor.forecasting.evidence import Evidence
from monitor.forecasting.files.asked import BAD_INPUT, Asked, read_asked
from monitor.forecasting.files.described import read_described, refuse_beyond
from monitor.forecasting.files.history import read_history
from monitor.forecasting.files.problems import Problems
from monitor.forecasting.files.results import to_table
from monitor.forecasting.spreading import Engine, answer_all
from monitor.forecasting.units import Placed, Progress


@dataclass(frozen=True)
class Inputs:
    """What the files say.

    Parameters
    ----------
    evidence : Evidence
        Figures that can be used, by the day they became known.
    asked : Asked
        Rows of TARGETS.
    problems : Problems
        Rows that cannot be used.
    n_figures, n_gaps : int
        Rows of HISTORY, and how many of them say that a period has no figure.
    """

    evidence: Evidence
    asked: Asked
    problems: Problems
    n_figures: int
    n_gaps: int


@dataclass(frozen=True)
class Outcome:
    """Answers by row of TARGETS.

    Parameters
    ----------
    inputs : Inputs
        What was asked, and of what.
    answers : sequence of Answer or None
        None where nothing could be asked.
    panel_seconds : float
        Spent on panels, of all processes together.
    """

    inputs: Inputs
    answers: Sequence[forecast.Answer | None]
    panel_seconds: float

    @property
    def n_answered(self) -> int:
        """Targets with a probability."""
        return sum(each is not None and each.probability_met is not None for each in self.answers)

    @property
    def n_bad(self) -> int:
        """Targets that are grey because of what is wrong in the files."""
        return self.inputs.asked.reasons.count(BAD_INPUT)

    @cached_property
    def table(self) -> pd.DataFrame:
        """OUT, see docs/methods.md, section 11; made when it is asked for."""
        return to_table(self.inputs.asked, self.answers, self.inputs.evidence)


def read_inputs(history: Path, targets: Path, series: Path | None) -> Inputs:
    """Read the files and check all of their rows.

    Parameters
    ----------
    history, targets, series : Path
        CSV or Parquet.

    Returns
    -------
    Inputs
        A row that is wrong is a problem there and sinks its own series or target alone: a series from
        the day the row was known.

    Raises
    ------
    IngestError
        If a file as a whole cannot be used: unreadable, or a column is missing or unknown.
    """
    problems = Problems()
    figures = read_history(history, problems)
    templates, template_of = read_described(series, figures.names, figures.bad_from, problems)
    refuse_beyond(figures, templates, template_of, problems)
    evidence = Evidence(
        names=figures.names,
        periods_per_year=figures.periods_per_year,
        first_known=figures.first_known,
        bad_from=figures.bad_from,
        templates=templates,
        template_of=template_of,
        series=figures.series,
        period=figures.period,
        known=figures.known,
        values=figures.values,
    )
    asked = read_asked(targets, evidence, history, problems)
    return Inputs(evidence, asked, problems, figures.n_rows, figures.n_gaps)


def answer_inputs(inputs: Inputs, engine: Engine, progress: Progress | None = None) -> Outcome:
    """Answer every row that can be asked; the others keep their reason.

    Raises
    ------
    UsageError, UserFacingError
        If the engine is not there.
    """
    asked = inputs.asked
    rows = [row for row, question in enumerate(asked.questions) if question is not None]
    questions = [question for question in asked.questions if question is not None]
    placed = list(map(Placed._make, zip(asked.as_of[rows].tolist(), questions, rows, strict=True)))
    answers: list[forecast.Answer | None] = [None] * len(asked)
    panel_seconds = 0.0
    for unit, answered in answer_all(inputs.evidence, placed, engine, progress):
        panel_seconds += answered.panel_seconds
        for one, answer in zip(unit.asked, answered.answers, strict=True):
            answers[one.row] = answer
    return Outcome(inputs, answers, panel_seconds)
