"""Care and correction, from the first sign to good standing or to the proposal of an exit."""

from datetime import date

import pytest
from sqlalchemy import select

from tests.workflows.correction_case import REASON, CorrectionPlay
from tests.workflows.member_case import make_member, make_organisation
from tests.workflows.nomination_case import CALENDAR
from workflows import accounts, case_facts, permissions
from workflows.correction_states import CaseState, Level, Outcome, SignState
from workflows.correction_tables import CorrectionCase, CorrectionText
from workflows.database import Database
from workflows.engine import instances, messages, user_tasks
from workflows.engine.failures import DutyConflict
from workflows.engine.tables import Instance
from workflows.errors import NotAllowed
from workflows.permissions import Action
from workflows.vocabulary import Lifecycle, Standing


@pytest.fixture
def play(database: Database) -> CorrectionPlay:
    """An active member about whom nothing is known."""
    make_organisation(database)
    return CorrectionPlay(database, make_member(database))


# The first look, the facts, and what counts.


def test_a_sign_counts_only_once_it_is_verified(play: CorrectionPlay) -> None:
    play.report("grade_drop").signal("complaint_minor_upheld")
    play.triage().verify()
    assert [sign.state for sign in play.signs] == [SignState.VERIFIED, SignState.RAISED]
    assert play.open == ["triage"]

    play.triage().do("answer", "hugo", result="not_confirmed", statement="Nothing is on file.")

    assert play.signs[1].state is SignState.REJECTED
    assert (play.case.points, play.case.warning_level) == (2, "CARE")


@pytest.mark.parametrize(
    ("outcome", "state"),
    [("duplicate", SignState.DUPLICATE), ("not_credible", SignState.REJECTED)],
)
def test_what_is_not_worth_verifying_ends_the_case(
    play: CorrectionPlay, outcome: str, state: SignState
) -> None:
    play.report("grade_drop").triage(outcome)

    assert (play.signs[0].state, play.case.outcome) == (state, Outcome.DISMISSED)
    assert play.last_decision("early_warning").output == {"points": 0, "level": "NONE"}  # S-1
    assert play.instance.status == "completed"
    assert play.member.standing is Standing.GOOD
    assert play.sent("training.revise") == []


def test_facts_that_do_not_hold_end_the_case(play: CorrectionPlay) -> None:
    play.report("grade_drop").triage()
    play.do("answer", "hugo", result="not_confirmed", statement="Nothing is on file.")

    assert (play.signs[0].state, play.case.outcome) == (SignState.REJECTED, Outcome.DISMISSED)


@pytest.mark.parametrize(
    ("codes", "severity", "points", "level"),
    [
        (["wellbeing_request"], "ordinary", 0, "CARE"),
        (["overdue_tasks_ge_3", "missed_checkins_ge_2"], "ordinary", 2, "CARE"),
        (["grade_drop", "training_pace_lt_70"], "ordinary", 3, "WATCH"),
        (["grade_drop", "training_pace_lt_40", "missed_checkins_ge_2"], "ordinary", 5, "ALERT"),
        (["complaint_serious_upheld", "audit_integrity_flag"], "ordinary", 8, "CRITICAL"),
        (
            [
                "grade_drop",
                "training_pace_lt_40",
                "posting_below_expectation",
                "complaint_minor_upheld",
            ],
            "ordinary",
            8,
            "CRITICAL",
        ),
    ],
    ids=["S-2", "S-3", "S-4", "S-5", "S-6", "S-7"],
)
def test_the_points_of_verified_signs(
    play: CorrectionPlay, codes: list[str], severity: str, points: int, level: str
) -> None:
    play.found(*codes, severity=severity)

    assert (play.case.points, play.case.warning_level) == (points, level)
    assert sum(sign.points for sign in play.signs) == points
    standing = Standing.CARE if level == "CARE" else Standing.WATCH
    assert play.member.standing is standing


def test_a_wish_for_support_is_care_whatever_the_office_ticks(play: CorrectionPlay) -> None:
    play.report("wellbeing_request").triage().verify("serious")

    assert (play.signs[0].points, play.signs[0].severity) == (0, "care")
    assert (play.case.points, play.case.proposal) == (0, "L0")


