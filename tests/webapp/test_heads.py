"""The page of an accountable head: who is on it, what is counted, and who is never named."""

import re
from collections.abc import Iterable
from datetime import datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from tests.statements import counted
from tests.webapp.reserve import Make, make_reserve
from workflows import head_list, head_members, head_scorecard, memberships
from workflows.actors import SYSTEM, Actor
from workflows.check_in_tables import CheckIn, CheckInKind, CheckInState
from workflows.correction_states import Level, Occasion
from workflows.correction_tables import Checkpoint, CorrectionCase
from workflows.database import Database
from workflows.engine.tables import Duty, UserTask, UserTaskCandidate
from workflows.head_list import HeadFilter, Need
from workflows.head_scorecard import Figure, Share
from workflows.paging import CursorRefused
from workflows.people_tables import OrgUnit
from workflows.pool_tables import PoolMember
from workflows.review_states import CycleKind, ReviewState
from workflows.review_tables import IndicatorScheme, Review, ReviewCycle
from workflows.training_states import Compliance, HoursKind, TrainingPlanState
from workflows.training_tables import HoursLedger, TrainingCheck, TrainingPlan
from workflows.vocabulary import Lifecycle

HEAD = "kenji.nakamura"  # heads no unit: sees by being accountable alone
KENJI = Actor(HEAD, "Kenji", frozenset({"reviewer"}), frozenset({"reviewer"}))
DAY = timedelta(days=1)


@pytest.fixture
def reserve(app: Flask, database: Database, cases: list[int]) -> list[int]:
    """Six active members for a year; Kenji answers for the first five."""
    with database.unit_of_work() as session:
        made = make_reserve(session, now=NOW, members=6)
        for number, member in enumerate(made.members):
            if member.lifecycle is Lifecycle.INTAKE:
                memberships.change_state(
                    session, member, Lifecycle.ACTIVE, reason="", actor=SYSTEM, now=NOW
                )
            member.joined_on = (NOW - 400 * DAY).date()
            member.accountable_head = HEAD if number < 5 else "omar.darwish"
        return [member.id for member in made.members]


def plan(member_id: int, *, opened: int, approved: int | None = None) -> TrainingPlan:
    """A plan begun so many days ago."""
    return TrainingPlan(
        member_id=member_id,
        year=2026,
        state=TrainingPlanState.DRAFT if approved is None else TrainingPlanState.APPROVED,
        begins_on=(NOW - opened * DAY).date(),
        ends_on=(NOW + 200 * DAY).date(),
        opened_at=NOW - opened * DAY,
        approved_by=None if approved is None else HEAD,
        approved_at=None if approved is None else NOW - approved * DAY,
    )


def talk(member_id: int, state: CheckInState, *, ago: int) -> CheckIn:
    """A talk so many days ago."""
    is_held = state is CheckInState.HELD
    return CheckIn(
        member_id=member_id,
        kind=CheckInKind.HEAD,
        responsible=HEAD,
        state=state,
        opened_on=(NOW - ago * DAY).date(),
        closed_on=None if state is CheckInState.OPEN else (NOW - ago * DAY).date(),
        outcome="nothing" if is_held else "",
    )


def correction(member_id: int, instance_id: int, *, due: datetime | None = None) -> CorrectionCase:
    """An open case of correction."""
    return CorrectionCase(
        member_id=member_id,
        instance_id=instance_id,
        issue_code="grade_drop",
        level=Level.L1,
        opened_at=NOW - 90 * DAY,
        next_checkpoint_at=due,
    )


def checkpoint(case_id: int, number: int, *, opened: int, held: int | None) -> Checkpoint:
    """A look at a correction, opened and held so many days ago."""
    return Checkpoint(
        case_id=case_id,
        level=Level.L1,
        plan_round=1,
        number=number,
        occasion=Occasion.SCHEDULED,
        is_last=False,
        extensions=0,
        expected=50,
        opened_at=NOW - opened * DAY,
        held_at=None if held is None else NOW - held * DAY,
    )


