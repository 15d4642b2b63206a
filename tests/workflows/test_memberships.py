"""Pools, plans and memberships: what the services say and what the database refuses."""

from datetime import date
from threading import Barrier, Thread

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from tests.conftest import NOW
from tests.statements import counted
from tests.workflows.staff import (
    PRIYA,
    add_person,
    add_pool,
    add_units,
    approve_cell,
)
from workflows import memberships, people, pools
from workflows.database import Database
from workflows.membership_refusals import AlreadyMember, WrongLifecycle
from workflows.memberships import UnknownMember
from workflows.people_tables import Person
from workflows.pool_tables import PlanQuota, Pool, PoolMember, PoolPlan
from workflows.pools import PlanApproved, UnknownPool
from workflows.vocabulary import Horizon, Lifecycle, PlanState


def test_a_membership_begins_with_the_intake(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])

        member = memberships.create(session, amara, pool, horizon="near", actor=PRIYA, now=NOW)
        memberships.activate(session, member, actor=PRIYA, now=NOW)

    with database.reading() as session:
        member = memberships.by_number(session, "LEADERS-2026-0001")
        assert member.person.display_name == "Amara Okafor"
        assert (member.lifecycle, member.horizon) == (Lifecycle.ACTIVE, Horizon.NEAR)
        assert member.accountable_head == "theo"
        assert member.term_end == date(2029, 11, 20)
        steps = [(each.from_state, each.to_state) for each in memberships.changes(session, member)]
        assert steps == [(None, Lifecycle.INTAKE), (Lifecycle.INTAKE, Lifecycle.ACTIVE)]


