"""Let cases wait for signals and conditions, and start in time."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0004"
down_revision: str | None = "0003"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "start_timer",
        sa.Column("process_key", sa.String(length=120), nullable=False),
        sa.Column("element_id", sa.String(length=80), nullable=False),
        sa.Column("timing", sa.String(length=400), nullable=False),
        sa.Column("armed_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("due_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("is_over", sa.Boolean(), nullable=False),
        sa.Column("remaining", sa.Integer(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("process_key", "element_id", name=op.f("pk_start_timer")),
    )
    with op.batch_alter_table("start_timer", schema=None) as batch_op:
        batch_op.create_index("ix_start_timer_due_at", ["due_at"], unique=False)

    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("signal_starts", sa.JSON(), server_default="[]", nullable=False)
        )

    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("kind", sa.String(length=10), server_default="message", nullable=False)
        )


def downgrade() -> None:
    with op.batch_alter_table("subscription", schema=None) as batch_op:
        batch_op.drop_column("kind")

    with op.batch_alter_table("bundle", schema=None) as batch_op:
        batch_op.drop_column("signal_starts")

    with op.batch_alter_table("start_timer", schema=None) as batch_op:
        batch_op.drop_index("ix_start_timer_due_at")

    op.drop_table("start_timer")
