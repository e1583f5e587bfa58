"""What truly happens in the simulated city: values by indicator, region and period, at published decimals."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from simulated_city.shapes import (
    BATCHES,
    CITY,
    DISTRICT_DRIFT,
    DISTRICT_SHARES,
    DISTRICTS,
    FIRST_YEAR,
    FLOWS,
    HNTE_EXPIRY_RATE,
    HNTE_GROSS_RATE,
    HNTE_START,
    LAST_YEAR,
    Flow,
)

Table = dict[tuple[str, str, str], float]
"""(indicator, region, period) to value in the published unit."""

YEARS = range(FIRST_YEAR, LAST_YEAR + 1)
QUARTER_MONTHS = (3, 6, 9, 12)
QUARTERLY_FLOWS = ("sim_st_services_revenue", "sim_results_transformed")
BEGINS = {"sim_ai_scenarios": "2026-07", "sim_open_labs": "2026-Q1"}
"""First period of what began to be counted late."""


def generator(seed: int, name: str) -> np.random.Generator:
    """A stream of its own for every series, whatever else is drawn."""
    return np.random.default_rng([seed, zlib.crc32(name.encode())])


def simulate(seed: int) -> Table:
    """All true values of the simulated city, to the end of 2026.

    Parameters
    ----------
    seed : int
        Of every random stream.

    Returns
    -------
    dict
        Within-year values of cumulative indicators are January to that month.
    """
    table: Table = {}
    for flow in FLOWS:
        if flow.by_district:
            table.update(_district_flow(flow, seed))
        else:
            table.update(_city_flow(flow, seed))
    table.update(_enterprises(seed))
    table.update(_shares_and_growth(table))
    table.update(_monthly_levels(seed))
    table.update(_quarterly_levels(seed))
    table.update(_annual(seed))
    table.update(_quarters_of(table))
    return _without_lead_in(table)


def _increments(flow: Flow, rng: np.random.Generator, totals: Iterable[float]) -> NDArray[np.float64]:
    """Monthly amounts, shape (years, 12); each year adds up to its total."""
    rows = []
    for total in totals:
        noisy = np.asarray(flow.weights) * np.exp(rng.normal(0.0, flow.noise, 12))
        rows.append(total * noisy / noisy.sum())
    return np.asarray(rows)


def _cumulative(flow: Flow, region: str, amounts: NDArray[np.float64]) -> Table:
    table: Table = {}
    for year, row in zip(YEARS, amounts, strict=True):
        for month, value in enumerate(np.cumsum(row), start=1):
            table[flow.code, region, f"{year}-{month:02d}"] = round(float(value), flow.decimals)
    return table


def _city_flow(flow: Flow, seed: int) -> Table:
    rng = generator(seed, flow.code)
    amounts = _increments(flow, rng, [total * float(np.exp(rng.normal(0.0, 0.006))) for total in flow.totals])
    if flow.code == "sim_patents_granted":  # reported month by month, not cumulated
        return {
            (flow.code, CITY, f"{year}-{month:02d}"): float(round(value))
            for year, row in zip(YEARS, amounts, strict=True)
            for month, value in enumerate(row, start=1)
        }
    return _cumulative(flow, CITY, amounts)


def _district_flow(flow: Flow, seed: int) -> Table:
    """Districts first; the city is the sum of what they report."""
    table: Table = {}
    for place, region in enumerate(DISTRICTS):
        rng = generator(seed, f"{flow.code}/{region}")
        shares = [DISTRICT_SHARES[place] + DISTRICT_DRIFT[place] * step for step in range(len(YEARS))]
        totals = [
            total * share * float(np.exp(rng.normal(0.0, 0.03)))
            for total, share in zip(flow.totals, shares, strict=True)
        ]
        table.update(_cumulative(flow, region, _increments(flow, rng, totals)))
    return table | _sum_of_districts(table, flow.code, flow.decimals)


def _sum_of_districts(table: Table, code: str, decimals: int) -> Table:
    sums: Table = {}
    for (indicator, _, period), value in table.items():
        if indicator == code:
            sums[code, CITY, period] = sums.get((code, CITY, period), 0.0) + value
    return {key: round(value, decimals) for key, value in sums.items()}


def _enterprises(seed: int) -> Table:
    """High-tech enterprises: stock by district in batches, and the city's recognitions of the year."""
    table: Table = {}
    recognised: dict[str, float] = {}
    for place, region in enumerate(DISTRICTS):
        rng = generator(seed, f"sim_hnte/{region}")
        stock = HNTE_START[place]
        for step, batches in enumerate(BATCHES):
            added = stock * HNTE_GROSS_RATE[step] * float(np.exp(rng.normal(0.0, 0.06)))
            expired = stock * HNTE_EXPIRY_RATE[step] * float(np.exp(rng.normal(0.0, 0.05)))
            so_far = 0
            for month in range(1, 13):
                share = batches.shares.get(month, 0.0)
                batch = round(added * share)
                so_far += batch
                stock += batch - round(expired * share)
                period = f"{batches.year}-{month:02d}"
                table["sim_hnte_stock", region, period] = float(stock)
                recognised[period] = recognised.get(period, 0.0) + so_far
    table.update({("sim_hnte_recognised", CITY, period): value for period, value in recognised.items()})
    return table | _sum_of_districts(table, "sim_hnte_stock", 0)


