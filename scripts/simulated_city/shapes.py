"""Parameters of the simulated city: how each indicator grows, when it surges, how it is published.

Every number here is made up. Totals are in the published unit.
"""

from __future__ import annotations

from dataclasses import dataclass

CITY = "SIM000"
DISTRICTS = tuple(f"SIM00{number}" for number in range(1, 9))
FIRST_YEAR, LAST_YEAR = 2021, 2026
LAST_MONTH = (2026, 10)
KNOWN_UNTIL = "2026-11-20"


@dataclass(frozen=True)
class Flow:
    """A monthly flow: total of each year 2021..2026, weights of the months, noise of a month."""

    code: str
    totals: tuple[float, ...]
    weights: tuple[float, ...]
    noise: float
    decimals: int
    by_district: bool = False


@dataclass(frozen=True)
class Batches:
    """Recognition in batches: months and shares of a year's additions."""

    year: int
    shares: dict[int, float]


@dataclass(frozen=True)
class Publication:
    """How an indicator is published: file, unit, decimals, usual lag in days."""

    file: str
    unit: str
    decimals: int
    lag_days: int
    has_preliminary: bool = False


# Contract registration: a third of the year falls into its last six weeks.
DECEMBER_SURGE = (3.0, 2.6, 6.4, 5.8, 6.2, 9.4, 5.6, 6.0, 8.6, 6.9, 11.5, 28.0)
EVEN = (7.4, 7.0, 8.6, 8.2, 8.3, 8.8, 8.2, 8.3, 8.7, 8.5, 8.8, 9.2)
BUDGET_YEAR = (6.2, 5.0, 9.3, 6.6, 7.1, 11.8, 6.3, 6.4, 9.4, 6.0, 8.4, 17.5)
SECOND_HALF = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 5.0, 4.0, 6.0, 5.0, 6.0, 8.0)
REGISTER_YEAR = (0.0, 0.0, 7.0, 13.0, 15.0, 15.0, 13.0, 12.0, 11.0, 9.0, 4.0, 1.0)

FLOWS = (
    Flow(
        "sim_contract_value",
        (96.0, 112.0, 131.0, 148.0, 171.0, 196.0),
        DECEMBER_SURGE,
        0.30,
        2,
        by_district=True,
    ),
    Flow("sim_contract_count", (1620, 1790, 1985, 2140, 2330, 2480), DECEMBER_SURGE, 0.18, 0),
    Flow("sim_sme_register", (640, 745, 860, 985, 1090, 1175), REGISTER_YEAR, 0.22, 0, by_district=True),
    Flow("sim_hightech_output", (1480, 1610, 1752, 1893, 2034, 2160), EVEN, 0.018, 1),
    Flow("sim_industrial_output", (4020, 4190, 4405, 4590, 4800, 4985), EVEN, 0.015, 1),
    Flow("sim_fiscal_st_expenditure", (18.4, 20.1, 21.9, 23.3, 25.4, 26.2), BUDGET_YEAR, 0.12, 2),
    Flow("sim_fiscal_expenditure", (468, 489, 512, 527, 549, 566), BUDGET_YEAR, 0.05, 1),
    Flow("sim_patents_granted", (1310, 1485, 1520, 1690, 1815, 1880), EVEN, 0.14, 0),
    Flow("sim_st_services_revenue", (142, 165, 189, 226, 268, 321), EVEN, 0.03, 1),
    Flow("sim_matchmaking_events", (38, 46, 55, 61, 66, 72), EVEN, 0.45, 0),
    Flow("sim_projects_won", (118, 126, 139, 131, 152, 149), BUDGET_YEAR, 0.50, 0),
    Flow("sim_results_transformed", (64, 73, 85, 92, 104, 112), DECEMBER_SURGE, 0.35, 0),
    Flow("sim_talents_introduced", (210, 232, 248, 271, 296, 310), EVEN, 0.30, 0),
    Flow("sim_ai_scenarios", (0, 0, 0, 0, 0, 34), SECOND_HALF, 0.40, 0),
    Flow("sim_overseas_contract_value", (7.2, 7.9, 8.8, 9.1, 10.4, 14.6), DECEMBER_SURGE, 0.35, 2),
)

