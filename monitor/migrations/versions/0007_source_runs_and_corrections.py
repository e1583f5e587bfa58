"""Runs of sources, and the known errors of sources that loads met."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.migrations.append_only import protect, unprotect

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "correction_uses",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=False),
        sa.Column("correction", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("found", sa.Double(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_correction_uses_load_id_loads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_uses")),
    )
    with op.batch_alter_table("correction_uses", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_correction_uses_load_id"), ["load_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_correction_uses_correction"), ["correction"], unique=False)
    op.create_table(
        "source_runs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("load_ids", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("files", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("etag", sa.String(), nullable=True),
        sa.Column("last_modified", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_runs")),
    )
    with op.batch_alter_table("source_runs", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_source_runs_source_outcome"), ["source", "outcome"], unique=False
        )
    protect(op.get_bind(), "correction_uses")


def downgrade() -> None:
    unprotect(op.get_bind(), "correction_uses")
    op.drop_table("source_runs")
    op.drop_table("correction_uses")
