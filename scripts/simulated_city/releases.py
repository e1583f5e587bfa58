"""What the offices of the simulated city published, when, and what they got wrong or left out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from monitor.core.periods import Period
from simulated_city.shapes import CITY, KNOWN_UNTIL, PUBLICATIONS, Publication
from simulated_city.world import Table, generator

BASIS = "模拟口径"
NEW_BASIS = {"sim_overseas_contract_value": ("2026-01", "模拟口径（2026年起含服务外包）")}
"""A definition that changed: first period, and the definition from then on."""

STATISTICAL = (
    "sim_hightech_output",
    "sim_industrial_output",
    "sim_fiscal_st_expenditure",
    "sim_fiscal_expenditure",
)
"""Indicators (and what derives from them) without a January figure."""

MISSING = {
    ("sim_contract_value", "SIM007", "2024-07"),
    ("sim_sme_register", "SIM004", "2025-05"),
    ("sim_patents_granted", CITY, "2023-03"),
    ("sim_matchmaking_events", CITY, "2022-08"),
    ("sim_incubators", CITY, "2024-Q2"),
}
"""Reports that never came."""

NOT_YET = {
    ("sim_contract_value", "SIM006", "2026-10"),
    ("sim_sme_register", "SIM002", "2026-09"),
    ("sim_sme_register", "SIM002", "2026-10"),
    ("sim_projects_won", CITY, "2026-10"),
}
"""Reports that were due by the last day shown and are late."""

SILENT_AFTER = {"sim_talents_introduced": "2026-05"}
"""The owner who stopped reporting."""

MISTAKEN = {
    ("sim_fiscal_st_expenditure", CITY, "2025-08"): (1.045, 31, "a transfer was counted twice"),
    ("sim_fiscal_st_share", CITY, "2025-08"): (1.045, 31, "a transfer was counted twice"),
    ("sim_contract_value", "SIM003", "2026-05"): (1.10, 34, "a contract was registered twice"),
}
"""Figures published too high: factor, days until the correction, what happened."""

MISTAKEN_IN = {("sim_contract_value", CITY, "2026-05"): ("sim_contract_value", "SIM003", "2026-05")}
"""City totals that took the mistake of a district over."""

CENSUS_DAY = dt.date(2025, 1, 20)
CENSUS_FACTOR = {2019: 1.031, 2020: 1.034, 2021: 1.037, 2022: 1.041, 2023: 1.045}
"""A census raised gross product; true values are after it, releases before it are lower."""


@dataclass(frozen=True)
class Row:
    """One line of an observation file."""

    indicator: str
    region: str
    period: str
    value: float
    status: str
    published_on: dt.date
    note: str

    def cells(self) -> tuple[str, ...]:
        """As written: indicator, region, period, value, unit, status, published_on, basis, origin, note."""
        how = PUBLICATIONS[self.indicator]
        return (
            self.indicator,
            self.region,
            self.period,
            f"{self.value:.{how.decimals}f}",
            how.unit,
            self.status,
            self.published_on.isoformat(),
            _basis(self.indicator, self.period),
            f"sim_{how.file}",
            self.note,
        )


def _basis(indicator: str, period: str) -> str:
    begins, name = NEW_BASIS.get(indicator, ("9999", ""))
    return name if period >= begins else BASIS


def publish(table: Table, seed: int) -> dict[str, list[Row]]:
    """Every release up to the last day shown, by file, in order of indicator, region, period and day."""
    known_until = dt.date.fromisoformat(KNOWN_UNTIL)
    files: dict[str, list[Row]] = {how.file: [] for how in PUBLICATIONS.values()}
    for indicator, region, period in sorted(table):
        if not _is_reported(indicator, region, period):
            continue
        how = PUBLICATIONS[indicator]
        for row in _releases(table, (indicator, region, period), how, seed):
            if row.published_on <= known_until:
                files[how.file].append(row)
    return files


def _is_reported(indicator: str, region: str, period: str) -> bool:
    if (indicator, region, period) in MISSING | NOT_YET:
        return False
    if indicator in SILENT_AFTER and period > SILENT_AFTER[indicator]:
        return False
    return not (_base_of(indicator) in STATISTICAL and period.endswith("-01"))


def _base_of(indicator: str) -> str:
    return {
        "sim_hightech_output_share": "sim_hightech_output",
        "sim_hightech_output_growth": "sim_hightech_output",
        "sim_fiscal_st_share": "sim_fiscal_st_expenditure",
    }.get(indicator, indicator)


def _releases(table: Table, key: tuple[str, str, str], how: Publication, seed: int) -> list[Row]:
    """The releases of one period: mostly one; a preliminary, a correction or a census add more."""
    indicator, region, period = key
    first, note = _first_day(key, how, seed)
    row = Row(indicator, region, period, table[key], "final", first, note)
    if key in MISTAKEN or key in MISTAKEN_IN:
        return _mistake(table, row, key)
    year = int(period[:4])
    if indicator in ("sim_gdp", "sim_rd_intensity") and year in CENSUS_FACTOR and first < CENSUS_DAY:
        return _census(row, year, how)
    if how.has_preliminary and (indicator == "sim_gdp" or period.endswith("-12")):
        return _preliminary(row, seed, how)
    return [row]


def _first_day(key: tuple[str, str, str], how: Publication, seed: int) -> tuple[dt.date, str]:
    """Usual day with a little scatter; one report in forty is weeks late."""
    indicator, _, period = key
    # One office publishes a numerator, its denominator and their ratio on the same day.
    rng = generator(seed, f"day/{how.file}/{period}" if key[1] == CITY else "/".join(key))
    lag = how.lag_days + int(rng.integers(-2, 2))
    is_late = rng.random() < 0.025 and indicator not in ("sim_gdp", "sim_rd_intensity")
    if is_late:
        lag += int(rng.integers(9, 24))
    day = Period.parse(period).end + dt.timedelta(days=lag)
    return day, "simulated; reported late" if is_late else "simulated"


def _mistake(table: Table, row: Row, key: tuple[str, str, str]) -> list[Row]:
    source = MISTAKEN_IN.get(key, key)
    factor, days, what = MISTAKEN[source]
    decimals = PUBLICATIONS[row.indicator].decimals
    excess = round(table[source] * factor, decimals) - table[source]
    wrong = replace(row, value=round(row.value + excess, decimals), note=f"simulated; mistaken: {what}")
    day = row.published_on + dt.timedelta(days=days)
    return [wrong, replace(row, status="revised", published_on=day, note=f"simulated; corrected: {what}")]


def _census(row: Row, year: int, how: Publication) -> list[Row]:
    factor = CENSUS_FACTOR[year] if row.indicator == "sim_gdp" else 1 / CENSUS_FACTOR[year]
    before = replace(row, value=round(row.value / factor, how.decimals))
    revised = replace(row, status="revised", published_on=CENSUS_DAY, note="simulated; revised by a census")
    return [before, revised]


def _preliminary(row: Row, seed: int, how: Publication) -> list[Row]:
    """A first estimate, and the final figure weeks (of gross product, months) later."""
    rng = generator(seed, f"preliminary/{row.indicator}/{row.period}")
    estimate = round(row.value * (1 + float(rng.normal(0, 0.004))), how.decimals)
    days = 310 if row.indicator == "sim_gdp" else 36
    final_day = row.published_on + dt.timedelta(days=days)
    return [
        replace(row, value=estimate, status="preliminary", note="simulated; preliminary"),
        replace(row, published_on=final_day),
    ]
