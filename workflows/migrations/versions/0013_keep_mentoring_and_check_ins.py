"""Keep who mentors whom, how members are, and what is done for them."""

# ruff: noqa: D103

import sqlalchemy as sa
from alembic import op

import workflows.database

revision: str = "0013"
down_revision: str | None = "0012"
branch_labels: str | None = None
depends_on: str | None = None


def upgrade() -> None:
    op.create_table(
        "mentor_profile",
        sa.Column("username", sa.String(length=120), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("kinds", sa.JSON(), nullable=False),
        sa.CheckConstraint("capacity >= 0", name=op.f("ck_mentor_profile_capacity")),
        sa.PrimaryKeyConstraint("username", name=op.f("pk_mentor_profile")),
    )
    op.create_table(
        "check_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "mentor",
                "manager",
                "head",
                name="checkinkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("responsible", sa.String(length=120), nullable=False),
        sa.Column("held_by", sa.String(length=120), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "held",
                "missed",
                "refused",
                "closed",
                name="checkinstate",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("motivation", sa.Integer(), nullable=True),
        sa.Column("workload", sa.Integer(), nullable=True),
        sa.Column("work", sa.Text(), nullable=False),
        sa.Column("obstacles", sa.Text(), nullable=False),
        sa.Column("wanted_support", sa.Text(), nullable=False),
        sa.Column("actions", sa.Text(), nullable=False),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.Column("finding", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'held') = (outcome <> '')",
            name=op.f("ck_check_in_only_talks_have_an_outcome"),
        ),
        sa.CheckConstraint(
            "(state = 'open') = (closed_on IS NULL)", name=op.f("ck_check_in_close_is_dated")
        ),
        sa.CheckConstraint(
            "outcome IN ('', 'nothing', 'obstacle', 'care', 'plan', 'sign')",
            name=op.f("ck_check_in_outcome"),
        ),
        sa.CheckConstraint("motivation BETWEEN 1 AND 5", name=op.f("ck_check_in_motivation")),
        sa.CheckConstraint("workload BETWEEN 1 AND 5", name=op.f("ck_check_in_workload")),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_check_in_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_check_in")),
    )
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.create_index("ix_check_in_member_kind", ["member_id", "kind", "id"], unique=False)
        batch_op.create_index("ix_check_in_responsible", ["responsible", "state"], unique=False)
        batch_op.create_index(
            "uq_check_in_open",
            ["member_id", "kind"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "mentor_pairing",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("mentor", sa.String(length=120), nullable=False),
        sa.Column("is_primary", sa.Boolean(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "mentor",
                "interim",
                "helper",
                name="pairingkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("started_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("end_reason", sa.String(length=40), nullable=False),
        sa.Column("goals", sa.Text(), nullable=False),
        sa.Column("duties", sa.Text(), nullable=False),
        sa.Column("cadence", sa.String(length=20), nullable=False),
        sa.Column("agreed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "(ended_on IS NULL) = (end_reason = '')",
            name=op.f("ck_mentor_pairing_end_has_a_reason"),
        ),
        sa.CheckConstraint(
            "is_primary OR kind = 'helper'", name=op.f("ck_mentor_pairing_helpers_are_not_primary")
        ),
        sa.CheckConstraint(
            "ended_on IS NULL OR ended_on >= started_on", name=op.f("ck_mentor_pairing_order")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_mentor_pairing_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_pairing")),
    )
    with op.batch_alter_table("mentor_pairing", schema=None) as batch_op:
        batch_op.create_index("ix_mentor_pairing_member_id", ["member_id", "id"], unique=False)
        batch_op.create_index("ix_mentor_pairing_mentor", ["mentor", "ended_on"], unique=False)
        batch_op.create_index(
            "uq_mentor_pairing_primary",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("ended_on IS NULL AND is_primary"),
            postgresql_where=sa.text("ended_on IS NULL AND is_primary"),
        )

    op.create_table(
        "mentor_preference",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("search_number", sa.Integer(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("mentor", sa.String(length=120), nullable=False),
        sa.Column("answer", sa.String(length=10), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "answer IN ('', 'accepted', 'refused', 'silent', 'full')",
            name=op.f("ck_mentor_preference_answer"),
        ),
        sa.CheckConstraint("rank BETWEEN 1 AND 3", name=op.f("ck_mentor_preference_rank")),
        sa.ForeignKeyConstraint(
            ["member_id"],
            ["pool_member.id"],
            name=op.f("fk_mentor_preference_member_id_pool_member"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_preference")),
        sa.UniqueConstraint(
            "member_id",
            "search_number",
            "rank",
            name=op.f("uq_mentor_preference_member_id_search_number_rank"),
        ),
    )
    op.create_table(
        "mentor_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("instance_id", sa.Integer(), nullable=True),
        sa.Column("pairing_id", sa.Integer(), nullable=True),
        sa.Column("cause", sa.String(length=40), nullable=False),
        sa.Column("requested_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("handover_note", sa.Text(), nullable=False),
        sa.Column("shares_notes", sa.Boolean(), nullable=True),
        sa.Column("opened_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.Column("closed_at", workflows.database.UtcDateTime(timezone=True), nullable=True),
        sa.Column("outcome", sa.String(length=20), nullable=False),
        sa.CheckConstraint(
            "(closed_at IS NULL) = (outcome = '')",
            name=op.f("ck_mentor_change_close_has_an_outcome"),
        ),
        sa.ForeignKeyConstraint(
            ["instance_id"], ["instance.id"], name=op.f("fk_mentor_change_instance_id_instance")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_mentor_change_member_id_pool_member")
        ),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["mentor_pairing.id"],
            name=op.f("fk_mentor_change_pairing_id_mentor_pairing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_change")),
    )
    with op.batch_alter_table("mentor_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_mentor_change_member_id"), ["member_id"], unique=False)
        batch_op.create_index(
            "uq_mentor_change_running",
            ["member_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "mentor_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("held_on", sa.Date(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "values",
                "conduct",
                "professional",
                name="contactkind",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column(
            "visibility",
            sa.Enum(
                "shared",
                "private",
                name="contactvisibility",
                native_enum=False,
                create_constraint=True,
                length=24,
            ),
            nullable=False,
        ),
        sa.Column("is_handed_over", sa.Boolean(), nullable=False),
        sa.Column("recorded_by", sa.String(length=120), nullable=False),
        sa.Column("recorded_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["mentor_pairing.id"],
            name=op.f("fk_mentor_contact_pairing_id_mentor_pairing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_contact")),
    )
    with op.batch_alter_table("mentor_contact", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mentor_contact_pairing_id"), ["pairing_id"], unique=False
        )

    op.create_table(
        "mentor_evaluation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("pairing_id", sa.Integer(), nullable=False),
        sa.Column("side", sa.String(length=10), nullable=False),
        sa.Column("rating", sa.Integer(), nullable=False),
        sa.Column("goes_on", sa.Boolean(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("evaluated_at", workflows.database.UtcDateTime(timezone=True), nullable=False),
        sa.CheckConstraint("side IN ('mentor', 'member')", name=op.f("ck_mentor_evaluation_side")),
        sa.CheckConstraint("rating BETWEEN 1 AND 5", name=op.f("ck_mentor_evaluation_rating")),
        sa.ForeignKeyConstraint(
            ["pairing_id"],
            ["mentor_pairing.id"],
            name=op.f("fk_mentor_evaluation_pairing_id_mentor_pairing"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mentor_evaluation")),
    )
    with op.batch_alter_table("mentor_evaluation", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_mentor_evaluation_pairing_id"), ["pairing_id"], unique=False
        )

    op.create_table(
        "support_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("member_id", sa.Integer(), nullable=False),
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=20), nullable=False),
        sa.Column("owner", sa.String(length=120), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("result", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "(state = 'open') = (closed_on IS NULL)", name=op.f("ck_support_action_close_is_dated")
        ),
        sa.CheckConstraint(
            "kind IN ('obstacle', 'care', 'follow_up')", name=op.f("ck_support_action_kind")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'not_done')", name=op.f("ck_support_action_state")
        ),
        sa.ForeignKeyConstraint(
            ["check_in_id"], ["check_in.id"], name=op.f("fk_support_action_check_in_id_check_in")
        ),
        sa.ForeignKeyConstraint(
            ["member_id"], ["pool_member.id"], name=op.f("fk_support_action_member_id_pool_member")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_support_action")),
    )
    with op.batch_alter_table("support_action", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_support_action_check_in_id"), ["check_in_id"], unique=False
        )
        batch_op.create_index(
            batch_op.f("ix_support_action_member_id"), ["member_id"], unique=False
        )

    op.create_table(
        "wellbeing_note",
        sa.Column("check_in_id", sa.Integer(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("written_by", sa.String(length=120), nullable=False),
        sa.Column("written_on", sa.Date(), nullable=False),
        sa.Column("expires_on", sa.Date(), nullable=False),
        sa.CheckConstraint("expires_on > written_on", name=op.f("ck_wellbeing_note_it_expires")),
        sa.ForeignKeyConstraint(
            ["check_in_id"],
            ["check_in.id"],
            name=op.f("fk_wellbeing_note_check_in_id_check_in"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("check_in_id", name=op.f("pk_wellbeing_note")),
    )
    with op.batch_alter_table("wellbeing_note", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_wellbeing_note_expires_on"), ["expires_on"], unique=False
        )


def downgrade() -> None:
    with op.batch_alter_table("wellbeing_note", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_wellbeing_note_expires_on"))

    op.drop_table("wellbeing_note")
    with op.batch_alter_table("support_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_support_action_member_id"))
        batch_op.drop_index(batch_op.f("ix_support_action_check_in_id"))

    op.drop_table("support_action")
    with op.batch_alter_table("mentor_evaluation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentor_evaluation_pairing_id"))

    op.drop_table("mentor_evaluation")
    with op.batch_alter_table("mentor_contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_mentor_contact_pairing_id"))

    op.drop_table("mentor_contact")
    with op.batch_alter_table("mentor_change", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mentor_change_running",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_mentor_change_member_id"))

    op.drop_table("mentor_change")
    op.drop_table("mentor_preference")
    with op.batch_alter_table("mentor_pairing", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_mentor_pairing_primary",
            sqlite_where=sa.text("ended_on IS NULL AND is_primary"),
            postgresql_where=sa.text("ended_on IS NULL AND is_primary"),
        )
        batch_op.drop_index("ix_mentor_pairing_mentor")
        batch_op.drop_index("ix_mentor_pairing_member_id")

    op.drop_table("mentor_pairing")
    with op.batch_alter_table("check_in", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_check_in_open",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )
        batch_op.drop_index("ix_check_in_responsible")
        batch_op.drop_index("ix_check_in_member_kind")

    op.drop_table("check_in")
    op.drop_table("mentor_profile")
