"""What an indicator is: its meaning is in fields, never inferred from its name."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from monitor.core.periods import Frequency


class Polarity(StrEnum):
    """Whether more or less of it is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Measure(StrEnum):
    """统计口径类型: how values combine over time."""

    FLOW = "flow"
    STOCK = "stock"
    RATIO = "ratio"
    COUNTER = "counter"


class Reporting(StrEnum):
    """报送方式: each period by itself, or January to this month."""

    PERIOD = "period"
    YTD = "ytd"


class RollUp(StrEnum):
    """Whether the value of a region is the sum of its parts."""

    SUM = "sum"
    NONE = "none"


class JudgedOn(StrEnum):
    """Which release settles a target."""

    FIRST_RELEASE = "first_release"
    LATEST = "latest"


class ForecastModel(StrEnum):
    """Which family of models draws an indicator; the names are those of `forecast.families`."""

    POOLED = "pooled"
    ETS = "ets"
    COMPONENTS = "components"
    SARIMAX = "sarimax"
    PROPHET = "prophet"
    COMBINATION = "combination"


@dataclass(frozen=True)
class Indicator:
    """One thing that is measured, in one scope.

    Parameters
    ----------
    code : str
        Readable and unique; one code per scope.
    base_unit : str
        Unit values are stored in.
    display_unit : str
        Unit a person reads.
    decimals : int
        Published decimals, in the display unit.
    lag_days : int
        Days from the end of a period to its usual publication.
    reported_months : tuple of int
        Months for which a monthly series has figures; empty means every month.
    batch_months : tuple of int
        Months in which recognition arrives in batches.
    peers : str
        Region level whose series of this indicator inform each other, or "none".
    growth_indicator : str or None
        Code of the published growth rate, used instead of levels for growth targets.
    verified : bool
        Whether somebody checked these fields against a source.
    short_zh, short_en : str or None
        Names for tables, where the full ones are too long.
    model : ForecastModel
        Family that draws it; a series the family cannot draw is left to the pooled engine.
    drivers : tuple of str
        Codes of indicators that drive it, for `sarimax`: read in the same region.
    """

    code: str
    name_zh: str
    name_en: str
    aliases: tuple[str, ...]
    base_unit: str
    display_unit: str
    decimals: int
    polarity: Polarity
    measure: Measure
    frequency: Frequency
    reporting: Reporting
    reported_months: tuple[int, ...]
    lag_days: int
    publisher: str
    definition: str
    lower: float | None
    upper: float | None
    peers: str
    roll_up: RollUp
    numerator: str | None
    denominator: str | None
    batch_months: tuple[int, ...]
    judged_on: JudgedOn
    growth_indicator: str | None
    verified: bool
    short_zh: str | None = None
    short_en: str | None = None
    model: ForecastModel = ForecastModel.POOLED
    drivers: tuple[str, ...] = ()

    @property
    def table_name_zh(self) -> str:
        """Chinese name short enough for a table."""
        return self.short_zh or self.name_zh

    @property
    def table_name_en(self) -> str:
        """English name short enough for a table."""
        return self.short_en or self.name_en


def families(indicators: Iterable[Indicator]) -> dict[str, str]:
    """Which indicators must be judged together: a ratio with its numerator and its denominator.

    All regions of one indicator belong together anyhow, since peers and totals are compared.

    Parameters
    ----------
    indicators : iterable of Indicator
        The catalogue; a numerator or denominator that is not among them ties nothing.

    Returns
    -------
    dict
        Code to the name of its family, the first code of the family in order of the alphabet.

    Examples
    --------
    >>> families([])
    {}
    """
    known = {indicator.code: indicator for indicator in indicators}
    family = {code: {code} for code in known}
    for indicator in known.values():
        for part in {indicator.numerator, indicator.denominator} & known.keys():
            joined = family[indicator.code] | family[str(part)]
            family.update(dict.fromkeys(joined, joined))
    return {code: min(members) for code, members in family.items()}
