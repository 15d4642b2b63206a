"""Seal the audit trail: a chain over its entries, and triggers that let nobody change them."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.engine import audit_guard

revision: str = "0018"
down_revision: str | None = "0017"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "audit_seal",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("mac", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["event_id"], ["audit_event.id"], name=op.f("fk_audit_seal_event_id_audit_event")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_audit_seal")),
        sa.UniqueConstraint("event_id", name=op.f("uq_audit_seal_event_id")),
    )
    audit_guard.apply(op.get_bind())


def downgrade() -> None:
    audit_guard.remove(op.get_bind())
    op.drop_table("audit_seal")
