"""Keep the trace of a decision."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    with op.batch_alter_table("decision_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("trace", sa.JSON(none_as_null=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("decision_record", schema=None) as batch_op:
        batch_op.drop_column("trace")
