"""Keep exits, what comes after them, and appeals."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0016"
down_revision: str | None = "0015"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "outcome_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("matter", sa.String(length=10), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("recorded_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('signed', 'refused', 'silent')", name=op.f("ck_outcome_receipt_answer")
        ),
        sa.CheckConstraint("matter IN ('exit', 'appeal')", name=op.f("ck_outcome_receipt_matter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outcome_receipt")),
    )
    with op.batch_alter_table("outcome_receipt", schema=None) as batch_op:
        batch_op.create_index("ix_outcome_receipt_matter", ["matter", "matter_id"], unique=False)

    op.create_table(
        "long_leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_long_leave_order")),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_long_leave_person_id_person"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_long_leave")),
    )
    with op.batch_alter_table("long_leave", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_long_leave_person_id"), ["person_id"], unique=False)
        batch_op.create_index(
            "uq_long_leave_open",
            ["person_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "appeal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("matter", sa.String(length=12), nullable=False),
        sa.Column("matter_id", sa.Integer(), nullable=False),
        sa.Column("ground", sa.String(length=20), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("filed_by", sa.String(length=120), nullable=False),
        sa.Column("filed_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "FILED",
                "ADMITTED",
                "DECIDED",
                name="appeal_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_admissible", sa.Boolean(), nullable=True),
        sa.Column("admissibility_reason", sa.Text(), nullable=False),
        sa.Column("admitted_by", sa.String(length=120), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.Column("hearing_notes", sa.Text(), nullable=False),
        sa.Column("is_extended", sa.Boolean(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "upheld",
                "partly",
                "dismissed",
                name="appeal_outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("second_instance_of", sa.Integer(), nullable=True),
        sa.Column("reinstated_member_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'DECIDED') = (closed_at IS NOT NULL)", name=op.f("ck_appeal_closing_is_dated")
        ),
        sa.CheckConstraint(
            "(state = 'DECIDED') = (outcome IS NOT NULL)",
            name=op.f("ck_appeal_closing_has_outcome"),
        ),
        sa.CheckConstraint(
            "ground IN ('facts', 'procedure', 'conflict', 'evidence', 'discrimination')",
            name=op.f("ck_appeal_ground"),
        ),
        sa.CheckConstraint(
            "matter IN ('exit', 'grade', 'correction')", name=op.f("ck_appeal_matter")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR reasons <> ''", name=op.f("ck_appeal_outcome_has_reasons")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_appeal_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_appeal_member_id_pool_member")
        ),
        sa.ForeignKeyConstraint(
            ["reinstated_member_id"],
            ["pool_member.id"],
            name=op.f("fk_appeal_reinstated_member_id_pool_member"),
        ),
        sa.ForeignKeyConstraint(
            ["second_instance_of"], ["appeal.id"], name=op.f("fk_appeal_second_instance_of_appeal")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appeal")),
        sa.UniqueConstraint("second_instance_of", name=op.f("uq_appeal_second_instance_of")),
    )
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.create_index("ix_appeal_filed_at_id", ["filed_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_instance_id"), ["instance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_appeal_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_appeal_reinstated_member_id"), ["reinstated_member_id"], unique=False
        )
        batch_op.create_index(
            "uq_appeal_open",
            ["matter", "matter_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "exit_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=False),
        sa.Column("proposal", sa.String(length=40), nullable=False),
        sa.Column("panel_outcome", sa.String(length=20), nullable=False),
        sa.Column("appointed_to", sa.String(length=200), nullable=False),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("talked_on", sa.Date(), nullable=True),
        sa.Column("talk_notes", sa.Text(), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=True),
        sa.Column("follows", sa.Boolean(), nullable=True),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("cooling_off_until", sa.Date(), nullable=True),
        sa.Column("suspended_on", sa.Date(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "PROPOSED",
                "SUSPENDED",
                "DECIDED",
                "EFFECTIVE",
                "RETAINED",
                "TAKEN_BACK",
                name="exit_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'EFFECTIVE') = (effective_on IS NOT NULL)",
            name=op.f("ck_exit_case_effect_is_dated"),
        ),
        sa.CheckConstraint(
            "(state IN ('EFFECTIVE', 'RETAINED', 'TAKEN_BACK')) = (closed_at IS NOT NULL)",
            name=op.f("ck_exit_case_closing_is_dated"),
        ),
        sa.CheckConstraint("decision IN ('exit', 'keep')", name=op.f("ck_exit_case_decision")),
        sa.CheckConstraint(
            "decision IS NULL OR (decided_by IS NOT NULL AND decision_reason <> '')",
            name=op.f("ck_exit_case_decision_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_exit_case_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_exit_case_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_case")),
    )
    with op.batch_alter_table("exit_case", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exit_case_instance_id"), ["instance_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_exit_case_member_id"), ["member_id"], unique=False)
        batch_op.create_index("ix_exit_case_opened_at_id", ["opened_at", "id"], unique=False)
        batch_op.create_index(
            "uq_exit_case_open",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "alumni_follow_up",
        sa.Column("exit_case_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("result", sa.String(length=10), nullable=True),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("answered_by", sa.String(length=120), nullable=True),
        sa.Column("answered_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "result IN ('passed', 'extended', 'failed', 'unknown')",
            name=op.f("ck_alumni_follow_up_result"),
        ),
        sa.CheckConstraint(
            "(result IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_alumni_follow_up_answer_is_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["exit_case_id"],
            ["exit_case.id"],
            name=op.f("fk_alumni_follow_up_exit_case_id_exit_case"),
        ),
        sa.PrimaryKeyConstraint("exit_case_id", name=op.f("pk_alumni_follow_up")),
    )
    op.create_table(
        "appeal_seat",
        sa.Column("appeal_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(length=120), nullable=False),
        sa.Column("seated_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("vote", sa.String(length=10), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("voted_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "vote IN ('upheld', 'partly', 'dismissed', 'bound')", name=op.f("ck_appeal_seat_vote")
        ),
        sa.CheckConstraint(
            "vote IS NULL OR vote = 'bound' OR reason <> ''",
            name=op.f("ck_appeal_seat_vote_has_a_reason"),
        ),
        sa.ForeignKeyConstraint(
            ["appeal_id"], ["appeal.id"], name=op.f("fk_appeal_seat_appeal_id_appeal")
        ),
        sa.PrimaryKeyConstraint("appeal_id", "person", name=op.f("pk_appeal_seat")),
    )
    op.create_table(
        "exit_interview",
        sa.Column("exit_case_id", sa.Integer(), nullable=False),
        sa.Column("main_reason", sa.String(length=40), nullable=False),
        sa.Column("remarks", sa.Text(), nullable=False),
        sa.Column("would_return", sa.Boolean(), nullable=False),
        sa.Column("answered_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["exit_case_id"],
            ["exit_case.id"],
            name=op.f("fk_exit_interview_exit_case_id_exit_case"),
        ),
        sa.PrimaryKeyConstraint("exit_case_id", name=op.f("pk_exit_interview")),
    )
    op.create_table(
        "exit_meeting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exit_case_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("question", sa.String(length=20), nullable=False),
        sa.Column("seats", sa.JSON(), nullable=False),
        sa.Column("convened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("counts", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["exit_case_id"], ["exit_case.id"], name=op.f("fk_exit_meeting_exit_case_id_exit_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_meeting")),
        sa.UniqueConstraint(
            "exit_case_id", "number", name=op.f("uq_exit_meeting_exit_case_id_number")
        ),
    )
    with op.batch_alter_table("exit_meeting", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exit_meeting_exit_case_id"), ["exit_case_id"], unique=False
        )

    op.create_table(
        "exit_proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exit_case_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("refused_posts", sa.Integer(), nullable=False),
        sa.Column("failed_plans", sa.Integer(), nullable=False),
        sa.Column("proposed_by", sa.String(length=120), nullable=False),
        sa.Column("proposed_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("taken_back_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["exit_case_id"], ["exit_case.id"], name=op.f("fk_exit_proposal_exit_case_id_exit_case")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exit_proposal")),
    )
    with op.batch_alter_table("exit_proposal", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_exit_proposal_exit_case_id"), ["exit_case_id"], unique=False
        )

    op.create_table(
        "handover_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("exit_case_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=300), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("taken_by", sa.String(length=120), nullable=True),
        sa.Column("taken_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(taken_by IS NULL) = (taken_at IS NULL)", name=op.f("ck_handover_item_taking_is_dated")
        ),
        sa.ForeignKeyConstraint(
            ["exit_case_id"], ["exit_case.id"], name=op.f("fk_handover_item_exit_case_id_exit_case")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_handover_item_instance_id_instance")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_item")),
    )
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_handover_item_exit_case_id"), ["exit_case_id"], unique=False
        )

    op.create_table(
        "exit_vote",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("seat", sa.String(length=120), nullable=False),
        sa.Column("vote", sa.String(length=5), nullable=False),
        sa.Column("cast_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "vote IN ('yes', 'no', 'defer', 'bound')", name=op.f("ck_exit_vote_vote")
        ),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["exit_meeting.id"], name=op.f("fk_exit_vote_meeting_id_exit_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", "seat", name=op.f("pk_exit_vote")),
    )


def downgrade() -> None:
    op.drop_table("exit_vote")
    with op.batch_alter_table("handover_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_handover_item_exit_case_id"))

    op.drop_table("handover_item")
    with op.batch_alter_table("exit_proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exit_proposal_exit_case_id"))

    op.drop_table("exit_proposal")
    with op.batch_alter_table("exit_meeting", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_exit_meeting_exit_case_id"))

    op.drop_table("exit_meeting")
    op.drop_table("exit_interview")
    op.drop_table("appeal_seat")
    op.drop_table("alumni_follow_up")
    with op.batch_alter_table("exit_case", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_exit_case_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_exit_case_opened_at_id")
        batch_op.drop_index(batch_op.f("ix_exit_case_member_id"))
        batch_op.drop_index(batch_op.f("ix_exit_case_instance_id"))

    op.drop_table("exit_case")
    with op.batch_alter_table("appeal", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_appeal_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_appeal_reinstated_member_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_member_id"))
        batch_op.drop_index(batch_op.f("ix_appeal_instance_id"))
        batch_op.drop_index("ix_appeal_filed_at_id")

    op.drop_table("appeal")
    with op.batch_alter_table("long_leave", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_long_leave_open",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_long_leave_person_id"))

    op.drop_table("long_leave")
    with op.batch_alter_table("outcome_receipt", schema=None) as batch_op:
        batch_op.drop_index("ix_outcome_receipt_matter")

    op.drop_table("outcome_receipt")
