"""Keep scenarios of processes, what is played now, and why a failing one was accepted."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0025"
down_revision: str | None = "0024"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "process_scenario",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.String(120), nullable=False),
        sa.Column("title", sa.String(200), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("saved_by", sa.String(120), nullable=False),
        sa.Column("saved_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_process_scenario")),
        sa.UniqueConstraint(
            "process_key", "title", name=op.f("uq_process_scenario_process_key_title")
        ),
    )
    source = sa.Enum(
        "draft", "in_force", name="source", native_enum=False, create_constraint=True, length=24
    )
    op.create_table(
        "scenario_play",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("process_key", sa.String(120), nullable=False),
        sa.Column("username", sa.String(120), nullable=False),
        sa.Column("source", source, nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("scenario_id", sa.Integer(), nullable=True),
        sa.Column("changed_at", UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["scenario_id"],
            ["process_scenario.id"],
            name=op.f("fk_scenario_play_scenario_id_process_scenario"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_play")),
        sa.UniqueConstraint(
            "process_key", "username", name=op.f("uq_scenario_play_process_key_username")
        ),
    )
    op.create_index(op.f("ix_scenario_play_scenario_id"), "scenario_play", ["scenario_id"])
    with op.batch_alter_table("definition_draft") as batch:
        batch.add_column(sa.Column("failing", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("failing_reason", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    with op.batch_alter_table("definition_draft") as batch:
        batch.drop_column("failing_reason")
        batch.drop_column("failing")
    op.drop_table("scenario_play")
    op.drop_table("process_scenario")
