"""The exit by every reason: who is heard, who decides, and what takes effect together."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from tests.bpmn.exit_case import ExitPlay
from tests.workflows.member_case import make_member, make_organisation
from tests.workflows.nomination_case import REASON
from tests.workflows.staff import declare_mentor
from workflows.correction_states import Level
from workflows.correction_tables import CorrectionCase
from workflows.database import Database
from workflows.errors import NotAllowed, UnderstudyError
from workflows.exit_tables import (
    AlumniFollowUp,
    ExitCase,
    ExitInterview,
    ExitProposal,
    ExitState,
    HandoverItem,
    LongLeave,
    OutcomeReceipt,
)
from workflows.membership_refusals import WrongLifecycle
from workflows.people_tables import DisciplineRecord, Person, PersonDemographic
from workflows.pool_tables import CoolingOff, StateChange
from workflows.vocabulary import EmploymentStatus, Lifecycle, Standing


@pytest.fixture
def play(database: Database) -> ExitPlay:
    """Cara is an active member of the pool."""
    make_organisation(database)
    return ExitPlay(database, make_member(database))


def test_an_appointed_member_is_thanked_and_leaves_at_once(play: ExitPlay) -> None:
    play.ask("hana", "appointed", appointed_to="Head of Finance")

    assert play.member.exit_reason == "appointed"
    assert any("Congratulations" in text for text in play.told("cara"))
    assert any("no longer in" in text for text in play.told("nora"))
    assert play.exit.appointed_to == "Head of Finance"
    assert play.rows(CoolingOff) == []


def test_an_appointment_is_looked_back_at_after_a_year(play: ExitPlay) -> None:
    play.ask("hana", "appointed", appointed_to="Head of Finance").wait("P12M")
    play.do("follow_up", "nora", result="passed", remarks="A good start.")

    (kept,) = play.rows(AlumniFollowUp)
    assert (kept.result, kept.answered_by) == ("passed", "nora")
    assert play.instance.status == "completed"


def test_a_follow_up_that_nobody_answers_closes_by_itself(play: ExitPlay) -> None:
    play.ask("hana", "appointed", appointed_to="Head of Finance").wait("P12M").wait("P20BD")

    (kept,) = play.rows(AlumniFollowUp)
    assert (kept.result, kept.answered_by) == ("unknown", None)
    assert play.instance.status == "completed"


def test_a_member_leaves_by_choice_after_ten_working_days(play: ExitPlay) -> None:
    play.ask("cara").do("talk", "nora", held_on="2026-12-01", notes="She found another way.")
    assert play.member.lifecycle is Lifecycle.ACTIVE

    play.wait("P10BD")

    today = play.clock.now().date()
    assert (play.member.lifecycle, play.member.exit_reason) == (Lifecycle.EXITED, "voluntary")
    assert (play.exit.state, play.exit.effective_on) == (ExitState.EFFECTIVE, today)
    assert play.exit.talk_notes == "She found another way."
    (pause,) = play.rows(CoolingOff)
    assert (pause.until, pause.reason) == (
        date(today.year + 1, today.month, today.day),
        "voluntary",
    )
    play.do("interview", "cara", main_reason="prospects", would_return=True)
    (said,) = play.rows(ExitInterview)
    assert (said.main_reason, said.would_return) == ("prospects", True)
    assert play.instance.status == "completed"


def test_whoever_leaves_by_choice_can_change_his_mind(play: ExitPlay) -> None:
    play.ask("cara").do("take_back", "cara", takes_back=True)

    assert play.member.lifecycle is Lifecycle.ACTIVE
    assert play.exit.state is ExitState.TAKEN_BACK
    assert (play.open, play.rows(CoolingOff)) == ([], [])


def test_nobody_has_to_be_talked_to_or_interviewed(play: ExitPlay) -> None:
    play.ask("cara").wait("P5BD")
    assert play.offered_to("talk") == ["pool-manager"]

    play.wait("P5BD").wait("P10BD")

    assert (play.member.exit_reason, play.rows(ExitInterview)) == ("voluntary", [])
    assert play.instance.status == "completed"


def test_a_colleague_may_not_ask_that_somebody_leaves(play: ExitPlay) -> None:
    with pytest.raises(NotAllowed):
        play.ask("bob", "grade_D")
    with pytest.raises(NotAllowed):
        play.ask("nora", "voluntary")
    with pytest.raises(NotAllowed):
        play.ask("cara", "appointed", appointed_to="Head of Finance")


def test_a_colleague_cannot_end_a_membership_by_a_message(play: ExitPlay) -> None:
    for cause in ("left_organisation", "appointed", "voluntary"):
        with pytest.raises(UnderstudyError, match="may not propose"):
            play.propose(cause, sender="bob")
    with pytest.raises(UnderstudyError, match="may not propose"):
        play.tell("person.left", "cara", sender="bob")
    play.propose("correction_failed", sender="bob").propose("left_organisation", sender="bob")

    assert play.member.lifecycle is Lifecycle.EXIT_PROPOSED
    assert [each.cause for each in play.rows(ExitProposal)] == ["correction_failed"]


def test_the_mentor_is_told_of_the_exit(play: ExitPlay) -> None:
    with play.database.unit_of_work() as session:
        declare_mentor(session, "ben", "cara", now=play.clock.now())

    play.propose("left_organisation")

    assert play.told("ben") == ["Cara Example is no longer in Leaders."]


def test_the_member_is_told_that_the_membership_is_over(play: ExitPlay) -> None:
    play.ask("cara").wait("P10BD")

    assert "Cara Example is no longer in Leaders." in play.told("cara")


def test_whoever_has_left_cannot_leave_again(play: ExitPlay) -> None:
    play.propose("left_organisation")

    with pytest.raises(WrongLifecycle):
        play.ask("hana", "appointed", appointed_to="Head of Finance")
    play.propose("grade_D")

    assert play.running() == []


def test_a_removal_hears_the_member_and_the_panel_before_the_head_decides(play: ExitPlay) -> None:
    play.propose("correction_failed", evidence="Three plans without a result.")
    assert (play.member.lifecycle, play.open) == (Lifecycle.EXIT_PROPOSED, ["statement"])
    play.do("statement", "cara", statement="I was ill for half of the time.").poll(pia="no")
    assert play.exit.panel_outcome == "APPROVE"
    play.remove()
    assert (play.exit.decided_by, play.exit.follows) == ("nora", True)
    play.do("receipt", "cara", signature="signed")
    assert (play.member.lifecycle, play.open) == (Lifecycle.EXIT_PROPOSED, ["file_appeal"])

    play.wait("P10BD")

    assert play.member.exit_reason == "correction_failed"
    (pause,) = play.rows(CoolingOff)
    assert (pause.until - play.clock.now().date()).days in (365, 366)
    assert play.exit.statement == "I was ill for half of the time."
    assert play.running() == []


def test_silence_is_no_reason_to_wait_for_a_statement(play: ExitPlay) -> None:
    play.propose("correction_failed").wait("P10BD")

    assert play.open == ["vote"] * 4
    assert play.exit.statement == ""


def test_a_head_may_keep_the_member_against_the_proposal_with_a_reason(play: ExitPlay) -> None:
    play.to_decision().remove("keep")

    assert (play.member.lifecycle, play.exit.state) == (Lifecycle.ACTIVE, ExitState.RETAINED)
    assert (play.exit.follows, play.exit.decision_reason) == (False, REASON)
    assert play.rows(CoolingOff) == []


def test_a_head_may_follow_a_panel_that_wants_to_keep_the_member(play: ExitPlay) -> None:
    play.to_decision(**dict.fromkeys(("pam", "paul", "pete", "pia"), "no")).remove("keep")

    assert (play.exit.panel_outcome, play.exit.follows) == ("REJECT", True)


def test_who_proposes_a_removal_does_not_decide_it(play: ExitPlay) -> None:
    play.ask("nora", "correction_failed", evidence="No result.")
    play.do("statement", "cara").poll()

    assert play.offered_to("decide") == ["pool-manager"]
    play.remove("keep", "max")
    assert play.exit.decided_by == "max"


def test_a_panel_without_a_quorum_meets_three_times_then_the_head_decides(play: ExitPlay) -> None:
    play.propose("correction_failed").do("statement", "cara")
    for _ in range(3):
        play.wait("P5BD").wait("P2BD")

    assert play.open == ["decide"]
    assert play.exit.panel_outcome == "NO_QUORUM"


def test_a_seat_that_is_bound_to_the_member_does_not_count(play: ExitPlay) -> None:
    play.to_decision(pam="bound", paul="no")

    assert play.exit.panel_outcome == "APPROVE"


def test_a_refusal_to_sign_has_two_witnesses(play: ExitPlay) -> None:
    play.to_decision().remove().do("receipt", "cara", signature="refused")
    play.do("witness", "hugo", confirms=True).do("witness", "mia", confirms=True)

    (kept,) = play.rows(OutcomeReceipt)
    assert (kept.answer, kept.witnesses) == ("refused", ["hugo", "mia"])
    assert play.open == ["file_appeal"]


def test_silence_has_two_witnesses_too(play: ExitPlay) -> None:
    play.to_decision().remove().wait("P3BD")
    play.do("witness", "hugo", confirms=True).do("witness", "mia", confirms=True)

    assert [each.answer for each in play.rows(OutcomeReceipt)] == ["silent"]


def test_discipline_takes_effect_before_an_appeal(play: ExitPlay) -> None:
    play.to_decision("discipline").remove().do("receipt", "cara", signature="signed")

    assert play.member.exit_reason == "discipline"
    assert play.open == ["file_appeal"]
    (pause,) = play.rows(CoolingOff)
    assert pause.until.year == play.clock.now().year + 2


def test_a_term_is_renewed_by_panel_and_head(play: ExitPlay) -> None:
    play.grade("B", 2026).change_member(term_end=play.days(60)).propose("term_end")
    assert play.member.lifecycle is Lifecycle.RENEWAL_DUE
    play.poll().do("settle", "nora", decision="keep", reason=REASON)

    member = play.member
    assert (member.lifecycle, member.renewals_used) == (Lifecycle.ACTIVE, 1)
    assert member.term_end > play.days(1000)
    assert (play.exit.state, play.exit.follows) == (ExitState.RETAINED, True)
    play.start("exit_watch", "hana", {})
    assert play.running() == []


def test_a_panel_that_is_against_a_renewal_can_be_followed_or_not(play: ExitPlay) -> None:
    play.grade("B", 2026).change_member(term_end=play.days(0)).propose("term_end")
    play.poll(**dict.fromkeys(("pam", "paul", "pete", "pia"), "no"))
    play.do("settle", "nora", decision="exit", reason=REASON)

    assert (play.exit.panel_outcome, play.exit.follows) == ("REJECT", True)
    assert play.member.exit_reason == "term_end"


def test_whoever_stays_after_a_failed_correction_is_in_good_standing(play: ExitPlay) -> None:
    play.change_member(standing=Standing.L3).to_decision().remove("keep")

    assert play.member.standing is Standing.GOOD


def _last_change(play: ExitPlay) -> tuple[Lifecycle, str]:
    change = max(play.rows(StateChange), key=lambda each: each.id)
    return change.to_state, change.actor


def test_the_record_names_who_decided_and_not_who_signed_last(play: ExitPlay) -> None:
    play.to_decision().remove("keep")
    assert _last_change(play) == (Lifecycle.ACTIVE, "nora")

    play.to_decision("plan_failed").remove().do("receipt", "cara", signature="signed")
    play.wait("P10BD")
    assert _last_change(play) == (Lifecycle.EXITED, "nora")


def test_what_an_appeal_or_a_rule_decided_names_nobody(play: ExitPlay) -> None:
    play.to_window().contest().seat().judge("upheld", "upheld", "dismissed")

    assert _last_change(play) == (Lifecycle.ACTIVE, "system")


def test_whoever_stays_while_a_correction_goes_on_keeps_its_standing(play: ExitPlay) -> None:
    play.change_member(standing=Standing.L1).to_decision()
    with play.database.unit_of_work() as session:
        session.add(
            CorrectionCase(
                member_id=play.member_id,
                instance_id=play.exit.instance_id,
                issue_code="overdue_tasks",
                level=Level.L1,
                opened_at=play.clock.now(),
            )
        )
    play.remove("keep")

    assert play.member.standing is Standing.L1


def test_a_term_without_a_renewal_ends_on_its_last_day(play: ExitPlay) -> None:
    play.grade("C", 2026).change_member(term_end=play.days(60)).propose("term_end")
    assert play.open == ["settle"]
    play.do("settle", "nora", decision="exit", reason=REASON)
    assert play.member.lifecycle is Lifecycle.RENEWAL_DUE

    play.wait("P59D")
    assert play.member.lifecycle is Lifecycle.RENEWAL_DUE
    play.wait("P2D")

    assert play.member.exit_reason == "term_end"
    assert play.rows(CoolingOff) == []


def test_a_long_leave_lets_the_membership_rest_and_never_ends_it(play: ExitPlay) -> None:
    began, term_end = play.days(-220), play.member.term_end
    play.ask("hana", "long_leave", leave_since=began.isoformat())
    assert (play.member.lifecycle, play.exit.state) == (Lifecycle.SUSPENDED, ExitState.SUSPENDED)
    play.wait("P6M").do("review", "hugo", is_back=False)
    assert (play.member.lifecycle, play.open) == (Lifecycle.SUSPENDED, [])
    play.wait("P6M").do("review", "hugo", is_back=True, back_on=play.days(0).isoformat())

    member = play.member
    assert (member.lifecycle, play.exit.state) == (Lifecycle.ACTIVE, ExitState.RETAINED)
    assert member.term_end == term_end + (play.days(0) - member.joined_on)
    assert [each.until for each in play.rows(LongLeave)] == [play.days(0)]


def test_a_short_leave_changes_nothing(play: ExitPlay) -> None:
    play.ask("hana", "long_leave", leave_since=play.days(-100).isoformat())

    assert (play.member.lifecycle, play.exit.proposal) == (Lifecycle.ACTIVE, "RETAIN")


def test_a_return_is_looked_at_when_it_is_told(play: ExitPlay) -> None:
    play.ask("hana", "long_leave", leave_since=play.days(-220).isoformat())
    play.tell("leave.ended", str(play.member_id))

    assert play.open == ["review"]


def test_whoever_leaves_the_organisation_leaves_a_running_removal_behind(play: ExitPlay) -> None:
    play.to_decision().propose("left_organisation")

    assert play.member.exit_reason == "left_organisation"
    assert (play.open, play.running()) == ([], [])
    assert len(play.rows(ExitProposal)) == 2


def test_who_asks_to_leave_during_a_removal_leaves_without_blame(play: ExitPlay) -> None:
    play.to_decision().ask("cara")
    assert set(play.open_everywhere()) == {"talk", "take_back"}

    play.wait("P10BD")

    assert play.member.exit_reason == "voluntary"


def test_taking_the_request_back_does_not_end_a_removal(play: ExitPlay) -> None:
    play.to_decision().ask("cara").do("take_back", "cara", takes_back=True)

    assert play.member.lifecycle is Lifecycle.EXIT_PROPOSED
    assert play.open_everywhere() == ["statement"]


def test_a_weaker_proposal_is_added_but_changes_nothing(play: ExitPlay) -> None:
    play.ask("cara").propose("correction_failed")

    assert set(play.open_everywhere()) == {"talk", "take_back"}
    assert [each.cause for each in play.rows(ExitProposal)] == ["voluntary", "correction_failed"]


def test_discipline_comes_before_a_request_to_leave(play: ExitPlay) -> None:
    play.ask("cara").propose("discipline", evidence="A measure.")

    assert play.open_everywhere() == ["statement"]
    assert play.exit.proposal == "PROPOSE_REMOVAL:discipline"


def test_the_life_of_the_membership_tells_every_step(play: ExitPlay) -> None:
    play.to_decision().remove("keep")

    states = [each.to_state for each in play.rows(StateChange)]
    assert states[-2:] == [Lifecycle.EXIT_PROPOSED, Lifecycle.ACTIVE]


def test_open_tasks_of_the_member_are_handed_over(play: ExitPlay) -> None:
    play.start("example", "cara", {}).ask("hana", "appointed", appointed_to="Head of Finance")
    play.do("take_over", "nora", note="Bob does it from now on.")

    (item,) = play.rows(HandoverItem)
    assert (item.taken_by, item.note) == ("nora", "Bob does it from now on.")
    assert item.title == "Describe the leave"


def test_the_database_keeps_one_open_exit_and_no_decision_without_a_reason(
    play: ExitPlay,
) -> None:
    play.ask("cara")
    now, member_id = play.clock.now(), play.member_id
    broken = (
        {"cause": "other"},
        {"cause": "other", "state": ExitState.RETAINED},
        {"cause": "other", "state": ExitState.EFFECTIVE, "closed_at": now},
        {"cause": "other", "state": ExitState.RETAINED, "closed_at": now, "decision": "exit"},
    )
    for columns in broken:
        with pytest.raises(IntegrityError), play.database.unit_of_work() as session:
            session.add(ExitCase(member_id=member_id, opened_at=now, **columns))


EXAMPLES = [
    ("X-1", {}, "RETAIN"),
    ("X-2", {"causes": ["appointed"], "grades": "D"}, "EXIT_APPOINTED"),
    ("X-3", {"grades": "AD"}, "PROPOSE_REMOVAL:grade_D"),
    ("X-4", {"grades": "CC"}, "PROPOSE_REMOVAL:two_C"),
    ("X-5", {"grades": "CBC"}, "RETAIN"),
    ("X-6", {"causes": ["refused_twice"], "refused_posts": 2}, "PROPOSE_REMOVAL:refused_twice"),
    ("X-7", {"term_in": 0}, "RENEWAL_REVIEW"),
    ("X-8", {"term_in": 0, "renewals_used": 1}, "EXIT_TERM_END"),
    ("X-9", {"term_in": -120, "grades": "BC"}, "EXIT_TERM_END"),
    ("X-10", {"causes": ["voluntary"], "grades": "D"}, "EXIT_WITHDRAWN"),
    ("X-11", {"leave": 7}, "SUSPEND"),
    ("X-12", {"age": 46, "age_limit": 45}, "EXIT_AGED_OUT"),
    ("X-13", {"causes": ["voluntary"], "measure": "demotion"}, "PROPOSE_REMOVAL:discipline"),
]


@pytest.mark.parametrize(("example", "facts", "proposal"), EXAMPLES, ids=[e[0] for e in EXAMPLES])
def test_every_worked_example_comes_out_of_the_process(
    play: ExitPlay, example: str, facts: dict[str, Any], proposal: str
) -> None:
    play.change_member(joined_on=date(2023, 1, 1))
    play.grade("", 0)
    for number, grade in enumerate(facts.get("grades", "BB")):
        play.grade(grade, 2023 + number)
    if "term_in" in facts:
        play.change_member(term_end=play.days(facts["term_in"]))
    play.change_member(renewals_used=facts.get("renewals_used", 0))
    with play.database.unit_of_work() as session:
        member = play.member
        if "leave" in facts:
            session.add(
                LongLeave(person_id=member.person_id, since=play.days(-31 * facts["leave"]))
            )
        if "age" in facts:
            born = play.days(-366 * facts["age"])
            session.add(PersonDemographic(person_id=member.person_id, birth_date=born))
        if "measure" in facts:
            session.add(
                DisciplineRecord(
                    person_id=member.person_id,
                    opened_on=play.days(-30),
                    closed_on=play.days(-9),
                    effective_on=play.days(-9),
                    measure=facts["measure"],
                )
            )
    if "age_limit" in facts:
        play.change_pool(policy={"exit_age_limit": facts["age_limit"]})

    for cause in facts.get("causes", ["other"]):
        play.propose(cause, refused_posts=facts.get("refused_posts"))

    assert play.exit.proposal == proposal
    assert example


def test_the_watch_finds_each_cause_once(play: ExitPlay) -> None:
    others = {
        name: ExitPlay(play.database, make_member(play.database, name)) for name in ("ben", "bob")
    }
    play.change_member(term_end=play.days(80))
    with play.database.unit_of_work() as session:
        gone = others["ben"].member.person_id
        session.execute(
            update(Person).where(Person.id == gone).values(employment_status=EmploymentStatus.LEFT)
        )
        away = others["bob"].member.person_id
        session.add(LongLeave(person_id=away, since=play.days(-200)))

    play.start("exit_watch", "hana", {}).start("exit_watch", "hana", {})

    assert others["ben"].member.exit_reason == "left_organisation"
    assert others["bob"].member.lifecycle is Lifecycle.SUSPENDED
    assert play.member.lifecycle is Lifecycle.RENEWAL_DUE
    assert play.running().count("pool_exit") == 2


def test_the_watch_minds_the_age_only_where_the_pool_has_a_limit(play: ExitPlay) -> None:
    with play.database.unit_of_work() as session:
        born = play.days(-366 * 50)
        session.add(PersonDemographic(person_id=play.member.person_id, birth_date=born))
    play.start("exit_watch", "hana", {})
    assert play.running() == []

    play.change_pool(policy={"exit_age_limit": 45}).start("exit_watch", "hana", {})
    assert (play.exit.cause, play.exit.proposal) == ("aged_out", "EXIT_AGED_OUT")

    play.do("settle", "nora", decision="keep", reason=REASON).start("exit_watch", "hana", {})
    assert play.running() == []


def test_the_watch_wakes_every_night(published: Database) -> None:
    make_organisation(published)
    play = ExitPlay(published, make_member(published))

    play.change_member(term_end=play.days(92)).wait("P1D")
    assert play.running() == []

    play.wait("P1D")

    assert play.running() == ["pool_exit"]


def test_every_membership_of_a_person_who_leaves_ends(play: ExitPlay) -> None:
    assert play.tell("person.left", "cara") == 1

    assert play.member.exit_reason == "left_organisation"
    assert play.rows(CoolingOff) == []


def test_only_hr_notes_by_hand_that_somebody_leaves(play: ExitPlay) -> None:
    with pytest.raises(NotAllowed):
        play.start("person_leaves", "bob", {"person": "cara"})

    play.start("person_leaves", "hana", {"person": "cara"})

    assert play.member.exit_reason == "left_organisation"