def _shares_and_growth(table: Table) -> Table:
    """Ratios of published figures, and growth at comparable prices (a little below that of levels)."""
    found: Table = {}
    pairs = {
        "sim_hightech_output_share": ("sim_hightech_output", "sim_industrial_output"),
        "sim_fiscal_st_share": ("sim_fiscal_st_expenditure", "sim_fiscal_expenditure"),
    }
    for code, (numerator, denominator) in pairs.items():
        for (indicator, region, period), value in table.items():
            if indicator == numerator:
                found[code, region, period] = round(100 * value / table[denominator, region, period], 2)
    for (indicator, region, period), value in table.items():
        before = f"{int(period[:4]) - 1}{period[4:]}"
        if indicator == "sim_hightech_output" and (indicator, region, before) in table:
            growth = 100 * (value / table[indicator, region, before] - 1) + 0.4
            found["sim_hightech_output_growth", region, period] = round(growth, 1)
    return found


def _monthly_levels(seed: int) -> Table:
    """Stocks and rates that are reported every month by themselves."""
    table: Table = {}
    loans, patents = 212.0, 5480.0
    days_rng, loans_rng = generator(seed, "sim_contract_days"), generator(seed, "sim_st_loans")
    patents_rng = generator(seed, "sim_patent_stock")
    for step in range(12 * len(YEARS)):
        period = f"{FIRST_YEAR + step // 12}-{step % 12 + 1:02d}"
        loans *= 1 + 0.0115 + float(loans_rng.normal(0, 0.006))
        patents *= 1 + 0.0128 + float(patents_rng.normal(0, 0.002))
        days = 9.6 * 0.9905**step * float(np.exp(days_rng.normal(0, 0.05)))
        table["sim_st_loans", CITY, period] = round(loans, 1)
        table["sim_patent_stock", CITY, period] = float(round(patents))
        table["sim_contract_days", CITY, period] = round(days, 1)
    return table


def _quarterly_levels(seed: int) -> Table:
    table: Table = {}
    platforms, incubators, labs, funds = 86, 21, 0, 34.0
    rng = generator(seed, "quarterly")
    for step in range(4 * len(YEARS)):
        period = f"{FIRST_YEAR + step // 4}-Q{step % 4 + 1}"
        platforms += int(rng.poisson(1.0 if step % 4 < 3 else 7.0))
        incubators += int(rng.poisson(0.1 if step % 4 < 3 else 1.6))
        funds += float(rng.gamma(2.0, 1.7))
        labs += 3 if period >= "2026" else 0
        table["sim_platforms", CITY, period] = float(platforms)
        table["sim_incubators", CITY, period] = float(incubators)
        table["sim_open_labs", CITY, period] = float(labs)
        table["sim_angel_funds", CITY, period] = round(funds, 1)
    return table


def _annual(seed: int) -> Table:
    """Yearly figures from 2012, as the statistics office keeps them after all revisions."""
    table: Table = {}
    rng = generator(seed, "annual")
    gdp, research, share, gazelles, patents = 1710.0, 27.4, 31.0, 12.0, 2.05
    for year in range(2012, LAST_YEAR + 1):
        gdp *= 1.064 + float(rng.normal(0, 0.012))
        research *= 1.108 + float(rng.normal(0, 0.022))
        share += 1.1 + float(rng.normal(0, 0.6))
        gazelles *= 1.14 + float(rng.normal(0, 0.05))
        patents *= 1.125 + float(rng.normal(0, 0.02))
        text = str(year)
        table["sim_gdp", CITY, text] = round(gdp, 1)
        table["sim_rd_expenditure", CITY, text] = round(research, 2)
        table["sim_rd_intensity", CITY, text] = round(100 * round(research, 2) / round(gdp, 1), 2)
        table["sim_rd_enterprise", CITY, text] = round(research * (0.71 + float(rng.normal(0, 0.008))), 2)
        table["sim_rd_active_share", CITY, text] = round(share, 1)
        table["sim_gazelle_stock", CITY, text] = float(round(gazelles))
        table["sim_high_value_patents_per_10k", CITY, text] = round(patents, 2)
    return table


def _quarters_of(table: Table) -> Table:
    """Cumulative quarterly figures from the monthly ones."""
    found: Table = {}
    for code in QUARTERLY_FLOWS:
        for year in YEARS:
            for month in QUARTER_MONTHS:
                found[code, CITY, f"{year}-Q{month // 3}"] = table[code, CITY, f"{year}-{month:02d}"]
    return found


def _without_lead_in(table: Table) -> Table:
    """Drop the months of quarterly indicators, and what was not yet counted."""
    return {
        (indicator, region, period): value
        for (indicator, region, period), value in table.items()
        if not (indicator in QUARTERLY_FLOWS and "Q" not in period) and period >= BEGINS.get(indicator, "")
    }
