"""Find letters that were given up."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

revision: str = "0008"
down_revision: str | None = "0007"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index(
            "ix_outbox_dropped",
            ["sent_at", "id"],
            unique=False,
            sqlite_where=sa.text("sent_at IS NOT NULL AND problem IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NOT NULL AND problem IS NOT NULL"),
        )


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_dropped",
            sqlite_where=sa.text("sent_at IS NOT NULL AND problem IS NOT NULL"),
            postgresql_where=sa.text("sent_at IS NOT NULL AND problem IS NOT NULL"),
        )
