"""Tell what only begins event sub-processes."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

revision: str = "0006"
down_revision: str | None = "0005"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_aside", sa.Boolean(), server_default=sa.false(), nullable=False)
        )

    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("is_aside", sa.Boolean(), server_default=sa.false(), nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("timer", schema=None) as batch_op:
        batch_op.drop_column("is_aside")

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("is_aside")
