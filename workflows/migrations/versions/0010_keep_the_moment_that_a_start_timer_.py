"""Keep the moment that a start timer has missed."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0010"
down_revision: str | None = "0009"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("start_timer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("missed_at", workflows.database.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("start_timer", schema=None) as batch_op:
        batch_op.drop_column("missed_at")
