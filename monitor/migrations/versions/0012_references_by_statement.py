"""What figures refer to is checked once for each statement on PostgreSQL, so that large loads are quick."""

from __future__ import annotations

from alembic import op

from monitor.migrations.references import Reference, check_by_row, check_by_statement

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_REFERENCES = (
    Reference("region", "regions", "code", "fk_observations_region_regions"),
    Reference("origin", "origins", "code", "fk_observations_origin_origins"),
    Reference("load_id", "loads", "id", "fk_observations_load_id_loads"),
)


def upgrade() -> None:
    check_by_statement(op.get_bind(), "observations", _REFERENCES)


def downgrade() -> None:
    check_by_row(op.get_bind(), "observations", _REFERENCES)
