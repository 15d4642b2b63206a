"""Keep why letters wait, sweeps, and the alarms of workers."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database
from workflows.engine.jobs import schema

revision: str = "0005"
down_revision: str | None = "0004"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "sweep",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("due_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("retry_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("round_ended_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("problem", sa.String(length=300), nullable=True),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_sweep")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("problem", sa.String(length=300), nullable=True))
        batch_op.drop_index("ix_outbox_pending")
        batch_op.create_index(
            "ix_outbox_waiting",
            ["kind", "created_at", "id"],
            sqlite_where=sa.text("sent_at IS NULL"),
            postgresql_where=sa.text("sent_at IS NULL"),
        )
    schema.apply(op.get_bind())


def downgrade() -> None:
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index("ix_outbox_waiting")
        batch_op.create_index("ix_outbox_pending", ["sent_at", "id"])
        batch_op.drop_column("problem")

    op.drop_table("sweep")
    schema.remove(op.get_bind())
