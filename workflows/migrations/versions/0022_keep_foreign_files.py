"""Keep the files of other tools that are handed in to the studio."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0022"
down_revision: str | None = "0021"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "foreign_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("tool", sa.String(length=160), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("handed_in_by", sa.String(length=120), nullable=False),
        sa.Column("handed_in_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=True),
        sa.Column("process_id", sa.String(length=120), nullable=True),
        sa.Column("process_key", sa.String(length=120), nullable=True),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            ["definition_draft.id"],
            name=op.f("fk_foreign_file_draft_id_definition_draft"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_foreign_file")),
    )
    with op.batch_alter_table("foreign_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_foreign_file_draft_id"), ["draft_id"], unique=True)


def downgrade() -> None:
    with op.batch_alter_table("foreign_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_foreign_file_draft_id"))

    op.drop_table("foreign_file")
