"""A target as one short statement: 2027 年 ≥ 2.50%, 2023–2025 年累计 > 60 亿元."""

from __future__ import annotations

import calendar
import datetime as dt

from forecast.targets import Comparator, TargetKind
from monitor.core.indicators import Reporting
from monitor.core.ledger import Terms
from monitor.core.periods import Period
from monitor.words import display
from monitor.words.display import Language
from monitor.words.messages.speaker import WordingContext, messages

_BARE = {TargetKind.RANK: Comparator.AT_MOST}
_AFTER_BASE = frozenset({TargetKind.AVERAGE_GROWTH, TargetKind.NET_INCREASE})


def target_statement(context: WordingContext, language: Language) -> str:
    """The statement of what must hold, in one line.

    Examples
    --------
    >>> target_statement(context, Language.ZH)  # doctest: +SKIP
    '2026 年增长 ≥ 10.0%'
    """
    terms, texts = context.terms, messages(language)
    when = _window(context, language)
    if terms.kind is TargetKind.MILESTONE:
        return texts.statements["milestone"].format(day=terms.deadline.isoformat())
    if terms.kind is TargetKind.DIRECTION:
        falls = terms.comparator in (Comparator.AT_MOST, Comparator.LESS_THAN) or context.is_lower_better
        return texts.statements["falls" if falls else "rises"].format(when=when)
    if terms.value is None:
        return texts.statements["not_quantified"].format(when=when)
    base = _base(terms, language)
    amount = target_amount(context, language)
    return texts.statements[terms.kind.value].format(when=when, base=base, amount=amount)


def outcome_statement(
    context: WordingContext, language: Language, value: float, *, period: str | None = None
) -> str:
    """What a quantity came to, in the words of its kind: 2023–2025 年累计 ⟦62.0 亿元⟧.

    Parameters
    ----------
    value : float
        The compared quantity.
    period : str, optional
        Last period that counts, where it lies before the deadline.
    """
    terms, texts = context.terms, messages(language)
    kind = told_kind(context).value
    is_less = value < 0 and f"{kind}_less" in texts.outcomes
    scale = context.quantity(language, value)
    shown = abs(value) if is_less else value
    amount = scale.number(shown) if terms.kind is TargetKind.RANK else scale.text(shown)
    until = period if period is not None and Period.parse(period).end < terms.deadline else None
    return texts.outcomes[f"{kind}_less" if is_less else kind].format(
        when=_window(context, language, until=until),
        base=_base(terms, language),
        amount=f"⟦{amount}⟧",
    )


def window_text(context: WordingContext, language: Language) -> str:
    """The deadline's period, or first to last counted period."""
    return _window(context, language)


def has_several_years(context: WordingContext) -> bool:
    """Whether more than the deadline's year is counted."""
    start = context.terms.start
    return start is not None and Period.parse(start).year < context.terms.deadline.year


def told_kind(context: WordingContext) -> TargetKind:
    """The kind in whose words a quantity is told: growth of a single year has no weakest one."""
    kind = context.terms.kind
    is_single = kind is TargetKind.GROWTH_EACH_YEAR and not has_several_years(context)
    return TargetKind.GROWTH if is_single else kind


def target_amount(context: WordingContext, language: Language) -> str:
    """Comparator, value and unit: ≥ 2.50%, 约 3.20%, 10.0–12.0%."""
    terms, scale = context.terms, context.quantity(language)
    comparator = terms.comparator or _BARE.get(terms.kind, Comparator.AT_LEAST)
    sign = messages(language).comparators[comparator.value]
    if comparator is Comparator.BETWEEN and terms.value_upper is not None:
        return f"{scale.number(terms.value)}–{scale.written(terms.value_upper)}"
    return f"{sign} {scale.written(terms.value)}"


def _window(context: WordingContext, language: Language, *, until: str | None = None) -> str:
    """The deadline's period (or the one counted until), or first to last counted period."""
    last = until or display.deadline_period(context.terms.deadline)
    first = _first_counted(context, last)
    if first is None or first == last:
        reporting = context.indicator.reporting if context.indicator and until else Reporting.PERIOD
        return display.period_text(last, language, reporting=reporting)
    if len(first) == len(last) == 4:
        return f"{first}–{last}" + messages(language).terms["year_suffix"]
    return f"{_when(first, language)}–{_when(last, language)}"


def _first_counted(context: WordingContext, last: str) -> str | None:
    """First counted period; for a base period the one after it; None where no window is told."""
    terms = context.terms
    told = _AFTER_BASE | {TargetKind.CUMULATIVE, TargetKind.GROWTH_EACH_YEAR, TargetKind.DIRECTION}
    if terms.start is None or terms.kind not in told:
        return None
    start = Period.parse(terms.start)
    if terms.kind in _AFTER_BASE:
        start = start.shift(1)
    if len(last) == 4 and start.start == dt.date(start.year, 1, 1):
        return str(start.year)
    return str(start)


def _when(period: str, language: Language) -> str:
    """A period, or the day before which something must hold."""
    return display.period_text(period, language)


def _base(terms: Terms, language: Language) -> str:
    """The base period; by default the year before the deadline's."""
    return display.period_text(terms.start or str(terms.deadline.year - 1), language)


def deadline_text(deadline: dt.date) -> str:
    """The deadline in a column: a year if it is the year's end, else year and month, or the day."""
    last = calendar.monthrange(deadline.year, deadline.month)[1]
    return display.deadline_period(deadline) if deadline.day == last else deadline.isoformat()
