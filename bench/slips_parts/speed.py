"""How long all rules take for 200,000 simulated rows."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import replace

import numpy as np

from monitor.core.indicators import (
    Indicator,
    JudgedOn,
    Measure,
    Polarity,
    Reporting,
    RollUp,
)
from monitor.core.periods import Frequency, Period
from monitor.core.records import Observation, Status
from monitor.ingest.candidates import Candidate
from monitor.ingest.cells import PartialDate
from monitor.ingest.checks import RULES, run_checks
from monitor.ingest.columns import Column
from monitor.ingest.fields import Place
from monitor.ingest.raw import RawRow, RawTable
from monitor.ingest.rules import CheckContext
from monitor.ingest.stored import StoredFigures

INDICATORS, REGIONS, MONTHS = 20, 100, 100
_TABLE = RawTable("speed.csv", None, ("value", "unit"), ())
_NAMES = {Column.VALUE: "value", Column.UNIT: "unit"}


def main() -> int:
    """Print seconds and microseconds a row, with nothing stored and with half of it stored."""
    for share, stored_too in ((0.0, False), (0.001, False), (0.0, True)):
        groups = [_group(number, slipped=share) for number in range(INDICATORS)]
        rows = sum(map(len, groups))
        stored = [group[: len(group) // 2] for group in groups] if stored_too else [[] for _ in groups]
        figures = [StoredFigures([_entry(row) for row in some]) for some in stored]
        spent = dict.fromkeys((rule.id.value for rule in RULES), 0.0)
        started = time.perf_counter()
        stops = 0
        for group, known in zip(groups, figures, strict=True):
            result = run_checks(group, CheckContext(dt.date(2030, 1, 1), known), rules=_timed(spent))
            stops += len(result.refused) + len(result.held)
        seconds = time.perf_counter() - started
        print(
            f"{rows:,} rows, {share:.1%} slipped, {sum(map(len, stored)):,} stored: {seconds:.2f} s, "
            f"{1e6 * seconds / rows:.1f} µs a row, {stops} stopped"
        )
        print("   ", ", ".join(f"{name} {1000 * each:.0f} ms" for name, each in spent.items() if each > 0.05))
    return 0


def _timed(spent: dict[str, float]) -> list:
    def timed(rule):
        def check(table, context):
            started = time.perf_counter()
            found = list(rule.check(table, context))
            spent[rule.id.value] += time.perf_counter() - started
            return found

        return replace(rule, check=check)

    return [timed(rule) for rule in RULES]


def _group(number: int, *, slipped: float) -> list[Candidate]:
    noise = np.random.default_rng(number)
    indicator = _indicator(f"speed_{number}", cumulative=number % 2 == 0)
    rows = []
    for region in range(REGIONS):
        size = np.exp(noise.normal(20, 1.5))
        for at in range(MONTHS):
            period = Period(2020 + at // 12, at % 12 + 1, Frequency.MONTHLY)
            part = (at % 12 + 1) if number % 2 == 0 else 1
            value = size * part * 1.08 ** (at // 12) * (1 + 0.01 * noise.random())
            value *= 1e4 if noise.random() < slipped else 1
            rows.append(_row(indicator, f"R{region:04d}", period, round(float(value), 2), len(rows)))
    return rows


def _row(indicator: Indicator, region: str, period: Period, value: float, at: int) -> Candidate:
    place = Place(_TABLE, _NAMES, RawRow(at + 2, {"value": f"{value:.2f}", "unit": "元"}))
    day = period.end + dt.timedelta(days=20)
    return Candidate(
        place=place,
        indicator=indicator,
        region=region,
        period=period,
        value=value,
        status=Status.FINAL,
        published=PartialDate(day.isoformat(), day, day),
        definition_basis="",
        embargo_until=None,
        origin="speed",
        note="",
    )


def _entry(row: Candidate) -> Observation:
    return Observation(**row.observation()._asdict(), recorded_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))


def _indicator(code: str, *, cumulative: bool) -> Indicator:
    return Indicator(
        code=code,
        name_zh=code,
        name_en=code,
        aliases=(),
        base_unit="CNY",
        display_unit="亿元",
        decimals=2,
        polarity=Polarity.HIGHER,
        measure=Measure.FLOW if cumulative else Measure.STOCK,
        frequency=Frequency.MONTHLY,
        reporting=Reporting.YTD if cumulative else Reporting.PERIOD,
        reported_months=(),
        lag_days=20,
        publisher="",
        definition="",
        lower=0.0,
        upper=None,
        peers="none",
        roll_up=RollUp.NONE,
        numerator=None,
        denominator=None,
        batch_months=(),
        judged_on=JudgedOn.FIRST_RELEASE,
        growth_indicator=None,
        verified=False,
    )
