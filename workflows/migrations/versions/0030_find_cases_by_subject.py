"""Find the cases that are about somebody without reading all duties."""

# ruff: noqa: D103

from alembic import op
from sqlalchemy import text

revision: str = "0030"
down_revision: str | None = "0029"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_index(
        "ix_duty_subject",
        "duty",
        ["username", "instance_id"],
        sqlite_where=text("duty = 'subject'"),
        postgresql_where=text("duty = 'subject'"),
    )


def downgrade() -> None:
    op.drop_index("ix_duty_subject", "duty")
