"""The shape of `configs/`: pydantic models for indicators, regions, departments, plans and rules.

Only shapes and rules that one entry can be checked against live here; `config.py` reads the files
and checks entries against each other.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from forecast.targets import Comparator, TargetKind
from monitor.core.indicators import ForecastModel, JudgedOn, Measure, Polarity, Reporting, RollUp
from monitor.core.ledger import Commitment
from monitor.core.periods import Frequency

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", max_length=80)]
TargetCode = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_.-]*$", max_length=120)]
RegionCode = Annotated[str, Field(pattern=r"^[0-9A-Z]{6}$")]
Month = Annotated[int, Field(ge=1, le=12)]
PeriodText = Annotated[str, Field(pattern=r"^\d{4}(-(Q[1-4]|0[1-9]|1[0-2]))?$")]
PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-(0[1-9]|1[0-2])(-\d{2})?)?$")]


class Entry(BaseModel):
    """Base of every entry: unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Bounds(Entry):
    """Values the indicator cannot leave, in its base unit."""

    lower: float | None = None
    upper: float | None = None


class IndicatorEntry(Entry):
    """One indicator as written in `configs/indicators/*.yaml`."""

    code: Code
    name_zh: str
    name_en: str
    short_zh: Annotated[str, Field(max_length=14)] | None = None
    short_en: Annotated[str, Field(max_length=36)] | None = None
    aliases: tuple[str, ...] = ()
    unit: Literal[
        "CNY", "count", "percent", "percentage_point", "per_10k_people", "person_year", "day", "rank"
    ]
    display_unit: str
    decimals: Annotated[int, Field(ge=0, le=6)]
    polarity: Polarity = Polarity.HIGHER
    measure: Measure
    frequency: Frequency
    reporting: Reporting
    reported_months: tuple[Month, ...] = ()
    lag_days: Annotated[int, Field(ge=0, le=900)]
    publisher: str
    definition: str
    bounds: Bounds = Bounds()
    peers: Literal["province", "city", "district", "none"] = "none"
    roll_up: RollUp = RollUp.NONE
    numerator: Code | None = None
    denominator: Code | None = None
    batch_months: tuple[Month, ...] = ()
    judged_on: JudgedOn = JudgedOn.FIRST_RELEASE
    growth_indicator: Code | None = None
    model: ForecastModel = ForecastModel.POOLED
    drivers: tuple[Code, ...] = ()
    verified: bool = False


class RegionEntry(Entry):
    """One region, dated; a successor takes over when it ends."""

    code: RegionCode
    name_zh: str
    short_zh: str
    name_en: str
    level: Literal["nation", "province", "city", "district"]
    parent: RegionCode | None = None
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: RegionCode | None = None


class DepartmentEntry(Entry):
    """One responsible department, dated like a region."""

    code: Code
    name_zh: str
    name_en: str
    region: RegionCode
    valid_from: dt.date | None = None
    valid_to: dt.date | None = None
    successor: Code | None = None


class Citation(Entry):
    """Where a plan states the target: the clause and the number as written, not its sentence."""

    clause: str
    written: str | None = None


class Baseline(Entry):
    """The value the plan itself starts from."""

    period: PeriodText
    value: float


class TargetEntry(Entry):
    """One target of a plan. `value` is in `unit`; a milestone or direction has none.

    `start` is the base period, or the first counted one for cumulative, growth_each_year and direction.
    """

    code: TargetCode
    indicator: Code | None = None
    title_zh: str | None = None
    title_en: str | None = None
    region: RegionCode
    kind: TargetKind
    comparator: Comparator | None = None
    value: float | None = None
    value_upper: float | None = None
    unit: str | None = None
    start: PeriodText | None = None
    deadline: dt.date
    departments: tuple[Code, ...] = ()
    commitment: Commitment = Commitment.UNSPECIFIED
    citations: Annotated[tuple[Citation, ...], Field(min_length=1)]
    conflicts_with: tuple[TargetCode, ...] = ()
    parent: TargetCode | None = None
    baseline: Baseline | None = None
    note_zh: str | None = None
    note_en: str | None = None

    @model_validator(mode="after")
    def _fields_fit_the_kind(self) -> TargetEntry:
        if self.kind is TargetKind.MILESTONE:
            if self.value is not None or self.title_zh is None or self.title_en is None:
                raise ValueError("a milestone has title_zh and title_en and no value")
            return self
        if self.indicator is None:
            raise ValueError(f"a target of kind {self.kind} names its indicator")
        if self.kind is not TargetKind.DIRECTION and (
            self.value is None or self.unit is None or self.comparator is None
        ):
            raise ValueError(f"a target of kind {self.kind} has comparator, value and unit")
        if (self.comparator is Comparator.BETWEEN) != (self.value_upper is not None):
            raise ValueError("value_upper belongs to the comparator between, and only to it")
        return self


class PlanEntry(Entry):
    """One plan with its register of targets (`configs/plans/*.yaml`)."""

    code: Code
    title: str
    title_en: str
    number: str | None = None
    issuer: str
    region: RegionCode
    status: Literal["draft", "issued"]
    parent: Code | None = None
    issued_on: PartialDate | None = None
    period_start: PeriodText
    period_end: PeriodText
    source: str
    targets: tuple[TargetEntry, ...]


class FlagRules(Entry):
    """Thresholds and hysteresis of `configs/flags.yaml`."""

    green_at: Annotated[float, Field(gt=0, lt=1)]
    yellow_at: Annotated[float, Field(gt=0, lt=1)]
    change_margin: Annotated[float, Field(ge=0, lt=0.5)]
    confirmations: Annotated[int, Field(ge=1, le=10)]
    grey_after_missed_releases: Annotated[int, Field(ge=1)]
    about_tolerance_share: Annotated[float, Field(ge=0, lt=0.5)]

    @model_validator(mode="after")
    def _ordered(self) -> FlagRules:
        if not self.yellow_at < self.green_at:
            raise ValueError("yellow_at must be below green_at")
        return self


class IndicatorFile(Entry):
    """`configs/indicators/*.yaml`."""

    indicators: tuple[IndicatorEntry, ...]


class RegionFile(Entry):
    """`configs/regions.yaml`."""

    regions: tuple[RegionEntry, ...]


class DepartmentFile(Entry):
    """`configs/departments.yaml`."""

    departments: tuple[DepartmentEntry, ...]