def test_a_person_has_one_running_membership_per_pool(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        first = memberships.create(session, amara, pool, actor=PRIYA, now=NOW)

        with pytest.raises(AlreadyMember, match="Amara Okafor is already a member of Pool leaders"):
            memberships.create(session, amara, pool, actor=PRIYA, now=NOW)
        memberships.change_state(
            session, first, Lifecycle.EXITED, reason="WITHDRAWN", actor=PRIYA, now=NOW
        )
        again = memberships.create(session, amara, pool, actor=PRIYA, now=NOW)

        assert again.number != first.number
        assert len(memberships.of_person(session, amara)) == 2


def test_the_database_itself_refuses_a_second_running_membership(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        first = memberships.create(session, amara, pool, actor=PRIYA, now=NOW)
        copy = {
            column.key: getattr(first, column.key)
            for column in PoolMember.__table__.columns
            if column.key not in {"id", "number"}
        }

        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(PoolMember(**copy, number="other"))
            session.flush()


@pytest.mark.parametrize("people_count", [1, 3])
def test_of_two_admissions_at_once_exactly_one_wins(database: Database, people_count):
    with database.unit_of_work() as session:
        tree = add_units(session)
        add_pool(session, tree["C"])
        for number in range(people_count):
            add_person(session, f"p{number}", tree["T"])
    barrier = Barrier(4)
    outcomes: list[str] = []

    def admit(username: str) -> None:
        barrier.wait()
        try:
            with database.unit_of_work() as session:
                person = people.by_username(session, username)
                pool = pools.by_code(session, "leaders")
                member = memberships.create(session, person, pool, actor=PRIYA, now=NOW)
                outcomes.append(member.number)
        except AlreadyMember:
            outcomes.append("refused")

    threads = [Thread(target=admit, args=(f"p{number % people_count}",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    won = [outcome for outcome in outcomes if outcome != "refused"]
    assert len(outcomes) == 4
    assert len(won) == len(set(won)) == people_count


def test_a_membership_goes_only_to_states_that_follow(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        member = memberships.create(session, amara, pool, actor=PRIYA, now=NOW)

        with pytest.raises(WrongLifecycle, match="is “INTAKE” and cannot become “SUSPENDED”"):
            memberships.change_state(
                session, member, Lifecycle.SUSPENDED, reason="", actor=PRIYA, now=NOW
            )
        memberships.change_state(
            session, member, Lifecycle.EXITED, reason="WITHDRAWN", actor=PRIYA, now=NOW
        )
        assert (member.exited_on, member.exit_reason) == (NOW.date(), "WITHDRAWN")
        for state in Lifecycle:
            with pytest.raises(WrongLifecycle):
                memberships.change_state(session, member, state, reason="", actor=PRIYA, now=NOW)


def test_the_members_of_a_pool_come_by_name_in_one_statement(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool = add_pool(session, tree["C"])
        for number in range(25):
            person = add_person(session, f"p{number:02}", tree["T"], family_name=f"F{99 - number}")
            memberships.create(session, person, pool, actor=PRIYA, now=NOW)

    with database.reading() as session:
        pool = session.scalars(select(Pool)).one()
        with counted(database) as counter:
            page = memberships.of_pool(session, pool, limit=10)
            names = [(each.person.family_name, each.person.unit.name) for each in page.items]
        rest = memberships.of_pool(session, pool, limit=20, cursor=page.next)

    assert len(counter) == 1
    assert names[0] == ("F75", "Team")
    assert len(rest.items) == 15
    assert rest.next is None


def test_exited_members_are_listed_only_when_asked_for(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        member = memberships.create(session, amara, pool, actor=PRIYA, now=NOW)
        memberships.change_state(
            session, member, Lifecycle.EXITED, reason="TERM_END", actor=PRIYA, now=NOW
        )

        assert memberships.of_pool(session, pool).items == []
        assert len(memberships.of_pool(session, pool, with_exited=True).items) == 1
        assert memberships.of_pool(session, pool, lifecycle=Lifecycle.EXITED).items == [member]
        assert memberships.counts_by_lifecycle(session, pool)[Lifecycle.EXITED] == 1


def test_an_unknown_member_is_named(database: Database):
    with database.reading() as session, pytest.raises(UnknownMember, match='no member "X-1"'):
        memberships.by_number(session, "X-1")


def test_quota_facts_count_the_seats_of_the_cell(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        facts = pools.quota_facts(session, pool, amara, horizon="mid", now=NOW)
        assert facts == {
            "plan_cell_exists": False,
            "members": 0,
            "pending_exits": 0,
            "target": 0,
            "maximum": 0,
        }
        approve_cell(session, pool, now=NOW)
        for number, horizon in enumerate(("mid", "mid", "near")):
            person = add_person(session, f"p{number}", tree["T"])
            member = memberships.create(
                session, person, pool, horizon=horizon, actor=PRIYA, now=NOW
            )
            memberships.activate(session, member, actor=PRIYA, now=NOW)
        memberships.change_state(
            session, member, Lifecycle.EXIT_PROPOSED, reason="GRADE", actor=PRIYA, now=NOW
        )
        other = memberships.of_pool(session, pool, limit=1).items[0]
        memberships.change_state(
            session, other, Lifecycle.EXIT_PROPOSED, reason="GRADE", actor=PRIYA, now=NOW
        )

        facts = pools.quota_facts(session, pool, amara, horizon="mid", now=NOW)

    assert facts == {
        "plan_cell_exists": True,
        "members": 2,
        "pending_exits": 1,
        "target": 8,
        "maximum": 10,
    }


def test_a_plan_of_another_year_admits_nobody(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        pool, amara = add_pool(session, tree["C"]), add_person(session, "amara", tree["T"])
        approve_cell(session, pool, now=NOW.replace(year=2025))

        assert pools.plan_cell(session, pool, amara, horizon="mid", now=NOW) is None
        assert pools.plan_status(session, pool, now=NOW) == []


def test_a_new_version_of_a_plan_supersedes_the_one_in_force(database: Database):
    with database.unit_of_work() as session:
        pool = add_pool(session, add_units(session)["C"])
        approve_cell(session, pool, now=NOW)
        approve_cell(session, pool, now=NOW, target=20, maximum=30)

        plans = session.scalars(select(PoolPlan).order_by(PoolPlan.version)).all()
        assert [plan.state for plan in plans] == [PlanState.SUPERSEDED, PlanState.APPROVED]
        assert [cell.target for cell in pools.plan_status(session, pool, now=NOW)] == [20]
        with pytest.raises(PlanApproved, match="already approved"):
            pools.approve_plan(session, plans[0], actor=PRIYA, now=NOW)


@pytest.mark.parametrize("wrong", ["plan", "order", "notice"])
def test_the_database_itself_refuses_a_wrong_plan_or_policy(database: Database, wrong):
    with database.unit_of_work() as session:
        pool = add_pool(session, add_units(session)["C"])
        approve_cell(session, pool, now=NOW)
        plan = session.scalars(select(PoolPlan)).one()
        rows = {
            "plan": lambda: PoolPlan(pool_id=pool.id, year=2026, version=2, state="approved"),
            "order": lambda: PlanQuota(
                plan_id=plan.id, level_rank=1, category="x", horizon="mid", target=3, maximum=2
            ),
            "notice": lambda: Pool(
                code="x",
                name="x",
                owner_unit_id=pool.owner_unit_id,
                target_level_rank=3,
                notice_days=4,
            ),
        }

        with pytest.raises(IntegrityError), session.begin_nested():
            session.add(rows[wrong]())
            session.flush()


def test_summaries_take_three_statements_for_any_number_of_pools(database: Database):
    with database.unit_of_work() as session:
        tree = add_units(session)
        for number in range(5):
            pool = add_pool(session, tree["C"], code=f"p{number}")
            approve_cell(session, pool, now=NOW)
            person = add_person(session, f"x{number}", tree["T"])
            memberships.create(session, person, pool, actor=PRIYA, now=NOW)

    with database.reading() as session, counted(database) as counter:
        found = pools.summaries(session, now=NOW)
        names = [each.pool.owner_unit.name for each in found]

    assert len(counter) <= 4  # SQLite counts its BEGIN too
    assert names == ["Company"] * 5
    assert {(each.members, each.in_intake, each.target) for each in found} == {(0, 1, 8)}


def test_an_unknown_pool_is_named(database: Database):
    with database.reading() as session, pytest.raises(UnknownPool, match='no pool "x"'):
        pools.by_code(session, "x")


def test_two_people_cannot_hold_one_post(database: Database):
    from workflows.people_tables import Post

    with database.unit_of_work() as session:
        tree = add_units(session)
        post = Post(unit_id=tree["T"].id, title="Engineer", level_rank=2)
        session.add(post)
        session.flush()
        add_person(session, "amara", tree["T"], post_id=post.id)
        add_person(session, "gone", tree["T"], post_id=post.id, employment_status="left")

        with pytest.raises(IntegrityError), session.begin_nested():
            add_person(session, "late", tree["T"], post_id=post.id)
        assert session.scalar(select(Person).where(Person.username == "late")) is None