def test_signs_of_earlier_cases_count_for_twelve_months(play: CorrectionPlay) -> None:
    play.found("grade_drop").decide("NONE")
    assert play.signs[0].expires_on == date(2027, 11, 20)
    play.wait("P11M").found("overdue_tasks_ge_3")
    assert play.case.points == 3
    play.hear().decide("NONE").wait("P2M")

    play.found("missed_checkins_ge_2")

    assert play.case.points == 2  # the grade drop has expired


@pytest.mark.parametrize(
    ("codes", "severity", "prior", "level"),
    [
        (["overdue_tasks_ge_3", "missed_checkins_ge_2"], "ordinary", None, "L0"),
        (["grade_drop", "training_pace_lt_70"], "ordinary", None, "L1"),
        (["grade_drop", "training_pace_lt_70"], "ordinary", Level.L1, "L2"),
        (["grade_drop", "training_pace_lt_40", "missed_checkins_ge_2"], "ordinary", None, "L2"),
        (["grade_drop", "complaint_minor_upheld"], "ordinary", Level.L2, "L3"),
        (["complaint_serious_upheld", "audit_integrity_flag"], "serious", None, "L3"),
        (["overdue_tasks_ge_3"], "misconduct", None, "REFER"),
        (["wellbeing_request"], "care", None, "L0"),
    ],
    ids=["K-1", "K-2", "K-3", "K-4", "K-5", "K-6", "K-7", "K-8"],
)
def test_the_level_that_the_rules_propose(
    play: CorrectionPlay, codes: list[str], severity: str, prior: Level | None, level: str
) -> None:
    if prior is not None:
        play.past(prior)
    play.found(*codes, severity=severity)

    assert play.case.proposal == level
    assert play.open == (["decide_level"] if level == "L0" else ["hear_member"])


@pytest.mark.parametrize(
    ("months", "is_repeat", "is_relapse", "prior"),
    [(5, True, True, 2), (11, True, False, 2), (13, False, False, 0)],
)
def test_a_new_case_sees_what_was_before(
    play: CorrectionPlay, months: int, is_repeat: bool, is_relapse: bool, prior: int
) -> None:
    play.past(Level.L2, months=months).report("grade_drop")

    case = play.case
    assert (case.is_repeat, case.is_relapse, case.prior_level) == (is_repeat, is_relapse, prior)


# Who decides, and on what.


