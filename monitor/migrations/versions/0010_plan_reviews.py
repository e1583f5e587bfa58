"""Reviews of plan documents under way, and the decisions in them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from monitor.migrations.append_only import protect, unprotect

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "plan_reviews",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("format", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("region", sa.String(), nullable=False),
        sa.Column("plan", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("is_new_plan", sa.Boolean(), nullable=False),
        sa.Column("facts", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("proposals", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("proposed", sa.Integer(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_as", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["region"], ["regions.code"], name=op.f("fk_plan_reviews_region_regions")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_reviews")),
    )
    with op.batch_alter_table("plan_reviews", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_plan_reviews_sha256"), ["sha256"], unique=False)
    op.create_table(
        "plan_review_decisions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("decision", sa.String(), nullable=False),
        sa.Column("draft", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["review"], ["plan_reviews.id"], name=op.f("fk_plan_review_decisions_review_plan_reviews")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_plan_review_decisions")),
        sa.UniqueConstraint(
            "review", "position", "sequence", name=op.f("uq_plan_review_decisions_review_position_sequence")
        ),
    )
    protect(op.get_bind(), "plan_review_decisions")


def downgrade() -> None:
    unprotect(op.get_bind(), "plan_review_decisions")
    op.drop_table("plan_review_decisions")
    op.drop_table("plan_reviews")
