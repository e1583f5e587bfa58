"""The base of all tables, and column types both databases share."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

import sqlalchemy as sa
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class UTC(sa.types.TypeDecorator[dt.datetime]):
    """Aware UTC in, aware UTC out, also on SQLite, which forgets the zone."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Refuse a naive moment; convert the others."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive datetime {value}; every stored moment has a zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002
        """Give the zone back."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


# JSON and not JSONB: the text comes back number by number as it went in, which the hash chain needs.
Json = sa.JSON(none_as_null=True)
JsonDict = dict[str, Any]
JsonList = list[Any]


class Base(DeclarativeBase):
    """Naming convention and column types of all tables."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar[dict[Any, Any]] = {dt.datetime: UTC(), JsonDict: Json, JsonList: Json}


class WorkspaceFact(Base):
    """Which workspace the database belongs to, and other facts about itself."""

    __tablename__ = "workspace_facts"
    key: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str]
