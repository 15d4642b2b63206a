"""A cycle: it opens once, freezes the scheme, is calibrated, and closes with its last review."""

import pytest
from sqlalchemy import update

from tests.workflows.review_case import REASON, ReviewCase, make_review_case
from workflows import pools, review_schemes
from workflows.actors import Actor
from workflows.database import Database
from workflows.errors import NotAllowed
from workflows.people_tables import GradeHistory
from workflows.pool_tables import PoolMember
from workflows.review_records import CycleAlreadyOpen
from workflows.review_schemes import GROUP_WEIGHTS, IndicatorFacts
from workflows.review_states import CycleKind, CycleState, ReviewState
from workflows.review_tables import CalibrationChange, CalibrationSession, Review, ReviewCycle
from workflows.vocabulary import Lifecycle

HANA = Actor("hana", "Hana", frozenset({"hr"}), frozenset({"hr"}))


@pytest.fixture
def reviewed(database: Database) -> ReviewCase:
    """An organisation with one member, who is not reviewed yet."""
    return make_review_case(database)


def test_each_member_is_reviewed_in_a_case_of_its_own(database: Database) -> None:
    case = make_review_case(database, "cara", "bob", "ben").open_cycle()

    assert case.running() == ["review", "review", "review", "review_cycle"]
    assert {review.subject for review in case.rows(Review)} == {"cara", "bob", "ben"}


def test_a_second_cycle_of_the_same_kind_is_refused(reviewed: ReviewCase) -> None:
    reviewed.open_cycle()

    with pytest.raises(CycleAlreadyOpen, match="review cycle of Leaders is open"):
        reviewed.open_cycle()
    assert len(reviewed.rows(ReviewCycle)) == 1


