"""A designer asks for a migration of cases, and somebody else confirms it."""

import pytest
from sqlalchemy import select

from tests.conftest import NOW
from tests.workflows.engine.migration.moving import file, line
from tests.workflows.engine.shop import CALENDAR, find, publish, start
from workflows import case_migration_list, case_migrations
from workflows.actors import Actor
from workflows.engine.jobs import performing
from workflows.engine.migration import work
from workflows.engine.migration.refusals import MigrationMovedOn
from workflows.engine.migration.runs import RunState
from workflows.engine.migration.verdicts import Hindrance
from workflows.engine.tables import AuditEvent
from workflows.errors import NotAllowed


def _actor(name, role):
    return Actor(name, name.title(), frozenset({role}), frozenset({role}))


DANA, DORA = _actor("dana", "designer"), _actor("dora", "designer")
HANA, RITA, AUDA = _actor("hana", "hr"), _actor("rita", "reviewer"), _actor("auda", "auditor")
REASON = "The second look is for all."


@pytest.fixture
def case(database):
    """A case of a process that has a newer version."""
    publish(database, file(line("write")))
    case = start(database, "line")
    publish(database, file(line("write", "sign")))
    return case


def begin(database, actor=DANA, mapping=None):
    with database.unit_of_work() as session:
        return case_migrations.begin(
            session,
            "line",
            mapping=mapping or {},
            restarts_timers=False,
            actor=actor,
            now=NOW,
        ).id


def go(database):
    while performing.perform_due(database, work.WORK, NOW, CALENDAR):
        pass


def propose(database, number, actor=DANA, *, four_eyes=True):
    with database.unit_of_work() as session:
        return case_migrations.propose(
            session, number, reason=REASON, four_eyes=four_eyes, actor=actor, now=NOW
        ).state


def confirm(database, number, actor=HANA):
    with database.unit_of_work() as session:
        return case_migrations.confirm(session, number, actor=actor, now=NOW).state


def test_a_designer_asks_and_somebody_else_confirms(database, case):
    number = begin(database)
    go(database)

    assert propose(database, number) == RunState.PROPOSED
    go(database)
    assert find(database, case.id).definition_version == 1
    assert confirm(database, number) == RunState.MIGRATING
    go(database)

    assert find(database, case.id).definition_version == 2
    with database.reading() as session:
        actions = session.execute(
            select(AuditEvent.action, AuditEvent.actor)
            .where(AuditEvent.action.like("migration.%"))
            .order_by(AuditEvent.id)
        )
        assert [tuple(row) for row in actions] == [
            ("migration.examine", "dana"),
            ("migration.propose", "dana"),
            ("migration.confirm", "hana"),
            ("migration.finish", "hana"),
        ]


def test_neither_who_began_it_nor_who_proposed_it_confirms_it(database, case):
    number = begin(database)
    go(database)
    propose(database, number, DORA)

    for actor in (DANA, DORA, AUDA, RITA):
        with pytest.raises(NotAllowed):
            confirm(database, number, actor)
    assert confirm(database, number) == RunState.MIGRATING


@pytest.mark.parametrize("actor", [HANA, RITA, AUDA])
def test_only_designers_begin(database, case, actor):
    with pytest.raises(NotAllowed):
        begin(database, actor)


def test_where_one_person_is_enough_it_begins_at_once(database, case):
    number = begin(database)
    go(database)

    assert propose(database, number, four_eyes=False) == RunState.MIGRATING


def test_it_is_confirmed_once(database, case):
    number = begin(database)
    go(database)
    propose(database, number)
    confirm(database, number)

    with pytest.raises(MigrationMovedOn):
        confirm(database, number)


@pytest.mark.parametrize("actor", [DORA, HANA])
def test_whoever_may_ask_or_confirm_may_stop_it(database, case, actor):
    number = begin(database)
    go(database)
    propose(database, number)

    with database.unit_of_work() as session:
        case_migrations.stop(session, number, actor=actor, now=NOW)
    go(database)

    assert find(database, case.id).definition_version == 1
    with pytest.raises(MigrationMovedOn):
        confirm(database, number)


@pytest.mark.parametrize("actor", [RITA, AUDA])
def test_nobody_else_may_stop_it(database, case, actor):
    number = begin(database)

    with pytest.raises(NotAllowed), database.unit_of_work() as session:
        case_migrations.stop(session, number, actor=actor, now=NOW)


def test_reasons_are_counted_and_lists_go_page_by_page(database):
    publish(database, file(line("write", "check")))
    for _ in range(5):
        start(database, "line")
    publish(database, file(line("draft", "check")))
    number = begin(database)
    go(database)

    with database.reading() as session:
        reasons = case_migration_list.reasons(session, number)
        run = case_migration_list.find(session, number)
        (choice,) = case_migration_list.choices(session, run, reasons)
        seen, cursor = [], None
        while True:
            page = case_migration_list.verdicts(
                session, number, actor=DANA, now=NOW, verdict="blocked", limit=2, cursor=cursor
            )
            seen += [each.instance_id for each in page.items]
            assert not any(each.is_readable for each in page.items)
            cursor = page.next
            if cursor is None:
                break
    assert [(one.found.code, one.found.element_id, one.cases) for one in reasons] == [
        (Hindrance.GONE, "write", 5)
    ]
    assert choice.options == [("draft", "draft")]
    assert not choice.may_be_given_up
    assert len(seen) == len(set(seen)) == 5


def test_whoever_may_read_a_case_is_led_to_it(database, case):
    number = begin(database)
    go(database)

    with database.reading() as session:
        page = case_migration_list.verdicts(session, number, actor=HANA, now=NOW)
    assert [(each.instance_id, each.is_readable) for each in page.items] == [(case.id, True)]
