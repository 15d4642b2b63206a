"""Tell nominations by channel, and keep views of the desk with their alerts."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

from workflows.database import UtcDateTime

revision: str = "0028"
down_revision: str | None = "0027"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _count_again()
    with op.batch_alter_table("case_figure") as batch_op:
        batch_op.add_column(sa.Column("channel", sa.String(20), nullable=False))
        batch_op.add_column(sa.Column("milestones", sa.Text(), nullable=False))
    with op.batch_alter_table("notification") as batch_op:
        batch_op.add_column(sa.Column("page", sa.String(200), nullable=False, server_default=""))
    _views()
    _default_views()
    _alerts()
    _digests()


def _count_again() -> None:
    """Throw the figures away: the worker counts every case again, with what is new."""
    for table in ("figure_cell", "figure_slice", "case_figure"):
        op.execute(sa.delete(sa.table(table)))


def _of_account(table: str, column: str) -> sa.ForeignKeyConstraint:
    """Return the key of a column that names an account."""
    return sa.ForeignKeyConstraint(
        [column],
        ["account.username"],
        name=op.f(f"fk_{table}_{column}_account"),
        ondelete="CASCADE",
    )


def _of_view(table: str) -> sa.ForeignKeyConstraint:
    """Return the key of a column that names a view."""
    return sa.ForeignKeyConstraint(
        ["view_id"],
        ["saved_view.id"],
        name=op.f(f"fk_{table}_view_id_saved_view"),
        ondelete="CASCADE",
    )


def _words(name: str, *values: str) -> sa.Enum:
    """Return the type of a closed vocabulary."""
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=24)


def _page() -> sa.Enum:
    """Return the type of the pages of which views are kept."""
    return _words("view_page", "figures", "process", "channels", "structure", "stalled", "cases")


def _views() -> None:
    op.create_table(
        "saved_view",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(120), nullable=False),
        sa.Column("page", _page(), nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("audience", sa.String(120), nullable=False),
        sa.Column("created_at", UtcDateTime(timezone=True), nullable=False),
        _of_account("saved_view", "owner"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_view")),
        sa.UniqueConstraint("owner", "page", "name", name="uq_saved_view_name"),
    )
    op.create_index(op.f("ix_saved_view_audience"), "saved_view", ["audience"])


def _default_views() -> None:
    op.create_table(
        "default_view",
        sa.Column("username", sa.String(120), nullable=False),
        sa.Column("page", _page(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        _of_account("default_view", "username"),
        _of_view("default_view"),
        sa.PrimaryKeyConstraint("username", "page", name=op.f("pk_default_view")),
    )


def _alerts() -> None:
    op.create_table(
        "view_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("view_id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(120), nullable=False),
        sa.Column("watched", _words("watched", "stalled", "open", "step"), nullable=False),
        sa.Column("element_id", sa.String(80), nullable=False),
        sa.Column("most", sa.Integer(), nullable=False),
        sa.Column("is_above", sa.Boolean(), nullable=False),
        sa.Column("last_value", sa.Integer(), nullable=True),
        sa.Column("checked_at", UtcDateTime(timezone=True), nullable=True),
        sa.Column("told_at", UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint("most >= 0", name=op.f("ck_view_alert_most")),
        _of_account("view_alert", "username"),
        _of_view("view_alert"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_view_alert")),
        sa.UniqueConstraint(
            "view_id", "username", "watched", "element_id", name="uq_view_alert_watched"
        ),
    )


def _digests() -> None:
    op.create_table(
        "digest_state",
        sa.Column("username", sa.String(120), nullable=False),
        sa.Column("is_wanted", sa.Boolean(), nullable=False),
        sa.Column("week", sa.Date(), nullable=True),
        sa.Column("stalled_ids", sa.Text(), nullable=False),
        _of_account("digest_state", "username"),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_digest_state")),
    )


def downgrade() -> None:
    for table in ("digest_state", "view_alert", "default_view", "saved_view"):
        op.drop_table(table)
    with op.batch_alter_table("notification") as batch_op:
        batch_op.drop_column("page")
    _count_again()
    with op.batch_alter_table("case_figure") as batch_op:
        batch_op.drop_column("milestones")
        batch_op.drop_column("channel")
