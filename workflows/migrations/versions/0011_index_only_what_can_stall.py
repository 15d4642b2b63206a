"""Index only what can stall: a user task that is never due cannot."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

revision: str = "0011"
down_revision: str | None = "0010"
branch_labels: str | None = None
depends_on: str | None = None

_OPEN = "state = 'open'"


def upgrade() -> None:
    _index(f"{_OPEN} AND stalls_at IS NOT NULL")


def downgrade() -> None:
    _index(_OPEN)


def _index(condition: str) -> None:
    where = sa.text(condition)
    op.drop_index("ix_user_task_stalls_at", table_name="user_task")
    op.create_index(
        "ix_user_task_stalls_at",
        "user_task",
        ["stalls_at"],
        unique=False,
        sqlite_where=where,
        postgresql_where=where,
    )
