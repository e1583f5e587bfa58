"""What is measured, where, by whom, and who publishes it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from monitor.tables.base import Base, JsonDict


class RegionRow(Base):
    """A region of the catalogue."""

    __tablename__ = "regions"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    short_zh: Mapped[str]
    name_en: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None]
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    successor: Mapped[str | None]


class DepartmentRow(Base):
    """A responsible department."""

    __tablename__ = "departments"
    code: Mapped[str] = mapped_column(primary_key=True)
    name_zh: Mapped[str]
    name_en: Mapped[str]
    region: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    valid_from: Mapped[dt.date | None]
    valid_to: Mapped[dt.date | None]
    successor: Mapped[str | None]


class IndicatorVersionRow(Base):
    """An indicator as one version of the catalogue described it; the highest version is in force."""

    __tablename__ = "indicator_versions"
    code: Mapped[str] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    recorded_at: Mapped[dt.datetime]
    document: Mapped[JsonDict]


class PlanRow(Base):
    """A plan document; `document` is its entry as seeded, without its targets."""

    __tablename__ = "plans"
    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    title_en: Mapped[str]
    number: Mapped[str | None]
    issuer: Mapped[str]
    region: Mapped[str] = mapped_column(sa.ForeignKey("regions.code"))
    status: Mapped[str]
    parent: Mapped[str | None]
    issued_on: Mapped[str | None]
    period_start: Mapped[str]
    period_end: Mapped[str]
    source: Mapped[str]
    document: Mapped[JsonDict]


class OriginRow(Base):
    """Where figures come from; `trust` 1 is best."""

    __tablename__ = "origins"
    code: Mapped[str] = mapped_column(primary_key=True)
    publisher: Mapped[str]
    title: Mapped[str]
    url: Mapped[str | None]
    accessed_on: Mapped[str | None]
    trust: Mapped[int]
