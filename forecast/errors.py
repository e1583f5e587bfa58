"""What can go wrong in a forecast; every error states the facts it was given."""

from __future__ import annotations


class ForecastError(Exception):
    """Base of everything `forecast` raises on purpose."""


class SeriesError(ForecastError):
    """A series cannot be used as it is."""

    def __init__(self, series_id: str, problem: str) -> None:
        self.series_id = series_id
        super().__init__(f"Series {series_id!r} {problem}")


class QuestionError(ForecastError):
    """A question cannot be asked: its kind, comparator or dates do not fit together."""

    def __init__(self, question_id: str, problem: str) -> None:
        self.question_id = question_id
        super().__init__(f"Question {question_id!r}: {problem}")


class ModelFailedError(ForecastError):
    """A model could not be fitted; another one draws its series."""

    def __init__(self, model: str, reason: str) -> None:
        self.model, self.reason = model, reason
        super().__init__(f"Model {model} failed: {reason}")


class UnknownModelError(ForecastError):
    """No model family has this name."""

    def __init__(self, name: str, *, known: tuple[str, ...]) -> None:
        self.name, self.known = name, known
        super().__init__(f"No model family is called {name!r}; there are {', '.join(known)}.")