def reviews(
    session: Session, pool_id: int, rows: Iterable[tuple[int, ReviewState, str, str]]
) -> None:
    """Reviews of a cycle: member, state, grade before and after."""
    scheme = IndicatorScheme(
        pool_id=pool_id, version=9, name="Usual", made_by="helena.carvalho", made_at=NOW
    )
    session.add(scheme)
    session.flush()
    cycle = ReviewCycle(
        pool_id=pool_id,
        year=2026,
        kind=CycleKind.ANNUAL,
        scheme_id=scheme.id,
        opened_by="helena.carvalho",
        opened_at=NOW - 60 * DAY,
        calibrate_at=NOW,
    )
    session.add(cycle)
    session.flush()
    for member_id, state, before, after in rows:
        member = session.get_one(PoolMember, member_id)
        session.refresh(member, ["person"])
        session.add(
            Review(
                cycle_id=cycle.id,
                member_id=member_id,
                subject=member.person.username,
                state=state,
                opened_at=NOW - 60 * DAY,
                grade_before=before or None,
                final_grade=after or None,
            )
        )


@pytest.fixture
def told(database: Database, reserve: list[int], cases: list[int]) -> list[int]:
    """Something of every kind about the members."""
    first, second, third, fourth, fifth, other = reserve
    with database.unit_of_work() as session:
        session.add_all(
            [
                plan(first, opened=100, approved=80),  # in time
                plan(second, opened=100, approved=60),  # ten days late
                plan(third, opened=40),  # late and not yet in force
                plan(fourth, opened=20),  # there is still time
                talk(first, CheckInState.HELD, ago=20),
                talk(first, CheckInState.HELD, ago=200),
                talk(first, CheckInState.HELD, ago=390),  # too long ago to count
                talk(second, CheckInState.MISSED, ago=30),
                talk(second, CheckInState.HELD, ago=60),
                talk(third, CheckInState.REFUSED, ago=30),
                talk(fourth, CheckInState.OPEN, ago=1),
                talk(other, CheckInState.MISSED, ago=30),
            ]
        )
        watched = correction(second, cases[0], due=NOW - DAY)
        session.add_all([watched, correction(other, cases[1], due=NOW - DAY)])
        session.flush()
        session.add_all(
            [
                checkpoint(watched.id, 1, opened=60, held=58),
                checkpoint(watched.id, 2, opened=45, held=30),  # two weeks
                checkpoint(watched.id, 3, opened=20, held=None),  # never
                checkpoint(watched.id, 4, opened=3, held=None),  # there is still time
            ]
        )
        pool_id = session.get_one(PoolMember, first).pool_id
        reviews(
            session,
            pool_id,
            [
                (first, ReviewState.FINAL, "B", "A"),
                (second, ReviewState.FINAL, "B", "C"),
                (third, ReviewState.FINAL, "B", "B"),
                (fourth, ReviewState.SCORED, "B", ""),
                (fifth, ReviewState.POSTPONED, "", ""),
                (other, ReviewState.OPEN, "", ""),
            ],
        )
    return reserve


def lines(database: Database) -> list[head_members.MemberLine]:
    """What Kenji sees."""
    with database.reading() as session:
        return head_members.lines(session, KENJI, now=NOW)


def test_the_figures_are_those_of_the_records(database: Database, told: list[int]) -> None:
    found = head_scorecard.scorecard(lines(database), now=NOW)

    # Counted by hand from `told`; the fifth member has no plan after a year.
    assert found == {
        Figure.PLANS: Share(1, 4),
        Figure.TALKS: Share(3, 5),
        Figure.FOLLOW_UP: Share(1, 3),
        Figure.REVIEWS: Share(3, 4),
        Figure.GRADES: Share(2, 3),
    }
    assert found[Figure.TALKS].percent == 60
    assert Share().percent is None


def test_the_figures_agree_with_the_tables(database: Database, told: list[int]) -> None:
    """Count again in another way: statement by statement, without the lines."""
    found = head_scorecard.scorecard(lines(database), now=NOW)

    mine = set(told[:5])
    with database.reading() as session:
        talks = [
            each.state
            for each in session.scalars(select(CheckIn)).all()
            if each.member_id in mine and (NOW.date() - each.opened_on).days <= 365
        ]
        moved = [
            (each.grade_before, each.final_grade)
            for each in session.scalars(select(Review)).all()
            if each.member_id in mine and each.final_grade and each.grade_before
        ]
        in_time = [
            each.id
            for each in session.scalars(select(TrainingPlan)).all()
            if each.member_id in mine
            and each.approved_at
            and each.approved_at <= each.opened_at + timedelta(days=30)
        ]
    assert found[Figure.TALKS].kept == talks.count(CheckInState.HELD)
    assert found[Figure.TALKS].missed == talks.count(CheckInState.MISSED) + talks.count(
        CheckInState.REFUSED
    )
    assert found[Figure.GRADES].missed == sum(after > before for before, after in moved)
    assert found[Figure.PLANS].kept == len(in_time)


