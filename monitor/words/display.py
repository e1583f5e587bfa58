"""Numbers as a person reads them: units, decimals, signs, probabilities and time left.

Values come in base units (`monitor.core.units`). A `Scale` is chosen once per row, from the target, so
that value, target and gap share unit and decimals. Rules: docs of the look, section "Numbers".
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from forecast.targets import TargetKind
from monitor.core.errors import PeriodError, UnitError
from monitor.core.indicators import Indicator, Reporting
from monitor.core.ledger import Terms
from monitor.core.periods import Frequency, Period
from monitor.core.units import unit_named

MISSING = "—"
MINUS = "−"
SHORT_DAYS = 400
GROWTH_KINDS = frozenset({TargetKind.GROWTH, TargetKind.AVERAGE_GROWTH, TargetKind.GROWTH_EACH_YEAR})
_RATES = ("percent", "percentage_point")
FLAG_LINES = (0.5, 0.8)
"""The lines between the colours: a probability below one is never shown as the line itself."""


class Language(StrEnum):
    """The languages of screens, mail and reports."""

    ZH = "zh"
    EN = "en"


@dataclass(frozen=True)
class Scale:
    """The unit and decimals one row is shown in.

    Parameters
    ----------
    base : str
        Base unit of the values it takes.
    factor : float
        Base units in one shown unit.
    decimals : int
        Decimals shown.
    unit, gap_unit : str
        Text after a value, and after a difference of two values; empty if none.
    """

    base: str
    factor: float
    decimals: int
    unit: str
    gap_unit: str

    def number(self, value: float | None, *, signed: bool = False, extra: int = 0) -> str:
        """The bare number; `extra` decimals for tolerances."""
        if value is None:
            return MISSING
        return number(value / self.factor, self.decimals + extra, signed=signed)

    def text(self, value: float | None, *, signed: bool = False, extra: int = 0) -> str:
        """Number and unit, as in a sentence: 2.50%, 60.0 亿元, 900 家."""
        if value is None:
            return MISSING
        return self.number(value, signed=signed, extra=extra) + _attached(self.unit)

    def gap_text(self, value: float | None, *, signed: bool = True) -> str:
        """A difference with its unit: −0.24 个百分点."""
        if value is None:
            return MISSING
        return self.number(value, signed=signed) + _attached(self.gap_unit)

    def written(self, value: float | None) -> str:
        """As `text`, but amounts and counts without trailing zeros: > 60 亿元."""
        if value is None:
            return MISSING
        digits = self.number(value)
        if self.base not in _RATES and "." in digits:
            digits = digits.rstrip("0").rstrip(".")
        return digits + _attached(self.unit)


def _attached(unit: str) -> str:
    """A unit with the space that belongs before it."""
    return unit if unit in ("", "%") else f" {unit}"


def number(value: float | None, decimals: int, *, signed: bool = False) -> str:
    """A number with thousands commas and a true minus sign; a value that rounds to zero has no sign.

    Examples
    --------
    >>> number(-1234.5, 1), number(-0.001, 2), number(None, 2)
    ('−1,234.5', '0.00', '—')
    """
    if value is None:
        return MISSING
    # Halves go up also where the binary number lies a hair below (0.225 is 0.2249999...).
    digits = f"{abs(value) * (1 + 1e-9):,.{decimals}f}"
    if float(digits.replace(",", "")) == 0:
        return digits
    return (MINUS if value < 0 else "+" if signed else "") + digits


def quantity_unit(kind: TargetKind, indicator_unit: str) -> str:
    """Base unit of the compared quantity of a target kind."""
    if kind in GROWTH_KINDS:
        return "percent"
    special = {
        TargetKind.CHANGE_PP: "percentage_point",
        TargetKind.MULTIPLE: "multiple",
        TargetKind.RANK: "rank",
    }
    return special.get(kind, indicator_unit)


def scale_for(
    base: str,
    reference: float | None,
    *,
    language: Language,
    display_unit: str | None = None,
    decimals: int | None = None,
) -> Scale:
    """The scale of a row of base unit `base`, chosen from `reference` (usually the target).

    Parameters
    ----------
    base : str
        Base unit of the values.
    reference : float or None
        Value that decides the unit, in the base unit; None counts as zero.
    language : Language
        Chinese counts in 万 and 亿, English in m, bn and tn.
    display_unit : str, optional
        Unit of the indicator or as written in the plan; names what is counted (家, 件).
    decimals : int, optional
        Published decimals of a percentage (default two) or of days (default one).
    """
    size = abs(reference or 0.0)
    if base == "CNY":
        return _money(size, language)
    if base == "count":
        return _count(size, language, display_unit)
    if base in _RATES:
        return _rate(base, language, 2 if decimals is None else decimals)
    if base == "day":
        unit = "天" if language is Language.ZH else "days"
        return Scale(base, 1.0, 1 if decimals is None else decimals, unit, unit)
    return _other(base, size, language)


def _money(size: float, language: Language) -> Scale:
    """亿元 above one, no decimals from 1,000; 万亿元 with two; 万元 below one 亿元, whole."""
    chinese = language is Language.ZH
    if size >= 1e12:
        unit = "万亿元" if chinese else "tn yuan"
        return Scale("CNY", 1e12, 2, unit, unit)
    if size >= 1e8 or not size:
        decimals = (0 if size >= 1e11 else 1) + (0 if chinese else 1)
        unit = "亿元" if chinese else "bn yuan"
        return Scale("CNY", 1e8 if chinese else 1e9, decimals, unit, unit)
    unit = "万元" if chinese else "m yuan"
    return Scale("CNY", 1e4 if chinese else 1e6, 0 if chinese else 2, unit, unit)


def _count(size: float, language: Language, display_unit: str | None) -> Scale:
    """Whole numbers; from 10,000 up in 万 with two decimals (Chinese only)."""
    if language is Language.EN:
        return Scale("count", 1.0, 0, "", "")
    noun = _counted_noun(display_unit)
    if size >= 1e4:
        return Scale("count", 1e4, 2, f"万{noun}", f"万{noun}")
    return Scale("count", 1.0, 0, noun, noun)


def _counted_noun(display_unit: str | None) -> str:
    """家 from 家 or 万家; empty if the unit names nothing that is counted."""
    noun = (display_unit or "").removeprefix("万")
    try:
        return noun if noun != "count" and unit_named(noun).base == "count" else ""
    except UnitError:
        return ""


def _rate(base: str, language: Language, decimals: int) -> Scale:
    """Percentages; their difference is in points."""
    points = "个百分点" if language is Language.ZH else "pp"
    return Scale(base, 1.0, decimals, "%" if base == "percent" else points, points)


def _other(base: str, size: float, language: Language) -> Scale:
    """件/万人 with one decimal, 倍 with two, places and person-years whole."""
    chinese = language is Language.ZH
    if base == "per_10k_people":
        unit = "件/万人" if chinese else "per 10k"
        return Scale(base, 1.0, 1, unit, unit)
    if base == "multiple":
        unit = "倍" if chinese else "times"
        return Scale(base, 1.0, 2, unit, unit)
    if base == "person_year":
        large = chinese and size >= 1e4
        unit = ("万人年" if large else "人年") if chinese else "person-years"
        return Scale(base, 1e4 if large else 1.0, 2 if large else 0, unit, unit)
    unit = "位" if chinese and base == "rank" else ""
    return Scale(base, 1.0, 0, unit, unit)


def scale_of(
    terms: Terms, indicator: Indicator | None, language: Language, fallback: float | None = None
) -> Scale:
    """The scale of a target's row: from its value, else from `fallback` (the latest value)."""
    unit = indicator.base_unit if indicator else _written_base(terms.unit)
    base = quantity_unit(terms.kind, unit)
    reference = terms.value if terms.value is not None else fallback
    written = terms.unit if base == "count" and _counted_noun(terms.unit) else None
    return scale_for(
        base,
        reference,
        language=language,
        display_unit=written or (indicator.display_unit if indicator else None),
        decimals=_decimals(terms, indicator, base),
    )