def test_a_short_review_may_run_beside_the_yearly_one(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().open_cycle("mini")

    assert [cycle.kind for cycle in reviewed.rows(ReviewCycle)] == [
        CycleKind.ANNUAL,
        CycleKind.MINI,
    ]


@pytest.mark.parametrize("who", ["nora", "bob"])
def test_only_the_offices_open_a_cycle(reviewed: ReviewCase, who: str) -> None:
    with pytest.raises(NotAllowed, match="Only HR and pool managers"):
        reviewed.open_cycle(by=who)


def test_a_pool_without_members_is_done_at_once(reviewed: ReviewCase) -> None:
    with reviewed.database.unit_of_work() as session:
        session.execute(update(PoolMember).values(lifecycle=Lifecycle.EXIT_PROPOSED))
    with pytest.raises(AssertionError, match="No case of review has begun"):
        reviewed.open_cycle()

    reviewed.begun("review_cycle").calibrate()

    assert reviewed.cycle.state is CycleState.CLOSED


def test_a_changed_scheme_acts_on_the_next_cycle_only(reviewed: ReviewCase) -> None:
    reviewed.open_cycle()
    with reviewed.database.unit_of_work() as session:
        pool = pools.by_code(session, "leaders")
        weights = (40, 15, 10, 25, 10, 0)
        indicators = [
            IndicatorFacts(one.code, one.name, weight)
            for one, weight in zip(review_schemes.defaults(pool.kind), weights, strict=True)
        ]
        now = reviewed.clock.now()
        review_schemes.save(
            session, pool, indicators=indicators, groups=GROUP_WEIGHTS, actor=HANA, now=now
        )
    marks = {"V": 5, "P": 4, "L": 4, "R": 4, "D": 4, "I": 1}
    reviewed.report().choose().approve()
    for name in ("nora", "hana", "bob", "ben", "rex", "rita"):
        reviewed.rate(name, marks)
    first = reviewed.count().review.score
    reviewed.judge().begun("review_cycle").calibrate()
    reviewed.begun("review").confirm("C", reason=REASON)
    reviewed.talk().sign()

    reviewed.to_ratings()
    for name in ("nora", "hana", "bob", "ben", "rex", "rita"):
        reviewed.rate(name, marks)
    reviewed.count()

    # 75 everywhere but V 100 and I 0: with 20 and 10 per cent, then with 40 and nothing.
    assert (first, reviewed.review.score) == (72.5, 85.0)


def test_calibration_waits_for_every_score(database: Database) -> None:
    case = make_review_case(database, "cara", "bob").open_cycle()
    case.begun("review_cycle")
    assert case.running() == ["review", "review", "review_cycle"]
    assert "calibrate" not in case.open

    case.tell("member.left_pool", str(case.rows(Review)[0].member_id))
    assert "calibrate" not in case.open
    case.tell("member.left_pool", str(case.rows(Review)[1].member_id))

    assert case.open == ["calibrate"]


def test_calibration_begins_on_its_date_at_the_latest(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().wait("P35BD")

    assert "calibrate" in reviewed.begun("review_cycle").open
    assert reviewed.review.state is ReviewState.OPEN


def test_a_late_review_goes_on_after_the_calibration(reviewed: ReviewCase) -> None:
    reviewed.open_cycle().wait("P36BD").begun("review_cycle").calibrate()
    reviewed.begun("review").choose("hana").approve().rate_all().judge()

    assert reviewed.open == ["confirm_grade"]


def test_a_change_has_before_after_and_rationale(reviewed: ReviewCase) -> None:
    reviewed.to_calibration().begun("review_cycle")
    reviewed.change("A").calibrate()

    (change,) = reviewed.rows(CalibrationChange)
    (held,) = reviewed.rows(CalibrationSession)
    assert (change.before, change.after, change.rationale, change.changed_by) == (
        "B",
        "A",
        REASON,
        "mia",
    )
    assert held.closed_by == "mia"
    assert reviewed.begun("review").instance.data["provisional_grade"] == "A"


@pytest.mark.parametrize(
    ("number", "grade", "notice"),
    [
        ("LEADERS-0000", "A", "member “LEADERS-0000”"),
        (None, "B", "is B already"),
    ],
)
def test_a_change_that_cannot_be_is_explained(
    reviewed: ReviewCase, number: str | None, grade: str, notice: str
) -> None:
    reviewed.to_calibration().begun("review_cycle")
    reviewed.change(grade, number)

    assert notice in reviewed.instance.data["calibration_notice"]
    assert reviewed.rows(CalibrationChange) == []


def test_nobody_calibrates_the_own_grade(database: Database) -> None:
    case = make_review_case(database, "hana").open_cycle()
    case.report("hana").choose("hedy", superior="hedy", panel=["hugo"], peers=["bob", "ben", "rex"])
    case.approve("max")
    for name in ("hedy", "hugo", "bob", "ben", "rex"):
        case.rate(name)
    case.count().judge("hedy").begun("review_cycle")

    case.change("A", who="hana")

    assert "own grade" in case.instance.data["calibration_notice"]
    assert case.review.provisional_grade == "B"


def test_many_a_are_flagged_and_nothing_is_forced(reviewed: ReviewCase) -> None:
    reviewed.to_calibration(5).begun("review_cycle")
    assert reviewed.review.provisional_grade == "A"
    assert reviewed.instance.data["flags"] == ["1 of 1 grades are an A: more than 20 per cent."]

    reviewed.calibrate()

    assert reviewed.review.provisional_grade == "A"


def test_a_late_calibration_is_escalated(reviewed: ReviewCase) -> None:
    reviewed.to_calibration().begun("review_cycle").wait("P5BD")

    assert "manager" in reviewed.offered_to("calibrate")
    assert any("Calibrate the grades is due" in text for text in reviewed.told("hana"))


def test_the_cycle_closes_with_its_last_review(reviewed: ReviewCase) -> None:
    reviewed.to_calibration().begun("review_cycle").calibrate()
    assert reviewed.cycle.state is CycleState.CALIBRATED
    reviewed.begun("review").confirm("B")

    reviewed.talk().sign()

    assert (reviewed.cycle.state, reviewed.running()) == (CycleState.CLOSED, [])
    assert reviewed.cycle.closed_at is not None


def test_a_cycle_notices_later_that_a_member_left(reviewed: ReviewCase) -> None:
    reviewed.to_calibration().begun("review_cycle").calibrate()
    reviewed.tell("member.left_pool", str(reviewed.member_id))
    assert reviewed.cycle.state is CycleState.CALIBRATED

    reviewed.wait("P5BD")

    assert reviewed.cycle.state is CycleState.CLOSED


def test_a_short_review_changes_no_yearly_grade(reviewed: ReviewCase) -> None:
    before = len(reviewed.rows(GradeHistory))
    reviewed.open_cycle("mini").report().choose().approve().rate_all().judge()
    reviewed.begun("review_cycle").calibrate().begun("review")
    reviewed.confirm("B").talk().sign()

    assert (reviewed.member.last_grade, len(reviewed.rows(GradeHistory))) == ("B", before)
