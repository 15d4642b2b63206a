"""Keep what the desk of managers shows of a large installation."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0024"
down_revision: str | None = "0023"
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
    _case_figure()
    _figure_cells()


def _case_figure() -> None:
    op.create_table(
        "case_figure",
        sa.Column("instance_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(120), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("outcome", sa.String(10), nullable=False),
        sa.Column("begun", sa.Integer(), nullable=False),
        sa.Column("ended", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("with_people", sa.Integer(), nullable=True),
        sa.Column("stopped", sa.Integer(), nullable=True),
        sa.Column("waiting", sa.Integer(), nullable=True),
        sa.Column("pool", sa.String(40), nullable=False),
        sa.Column("unit", sa.String(20), nullable=False),
        sa.Column("level", sa.String(20), nullable=False),
        sa.Column("category", sa.String(60), nullable=False),
        sa.Column("specialty", sa.String(60), nullable=False),
        sa.Column("horizon", sa.String(20), nullable=False),
        sa.Column("cohort", sa.String(10), nullable=False),
        sa.Column("steps", sa.Text(), nullable=False),
        sa.Column("passed", sa.Text(), nullable=False),
        sa.Column("here", sa.Text(), nullable=False),
        sa.Column("waits", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["instance_id"],
            ["instance.id"],
            name=op.f("fk_case_figure_instance_id_instance"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("instance_id", name=op.f("pk_case_figure")),
    )
    op.create_index("ix_case_figure_definition", "case_figure", ["definition_key", "instance_id"])
    is_open = sa.text("outcome = 'open'")
    op.create_index(
        "ix_case_figure_open",
        "case_figure",
        ["instance_id"],
        sqlite_where=is_open,
        postgresql_where=is_open,
    )


def _figure_cells() -> None:
    op.create_table(
        "figure_slice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("definition_key", sa.String(120), nullable=False),
        sa.Column("definition_version", sa.Integer(), nullable=False),
        sa.Column("pool", sa.String(40), nullable=False),
        sa.Column("facet", sa.String(10), nullable=False),
        sa.Column("value", sa.String(60), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_figure_slice")),
        sa.UniqueConstraint(
            "definition_key",
            "definition_version",
            "pool",
            "facet",
            "value",
            name=op.f("uq_figure_slice"),
        ),
    )
    op.create_table(
        "figure_cell",
        sa.Column("slice_id", sa.Integer(), nullable=False),
        sa.Column("measure", sa.String(8), nullable=False),
        sa.Column("quarter", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("item", sa.String(120), nullable=False),
        sa.Column("amount", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["slice_id"],
            ["figure_slice.id"],
            name=op.f("fk_figure_cell_slice_id_figure_slice"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "slice_id", "measure", "quarter", "item", "amount", name=op.f("pk_figure_cell")
        ),
        sqlite_with_rowid=False,
    )
    is_empty = sa.text("number = 0")
    op.create_index(
        "ix_figure_cell_empty",
        "figure_cell",
        ["slice_id"],
        sqlite_where=is_empty,
        postgresql_where=is_empty,
    )


def downgrade() -> None:
    op.drop_table("figure_cell")
    op.drop_table("figure_slice")
    op.drop_table("case_figure")
    op.drop_table("risk_note")
    op.drop_table("stalled_note")
    op.drop_table("kept_pace")
