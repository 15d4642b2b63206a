"""The page of a member: every part of the story, for whom it is, and one timeline."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, Reserve, make_reserve
from workflows import memberships
from workflows.account_tables import Account, GroupMember
from workflows.actors import SYSTEM
from workflows.appeal_tables import Appeal, AppealOutcome, AppealState
from workflows.check_in_tables import CheckIn, CheckInKind
from workflows.correction_states import CaseState, Level, Outcome
from workflows.correction_tables import CorrectionCase
from workflows.database import Database
from workflows.demo.logins import PASSWORD_HASH
from workflows.engine.tables import Duty, UserTask
from workflows.exit_tables import ExitCase, ExitState
from workflows.mentoring_tables import ContactKind, MentorContact, MentorPairing
from workflows.pool_tables import PoolMember
from workflows.review_states import CycleKind, CycleState, GradeStage, ReviewState
from workflows.review_tables import IndicatorScheme, Review, ReviewCycle, ReviewGrade
from workflows.training_states import HoursKind, ItemState, Track, TrainingPlanState
from workflows.training_tables import (
    HoursLedger,
    TrainingItem,
    TrainingPlan,
    TrainingRecommendation,
)
from workflows.vocabulary import Lifecycle, Readiness

SECTIONS = ("Training", "Mentoring", "Reviews", "Care and correction", "Exit", "Appeals")
MENTOR, HELPER, RATER = "tomasz.nowak", "kenji.nakamura", "ingrid.holm"


@pytest.fixture
def reserve(app: Flask, database: Database, cases: list[int]) -> Reserve:
    """Three members; cases of the engine lend their numbers to cases of correction."""
    with database.unit_of_work() as session:
        made = make_reserve(session, now=NOW)
        for username in ("member00", "member01"):
            session.add(
                Account(
                    username=username,
                    name=username.title(),
                    roles=["member"],
                    password_hash=PASSWORD_HASH,
                    created_at=NOW,
                )
            )
        return made


@pytest.fixture
def told(database: Database, reserve: Reserve, cases: list[int]) -> str:
    """The number of a member to whom something happened in every part."""
    with database.unit_of_work() as session:
        member = session.get_one(PoolMember, reserve.members[0].id)
        session.add_all(_training(session, member, 2026))
        _mentoring(session, member)
        _review(session, member, 2025, "B")
        session.add(_correction(member, cases[0]))
        _contested_exit(session, member)
        return member.number


def _training(session: Session, member: PoolMember, year: int) -> Iterable[object]:
    plan = TrainingPlan(
        member_id=member.id,
        year=year,
        state=TrainingPlanState.APPROVED,
        begins_on=(NOW - timedelta(days=300)).date(),
        ends_on=(NOW + timedelta(days=60)).date(),
        opened_at=NOW - timedelta(days=310),
        approved_by="omar.darwish",
        approved_at=NOW - timedelta(days=300),
    )
    session.add(plan)
    session.flush()
    of_member = {"member_id": member.id}
    yield HoursLedger(
        **of_member,
        kind=HoursKind.ORGANISED,
        hours=24,
        source="Course",
        approved_by="omar.darwish",
        counts_toward_year=year,
        booked_at=NOW,
    )
    course = {**of_member, "plan_id": plan.id, "code": "THEORY_COURSE", "track": Track.THEORY}
    yield TrainingItem(**course, title="Course in statics", state=ItemState.RUNNING)
    yield TrainingItem(**course, title="Course in law", state=ItemState.PLANNED)


def _mentoring(session: Session, member: PoolMember) -> None:
    pairing = MentorPairing(
        member_id=member.id, mentor=MENTOR, started_on=(NOW - timedelta(days=200)).date()
    )
    session.add(pairing)
    session.flush()
    held_on = (NOW - timedelta(days=12)).date()
    session.add(
        MentorContact(
            pairing_id=pairing.id,
            held_on=held_on,
            kind=ContactKind.VALUES,
            summary="What was said is not for this page.",
            recorded_by=MENTOR,
            recorded_at=NOW,
        )
    )


def _review(session: Session, member: PoolMember, year: int, grade: str) -> None:
    begun = NOW - timedelta(days=100 + 365 * (2025 - year))
    scheme = IndicatorScheme(
        pool_id=member.pool_id, version=year, name="Usual", made_by="helena.carvalho", made_at=NOW
    )
    session.add(scheme)
    session.flush()
    cycle = ReviewCycle(
        pool_id=member.pool_id,
        year=year,
        kind=CycleKind.ANNUAL,
        state=CycleState.CLOSED,
        scheme_id=scheme.id,
        opened_by="helena.carvalho",
        opened_at=begun,
        calibrate_at=begun,
        closed_at=begun,
    )
    session.add(cycle)
    session.flush()
    review = Review(
        cycle_id=cycle.id,
        member_id=member.id,
        subject="member00",
        state=ReviewState.FINAL,
        opened_at=begun,
        final_grade=grade,
        readiness=Readiness.READY_1Y,
        nine_box="Trusted expert",
        score=81.5,
    )
    session.add(review)
    session.flush()
    session.add(
        ReviewGrade(
            review_id=review.id,
            stage=GradeStage.HEAD,
            proposal=grade,
            decision=grade,
            is_followed=True,
            decided_by=RATER,
            decided_at=begun + timedelta(days=30),
        )
    )


def _correction(member: PoolMember, instance_id: int, **facts: object) -> CorrectionCase:
    usual = {"issue_code": "grade_drop", "level": Level.L2, "helper": HELPER}
    begun = {"opened_at": NOW - timedelta(days=20)}
    return CorrectionCase(
        **{"member_id": member.id, "instance_id": instance_id, **usual, **begun, **facts}
    )


def _contested_exit(session: Session, member: PoolMember) -> None:
    case = ExitCase(
        member_id=member.id,
        cause="two_C",
        reason="two_C",
        decision="exit",
        decided_by="omar.darwish",
        decision_reason="The grades are what they are.",
        decided_at=NOW - timedelta(days=8),
        state=ExitState.DECIDED,
        opened_at=NOW - timedelta(days=15),
    )
    session.add(case)
    session.flush()
    session.add(
        Appeal(
            member_id=member.id,
            matter="exit",
            matter_id=case.id,
            filed_by="member00",
            filed_at=NOW - timedelta(days=7),
            state=AppealState.DECIDED,
            outcome=AppealOutcome.UPHELD,
            reasons="A rule was broken.",
            closed_at=NOW - timedelta(days=1),
        )
    )


def _sections(html: str) -> list[str]:
    titles = re.findall(r'<h2 class="card-title" id="[a-z-]+-title">([^<]+)</h2>', html)
    return [title for title in titles if title in SECTIONS]


def _section(html: str, name: str) -> str:
    found = re.search(
        rf'<section class="card" aria-labelledby="{name}-title">.*?</section>', html, re.S
    )
    assert found is not None
    return found[0]


def _titles(html: str) -> list[str]:
    return re.findall(r"<strong>(?:<a [^>]*>)?([^<]+)", _section(html, "story"))


def test_every_part_stands_on_one_page_with_a_link_of_its_own(person: Make, told: str) -> None:
    html = person("helena.carvalho").get(f"/members/{told}").text

    assert _sections(html) == list(SECTIONS)
    training = _section(html, "training")
    assert "24 of 90" in training
    assert "Course in statics" in training
    assert "Course in law" not in training  # it has not begun
    assert f'href="/training/{told}"' in training
    mentoring = _section(html, "mentoring")
    assert "Tomasz Nowak" in mentoring
    assert f'href="/mentoring/{told}"' in mentoring
    assert re.search(r"Next check-in</dt><dd>\d+ \w+ 20\d\d", mentoring)
    reviews = _section(html, "reviews")
    assert "Annual review 2025" in reviews
    assert "Ready within a year" in reviews
    assert re.search(rf'href="/reviews/\d+/{told}"', reviews)
    assert "Inquiry and plan (level 2)" in _section(html, "corrections")
    assert "Last two grades C" in _section(html, "exits")
    assert "Upheld" in _section(html, "appeals")
    for area in ("corrections", "exits", "appeals"):
        assert re.search(rf'href="/{area}/\d+"', _section(html, area))


def test_one_timeline_tells_everything_newest_first(person: Make, told: str) -> None:
    titles = _titles(person("helena.carvalho").get(f"/members/{told}").text)

    assert titles == [
        "Active",
        "Appeal decided",
        "In intake",
        "Appeal filed",
        "Exit decided",
        "Exit looked at",
        "Case of care or correction opened",
        "Grade B in the review 2025",
        "Review 2025 begun",
        "Mentor: Tomasz Nowak",
        "Training plan 2026 in force",
    ]


def test_what_has_not_happened_is_said_in_a_sentence(person: Make, reserve: Reserve) -> None:
    html = person("helena.carvalho").get(f"/members/{reserve.members[0].number}").text

    for sentence in (
        "No training plan yet.",
        "Nobody mentors this member now.",
        "No review of this membership yet.",
        "Never in care or correction.",
        "No exit was ever proposed.",
        "No appeal was ever filed.",
    ):
        assert sentence in html


def test_the_member_reads_the_own_page_without_raters_rank_and_box(person: Make, told: str) -> None:
    html = person("member00").get(f"/members/{told}").text

    assert _sections(html) == list(SECTIONS)
    assert "Grade B in the review 2025" in html
    for hidden in ("Ingrid Holm", "Kenji Nakamura", "Trusted expert", "81.5", "What was said"):
        assert hidden not in html


@pytest.mark.parametrize(
    ("who", "sections"),
    [
        ("omar.darwish", list(SECTIONS)),  # the head of the unit
        ("priya.sharma", list(SECTIONS)),
        ("grace.thornton", [each for each in SECTIONS if each != "Care and correction"]),
        ("ebele.nwosu", ["Care and correction"]),  # the conduct office
        (MENTOR, ["Training", "Mentoring"]),
        (HELPER, ["Care and correction"]),
        (RATER, []),
        ("member01", []),
    ],
)
def test_each_part_is_for_those_whom_the_policy_lets(
    person: Make, told: str, who: str, sections: list[str]
) -> None:
    html = person(who).get(f"/members/{told}").text

    assert "Member00 Adler00" in html
    assert _sections(html) == sections


def test_only_the_member_is_led_to_the_form_for_leaving(person: Make, reserve: Reserve) -> None:
    active, beginner = reserve.members[0].number, reserve.members[1].number

    assert (
        f"number={active}&amp;cause=voluntary" in person("member00").get(f"/members/{active}").text
    )
    assert "Leave this pool" not in person("omar.darwish").get(f"/members/{active}").text
    assert "Leave this pool" not in person("member01").get(f"/members/{beginner}").text


def test_who_has_asked_to_leave_is_not_led_there_again(
    database: Database, person: Make, reserve: Reserve
) -> None:
    member = reserve.members[0]
    with database.unit_of_work() as session:
        session.add(ExitCase(member_id=member.id, cause="voluntary", opened_at=NOW))

    assert "Leave this pool" not in person("member00").get(f"/members/{member.number}").text


def test_the_reason_of_an_exit_is_told_in_words(
    database: Database, person: Make, reserve: Reserve
) -> None:
    member = reserve.members[0]
    with database.unit_of_work() as session:
        exited = Lifecycle.EXITED
        entry = session.get_one(PoolMember, member.id)
        memberships.change_state(
            session, entry, exited, reason="plan_failed", actor=SYSTEM, now=NOW
        )

    html = person("helena.carvalho").get(f"/members/{member.number}").text

    assert "Training plan failed" in html
    assert "plan_failed" not in html


def test_the_timeline_tells_nobody_of_a_part_that_is_hidden(person: Make, told: str) -> None:
    assert _titles(person(MENTOR).get(f"/members/{told}").text) == [
        "Grade B in the review 2025",
        "Mentor: Tomasz Nowak",
        "Training plan 2026 in force",
    ]
    assert "The story so far" not in person(RATER).get(f"/members/{told}").text


def test_a_training_officer_sees_the_training_and_a_secretary_the_appeals(
    person: Make, told: str, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(GroupMember(username="fatima.haddad", group_name="training-officer"))
        session.add(GroupMember(username="juma.kariuki", group_name="appeals-secretary"))

    assert _sections(person("fatima.haddad").get(f"/members/{told}").text) == ["Training"]
    assert _sections(person("juma.kariuki").get(f"/members/{told}").text) == ["Appeals"]


def test_whoever_helps_sees_only_the_case_in_which_he_helps(
    person: Make, told: str, cases: list[int], reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(
            _correction(
                reserve.members[0],
                cases[1],
                helper=None,
                level=Level.L1,
                state=CaseState.CLOSED,
                outcome=Outcome.CORRECTED,
                closed_at=NOW,
                retain_until=(NOW + timedelta(days=700)).date(),
            )
        )

    helper = person(HELPER).get(f"/members/{told}").text
    helena = person("helena.carvalho").get(f"/members/{told}").text

    assert "Reminder (level 1)" not in helper
    assert "Reminder (level 1)" in _section(helena, "corrections")
    assert "The correction is over" in helena


def test_a_talk_that_is_due_is_led_to(
    person: Make, told: str, reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        session.add(
            CheckIn(
                member_id=reserve.members[0].id,
                kind=CheckInKind.MENTOR,
                responsible=MENTOR,
                opened_on=NOW.date(),
            )
        )

    html = person(MENTOR).get(f"/members/{told}").text

    assert "Check-in open" in html
    assert re.search(r'href="/check-ins/\d+"', html)


def test_a_member_who_rests_has_no_next_talk(
    person: Make, told: str, reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        member = session.get_one(PoolMember, reserve.members[0].id)
        member.lifecycle = Lifecycle.SUSPENDED

    html = person("helena.carvalho").get(f"/members/{told}").text

    assert "None while the membership rests" in _section(html, "mentoring")


def test_the_page_asks_the_same_however_long_the_story_is(
    person: Make, told: str, reserve: Reserve, cases: list[int], database: Database
) -> None:
    helena = person("helena.carvalho")
    helena.get(f"/members/{told}")
    with counted(database) as short:
        helena.get(f"/members/{told}")
    with database.unit_of_work() as session:
        member = session.get_one(PoolMember, reserve.members[0].id)
        for year in (2023, 2024):
            _review(session, member, year, "A")
            session.add_all(_training(session, member, year))

    with counted(database) as long:
        html = helena.get(f"/members/{told}").text

    assert "Grade A in the review 2023" in html
    assert "Training plan 2024 in force" in html
    assert len(long) == len(short)


def _follow(database: Database, reserve: Reserve, **facts: object) -> None:
    """Let a second review be under way, and change the membership."""
    with database.unit_of_work() as session:
        member = session.get_one(PoolMember, reserve.members[0].id)
        _review(session, member, 2024, "A")
        review = session.scalars(select(Review).order_by(Review.id.desc())).first()
        assert review is not None
        review.state, review.final_grade, review.provisional_grade = ReviewState.SCORED, None, "A"
        for name, value in facts.items():
            setattr(member, name, value)


def test_a_mentor_follows_training_talks_and_grades_and_no_more(
    person: Make, told: str, reserve: Reserve, database: Database
) -> None:
    _follow(database, reserve)
    mentor = person(MENTOR)

    html = mentor.get(f"/members/{told}").text

    assert "Course in statics" in _section(html, "training")
    assert "Last contact" in _section(html, "mentoring")
    grades = _section(html, "grades")
    assert "Annual review 2025" in grades
    assert "2024" not in grades  # nobody has decided on it yet
    assert "href" not in grades
    for hidden in ("Trusted expert", "81.5", "Standing", "Accountable head", "Upheld", "level 2"):
        assert hidden not in html
    assert mentor.get(f"/training/{told}").status_code == 200
    for closed in (*_links(person, told, "reviews"), *_links(person, told, "corrections")):
        assert mentor.get(closed).status_code == 404
    for closed in (*_links(person, told, "exits"), *_links(person, told, "appeals")):
        assert mentor.get(closed).status_code == 404


def _links(person: Make, number: str, area: str) -> list[str]:
    """Where the page leads HR in one part."""
    html = person("helena.carvalho").get(f"/members/{number}").text
    found = re.findall(rf'href="(/{area}/[\d/A-Z-]+)"', html)
    assert found
    return found


def test_a_mentor_follows_the_mentee_into_a_confidential_pool_but_not_the_place_there(
    person: Make, told: str, reserve: Reserve, database: Database
) -> None:
    _follow(database, reserve, pool_id=reserve.secret.id, readiness=Readiness.READY_1Y)

    html = person(MENTOR).get(f"/members/{told}").text

    assert "Course in statics" in html
    for hidden in ("Ready within a year", "Seat in the plan", f"/pools/{reserve.secret.code}"):
        assert hidden not in html
    assert person(RATER).get(f"/members/{told}").status_code == 404


def test_whoever_was_the_mentor_follows_the_member_no_more(
    person: Make, told: str, reserve: Reserve, database: Database
) -> None:
    with database.unit_of_work() as session:
        pairing = session.scalars(select(MentorPairing)).one()
        pairing.ended_on, pairing.end_reason = NOW.date(), "asked"

    mentor = person(MENTOR)

    assert _sections(mentor.get(f"/members/{told}").text) == []
    assert mentor.get(f"/training/{told}").status_code == 403


def test_a_mentor_is_not_told_what_a_review_found_by_the_reason_of_a_measure(
    person: Make, told: str, database: Database
) -> None:
    with database.unit_of_work() as session:
        plan = session.scalars(select(TrainingPlan)).one()
        session.add(
            TrainingRecommendation(
                plan_id=plan.id,
                round=1,
                code="ACTING_ROLE",
                reason="Top talent, and a post is near.",
                recommended_at=NOW,
            )
        )

    mentor, head = (person(who).get(f"/training/{told}").text for who in (MENTOR, "omar.darwish"))

    assert "Acting in the role" in mentor
    assert "Top talent" not in mentor
    assert "Top talent" in head


def test_the_mentor_board_and_the_user_tasks_of_a_mentor_lead_to_the_story(
    person: Make, told: str, cases: list[int], database: Database
) -> None:
    with database.unit_of_work() as session:
        user_task = session.scalars(select(UserTask).where(UserTask.state == "open")).first()
        assert user_task is not None
        user_task.assignee, user_task.is_claimed = MENTOR, True
        session.add(Duty(instance_id=user_task.instance_id, username="member00", duty="subject"))
        number = user_task.id
    mentor, way = person(MENTOR), f'href="/members/{told}"'

    assert f'href="/mentoring/{told}"' in mentor.get("/mentoring/").text
    assert way in mentor.get(f"/mentoring/{told}").text
    assert way in mentor.get(f"/user-tasks/{number}").text
    assert f'href="/training/{told}"' in mentor.get("/training/").text
