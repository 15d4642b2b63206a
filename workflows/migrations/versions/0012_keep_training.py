"""Keep training: courses, plans, measures, hours, postings and urgent tasks."""

# ruff: noqa: D103, E501

import sqlalchemy as sa
from alembic import op

import workflows.database
from workflows import training_guard

revision: str = "0012"
down_revision: str | None = "0011"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _make_course()
    _make_training_plan()
    _make_training_check()
    _make_training_item()
    _make_training_plan_step()
    _make_training_recommendation()
    _make_course_enrolment()
    _make_hours_ledger()
    _make_posting_agreement()
    _make_study_entry()
    _make_urgent_task()
    training_guard.apply(op.get_bind())


def downgrade() -> None:
    training_guard.remove(op.get_bind())
    op.drop_table("urgent_task")
    op.drop_table("study_entry")
    op.drop_table("posting_agreement")
    op.drop_table("hours_ledger")
    op.drop_table("course_enrolment")
    op.drop_table("training_recommendation")
    op.drop_table("training_plan_step")
    op.drop_table("training_item")
    op.drop_table("training_check")
    op.drop_table("training_plan")
    op.drop_table("course")


def _make_course() -> None:
    op.create_table(
        "course",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("campaign", sa.String(length=120), nullable=False),
        sa.Column("class_hours", sa.Double(), nullable=False),
        sa.Column("is_offered", sa.Boolean(), nullable=False),
        sa.CheckConstraint("class_hours > 0", name=op.f("ck_course_class_hours")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("code", name=op.f("uq_course_code")),
    )


def _make_training_plan() -> None:
    op.create_table(
        "training_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "approved",
                "closed",
                name="trainingplanstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("begins_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("required_hours", sa.Double(), nullable=False),
        sa.Column("hardship_limit", sa.Boolean(), nullable=False),
        sa.Column("hardship_reason", sa.Text(), nullable=False),
        sa.Column("wishes", sa.Text(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.String(length=120), nullable=True),
        sa.Column("approved_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column(
            "proposal",
            sa.Enum(
                "MET",
                "ON_TRACK",
                "BEHIND",
                "NOT_MET",
                "COURSE_FAILED",
                name="proposal",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "result",
            sa.Enum(
                "MET",
                "ON_TRACK",
                "BEHIND",
                "NOT_MET",
                "COURSE_FAILED",
                name="result",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("result_by", sa.String(length=120), nullable=True),
        sa.Column("result_reason", sa.Text(), nullable=False),
        sa.Column("reaction", sa.Integer(), nullable=True),
        sa.Column("learning", sa.Integer(), nullable=True),
        sa.Column("behaviour", sa.Integer(), nullable=True),
        sa.Column("effect", sa.Integer(), nullable=True),
        sa.Column("effect_notes", sa.Text(), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closing_cause", sa.String(length=40), nullable=False),
        sa.CheckConstraint(
            "(approved_by IS NULL) = (approved_at IS NULL) AND (state <> 'approved' OR approved_by IS NOT NULL)",
            name=op.f("ck_training_plan_approval_is_signed"),
        ),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_training_plan_close_is_dated"),
        ),
        sa.CheckConstraint(
            "result IS NULL OR result = proposal OR (result_by IS NOT NULL AND result_reason <> '')",
            name=op.f("ck_training_plan_result_has_a_reason"),
        ),
        sa.CheckConstraint("ends_on > begins_on", name=op.f("ck_training_plan_order")),
        sa.CheckConstraint(
            "reaction BETWEEN 1 AND 5 AND learning BETWEEN 1 AND 5 AND behaviour BETWEEN 1 AND 5 AND effect BETWEEN 1 AND 5",
            name=op.f("ck_training_plan_ratings"),
        ),
        sa.CheckConstraint("required_hours > 0", name=op.f("ck_training_plan_required_hours")),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_training_plan_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_training_plan_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_plan")),
        sa.UniqueConstraint(
            "member_id", "year", "version", name=op.f("uq_training_plan_member_id_year_version")
        ),
    )
    op.create_index(
        op.f("ix_training_plan_member_id"), "training_plan", ["member_id"], unique=False
    )
    op.create_index(
        "uq_training_plan_open",
        "training_plan",
        ["member_id", "year"],
        unique=True,
        sqlite_where=sa.text("state <> 'closed'"),
        postgresql_where=sa.text("state <> 'closed'"),
    )


def _make_training_check() -> None:
    op.create_table(
        "training_check",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("organised_hours", sa.Double(), nullable=False),
        sa.Column("self_study_hours", sa.Double(), nullable=False),
        sa.Column("elapsed_percent", sa.Double(), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "MET",
                "ON_TRACK",
                "BEHIND",
                "NOT_MET",
                "COURSE_FAILED",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("checked_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("measures", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.CheckConstraint(
            "elapsed_percent BETWEEN 0 AND 100", name=op.f("ck_training_check_elapsed")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["training_plan.id"], name=op.f("fk_training_check_plan_id_training_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_check")),
    )
    op.create_index(op.f("ix_training_check_plan_id"), "training_check", ["plan_id"], unique=False)


def _make_training_item() -> None:
    op.create_table(
        "training_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column(
            "track",
            sa.Enum(
                "theory",
                "self_study",
                "posting",
                "rotation",
                "urgent",
                "project",
                "coaching",
                name="track",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "direction",
            sa.Enum(
                "up", "down", name="direction", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column(
            "temperature",
            sa.Enum(
                "hot",
                "normal",
                "cold",
                name="temperature",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("objective", sa.Text(), nullable=False),
        sa.Column("goal", sa.String(length=200), nullable=False),
        sa.Column("theme", sa.String(length=20), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("evidence", sa.String(length=400), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=True),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("sponsor", sa.String(length=120), nullable=True),
        sa.Column(
            "consent",
            sa.Enum(
                "not_needed",
                "asked",
                "given",
                "refused",
                name="consent",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("consent_reason", sa.Text(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "planned",
                "running",
                "completed",
                "failed",
                "cancelled",
                name="itemstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("result", sa.Text(), nullable=False),
        sa.Column("times_carried", sa.Integer(), nullable=False),
        sa.Column("ended_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state IN ('completed', 'failed', 'cancelled')) = (ended_at IS NOT NULL)",
            name=op.f("ck_training_item_end_is_dated"),
        ),
        sa.CheckConstraint(
            "(track = 'posting') = (direction IS NOT NULL)",
            name=op.f("ck_training_item_posting_leads"),
        ),
        sa.CheckConstraint(
            "state <> 'running' OR consent IN ('not_needed', 'given')",
            name=op.f("ck_training_item_runs_with_consent"),
        ),
        sa.CheckConstraint("hours >= 0 AND days >= 0", name=op.f("ck_training_item_extent")),
        sa.CheckConstraint(
            "to_on IS NULL OR from_on IS NULL OR to_on >= from_on",
            name=op.f("ck_training_item_order"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_training_item_member_id_pool_member")
        ),
        sa.ForeignKeyConstraint(
            ["plan_id"], ["training_plan.id"], name=op.f("fk_training_item_plan_id_training_plan")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_item")),
    )
    op.create_index(
        "ix_training_item_member_state", "training_item", ["member_id", "state"], unique=False
    )
    op.create_index("ix_training_item_plan", "training_item", ["plan_id", "state"], unique=False)


def _make_training_plan_step() -> None:
    op.create_table(
        "training_plan_step",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("found_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["training_plan.id"],
            name=op.f("fk_training_plan_step_plan_id_training_plan"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_plan_step")),
    )
    op.create_index(
        op.f("ix_training_plan_step_plan_id"), "training_plan_step", ["plan_id"], unique=False
    )


def _make_training_recommendation() -> None:
    op.create_table(
        "training_recommendation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("plan_id", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("reason", sa.String(length=400), nullable=False),
        sa.Column("recommended_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["plan_id"],
            ["training_plan.id"],
            name=op.f("fk_training_recommendation_plan_id_training_plan"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_training_recommendation")),
        sa.UniqueConstraint(
            "plan_id", "round", "code", name=op.f("uq_training_recommendation_plan_id_round_code")
        ),
    )


def _make_course_enrolment() -> None:
    op.create_table(
        "course_enrolment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "enrolled",
                "attended",
                "completed",
                "failed",
                "cancelled",
                name="enrolmentstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("leave_hours", sa.Double(), nullable=False),
        sa.Column("application", sa.Text(), nullable=False),
        sa.Column("decision_reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=True),
        sa.Column("confirmed_by", sa.String(length=120), nullable=True),
        sa.Column("enrolled_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "state <> 'completed' OR (confirmed_by IS NOT NULL AND application <> '')",
            name=op.f("ck_course_enrolment_completion_is_shown"),
        ),
        sa.CheckConstraint("ends_on >= starts_on", name=op.f("ck_course_enrolment_order")),
        sa.CheckConstraint(
            "hours >= 0 AND leave_hours >= 0", name=op.f("ck_course_enrolment_hours")
        ),
        sa.ForeignKeyConstraint(
            ["course_id"], ["course.id"], name=op.f("fk_course_enrolment_course_id_course")
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["training_item.id"],
            name=op.f("fk_course_enrolment_item_id_training_item"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_enrolment")),
    )
    op.create_index(
        op.f("ix_course_enrolment_course_id"), "course_enrolment", ["course_id"], unique=False
    )
    op.create_index(
        op.f("ix_course_enrolment_item_id"), "course_enrolment", ["item_id"], unique=False
    )
    op.create_index(
        "uq_course_enrolment_open",
        "course_enrolment",
        ["item_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('enrolled', 'attended')"),
        postgresql_where=sa.text("state IN ('enrolled', 'attended')"),
    )


def _make_hours_ledger() -> None:
    op.create_table(
        "hours_ledger",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "organised",
                "self",
                name="hourskind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("source", sa.String(length=200), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(length=120), nullable=False),
        sa.Column("counts_toward_year", sa.Integer(), nullable=False),
        sa.Column("corrects_id", sa.Integer(), nullable=True),
        sa.Column("booked_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(corrects_id IS NULL AND hours > 0) OR (corrects_id IS NOT NULL AND hours < 0)",
            name=op.f("ck_hours_ledger_hours"),
        ),
        sa.ForeignKeyConstraint(
            ["corrects_id"],
            ["hours_ledger.id"],
            name=op.f("fk_hours_ledger_corrects_id_hours_ledger"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"], ["training_item.id"], name=op.f("fk_hours_ledger_item_id_training_item")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_hours_ledger_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_ledger")),
        sa.UniqueConstraint("corrects_id", name=op.f("uq_hours_ledger_corrects_id")),
    )
    op.create_index(op.f("ix_hours_ledger_item_id"), "hours_ledger", ["item_id"], unique=False)
    op.create_index(
        "ix_hours_ledger_member_year",
        "hours_ledger",
        ["member_id", "counts_toward_year"],
        unique=False,
    )


def _make_posting_agreement() -> None:
    op.create_table(
        "posting_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("home_unit_id", sa.Integer(), nullable=False),
        sa.Column("host_unit_id", sa.Integer(), nullable=False),
        sa.Column("host_supervisor", sa.String(length=120), nullable=False),
        sa.Column(
            "direction",
            sa.Enum(
                "up", "down", name="direction", native_enum=False, create_constraint=True, length=24
            ),
            nullable=True,
        ),
        sa.Column(
            "kind",
            sa.Enum(
                "frontline",
                "headquarters",
                "external",
                name="spellkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "temperature",
            sa.Enum(
                "hot",
                "normal",
                "cold",
                name="temperature",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("objectives", sa.Text(), nullable=False),
        sa.Column("months", sa.Integer(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "matched",
                "agreed",
                "running",
                "ended",
                "recalled",
                "cancelled",
                name="postingstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("member_agreed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("home_agreed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("host_agreed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("refusal", sa.Text(), nullable=False),
        sa.Column("settling_in", sa.Text(), nullable=False),
        sa.Column("midpoint_report", sa.Text(), nullable=False),
        sa.Column("end_report", sa.Text(), nullable=False),
        sa.Column("debrief", sa.Text(), nullable=False),
        sa.Column("handed_over", sa.Boolean(), nullable=False),
        sa.Column("recall_reason", sa.Text(), nullable=False),
        sa.Column("recalled_by", sa.String(length=120), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("days_served", sa.Integer(), nullable=False),
        sa.Column("is_credited", sa.Boolean(), nullable=False),
        sa.Column("matched_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(direction IS NULL AND months BETWEEN 12 AND 36) OR (direction = 'down' AND months BETWEEN 12 AND 24) OR (direction = 'up' AND months BETWEEN 6 AND 12)",
            name=op.f("ck_posting_agreement_months"),
        ),
        sa.CheckConstraint(
            "state <> 'recalled' OR (recall_reason <> '' AND recalled_by IS NOT NULL)",
            name=op.f("ck_posting_agreement_recall_has_a_reason"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('agreed', 'running', 'ended', 'recalled') OR (member_agreed_at IS NOT NULL AND home_agreed_at IS NOT NULL AND host_agreed_at IS NOT NULL)",
            name=op.f("ck_posting_agreement_three_agree"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('ended', 'recalled') OR ended_on IS NOT NULL",
            name=op.f("ck_posting_agreement_end_is_dated"),
        ),
        sa.CheckConstraint(
            "NOT is_credited OR days_served >= 120",
            name=op.f("ck_posting_agreement_credit_from_120_days"),
        ),
        sa.CheckConstraint(
            "host_unit_id <> home_unit_id", name=op.f("ck_posting_agreement_another_unit")
        ),
        sa.CheckConstraint("to_on > from_on", name=op.f("ck_posting_agreement_order")),
        sa.ForeignKeyConstraint(
            ["home_unit_id"],
            ["org_unit.id"],
            name=op.f("fk_posting_agreement_home_unit_id_org_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["host_unit_id"],
            ["org_unit.id"],
            name=op.f("fk_posting_agreement_host_unit_id_org_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["item_id"],
            ["training_item.id"],
            name=op.f("fk_posting_agreement_item_id_training_item"),
        ),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["pool_member.id"],
            name=op.f("fk_posting_agreement_member_id_pool_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_posting_agreement")),
    )
    op.create_index(
        op.f("ix_posting_agreement_host_unit_id"),
        "posting_agreement",
        ["host_unit_id"],
        unique=False,
    )
    op.create_index(
        op.f("ix_posting_agreement_item_id"), "posting_agreement", ["item_id"], unique=False
    )
    op.create_index(
        op.f("ix_posting_agreement_member_id"), "posting_agreement", ["member_id"], unique=False
    )
    op.create_index(
        "uq_posting_agreement_open",
        "posting_agreement",
        ["member_id"],
        unique=True,
        sqlite_where=sa.text("state IN ('matched', 'agreed', 'running')"),
        postgresql_where=sa.text("state IN ('matched', 'agreed', 'running')"),
    )


def _make_study_entry() -> None:
    op.create_table(
        "study_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Double(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("logged_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.Column("verified_by", sa.String(length=120), nullable=True),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint("evidence <> ''", name=op.f("ck_study_entry_evidence")),
        sa.CheckConstraint(
            "(is_accepted IS NULL) = (verified_by IS NULL)", name=op.f("ck_study_entry_verified")
        ),
        sa.CheckConstraint("hours > 0 AND hours <= 200", name=op.f("ck_study_entry_hours")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["training_item.id"], name=op.f("fk_study_entry_item_id_training_item")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_study_entry")),
    )
    op.create_index(op.f("ix_study_entry_item_id"), "study_entry", ["item_id"], unique=False)


def _make_urgent_task() -> None:
    op.create_table(
        "urgent_task",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("item_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "risk_class",
            sa.Enum(
                "low",
                "medium",
                "high",
                name="riskclass",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("is_cleared", sa.Boolean(), nullable=True),
        sa.Column("cleared_by", sa.String(length=120), nullable=True),
        sa.Column("clearance_reason", sa.Text(), nullable=False),
        sa.Column("has_consent", sa.Boolean(), nullable=True),
        sa.Column("consent_reason", sa.Text(), nullable=False),
        sa.Column("called_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("began_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("debrief", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.CheckConstraint(
            "outcome IN ('commendation', 'lesson')", name=op.f("ck_urgent_task_outcome")
        ),
        sa.CheckConstraint(
            "outcome IS NULL OR debrief <> ''", name=op.f("ck_urgent_task_debriefed")
        ),
        sa.CheckConstraint(
            "(is_cleared IS NULL) = (cleared_by IS NULL)",
            name=op.f("ck_urgent_task_clearance_is_signed"),
        ),
        sa.CheckConstraint(
            "began_on IS NULL OR (is_cleared AND has_consent AND is_cleared IS NOT NULL AND has_consent IS NOT NULL)",
            name=op.f("ck_urgent_task_begins_cleared"),
        ),
        sa.CheckConstraint("days BETWEEN 1 AND 90", name=op.f("ck_urgent_task_days")),
        sa.ForeignKeyConstraint(
            ["item_id"], ["training_item.id"], name=op.f("fk_urgent_task_item_id_training_item")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_urgent_task_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_urgent_task")),
    )
    op.create_index(op.f("ix_urgent_task_item_id"), "urgent_task", ["item_id"], unique=False)
    op.create_index(op.f("ix_urgent_task_member_id"), "urgent_task", ["member_id"], unique=False)
