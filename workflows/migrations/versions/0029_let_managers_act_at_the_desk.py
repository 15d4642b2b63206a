"""Keep which stalled cases are in hand, what was escalated, and which moves are asked for."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0029"
down_revision: str | None = "0028"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "case_in_hand",
        sa.Column("instance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("reasons", sa.String(200), nullable=False),
        sa.Column("deed", sa.String(20), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", UtcDateTime(timezone=True), nullable=False),
        _of("instance", "case_in_hand", "instance_id"),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_case_in_hand")),
    )
    op.create_table(
        "escalation",
        sa.Column("user_task_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("step", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("to", sa.String(120), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("gives", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String(120), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        _of("user_task", "escalation", "user_task_id"),
        _of("instance", "escalation", "instance_id"),
        sa.PrimaryKeyConstraint("user_task_id", "step", name=op.f("pk_escalation")),
    )
    op.create_index("ix_escalation_instance_id", "escalation", ["instance_id"])
    _move_request()


def _move_request() -> None:
    op.create_table(
        "move_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.Integer(), nullable=False),
        sa.Column("tokens", sa.JSON(), nullable=False),
        sa.Column("joins", sa.JSON(), nullable=False),
        sa.Column("element_id", sa.String(80), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("asked_by", sa.String(120), nullable=False),
        sa.Column("asked_at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("decided_by", sa.String(120), nullable=True),
        sa.Column("decided_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(10), nullable=True),
        sa.CheckConstraint(
            "(decided_at IS NULL) = (outcome IS NULL)",
            name=op.f("ck_move_request_decided_somehow"),
        ),
        _of("instance", "move_request", "instance_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_request")),
    )
    is_open = sa.text("decided_at IS NULL")
    op.create_index(
        "uq_move_request_instance_id",
        "move_request",
        ["instance_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _of(target: str, table: str, column: str) -> sa.ForeignKeyConstraint:
    """Return that a row goes when what it is about does."""
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete="CASCADE")


def downgrade() -> None:
    op.drop_table("move_request")
    op.drop_table("escalation")
    op.drop_table("case_in_hand")
