"""What tests of every area build: one indicator that says only what all of them need."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from monitor.core.indicators import Indicator, JudgedOn, Measure, Polarity, Reporting, RollUp
from monitor.core.periods import Frequency

_ORDINARY = Indicator(
    code="contract_value",
    name_zh="技术合同成交额",
    name_en="Value of technology contracts",
    aliases=(),
    base_unit="CNY",
    display_unit="亿元",
    decimals=1,
    polarity=Polarity.HIGHER,
    measure=Measure.FLOW,
    frequency=Frequency.ANNUAL,
    reporting=Reporting.PERIOD,
    reported_months=(),
    lag_days=240,
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
    verified=True,
)


def an_indicator(code: str, **changes: Any) -> Indicator:
    """An annual amount of money with the fields that are named."""
    return replace(_ORDINARY, **{"code": code, **changes})
