"""Keep signs about members, corrections and their checkpoints."""

# ruff: noqa: D103, E501

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0015"
down_revision: str | None = "0014"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "correction_case",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=False),
        sa.Column("issue_code", sa.String(length=40), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "closed",
                name="correction_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "level",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                "L3",
                "REFER",
                name="correction_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("way", sa.String(length=20), nullable=False),
        sa.Column(
            "minimum_level",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                "L3",
                "REFER",
                name="minimum_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("proposal", sa.String(length=10), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("warning_level", sa.String(length=20), nullable=False),
        sa.Column("is_heard", sa.Boolean(), nullable=False),
        sa.Column("talker", sa.String(length=120), nullable=True),
        sa.Column("helper", sa.String(length=120), nullable=True),
        sa.Column("is_repeat", sa.Boolean(), nullable=False),
        sa.Column("is_relapse", sa.Boolean(), nullable=False),
        sa.Column("prior_level", sa.Integer(), nullable=False),
        sa.Column("effect_until", sa.Date(), nullable=True),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("agrees", sa.Boolean(), nullable=True),
        sa.Column("plan_round", sa.Integer(), nullable=False),
        sa.Column("plan_days", sa.Integer(), nullable=False),
        sa.Column("plan_started_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column(
            "next_checkpoint_at", workflows.database.UtcDateTime(timezone=True), nullable=True
        ),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "outcome",
            sa.Enum(
                "dismissed",
                "cared",
                "corrected",
                "resumed",
                "exit_proposed",
                "appeal_upheld",
                "left_pool",
                "abandoned",
                name="correction_outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("retain_until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_correction_case_closing_is_dated"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (outcome IS NOT NULL)",
            name=op.f("ck_correction_case_closing_has_outcome"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (retain_until IS NOT NULL)",
            name=op.f("ck_correction_case_is_retained"),
        ),
        sa.CheckConstraint(
            "extensions BETWEEN 0 AND 1", name=op.f("ck_correction_case_extended_once")
        ),
        sa.CheckConstraint(
            "prior_level BETWEEN 0 AND 3", name=op.f("ck_correction_case_prior_level")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_correction_case_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_correction_case_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_case")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_correction_case_instance_id")),
    )
    op.create_index(op.f("ix_correction_case_helper"), "correction_case", ["helper"], unique=False)
    op.create_index(
        op.f("ix_correction_case_member_id"), "correction_case", ["member_id"], unique=False
    )
    op.create_index(
        op.f("ix_correction_case_retain_until"), "correction_case", ["retain_until"], unique=False
    )
    op.create_index(
        "ix_correction_case_state_due",
        "correction_case",
        ["state", "next_checkpoint_at", "id"],
        unique=False,
    )
    op.create_index(
        "uq_correction_case_open",
        "correction_case",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_table(
        "member_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("office", sa.String(length=80), nullable=False),
        sa.Column("requested_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("answered_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.String(length=120), nullable=True),
        sa.Column("result", sa.String(length=20), nullable=True),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("reference", sa.String(length=120), nullable=False),
        sa.CheckConstraint(
            "result IN ('confirmed', 'not_confirmed')", name=op.f("ck_member_evidence_result")
        ),
        sa.CheckConstraint(
            "(result IS NULL) = (answered_at IS NULL)",
            name=op.f("ck_member_evidence_answer_is_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_member_evidence_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_member_evidence")),
    )
    op.create_index(
        op.f("ix_member_evidence_member_id"), "member_evidence", ["member_id"], unique=False
    )
    op.create_table(
        "correction_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                "L3",
                "REFER",
                name="action_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("action", sa.String(length=300), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["correction_case.id"],
            name=op.f("fk_correction_action_case_id_correction_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_action")),
    )
    op.create_index(
        op.f("ix_correction_action_case_id"), "correction_action", ["case_id"], unique=False
    )
    op.create_table(
        "correction_checkpoint",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                "L3",
                "REFER",
                name="checkpoint_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("plan_round", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column(
            "occasion",
            sa.Enum(
                "scheduled",
                "sign",
                name="occasion",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_last", sa.Boolean(), nullable=False),
        sa.Column("extensions", sa.Integer(), nullable=False),
        sa.Column("expected", sa.Integer(), nullable=False),
        sa.Column("progress", sa.Integer(), nullable=True),
        sa.Column("evidence_complete", sa.Boolean(), nullable=True),
        sa.Column("findings", sa.Text(), nullable=False),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("held_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("held_by", sa.String(length=120), nullable=True),
        sa.Column("proposal", sa.String(length=20), nullable=False),
        sa.Column(
            "decision",
            sa.Enum(
                "CONTINUE",
                "INTENSIFY",
                "CLOSE",
                "EXTEND_30D",
                "ESCALATE",
                name="step",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("decided_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "decision IS NULL OR decision <> 'EXTEND_30D' OR (is_last AND extensions = 0)",
            name=op.f("ck_correction_checkpoint_extended_once_at_the_end"),
        ),
        sa.CheckConstraint(
            "(decision IS NULL) = (decided_by IS NULL)",
            name=op.f("ck_correction_checkpoint_decided_by"),
        ),
        sa.CheckConstraint(
            "decision IS NULL OR length(trim(reason)) >= 20",
            name=op.f("ck_correction_checkpoint_has_reason"),
        ),
        sa.CheckConstraint(
            "expected BETWEEN 0 AND 100", name=op.f("ck_correction_checkpoint_expected")
        ),
        sa.CheckConstraint(
            "progress BETWEEN 0 AND 100", name=op.f("ck_correction_checkpoint_progress")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["correction_case.id"],
            name=op.f("fk_correction_checkpoint_case_id_correction_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_checkpoint")),
    )
    op.create_index(
        op.f("ix_correction_checkpoint_case_id"), "correction_checkpoint", ["case_id"], unique=False
    )
    op.create_index(
        "uq_correction_checkpoint_number",
        "correction_checkpoint",
        ["case_id", "plan_round", "number"],
        unique=True,
        sqlite_where=sa.text("occasion = 'scheduled'"),
        postgresql_where=sa.text("occasion = 'scheduled'"),
    )
    op.create_table(
        "correction_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("proposal", sa.String(length=10), nullable=False),
        sa.Column("decision", sa.String(length=10), nullable=False),
        sa.Column("is_followed", sa.Boolean(), nullable=False),
        sa.Column("is_final", sa.Boolean(), nullable=False),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "length(trim(reason)) >= 20", name=op.f("ck_correction_decision_has_reason")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["correction_case.id"],
            name=op.f("fk_correction_decision_case_id_correction_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_decision")),
    )
    op.create_index(
        op.f("ix_correction_decision_case_id"), "correction_decision", ["case_id"], unique=False
    )
    op.create_table(
        "correction_receipt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                "L3",
                "REFER",
                name="receipt_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("witnesses", sa.JSON(), nullable=False),
        sa.Column("grounds", sa.Text(), nullable=False),
        sa.Column("recorded_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "answer IN ('signed', 'refused', 'silent')", name=op.f("ck_correction_receipt_answer")
        ),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["correction_case.id"],
            name=op.f("fk_correction_receipt_case_id_correction_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_receipt")),
    )
    op.create_index(
        op.f("ix_correction_receipt_case_id"), "correction_receipt", ["case_id"], unique=False
    )
    op.create_table(
        "correction_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column(
            "level",
            sa.Enum(
                "L0",
                "L1",
                "L2",
                "L3",
                "REFER",
                name="text_level",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("author", sa.String(length=120), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=True),
        sa.Column("written_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id"],
            ["correction_case.id"],
            name=op.f("fk_correction_text_case_id_correction_case"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction_text")),
    )
    op.create_index(
        op.f("ix_correction_text_case_id"), "correction_text", ["case_id"], unique=False
    )
    op.create_table(
        "risk_sign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "raised",
                "verified",
                "rejected",
                "duplicate",
                name="sign_state",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "severity",
            sa.Enum(
                "care",
                "ordinary",
                "serious",
                "misconduct",
                name="severity",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("points", sa.Integer(), nullable=False),
        sa.Column("raised_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("raised_by", sa.String(length=120), nullable=False),
        sa.Column("triaged_by", sa.String(length=120), nullable=True),
        sa.Column("triage_reason", sa.Text(), nullable=False),
        sa.Column("verified_by", sa.String(length=120), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "(state = 'verified') = (expires_on IS NOT NULL)", name=op.f("ck_risk_sign_expiry")
        ),
        sa.CheckConstraint(
            "(state = 'verified') = (verified_by IS NOT NULL)",
            name=op.f("ck_risk_sign_verified_by"),
        ),
        sa.CheckConstraint(
            "code <> 'wellbeing_request' OR points = 0", name=op.f("ck_risk_sign_support_is_free")
        ),
        sa.CheckConstraint(
            "code IN ('grade_drop', 'training_pace_lt_70', 'training_pace_lt_40', 'overdue_tasks_ge_3', 'missed_checkins_ge_2', 'unexplained_absence_ge_3', 'self_other_gap_ge_1_5', 'posting_below_expectation', 'complaint_minor_upheld', 'complaint_serious_upheld', 'audit_integrity_flag', 'wellbeing_request')",
            name=op.f("ck_risk_sign_code"),
        ),
        sa.CheckConstraint(
            "state = 'verified' OR points = 0", name=op.f("ck_risk_sign_only_verified_counts")
        ),
        sa.CheckConstraint("points >= 0", name=op.f("ck_risk_sign_points")),
        sa.ForeignKeyConstraint(
            ["case_id"], ["correction_case.id"], name=op.f("fk_risk_sign_case_id_correction_case")
        ),
        sa.ForeignKeyConstraint(
            ["evidence_id"],
            ["member_evidence.id"],
            name=op.f("fk_risk_sign_evidence_id_member_evidence"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_risk_sign_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_risk_sign")),
    )
    op.create_index(op.f("ix_risk_sign_case_id"), "risk_sign", ["case_id"], unique=False)
    op.create_index(
        "ix_risk_sign_member_state", "risk_sign", ["member_id", "state", "expires_on"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_risk_sign_member_state", table_name="risk_sign")
    op.drop_index(op.f("ix_risk_sign_case_id"), table_name="risk_sign")
    op.drop_table("risk_sign")
    op.drop_index(op.f("ix_correction_text_case_id"), table_name="correction_text")
    op.drop_table("correction_text")
    op.drop_index(op.f("ix_correction_receipt_case_id"), table_name="correction_receipt")
    op.drop_table("correction_receipt")
    op.drop_index(op.f("ix_correction_decision_case_id"), table_name="correction_decision")
    op.drop_table("correction_decision")
    op.drop_index(
        "uq_correction_checkpoint_number",
        table_name="correction_checkpoint",
        sqlite_where=sa.text("occasion = 'scheduled'"),
        postgresql_where=sa.text("occasion = 'scheduled'"),
    )
    op.drop_index(op.f("ix_correction_checkpoint_case_id"), table_name="correction_checkpoint")
    op.drop_table("correction_checkpoint")
    op.drop_index(op.f("ix_correction_action_case_id"), table_name="correction_action")
    op.drop_table("correction_action")
    op.drop_index(op.f("ix_member_evidence_member_id"), table_name="member_evidence")
    op.drop_table("member_evidence")
    op.drop_index(
        "uq_correction_case_open",
        table_name="correction_case",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_index("ix_correction_case_state_due", table_name="correction_case")
    op.drop_index(op.f("ix_correction_case_retain_until"), table_name="correction_case")
    op.drop_index(op.f("ix_correction_case_member_id"), table_name="correction_case")
    op.drop_index(op.f("ix_correction_case_helper"), table_name="correction_case")
    op.drop_table("correction_case")