def test_the_member_is_heard_before_a_level_is_decided(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70")
    assert play.open == ["hear_member"]

    play.hear()

    assert play.open == ["decide_level"]
    assert [(text.kind, text.author) for text in play.rows(CorrectionText)] == [("hearing", "cara")]


def test_silence_does_not_stop_the_decision(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").wait("P3BD")
    assert any("Say how you see it is due" in text for text in play.told("cara"))

    play.wait("P2BD")

    assert play.open == ["decide_level"]
    assert play.rows(CorrectionText) == []


def test_level_two_is_for_the_head(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_40", "missed_checkins_ge_2").hear()

    assert play.assignees("head_decides_level") == ["nora"]
    play.decide("L2")
    (decision,) = play.decisions
    assert (decision.proposal, decision.decision, decision.is_followed) == ("L2", "L2", True)
    assert (decision.decided_by, decision.reason) == ("nora", REASON)
    assert play.member.standing is Standing.L2


def test_a_pool_manager_who_wants_more_hands_the_decision_to_the_head(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3").decide("L2")
    assert play.open == ["hear_member"]
    assert play.case.level is None
    play.hear()
    assert play.open == ["head_decides_level"]

    play.decide("L1")

    first, second = play.decisions
    assert (first.decision, first.is_final, first.is_followed) == ("L2", False, False)
    assert (second.decision, second.is_final, second.is_followed) == ("L1", True, False)
    assert (play.case.level, play.open) == (Level.L1, ["reminder_talk"])


def test_a_reminder_that_nobody_proposed_waits_for_the_hearing(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3").decide("L1").hear()

    assert play.open == ["decide_level"]
    play.decide("L1")
    assert play.open == ["reminder_talk"]


def test_no_correction_at_all_can_be_decided_with_a_reason(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("NONE")

    assert (play.case.outcome, play.case.level) == (Outcome.DISMISSED, None)
    assert play.decisions[0].is_followed is False
    assert play.member.standing is Standing.GOOD


def test_the_member_and_the_reporter_decide_nothing(database: Database) -> None:
    make_organisation(database)
    play = CorrectionPlay(database, make_member(database, "max"))
    play.report("grade_drop", "mia")
    with database.unit_of_work() as session:
        triage = play.find(session, "triage").id
    for who in ("max", "mia"):
        with pytest.raises(DutyConflict), database.unit_of_work() as session:
            user_tasks.claim(
                session, triage, actor=accounts.actor_of(session, who), now=play.clock.now()
            )


def test_only_hr_and_pool_managers_report_by_hand(play: CorrectionPlay) -> None:
    with pytest.raises(NotAllowed, match="may start"):
        play.report("grade_drop", "rex")


def test_texts_do_not_stay_with_the_case(play: CorrectionPlay) -> None:
    play.to_plan("L3").wait("P15D").hold(95, "CLOSE")

    data = str(play.data)
    for text in ("Seen twice", "I see it in another way", "records of two days", REASON):
        assert text not in data
    for text in ("Hand in on time", "must not happen again", "We looked at the actions"):
        assert text not in data


# The levels.


def test_care_is_a_talk_with_the_mentor(play: CorrectionPlay) -> None:
    play.give_mentor("bob").found("overdue_tasks_ge_3").decide("L0")
    assert play.assignees("care_talk") == ["bob"]
    assert play.member.standing is Standing.CARE

    play.do("care_talk", "bob", held_on="2026-12-01", notes="She needs time for the course.")

    case = play.case
    assert (case.outcome, case.way, case.state) == (Outcome.CARED, "care_talk", CaseState.CLOSED)
    assert case.retain_until == date(2027, 11, 20)
    assert play.member.standing is Standing.GOOD
    assert len(play.sent("training.revise")) == 1
    assert "closed" in play.told("cara")[-1]


def test_care_without_a_mentor_is_a_talk_with_the_head(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3").decide("L0")
    assert play.assignees("care_talk") == ["nora"]

    play.wait("P10BD")

    assert play.offered_to("care_talk") == ["pool-manager"]
    assert any("Hold the talk of care is overdue" in text for text in play.told("nora"))


def test_a_reminder_has_one_checkpoint_at_day_thirty(play: CorrectionPlay) -> None:
    play.to_plan("L1")
    assert play.member.standing is Standing.L1
    play.wait("P29D")
    assert play.open == []

    play.wait("P1D").hold(95, "CLOSE")

    assert (play.checkpoint.number, play.checkpoint.expected) == (1, 100)
    assert play.checkpoint.decided_by == "max"
    assert play.case.outcome is Outcome.CORRECTED
    assert play.case.retain_until == date(2028, 12, 20)


def test_a_late_reminder_talk_goes_to_hr(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_70").hear().decide("L1").wait("P5BD")

    assert play.offered_to("reminder_talk") == ["hr"]
    play.do("reminder_talk", "hana", held_on="2026-12-20", notes="We talked.")
    assert play.open == ["read_level"]


def test_an_inquiry_without_reply_goes_on_after_ten_working_days(play: CorrectionPlay) -> None:
    play.found("grade_drop", "training_pace_lt_40", "missed_checkins_ge_2").hear().decide("L2")
    assert play.assignees("reply") == ["cara"]

    play.wait("P10BD")

    assert play.open == ["read_level"]


def test_an_admonition_has_effect_for_six_months_and_copies(play: CorrectionPlay) -> None:
    play.to_plan("L3")

    assert play.case.effect_until == date(2027, 5, 20)
    assert play.member.standing is Standing.L3
    assert any("admonition" in text for text in play.told("cora"))
    play.wait("P15D").hold(95, "CLOSE")
    assert play.case.effect_until == date(2027, 5, 20)
    assert play.case.retain_until == date(2029, 12, 5)


def test_the_checkpoints_of_each_level(play: CorrectionPlay) -> None:
    play.to_plan("L2")
    expected = []
    for outcome in ("CONTINUE", "CONTINUE", "CONTINUE", "CLOSE"):
        play.wait("P15D").hold(95, outcome)
        expected.append((play.checkpoint.expected, play.checkpoint.is_last))

    assert expected == [(25, False), (50, False), (75, False), (100, True)]


# What happens on the side.


def test_a_report_by_hand_joins_the_open_case(play: CorrectionPlay) -> None:
    first = play.report("grade_drop").instance_id
    play.report("complaint_minor_upheld", "mia")
    assert play.instance.status == "completed"

    play.instance_id = first

    assert play.open == ["triage", "triage"]
    assert len(play.rows(CorrectionCase)) == 1
    with pytest.raises(DutyConflict):
        play.triage(who="mia")
    play.triage().triage().verify().verify()
    assert play.case.points == 4


def test_a_message_opens_a_case_when_none_is_open(play: CorrectionPlay) -> None:
    play.signal("missed_checkins_ge_2")
    play.begun("correction")

    assert play.open == ["triage"]
    assert (play.signs[0].source, play.signs[0].raised_by) == ("review", "hana")


def test_whose_work_raised_a_sign_sees_nothing_of_the_case(play: CorrectionPlay) -> None:
    with play.database.unit_of_work() as session:
        rex = accounts.actor_of(session, "rex")
        sign = {"member_id": play.member_id, "code": "grade_drop", "source": "check_in"}
        messages.send(
            session,
            "sign.raised",
            correlation=str(play.member_id),
            payload=sign,
            actor=rex,
            now=play.clock.now(),
            calendar=CALENDAR,
        )
    play.begun("correction")

    assert play.instance.started_by == "rex"
    with play.database.reading() as session:
        facts = case_facts.load(session, play.instance_id, now=play.clock.now())
        assert permissions.allows(rex, Action.SEE_CASE, facts) is False
        mine = permissions.scope_instances(select(Instance.id), rex, now=play.clock.now())
        assert list(session.scalars(mine)) == []
        max_ = accounts.actor_of(session, "max")
        assert permissions.allows(max_, Action.READ_CASE, facts) is True


def test_a_cancelled_case_does_not_keep_a_new_one_from_opening(play: CorrectionPlay) -> None:
    play.report("grade_drop")
    with play.database.unit_of_work() as session:
        mia = accounts.actor_of(session, "mia")
        instances.cancel(
            session, play.instance_id, reason="By mistake.", actor=mia, now=play.clock.now()
        )

    play.report("grade_drop")

    assert [case.outcome for case in play.rows(CorrectionCase)] == [Outcome.ABANDONED, None]
    assert play.open == ["triage"]


def test_a_serious_sign_interrupts_the_plan(play: CorrectionPlay) -> None:
    play.to_plan("L1").signal("complaint_serious_upheld")
    play.triage().verify("serious")

    assert play.open == ["decide_checkpoint"]
    assert (play.checkpoint.proposal, play.checkpoint.occasion) == ("ESCALATE", "sign")
    play.settle("ESCALATE")
    assert play.case.proposal == "L3"
    play.hear().decide("L3").speak("L3").sign_for().agree()
    assert (play.case.level, play.case.plan_days) == (Level.L3, 90)


def test_the_plan_goes_on_where_a_person_overrules_the_escalation(play: CorrectionPlay) -> None:
    play.to_plan("L2").wait("P15D").hold(40, "CONTINUE")
    due = play.case.next_checkpoint_at
    play.signal("complaint_serious_upheld")
    play.triage().verify("serious")

    play.settle("CONTINUE")

    assert play.open == []
    assert play.case.next_checkpoint_at == due
    play.wait("P15D").hold(60, "CONTINUE")
    assert play.checkpoint.number == 2


def test_a_sign_that_is_not_serious_leaves_the_plan_alone(play: CorrectionPlay) -> None:
    play.to_plan("L2").signal("overdue_tasks_ge_3")
    play.triage().verify("ordinary")

    assert play.open == []
    assert play.case.level is Level.L2


def test_a_case_is_not_closed_while_a_sign_is_being_checked(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3").decide("L0").signal("complaint_serious_upheld")
    play.do("care_talk", "nora", held_on="2026-12-01", notes="We talked.")
    assert play.case.state is CaseState.OPEN

    play.triage().verify("serious")

    assert (play.case.proposal, play.open) == ("L3", ["hear_member"])


def test_the_next_level_after_a_failed_plan(play: CorrectionPlay) -> None:
    play.to_plan("L1").wait("P30D").hold(40, "ESCALATE")

    assert (play.case.proposal, play.open) == ("L2", ["hear_member"])
    play.hear().decide("L2").speak("L2").sign_for().agree()
    assert (play.case.level, play.case.plan_days, play.case.extensions) == (Level.L2, 60, 0)
    play.wait("P15D")
    assert play.open == ["hold_checkpoint"]


def test_a_failed_admonition_proposes_the_exit(play: CorrectionPlay) -> None:
    play.to_plan("L3").wait("P15D").hold(10, "ESCALATE")

    assert play.case.outcome is Outcome.EXIT_PROPOSED
    assert (play.instance.status, play.data["exit_cause"]) == ("completed", "correction_failed")
    assert play.data["proposed_by"] == "nora"
    assert len(play.sent("exit.proposed")) == 1
    assert play.member.standing is Standing.L3


@pytest.mark.parametrize("how", ["message", "time"])
def test_a_referral_suspends_the_member_until_somebody_decides(
    play: CorrectionPlay, how: str
) -> None:
    play.found("overdue_tasks_ge_3", severity="misconduct").hear().decide("REFER")
    assert (play.member.lifecycle, play.open) == (Lifecycle.SUSPENDED, [])
    assert any("referred" in text for text in play.told("cora"))
    if how == "message":
        play.tell("discipline.recorded", str(play.member_id), outcome="cleared")
    else:
        play.wait("P180D")
    assert play.assignees("decide_referral") == ["nora"]

    play.do("decide_referral", "nora", outcome="RESUME", reason=REASON)

    assert play.member.lifecycle is Lifecycle.ACTIVE
    assert (play.case.outcome, play.member.standing) == (Outcome.RESUMED, Standing.GOOD)


def test_a_referral_may_end_with_the_proposal_of_an_exit(play: CorrectionPlay) -> None:
    play.found("overdue_tasks_ge_3", severity="misconduct").hear().decide("REFER")
    play.tell("discipline.recorded", str(play.member_id), outcome="serious")
    play.do("decide_referral", "nora", outcome="EXIT", reason=REASON)

    assert (play.case.outcome, play.data["exit_cause"]) == (Outcome.EXIT_PROPOSED, "discipline")
    assert play.member.lifecycle is Lifecycle.EXIT_PROPOSED
    assert play.decisions[-1].decision == "EXIT"
    assert "pool_exit" in play.running()


def test_the_case_closes_when_the_member_leaves(play: CorrectionPlay) -> None:
    play.to_plan("L2")
    assert play.tell("member.left_pool", str(play.member_id), reason="voluntary") == 1

    assert (play.case.outcome, play.instance.status) == (Outcome.LEFT_POOL, "completed")
    assert play.running() == []


@pytest.mark.parametrize(
    ("outcome", "matter", "ends"),
    [
        ("upheld", "correction", True),
        ("dismissed", "correction", False),
        ("upheld", "grade", False),
    ],
)
def test_an_appeal_that_is_upheld_undoes_the_case(
    play: CorrectionPlay, outcome: str, matter: str, ends: bool
) -> None:
    text = "The dates are wrong, I was on leave."
    play.found("complaint_serious_upheld", "audit_integrity_flag").hear().decide("L3").speak("L3")
    play.do("read_level", "cara", signature="signed", ask_review=True, grounds=text)
    assert len(play.sent("appeal.filed")) == 1
    assert play.open == ["draft_plan"]

    play.tell(
        "appeal.decided",
        str(play.member_id),
        matter=matter,
        matter_id=play.case.id,
        outcome=outcome,
    )

    assert (play.case.state is CaseState.CLOSED) is ends
    assert (play.member.standing is Standing.GOOD) is ends
    assert (play.case.effect_until is None) is ends
    if not ends:
        play.agree()
        assert play.tell("member.left_pool", str(play.member_id), reason="voluntary") == 1
