"""Alembic's entry: migrates over the connection that `monitor.store` hands in, in its transaction."""

from __future__ import annotations

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from alembic.autogenerate.api import AutogenContext

from monitor.tables import UTC, Base


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:  # noqa: ARG001
    """Write our moment type into migrations as the plain type it is in the database."""
    return "sa.DateTime(timezone=True)" if kind == "type" and isinstance(item, UTC) else False


def migrate(connection: sa.Connection) -> None:
    """Run the migrations that alembic was asked for."""
    context.configure(
        connection=connection, target_metadata=Base.metadata, render_as_batch=True, render_item=render_item
    )
    with context.begin_transaction():
        context.run_migrations()


migrate(context.config.attributes["connection"])
