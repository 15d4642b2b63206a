"""What the database refuses about reviews, and how schemes become versions."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.workflows.review_case import ReviewCase, make_review_case
from workflows import calibration, pools, review_records, review_schemes
from workflows.actors import SYSTEM
from workflows.calibration import UnitGrades
from workflows.database import Database
from workflows.rating_tables import RaterAssignment, RatingResponse
from workflows.review_records import UnknownCycle, UnknownReview
from workflows.review_schemes import (
    GROUP_WEIGHTS,
    SchemeChanged,
    SchemeIsFrozen,
    WeightsRefused,
)
from workflows.review_states import CycleKind, CycleState, GradeStage, RaterGroup
from workflows.review_tables import (
    CalibrationChange,
    CalibrationSession,
    Indicator,
    IndicatorScheme,
    Review,
    ReviewCycle,
    ReviewGrade,
)
from workflows.vocabulary import PoolKind

REASON = "Because the examples of this year say so."


@pytest.fixture
def database(organisation: Database) -> Database:
    """A copy of the organisation."""
    return organisation


@pytest.fixture
def opened(database: Database) -> ReviewCase:
    """A cycle with one review that nobody has reported on."""
    return make_review_case(database).open_cycle()


def _refused(case: ReviewCase, *rows: object) -> None:
    with pytest.raises(IntegrityError), case.database.unit_of_work() as session:
        session.add_all(rows)
        session.flush()


def _seat(case: ReviewCase, rater: str, **more: object) -> RaterAssignment:
    given = {"subject": "cara", "rater_group": RaterGroup.PEERS, **more}
    return RaterAssignment(review_id=case.review.id, rater=rater, **given)


def test_a_pool_has_one_open_cycle_of_a_kind(opened: ReviewCase) -> None:
    found = opened.cycle
    _refused(
        opened,
        ReviewCycle(
            pool_id=found.pool_id,
            year=2026,
            kind=CycleKind.ANNUAL,
            state=CycleState.CALIBRATED,
            scheme_id=found.scheme_id,
            opened_by="max",
            opened_at=NOW,
            calibrate_at=NOW,
        ),
    )


def test_a_member_is_reviewed_once_in_a_cycle(opened: ReviewCase) -> None:
    found = opened.review
    _refused(
        opened,
        Review(cycle_id=found.cycle_id, member_id=found.member_id, subject="cara", opened_at=NOW),
    )


def test_nobody_has_two_seats(opened: ReviewCase) -> None:
    _refused(opened, _seat(opened, "bob"), _seat(opened, "bob", rater_group=RaterGroup.MENTOR))


@pytest.mark.parametrize(("rater", "subject"), [("cara", "cara"), ("cara", "bob")])
def test_the_subject_has_no_seat_under_any_name(
    opened: ReviewCase, rater: str, subject: str
) -> None:
    _refused(opened, _seat(opened, rater, subject=subject))


def test_a_seat_has_one_answer(opened: ReviewCase) -> None:
    def answer(seat_id: int) -> RatingResponse:
        return RatingResponse(seat_id=seat_id, marks={}, is_failing=False, submitted_at=NOW)

    with opened.database.unit_of_work() as session:
        seat = _seat(opened, "bob")
        session.add(seat)
        session.flush()
        session.add(answer(seat.id))
    _refused(opened, answer(seat.id))


@pytest.mark.parametrize(
    ("decision", "is_followed", "reason"),
    [("C", True, ""), ("D", True, "short"), ("A", False, ""), ("E", True, REASON)],
)
def test_a_decision_against_somebody_or_something_has_a_reason(
    opened: ReviewCase, decision: str, is_followed: bool, reason: str
) -> None:
    _refused(
        opened,
        ReviewGrade(
            review_id=opened.review.id,
            stage=GradeStage.HEAD,
            proposal="B",
            decision=decision,
            is_followed=is_followed,
            reason=reason,
            decided_by="nora",
            decided_at=NOW,
        ),
    )


@pytest.mark.parametrize(
    ("before", "after", "rationale"), [("B", "B", REASON), ("B", "A", "short")]
)
def test_a_calibration_changes_something_for_a_reason(
    opened: ReviewCase, before: str, after: str, rationale: str
) -> None:
    with opened.database.unit_of_work() as session:
        held = CalibrationSession(cycle_id=opened.cycle.id, opened_at=NOW)
        session.add(held)
        session.flush()
    _refused(
        opened,
        CalibrationChange(
            session_id=held.id,
            review_id=opened.review.id,
            before=before,
            after=after,
            rationale=rationale,
            changed_by="mia",
            changed_at=NOW,
        ),
    )


def test_a_version_of_a_scheme_never_changes(opened: ReviewCase) -> None:
    with pytest.raises(SchemeIsFrozen), opened.database.unit_of_work() as session:
        session.scalars(select(Indicator)).first().weight = 99  # type: ignore[union-attr]
        session.flush()


def test_a_change_makes_the_next_version(opened: ReviewCase) -> None:
    with opened.database.unit_of_work() as session:
        pool = pools.by_code(session, "leaders")
        indicators = review_schemes.defaults(PoolKind.SPECIALIST)
        made = review_schemes.save(
            session, pool, indicators=indicators, groups=GROUP_WEIGHTS, actor=SYSTEM, now=NOW
        )
        newest = review_schemes.newest(session, pool)

    assert newest is not None
    assert (made.version, newest.id, opened.cycle.scheme_id) == (2, made.id, made.id - 1)
    assert len(opened.rows(IndicatorScheme)) == 2


def test_two_changes_of_one_version_do_not_both_win(opened: ReviewCase) -> None:
    with opened.database.unit_of_work() as session, pytest.raises(SchemeChanged):
        pool = pools.by_code(session, "leaders")
        indicators = review_schemes.defaults(pool.kind)
        for _ in range(2):
            review_schemes.save(
                session,
                pool,
                indicators=indicators,
                groups=GROUP_WEIGHTS,
                based_on=1,
                actor=SYSTEM,
                now=NOW,
            )


@pytest.mark.parametrize(
    ("weights", "groups", "message"),
    [
        ((20, 15, 20, 25, 10, 9), {}, "indicators sum to 99"),
        ((120, -20, 0, 0, 0, 0), {}, "whole number from 0 to 100"),
        ((20, 15, 20, 25, 10, 10), {RaterGroup.MENTOR: 20}, "raters sum to 110"),
        (
            (20, 15, 20, 25, 10, 10),
            {RaterGroup.SUPERIOR: 0, RaterGroup.PEERS: 60},
            "superior must have a weight",
        ),
    ],
)
def test_weights_make_a_whole(
    opened: ReviewCase,
    weights: tuple[int, ...],
    groups: dict[RaterGroup, int],
    message: str,
) -> None:
    indicators = [
        replace(one, weight=weight)
        for one, weight in zip(review_schemes.defaults(PoolKind.LEADERSHIP), weights, strict=True)
    ]
    with opened.database.unit_of_work() as session, pytest.raises(WeightsRefused, match=message):
        review_schemes.save(
            session,
            pools.by_code(session, "leaders"),
            indicators=indicators,
            groups={**GROUP_WEIGHTS, **groups},
            actor=SYSTEM,
            now=NOW,
        )


def test_what_is_not_there_is_not_found(opened: ReviewCase) -> None:
    with opened.database.reading() as session:
        with pytest.raises(UnknownCycle):
            review_records.cycle(session, 99)
        with pytest.raises(UnknownReview):
            review_records.fetch(session, 99)
        with pytest.raises(UnknownReview):
            review_records.of_member(session, opened.cycle.id, "nobody")


def _unit(name: str, **counts: int) -> UnitGrades:
    row = UnitGrades(name)
    row.counts.update(counts)
    return row


def test_exactly_a_fifth_and_exactly_one_and_a_half_times_are_no_flags() -> None:
    # 3 of 15 are an A: a fifth. In the first unit 3 of 10: one and a half times that.
    assert calibration.flags([_unit("One", A=3, B=7), _unit("Two", B=5)]) == []


def test_more_is_flagged() -> None:
    found = calibration.flags([_unit("One", A=4, B=6), _unit("Two", B=6)])

    assert len(found) == 2
    assert found[1].startswith("One: 4 of 10 are an A")
