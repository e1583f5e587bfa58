"""What people answer to messages about their targets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.migrations.append_only import protect, unprotect

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "acknowledgements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["target"], ["targets.code"], name=op.f("fk_acknowledgements_target_targets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_acknowledgements")),
    )
    with op.batch_alter_table("acknowledgements", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_acknowledgements_target"), ["target"], unique=False)
        batch_op.create_index(batch_op.f("ix_acknowledgements_person"), ["person"], unique=False)
    protect(op.get_bind(), "acknowledgements")


def downgrade() -> None:
    unprotect(op.get_bind(), "acknowledgements")
    op.drop_table("acknowledgements")
