"""Keep the archives of definitions that were handed in to the studio."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0027"
down_revision: str | None = "0026"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "definition_archive",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(200), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("files", sa.Integer(), nullable=False),
        sa.Column("handed_in_by", sa.String(120), nullable=False),
        sa.Column("handed_in_at", UtcDateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_definition_archive")),
    )


def downgrade() -> None:
    op.drop_table("definition_archive")