def test_a_figure_leads_to_the_members_it_counts(database: Database, told: list[int]) -> None:
    every = lines(database)
    members = head_list.listed(every, now=NOW)

    for figure, share in head_scorecard.scorecard(every, now=NOW).items():
        pages = {
            is_missed: head_list.page(members, HeadFilter(None, figure, is_missed), now=NOW).items
            for is_missed in (False, True)
        }
        shares = [head_scorecard.share(each.line, figure, now=NOW) for each in pages[False]]
        assert sum(each.counted for each in shares) == share.counted
        missed = [head_scorecard.share(each.line, figure, now=NOW) for each in pages[True]]
        assert sum(each.missed for each in missed) == share.missed


def test_who_needs_something_comes_first(database: Database, told: list[int]) -> None:
    members = head_list.listed(lines(database), now=NOW)

    assert [(each.line.member.id, each.needs) for each in members] == [
        (told[1], (Need.CORRECTION,)),
        (told[2], (Need.TRAINING, Need.TALK)),
        (told[4], (Need.TRAINING, Need.TALK)),
        (told[3], (Need.TALK,)),
        (told[0], ()),
    ]
    assert head_list.counts(members)[Need.TALK] == 3


def test_hours_behind_are_a_need_until_they_are_met(database: Database, reserve: list[int]) -> None:
    with database.unit_of_work() as session:
        behind = plan(reserve[0], opened=100, approved=90)
        session.add_all([behind, talk(reserve[0], CheckInState.HELD, ago=3)])
        session.flush()
        session.add(
            TrainingCheck(
                plan_id=behind.id,
                organised_hours=5,
                self_study_hours=0,
                elapsed_percent=30,
                outcome=Compliance.BEHIND,
                checked_at=NOW,
            )
        )
    before = lines(database)[0]
    with database.unit_of_work() as session:
        for kind, hours in ((HoursKind.ORGANISED, 60), (HoursKind.SELF, 50)):
            session.add(
                HoursLedger(
                    member_id=reserve[0],
                    kind=kind,
                    hours=hours,
                    source="Course",
                    approved_by="omar.darwish",
                    counts_toward_year=2026,
                    booked_at=NOW,
                )
            )
    after = lines(database)[0]

    assert head_list.needs_of(before, now=NOW) == (Need.TRAINING,)
    assert after.hours == 60 + 36  # self-study up to two fifths of 90
    assert head_list.needs_of(after, now=NOW) == ()


def test_nothing_is_asked_of_a_member_who_rests(database: Database, reserve: list[int]) -> None:
    with database.unit_of_work() as session:
        session.get_one(PoolMember, reserve[0]).lifecycle = Lifecycle.SUSPENDED

    resting = lines(database)[0]

    assert head_list.needs_of(resting, now=NOW) == ()
    assert head_scorecard.share(resting, Figure.PLANS, now=NOW) == Share()


def _late(session: Session, case_id: int, subject: str, **facts: object) -> None:
    """Let the open step of a case be late, about somebody."""
    session.add(Duty(instance_id=case_id, duty="subject", username=subject))
    step = session.scalars(select(UserTask).where(UserTask.instance_id == case_id)).first()
    assert step is not None
    step.due_at = NOW - 3 * DAY
    step.candidate_groups = []
    session.execute(delete(UserTaskCandidate).where(UserTaskCandidate.user_task_id == step.id))
    for name, value in facts.items():
        setattr(step, name, value)


def _heads_unit(session: Session, username: str) -> None:
    """Let somebody lead the team, so that cases about its people may be seen."""
    session.scalars(select(OrgUnit).where(OrgUnit.code == "T")).one().head_username = username


def test_what_is_late_is_told_with_whom_but_never_who_judges(
    database: Database, person: Make, reserve: list[int], cases: list[int]
) -> None:
    with database.unit_of_work() as session:
        _heads_unit(session, HEAD)
        _late(session, cases[0], "member00", assignee="nora.lindqvist", name="Hold the talk")
        _late(session, cases[1], "member01", assignee="ingrid.holm", name="Rate", duty="reviewer")
        _late(session, cases[2], "member02", assignee=HEAD, name="Approve the plan")

    html = person(HEAD).get("/head/").text
    needs = {each.member.id: head_list.needs_of(each, now=NOW) for each in lines(database)}

    assert "Hold the talk" in html and "Nora Lindqvist" in html
    assert "Rate" in html and "somebody who judges" in html
    assert "Ingrid" not in html and "ingrid" not in html
    assert "Approve the plan" in html and "<strong>you</strong>" in html
    assert Need.LATE in needs[reserve[0]]
    assert Need.YOURS in needs[reserve[2]]


