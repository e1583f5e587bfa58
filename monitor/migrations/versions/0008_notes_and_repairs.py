"""What departments say about targets; repairs and settlements of refused rows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.migrations.append_only import protect, unprotect

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("row_repairs", "row_settlements", "target_notes")
_INDEXED = (
    ("row_repairs", "refused_row_id"),
    ("row_settlements", "refused_row_id"),
    ("target_notes", "target"),
)


def upgrade() -> None:
    op.create_table(
        "row_repairs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refused_row_id", sa.Integer(), nullable=False),
        sa.Column("old", sa.JSON(), nullable=False),
        sa.Column("new", sa.JSON(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["refused_row_id"], ["refused_rows.id"], name=op.f("fk_row_repairs_refused_row_id_refused_rows")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_repairs")),
    )
    op.create_table(
        "row_settlements",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("refused_row_id", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("load_id", sa.Integer(), nullable=True),
        sa.Column("refusal", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["refused_row_id"],
            ["refused_rows.id"],
            name=op.f("fk_row_settlements_refused_row_id_refused_rows"),
        ),
        sa.ForeignKeyConstraint(["load_id"], ["loads.id"], name=op.f("fk_row_settlements_load_id_loads")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_settlements")),
    )
    op.create_table(
        "target_notes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("period", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["target"], ["targets.code"], name=op.f("fk_target_notes_target_targets")),
        sa.ForeignKeyConstraint(
            ["department"], ["departments.code"], name=op.f("fk_target_notes_department_departments")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_notes")),
    )
    for table, column in _INDEXED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_index(batch_op.f(f"ix_{table}_{column}"), [column], unique=False)
    for table in _APPEND_ONLY:
        protect(op.get_bind(), table)


def downgrade() -> None:
    for table in _APPEND_ONLY:
        unprotect(op.get_bind(), table)
    for table, column in _INDEXED:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(batch_op.f(f"ix_{table}_{column}"))
    for table in reversed(_APPEND_ONLY):
        op.drop_table(table)
