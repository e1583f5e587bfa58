"""Who says a sentence: the target's context, and facts formatted in one language."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from monitor.core.flags import Flag
from monitor.core.indicators import Indicator, Polarity, Reporting
from monitor.core.ledger import Terms
from monitor.core.reasons import Reason
from monitor.words import display
from monitor.words.display import Language, Scale
from monitor.words.messages import CHINESE, ENGLISH, Messages

_MESSAGES = {Language.ZH: CHINESE, Language.EN: ENGLISH}


SHAPES: dict[Flag, str] = {
    Flag.RED: "■",
    Flag.YELLOW: "▲",
    Flag.GREEN: "●",
    Flag.GREY: "○",
    Flag.MET: "◆",
    Flag.MISSED: "×",
    Flag.AWAITING: "◇",
    Flag.ACCEPTED: "□",
    Flag.DUE: "△",
    Flag.DONE: "◆",
    Flag.OVERDUE: "×",
}
"""All are in GB 2312. Solid: decided by a probability or a fact; hollow: open or set aside."""


def messages(language: Language) -> Messages:
    """The catalogue of a language."""
    return _MESSAGES[language]


@dataclass(frozen=True)
class WordingContext:
    """What a sentence needs beside the facts: the target's terms and its indicator."""

    terms: Terms
    indicator: Indicator | None

    def quantity(self, language: Language, fallback: float | None = None) -> Scale:
        """Scale of the compared quantity."""
        return display.scale_of(self.terms, self.indicator, language, fallback)

    def level(self, language: Language, reference: float | None) -> Scale:
        """Scale of the indicator's own values; that of the target where both measure the same."""
        scale = self.quantity(language, reference)
        if self.indicator is None or scale.base == self.indicator.base_unit:
            return scale
        return display.level_scale(self.indicator, reference, language)

    @property
    def is_lower_better(self) -> bool:
        """Whether less of the indicator is better."""
        return self.indicator is not None and self.indicator.polarity is Polarity.LOWER


@dataclass(frozen=True)
class Say:
    """Formats facts of one reason in one language."""

    reason: Reason
    language: Language
    context: WordingContext

    @property
    def facts(self) -> dict[str, Any]:
        """The facts of the reason."""
        return self.reason.facts

    @property
    def texts(self) -> Messages:
        """The catalogue."""
        return _MESSAGES[self.language]

    def has(self, name: str) -> bool:
        """Whether a fact is there and not empty."""
        return self.facts.get(name) not in (None, "", [], ())

    def percent(self, name: str) -> str:
        """A probability."""
        return display.percent(self.facts[name])

    def whole(self, name: str) -> str:
        """A share that may exceed one, in whole percent."""
        return display.number(float(display.whole_percent(self.facts[name])), 0) + "%"

    def quantity(self, name: str, *, extra: int = 0) -> str:
        """A compared quantity with its unit."""
        value = self.facts[name]
        return self.context.quantity(self.language, value).text(value, extra=extra)

    def level(self, name: str) -> str:
        """A value of the indicator with its unit."""
        value = self.facts[name]
        return self.context.level(self.language, value).text(value)

    def flag(self, name: str) -> str:
        """A flag as shape and word."""
        flag = Flag(self.facts[name])
        return f"{SHAPES[flag]} {self.texts.flags[flag.value]}"

    def indicator_name(self) -> str:
        """The indicator in this language."""
        indicator = self.context.indicator
        if indicator is None:
            return ""
        return indicator.name_zh if self.language is Language.ZH else indicator.name_en

    def difference(self, name: str) -> str:
        """A difference of the indicator between two years, with its sign."""
        value = self.facts[name]
        return self.context.level(self.language, value).gap_text(value)

    def period(self, name: str) -> str:
        """A period in words."""
        reporting = self.context.indicator.reporting if self.context.indicator else Reporting.PERIOD
        return display.period_text(str(self.facts[name]), self.language, reporting=reporting)

    def deadline(self) -> str:
        """The deadline's period in words."""
        return display.period_text(display.deadline_period(self.context.terms.deadline), self.language)

    def month(self, name: str) -> str:
        """The month of a date."""
        return display.month_text(dt.date.fromisoformat(self.facts[name]), self.language)

    def counted(self, name: str, noun: str) -> str:
        """A count with its noun."""
        return counted(int(self.facts[name]), noun, self.language)


def basis_word(basis: str, language: Language) -> str:
    """A definition basis in words; an unknown code stands for itself."""
    return _MESSAGES[language].bases.get(basis, basis)


def counted(count: int, noun: str, language: Language) -> str:
    """A count with its noun, one of the terms of the catalogue: 41 天, 41 days, 1 day."""
    terms = _MESSAGES[language].terms
    return f"{count:,} {terms[noun if abs(count) == 1 else noun + 's']}"
