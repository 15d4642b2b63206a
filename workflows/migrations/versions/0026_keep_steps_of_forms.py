"""Keep the steps of forms that are being changed, so that they can be taken back."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0026"
down_revision: str | None = "0025"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "form_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("touched", sa.String(120), nullable=False),
        sa.Column("at", UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_undone", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["definition_draft.id"],
            name=op.f("fk_form_step_draft_id_definition_draft"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_step")),
    )
    op.create_index("ix_form_step_draft", "form_step", ["draft_id", "id"])


def downgrade() -> None:
    op.drop_table("form_step")