def _written_base(unit: str | None) -> str:
    """Base unit of the unit a plan wrote; a bare count if it wrote none that is known."""
    try:
        return unit_named(unit).base if unit else "count"
    except UnitError:
        return "count"


def _decimals(terms: Terms, indicator: Indicator | None, base: str) -> int:
    """Decimals of percentages and of days: as published, and never fewer than written."""
    if base == "day":
        return max(indicator.decimals if indicator else 1, terms.written_decimals or 0)
    return _rate_decimals(terms, indicator)


def _rate_decimals(terms: Terms, indicator: Indicator | None) -> int:
    """One for growth and changes, the published decimals for ratios; never fewer than written."""
    usual = 1
    if terms.kind not in GROWTH_KINDS and terms.kind is not TargetKind.CHANGE_PP:
        usual = indicator.decimals if indicator and indicator.base_unit in _RATES else 2
    return max(usual, terms.written_decimals or 0)


def level_scale(indicator: Indicator, reference: float | None, language: Language) -> Scale:
    """The scale of the indicator's own values."""
    return scale_for(
        indicator.base_unit,
        reference,
        language=language,
        display_unit=indicator.display_unit,
        decimals=indicator.decimals,
    )


def percent(probability: float | None) -> str:
    """A probability in whole percent; the ends are <1% and >99%, and 0% or 100% once it is settled.

    One just below a line between the colours is rounded down, so that it never reads as the line.

    Examples
    --------
    >>> percent(0.004), percent(0.6), percent(0.797), percent(0.999), percent(None)
    ('<1%', '60%', '79%', '>99%', '—')
    """
    if probability is None:
        return MISSING
    if probability in (0.0, 1.0):
        return f"{probability:.0%}"
    if probability < 0.01:
        return "<1%"
    return ">99%" if probability > 0.99 else f"{shown_points(probability)}%"