def test_a_case_that_the_head_may_not_see_is_not_told(
    database: Database, person: Make, reserve: list[int], cases: list[int]
) -> None:
    with database.unit_of_work() as session:
        _late(session, cases[0], "member00", assignee="nora.lindqvist", name="Hold the talk")

    assert "Hold the talk" not in person(HEAD).get("/head/").text


def test_the_page_shows_members_scorecard_and_needs(person: Make, told: list[int]) -> None:
    html = person(HEAD).get("/head/").text

    for text in ("Member01 Adler01", "Reminder (level 1)", "Talks held", "3 of 5", "60 %"):
        assert text in html
    assert "Adler05" not in html  # somebody else answers for this one
    assert html.index("Adler01") < html.index("Adler02") < html.index("Adler00")


def test_the_page_can_be_narrowed(person: Make, told: list[int]) -> None:
    browser = person(HEAD)

    needing = browser.get("/head/?need=correction").text
    missed = browser.get("/head/?figure=grades&missed=1").text
    nobody = browser.get("/head/?need=yours").text

    assert "Adler01" in needing and "Adler02" not in needing
    assert "Adler01" in missed and "Adler00" not in missed
    assert "Nobody here" in nobody
    assert "Adler00" in browser.get("/head/?need=nonsense&figure=9").text


def test_a_long_list_comes_in_pages(database: Database, told: list[int]) -> None:
    members = head_list.listed(lines(database), now=NOW)
    seen, cursor = [], None
    while True:
        page = head_list.page(members, HeadFilter(), now=NOW, limit=2, cursor=cursor)
        seen += page.items
        cursor = page.next
        if cursor is None:
            break

    assert seen == members
    with pytest.raises(CursorRefused):
        head_list.page(members, HeadFilter(), now=NOW, cursor="x")


def test_more_members_cost_no_more_statements(
    database: Database, person: Make, told: list[int]
) -> None:
    kenji = person(HEAD)
    asked = []
    for number in (1, 5):
        with database.unit_of_work() as session:
            for each in told[:5]:
                is_mine = each in told[:number]
                head = HEAD if is_mine else "omar.darwish"
                session.get_one(PoolMember, each).accountable_head = head
        with counted(database) as statements:
            assert kenji.get("/head/").status_code == 200
        asked.append(len([one for one in statements if not one.startswith("BEGIN")]))

    assert asked[0] == asked[1] <= 16


def test_the_navigation_leads_heads_there_and_nobody_else(
    database: Database, person: Make, reserve: list[int]
) -> None:
    entry = re.compile(r'href="/head/"')

    assert entry.search(person(HEAD).get("/").text)
    assert not entry.search(person("nora.lindqvist").get("/").text)


def test_nobody_answers_for_the_own_membership(
    database: Database, person: Make, reserve: list[int]
) -> None:
    with database.unit_of_work() as session:
        member = session.get_one(PoolMember, reserve[0])
        session.refresh(member, ["person"])
        member.accountable_head = member.person.username
        username = member.person.username
    actor = Actor(username, username, frozenset({"manager"}), frozenset({"manager"}))

    with database.reading() as session:
        assert head_members.lines(session, actor, now=NOW) == []
        assert not head_members.is_head(session, username)


def test_who_answers_for_nobody_learns_how_that_would_change(
    person: Make, reserve: list[int]
) -> None:
    html = person("nora.lindqvist").get("/head/").text

    assert "You answer for nobody yet" in html
    assert "Adler" not in html


@pytest.mark.parametrize("who", ["mateo.navarro", "soo-jin.kwon"])
def test_who_sees_no_people_is_refused_even_as_a_head(
    database: Database, person: Make, reserve: list[int], who: str
) -> None:
    with database.unit_of_work() as session:
        session.get_one(PoolMember, reserve[0]).accountable_head = who

    browser = person(who)

    assert browser.get("/head/").status_code == 403
    assert 'href="/head/"' not in browser.get("/").text
