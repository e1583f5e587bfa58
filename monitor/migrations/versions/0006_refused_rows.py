"""Rows in quarantine say whether they were refused or held, and keep the facts of the sentence."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("refused_rows", schema=None) as batch_op:
        batch_op.add_column(sa.Column("severity", sa.String(), nullable=False, server_default="refuse"))
        batch_op.add_column(
            sa.Column("facts", sa.JSON(none_as_null=True), nullable=False, server_default="{}")
        )
        batch_op.create_index(batch_op.f("ix_refused_rows_severity"), ["severity"], unique=False)
    with op.batch_alter_table("refused_rows", schema=None) as batch_op:
        batch_op.alter_column("severity", server_default=None)
        batch_op.alter_column("facts", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("refused_rows", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_refused_rows_severity"))
        batch_op.drop_column("facts")
        batch_op.drop_column("severity")
