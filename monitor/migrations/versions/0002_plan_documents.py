"""Plan documents as read, and the words of them each accepted target stands on."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.migrations.append_only import protect, unprotect

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_APPEND_ONLY = ("plan_documents", "target_quotes")


def upgrade() -> None:
    op.create_table(
        "plan_documents",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["plan"], ["plans.code"], name=op.f("fk_plan_documents_plan_plans")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_documents")),
        sa.UniqueConstraint("sha256", "plan", name=op.f("uq_plan_documents_sha256_plan")),
    )
    op.create_table(
        "target_quotes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("quote", sa.String(), nullable=False),
        sa.Column("quote_start", sa.Integer(), nullable=False),
        sa.Column("quote_end", sa.Integer(), nullable=False),
        sa.Column("value_start", sa.Integer(), nullable=False),
        sa.Column("value_end", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["document_id"], ["plan_documents.id"], name=op.f("fk_target_quotes_document_id_plan_documents")
        ),
        sa.ForeignKeyConstraint(["target"], ["targets.code"], name=op.f("fk_target_quotes_target_targets")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_quotes")),
        sa.UniqueConstraint(
            "document_id",
            "target",
            "value_start",
            name=op.f("uq_target_quotes_document_id_target_value_start"),
        ),
    )
    with op.batch_alter_table("target_quotes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_quotes_target"), ["target"], unique=False)
    for table in _APPEND_ONLY:
        protect(op.get_bind(), table)


def downgrade() -> None:
    for table in _APPEND_ONLY:
        unprotect(op.get_bind(), table)
    with op.batch_alter_table("target_quotes", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_quotes_target"))
    op.drop_table("target_quotes")
    op.drop_table("plan_documents")
