"""What the records of care and correction never let happen, and what they tell others."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.workflows.correction_case import CorrectionPlay
from tests.workflows.member_case import make_member, make_organisation
from workflows import accounts, correction_records
from workflows.calendar import OrganisationCalendar
from workflows.correction_opening import AlreadyOpen, MemberHasLeft
from workflows.correction_records import OwnCase, UnknownCorrection, UnknownSign
from workflows.correction_states import CaseState, Level, Occasion, Outcome, SignState, Step
from workflows.correction_states import retention_months as kept_for
from workflows.correction_tables import Checkpoint, CorrectionCase, CorrectionDecision, RiskSign
from workflows.database import Database
from workflows.engine import services
from workflows.engine.services import ServiceContext
from workflows.pool_tables import PoolMember
from workflows.vocabulary import Lifecycle


@pytest.fixture
def database(organisation: Database) -> Database:
    """A copy of the organisation."""
    return organisation


@pytest.fixture
def play(database: Database) -> CorrectionPlay:
    """A member with an open case that nobody has looked at."""
    make_organisation(database)
    return CorrectionPlay(database, make_member(database)).report("grade_drop")


def _sign(play: CorrectionPlay, **facts: Any) -> RiskSign:
    return RiskSign(
        **{
            "member_id": play.member_id,
            "case_id": play.case.id,
            "code": "grade_drop",
            "source": "hr",
            "raised_at": NOW,
            "raised_by": "hana",
            **facts,
        }
    )


def _verified(play: CorrectionPlay, **facts: Any) -> RiskSign:
    return _sign(
        play,
        **{
            "state": SignState.VERIFIED,
            "expires_on": date(2027, 11, 20),
            "verified_by": "hugo",
            **facts,
        },
    )


def _checkpoint(play: CorrectionPlay, **facts: Any) -> Checkpoint:
    return Checkpoint(
        **{
            "case_id": play.case.id,
            "level": Level.L2,
            "plan_round": 1,
            "number": 1,
            "occasion": Occasion.SCHEDULED,
            "is_last": False,
            "extensions": 0,
            "expected": 25,
            "opened_at": NOW,
            **facts,
        }
    )


DECIDED = {"decided_by": "nora", "decided_at": NOW, "reason": "Because the facts say so."}
REFUSED: dict[str, Callable[[CorrectionPlay], Any]] = {
    "a second open case": lambda play: CorrectionCase(
        member_id=play.member_id,
        instance_id=play.instance_id,
        issue_code="grade_drop",
        opened_at=NOW,
    ),
    "an unknown sign": lambda play: _sign(play, code="bad_mood"),
    "a verified sign that never expires": lambda play: _verified(play, expires_on=None),
    "a verified sign by nobody": lambda play: _verified(play, verified_by=None),
    "points of an unverified sign": lambda play: _sign(play, points=2),
    "points for a wish for support": lambda play: _verified(
        play, code="wellbeing_request", points=1
    ),
    "a decision without a reason": lambda play: CorrectionDecision(
        case_id=play.case.id,
        decision="L1",
        is_followed=True,
        is_final=True,
        reason="  Too short.      ",
        decided_by="max",
        decided_at=NOW,
    ),
    "a checkpoint that nobody decided": lambda play: _checkpoint(
        play, **{**DECIDED, "decided_by": None}, decision=Step.CLOSE
    ),
    "a checkpoint decided without a reason": lambda play: _checkpoint(
        play, **{**DECIDED, "reason": ""}, decision=Step.CLOSE
    ),
    "an early extension": lambda play: _checkpoint(play, **DECIDED, decision=Step.EXTEND),
    "a second extension": lambda play: _checkpoint(
        play, **DECIDED, decision=Step.EXTEND, is_last=True, extensions=1
    ),
    "more than all progress": lambda play: _checkpoint(play, progress=101),
}


@pytest.mark.parametrize("what", REFUSED)
def test_the_database_refuses(play: CorrectionPlay, what: str) -> None:
    row = REFUSED[what](play)

    with pytest.raises(IntegrityError), play.database.unit_of_work() as session:
        session.add(row)


def test_what_the_database_refuses_is_fine_otherwise(play: CorrectionPlay) -> None:
    with play.database.unit_of_work() as session:
        session.add(_verified(play, points=2))
        session.add(_checkpoint(play, **DECIDED, decision=Step.EXTEND, is_last=True))

    assert len(play.rows(Checkpoint)) == 1


@pytest.mark.parametrize("missing", ["closed_at", "outcome", "retain_until"])
def test_a_closed_case_says_when_how_and_until_when(play: CorrectionPlay, missing: str) -> None:
    closing = {"closed_at": NOW, "outcome": Outcome.CARED, "retain_until": date(2027, 11, 20)}
    with pytest.raises(IntegrityError), play.database.unit_of_work() as session:
        case = session.get_one(CorrectionCase, play.case.id)
        case.state = CaseState.CLOSED
        for name, value in {**closing, missing: None}.items():
            setattr(case, name, value)


@pytest.mark.parametrize(
    ("level", "months"),
    [(None, 12), (Level.L0, 12), (Level.L1, 24), (Level.L2, 36), (Level.L3, 36)],
)
def test_records_are_kept_longer_the_higher_the_level(level: Level | None, months: int) -> None:
    assert kept_for(level) == months


def test_the_open_level_is_that_of_the_open_case(play: CorrectionPlay) -> None:
    with play.database.unit_of_work() as session:
        assert correction_records.open_level(session, play.member_id) == 0
        session.get_one(CorrectionCase, play.case.id).level = Level.L2
        session.flush()

        assert correction_records.open_level(session, play.member_id) == 2
        assert correction_records.open_level(session, play.member_id + 1) == 0


def test_an_admonition_has_effect_until_its_day(play: CorrectionPlay) -> None:
    until = date(2027, 5, 20)
    with play.database.unit_of_work() as session:
        session.get_one(CorrectionCase, play.case.id).effect_until = until
        session.flush()

        find = correction_records.effect_until
        assert find(session, play.member_id, today=until) == until
        assert find(session, play.member_id, today=until + timedelta(days=1)) is None


def test_a_sign_counts_up_to_the_day_on_which_it_expires(play: CorrectionPlay) -> None:
    with play.database.unit_of_work() as session:
        session.add(_verified(play))
        session.flush()

        find = correction_records.counting_signs
        assert len(find(session, play.member_id, today=date(2027, 11, 20))) == 1
        assert find(session, play.member_id, today=date(2027, 11, 21)) == []


def _context(play: CorrectionPlay, session: Session, who: str) -> ServiceContext:
    return ServiceContext(
        session=session,
        now=NOW,
        calendar=OrganisationCalendar(),
        instance_id=play.instance_id,
        business_key=None,
        actor=accounts.actor_of(session, who),
        started_by="hana",
    )


def _call(play: CorrectionPlay, service: str, who: str = "max", /, **inputs: Any) -> Any:
    """Call a service as a process does."""
    handler = services.find(service)
    assert handler is not None
    with play.database.unit_of_work() as session:
        return handler(_context(play, session, who), **inputs)


def test_a_sign_that_the_rules_do_not_know_is_refused(play: CorrectionPlay) -> None:
    with pytest.raises(UnknownSign, match="bad_mood"):
        _call(play, "correction.add_sign", case_id=play.case.id, new_sign={"code": "bad_mood"})


def test_a_member_who_has_left_is_not_corrected(play: CorrectionPlay) -> None:
    with play.database.unit_of_work() as session:
        member = session.get_one(PoolMember, play.member_id)
        member.lifecycle, member.exited_on = Lifecycle.EXITED, NOW.date()

    with pytest.raises(MemberHasLeft, match="has left the pool"):
        _call(play, "correction.open_case", member_id=play.member_id, code="grade_drop")


def test_of_two_cases_at_the_same_moment_the_slower_is_refused(
    play: CorrectionPlay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(correction_records, "open_case_of", lambda session, member_id: None)

    with pytest.raises(AlreadyOpen, match="same moment"):
        _call(play, "correction.open_case", member_id=play.member_id, code="grade_drop")


def test_an_unknown_case_is_not_found(play: CorrectionPlay) -> None:
    with pytest.raises(UnknownCorrection):
        _call(play, "correction.weigh", case_id=play.case.id + 1)


def test_nobody_decides_about_the_own_correction(play: CorrectionPlay) -> None:
    decision = {"level": "NONE", "reason": "I have done nothing wrong."}
    with pytest.raises(OwnCase):
        _call(
            play,
            "correction.note_level",
            "cara",
            case_id=play.case.id,
            level_decision=decision,
            proposal="L1",
        )
