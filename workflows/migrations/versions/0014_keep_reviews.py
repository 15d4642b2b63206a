"""Keep reviews: schemes, cycles, raters and their answers, grades and calibrations."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0014"
down_revision: str | None = "0013"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    _make_indicator_scheme()
    _make_indicator()
    _make_rater_group_weight()
    _make_review_cycle()
    _make_calibration_session()
    _make_review()
    _make_calibration_change()
    _make_rater_assignment()
    _make_review_grade()
    _make_review_score()
    _make_rating_response()


def downgrade() -> None:
    op.drop_table("rating_response")
    op.drop_table("review_score")
    op.drop_table("review_grade")
    with op.batch_alter_table("rater_assignment", schema=None) as batch_op:
        batch_op.drop_index("ix_rater_assignment_rater")

    op.drop_table("rater_assignment")
    with op.batch_alter_table("calibration_change", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calibration_change_session_id"))
        batch_op.drop_index(batch_op.f("ix_calibration_change_review_id"))

    op.drop_table("calibration_change")
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_review_member_id"))

    op.drop_table("review")
    op.drop_table("calibration_session")
    with op.batch_alter_table("review_cycle", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_review_cycle_open",
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )
        batch_op.drop_index(batch_op.f("ix_review_cycle_pool_id"))

    op.drop_table("review_cycle")
    op.drop_table("rater_group_weight")
    op.drop_table("indicator")
    op.drop_table("indicator_scheme")


def _make_indicator_scheme() -> None:
    op.create_table(
        "indicator_scheme",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("scale_bottom", sa.Integer(), nullable=False),
        sa.Column("scale_top", sa.Integer(), nullable=False),
        sa.Column("made_by", sa.String(length=120), nullable=False),
        sa.Column("made_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scale_top > scale_bottom", name=op.f("ck_indicator_scheme_scale")),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["pool.id"], name=op.f("fk_indicator_scheme_pool_id_pool")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_indicator_scheme")),
        sa.UniqueConstraint("pool_id", "version", name=op.f("uq_indicator_scheme_pool_id_version")),
    )


def _make_indicator() -> None:
    op.create_table(
        "indicator",
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=1), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.Column("low_anchor", sa.String(length=400), nullable=False),
        sa.Column("high_anchor", sa.String(length=400), nullable=False),
        sa.Column("evidence", sa.String(length=400), nullable=False),
        sa.CheckConstraint(
            "code IN ('V', 'P', 'L', 'R', 'D', 'I')", name=op.f("ck_indicator_code")
        ),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name=op.f("ck_indicator_weight")),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["indicator_scheme.id"],
            name=op.f("fk_indicator_scheme_id_indicator_scheme"),
        ),
        sa.PrimaryKeyConstraint("scheme_id", "code", name=op.f("pk_indicator")),
    )


def _make_rater_group_weight() -> None:
    op.create_table(
        "rater_group_weight",
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column(
            "rater_group",
            sa.Enum(
                "superior",
                "panel",
                "peers",
                "subordinates",
                "mentor",
                name="ratergroup",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("weight", sa.Integer(), nullable=False),
        sa.CheckConstraint("weight BETWEEN 0 AND 100", name=op.f("ck_rater_group_weight_weight")),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["indicator_scheme.id"],
            name=op.f("fk_rater_group_weight_scheme_id_indicator_scheme"),
        ),
        sa.PrimaryKeyConstraint("scheme_id", "rater_group", name=op.f("pk_rater_group_weight")),
    )


def _make_review_cycle() -> None:
    op.create_table(
        "review_cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pool_id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "annual",
                "mini",
                name="cyclekind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "calibrated",
                "closed",
                name="cyclestate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.String(length=120), nullable=False),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("calibrate_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL)",
            name=op.f("ck_review_cycle_closing_is_dated"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_review_cycle_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["pool_id"], ["pool.id"], name=op.f("fk_review_cycle_pool_id_pool")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"],
            ["indicator_scheme.id"],
            name=op.f("fk_review_cycle_scheme_id_indicator_scheme"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_cycle")),
    )
    with op.batch_alter_table("review_cycle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_cycle_pool_id"), ["pool_id"], unique=False)
        batch_op.create_index(
            "uq_review_cycle_open",
            ["pool_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state <> 'closed'"),
            postgresql_where=sa.text("state <> 'closed'"),
        )


def _make_calibration_session() -> None:
    op.create_table(
        "calibration_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.String(length=120), nullable=True),
        sa.Column("minutes", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["cycle_id"],
            ["review_cycle.id"],
            name=op.f("fk_calibration_session_cycle_id_review_cycle"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_session")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_calibration_session_cycle_id")),
    )


def _make_review() -> None:
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "scored",
                "final",
                "not_rated",
                "postponed",
                "ended",
                name="reviewstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("self_report", sa.Text(), nullable=False),
        sa.Column("self_evidence", sa.Text(), nullable=False),
        sa.Column("self_marks", sa.JSON(), nullable=False),
        sa.Column("score", sa.Double(), nullable=True),
        sa.Column("notes", sa.JSON(), nullable=False),
        sa.Column("visibility", sa.JSON(), nullable=False),
        sa.Column("potential", sa.Integer(), nullable=True),
        sa.Column("potential_reason", sa.Text(), nullable=False),
        sa.Column("gaps", sa.Integer(), nullable=False),
        sa.Column("hours_ratio", sa.Double(), nullable=True),
        sa.Column("nine_box", sa.String(length=40), nullable=True),
        sa.Column("provisional_grade", sa.String(length=10), nullable=True),
        sa.Column("final_grade", sa.String(length=1), nullable=True),
        sa.Column(
            "readiness",
            sa.Enum(
                "NOT_RATED",
                "READY_NOW",
                "READY_1Y",
                "READY_1_3Y",
                "READY_3Y_PLUS",
                "NOT_READY",
                name="readiness",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column(
            "horizon",
            sa.Enum(
                "near",
                "mid",
                "long",
                name="horizon",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=True,
        ),
        sa.Column("grade_before", sa.String(length=1), nullable=True),
        sa.Column("talk_held_on", sa.Date(), nullable=True),
        sa.Column("talk_notes", sa.Text(), nullable=False),
        sa.Column("receipt", sa.String(length=10), nullable=True),
        sa.Column("member_comment", sa.Text(), nullable=False),
        sa.Column("dispute_grounds", sa.Text(), nullable=False),
        sa.Column("appeal_outcome", sa.String(length=10), nullable=True),
        sa.CheckConstraint(
            "(state = 'final') = (final_grade IS NOT NULL)", name=op.f("ck_review_final_has_grade")
        ),
        sa.CheckConstraint(
            "final_grade IN ('A', 'B', 'C', 'D')", name=op.f("ck_review_final_grade")
        ),
        sa.CheckConstraint(
            "provisional_grade IN ('A', 'B', 'C', 'D', 'D*', 'NOT_RATED')",
            name=op.f("ck_review_provisional_grade"),
        ),
        sa.CheckConstraint("potential BETWEEN 0 AND 100", name=op.f("ck_review_potential")),
        sa.CheckConstraint("score BETWEEN 0 AND 100", name=op.f("ck_review_score")),
        sa.ForeignKeyConstraint(
            ["cycle_id"], ["review_cycle.id"], name=op.f("fk_review_cycle_id_review_cycle")
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_review_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_review_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("cycle_id", "member_id", name=op.f("uq_review_cycle_id_member_id")),
        sa.UniqueConstraint("id", "subject", name=op.f("uq_review_id_subject")),
        sa.UniqueConstraint("instance_id", name=op.f("uq_review_instance_id")),
    )
    with op.batch_alter_table("review", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_review_member_id"), ["member_id"], unique=False)


def _make_calibration_change() -> None:
    op.create_table(
        "calibration_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("before", sa.String(length=10), nullable=False),
        sa.Column("after", sa.String(length=1), nullable=False),
        sa.Column("rationale", sa.Text(), nullable=False),
        sa.Column("changed_by", sa.String(length=120), nullable=False),
        sa.Column("changed_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "after IN ('A', 'B', 'C', 'D')", name=op.f("ck_calibration_change_after")
        ),
        sa.CheckConstraint("before <> after", name=op.f("ck_calibration_change_is_a_change")),
        sa.CheckConstraint("length(rationale) >= 20", name=op.f("ck_calibration_change_rationale")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_calibration_change_review_id_review")
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["calibration_session.id"],
            name=op.f("fk_calibration_change_session_id_calibration_session"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration_change")),
    )
    with op.batch_alter_table("calibration_change", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_calibration_change_review_id"), ["review_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_calibration_change_session_id"), ["session_id"], unique=False
        )


def _make_rater_assignment() -> None:
    op.create_table(
        "rater_assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("rater", sa.String(length=120), nullable=False),
        sa.Column(
            "rater_group",
            sa.Enum(
                "superior",
                "panel",
                "peers",
                "subordinates",
                "mentor",
                name="ratergroup",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "proposed",
                "asked",
                "answered",
                "recused",
                "silent",
                name="seatstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=True),
        sa.Column("details", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('RECUSE', 'SPEAK_NO_VOTE', 'DISCLOSE', 'CLEAR')",
            name=op.f("ck_rater_assignment_outcome"),
        ),
        sa.CheckConstraint("rater <> subject", name=op.f("ck_rater_assignment_not_the_subject")),
        sa.ForeignKeyConstraint(
            ["review_id", "subject"],
            ["review.id", "review.subject"],
            name=op.f("fk_rater_assignment_review_id_review"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rater_assignment")),
        sa.UniqueConstraint("review_id", "rater", name=op.f("uq_rater_assignment_review_id_rater")),
    )
    with op.batch_alter_table("rater_assignment", schema=None) as batch_op:
        batch_op.create_index("ix_rater_assignment_rater", ["rater"], unique=False)


def _make_review_grade() -> None:
    op.create_table(
        "review_grade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "stage",
            sa.Enum(
                "head",
                "panel",
                "appeal",
                name="gradestage",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("proposal", sa.String(length=10), nullable=False),
        sa.Column("decision", sa.String(length=1), nullable=False),
        sa.Column("is_followed", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("decided_by", sa.String(length=120), nullable=False),
        sa.Column("decided_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(decision IN ('A', 'B') AND is_followed) OR length(reason) >= 20",
            name=op.f("ck_review_grade_reason"),
        ),
        sa.CheckConstraint(
            "decision IN ('A', 'B', 'C', 'D')", name=op.f("ck_review_grade_decision")
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_grade_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_grade")),
        sa.UniqueConstraint(
            "review_id",
            "stage",
            "decided_by",
            name=op.f("uq_review_grade_review_id_stage_decided_by"),
        ),
    )


def _make_review_score() -> None:
    op.create_table(
        "review_score",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column(
            "rater_group",
            sa.Enum(
                "superior",
                "panel",
                "peers",
                "subordinates",
                "mentor",
                name="ratergroup",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("indicator", sa.String(length=1), nullable=False),
        sa.Column("mean", sa.Double(), nullable=False),
        sa.Column("raters", sa.Integer(), nullable=False),
        sa.CheckConstraint("mean BETWEEN 1 AND 5", name=op.f("ck_review_score_mean")),
        sa.CheckConstraint("raters > 0", name=op.f("ck_review_score_raters")),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_review_score_review_id_review")
        ),
        sa.PrimaryKeyConstraint(
            "review_id", "rater_group", "indicator", name=op.f("pk_review_score")
        ),
    )


def _make_rating_response() -> None:
    op.create_table(
        "rating_response",
        sa.Column("seat_id", sa.Integer(), nullable=False),
        sa.Column("marks", sa.JSON(), nullable=False),
        sa.Column("is_failing", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("submitted_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["seat_id"],
            ["rater_assignment.id"],
            name=op.f("fk_rating_response_seat_id_rater_assignment"),
        ),
        sa.PrimaryKeyConstraint("seat_id", name=op.f("pk_rating_response")),
    )