DISTRICT_SHARES = (0.215, 0.165, 0.148, 0.132, 0.112, 0.093, 0.076, 0.059)
"""Share of the city's contracts and registrations, largest district first."""

DISTRICT_DRIFT = (-0.006, 0.002, 0.005, -0.002, 0.003, 0.000, -0.001, -0.001)
"""Yearly change of the share; the third district gains on the second."""

HNTE_START = (148, 112, 98, 84, 71, 58, 46, 35)
"""Valid high-tech enterprises of each district at the end of 2020."""

HNTE_GROSS_RATE = (0.42, 0.40, 0.41, 0.40, 0.39, 0.355)
"""Recognised in the year ÷ stock at its beginning."""

HNTE_EXPIRY_RATE = (0.27, 0.26, 0.27, 0.27, 0.275, 0.275)
"""Expired in the year ÷ stock at its beginning."""

BATCHES = (
    Batches(2021, {10: 0.45, 12: 0.55}),
    Batches(2022, {10: 0.50, 12: 0.50}),
    Batches(2023, {8: 0.20, 10: 0.35, 12: 0.45}),
    Batches(2024, {8: 0.20, 10: 0.28, 11: 0.22, 12: 0.30}),
    Batches(2025, {8: 0.22, 10: 0.33, 12: 0.45}),
    Batches(2026, {8: 0.21, 10: 0.34, 12: 0.45}),
)

PUBLICATIONS = {
    "sim_contract_value": Publication("contracts", "亿元", 2, 15),
    "sim_contract_count": Publication("contracts", "项", 0, 15),
    "sim_contract_days": Publication("contracts", "天", 1, 15),
    "sim_overseas_contract_value": Publication("contracts", "亿元", 2, 15),
    "sim_hnte_stock": Publication("enterprises", "家", 0, 12),
    "sim_hnte_recognised": Publication("enterprises", "家", 0, 12),
    "sim_sme_register": Publication("enterprises", "家", 0, 12),
    "sim_gazelle_stock": Publication("enterprises", "家", 0, 60),
    "sim_hightech_output": Publication("industry", "亿元", 1, 18, has_preliminary=True),
    "sim_industrial_output": Publication("industry", "亿元", 1, 18, has_preliminary=True),
    "sim_hightech_output_share": Publication("industry", "%", 2, 18),
    "sim_hightech_output_growth": Publication("industry", "%", 1, 18),
    "sim_st_services_revenue": Publication("industry", "亿元", 1, 25),
    "sim_fiscal_st_expenditure": Publication("finance", "亿元", 2, 16),
    "sim_fiscal_expenditure": Publication("finance", "亿元", 1, 16),
    "sim_fiscal_st_share": Publication("finance", "%", 2, 16),
    "sim_st_loans": Publication("finance", "亿元", 1, 14),
    "sim_angel_funds": Publication("finance", "亿元", 1, 25),
    "sim_patents_granted": Publication("patents", "件", 0, 14),
    "sim_patent_stock": Publication("patents", "件", 0, 14),
    "sim_high_value_patents_per_10k": Publication("patents", "件/万人", 2, 75),
    "sim_gdp": Publication("research", "亿元", 1, 25, has_preliminary=True),
    "sim_rd_expenditure": Publication("research", "亿元", 2, 265),
    "sim_rd_intensity": Publication("research", "%", 2, 265),
    "sim_rd_enterprise": Publication("research", "亿元", 2, 265),
    "sim_rd_active_share": Publication("research", "%", 1, 335),
    "sim_platforms": Publication("counters", "个", 0, 20),
    "sim_incubators": Publication("counters", "个", 0, 20),
    "sim_open_labs": Publication("counters", "个", 0, 20),
    "sim_matchmaking_events": Publication("counters", "次", 0, 10),
    "sim_projects_won": Publication("counters", "项", 0, 10),
    "sim_results_transformed": Publication("counters", "项", 0, 20),
    "sim_talents_introduced": Publication("counters", "人", 0, 10),
    "sim_ai_scenarios": Publication("counters", "个", 0, 10),
}
