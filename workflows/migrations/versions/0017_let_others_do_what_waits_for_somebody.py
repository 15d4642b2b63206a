"""Let others do what waits for somebody, ask about it, and tell in time that it is late."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0017"
down_revision: str | None = "0016"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=120), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("substitute", sa.String(length=120), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "holiday",
                "duty_travel",
                "leave",
                "other",
                name="absencekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("created_by", sa.String(length=120), nullable=False),
        sa.Column("created_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_absence_order")),
        sa.CheckConstraint("substitute <> username", name=op.f("ck_absence_somebody_else")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_absence")),
    )
    with op.batch_alter_table("absence", schema=None) as batch_op:
        batch_op.create_index(
            "ix_absence_open",
            ["first_day", "username"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_absence_substitute"), ["substitute"], unique=False)
        batch_op.create_index("ix_absence_username", ["username", "last_day"], unique=False)

    op.create_table(
        "delegation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("giver", sa.String(length=120), nullable=False),
        sa.Column("receiver", sa.String(length=120), nullable=False),
        sa.Column("user_task_id", sa.Integer(), nullable=True),
        sa.Column("definition_key", sa.String(length=120), nullable=True),
        sa.Column("element_id", sa.String(length=80), nullable=True),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("since", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("until", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("ended_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "(user_task_id IS NULL) <> (definition_key IS NULL)",
            name=op.f("ck_delegation_one_or_all_of_a_kind"),
        ),
        sa.CheckConstraint("receiver <> giver", name=op.f("ck_delegation_somebody_else")),
        sa.CheckConstraint("until > since", name=op.f("ck_delegation_order")),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name=op.f("fk_delegation_user_task_id_user_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    with op.batch_alter_table("delegation", schema=None) as batch_op:
        batch_op.create_index(
            "ix_delegation_open",
            ["giver", "definition_key"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_delegation_receiver"), ["receiver"], unique=False)
        batch_op.create_index(
            "uq_delegation_user_task_id",
            ["user_task_id", "giver"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "leaver_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("username", sa.String(length=120), nullable=False),
        sa.Column("user_task_id", sa.Integer(), nullable=False),
        sa.Column("receiver", sa.String(length=120), nullable=True),
        sa.Column("candidate_groups", sa.JSON(), nullable=False),
        sa.Column(
            "cause",
            sa.Enum(
                "giver",
                "substitute",
                "superior",
                "groups",
                "hr",
                name="movecause",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("moved_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name=op.f("fk_leaver_move_user_task_id_user_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_leaver_move")),
    )
    with op.batch_alter_table("leaver_move", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_leaver_move_user_task_id"), ["user_task_id"], unique=False
        )
        batch_op.create_index("ix_leaver_move_username", ["username", "id"], unique=False)

    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_task_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("asked_by", sa.String(length=120), nullable=False),
        sa.Column("asked_of", sa.String(length=120), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("asked_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("runs_on_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("dues", sa.JSON(), nullable=False),
        sa.Column("lost_seconds", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("ended_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "answered",
                "recalled",
                "dropped",
                name="questionend",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(answer IS NULL) OR (outcome = 'answered')", name=op.f("ck_question_answer")
        ),
        sa.CheckConstraint(
            "(ended_at IS NULL) = (outcome IS NULL)", name=op.f("ck_question_ended_somehow")
        ),
        sa.CheckConstraint("asked_of <> asked_by", name=op.f("ck_question_somebody_else")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_question_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name=op.f("fk_question_user_task_id_user_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
    )
    with op.batch_alter_table("question", schema=None) as batch_op:
        batch_op.create_index(
            "ix_question_asked_of",
            ["asked_of", "id"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.create_index(batch_op.f("ix_question_instance_id"), ["instance_id"], unique=False)
        batch_op.create_index(
            "ix_question_runs_on_at",
            ["runs_on_at"],
            unique=False,
            sqlite_where=sa.text("ended_at IS NULL AND runs_on_at IS NOT NULL"),
            postgresql_where=sa.text("ended_at IS NULL AND runs_on_at IS NOT NULL"),
        )
        batch_op.create_index(
            batch_op.f("ix_question_user_task_id"), ["user_task_id"], unique=False
        )
        batch_op.create_index(
            "uq_question_user_task_id",
            ["user_task_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    op.create_table(
        "sla_notice",
        sa.Column("user_task_id", sa.Integer(), nullable=False),
        sa.Column(
            "tier",
            sa.Enum(
                "ON_TIME",
                "REMIND",
                "WARN",
                "ESCALATE",
                "STALLED",
                name="tier",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("told_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name=op.f("fk_sla_notice_user_task_id_user_task")
        ),
        sa.PrimaryKeyConstraint("user_task_id", "tier", name=op.f("pk_sla_notice")),
    )
    op.create_table(
        "stand_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_task_id", sa.Integer(), nullable=False),
        sa.Column("giver", sa.String(length=120), nullable=False),
        sa.Column("receiver", sa.String(length=120), nullable=False),
        sa.Column("absence_id", sa.Integer(), nullable=True),
        sa.Column("delegation_id", sa.Integer(), nullable=True),
        sa.Column("given_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("ended_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(absence_id IS NULL) <> (delegation_id IS NULL)", name=op.f("ck_stand_in_one_cause")
        ),
        sa.CheckConstraint("receiver <> giver", name=op.f("ck_stand_in_somebody_else")),
        sa.ForeignKeyConstraint(
            ["absence_id"], ["absence.id"], name=op.f("fk_stand_in_absence_id_absence")
        ),
        sa.ForeignKeyConstraint(
            ["delegation_id"], ["delegation.id"], name=op.f("fk_stand_in_delegation_id_delegation")
        ),
        sa.ForeignKeyConstraint(
            ["user_task_id"], ["user_task.id"], name=op.f("fk_stand_in_user_task_id_user_task")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_stand_in")),
    )
    with op.batch_alter_table("stand_in", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_stand_in_absence_id"), ["absence_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_stand_in_delegation_id"), ["delegation_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_stand_in_user_task_id"), ["user_task_id"], unique=False
        )
        batch_op.create_index(
            "uq_stand_in_user_task_id",
            ["user_task_id", "giver"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )

    with op.batch_alter_table("user_task", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("on_behalf_of", sa.JSON(), server_default="[]", nullable=False)
        )
        batch_op.add_column(
            sa.Column("paused_at", workflows.database.UtcDateTime(timezone=True), nullable=True)
        )


def downgrade() -> None:
    with op.batch_alter_table("user_task", schema=None) as batch_op:
        batch_op.drop_column("paused_at")
        batch_op.drop_column("on_behalf_of")

    op.drop_table("stand_in")
    op.drop_table("sla_notice")
    op.drop_table("question")
    op.drop_table("leaver_move")
    op.drop_table("delegation")
    op.drop_table("absence")
