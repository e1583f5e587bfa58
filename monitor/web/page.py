"""One plain page: a title, a sentence, perhaps a form. Everything shown is text, never markup."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from monitor.web.words import TEXTS
from monitor.words.display import Language

_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True)
class Page:
    """What is shown.

    Parameters
    ----------
    title, message : str
        Head and first sentence.
    language : Language
        Of the fixed words.
    status : int
        HTTP status.
    facts : tuple of (str, str)
        Names and values in a list.
    button : str
        Label of the form's button; empty for no form.
    """

    title: str
    message: str
    language: Language = Language.ZH
    status: int = 200
    simulated: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    button: str = ""
    token: str = ""
    asks_measure: bool = False
    today: str = ""
    measure: str = ""
    due_on: str = ""
    answers: tuple[str, ...] = field(default=())
    target_url: str = ""

    @property
    def html(self) -> str:
        """The page as it is sent."""
        values: dict[str, Any] = {
            **vars(self),
            "language": self.language.value,
            "texts": TEXTS[self.language],
        }
        return _TEMPLATES.get_template("page.html.j2").render(values)