def shown_points(probability: float) -> int:
    """A probability as the whole percent that is shown: rounded, but never up to a line above it."""
    points = whole_percent(probability)
    is_lifted = any(probability < line and points >= whole_percent(line) for line in FLAG_LINES)
    return points - 1 if is_lifted else points


def finer_percent(probability: float | None) -> str:
    """A probability with one decimal, rounded down; for two that look equal in whole percent.

    Examples
    --------
    >>> finer_percent(0.7874), finer_percent(0.7996)
    ('78.7%', '79.9%')
    """
    if probability is None:
        return MISSING
    return f"{math.floor(probability * 1000 + 1e-9) / 10:.1f}%"


def whole_percent(share: float) -> int:
    """A share as the whole percent that is shown (halves away from zero)."""
    points = share * 100
    return int(points + 0.5) if points >= 0 else -int(-points + 0.5)


def points_between(old: float | None, new: float | None) -> int | None:
    """Change in points between two probabilities as shown, so that what is read adds up."""
    if old is None or new is None:
        return None
    return shown_points(new) - shown_points(old)


def arrow(points: int | None) -> str:
    """A change in points: ↑4, ↓6, 0; — if there is nothing to compare."""
    if points is None:
        return MISSING
    return "0" if points == 0 else f"{'↑' if points > 0 else '↓'}{abs(points):,}"


def signed_points(points: int) -> str:
    """A change in points with its sign: +4, −6, 0."""
    return number(float(points), 0, signed=True)


def whole_parts(parts: Sequence[float], total: int) -> tuple[int, ...]:
    """Round parts (shares of one) to whole points that add up to `total` exactly.

    The rounding difference goes to the largest parts, one point each.
    """
    shown = [whole_percent(part) for part in parts]
    order = sorted(range(len(parts)), key=lambda index: -abs(parts[index]))
    for turn in range(abs(total - sum(shown))):
        shown[order[turn % len(order)]] += 1 if total > sum(shown) else -1
    return tuple(shown)


def time_left(days: int, language: Language) -> tuple[str, str]:
    """Number and unit of the time left: days below 400, else years with one decimal."""
    chinese = language is Language.ZH
    if abs(days) < SHORT_DAYS:
        return number(float(days), 0), "天" if chinese else "d"
    return number(days / 365.25, 1), "年" if chinese else "y"


def days_left(days: int, language: Language) -> str:
    """Time left as text: 41 天, 4.1 年; 41 d, 4.1 y."""
    return " ".join(time_left(days, language))


_MONTHS = tuple(calendar.month_name)
_QUARTERS_ZH = ("一", "二", "三", "四")


def period_text(period: str, language: Language, *, reporting: Reporting = Reporting.PERIOD) -> str:
    """A period in a sentence: 2022 年, 2022 年三季度, 2022 年 9 月; January to it if cumulative."""
    try:
        parsed = Period.parse(period)
    except PeriodError:
        return period
    cumulative = reporting is Reporting.YTD and parsed.frequency is Frequency.MONTHLY and parsed.part > 1
    if language is Language.ZH:
        return _period_zh(parsed, cumulative)
    if parsed.frequency is Frequency.ANNUAL:
        return str(parsed.year)
    if parsed.frequency is Frequency.QUARTERLY:
        return f"Q{parsed.part} {parsed.year}"
    return f"{'January–' if cumulative else ''}{_MONTHS[parsed.part]} {parsed.year}"


def _period_zh(period: Period, cumulative: bool) -> str:
    if period.frequency is Frequency.ANNUAL:
        return f"{period.year} 年"
    if period.frequency is Frequency.QUARTERLY:
        return f"{period.year} 年{_QUARTERS_ZH[period.part - 1]}季度"
    return f"{period.year} 年 {'1—' if cumulative else ''}{period.part} 月"


def month_text(day: dt.date, language: Language) -> str:
    """The month of a day: 2028 年 10 月, October 2028."""
    if language is Language.ZH:
        return f"{day.year} 年 {day.month} 月"
    return f"{_MONTHS[day.month]} {day.year}"


def deadline_period(deadline: dt.date) -> str:
    """The shortest period text that ends on the deadline: 2027, 2026-06, or the day itself."""
    if (deadline.month, deadline.day) == (12, 31):
        return f"{deadline.year}"
    if deadline.day == calendar.monthrange(deadline.year, deadline.month)[1]:
        return f"{deadline.year}-{deadline.month:02d}"
    return deadline.isoformat()
