"""Fans as they were when a probability was stored, so that a target opens without drawing paths again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "fans",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("body", sa.JSON(none_as_null=True), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["runs.id"], name=op.f("fk_fans_run_id_runs")),
        sa.ForeignKeyConstraint(["target"], ["targets.code"], name=op.f("fk_fans_target_targets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fans")),
        sa.UniqueConstraint("target", "run_id", name=op.f("uq_fans_target_run_id")),
    )
    with op.batch_alter_table("fans", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_fans_run_id"), ["run_id"], unique=False)


def downgrade() -> None:
    op.drop_table("fans")
