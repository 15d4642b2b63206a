"""
Write fewer pages at a step: two indexes go that every step changed.

Whoever looks for stalled cases reads all open work anyway, to see how long it
has been open; an index on when it stalls, or on when a case last moved, spared
that look nothing and cost every step.
"""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

revision: str = "0020"
down_revision: str | None = "0019"
branch_labels: str | None = None
depends_on: str | None = None

_STALLS = sa.text("state = 'open' AND stalls_at IS NOT NULL")
_OPEN = sa.text("status IN ('running', 'incident')")


def upgrade() -> None:
    op.drop_index("ix_user_task_stalls_at", table_name="user_task")
    op.drop_index("ix_instance_open_changed_at", table_name="instance")


def downgrade() -> None:
    op.create_index(
        "ix_instance_open_changed_at",
        "instance",
        ["changed_at"],
        unique=False,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    )
    op.create_index(
        "ix_user_task_stalls_at",
        "user_task",
        ["stalls_at"],
        unique=False,
        sqlite_where=_STALLS,
        postgresql_where=_STALLS,
    )
