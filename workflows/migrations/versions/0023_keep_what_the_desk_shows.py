"""Keep what the desk of managers shows of a large installation."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0023"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "kept_pace",
        sa.Column("definition_key", sa.String(120), nullable=False),
        sa.Column("element_id", sa.String(80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("median", sa.Double(), nullable=False),
        sa.Column("high", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("definition_key", "element_id", name=op.f("pk_kept_pace")),
    )
    op.create_table(
        "stalled_note",
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("since", UtcDateTime(timezone=True), nullable=False),
        sa.Column("definition_key", sa.String(120), nullable=False),
        sa.Column("reasons", sa.String(200), nullable=False),
        sa.Column("units", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_stalled_note_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_stalled_note")),
    )
    op.create_index("ix_stalled_note_since", "stalled_note", ["since", "instance_id"])
    op.create_table(
        "risk_note",
        sa.Column("user_task_id", sa.Integer(), nullable=False),
        sa.Column("due_order", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_task_id"],
            ["user_task.id"],
            name=op.f("fk_risk_note_user_task_id_user_task"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("user_task_id", name=op.f("pk_risk_note")),
    )
    op.create_index("ix_risk_note_due_order", "risk_note", ["due_order", "user_task_id"])


def downgrade() -> None:
    op.drop_table("risk_note")
    op.drop_table("stalled_note")
    op.drop_table("kept_pace")
