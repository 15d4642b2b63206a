"""Tell nominations by channel, and keep views of the desk with their alerts."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

revision: str = "0028"
down_revision: str | None = "0024"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _count_again()
    with op.batch_alter_table("case_figure") as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(20), nullable=False))
        batch_op.add_column(sa.Column("milestones", sa.Text(), nullable=False))


def _count_again() -> None:
    """Throw the figures away: the worker counts every case again, with what is new."""
    for table in ("figure_cell", "figure_slice", "case_figure"):
        op.execute(sa.delete(sa.table(table)))


def downgrade() -> None:
    _count_again()
    with op.batch_alter_table("case_figure") as batch_op:
        batch_op.drop_column("milestones")
        batch_op.drop_column("channel")
