"""Keep drafts of decisions beside those of processes, in the same tables."""

# ruff: noqa: D103, E501

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0021"
down_revision: str | None = "0020"
branch_labels: str | None = None
depends_on: str | None = None

_SAME = (
    "id, name, file_name, status, base_id, source, revision, begun_by, begun_at, editor,"
    " editing_since, saved_by, saved_at, proposed_by, proposed_at, comment, decided_by,"
    " decided_at, reason, seen_id, published_id"
)
_TEXT = "id, draft_id, revision, source, saved_by, begun_at, saved_at, is_aside"


def upgrade() -> None:
    _create("definition_draft", _subject())
    _copy(
        "definition_draft",
        f"INSERT INTO definition_draft (kind, key, {_SAME})"  # noqa: S608 (our own names)
        f" SELECT 'process', process_key, {_SAME} FROM process_draft",
    )
    _copy(
        "definition_draft_text",
        f"INSERT INTO definition_draft_text ({_TEXT})"  # noqa: S608 (our own names)
        f" SELECT {_TEXT} FROM process_draft_text",
    )
    op.drop_table("process_draft_text")
    op.drop_table("process_draft")


def downgrade() -> None:
    _create("process_draft", [sa.Column("process_key", sa.String(length=120), nullable=False)])
    _copy(
        "process_draft",
        f"INSERT INTO process_draft (process_key, {_SAME})"  # noqa: S608 (our own names)
        f" SELECT key, {_SAME} FROM definition_draft WHERE kind = 'process'",
    )
    _copy(
        "process_draft_text",
        f"INSERT INTO process_draft_text ({_TEXT})"  # noqa: S608 (our own names)
        f" SELECT {_TEXT} FROM definition_draft_text"
        " WHERE draft_id IN (SELECT id FROM process_draft)",
    )
    op.drop_table("definition_draft_text")
    op.drop_table("definition_draft")


def _subject() -> Sequence[sa.Column[str]]:
    """Return kind and key of what a draft is of."""
    kinds = ("process", "decision", "form")
    kind = sa.Enum(*kinds, name="draftkind", native_enum=False, create_constraint=True, length=24)
    return (
        sa.Column("kind", kind, nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
    )


def _copy(table: str, statement: str) -> None:
    """Copy rows with their ids; on PostgreSQL the next id follows them."""
    op.execute(statement)
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            f"SELECT setval(pg_get_serial_sequence('{table}', 'id'),"  # noqa: S608 (our own names)
            f" (SELECT coalesce(max(id), 0) + 1 FROM {table}), false)"
        )


def _create(name: str, subject: Sequence[sa.Column[str]]) -> None:
    """Create the tables of drafts; the subject is what there is one open draft of."""
    keys = [column.name for column in subject]
    op.create_table(
        name,
        sa.Column("id", sa.Integer(), nullable=False),
        *subject,
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "draft",
                "checked",
                "proposed",
                "approved",
                "published",
                "discarded",
                name="draftstatus",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("base_id", sa.Integer(), nullable=True),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("begun_by", sa.String(length=120), nullable=False),
        sa.Column("begun_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("editor", sa.String(length=120), nullable=True),
        sa.Column("editing_since", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("saved_by", sa.String(length=120), nullable=True),
        sa.Column("saved_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("proposed_by", sa.String(length=120), nullable=True),
        sa.Column("proposed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("seen_id", sa.Integer(), nullable=True),
        sa.Column("published_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(status = 'published') = (published_id IS NOT NULL)",
            name=op.f(f"ck_{name}_published"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'published') OR decided_by IS NOT NULL",
            name=op.f(f"ck_{name}_approval"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('proposed', 'approved', 'published') OR (proposed_by IS NOT NULL AND comment <> '')",
            name=op.f(f"ck_{name}_proposal"),
        ),
        sa.ForeignKeyConstraint(
            ["base_id"],
            ["definition_version.id"],
            name=op.f(f"fk_{name}_base_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(
            ["published_id"],
            ["definition_version.id"],
            name=op.f(f"fk_{name}_published_id_definition_version"),
        ),
        sa.ForeignKeyConstraint(
            ["seen_id"],
            ["definition_version.id"],
            name=op.f(f"fk_{name}_seen_id_definition_version"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}")),
    )
    with op.batch_alter_table(name, schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{name}_{keys[-1]}"), keys[-1:], unique=False)
        batch_op.create_index(batch_op.f(f"ix_{name}_published_id"), ["published_id"], unique=False)
        batch_op.create_index(
            f"uq_{name}_open",
            keys,
            unique=True,
            sqlite_where=sa.text("status NOT IN ('published', 'discarded')"),
            postgresql_where=sa.text("status NOT IN ('published', 'discarded')"),
        )

    op.create_table(
        f"{name}_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("source", sa.LargeBinary(), nullable=False),
        sa.Column("saved_by", sa.String(length=120), nullable=False),
        sa.Column("begun_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("saved_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_aside", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"],
            [f"{name}.id"],
            name=op.f(f"fk_{name}_text_draft_id_{name}"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{name}_text")),
    )
    with op.batch_alter_table(f"{name}_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f(f"ix_{name}_text_draft_id"), ["draft_id"], unique=False)
